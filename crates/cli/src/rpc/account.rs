//! The answer of `eth_getProof`.

use alloy_primitives::{Address, B256, Bytes};
use serde::Deserialize;

/// Trie nodes for an account. What the node says about the account besides is not read.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountProof {
    /// The account.
    pub address: Address,
    /// Nodes from the state root.
    pub account_proof: Vec<Bytes>,
    /// One entry for each slot asked for.
    pub storage_proof: Vec<StorageProof>,
}

/// Trie nodes for one slot.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct StorageProof {
    /// The slot as the node writes it: with or without leading zeros.
    pub key: alloy_primitives::U256,
    /// Nodes from the account's storage root.
    pub proof: Vec<Bytes>,
}

impl AccountProof {
    /// The nodes for `slot`.
    pub(crate) fn slot(&self, slot: B256) -> Option<&StorageProof> {
        self.storage_proof.iter().find(|entry| B256::from(entry.key) == slot)
    }
}
