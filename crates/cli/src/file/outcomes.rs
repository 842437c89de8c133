//! The kinds of proof files about what became of a message: proven on the chain that it was sent from.

use super::Block;
use alloy_primitives::{Address, Bytes};
use serde::{Deserialize, Serialize};

/// A lane without its destination chain, which is that of the block.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OriginFile {
    /// Chain that messages are sent from.
    pub source_chain_id: u64,
    /// Message service on it.
    pub source_gateway: Address,
    /// Message service on the chain of the block.
    pub destination_gateway: Address,
}

/// A message was delivered.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcknowledgementFile {
    /// Where it was delivered.
    pub block: Block,
    /// The lane's other facts.
    pub lane: OriginFile,
    /// Place of the transaction in the block.
    pub transaction_index: u64,
    /// Trie nodes from the receipts root.
    pub receipt_proof: Vec<Bytes>,
    /// Place of the log in the receipt.
    pub log_index: u64,
    /// Signatures of attestors, where the lane asks for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attestations: Option<Bytes>,
}

/// A message was not delivered by its deadline.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpiryFile {
    /// A block after the deadline.
    pub block: Block,
    /// The lane's other facts.
    pub lane: OriginFile,
    /// The message.
    pub body: BodyFile,
    /// Trie nodes from the state root to the account of the message service.
    pub account_proof: Vec<Bytes>,
    /// Trie nodes from its storage root to the word of settled bits, or to where it would be.
    pub storage_proof: Vec<Bytes>,
    /// Whether the word is absent, all its bits being clear.
    pub absent: bool,
    /// Signatures of attestors, where the lane asks for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attestations: Option<Bytes>,
}

/// All of a message but its lane.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BodyFile {
    /// Its number in the lane.
    pub nonce: u64,
    /// ERC-7930 address.
    pub sender: Bytes,
    /// ERC-7930 address.
    pub recipient: Bytes,
    /// What it says.
    pub payload: Bytes,
    /// What it asks of its delivery.
    pub attributes: Vec<Bytes>,
}

impl From<&mos::Body> for BodyFile {
    fn from(body: &mos::Body) -> Self {
        let mos::Body { nonce, sender, recipient, payload, attributes } = body.clone();
        Self { nonce, sender, recipient, payload, attributes }
    }
}

impl From<&BodyFile> for mos::Body {
    fn from(file: &BodyFile) -> Self {
        let BodyFile { nonce, sender, recipient, payload, attributes } = file.clone();
        Self { nonce, sender, recipient, payload, attributes }
    }
}
