use alloy_rlp::Header;
use std::{iter, vec::Vec};

/// The RLP of a string.
pub(super) fn string(bytes: &[u8]) -> Vec<u8> {
    alloy_rlp::encode(bytes)
}

/// The RLP of a list whose items are encoded already.
pub(super) fn list(items: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    Header { list: true, payload_length: items.iter().map(|item| item.len()).sum() }
        .encode(&mut out);
    items.iter().for_each(|item| out.extend_from_slice(item));
    out
}

/// The hex-prefix form of a path, as RLP.
pub(super) fn path(nibbles: &[u8], is_leaf: bool) -> Vec<u8> {
    let is_odd = nibbles.len() % 2 == 1;
    let flag = 2 * u8::from(is_leaf) + u8::from(is_odd);
    let padding = (!is_odd).then_some(0);
    let all: Vec<u8> = iter::once(flag).chain(padding).chain(nibbles.iter().copied()).collect();
    let bytes: Vec<u8> = all
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, nibble| (byte << 4) | nibble))
        .collect();
    string(&bytes)
}

/// The nibbles of a key.
pub(super) fn nibbles(key: &[u8]) -> Vec<u8> {
    key.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]).collect()
}
