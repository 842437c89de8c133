//! What a node says of a transaction that is in a block. None of it is proven.

use alloy_primitives::{Address, B256, Bytes, U8, U64};
use serde::Deserialize;

/// Outcome and place of a transaction, as the node says.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The transaction.
    pub transaction_hash: B256,
    /// Its place in the block.
    pub transaction_index: U64,
    /// The block.
    pub block_hash: B256,
    /// Number of the block.
    #[serde(default)]
    pub block_number: U64,
    /// Gas used by the transaction alone.
    pub gas_used: U64,
    /// What was paid for each unit of gas, in wei, where the node says it.
    pub effective_gas_price: Option<alloy_primitives::U128>,
    /// What was logged.
    pub logs: Vec<Log>,
    status: Option<U8>,
}

/// A log as far as it is the same in every answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Log {
    /// Contract that logged.
    pub address: Address,
    /// Up to four words.
    pub topics: Vec<B256>,
    /// What it says beside them.
    #[serde(default)]
    pub data: Bytes,
}

/// A log as the node finds it, with its place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RawLog {
    /// Contract that logged.
    pub address: Address,
    /// Up to four words.
    pub topics: Vec<B256>,
    /// What it says beside them.
    pub data: Bytes,
    /// The block.
    pub block_hash: B256,
    /// Its number.
    #[serde(deserialize_with = "number")]
    pub block_number: u64,
    /// The transaction. Zero, or the block's hash, of what the last block of a MAP epoch logs itself.
    pub transaction_hash: B256,
    /// Place of the transaction in the block.
    #[serde(deserialize_with = "number")]
    pub transaction_index: u64,
    /// Place among all logs of the block.
    #[serde(deserialize_with = "number")]
    pub log_index: u64,
}

impl Receipt {
    /// Whether the transaction succeeded.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.status == Some(U8::from(1))
    }
}

fn number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    Ok(U64::deserialize(deserializer)?.to())
}
