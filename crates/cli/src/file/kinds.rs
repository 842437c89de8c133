//! The kinds of proof files. Fields hold what the verifier is given, never what it finds out.

use super::{Block, Nodes};
use alloy_primitives::{Address, B256, Bytes};
use serde::{Deserialize, Serialize};

/// A block, and the way to it from what is trusted.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AncestryFile {
    /// The block.
    pub block: Block,
}

/// A receipt, and perhaps one log of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReceiptFile {
    /// Where the receipt is.
    pub block: Block,
    /// Place of the transaction in the block.
    pub transaction_index: u64,
    /// Trie nodes from the receipts root.
    pub receipt_proof: Nodes,
    /// Place of the log in the receipt; all logs when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_index: Option<u64>,
}

/// A transaction or a withdrawal, or that there is none.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ItemFile {
    /// Where it is.
    pub block: Block,
    /// Its place in the block.
    pub index: u64,
    /// Trie nodes from the root in the block's header.
    pub proof: Nodes,
}

/// Several items of one block at once.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BatchFile {
    /// Where they are.
    pub block: Block,
    /// What they are.
    pub of: Items,
    /// Their places in the block, in the order of their keys: 1…127, 0, 128….
    pub indices: Vec<u64>,
    /// Trie nodes from the root in the block's header, shared ones once.
    pub proof: Nodes,
}

/// What a block has a trie of.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Items {
    /// Under the receipts root.
    Receipts,
    /// Under the transactions root.
    Transactions,
    /// Under the withdrawals root.
    Withdrawals,
}

impl Items {
    /// One of them.
    pub(crate) const fn one(self) -> &'static str {
        match self {
            Self::Receipts => "receipt",
            Self::Transactions => "transaction",
            Self::Withdrawals => "withdrawal",
        }
    }

    /// All of them.
    pub(crate) const fn all(self) -> &'static str {
        match self {
            Self::Receipts => "receipts",
            Self::Transactions => "transactions",
            Self::Withdrawals => "withdrawals",
        }
    }
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
    pub account_proof: Nodes,
    /// Slots of the account; none when it is absent.
    #[serde(default)]
    pub slots: Vec<SlotFile>,
    /// More slots, proven at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot_batch: Option<SlotBatchFile>,
}

/// Several slots at once.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlotBatchFile {
    /// The slots, not hashed, in the order of their hashes.
    pub slots: Vec<B256>,
    /// Trie nodes from the account's storage root, shared ones once.
    pub proof: Nodes,
}

/// One slot.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlotFile {
    /// The slot, not hashed.
    pub slot: B256,
    /// Trie nodes from the account's storage root.
    pub proof: Nodes,
}

/// A message sent through a lane.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeliveryFile {
    /// Where the message was sent.
    pub block: Block,
    /// The lane's other facts; its source chain is the block's, or that of the route.
    pub lane: LaneFile,
    /// Place of the transaction in the block.
    pub transaction_index: u64,
    /// Trie nodes from the receipts root.
    pub receipt_proof: Vec<Bytes>,
    /// Place of the log in the receipt.
    pub log_index: u64,
    /// Number of the message in its lane.
    pub nonce: u64,
    /// Signatures of attestors, where the lane asks for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attestations: Option<Bytes>,
    /// Where it was sent, when the block is a hub's and what is proven is the hub's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<RouteFile>,
}

/// Who says that the message was sent, and on which chain.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RouteFile {
    /// The chain that the message was sent on.
    pub source_chain_id: u64,
    /// The hub, on the chain of the block.
    pub hub: Address,
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
