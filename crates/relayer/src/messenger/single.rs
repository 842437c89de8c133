//! What is done for one message alone: a retry, passing over one that has expired, bringing a cancellation.

use super::{
    Messenger, Served, Sheet,
    deliver::{expect, payee, refused},
    policy::Step,
};
use crate::{
    domain::{NewOutgoing, Place, Purpose, Reason, Tracked, Verdict},
    lane::{Logged, Trouble, View, prepare},
};
use alloy_primitives::{Bytes, U256};
use alloy_sol_types::SolCall;
use bindings::IMessageService::{acceptCancellationCall, retryCall, skipCall};
use light_client::attestation::Statement;
use prover::verify;

impl Messenger {
    /// Retries the first of the messages whose recipient would accept it now.
    pub(super) async fn retry(
        &self,
        served: &Served,
        failed: Vec<&Tracked>,
        sheet: &mut Sheet<'_>,
    ) -> Option<NewOutgoing> {
        for message in failed {
            let call = retryCall {
                sourceChainId: U256::from(message.sent_at.chain),
                body: (&message.sent.body).into(),
                gasLimit: U256::ZERO,
                payee: payee(served),
            };
            let key = format!("deliver:{}", message.id);
            match self.prepared(Purpose::Retry, key, call).await {
                Ok(outgoing) => {
                    sheet.put(message.id, Verdict::Submit);
                    return Some(outgoing);
                }
                Err(trouble) => sheet.trouble(message, &trouble),
            }
        }
        None
    }

    /// Takes what stands in others' way out of it.
    pub(super) async fn clear(
        &self,
        served: &Served,
        view: &View,
        (message, step): (&Tracked, Step),
        sheet: &mut Sheet<'_>,
    ) -> Option<NewOutgoing> {
        let cleared = match &step {
            Step::Cancel => self.cancel(served, view, message).await,
            _ => self.skip(served, view, message).await,
        };
        match cleared {
            Ok(Some(outgoing)) => {
                sheet.put(message.id, Verdict::Submit);
                return Some(outgoing);
            }
            Ok(None) => {
                let detail = match step {
                    Step::Cancel => {
                        "the light client does not know the block of its cancellation".into()
                    }
                    _ => format!("its block is {}", message.block().number),
                };
                sheet.attempt(message, (Reason::Header, detail));
            }
            Err(trouble) => sheet.trouble(message, &trouble),
        }
        None
    }

    /// The transaction that passes over a message; `None` while the light client knows no head for it.
    async fn skip(
        &self,
        served: &Served,
        view: &View,
        message: &Tracked,
    ) -> Result<Option<NewOutgoing>, Trouble> {
        let inbound = &served.inbound;
        let Some(head) = inbound.head_for(view, message.block().number).await? else {
            return Ok(None);
        };
        let node = inbound.of().node();
        let receipts = inbound.cache().receipts(&node, message.block().hash).await?;
        let event = Logged::sent(message).locate(&message.sent_at, &receipts)?;
        let nonce = message.sent.body.nonce;
        let mut proof = inbound.prover(&node).delivery(&head, event, nonce).await?;
        proof.attestations =
            self.signed(view, message, (Statement::Sent, &message.sent_at)).await?;
        let (lane, client) = (inbound.lane_in(), inbound.verifier(view, &head));
        let verified =
            verify::delivery(&lane, &client, view.attestors(), &proof).map_err(refused)?;
        expect(message.id, verified.id)?;
        let call = skipCall { sourceChainId: lane.source_chain_id, proof: (&proof).into() };
        let key = format!("skip:{}", message.id);
        self.prepared(Purpose::Skip, key, call).await.map(Some)
    }

    /// The transaction that brings a cancellation; `None` while the light client knows no head for it.
    async fn cancel(
        &self,
        served: &Served,
        view: &View,
        message: &Tracked,
    ) -> Result<Option<NewOutgoing>, Trouble> {
        let inbound = &served.inbound;
        let Some(asked) = self.cancelling(message).await?.0 else {
            return Err(Trouble::Nodes("the event that asks for it is gone".into()));
        };
        let block = asked.place.block;
        let Some(head) = inbound.head_for(view, block.number).await? else { return Ok(None) };
        let node = inbound.of().node();
        let receipts = inbound.cache().receipts(&node, block.hash).await?;
        let lane = inbound.lane_in();
        let Some(logged) = Logged::of(message, &asked.fact, lane.destination_gateway) else {
            return Ok(None);
        };
        let event = logged.locate(&asked.place, &receipts)?;
        let mut proof = inbound.prover(&node).delivery(&head, event, 0).await?;
        let wish = (Statement::CancellationRequested, &asked.place);
        proof.attestations = self.signed(view, message, wish).await?;
        let client = inbound.verifier(view, &head);
        let verified = verify::cancellation(&lane, &client, view.attestors(), &proof);
        expect(message.id, verified.map_err(refused)?.id)?;
        let call =
            acceptCancellationCall { sourceChainId: lane.source_chain_id, proof: (&proof).into() };
        let key = format!("cancel:{}", message.id);
        self.prepared(Purpose::AcceptCancellation, key, call).await.map(Some)
    }

    /// The signatures that a proof needs; no byte where none are asked for.
    async fn signed(
        &self,
        view: &View,
        message: &Tracked,
        (statement, place): (Statement, &Place),
    ) -> Result<Bytes, Trouble> {
        crate::attestor::signatures(
            self.attestors.as_deref(),
            &self.store,
            view,
            message,
            statement,
            place,
        )
        .await
    }

    /// A call of the message service that succeeds as things are now.
    async fn prepared(
        &self,
        purpose: Purpose,
        key: String,
        call: impl SolCall,
    ) -> Result<NewOutgoing, Trouble> {
        let service = self.destination.config().service;
        prepare(&self.destination, service, purpose, key, call.abi_encode().into()).await
    }
}
