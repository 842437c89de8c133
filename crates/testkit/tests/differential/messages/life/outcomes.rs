//! Calls of the source: sending, asking back, and the checker; and the comparison of what it keeps.

use crate::{
    messages::{
        calls::{entry, raw},
        end::{End, Said},
    },
    session::Session,
};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolCall;
use bindings::{IMessageChecker, IMessageService, Revert};
use mos::{
    Body, CancellationRequested, DeliveryProof, EvmAddress, ExpiryProof, MESSAGE_SENT, Outcome,
    outbox,
};

/// What is sent, with how much value.
pub(super) struct Draft {
    pub(super) value: u64,
    pub(super) recipient: Bytes,
    pub(super) payload: Bytes,
    pub(super) attributes: Vec<Bytes>,
}

/// Which of the checker's two questions about an event.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Delivered,
    Cancelled,
}

impl End {
    pub(super) fn set_fees(&mut self, fees: Address) {
        // One that does nothing but take the value.
        self.evm.etch(fees, Bytes::from_static(&[0]));
        self.must(self.service, &IMessageService::setFeesCall { fees_: fees });
        self.twin.outbox.has_fees = true;
    }

    /// Sends, from the test's account.
    pub(super) fn send(&mut self, session: &mut Session, draft: &Draft) -> Option<outbox::Sent> {
        let Draft { value, recipient, payload, attributes } = draft;
        let (value, service) = (U256::from(*value), self.service);
        let sender = testkit::evm::SENDER;
        let sent = self.twin.outbox.send(sender, value, recipient, payload, attributes);
        let said = sent.clone().map_err(Revert::from).map(|sent| {
            let log = raw(service, &[MESSAGE_SENT, sent.id], sent.data);
            (sent.id.0.into(), vec![log])
        });
        let call = IMessageService::sendMessageCall {
            recipient: recipient.clone(),
            payload: payload.clone(),
            attributes: attributes.clone(),
        };
        let data = call.abi_encode();
        let executed = self.evm.pay(service, value, data.clone());
        self.weigh(session, "send", (service, &data), &executed, said);
        sent.ok()
    }

    /// Asks, as somebody, that a message be not delivered.
    pub(super) fn cancel(
        &mut self,
        session: &mut Session,
        name: &str,
        (chain, caller, body): (u64, Address, &Body),
    ) {
        let (service, destination) = (self.service, U256::from(chain));
        let said = self.twin.outbox.cancel(destination, caller, body).map_err(Revert::from);
        let said = said.map(|event: CancellationRequested| {
            (event.id.0.into(), vec![raw(service, &event.topics(), event.data())])
        });
        let body = IMessageService::Body::from(body);
        let call = IMessageService::cancelCall { destinationChainId: destination, body };
        let data = call.abi_encode();
        let executed = self.evm.call_as(caller, service, data.clone());
        self.weigh(session, &format!("cancel, {name}"), (service, &data), &executed, said);
    }

    /// Shows the checker an event of the destination.
    pub(super) fn prove_event(
        &mut self,
        session: &mut Session,
        name: &str,
        (chain, event, proof): (u64, Event, &DeliveryProof),
    ) {
        let (checker, destination) = (self.checker, U256::from(chain));
        let said = self.ask(|twin, context| match event {
            Event::Delivered => twin.checker.acknowledge(&twin.outbox, destination, proof, context),
            Event::Cancelled => {
                twin.checker.prove_cancelled(&twin.outbox, destination, proof, context)
            }
        });
        let proof = IMessageService::DeliveryProof::from(proof);
        let (name, data) = if event == Event::Delivered {
            let call = IMessageChecker::acknowledgeCall { destinationChainId: destination, proof };
            (format!("acknowledge, {name}"), call.abi_encode())
        } else {
            let call =
                IMessageChecker::proveCancelledCall { destinationChainId: destination, proof };
            (format!("cancelled, {name}"), call.abi_encode())
        };
        self.judge(session, &name, (checker, data), proven(checker, said));
    }

    /// Shows the checker a clear bit.
    pub(super) fn prove_expired(
        &mut self,
        session: &mut Session,
        name: &str,
        (chain, body, proof): (u64, &Body, &ExpiryProof),
    ) {
        let (checker, destination) = (self.checker, U256::from(chain));
        let said = self.ask(|twin, context| {
            twin.checker.prove_expired(&twin.outbox, destination, body, proof, context)
        });
        let ExpiryProof {
            head_id,
            ancestry,
            headers,
            account_proof,
            storage_proof,
            absent,
            attestations,
        } = proof.clone();
        let call = IMessageChecker::proveExpiredCall {
            destinationChainId: destination,
            body: IMessageService::Body::from(body),
            proof: IMessageChecker::ExpiryProof {
                headId: head_id,
                ancestry,
                headers,
                accountProof: account_proof,
                storageProof: storage_proof,
                absent,
                attestations,
            },
        };
        let name = format!("expired, {name}");
        self.judge(session, &name, (checker, call.abi_encode()), proven(checker, said));
    }

    /// Compares the outcome of a message.
    pub(super) fn compare_outcome(&mut self, id: &B256) {
        let rust = self.twin.checker.outcome_of(id);
        let (code, payee) = rust.map_or((0, Address::ZERO), |it| (it.code(), it.payee()));
        let answer = self.view(self.checker, &IMessageChecker::outcomeOfCall { id: *id });
        assert_eq!((answer.outcome as u8, answer.payee), (code, payee), "outcome of {id}");
    }

    /// Compares what is kept of a message that was sent.
    pub(super) fn compare_sent(&mut self, chain: u64, id: &B256) {
        let (service, destination) = (self.service, U256::from(chain));
        let outbox = &self.twin.outbox;
        let rust = (outbox.is_committed(id), outbox.next_nonce(destination));
        let committed = self.view(service, &IMessageService::isCommittedCall { id: *id });
        let next = IMessageService::nextNonceCall { destinationChainId: destination };
        let next = self.view(service, &next);
        assert_eq!(rust, (committed, next), "message {id}");
    }

    /// Compares the next place of the order that a message would be in.
    pub(super) fn compare_place(&mut self, chain: u64, gateway: Address, body: &Body) {
        let address = |bytes| EvmAddress::decode(bytes).unwrap();
        let (sender, recipient) = (address(&body.sender), address(&body.recipient));
        let source = U256::from(chain);
        let rust = self.twin.inbox.next_place(source, gateway, sender, recipient);
        let call = IMessageService::nextPlaceCall {
            sourceChainId: source,
            sourceGateway: gateway,
            sender: body.sender.clone(),
            recipient: body.recipient.clone(),
        };
        assert_eq!(rust, self.view(self.service, &call), "next place");
    }
}

/// The answer and the event of a proven outcome.
fn proven(checker: Address, said: Result<(B256, Outcome), mos::Error>) -> Said {
    let (id, outcome) = said?;
    let payee = outcome.payee();
    let outcome = match outcome {
        Outcome::Delivered { .. } => IMessageChecker::Outcome::Delivered,
        Outcome::Cancelled => IMessageChecker::Outcome::Cancelled,
        Outcome::Expired => IMessageChecker::Outcome::Expired,
    };
    let event = IMessageChecker::OutcomeProven { id, outcome, payee };
    Ok((id.0.into(), vec![entry(checker, &event)]))
}
