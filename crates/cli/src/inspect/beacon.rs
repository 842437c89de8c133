//! Answers of the beacon API: light-client updates and bootstraps.

use super::Found;
use crate::error::{Error, Result};
use serde_json::Value;

/// Shows a light-client object.
pub(super) fn inspect(name: &str, text: &str) -> Result<Found> {
    let value: Value =
        serde_json::from_str(text).map_err(|e| Error::input(name, format!("not JSON: {e}")))?;
    let data = value.get("data").unwrap_or(&value);
    let kind = if data.get("current_sync_committee").is_some() {
        "light-client bootstrap"
    } else if data.get("next_sync_committee").is_some() {
        "light-client update"
    } else if data.get("finalized_header").is_some() {
        "light-client finality update"
    } else if data.get("attested_header").is_some() {
        "light-client optimistic update"
    } else {
        let problem = "JSON that is neither a proof file nor a light-client object";
        return Err(Error::input(name, problem));
    };
    let mut found = Found::new(kind);
    found.add("fork", value["version"].as_str().unwrap_or("not stated"));
    for field in ["header", "attested_header", "finalized_header"] {
        header(&mut found, field, &data[field]);
    }
    signature(&mut found, data);
    for field in ["current_sync_committee", "next_sync_committee"] {
        committee(&mut found, field, &data[field]);
    }
    for (field, branch) in data.as_object().into_iter().flatten() {
        if let Some(nodes) = branch.as_array().filter(|_| field.ends_with("_branch")) {
            found.add(field.replace('_', " "), format!("{} nodes", nodes.len()));
        }
    }
    Ok(found)
}

fn header(found: &mut Found, name: &str, header: &Value) {
    let label = |what: &str| format!("{} {what}", name.replace('_', " "));
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if let Some(slot) = text(&header["beacon"]["slot"]) {
        found.add(label("slot"), slot);
    }
    if let Some(root) = text(&header["beacon"]["state_root"]) {
        found.add(label("state root"), root);
    }
    let execution = &header["execution"];
    if let (Some(number), Some(hash)) =
        (text(&execution["block_number"]), text(&execution["block_hash"]))
    {
        found.add(label("execution block"), format!("{number}, {hash}"));
    }
}

fn signature(found: &mut Found, data: &Value) {
    let bits = data["sync_aggregate"]["sync_committee_bits"].as_str();
    let Some(bits) = bits.and_then(|bits| alloy_primitives::hex::decode(bits).ok()) else { return };
    let signers: u32 = bits.iter().map(|byte| byte.count_ones()).sum();
    let members = 8 * bits.len();
    let enough = if 3 * signers as usize >= 2 * members { "at least" } else { "fewer than" };
    found.add("signers", format!("{signers} of {members}: {enough} two thirds"));
    found.add("signature slot", data["signature_slot"].as_str().unwrap_or("not stated"));
}

fn committee(found: &mut Found, name: &str, committee: &Value) {
    if let Some(keys) = committee["pubkeys"].as_array() {
        let aggregate = committee["aggregate_pubkey"].as_str().unwrap_or("not stated");
        found.add(name.replace('_', " "), format!("{} keys, aggregate {aggregate}", keys.len()));
    }
}
