//! Addresses, message events and attributes have one spelling: what is read encodes to the same bytes.
#![no_main]

use alloy_primitives::{Address, B256};
use alloy_rlp::Encodable;
use libfuzzer_sys::fuzz_target;
use mos::{Attribute, Side, Terms, address::EvmAddress, event};
use mpt_proof::{receipt::Log, rlp::Item};

const SIDES: [Side; 3] =
    [Side::Sending { fees: true }, Side::Sending { fees: false }, Side::Delivering];

fuzz_target!(|bytes: &[u8]| {
    if let Ok(address) = EvmAddress::decode(bytes) {
        assert_eq!(address.encode(), bytes);
    }
    for side in SIDES {
        if let Ok(attribute) = Attribute::read(bytes, side) {
            assert_eq!(attribute.encode(), bytes);
        }
    }
    let mut payload = Vec::new();
    Address::ZERO.encode(&mut payload);
    vec![event::MESSAGE_SENT, B256::ZERO].encode(&mut payload);
    bytes.encode(&mut payload);
    let log = Log::decode(Item::List(&payload)).expect("a log of the right form");
    if let Ok(sent) = event::MessageSent::decode(&log) {
        let again = event::encode(sent.sender, sent.recipient, sent.payload, sent.attributes);
        assert_eq!(again, bytes);
        for side in SIDES {
            // Whatever it says or why it is refused: it ends.
            let _ = Terms::read(sent.attributes.iter(), side);
        }
    }
});
