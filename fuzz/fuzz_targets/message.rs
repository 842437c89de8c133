//! Addresses and message events have one spelling: what is read encodes to the same bytes.
#![no_main]

use alloy_primitives::{Address, B256};
use alloy_rlp::Encodable;
use libfuzzer_sys::fuzz_target;
use mos::{address::EvmAddress, event};
use mpt_proof::{receipt::Log, rlp::Item};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(address) = EvmAddress::decode(bytes) {
        assert_eq!(address.encode(), bytes);
    }
    let mut payload = Vec::new();
    Address::ZERO.encode(&mut payload);
    vec![event::MESSAGE_SENT, B256::ZERO].encode(&mut payload);
    bytes.encode(&mut payload);
    let log = Log::decode(Item::List(&payload)).expect("a log of the right form");
    if let Ok(sent) = event::MessageSent::decode(&log) {
        assert_eq!(event::encode(sent.sender, sent.recipient, sent.payload), bytes);
    }
});
