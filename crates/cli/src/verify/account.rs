//! An account and its slots, or their absence: MPT-1…12, ACC-1, ACC-2.

use super::{Trust, Verified, block, item};
use crate::{
    error::{Error, Result},
    file::{AccountFile, SlotBatchFile, SlotFile},
    refusal::refuse,
};
use alloy_primitives::{B256, keccak256};
use mpt_proof::{
    Outcome,
    state::{Account, slot_value},
};
use serde_json::{Map, Value, json};

/// Verifies the file.
pub(super) fn verify(file: &AccountFile, trust: &Trust) -> Result<Verified> {
    let mut verified = Verified::new("account");
    let header = block::open(&file.block, trust, &mut verified)?;
    verified.fact("address", file.address);
    let key = keccak256(file.address);
    let outcome = file.account_proof.walk(&header.state_root, key.as_slice());
    let outcome = outcome.map_err(|error| refuse("account proof", error))?;
    let Outcome::Value(value) = outcome else {
        if !file.slots.is_empty() || file.slot_batch.is_some() {
            return Err(Error::input("the file", "proves slots of an account that is absent"));
        }
        verified.fact("account", "absent");
        return Ok(verified);
    };
    let account = Account::decode(value).map_err(|error| refuse("account", error))?;
    verified.fact("account", "present");
    verified.fact("nonce", account.nonce);
    verified.fact("balance", account.balance);
    verified.fact("storage_root", account.storage_root);
    verified.fact("code_hash", account.code_hash);
    slots(&account, file, &mut verified)?;
    Ok(verified)
}

fn slots(account: &Account, file: &AccountFile, verified: &mut Verified) -> Result<()> {
    let root = &account.storage_root;
    let mut values = Vec::new();
    for SlotFile { slot, proof } in &file.slots {
        let name = format!("proof of slot {slot}");
        let outcome = proof.walk(root, keccak256(slot).as_slice());
        let outcome = outcome.map_err(|error| refuse(&name, error))?;
        values.push((*slot, slot_of(&name, outcome)?));
    }
    if let Some(SlotBatchFile { slots, proof }) = &file.slot_batch {
        let keys: Vec<B256> = slots.iter().map(keccak256).collect();
        let outcomes = proof.walk_all(root, &keys).ok_or_else(item::compact_batch)?;
        let outcomes = outcomes.map_err(|error| refuse("proof of slots", error))?;
        for (slot, outcome) in slots.iter().zip(outcomes) {
            values.push((*slot, slot_of(&format!("slot {slot}"), outcome)?));
        }
    }
    let text = |(slot, value): &(B256, Option<String>)| {
        format!("{slot} = {}\n", value.as_deref().unwrap_or("zero (absent)"))
    };
    if !values.is_empty() {
        let text = values.iter().map(text).collect();
        let json: Map<String, Value> =
            values.into_iter().map(|(slot, value)| (slot.to_string(), json!(value))).collect();
        verified.fact_as("slots", text, Value::Object(json));
    }
    Ok(())
}

/// The value of a slot, or that it is absent.
fn slot_of(name: &str, outcome: Outcome<'_>) -> Result<Option<String>> {
    match outcome {
        Outcome::Value(value) => {
            let value = slot_value(value).map_err(|error| refuse(name, error))?;
            Ok(Some(format!("{value:#066x}")))
        }
        Outcome::Absent(_) => Ok(None),
    }
}
