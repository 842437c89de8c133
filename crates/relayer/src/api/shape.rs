//! From rows to what is answered.

use super::{ChainName, Desk, Message, Offer, Seen, Spot, Step, Transaction};
use crate::{
    domain::{Fact, Outgoing, Place, ProvenOutcome, Sighting, Tracked},
    store::Entry,
};
use alloy_primitives::B256;
use mos::EvmAddress;

impl Desk {
    pub(super) fn chain_name(&self, id: u64) -> ChainName {
        let known = self.sources.chains.get(&id);
        let name = known.map_or_else(|| id.to_string(), |chain| chain.name().to_owned());
        ChainName { id, name }
    }

    pub(super) fn spot(&self, place: &Place) -> Spot {
        Spot {
            chain: self.chain_name(place.chain),
            block: place.block.number,
            block_hash: place.block.hash,
            transaction: place.transaction,
            log_index: place.log_index,
        }
    }

    pub(super) fn message(&self, tracked: &Tracked) -> Message {
        let body = &tracked.sent.body;
        Message {
            id: tracked.id,
            source: self.chain_name(tracked.sent_at.chain),
            destination: self.chain_name(tracked.sent.destination),
            nonce: body.nonce,
            sender: account(&body.sender),
            recipient: account(&body.recipient),
            payload_bytes: body.payload.len(),
            sent: self.spot(&tracked.sent_at),
            stage: tracked.stage,
            reason: tracked.reason,
            detail: tracked.detail.clone(),
            advice: tracked.reason.advice().to_owned(),
            since: tracked.since,
            seen_at: tracked.seen_at,
            attempts: tracked.attempts,
            next_attempt: tracked.run_at,
            class: tracked.class,
            outgoing: tracked.outgoing,
        }
    }

    pub(super) fn seen(&self, sighting: &Sighting) -> Seen {
        let (fact, detail) = match &sighting.fact {
            Fact::Sent(_) => ("sent", String::new()),
            Fact::CancellationRequested => ("cancellation_requested", String::new()),
            Fact::Outcome(outcome, payee) => {
                let word = match outcome {
                    ProvenOutcome::Delivered => "proven_delivered",
                    ProvenOutcome::Cancelled => "proven_cancelled",
                    ProvenOutcome::Expired => "proven_expired",
                };
                (word, format!("payee {payee}"))
            }
            Fact::FeePaid(token, amount) => ("fee_paid", format!("{amount} of {token}")),
            Fact::FeeGone(token, amount) => ("fee_gone", format!("{amount} of {token}")),
            Fact::Delivered(payee) => ("delivered", format!("payee {payee}")),
            Fact::Failed(error) => ("failed", error.clone()),
            Fact::Cancelled => ("cancelled", String::new()),
            Fact::Skipped => ("skipped", String::new()),
        };
        Seen { at: self.spot(&sighting.place), fact: fact.to_owned(), detail }
    }

    pub(super) fn transaction(&self, outgoing: &Outgoing, messages: Vec<B256>) -> Transaction {
        let offers = outgoing.bids.iter().map(|bid| Offer {
            hash: bid.hash,
            max_fee_wei: bid.max_fee.to_string(),
            tip_wei: bid.tip.to_string(),
            at: bid.at,
        });
        Transaction {
            id: outgoing.id,
            chain: self.chain_name(outgoing.call.chain),
            purpose: outgoing.call.purpose,
            state: outgoing.state,
            detail: outgoing.detail.clone(),
            to: outgoing.call.to,
            calldata_bytes: outgoing.call.data.len(),
            gas: outgoing.call.gas,
            signer: outgoing.signer,
            nonce: outgoing.nonce,
            bids: offers.collect(),
            block: outgoing.mined.map(|block| block.number),
            created_at: outgoing.created_at,
            next_attempt: outgoing.run_at,
            messages,
        }
    }
}

/// An account as people write it.
fn account(bytes: &[u8]) -> String {
    EvmAddress::decode(bytes).map_or_else(
        |_| alloy_primitives::hex::encode_prefixed(bytes),
        |address| address.account().to_string(),
    )
}

impl From<Entry> for Step {
    fn from(entry: Entry) -> Self {
        let Entry { at, stage, reason, detail, tx } = entry;
        Self { at, stage, reason, detail, transaction: tx }
    }
}
