//! An account and its slots, or their absence: MPT-1…12, ACC-1, ACC-2.

use super::{Trust, Verified, block};
use crate::{
    error::{Error, Result},
    file::{AccountFile, SlotFile},
    refusal::refuse,
};
use alloy_primitives::keccak256;
use mpt_proof::{
    Error as Refused, Outcome, proof,
    state::{Account, slot_value},
};
use serde_json::{Map, Value, json};

/// Verifies the file.
pub(super) fn verify(file: &AccountFile, trust: &Trust) -> Result<Verified> {
    let mut verified = Verified::new("account");
    let header = block::open(&file.block, trust, &mut verified)?;
    verified.fact("address", file.address);
    let key = keccak256(file.address);
    let outcome = proof::walk(&header.state_root, key.as_slice(), &file.account_proof);
    let outcome = outcome.map_err(|error| refuse("account proof", error))?;
    let Outcome::Value(value) = outcome else {
        if !file.slots.is_empty() {
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
    slots(&account, &file.slots, &mut verified)?;
    Ok(verified)
}

fn slots(account: &Account, files: &[SlotFile], verified: &mut Verified) -> Result<()> {
    let (mut text, mut json) = (String::new(), Map::new());
    for SlotFile { slot, proof } in files {
        let value = slot_of(account, slot.as_slice(), proof);
        let value = value.map_err(|error| refuse(&format!("proof of slot {slot}"), error))?;
        text += &format!("{slot} = {}\n", value.as_deref().unwrap_or("zero (absent)"));
        json.insert(slot.to_string(), value.map_or(Value::Null, |value| json!(value)));
    }
    if !files.is_empty() {
        verified.fact_as("slots", text, Value::Object(json));
    }
    Ok(())
}

/// The value of a slot, or that it is absent.
fn slot_of(
    account: &Account,
    slot: &[u8],
    nodes: &[alloy_primitives::Bytes],
) -> std::result::Result<Option<String>, Refused> {
    let key = keccak256(slot);
    match proof::walk(&account.storage_root, key.as_slice(), nodes)? {
        Outcome::Value(value) => Ok(Some(format!("{:#066x}", slot_value(value)?))),
        Outcome::Absent(_) => Ok(None),
    }
}
