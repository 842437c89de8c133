//! What the contracts of a chain log, read as facts about messages.

use crate::domain::{Fact, ProvenOutcome};
use alloy_primitives::{Address, B256, Bloom, BloomInput, Bytes, U256};
use alloy_sol_types::SolEvent;
use bindings::{
    IMessageChecker::{self, OutcomeProven},
    IMessageService::{FeesSet, LaneSet, MessageFailed, MessageSkipped},
    IRelayFees::{FeePaid, FeeReleased, FeeTakenBack},
};
use mos::{
    CANCELLATION_REQUESTED, CancellationRequested, MESSAGE_CANCELLED, MESSAGE_DELIVERED,
    MESSAGE_SENT, MessageCancelled, MessageDelivered, MessageSent,
};
use mpt_proof::{receipt::Log, rlp::decode_exact};
use std::collections::BTreeSet;

/// The contracts whose events are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Watched {
    /// The message service.
    pub(super) service: Address,
    /// The checker.
    pub(super) checker: Option<Address>,
    /// All that the service has, or has had, fees paid into.
    pub(super) fees: BTreeSet<Address>,
}

/// What a log says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Something about the message with this id.
    Of(B256, Fact),
    /// A message was sent. Which nonce it has is to be found.
    Sent(Sent),
    /// Fees are paid into this contract from now on.
    Fees(Address),
    /// The gateway at the other end of a lane is this one from now on.
    Gateway(U256, Address),
    /// Nothing that matters here.
    Nothing,
}

/// A message as its event has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) id: B256,
    pub(super) body: mos::Body,
}

/// A log that is none of its event's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

impl Watched {
    /// All addresses.
    pub(super) fn addresses(&self) -> Vec<Address> {
        [self.service].into_iter().chain(self.checker).chain(self.fees.iter().copied()).collect()
    }

    /// Whether a block with this filter may have any of their events. A filter never leaves out what is there.
    pub(super) fn may_be_in(&self, bloom: &Bloom) -> bool {
        let has_address =
            |address: &Address| bloom.contains_input(BloomInput::Raw(address.as_slice()));
        let has_topic = |topic: &B256| bloom.contains_input(BloomInput::Raw(topic.as_slice()));
        self.addresses().iter().any(has_address) && topics().iter().any(has_topic)
    }

    /// Reads a log of one of the contracts; what others log says nothing.
    pub(super) fn read(
        &self,
        address: &Address,
        topics: &[B256],
        data: &[u8],
    ) -> Result<Said, Malformed> {
        let Some(first) = topics.first() else { return Ok(Said::Nothing) };
        if *address == self.service {
            return service(first, topics, data);
        }
        if self.checker == Some(*address) && *first == OutcomeProven::SIGNATURE_HASH {
            let event = decode::<OutcomeProven>(topics, data)?;
            let outcome = match event.outcome {
                IMessageChecker::Outcome::Delivered => ProvenOutcome::Delivered,
                IMessageChecker::Outcome::Cancelled => ProvenOutcome::Cancelled,
                IMessageChecker::Outcome::Expired => ProvenOutcome::Expired,
                _ => return Err(Malformed),
            };
            return Ok(Said::Of(event.id, Fact::Outcome(outcome, event.payee)));
        }
        if self.fees.contains(address) {
            return fees(first, topics, data);
        }
        Ok(Said::Nothing)
    }
}

/// First topics of all events that are read.
pub(super) const fn topics() -> [B256; 12] {
    [
        MESSAGE_SENT,
        MESSAGE_DELIVERED,
        MESSAGE_CANCELLED,
        CANCELLATION_REQUESTED,
        MessageFailed::SIGNATURE_HASH,
        MessageSkipped::SIGNATURE_HASH,
        FeesSet::SIGNATURE_HASH,
        LaneSet::SIGNATURE_HASH,
        OutcomeProven::SIGNATURE_HASH,
        FeePaid::SIGNATURE_HASH,
        FeeReleased::SIGNATURE_HASH,
        FeeTakenBack::SIGNATURE_HASH,
    ]
}

fn service(first: &B256, topics: &[B256], data: &[u8]) -> Result<Said, Malformed> {
    let bytes = encode(topics, data);
    let item = decode_exact(&bytes).map_err(|_| Malformed)?;
    let log = Log::decode(item).map_err(|_| Malformed)?;
    let bad = |_| Malformed;
    Ok(match *first {
        MESSAGE_SENT => {
            let sent = MessageSent::decode(&log).map_err(bad)?;
            let bytes = Bytes::copy_from_slice;
            let body = mos::Body {
                nonce: 0,
                sender: bytes(sent.sender),
                recipient: bytes(sent.recipient),
                payload: bytes(sent.payload),
                attributes: sent.attributes.iter().map(bytes).collect(),
            };
            Said::Sent(Sent { id: sent.id, body })
        }
        MESSAGE_DELIVERED => {
            let event = MessageDelivered::decode(&log).map_err(bad)?;
            Said::Of(event.id, Fact::Delivered(event.payee))
        }
        MESSAGE_CANCELLED => {
            Said::Of(MessageCancelled::decode(&log).map_err(bad)?.id, Fact::Cancelled)
        }
        CANCELLATION_REQUESTED => Said::Of(
            CancellationRequested::decode(&log).map_err(bad)?.id,
            Fact::CancellationRequested,
        ),
        MessageFailed::SIGNATURE_HASH => {
            let event = decode::<MessageFailed>(topics, data)?;
            Said::Of(event.sendId, Fact::Failed(event.reason))
        }
        MessageSkipped::SIGNATURE_HASH => {
            Said::Of(decode::<MessageSkipped>(topics, data)?.id, Fact::Skipped)
        }
        FeesSet::SIGNATURE_HASH => Said::Fees(decode::<FeesSet>(topics, data)?.fees),
        LaneSet::SIGNATURE_HASH => {
            let event = decode::<LaneSet>(topics, data)?;
            Said::Gateway(event.chainId, event.gateway)
        }
        _ => Said::Nothing,
    })
}

fn fees(first: &B256, topics: &[B256], data: &[u8]) -> Result<Said, Malformed> {
    Ok(match *first {
        FeePaid::SIGNATURE_HASH => {
            let event = decode::<FeePaid>(topics, data)?;
            Said::Of(event.id, Fact::FeePaid(event.token, event.amount))
        }
        FeeReleased::SIGNATURE_HASH => {
            let event = decode::<FeeReleased>(topics, data)?;
            Said::Of(event.id, Fact::FeeGone(event.token, event.amount))
        }
        FeeTakenBack::SIGNATURE_HASH => {
            let event = decode::<FeeTakenBack>(topics, data)?;
            Said::Of(event.id, Fact::FeeGone(event.token, event.amount))
        }
        _ => Said::Nothing,
    })
}

fn decode<E: SolEvent>(topics: &[B256], data: &[u8]) -> Result<E, Malformed> {
    E::decode_raw_log_validate(topics, data).map_err(|_| Malformed)
}

/// The log as receipts have it, which is how its decoders read it.
fn encode(topics: &[B256], data: &[u8]) -> Vec<u8> {
    let data = Bytes::copy_from_slice(data);
    alloy_rlp::encode(alloy_primitives::Log::new_unchecked(Address::ZERO, topics.to_vec(), data))
}
