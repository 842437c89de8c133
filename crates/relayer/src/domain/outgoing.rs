//! Transactions that we send.

use super::{BlockRef, Stage, words};
use crate::clock::Millis;
use alloy_primitives::{Address, B256, Bytes};

words! {
    /// What a transaction is for.
    Purpose {
        /// Deliver one message.
        Deliver = "deliver",
        /// Deliver messages of one block.
        DeliverBatch = "deliver_batch",
        /// Retry a message whose recipient failed.
        Retry = "retry",
        /// Pass over a message that has expired, so that those behind it can go on.
        Skip = "skip",
        /// Update a light client.
        UpdateClient = "update_client",
        /// Show a light client that it was lied to.
        Evidence = "evidence",
        /// Prove on the source chain that a message was delivered.
        Acknowledge = "acknowledge",
        /// Prove there that it has expired.
        ProveExpired = "prove_expired",
        /// Prove there that it was cancelled.
        ProveCancelled = "prove_cancelled",
        /// Bring a cancellation to the destination.
        AcceptCancellation = "accept_cancellation",
        /// Take the fee of a message that is acknowledged.
        ReleaseFee = "release_fee",
        /// Send nothing to ourselves, so that a nonce is used.
        Nothing = "nothing",
    }
}

impl Purpose {
    /// Whether a message waits for such a transaction while it is in this stage. Later than that, what has become of the transaction says
    /// nothing of the message.
    pub const fn serves(self, stage: Stage) -> bool {
        match self {
            Self::Deliver | Self::DeliverBatch | Self::Skip | Self::AcceptCancellation => {
                matches!(stage, Stage::Final)
            }
            Self::Retry => matches!(stage, Stage::Failed),
            Self::Acknowledge => matches!(stage, Stage::Settled),
            Self::ProveExpired => matches!(stage, Stage::Expired),
            Self::ProveCancelled => matches!(stage, Stage::Cancelled),
            Self::ReleaseFee => matches!(stage, Stage::Acknowledged),
            Self::UpdateClient | Self::Evidence | Self::Nothing => false,
        }
    }
}

words! {
    /// Where a transaction stands.
    OutgoingState {
        /// It has no nonce yet.
        Queued = "queued",
        /// It has a nonce and a signature, which are stored before any node sees them.
        Signed = "signed",
        /// Some node has taken it.
        Sent = "sent",
        /// It is in a block that is not final.
        Mined = "mined",
        /// It is in a final block, and succeeded.
        Final = "final",
        /// It is in a final block, and failed.
        Reverted = "reverted",
        /// Its nonce was used by a transaction that is not ours.
        Lost = "lost",
        /// It was given up before it was mined: its nonce is used by a transaction that does nothing.
        Abandoned = "abandoned",
        /// It was not sent: a limit or a check refused it.
        Refused = "refused",
    }
}

impl OutgoingState {
    /// Whether nothing will happen to it again.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Final | Self::Reverted | Self::Lost | Self::Abandoned | Self::Refused)
    }
}

/// A transaction to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOutgoing {
    /// The chain.
    pub chain: u64,
    /// What it is for.
    pub purpose: Purpose,
    /// The contract.
    pub to: Address,
    /// What it is called with.
    pub data: Bytes,
    /// Gas limit.
    pub gas: u64,
    /// Two that are under way never have the same: what would be done twice is not.
    pub key: String,
    /// Most that may be paid for all of it, in wei; `None` leaves it to the policy.
    pub budget: Option<u128>,
}

/// A signed form of a transaction: one price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bid {
    /// Hash of the transaction.
    pub hash: B256,
    /// What nodes are sent.
    pub raw: Bytes,
    /// Most per gas, in wei.
    pub max_fee: u128,
    /// Of that to the block's proposer.
    pub tip: u128,
    /// When it was signed.
    pub at: Millis,
}

/// A transaction of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Its number in the store.
    pub id: i64,
    /// What is sent.
    pub call: NewOutgoing,
    /// Where it stands.
    pub state: OutgoingState,
    /// Why it is not further, in words; empty when nothing is in its way.
    pub detail: String,
    /// Who signs it, once that is decided.
    pub signer: Option<Address>,
    /// Its nonce, once it is taken.
    pub nonce: Option<u64>,
    /// Its signed forms, oldest first; all use the same nonce.
    pub bids: Vec<Bid>,
    /// The block that it is in.
    pub mined: Option<BlockRef>,
    /// When it was queued.
    pub created_at: Millis,
    /// When something is to be done for it.
    pub run_at: Millis,
}
