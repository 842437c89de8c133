//! `vectors/message/ids.json`: ids, events and addresses, made here and read by the contracts' tests too.
//!
//! `HELIOGRAPH_BLESS=1 cargo test -p mos --test vectors` writes the file; otherwise it is compared.
#![allow(clippy::unwrap_used, reason = "what is built here is well formed")]

use alloy_primitives::{Address, Bytes, U256, hex};
use mos::{Attribute, Attributes, EvmAddress, Lane, Message, event};
use serde_json::{Value, json};
use std::{env, fs, path::Path};

/// Lengths on both sides of a word's end.
const LENGTHS: [usize; 8] = [0, 1, 31, 32, 33, 64, 100, 257];

#[test]
fn msg_3_msg_4_msg_6_accepts_the_shared_vectors() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/message/ids.json");
    let text = format!("{:#}\n", vectors());
    if env::var_os("HELIOGRAPH_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), text, "HELIOGRAPH_BLESS=1 writes the file anew");
}

fn vectors() -> Value {
    let messages: Vec<Value> = (0..24).map(message).collect();
    let malformed = [
        "0x",
        "0x00010000000014bebebebebebebebebebebebebebebebebebebebe",
        "0x00010000010014bebebebebebebebebebebebebebebebebebebebe",
        "0x0001000002000114bebebebebebebebebebebebebebebebebebebebe",
        "0x00010000010114bebebebebebebebebebebebebebebebebebebe",
        "0x00010000010114bebebebebebebebebebebebebebebebebebebebebe",
        "0x00010000010100",
        "0x00010001010114bebebebebebebebebebebebebebebebebebebebe",
        "0x00020000010114bebebebebebebebebebebebebebebebebebebebe",
    ];
    json!({
        "generator": "crates/mos/tests/vectors.rs",
        "about": "id of each message; data and recipient of its MessageSent event, which the attributes are in; and bytes that are no address.",
        "messages": messages,
        "malformedAddresses": malformed,
    })
}

/// The message number `seed`: fields differ in length and value, chain ids in their number of bytes.
fn message(seed: u8) -> Value {
    let place = usize::from(seed);
    let chain_id = |bits: usize| (U256::from(seed) + U256::from(3)) << bits;
    let lane = Lane {
        source_chain_id: chain_id(10 * place),
        source_gateway: Address::repeat_byte(seed),
        destination_chain_id: chain_id(240 - 10 * place),
        destination_gateway: Address::repeat_byte(0xff - seed),
    };
    let nonce = if seed == 0 { 0 } else { u64::MAX >> (63 - 2 * seed) };
    let account = |chain_id, byte| EvmAddress::new(chain_id, Address::repeat_byte(byte)).unwrap();
    let sender = account(lane.source_chain_id, seed ^ 0x55).encode();
    let recipient = account(lane.destination_chain_id, seed ^ 0xaa).encode();
    let payload = vec![seed ^ 0x0f; LENGTHS[place % LENGTHS.len()]];
    let attributes = attributes(place);
    let (sender, recipient, payload) = (&sender[..], &recipient[..], &payload[..]);
    let carried = Attributes::new(&attributes);
    let message = Message { lane, nonce, sender, recipient, payload, attributes: carried };
    json!({
        "sourceChainId": lane.source_chain_id.to_string(),
        "sourceGateway": lane.source_gateway,
        "destinationChainId": lane.destination_chain_id.to_string(),
        "destinationGateway": lane.destination_gateway,
        "nonce": nonce.to_string(),
        "senderAccount": Address::repeat_byte(seed ^ 0x55),
        "sender": hex::encode_prefixed(sender),
        "recipient": hex::encode_prefixed(recipient),
        "payload": hex::encode_prefixed(payload),
        "attributes": attributes,
        "id": message.id(),
        "data": hex::encode_prefixed(event::encode(sender, recipient, payload, carried)),
    })
}

/// Of the attributes that a message can carry each third message has none, and the others all but some.
fn attributes(place: usize) -> Vec<Bytes> {
    let number = place as u64;
    let all = [
        Attribute::MinGasLimit(10_000_000 - number),
        Attribute::DeliverAfter(number << 32),
        Attribute::DeliverBefore(u64::MAX - number),
        Attribute::RevertBehavior(place.is_multiple_of(2)),
        Attribute::Cancellable(place % 4 < 2),
        Attribute::Place(number),
    ];
    let listed = all.iter().cycle().skip(place).take(if place.is_multiple_of(3) {
        0
    } else {
        1 + place % 6
    });
    // An order needs a deadline: without one there is no place.
    let listed: Vec<Attribute> = listed.copied().collect();
    let deadline = listed.iter().any(|listed| matches!(listed, Attribute::DeliverBefore(_)));
    let kept = listed.iter().filter(|listed| deadline || !matches!(listed, Attribute::Place(_)));
    kept.map(Attribute::encode).collect()
}
