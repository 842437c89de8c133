//! What is read is canonical: it encodes to the bytes it was read from (R2), and no byte may follow it (R4).
#![no_main]

use alloy_rlp::{Encodable, Header};
use libfuzzer_sys::fuzz_target;
use mpt_proof::rlp::{Error, Item, decode_exact};

fuzz_target!(|bytes: &[u8]| {
    let Ok(item) = decode_exact(bytes) else { return };
    let mut encoded = Vec::with_capacity(bytes.len());
    match item {
        Item::String(payload) => payload.encode(&mut encoded),
        Item::List(payload) => {
            Header { list: true, payload_length: payload.len() }.encode(&mut encoded);
            encoded.extend_from_slice(payload);
        }
    }
    assert_eq!(encoded, bytes);
    encoded.push(0);
    assert_eq!(decode_exact(&encoded), Err(Error::TrailingBytes));
});
