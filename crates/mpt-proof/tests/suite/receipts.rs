//! RCT-1…9, and the receipt cases R01 to R23 by their numbers.

use super::encoding::{list, string};
use alloy_primitives::{Address, B256};
use mpt_proof::{
    receipt::{Error, Receipt, TypePolicy, index_key, prove, prove_absent},
    {builder::OrderedTrie, proof, rlp},
};

pub(crate) const EMITTER: Address = Address::repeat_byte(0xee);
pub(crate) const TOPIC: B256 = B256::repeat_byte(0x77);

pub(crate) fn log_of(topics: usize, data: &[u8]) -> Vec<u8> {
    list(&[string(EMITTER.as_slice()), list(&vec![string(TOPIC.as_slice()); topics]), string(data)])
}

pub(crate) fn receipt_of(logs: &[Vec<u8>]) -> Vec<u8> {
    list(&[string(&[1]), string(&[0x52, 8]), string(&[0; 256]), list(logs)])
}

/// The body with one field replaced.
pub(crate) fn receipt_with(place: usize, field: Vec<u8>) -> Vec<u8> {
    let mut fields = vec![string(&[1]), string(&[9]), string(&[0; 256]), list(&[log_of(1, &[])])];
    fields[place] = field;
    list(&fields)
}

pub(crate) fn decode(value: &[u8]) -> Result<Receipt<'_>, Error> {
    Receipt::decode(value, TypePolicy::Known)
}

pub(crate) const fn rlp(error: rlp::Error) -> Error {
    Error::Rlp(error)
}

#[test]
fn k01_k02_k03_rct_1_accepts_the_canonical_key_of_each_index() {
    for (index, key) in [
        (0, &[0x80][..]),
        (1, &[1]),
        (0x7f, &[0x7f]),
        (0x80, &[0x81, 0x80]),
        (0xff, &[0x81, 0xff]),
        (0x100, &[0x82, 1, 0]),
        (0xffff, &[0x82, 0xff, 0xff]),
        (0x1_0000, &[0x83, 1, 0, 0]),
        (u64::MAX, &[0x88, 255, 255, 255, 255, 255, 255, 255, 255]),
    ] {
        assert_eq!(index_key(index).as_ref(), key);
        assert_eq!(alloy_rlp::encode(index), key);
    }
}

#[test]
fn k04_r23_rct_1_rejects_a_receipt_under_another_index() {
    let trie = OrderedTrie::new((0..300_u64).map(|n| receipt_with(1, alloy_rlp::encode(n + 1))));
    let trie = trie.unwrap();
    for (index, other) in [(0, 1), (5, 6), (127, 128), (128, 127), (256, 1)] {
        let nodes = trie.proof(index);
        assert!(prove(&trie.root(), index, &nodes, TypePolicy::Known).is_ok());
        assert!(prove(&trie.root(), other, &nodes, TypePolicy::Known).is_err());
    }
    // Another encoding of 5 is another key, which the trie does not have.
    for key in [&[0x81, 5][..], &[0x82, 0, 5], &[0]] {
        assert_ne!(proof::inclusion(&trie.root(), key, &trie.proof(5)), Ok(&trie.values()[5][..]));
    }
}

#[test]
fn k07_k08_rct_1_accepts_absence_from_the_number_of_receipts_on() {
    for count in [0, 1, 2, 16, 17, 128, 129, 256, 257] {
        let trie = OrderedTrie::new(vec![receipt_of(&[]); count]).unwrap();
        let count = count as u64;
        for index in [count, count + 1, 1 << 20, u64::MAX] {
            assert!(
                prove_absent(&trie.root(), index, &trie.proof(index)).is_ok(),
                "{count} {index}"
            );
        }
        for index in 0..count {
            let nodes = trie.proof(index);
            let receipt = prove(&trie.root(), index, &nodes, TypePolicy::Known);
            assert_eq!(receipt.map(|receipt| receipt.cumulative_gas_used), Ok(0x5208));
        }
    }
}

#[test]
fn r01_rct_2_accepts_the_known_types() {
    let body = receipt_of(&[log_of(1, &[])]);
    assert_eq!(body[0], 0xf9);
    assert_eq!(decode(&body).unwrap().tx_type, 0);
    for tx_type in 1..=4 {
        let value = [&[tx_type][..], &body].concat();
        assert_eq!(decode(&value).unwrap().tx_type, tx_type);
    }
}

#[test]
fn r02_r03_r04_r05_rct_2_rejects_all_other_first_bytes() {
    let body = receipt_of(&[]);
    for first_byte in (0..0xc0).filter(|byte| !(1..=4).contains(byte)) {
        let value = [&[first_byte][..], &body].concat();
        assert_eq!(decode(&value), Err(Error::UnknownType { first_byte }));
        let any = Receipt::decode(&value, TypePolicy::Any);
        match first_byte {
            5..0x80 => assert_eq!(any.map(|receipt| receipt.tx_type), Ok(first_byte)),
            _ => assert_eq!(any, Err(Error::UnknownType { first_byte })),
        }
    }
    // R05: the network form wraps the typed receipt in a string.
    let wrapped = string(&[&[2][..], &body].concat());
    assert_eq!(decode(&wrapped), Err(Error::UnknownType { first_byte: 0xb9 }));
    assert_eq!(decode(&[]), Err(rlp(rlp::Error::InputTooShort)));
    assert_eq!(decode(&[2]), Err(rlp(rlp::Error::InputTooShort)));
}

#[test]
fn rct_3_accepts_four_fields() {
    assert!(decode(&receipt_of(&[])).is_ok());
}

#[test]
fn r06_r07_r21_rct_3_rejects_another_count_or_bytes_behind() {
    for count in [0, 1, 3, 5, 6, 20] {
        let got = count.min(5) as u64;
        let body = list(&vec![string(&[1]); count]);
        assert_eq!(decode(&body), Err(Error::FieldCount { got }));
        // R21: deposit receipts of some rollups have more fields.
        let value = [&[0x7e][..], &body].concat();
        assert_eq!(Receipt::decode(&value, TypePolicy::Any), Err(Error::FieldCount { got }));
    }
    let mut long = receipt_of(&[]);
    long.push(0);
    assert_eq!(decode(&long), Err(rlp(rlp::Error::TrailingBytes)));
    assert_eq!(decode(&[1, 0x80]), Err(rlp(rlp::Error::UnexpectedString)));
}

#[test]
fn r08_r09_rct_4_rejects_every_other_status() {
    assert_eq!(decode(&receipt_with(0, string(&[1; 32]))), Err(Error::StateRoot));
    for status in [&[0][..], &[2], &[0x80], &[1, 0], &[0, 1], &[1; 31], &[1; 33]] {
        assert_eq!(decode(&receipt_with(0, string(status))), Err(Error::Status));
    }
    let two_bytes = decode(&receipt_with(0, vec![0x81, 1])).unwrap_err();
    assert_eq!(two_bytes, rlp(rlp::Error::NonCanonicalSingleByte));
    assert_eq!(decode(&receipt_with(0, list(&[]))), Err(rlp(rlp::Error::UnexpectedList)));
}

#[test]
fn r11_r18_rct_4_rejects_malformed_gas_bloom_and_logs() {
    let gas = |bytes: &[u8]| decode(&receipt_with(1, string(bytes))).map(|_| ());
    assert_eq!(gas(&[0, 1]), Err(rlp(rlp::Error::IntegerLeadingZero)));
    assert_eq!(gas(&[0; 9]), Err(rlp(rlp::Error::IntegerTooLarge { max: 8, got: 9 })));
    for length in [0, 255, 257] {
        let wrong = rlp::Error::WrongLength { expected: 256, got: length as u64 };
        assert_eq!(decode(&receipt_with(2, string(&vec![0; length]))), Err(rlp(wrong)));
    }
    assert_eq!(decode(&receipt_with(3, string(&[]))), Err(rlp(rlp::Error::UnexpectedString)));
}

#[test]
fn r12_rct_4_accepts_success_failure_and_any_bloom() {
    let receipt = receipt_with(2, string(&[0xab; 256]));
    let receipt = decode(&receipt).unwrap();
    assert_eq!((receipt.success, receipt.bloom), (true, &[0xab; 256]));
    assert!(!decode(&receipt_with(0, string(&[]))).unwrap().success);
}
