//! Why a message is not sent or delivered.

use crate::address;
use alloy_primitives::{Address, B256, U256};
use light_client::{ancestry, client};
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
    /// MSG-2: a message carries no value.
    #[error("value {value} sent with a message")]
    ValueNotAccepted {
        /// The value, in wei.
        value: U256,
    },
    /// MSG-3: an address is not in canonical form.
    #[error(transparent)]
    Address(#[from] address::Error),
    /// MSG-4: the log is not a canonical `MessageSent`, or `MessageRelayed` where that is due.
    #[error("not the canonical encoding of an event that carries a message")]
    MalformedEvent,
    /// MSG-5, MSG-12: an address or a hub's event names another chain than the lane.
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
    /// MSG-7: the message has been delivered before.
    #[error("message {id} has been delivered")]
    AlreadyDelivered {
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
            | Self::ValueNotAccepted { .. }
            | Self::UnknownRoute { .. } => Fault::Caller,
            Self::AlreadyDelivered { .. } => Fault::State,
            Self::MalformedEvent
            | Self::WrongChain { .. }
            | Self::IdMismatch { .. }
            | Self::ForbiddenRecipient { .. }
            | Self::RelayedGateway { .. } => Fault::Prover,
            Self::Address(error) => error.fault(),
            Self::Client(error) => error.fault(),
            Self::Ancestry(error) => error.fault(),
            Self::Proof(error) => error.fault(),
        }
    }
}
