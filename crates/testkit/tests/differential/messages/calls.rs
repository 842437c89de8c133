//! Calls of the destination's service: what Rust says they come to, and the comparison.

use super::{
    end::{End, Said},
    recipient::{Called, single},
};
use crate::session::Session;
use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::{SolCall, SolEvent, SolValue};
use bindings::{IMessageService, Revert};
use mos::{BatchProof, Body, Delivery, DeliveryProof, Fate, MessageCancelled, MessageDelivered};
use testkit::{evm::SENDER, tries::LogEntry};

/// Who earns the fee.
pub(super) const PAYEE: Address = Address::repeat_byte(0x9a);

/// By which a message comes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    Direct,
    Routed,
}

impl Way {
    fn call(self, source: U256, proof: IMessageService::DeliveryProof, payee: Address) -> Vec<u8> {
        match self {
            Self::Direct => {
                IMessageService::deliverCall { sourceChainId: source, proof, payee }.abi_encode()
            }
            Self::Routed => {
                IMessageService::deliverRoutedCall { sourceChainId: source, proof, payee }
                    .abi_encode()
            }
        }
    }
}

impl End {
    pub(super) fn deliver(
        &mut self,
        session: &mut Session,
        name: &str,
        way: Way,
        (chain, proof, payee): (u64, &DeliveryProof, Address),
    ) -> bool {
        let (accounts, service, source) = (self.accounts(), self.service, U256::from(chain));
        let said = self.ask(|twin, context| {
            let mut called = None;
            let call = |delivery: &Delivery<'_>| called.insert(accounts.call(delivery)).answer();
            let said = match way {
                Way::Direct => twin.inbox.deliver(source, proof, context, call),
                Way::Routed => twin.inbox.deliver_routed(source, proof, context, call),
            };
            finished(service, source, payee, single(said, called), called)
        });
        let data = way.call(source, proof.into(), payee);
        self.judge(session, &format!("deliver, {way:?}, {name}"), (service, data), said)
    }

    pub(super) fn deliver_batch(
        &mut self,
        session: &mut Session,
        name: &str,
        (chain, batch, payee): (u64, &BatchProof, Address),
    ) -> bool {
        let (accounts, service, source) = (self.accounts(), self.service, U256::from(chain));
        let said = self.ask(|twin, context| {
            let mut calls = Vec::new();
            let call = |delivery: &Delivery<'_>| {
                calls.push((delivery.id(), accounts.call(delivery)));
                calls[calls.len() - 1].1.answer()
            };
            let fates = twin.inbox.deliver_batch(source, batch, context, call)?;
            let (mut results, mut logs) = (Vec::new(), Vec::new());
            for (delivery, fate) in fates {
                results.push(match fate {
                    Fate::Left => 0_u8,
                    Fate::Delivered => 1,
                    Fate::Failed => 2,
                });
                let called = calls.iter().find(|(id, _)| *id == delivery.id());
                let called = called.map(|(_, called)| *called);
                logs.extend(event(service, source, payee, &delivery, fate, called));
            }
            let results: Vec<U256> = results.into_iter().map(U256::from).collect();
            Ok((results.abi_encode().into(), logs))
        });
        let proof = IMessageService::BatchProof::from(batch);
        let call = IMessageService::deliverBatchCall { sourceChainId: source, proof, payee };
        self.judge(session, &format!("batch, {name}"), (service, call.abi_encode()), said)
    }

    pub(super) fn retry(
        &mut self,
        session: &mut Session,
        name: &str,
        (chain, body, gas): (u64, &Body, u64),
    ) -> bool {
        let (accounts, service, source) = (self.accounts(), self.service, U256::from(chain));
        let said = self.ask(|twin, context| {
            let mut called = None;
            let call = |delivery: &Delivery<'_>| called.insert(accounts.call(delivery)).answer();
            let said = twin.inbox.retry(source, body, context, call);
            finished(service, source, PAYEE, single(said, called), called)
        });
        let call = IMessageService::retryCall {
            sourceChainId: source,
            body: IMessageService::Body::from(body),
            gasLimit: U256::from(gas),
            payee: PAYEE,
        };
        self.judge(session, &format!("retry, {name}"), (service, call.abi_encode()), said)
    }

    pub(super) fn skip(
        &mut self,
        session: &mut Session,
        name: &str,
        (chain, proof): (u64, &DeliveryProof),
    ) -> bool {
        let (service, source) = (self.service, U256::from(chain));
        let said = self.ask(|twin, context| {
            let delivery = twin.inbox.skip(source, proof, context)?;
            let (id, nonce) = (delivery.id(), delivery.nonce());
            let event = IMessageService::MessageSkipped { id, sourceChainId: source, nonce };
            Ok((id.0.into(), vec![entry(service, &event)]))
        });
        let proof = IMessageService::DeliveryProof::from(proof);
        let call = IMessageService::skipCall { sourceChainId: source, proof };
        self.judge(session, &format!("skip, {name}"), (service, call.abi_encode()), said)
    }

    pub(super) fn accept_cancellation(
        &mut self,
        session: &mut Session,
        name: &str,
        (chain, proof): (u64, &DeliveryProof),
    ) -> bool {
        let (service, source) = (self.service, U256::from(chain));
        let said = self.ask(|twin, context| {
            let event = twin.inbox.accept_cancellation(source, proof, context)?;
            let MessageCancelled { id, .. } = event;
            Ok((id.0.into(), vec![raw(service, &event.topics(), event.data())]))
        });
        let proof = IMessageService::DeliveryProof::from(proof);
        let call = IMessageService::acceptCancellationCall { sourceChainId: source, proof };
        self.judge(session, &format!("accept, {name}"), (service, call.abi_encode()), said)
    }
}

/// The answer and the event of a call for one message.
fn finished(
    service: Address,
    source: U256,
    payee: Address,
    said: Result<(Delivery<'_>, Fate), Revert>,
    called: Option<Called>,
) -> Said {
    let (delivery, fate) = said?;
    let logs = event(service, source, payee, &delivery, fate, called);
    Ok((delivery.id().0.into(), logs.into_iter().collect()))
}

/// The event that says what became of a message, if there is one.
fn event(
    service: Address,
    source_chain_id: U256,
    payee: Address,
    delivery: &Delivery<'_>,
    fate: Fate,
    called: Option<Called>,
) -> Option<LogEntry> {
    let (id, nonce) = (delivery.id(), delivery.nonce());
    match fate {
        Fate::Left => None,
        Fate::Delivered => {
            let payee = if payee.is_zero() { SENDER } else { payee };
            let event = MessageDelivered { id, source_chain_id, nonce, payee };
            Some(raw(service, &event.topics(), event.data()))
        }
        Fate::Failed => {
            // Whoever failed has been called.
            let reason = called?.reason();
            Some(entry(service, &IMessageService::MessageFailed { sendId: id, reason }))
        }
    }
}

pub(super) fn raw(address: Address, topics: &[B256], data: Vec<u8>) -> LogEntry {
    LogEntry { address, topics: topics.to_vec(), data }
}

pub(super) fn entry(address: Address, event: &impl SolEvent) -> LogEntry {
    let data = event.encode_log_data();
    raw(address, data.topics(), data.data.to_vec())
}
