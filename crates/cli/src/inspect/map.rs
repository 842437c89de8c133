//! The MAP relay chain: headers with or without the seal of the validators, and packed updates.

use super::{Found, bytes::item_text};
use crate::map::{Parts, Seal, packed, places};
use alloy_primitives::{hex, keccak256};
use light_client::{header::MAP_ITEM_NAMES, map::SealedHeader};

/// A header, as nodes pass it on or as it is hashed.
pub(super) fn header(bytes: &[u8]) -> Option<Found> {
    let Parts { items, extra, .. } = Parts::read(bytes)?;
    let mut found = Found::new("MAP block header");
    match SealedHeader::split(bytes) {
        Ok(sealed) => {
            found.add("hash", sealed.block_hash()).add("proposer hash", sealed.proposer_hash());
        }
        Err(_) if extra.seal.is_empty() => _ = found.add("hash", keccak256(bytes)),
        Err(_) => return None,
    }
    for (name, item) in MAP_ITEM_NAMES.iter().zip(items) {
        if *name != "extraData" {
            found.add(name, item_text(name, item));
        }
    }
    for (place, address) in extra.added.iter().enumerate() {
        found.add(format!("joins {place}"), address);
        let key = |keys: &[&[u8]]| keys.get(place).map_or_else(String::new, hex::encode_prefixed);
        found.add(format!("joins {place} on G1"), key(&extra.g1_keys));
        found.add(format!("joins {place} on G2"), key(&extra.keys));
    }
    found.add("leave", numbers(&places(extra.removed)));
    found.add("proposer seal", hex::encode_prefixed(extra.proposer_seal));
    seal(&mut found, "seal", &extra.seal);
    seal(&mut found, "parent seal", &extra.parent_seal);
    Some(found)
}

fn seal(found: &mut Found, name: &str, seal: &Seal<'_>) {
    if seal.is_empty() {
        found.add(name, "empty, as it is hashed");
        return;
    }
    let signers = places(seal.signers);
    found.add(name, format!("by {}: {}", signers.len(), numbers(&signers)));
    let round = seal.round.map_or_else(|| "more than 64 bits".into(), |round| round.to_string());
    found.add(format!("{name} round"), round);
    found.add(format!("{name} signature"), hex::encode_prefixed(seal.signature));
}

fn numbers(places: &[usize]) -> String {
    let places: Vec<String> = places.iter().map(usize::to_string).collect();
    if places.is_empty() { "none".into() } else { places.join(" ") }
}

/// An update (MAP-1).
pub(super) fn update(bytes: &[u8]) -> Option<Found> {
    let mut found = Found::new("MAP light-client update, packed");
    found.add_all("", packed::lines(bytes)?);
    Some(found)
}
