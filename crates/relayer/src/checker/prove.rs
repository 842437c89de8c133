//! From what became of a message to the transaction that proves it on its source chain.

use super::{Checker, stored};
use crate::{
    attestor::signatures,
    domain::{Fact, NewOutgoing, Purpose, Reason, Sighting, Tracked},
    lane::{Logged, Trouble, View, prepare},
    messenger::{
        Served,
        deliver::{expect, refused},
        policy,
    },
};
use alloy_primitives::{Address, Bytes};
use alloy_sol_types::SolCall;
use bindings::IMessageChecker::{acknowledgeCall, proveCancelledCall, proveExpiredCall};
use light_client::attestation::Statement;
use prover::verify;

/// A transaction, or what it waits for.
type Proven = Result<NewOutgoing, (Reason, String)>;

impl Checker {
    /// Proves an event of the destination's message service: that the message was delivered, or cancelled.
    pub(super) async fn prove_end(
        &self,
        served: &Served,
        message: &Tracked,
        sightings: &[Sighting],
        (checker, purpose): (Address, Purpose),
        is_it: impl Fn(&Fact) -> bool,
    ) -> Result<Proven, Trouble> {
        let inbound = &served.inbound;
        let Some(seen) = self.final_one(message, sightings, is_it).await? else {
            return Ok(Err((Reason::Finality, "its event is not final".into())));
        };
        let block = seen.place.block;
        let view = inbound.look(block.number).await?;
        if let Some(obstacle) = view.obstacle() {
            return Ok(Err(obstacle));
        }
        let Some(head) = inbound.head_for(&view, block.number).await? else {
            return Ok(Err(headless(&view, block.number)));
        };
        let node = inbound.of().node();
        let receipts = inbound.cache().receipts(&node, block.hash).await?;
        let lane = inbound.lane_out();
        let Some(logged) = Logged::of(message, &seen.fact, lane.destination_gateway) else {
            return Ok(Err((Reason::ProofInvalid, "nothing is proven of such an event".into())));
        };
        let event = logged.locate(&seen.place, &receipts)?;
        let mut proof = inbound.prover(&node).delivery(&head, event, 0).await?;
        let (client, chain) = (inbound.verifier(&view, &head), lane.destination_chain_id);
        let (verified, data): (_, Bytes) = if purpose == Purpose::Acknowledge {
            proof.attestations = self.signed(&view, message, Statement::Delivered, &seen).await?;
            let verified = verify::acknowledgement(&lane, &client, view.attestors(), &proof);
            let call = acknowledgeCall { destinationChainId: chain, proof: (&proof).into() };
            (verified, call.abi_encode().into())
        } else {
            proof.attestations = self.signed(&view, message, Statement::Cancelled, &seen).await?;
            let verified = verify::cancelled(&lane, &client, view.attestors(), &proof);
            let call = proveCancelledCall { destinationChainId: chain, proof: (&proof).into() };
            (verified, call.abi_encode().into())
        };
        expect(message.id, verified.map_err(refused)?.0)?;
        let key = format!("{purpose}:{}", message.id);
        prepare(&self.source, checker, purpose, key, data).await.map(Ok)
    }

    /// Proves that the message's settled bit was clear in a block of the destination after its deadline.
    pub(super) async fn prove_expired(
        &self,
        served: &Served,
        message: &Tracked,
        checker: Address,
    ) -> Result<Proven, Trouble> {
        let inbound = &served.inbound;
        let view = inbound.look(u64::MAX).await?;
        if let Some(obstacle) = view.obstacle() {
            return Ok(Err(obstacle));
        }
        let deadline = policy::read(message).map_or(0, |terms| terms.deadline);
        let Some(head) = view.newest().copied() else { return Ok(Err(headless(&view, 0))) };
        let node = inbound.of().node();
        let time = inbound.cache().block(&node, head.hash).await?.timestamp();
        if time <= deadline {
            let detail =
                format!("its deadline was {deadline}, the light client knows blocks up to {time}");
            return Ok(Err((Reason::Header, detail)));
        }
        let (lane, body) = (inbound.lane_out(), &message.sent.body);
        let mut proof = inbound.prover(&node).expiry(&head, &lane, body).await?;
        if view.end.attested {
            let attestors = self.attestors.as_deref();
            proof.attestations = signatures(
                attestors,
                &self.store,
                &view,
                message,
                Statement::Expired,
                &message.sent_at,
            )
            .await?;
        }
        let client = inbound.verifier(&view, &head);
        let verified = verify::expiry(&lane, &client, view.attestors(), body, &proof);
        expect(message.id, verified.map_err(refused)?)?;
        let call = proveExpiredCall {
            destinationChainId: lane.destination_chain_id,
            body: body.into(),
            proof: (&proof).into(),
        };
        let (purpose, id) = (Purpose::ProveExpired, message.id);
        let key = format!("{purpose}:{id}");
        prepare(&self.source, checker, purpose, key, call.abi_encode().into()).await.map(Ok)
    }

    /// The sighting of such a fact on the destination that is final.
    async fn final_one(
        &self,
        message: &Tracked,
        sightings: &[Sighting],
        is_it: impl Fn(&Fact) -> bool,
    ) -> Result<Option<Sighting>, Trouble> {
        let chain = message.sent.destination;
        let cursor = self.store.cursor(chain).await.map_err(stored)?;
        let Some(last) = cursor.map(|cursor| cursor.final_block.number) else { return Ok(None) };
        let there = sightings.iter().filter(|seen| {
            seen.place.chain == chain && seen.place.block.number <= last && is_it(&seen.fact)
        });
        Ok(there.min_by_key(|seen| (seen.place.block.number, seen.place.log_index)).cloned())
    }

    async fn signed(
        &self,
        view: &View,
        message: &Tracked,
        statement: Statement,
        seen: &Sighting,
    ) -> Result<Bytes, Trouble> {
        let attestors = self.attestors.as_deref();
        signatures(attestors, &self.store, view, message, statement, &seen.place).await
    }
}

fn headless(view: &View, block: u64) -> (Reason, String) {
    let detail = match view.newest() {
        Some(head) => format!("its block is {block}, the light client knows {}", head.number),
        None => format!("its block is {block}, the light client knows none yet"),
    };
    (Reason::Header, detail)
}
