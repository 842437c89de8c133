//! HDR-1 to HDR-4 and the RLP clauses as an execution header meets them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use alloy_primitives::{B256, keccak256};
use light_client::header::{BodyRoots, Error, Header, parent_beacon_root};
use mpt_proof::rlp;

/// Canonical RLP of a string.
fn string(payload: &[u8]) -> Vec<u8> {
    match payload {
        [byte] if *byte < 0x80 => vec![*byte],
        _ => with_header(0x80, payload),
    }
}

fn with_header(kind: u8, payload: &[u8]) -> Vec<u8> {
    let length = payload.len();
    let mut bytes = match length {
        0..=55 => vec![kind + u8::try_from(length).unwrap()],
        56..=255 => vec![kind + 56, u8::try_from(length).unwrap()],
        _ => {
            let [high, low] = u16::try_from(length).unwrap().to_be_bytes();
            vec![kind + 57, high, low]
        }
    };
    bytes.extend(payload);
    bytes
}

/// The items of a header, each as its RLP.
fn items(count: usize) -> Vec<Vec<u8>> {
    (0..count)
        .map(|index| match index {
            8 => string(&[0x01, 0x00]),
            11 => string(&[0x65, 0, 0, 1]),
            _ => string(&[u8::try_from(index + 1).unwrap(); 32]),
        })
        .collect()
}

fn header(items: &[Vec<u8>]) -> Vec<u8> {
    with_header(0xc0, &items.concat())
}

fn open(bytes: &[u8]) -> Result<Header, Error> {
    Header::open(bytes, &keccak256(bytes))
}

#[test]
fn hdr_1_hdr_2_accepts_every_length_from_frontier_to_amsterdam() {
    for count in 15..=23 {
        let expected = Header {
            parent_hash: B256::repeat_byte(1),
            state_root: B256::repeat_byte(4),
            receipts_root: B256::repeat_byte(6),
            number: 256,
            timestamp: 0x6500_0001,
        };
        assert_eq!(open(&header(&items(count))), Ok(expected));
    }
}

/// The items of a header of the MAP relay chain, each as its RLP.
fn map_items(count: usize) -> Vec<Vec<u8>> {
    let mut items = items(count);
    items[6] = string(&[0x01, 0x00]);
    items[9] = string(&[0x65, 0, 0, 1]);
    items[8] = string(&[9; 32]);
    items[11] = string(&[12; 32]);
    items
}

#[test]
fn hdr_1_hdr_2_accepts_headers_without_uncles_and_difficulty() {
    for count in [13, 14] {
        let expected = Header {
            parent_hash: B256::repeat_byte(1),
            state_root: B256::repeat_byte(3),
            receipts_root: B256::repeat_byte(5),
            number: 256,
            timestamp: 0x6500_0001,
        };
        assert_eq!(open(&header(&map_items(count))), Ok(expected));
    }
}

#[test]
fn hdr_2_rejects_fields_of_13_and_14_items_in_their_order() {
    let word = |got| Error::Rlp(rlp::Error::WrongLength { expected: 32, got });
    let list = || Error::Rlp(rlp::Error::UnexpectedList);
    for count in [13, 14] {
        let mut bytes = map_items(count);
        for (index, item, error) in [
            (9, string(&[1; 9]), rlp::Error::IntegerTooLarge { max: 8, got: 9 }.into()),
            (6, string(&[0]), rlp::Error::IntegerLeadingZero.into()),
            (4, string(&[1; 33]), word(33)),
            (2, string(&[1; 31]), word(31)),
            (0, vec![0xc0], list()),
        ] {
            bytes[index] = item;
            assert_eq!(open(&header(&bytes)), Err(error));
        }
    }
}

#[test]
fn hdr_1_rejects_other_bytes_before_reading_them() {
    let expected = B256::repeat_byte(9);
    for bytes in [header(&items(21)), vec![]] {
        let got = keccak256(&bytes);
        let refused = Header::open(&bytes, &expected);
        assert_eq!(refused, Err(Error::HashMismatch { expected, got }));
    }
}

#[test]
fn hdr_1_rejects_any_flipped_bit() {
    let bytes = header(&items(21));
    let expected = keccak256(&bytes);
    for bit in 0..8 * bytes.len() {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let got = keccak256(&flipped);
        assert_eq!(Header::open(&flipped, &expected), Err(Error::HashMismatch { expected, got }));
    }
}

#[test]
fn hdr_2_rejects_too_few_and_too_many_items() {
    for (count, got) in [(0, 0), (5, 5), (12, 12), (24, 24), (30, 24)] {
        assert_eq!(open(&header(&items(count))), Err(Error::ItemCount { got }));
    }
}

#[test]
fn hdr_2_rejects_bad_item_headers_before_counting_them() {
    let mut short = items(12);
    short.push(vec![0xb8, 0x01, 0xff]);
    assert_eq!(open(&header(&short)), Err(rlp::Error::NonCanonicalSize.into()));
    let mut beyond = items(24);
    beyond.push(vec![0xb8, 0x01, 0xff]);
    assert_eq!(open(&header(&beyond)), Err(Error::ItemCount { got: 24 }));
}

#[test]
fn hdr_2_rejects_what_is_not_one_list_exactly() {
    let bytes = header(&items(21));
    let truncated = &bytes[..bytes.len() - 1];
    let trailing = [&bytes[..], &[0]].concat();
    for (bytes, error) in [
        (truncated, rlp::Error::InputTooShort),
        (&trailing, rlp::Error::TrailingBytes),
        (&string(&bytes), rlp::Error::UnexpectedString),
        (&[], rlp::Error::InputTooShort),
        (&[0xf8, 0x02, 1, 2], rlp::Error::NonCanonicalSize),
        (&[0xf9, 0x00, 0x40], rlp::Error::LengthLeadingZero),
    ] {
        assert_eq!(open(bytes), Err(error.into()));
    }
}

#[test]
fn hdr_2_rejects_fields_in_their_order() {
    let word = |got| Error::Rlp(rlp::Error::WrongLength { expected: 32, got });
    let list = || Error::Rlp(rlp::Error::UnexpectedList);
    let broken: [(usize, Vec<u8>, Error); 7] = [
        (11, string(&[1; 9]), rlp::Error::IntegerTooLarge { max: 8, got: 9 }.into()),
        (11, string(&[0, 1]), rlp::Error::IntegerLeadingZero.into()),
        (8, string(&[0]), rlp::Error::IntegerLeadingZero.into()),
        (8, vec![0xc0], list()),
        (5, string(&[1; 33]), word(33)),
        (3, string(&[1; 31]), word(31)),
        (0, vec![0xc0], list()),
    ];
    let mut bytes = items(21);
    for (index, item, error) in broken {
        bytes[index] = item;
        assert_eq!(open(&header(&bytes)), Err(error));
    }
}

#[test]
fn hdr_3_accepts_the_roots_of_the_body() {
    for count in 15..=23 {
        let bytes = header(&items(count));
        let expected = BodyRoots {
            transactions: B256::repeat_byte(5),
            withdrawals: (count >= 17).then_some(B256::repeat_byte(17)),
        };
        assert_eq!(BodyRoots::open(&bytes, &keccak256(&bytes)), Ok(expected));
    }
}

#[test]
fn hdr_3_accepts_the_one_root_of_13_and_14_items() {
    for count in [13, 14] {
        let bytes = header(&map_items(count));
        let expected = BodyRoots { transactions: B256::repeat_byte(4), withdrawals: None };
        assert_eq!(BodyRoots::open(&bytes, &keccak256(&bytes)), Ok(expected));
    }
}

#[test]
fn hdr_3_rejects_another_transactions_root_of_13_and_14_items() {
    for count in [13, 14] {
        let mut bytes = map_items(count);
        // Where the root is in headers of Ethereum.
        bytes[4] = vec![0xc0];
        let read = header(&bytes);
        assert!(BodyRoots::open(&read, &keccak256(&read)).is_ok());
        bytes[3] = string(&[1; 33]);
        let read = header(&bytes);
        let wrong = Error::Rlp(rlp::Error::WrongLength { expected: 32, got: 33 });
        assert_eq!(BodyRoots::open(&read, &keccak256(&read)), Err(wrong));
    }
}

#[test]
fn hdr_3_rejects_roots_that_are_not_words_and_nothing_else() {
    let word = |got| Error::Rlp(rlp::Error::WrongLength { expected: 32, got });
    let mut bytes = items(17);
    // What the other reader would refuse.
    bytes[8] = vec![0xc0];
    for (index, item, error) in [
        (16, vec![0xc0], Error::Rlp(rlp::Error::UnexpectedList)),
        (16, string(&[]), word(0)),
        (4, string(&[1; 33]), word(33)),
        (4, vec![0xc0], Error::Rlp(rlp::Error::UnexpectedList)),
    ] {
        bytes[index] = item;
        let bytes = header(&bytes);
        assert_eq!(BodyRoots::open(&bytes, &keccak256(&bytes)), Err(error));
    }
}

#[test]
fn hdr_3_rejects_what_hdr_1_and_hdr_2_refuse() {
    let (bytes, expected) = (header(&items(21)), B256::repeat_byte(9));
    let got = keccak256(&bytes);
    let mismatch = Err(Error::HashMismatch { expected, got });
    assert_eq!(BodyRoots::open(&bytes, &expected), mismatch);
    for (count, got) in [(12, 12), (24, 24)] {
        let bytes = header(&items(count));
        let refused = BodyRoots::open(&bytes, &keccak256(&bytes));
        assert_eq!(refused, Err(Error::ItemCount { got }));
    }
}

#[test]
fn hdr_4_accepts_the_parent_beacon_root_of_every_length_that_has_one() {
    for count in 20..=23 {
        let bytes = header(&items(count));
        assert_eq!(parent_beacon_root(&bytes, &keccak256(&bytes)), Ok(B256::repeat_byte(20)));
    }
}

#[test]
fn hdr_4_rejects_headers_that_end_before_it() {
    for count in 13..=19 {
        let bytes = header(&items(count));
        let refused = parent_beacon_root(&bytes, &keccak256(&bytes));
        assert_eq!(refused, Err(Error::NoParentBeaconRoot));
    }
}

#[test]
fn hdr_4_rejects_a_root_that_is_not_a_word_and_nothing_else() {
    let word = |got| Error::Rlp(rlp::Error::WrongLength { expected: 32, got });
    let mut bytes = items(20);
    // What the other readers would refuse.
    for index in [0, 3, 4, 5, 8, 11, 16] {
        bytes[index] = vec![0xc0];
    }
    let read = header(&bytes);
    assert_eq!(parent_beacon_root(&read, &keccak256(&read)), Ok(B256::repeat_byte(20)));
    for (item, error) in [
        (vec![0xc0], Error::Rlp(rlp::Error::UnexpectedList)),
        (string(&[]), word(0)),
        (string(&[1; 31]), word(31)),
        (string(&[1; 33]), word(33)),
    ] {
        bytes[19] = item;
        let read = header(&bytes);
        assert_eq!(parent_beacon_root(&read, &keccak256(&read)), Err(error));
    }
}

#[test]
fn hdr_4_rejects_what_hdr_1_and_hdr_2_refuse() {
    let (bytes, expected) = (header(&items(21)), B256::repeat_byte(9));
    let got = keccak256(&bytes);
    let mismatch = Err(Error::HashMismatch { expected, got });
    assert_eq!(parent_beacon_root(&bytes, &expected), mismatch);
    for (count, got) in [(12, 12), (24, 24)] {
        let bytes = header(&items(count));
        let refused = parent_beacon_root(&bytes, &keccak256(&bytes));
        assert_eq!(refused, Err(Error::ItemCount { got }));
    }
}
