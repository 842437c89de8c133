//! What is answered, as JSON. Times are milliseconds since 1970, those of chains seconds; amounts of wei are strings.

use crate::{
    chain::EndpointHealth,
    clock::Millis,
    domain::{Class, OutgoingState, Purpose, Reason, Stage},
    service::Condition,
};
use alloy_primitives::{Address, B256, Bytes};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChainName {
    /// Its id.
    pub id: u64,
    /// Its name in the configuration; its id again when it is not in there.
    pub name: String,
}

/// Where an event is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Spot {
    /// On which chain.
    pub chain: ChainName,
    /// Number of the block.
    pub block: u64,
    /// Its hash.
    #[schema(value_type = String)]
    pub block_hash: B256,
    /// Hash of the transaction.
    #[schema(value_type = String)]
    pub transaction: B256,
    /// Place of the log in the block.
    pub log_index: u64,
}

/// A message: where it stands, why it is not further, what can be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// Its id.
    #[schema(value_type = String)]
    pub id: B256,
    /// Where it was sent from.
    pub source: ChainName,
    /// Where it goes to.
    pub destination: ChainName,
    /// Its number on the lane.
    pub nonce: u64,
    /// Who sent it: an address, or ERC-7930 bytes of a chain that has others.
    pub sender: String,
    /// Who gets it.
    pub recipient: String,
    /// Length of its payload.
    pub payload_bytes: usize,
    /// The event by which it was sent.
    pub sent: Spot,
    /// Where it stands.
    pub stage: Stage,
    /// Why it is not further.
    pub reason: Reason,
    /// The same in words: numbers, addresses, what a node said.
    pub detail: String,
    /// What its sender, its recipient or anyone can do.
    pub advice: String,
    /// Since when it is in this stage.
    pub since: Millis,
    /// When it was first seen.
    pub seen_at: Millis,
    /// How often something was tried since the stage has changed.
    pub attempts: u32,
    /// When something is to be done for it.
    pub next_attempt: Option<Millis>,
    /// Who takes it.
    pub class: Class,
    /// The transaction of ours that is under way for it.
    pub outgoing: Option<i64>,
}

/// Messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageList {
    /// The last seen first.
    pub messages: Vec<Message>,
    /// What `before` has to be for those after these; nothing when there are none.
    #[schema(value_type = Option<String>)]
    pub next: Option<B256>,
}

/// A message with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageDetail {
    /// Where it stands.
    #[serde(flatten)]
    pub message: Message,
    /// What its recipient gets.
    #[schema(value_type = String)]
    pub payload: Bytes,
    /// What its sender has asked for.
    #[schema(value_type = Vec<String>)]
    pub attributes: Vec<Bytes>,
    /// The last thing that went wrong.
    pub last_error: Option<Step>,
    /// Its life, from its first sighting.
    pub history: Vec<Step>,
    /// What chains say of it.
    pub sightings: Vec<Seen>,
    /// Transactions of ours that are under way for it.
    pub transactions: Vec<Transaction>,
}

/// A step in the life of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Step {
    /// When.
    pub at: Millis,
    /// Where it stood from then on.
    pub stage: Stage,
    /// Why it was no further.
    pub reason: Reason,
    /// The same in words.
    pub detail: String,
    /// The transaction that it is about.
    #[schema(value_type = Option<String>)]
    pub transaction: Option<B256>,
}

/// An event about a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Seen {
    /// Where.
    pub at: Spot,
    /// What it says, in a word.
    pub fact: String,
    /// Its arguments in words.
    pub detail: String,
}

/// A transaction of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Transaction {
    /// Its number here.
    pub id: i64,
    /// On which chain.
    pub chain: ChainName,
    /// What it is for.
    pub purpose: Purpose,
    /// Where it stands.
    pub state: OutgoingState,
    /// Why it is not further.
    pub detail: String,
    /// The contract.
    #[schema(value_type = String)]
    pub to: Address,
    /// Length of what it is called with: nearly all of it is the proof.
    pub calldata_bytes: usize,
    /// Gas limit.
    pub gas: u64,
    /// Who signs it.
    #[schema(value_type = Option<String>)]
    pub signer: Option<Address>,
    /// Its nonce.
    pub nonce: Option<u64>,
    /// Its signed forms, oldest first.
    pub bids: Vec<Offer>,
    /// Number of the block that it is in.
    pub block: Option<u64>,
    /// When it was queued.
    pub created_at: Millis,
    /// When something is to be done for it.
    pub next_attempt: Millis,
    /// The messages that it carries.
    #[schema(value_type = Vec<String>)]
    pub messages: Vec<B256>,
}

/// A signed form of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Offer {
    /// Hash of the transaction.
    #[schema(value_type = String)]
    pub hash: B256,
    /// Most per gas, in wei.
    pub max_fee_wei: String,
    /// Of that to the block's proposer.
    pub tip_wei: String,
    /// When it was signed.
    pub at: Millis,
}

/// How a lane does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Lane {
    /// Where messages are sent from.
    pub source: ChainName,
    /// Where they go to.
    pub destination: ChainName,
    /// Whether this relayer serves it.
    pub served: bool,
    /// How many are in each stage.
    #[schema(value_type = std::collections::BTreeMap<String, u64>)]
    pub stages: BTreeMap<Stage, u64>,
    /// What those wait for that are not over.
    #[schema(value_type = std::collections::BTreeMap<String, u64>)]
    pub waiting: BTreeMap<Reason, u64>,
    /// Since when the oldest one that is not over is known.
    pub oldest: Option<Millis>,
}

/// How a chain is followed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChainState {
    /// Which.
    pub chain: ChainName,
    /// The newest block that was seen.
    pub head: Option<u64>,
    /// Its time, in seconds of the chain.
    pub head_time: Option<u64>,
    /// The last final block that was read.
    pub final_block: Option<u64>,
    /// The block that is read next.
    pub next_block: Option<u64>,
    /// How many blocks are still to be read.
    pub lag: Option<u64>,
    /// Why it is read no further.
    pub halted: Option<String>,
    /// When it was last read.
    pub updated_at: Option<Millis>,
    /// How many nodes have to agree.
    pub quorum: usize,
    /// Its nodes.
    pub endpoints: Vec<EndpointHealth>,
}

/// How a light client does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClientState {
    /// The chain that it is on.
    pub on: ChainName,
    /// The chain that it follows.
    pub follows: ChainName,
    /// Its contract.
    #[schema(value_type = String)]
    pub address: Address,
    /// The id of its newest head.
    pub head_id: u64,
    /// Number of the block of that head.
    pub head: u64,
    /// Its hash.
    #[schema(value_type = String)]
    pub head_hash: B256,
    /// Its time, in seconds of the followed chain.
    pub head_time: u64,
    /// How old the head is, in seconds.
    pub age_seconds: u64,
    /// Seconds until it stops to answer unless it is updated; 0 when it has stopped.
    pub seconds_to_expiry: Option<u64>,
    /// How it is doing, in words; empty when all is well.
    pub detail: String,
    /// When it was looked at.
    pub checked_at: Millis,
    /// Messages that wait for a newer head.
    pub waiting: Option<Waiting>,
}

/// Messages that wait for a head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Waiting {
    /// How many.
    pub count: u64,
    /// The head has to be at this block or later.
    pub block: u64,
    /// Since when the first of them waits.
    pub since: Millis,
}

/// How a role is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RoleState {
    /// Its name.
    pub name: String,
    /// How it is.
    #[serde(flatten)]
    pub condition: Condition,
}

/// How this process is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ServiceState {
    /// Which version of the program it is.
    pub version: String,
    /// The name of the instance.
    pub instance: String,
    /// Its time.
    pub now: Millis,
    /// Whether all roles make progress.
    pub healthy: bool,
    /// Those that do not, with the reason.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub unwell: BTreeMap<String, String>,
    /// All roles.
    pub roles: Vec<RoleState>,
}
