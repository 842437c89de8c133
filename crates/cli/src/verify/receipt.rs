//! A receipt and its logs, or that there is none: MPT-1…13, RCT-2…7.

use super::{Trust, Verified, block, item};
use crate::{
    error::Result,
    file::{Items, ReceiptFile},
    refusal::refuse,
};
use alloy_primitives::{Bytes, hex};
use mpt_proof::{
    Outcome, proof,
    receipt::{Log, Receipt, TypePolicy, index_key},
};
use serde_json::{Value, json};

/// Verifies the file.
pub(super) fn verify(file: &ReceiptFile, trust: &Trust) -> Result<Verified> {
    let mut verified = Verified::new("receipt");
    let header = block::open(&file.block, trust, &mut verified)?;
    let index = file.transaction_index;
    let outcome = file.receipt_proof.walk(&header.receipts_root, index_key(index).as_ref());
    let outcome = outcome.map_err(|error| refuse("receipt proof", error))?;
    verified.fact("transaction_index", index);
    let Outcome::Value(value) = outcome else {
        if file.log_index.is_some() {
            return Err(refuse("receipt proof", proof::Error::KeyAbsent));
        }
        verified.fact("receipt", item::none(Items::Receipts, index));
        return Ok(verified);
    };
    let receipt = Receipt::decode(value, TypePolicy::Known);
    let receipt = receipt.map_err(|error| refuse("receipt", error))?;
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
