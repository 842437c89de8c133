//! The kinds of proof files. Fields hold what the verifier is given, never what it finds out.

use super::Block;
use alloy_primitives::{Address, B256, Bytes};
use serde::{Deserialize, Serialize};

/// A receipt, and perhaps one log of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReceiptFile {
    /// Where the receipt is.
    pub block: Block,
    /// Place of the transaction in the block.
    pub transaction_index: u64,
    /// Trie nodes from the receipts root.
    pub receipt_proof: Vec<Bytes>,
    /// Place of the log in the receipt; all logs when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_index: Option<u64>,
}

/// An account and slots of it, or their absence.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountFile {
    /// Whose state.
    pub block: Block,
    /// The account.
    pub address: Address,
    /// Trie nodes from the state root.
    pub account_proof: Vec<Bytes>,
    /// Slots of the account; none when it is absent.
    #[serde(default)]
    pub slots: Vec<SlotFile>,
}

/// One slot.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlotFile {
    /// The slot, not hashed.
    pub slot: B256,
    /// Trie nodes from the account's storage root.
    pub proof: Vec<Bytes>,
}

/// A message sent through a lane.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeliveryFile {
    /// Where the message was sent.
    pub block: Block,
    /// The lane's other facts; its source chain is the block's.
    pub lane: LaneFile,
    /// Place of the transaction in the block.
    pub transaction_index: u64,
    /// Trie nodes from the receipts root.
    pub receipt_proof: Vec<Bytes>,
    /// Place of the log in the receipt.
    pub log_index: u64,
    /// Number of the message in its lane.
    pub nonce: u64,
}

/// A lane without its source chain.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LaneFile {
    /// Message service on the source chain.
    pub source_gateway: Address,
    /// Chain that messages are delivered on.
    pub destination_chain_id: u64,
    /// Message service on it.
    pub destination_gateway: Address,
}
