//! A transaction's receipt as JSON, as far as it is read here. The trie's values are made by
//! `mpt_proof::builder`.

use alloy_primitives::{Address, B256, U8, U64};
use serde::Deserialize;

/// Outcome and place of a transaction.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Receipt {
    /// Place of the transaction in the block.
    pub transaction_index: U64,
    /// The block.
    pub block_hash: B256,
    /// Gas used by the transaction alone.
    pub gas_used: U64,
    /// What was logged.
    pub logs: Vec<Log>,
    status: Option<U8>,
}

/// Who logged what kind of thing; the data is read from the proven receipt only.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Log {
    /// Contract that logged.
    pub address: Address,
    /// Up to four words.
    pub topics: Vec<B256>,
}

impl Receipt {
    /// Whether the transaction succeeded.
    pub(crate) fn succeeded(&self) -> bool {
        self.status == Some(U8::from(1))
    }
}
