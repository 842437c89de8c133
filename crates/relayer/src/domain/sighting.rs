//! What chains say about messages, event by event.

use alloy_primitives::{Address, B256, U256};
use mos::Body;
use serde::{Deserialize, Serialize};

/// A block of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlockRef {
    /// Its number.
    pub number: u64,
    /// Its hash.
    pub hash: B256,
}

/// Where on a chain an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The chain.
    pub chain: u64,
    /// The block.
    pub block: BlockRef,
    /// Hash of the transaction.
    pub transaction: B256,
    /// Its place in the block.
    pub transaction_index: u64,
    /// Place of the log in the block, as nodes count; in its receipt it has another one.
    pub log_index: u64,
}

/// A message as its event says it, with the nonce that its id binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentMessage {
    /// The gateway that sent it.
    pub gateway: Address,
    /// The chain that it goes to.
    pub destination: u64,
    /// All that the id binds beside the lane.
    pub body: Body,
}

/// What became of a message, as its source chain has it proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProvenOutcome {
    /// It was delivered.
    Delivered,
    /// It was cancelled before it was delivered.
    Cancelled,
    /// It was not delivered by its deadline.
    Expired,
}

/// What an event says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// On its source chain: it was sent.
    Sent(Box<SentMessage>),
    /// On its source chain: the sender asks that it be cancelled.
    CancellationRequested,
    /// On its source chain: it is proven what became of it, and who is paid for it.
    Outcome(ProvenOutcome, Address),
    /// On its source chain: a fee was paid for it. The token, or zero for the native one.
    FeePaid(Address, U256),
    /// On its source chain: so much of the fees was paid out or taken back.
    FeeGone(Address, U256),
    /// On its destination: it was delivered; who named themself for the fee.
    Delivered(Address),
    /// On its destination: its recipient failed, and it can be retried.
    Failed(String),
    /// On its destination: the cancellation was accepted.
    Cancelled,
    /// On its destination: it had expired, and those behind it need not wait for it.
    Skipped,
}

/// An event about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Id of the message.
    pub message: B256,
    /// Where it was seen.
    pub place: Place,
    /// What it says.
    pub fact: Fact,
}
