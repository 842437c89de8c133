//! The receipt that the last block of a MAP epoch has beyond those of its transactions.

use super::Rpc;
use crate::error::{Error, Result};
use alloy_primitives::{Address, B256, Bloom, Bytes, Log};
use serde::Deserialize;
use serde_json::{Value, json};

/// A log that no transaction has made.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Own {
    address: Address,
    topics: Vec<B256>,
    data: Bytes,
    transaction_hash: B256,
}

impl Rpc {
    /// The receipt of the block itself, if it has logged anything: made of those logs whose transaction has the hash zero, or that of the
    /// block. Whether it is right is told by the root that all receipts lead to.
    pub(crate) async fn block_receipt(&self, block: B256) -> Result<Option<String>> {
        const METHOD: &str = "eth_getLogs";
        let logs: Vec<Value> = self.request(METHOD, (json!({ "blockHash": block }),)).await?;
        let mut own = Vec::new();
        let mut bloom = Bloom::ZERO;
        for value in logs {
            let log: Own =
                serde_json::from_value(value.clone()).map_err(|e| Error::rpc(METHOD, e))?;
            if log.transaction_hash.is_zero() || log.transaction_hash == block {
                bloom.accrue_log(&Log::new_unchecked(log.address, log.topics, log.data));
                own.push(value);
            }
        }
        if own.is_empty() {
            return Ok(None);
        }
        // What is not part of the encoding is there because answers have it.
        let receipt = json!({
            "type": "0x0", "status": "0x1", "cumulativeGasUsed": "0x0", "logs": own, "logsBloom": bloom,
            "transactionHash": B256::ZERO, "transactionIndex": "0x0", "blockHash": block, "blockNumber": "0x0",
            "gasUsed": "0x0", "effectiveGasPrice": "0x0", "from": Address::ZERO, "to": null,
            "contractAddress": null,
        });
        Ok(Some(receipt.to_string()))
    }
}
