//! Receipts in records: proven under a header's receipts root, and compared with what the record says of them.

use super::{keys, source::ReceiptProof};
use crate::follow::{Fact, Refused};
use alloy_primitives::{Address, B256, Bytes};
use mpt_proof::{
    Outcome, proof,
    receipt::{Log, Receipt, TypePolicy},
};
use serde_json::Value;

/// What is proven about a receipt.
pub(crate) fn verify(
    root: &B256,
    receipt: &ReceiptProof,
) -> std::result::Result<Vec<Fact>, Refused> {
    let ReceiptProof { key, nodes, receipt: stated } = receipt;
    let outcome = proof::walk(root, key, nodes).map_err(Refused::clause)?;
    let Outcome::Value(value) = outcome else {
        return Err(Refused::clause(proof::Error::KeyAbsent));
    };
    let receipt = Receipt::decode(value, TypePolicy::Known)
        .map_err(|error| Refused::clause(mpt_proof::Error::from(error)))?;
    let logs: std::result::Result<Vec<_>, _> = receipt.logs().collect();
    let logs = logs.map_err(|error| Refused::clause(mpt_proof::Error::from(error)))?;
    compare(stated, &receipt, &logs).map_err(|message| Refused::Rule {
        error: "another receipt".into(),
        message: format!("the file states of the receipt {message}"),
    })?;
    let status = if receipt.success { "success" } else { "failed" };
    Ok(vec![
        ("receipt_key", key.to_string()),
        ("receipt", format!("type {}, {status}, {} logs", receipt.tx_type, logs.len())),
        ("receipt_proof", format!("{} nodes", nodes.len())),
    ])
}

/// That a receipt is what the file says of it: as far as it says anything.
fn compare(
    stated: &Value,
    receipt: &Receipt<'_>,
    logs: &[Log<'_>],
) -> std::result::Result<(), String> {
    let number = |field: &str| match stated.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => keys::number(value).map(Some).map_err(|e| format!("{field}: {e}")),
    };
    let same = |field: &str, got: u64| match number(field)? {
        Some(stated) if stated != got => Err(format!("{field} {stated}, it has {got}")),
        _ => Ok(()),
    };
    same("receipt_type", receipt.tx_type.into())?;
    same("post_state_or_status", receipt.success.into())?;
    same("cumulative_gas_used", receipt.cumulative_gas_used)?;
    let Some(list) = stated.get("logs").and_then(Value::as_array) else { return Ok(()) };
    if list.len() != logs.len() {
        return Err(format!("{} logs, it has {}", list.len(), logs.len()));
    }
    for (place, (stated, log)) in list.iter().zip(logs).enumerate() {
        let read = || -> Option<(Address, Vec<B256>, Bytes)> {
            let field = |name: &str| stated.get(name).cloned().unwrap_or_default();
            let address = serde_json::from_value(field("address")).ok()?;
            let topics = serde_json::from_value(field("topics")).ok()?;
            Some((address, topics, serde_json::from_value(field("data")).ok()?))
        };
        let same = |(address, topics, data): (Address, Vec<B256>, Bytes)| {
            address == log.address && topics == log.topics() && data.as_ref() == log.data
        };
        if !read().is_some_and(same) {
            return Err(format!("another log {place}"));
        }
    }
    Ok(())
}
