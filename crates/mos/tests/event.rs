//! MSG-4: one encoding of the event.
#![allow(clippy::unwrap_used, reason = "what is built here is well formed")]

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_rlp::{Encodable, Header};
use alloy_sol_types::SolValue;
use mos::{Error, MESSAGE_RELAYED, MESSAGE_SENT, MessageSent, event};
use mpt_proof::{receipt::Log, rlp::Item};
use proptest::prelude::*;

type Fields = (Vec<u8>, Vec<u8>, Vec<u8>);

#[test]
fn msg_4_accepts_the_topic_of_the_standard() {
    let signature = "MessageSent(bytes32,bytes,bytes,bytes,uint256,bytes[])";
    assert_eq!(MESSAGE_SENT, alloy_primitives::keccak256(signature));
}

#[test]
fn msg_12_accepts_the_topic_of_the_hubs_event() {
    let signature = "MessageRelayed(bytes32,uint256,address,bytes,bytes,bytes,uint256,bytes[])";
    assert_eq!(MESSAGE_RELAYED, alloy_primitives::keccak256(signature));
}

#[test]
fn msg_4_rejects_other_than_two_topics() {
    let data = event::encode(b"s", b"r", b"p");
    for count in [0, 1, 3, 4] {
        assert_eq!(decode(count, &data), Err(Error::MalformedEvent));
    }
    assert!(decode(2, &data).is_ok());
}

#[test]
fn msg_4_rejects_value_attributes_and_offsets_out_of_sequence() {
    let encode = |value: u64, attributes: Vec<Bytes>| {
        let field = Bytes::from_static(b"x");
        (field.clone(), field.clone(), field, U256::from(value), attributes).abi_encode_params()
    };
    assert!(decode(2, &encode(0, vec![])).is_ok());
    let words = |words: &[u64]| {
        words.iter().flat_map(|&word| U256::from(word).to_be_bytes::<32>()).collect()
    };
    let mut padded = event::encode(b"a", b"b", b"c");
    padded[0xa0 + 0x20 + 1] = 1;
    let malformed: [Vec<u8>; 7] = [
        encode(1, vec![]),
        encode(0, vec![Bytes::new()]),
        words(&[0xa0, 0xa0, 0xa0, 0, 0xa0, 0]), // three fields in one place
        words(&[0xc0, 0xa0, 0xe0, 0, 0x100, 0, 0, 0, 0]), // exchanged
        words(&[0xa0, 0xc0, 0xe0, 0, 0x100, u64::MAX, 0, 0, 0]),
        words(&[0xa0, 0xc0, 0xe0, 0, 0x100, 0, 0, u64::MAX - 31, 0]),
        padded,
    ];
    for data in malformed {
        assert_eq!(decode(2, &data), Err(Error::MalformedEvent));
    }
}

proptest! {
    #[test]
    fn msg_4_accepts_canonical_encodings(sender: Vec<u8>, recipient: Vec<u8>, payload: Vec<u8>) {
        let data = event::encode(&sender, &recipient, &payload);
        let abi = (
            Bytes::from(sender.clone()),
            Bytes::from(recipient.clone()),
            Bytes::from(payload.clone()),
            U256::ZERO,
            Vec::<Bytes>::new(),
        );
        prop_assert_eq!(&data, &abi.abi_encode_params());
        prop_assert_eq!(decode(2, &data), Ok((sender, recipient, payload)));
    }

    /// Whatever is accepted is what would have been written for it.
    #[test]
    fn msg_4_accepts_nothing_else(data in prop::collection::vec(any::<u8>(), 0..600)) {
        accepts_only_canonical(&data);
    }

    #[test]
    fn msg_4_rejects_changed_words(
        fields: Fields, place: usize, word in prop_oneof![0u64..800, any::<u64>()], high: bool
    ) {
        let mut data = event::encode(&fields.0, &fields.1, &fields.2);
        let place = place % (data.len() / 32) * 32;
        let number: U256 = U256::from(word) | (U256::from(u8::from(high)) << 255usize);
        data[place..place + 32].copy_from_slice(&number.to_be_bytes::<32>());
        accepts_only_canonical(&data);
    }

    #[test]
    fn msg_4_rejects_bytes_left_over_or_missing(fields: Fields, cut: usize, more in 1usize..64) {
        let data = event::encode(&fields.0, &fields.1, &fields.2);
        let cut = &data[..cut % data.len()];
        prop_assert_eq!(decode(2, cut), Err(Error::MalformedEvent));
        let more = [&data[..], &vec![0; more]].concat();
        prop_assert_eq!(decode(2, &more), Err(Error::MalformedEvent));
    }
}

fn accepts_only_canonical(data: &[u8]) {
    match decode(2, data) {
        Ok((sender, recipient, payload)) => {
            assert_eq!(event::encode(&sender, &recipient, &payload), data);
        }
        Err(error) => assert_eq!(error, Error::MalformedEvent),
    }
}

/// Through a log, since the decoder takes nothing else.
fn decode(topics: usize, data: &[u8]) -> Result<Fields, Error> {
    let bytes = log(topics, data);
    let log = open(&bytes);
    let MessageSent { sender, recipient, payload, .. } = MessageSent::decode(&log)?;
    Ok((sender.to_vec(), recipient.to_vec(), payload.to_vec()))
}

fn open(bytes: &[u8]) -> Log<'_> {
    Log::decode(Item::read(&mut &bytes[..]).unwrap()).unwrap()
}

fn log(topics: usize, data: &[u8]) -> Vec<u8> {
    let list = |payload: Vec<u8>| {
        let mut out = vec![];
        Header { list: true, payload_length: payload.len() }.encode(&mut out);
        out.extend(payload);
        out
    };
    let mut words = vec![];
    vec![MESSAGE_SENT; topics].iter().for_each(|topic: &B256| topic.encode(&mut words));
    let mut fields = vec![];
    Address::ZERO.encode(&mut fields);
    fields.extend(list(words));
    data.encode(&mut fields);
    list(fields)
}
