//! MSG-4: one encoding of the event.
#![allow(clippy::unwrap_used, reason = "what is built here is well formed")]

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_rlp::{Encodable, Header};
use alloy_sol_types::SolValue;
use mos::{Attributes, Error, MESSAGE_RELAYED, MESSAGE_SENT, MessageSent};
use mpt_proof::{receipt::Log, rlp::Item};
use proptest::prelude::*;

type Fields = (Vec<u8>, Vec<u8>, Vec<u8>, Vec<Bytes>);

fn encode((sender, recipient, payload, attributes): &Fields) -> Vec<u8> {
    mos::event::encode(sender, recipient, payload, Attributes::new(attributes))
}

/// Attributes are any bytes here: they are read after the event is.
fn fields() -> impl Strategy<Value = Fields> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..70);
    let attributes = prop::collection::vec(bytes().prop_map(Bytes::from), 0..4);
    (bytes(), bytes(), bytes(), attributes)
}

fn example() -> Fields {
    let attributes = vec![Bytes::from_static(b"d"), Bytes::from_static(&[7; 33])];
    (b"a".to_vec(), b"b".to_vec(), b"c".to_vec(), attributes)
}

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
    let data = encode(&example());
    for count in [0, 1, 3, 4] {
        assert_eq!(decode(count, &data), Err(Error::MalformedEvent));
    }
    assert_eq!(decode(2, &data), Ok(example()));
}

#[test]
fn msg_4_rejects_value_and_offsets_out_of_sequence() {
    let with_value = |value: u64| {
        let field = Bytes::from_static(b"x");
        (field.clone(), field.clone(), field, U256::from(value), Vec::<Bytes>::new())
            .abi_encode_params()
    };
    assert!(decode(2, &with_value(0)).is_ok());
    let words = |words: &[u64]| {
        words.iter().flat_map(|&word| U256::from(word).to_be_bytes::<32>()).collect()
    };
    let mut padded = encode(&example());
    padded[0xa0 + 0x20 + 1] = 1;
    let malformed: [Vec<u8>; 6] = [
        with_value(1),
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

/// The list starts at 0x100: its length, its offsets, its elements.
#[test]
fn msg_4_rejects_lists_that_the_abi_would_not_have_written() {
    let list = |list: &[u64]| -> Vec<u8> {
        let head = [0xa0, 0xc0, 0xe0, 0, 0x100, 0, 0, 0];
        let words = head.iter().chain(list);
        words.flat_map(|&word| U256::from(word).to_be_bytes::<32>()).collect()
    };
    let two = (vec![], vec![], vec![], vec![Bytes::new(), Bytes::new()]);
    assert_eq!(decode(2, &list(&[2, 0x40, 0x60, 0, 0])), Ok(two));
    for words in [
        &[2, 0x40, 0x40, 0][..],       // two in one place
        &[2, 0x60, 0x40, 0, 0],        // exchanged
        &[2, 0x40, 0x60, 0],           // one missing
        &[1, 0x20, 0, 0],              // one left over
        &[1, 0x40, 0, 0],              // a gap
        &[3, 0x40, 0x60, 0, 0],        // more than there are
        &[u64::MAX, 0x40, 0x60, 0, 0], // more than there can be
        &[1 << 59, 0, 0, 0],           // an offset that wraps to none
        &[1, 0x20, u64::MAX],
        &[1, 0x20, u64::MAX - 31],
        &[1],
        &[],
    ] {
        assert_eq!(decode(2, &list(words)), Err(Error::MalformedEvent), "{words:?}");
    }
    let mut padded = list(&[1, 0x20, 1, 0]);
    *padded.last_mut().unwrap() = 1;
    assert_eq!(decode(2, &padded), Err(Error::MalformedEvent));
}

proptest! {
    #[test]
    fn msg_4_accepts_canonical_encodings(fields in fields()) {
        let data = encode(&fields);
        let (sender, recipient, payload, attributes) = fields.clone();
        let bytes = (Bytes::from(sender), Bytes::from(recipient), Bytes::from(payload));
        let abi = (bytes.0, bytes.1, bytes.2, U256::ZERO, attributes);
        prop_assert_eq!(&data, &abi.abi_encode_params());
        prop_assert_eq!(decode(2, &data), Ok(fields));
    }

    /// Whatever is accepted is what would have been written for it.
    #[test]
    fn msg_4_accepts_nothing_else(data in prop::collection::vec(any::<u8>(), 0..600)) {
        accepts_only_canonical(&data);
    }

    #[test]
    fn msg_4_rejects_changed_words(
        fields in fields(), place: usize, word in prop_oneof![0u64..800, any::<u64>()], high: bool
    ) {
        let mut data = encode(&fields);
        let place = place % (data.len() / 32) * 32;
        let number: U256 = U256::from(word) | (U256::from(u8::from(high)) << 255usize);
        data[place..place + 32].copy_from_slice(&number.to_be_bytes::<32>());
        accepts_only_canonical(&data);
    }

    #[test]
    fn msg_4_rejects_changed_bytes(fields in fields(), place: usize, bits in 1u8..) {
        let mut data = encode(&fields);
        let place = place % data.len();
        data[place] ^= bits;
        accepts_only_canonical(&data);
    }

    #[test]
    fn msg_4_rejects_bytes_left_over_or_missing(fields in fields(), cut: usize, more in 1usize..64) {
        let data = encode(&fields);
        let cut = &data[..cut % data.len()];
        prop_assert_eq!(decode(2, cut), Err(Error::MalformedEvent));
        let more = [&data[..], &vec![0; more]].concat();
        prop_assert_eq!(decode(2, &more), Err(Error::MalformedEvent));
    }
}

fn accepts_only_canonical(data: &[u8]) {
    match decode(2, data) {
        Ok(fields) => assert_eq!(encode(&fields), data),
        Err(error) => assert_eq!(error, Error::MalformedEvent),
    }
}

/// Through a log, since the decoder takes nothing else.
fn decode(topics: usize, data: &[u8]) -> Result<Fields, Error> {
    let bytes = log(topics, data);
    let log = open(&bytes);
    let MessageSent { sender, recipient, payload, attributes, .. } = MessageSent::decode(&log)?;
    let attributes = attributes.iter().map(Bytes::copy_from_slice).collect();
    Ok((sender.to_vec(), recipient.to_vec(), payload.to_vec(), attributes))
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
