//! A receipt and its logs: MPT-1…13, RCT-2…7.

use super::{Trust, Verified, block};
use crate::{error::Result, file::ReceiptFile, refusal::refuse};
use alloy_primitives::{Bytes, hex};
use mpt_proof::receipt::{self, Log, Receipt, TypePolicy};
use serde_json::{Value, json};

/// Verifies the file.
pub(super) fn verify(file: &ReceiptFile, trust: &Trust) -> Result<Verified> {
    let mut verified = Verified::new("receipt");
    let header = block::open(&file.block, trust, &mut verified)?;
    let (index, root) = (file.transaction_index, &header.receipts_root);
    let receipt = receipt::prove(root, index, &file.receipt_proof, TypePolicy::Known)
        .map_err(|error| refuse("receipt proof", error))?;
    verified.fact("transaction_index", index);
    verified.fact("receipt_type", receipt.tx_type);
    verified.fact("status", if receipt.success { "success" } else { "failed" });
    verified.fact("cumulative_gas_used", receipt.cumulative_gas_used);
    match file.log_index {
        Some(index) => {
            let log = receipt.log(index).map_err(|error| refuse("log", error))?;
            verified.fact("log_index", index);
            verified.fact_as("log", text(&log), to_json(&log));
        }
        None => all_logs(&receipt, &mut verified)?,
    }
    Ok(verified)
}

fn all_logs(receipt: &Receipt<'_>, verified: &mut Verified) -> Result<()> {
    let logs: std::result::Result<Vec<_>, _> = receipt.logs().collect();
    let logs = logs.map_err(|error| refuse("log", error))?;
    let numbered = logs.iter().enumerate().map(|(place, log)| format!("#{place} {}", text(log)));
    let text =
        if logs.is_empty() { "none".into() } else { numbered.collect::<Vec<_>>().join("\n") };
    verified.fact_as("logs", text, logs.iter().map(to_json).collect());
    Ok(())
}

/// A log for people.
pub(crate) fn text(log: &Log<'_>) -> String {
    let topics = log.topics().iter().enumerate();
    let topics: String = topics.map(|(place, topic)| format!("topic {place}  {topic}\n")).collect();
    format!("emitter  {}\n{topics}data     {}", log.address, hex::encode_prefixed(log.data))
}

/// A log for machines.
pub(crate) fn to_json(log: &Log<'_>) -> Value {
    let data = Bytes::copy_from_slice(log.data);
    json!({ "address": log.address, "topics": log.topics(), "data": data })
}
