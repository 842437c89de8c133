use super::encoding::{list, string};
use mpt_proof::rlp::{Error, Item, decode_exact};
use proptest::{collection::vec, prelude::*};

/// The naive inverse of the decoder.
fn encode(item: Item<'_>) -> Vec<u8> {
    match item {
        Item::String(payload) => string(payload),
        Item::List(payload) => list(&[payload.to_vec()]),
    }
}

/// Bytes that come near to being RLP more often than random ones do.
fn nearly_rlp() -> impl Strategy<Value = Vec<u8>> {
    let first = prop_oneof![0x7f..=0x83_u8, 0xb6..=0xb9_u8, 0xbe..=0xc3_u8, 0xf6..=0xff_u8];
    let length = prop_oneof![vec(any::<u8>(), 0..9), vec(0..58_u8, 0..3)];
    (first, length, vec(any::<u8>(), 0..120))
        .prop_map(|(first, length, rest)| [vec![first], length, rest].concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn r1_r2_what_is_accepted_has_one_encoding(bytes in prop_oneof![nearly_rlp(), vec(any::<u8>(), 0..80)]) {
        let mut rest = bytes.as_slice();
        if let Ok(item) = Item::read(&mut rest) {
            let read = bytes.len() - rest.len();
            prop_assert_eq!(encode(item), &bytes[..read]);
        } else {
            prop_assert_eq!(rest, bytes.as_slice());
        }
    }

    #[test]
    fn r3_r4_every_payload_is_read_back_and_nothing_after_it(
        payload in vec(any::<u8>(), 0..300),
        behind in vec(any::<u8>(), 1..5),
        is_list: bool,
    ) {
        let item = if is_list { Item::List(&payload) } else { Item::String(&payload) };
        let mut bytes = encode(item);
        prop_assert_eq!(decode_exact(&bytes), Ok(item));
        bytes.extend(behind);
        prop_assert_eq!(decode_exact(&bytes), Err(Error::TrailingBytes));
    }

    #[test]
    fn r1_every_proper_prefix_is_too_short(payload in vec(any::<u8>(), 0..300), is_list: bool) {
        let item = if is_list { Item::List(&payload) } else { Item::String(&payload) };
        let bytes = encode(item);
        for end in 0..bytes.len() {
            prop_assert_eq!(decode_exact(&bytes[..end]), Err(Error::InputTooShort));
        }
    }
}

#[test]
fn r7_deep_nesting_costs_neither_stack_nor_time() {
    let mut bytes = vec![0xc0];
    for _ in 0..20_000 {
        bytes = list(&[bytes]);
    }
    let mut depth = 0;
    let mut rest = bytes.as_slice();
    while let Ok(Item::List(payload)) = decode_exact(rest) {
        (rest, depth) = (payload, depth + 1);
    }
    assert_eq!(depth, 20_001);
    assert!(mpt_proof::proof::walk(&super::encoding::root_of(&bytes), &[1], &[bytes]).is_err());
}
