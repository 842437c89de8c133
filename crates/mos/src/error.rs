//! Why a message is not sent or delivered.

use crate::address;
use alloy_primitives::{Address, B256, Selector, U256};
use light_client::{ancestry, attestation, client};
use mpt_proof::Fault;

/// The first violated clause, in the order of `spec/message.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// MSG-1: there is no lane to or from the chain.
    #[error("no lane to or from chain {chain_id}")]
    UnknownLane {
        /// The chain asked for.
        chain_id: U256,
    },
    /// MSG-2: the service knows no such attribute, or not at this end.
    #[error("attribute {selector} is not supported")]
    UnsupportedAttribute {
        /// Its first four bytes, with zeros for those that it does not have.
        selector: Selector,
    },
    /// MSG-2: value comes with a message that does not request a relay: messages carry none.
    #[error("value {value} sent with a message")]
    ValueNotAccepted {
        /// The value, in wei.
        value: U256,
    },
    /// MSG-3: an address is not in canonical form.
    #[error(transparent)]
    Address(#[from] address::Error),
    /// MSG-4: the log is not the event that is due, in canonical encoding.
    #[error("not the canonical encoding of a message's event")]
    MalformedEvent,
    /// MSG-5, MSG-12: an address or an event names another chain than the lane.
    #[error("chain {got}, {expected} expected")]
    WrongChain {
        /// Chain of the lane.
        expected: U256,
        /// Chain that is named.
        got: U256,
    },
    /// MSG-6: the proven id is not that of the proven fields under the supplied nonce.
    #[error("message id {got}, {expected} proven")]
    IdMismatch {
        /// The id in the event.
        expected: B256,
        /// The id of the fields.
        got: B256,
    },
    /// MSG-7, CHK-4: the message has been delivered or cancelled before.
    #[error("message {id} has been delivered or cancelled")]
    AlreadySettled {
        /// Its id.
        id: B256,
    },
    /// MSG-8: the recipient can never be called.
    #[error("{recipient} can never be a recipient")]
    ForbiddenRecipient {
        /// The recipient.
        recipient: Address,
    },
    /// MSG-11: the lane has no route, or none that what its blocks rest on has room for.
    #[error("no route from chain {chain_id}")]
    UnknownRoute {
        /// The chain asked for.
        chain_id: U256,
    },
    /// MSG-12: what the hub relayed was sent by another gateway than the lane's.
    #[error("relayed from gateway {got}, {expected} expected")]
    RelayedGateway {
        /// Source gateway of the lane.
        expected: Address,
        /// The word in the hub's event.
        got: B256,
    },
    /// MSG-13: an argument is not canonical or beyond its bound, or it is not the arguments alone.
    #[error("attribute {selector} is malformed")]
    AttributeMalformed {
        /// Which attribute.
        selector: Selector,
    },
    /// MSG-13: an attribute is listed twice.
    #[error("attribute {selector} is listed twice")]
    AttributeRepeated {
        /// Which attribute.
        selector: Selector,
    },
    /// MSG-14: an attribute asks for what another one, or the lack of another one, rules out.
    #[error("attribute {selector} contradicts another one, or lacks one")]
    AttributeConflict {
        /// Which attribute.
        selector: Selector,
    },
    /// MSG-15: sending to the chain is paused.
    #[error("sending to chain {chain_id} is paused")]
    SendingPaused {
        /// The chain.
        chain_id: U256,
    },
    /// MSG-15: delivering from the chain is paused.
    #[error("delivering from chain {chain_id} is paused")]
    DeliveringPaused {
        /// The chain.
        chain_id: U256,
    },
    /// MSG-16: the light client rests on another assumption than the lane, or the route, asks for.
    #[error("the light client rests on assumption {got}, {expected} expected")]
    AssumptionMismatch {
        /// What is asked for.
        expected: u8,
        /// What the client rests on.
        got: u8,
    },
    /// MSG-18: it is after the message's deadline.
    #[error("message {id} has expired at {deadline}")]
    Expired {
        /// Id of the message.
        id: B256,
        /// Last time, in Unix seconds, at which it could be delivered.
        deadline: u64,
    },
    /// MSG-18: it is before the message's earliest time.
    #[error("message {id} is not due before {not_before}")]
    TooEarly {
        /// Id of the message.
        id: B256,
        /// First time, in Unix seconds, at which it can be delivered.
        not_before: u64,
    },
    /// MSG-19: another message is due first. MSG-21: what shall be skipped has no place; then both are zero.
    #[error("message {id} is at place {got}, {expected} is next")]
    OutOfOrder {
        /// Id of the message.
        id: B256,
        /// The next place of its order.
        expected: u64,
        /// Its own place.
        got: u64,
    },
    /// MSG-20: what shall be retried has not failed here, or is not bit by bit what has.
    #[error("message {id} has not failed")]
    NotFailed {
        /// Id of the message.
        id: B256,
    },
    /// MSG-21, CHK-3: the message has no deadline, or that has not passed.
    #[error("message {id} has not expired at {time}, its deadline is {deadline}")]
    NotExpired {
        /// Id of the message.
        id: B256,
        /// Its deadline in Unix seconds; 0: none.
        deadline: u64,
        /// The time, in Unix seconds, that counts.
        time: u64,
    },
    /// MSG-22: a batch without items.
    #[error("no message in the batch")]
    EmptyBatch,
    /// MSG-23: somebody other than its sender cancels a message.
    #[error("caller {got} is not sender {expected}")]
    NotSender {
        /// keccak256 of the ERC-7930 address of the sender.
        expected: B256,
        /// keccak256 of that of the caller.
        got: B256,
    },
    /// MSG-23: the message was not sent, or not as cancellable.
    #[error("message {id} cannot be cancelled")]
    NotCancellable {
        /// Id of the message.
        id: B256,
    },
    /// CHK-1: the message has an outcome already.
    #[error("message {id} has an outcome")]
    Decided {
        /// Id of the message.
        id: B256,
    },
    /// CHK-2: the message was not sent from here, or has neither a deadline nor can be cancelled.
    #[error("message {id} is not kept as sent")]
    NotSent {
        /// Id of the message.
        id: B256,
    },
    /// ATT-1 to ATT-4: the attestors have not signed.
    #[error(transparent)]
    Attestation(#[from] attestation::Error),
    /// CLI-1 to CLI-4: the light client does not answer.
    #[error(transparent)]
    Client(#[from] client::Error),
    /// ANC-1 to ANC-4: neither the ancestry nor the headers lead from the head to the block.
    #[error(transparent)]
    Ancestry(#[from] ancestry::Error),
    /// RLP, MPT, RCT: the receipt or the log is not proven.
    #[error(transparent)]
    Proof(#[from] mpt_proof::Error),
}

impl Error {
    /// Who can act on it.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::UnknownLane { .. }
            | Self::UnsupportedAttribute { .. }
            | Self::ValueNotAccepted { .. }
            | Self::UnknownRoute { .. }
            | Self::AttributeMalformed { .. }
            | Self::AttributeRepeated { .. }
            | Self::AttributeConflict { .. }
            | Self::EmptyBatch
            | Self::NotSender { .. }
            | Self::NotCancellable { .. } => Fault::Caller,
            Self::AlreadySettled { .. }
            | Self::SendingPaused { .. }
            | Self::DeliveringPaused { .. }
            | Self::AssumptionMismatch { .. }
            | Self::Expired { .. }
            | Self::TooEarly { .. }
            | Self::OutOfOrder { .. }
            | Self::NotExpired { .. }
            | Self::Decided { .. } => Fault::State,
            Self::MalformedEvent
            | Self::WrongChain { .. }
            | Self::IdMismatch { .. }
            | Self::ForbiddenRecipient { .. }
            | Self::RelayedGateway { .. }
            | Self::NotFailed { .. }
            | Self::NotSent { .. } => Fault::Prover,
            Self::Address(error) => error.fault(),
            Self::Attestation(error) => error.fault(),
            Self::Client(error) => error.fault(),
            Self::Ancestry(error) => error.fault(),
            Self::Proof(error) => error.fault(),
        }
    }
}
