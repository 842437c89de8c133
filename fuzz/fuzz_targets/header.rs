//! Headers are read without a panic, and only against their own hash.
#![no_main]

use alloy_primitives::{B256, keccak256};
use libfuzzer_sys::fuzz_target;
use light_client::header::{Error, Header};

fuzz_target!(|bytes: &[u8]| {
    let hash = keccak256(bytes);
    let _ = Header::open(bytes, &hash);
    let expected = B256::ZERO;
    assert_eq!(Header::open(bytes, &expected), Err(Error::HashMismatch { expected, got: hash }));
});
