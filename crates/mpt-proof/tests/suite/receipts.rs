//! RCT-1…9, and the receipt cases R01 to R23 by their numbers.

use super::encoding::{list, string};
use alloy_primitives::{Address, B256};
use mpt_proof::{
    receipt::{Error, Receipt, TypePolicy, index_key, prove, prove_absent},
    {builder::OrderedTrie, proof, rlp},
};

const EMITTER: Address = Address::repeat_byte(0xee);
const TOPIC: B256 = B256::repeat_byte(0x77);

fn log_of(topics: usize, data: &[u8]) -> Vec<u8> {
    list(&[string(EMITTER.as_slice()), list(&vec![string(TOPIC.as_slice()); topics]), string(data)])
}

fn receipt_of(logs: &[Vec<u8>]) -> Vec<u8> {
    list(&[string(&[1]), string(&[0x52, 8]), string(&[0; 256]), list(logs)])
}

/// The body with one field replaced.
fn receipt_with(place: usize, field: Vec<u8>) -> Vec<u8> {
    let mut fields = vec![string(&[1]), string(&[9]), string(&[0; 256]), list(&[log_of(1, &[])])];
    fields[place] = field;
    list(&fields)
}

fn decode(value: &[u8]) -> Result<Receipt<'_>, Error> {
    Receipt::decode(value, TypePolicy::Known)
}

/// The error of selecting the first of these logs.
fn refused(log: Vec<u8>) -> Error {
    decode(&receipt_of(&[log])).unwrap().select(0, &EMITTER, &TOPIC).unwrap_err()
}

const fn rlp(error: rlp::Error) -> Error {
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

#[test]
fn rct_5_accepts_a_log_of_a_successful_receipt() {
    let value = receipt_of(&[log_of(1, b"data")]);
    let log = decode(&value).unwrap().select(0, &EMITTER, &TOPIC).unwrap();
    assert_eq!((log.address, log.topics(), log.data), (EMITTER, &[TOPIC][..], &b"data"[..]));
}

#[test]
fn r10_rct_5_rejects_a_log_of_a_failed_receipt_first() {
    let value = receipt_with(0, string(&[]));
    let failed = decode(&value).unwrap();
    assert_eq!(failed.select(0, &EMITTER, &TOPIC), Err(Error::Failed));
    assert_eq!(failed.select(7, &Address::ZERO, &TOPIC), Err(Error::Failed));
    assert_eq!(failed.log(7), Err(Error::Failed));
}

#[test]
fn r17_rct_6_accepts_an_index_within_the_receipt() {
    let logs: Vec<_> = (0..3).map(|n| log_of(1, &[n])).collect();
    let value = receipt_of(&logs);
    let receipt = decode(&value).unwrap();
    for n in 0..3 {
        assert_eq!(receipt.log(u64::from(n)).unwrap().data, [n]);
    }
    assert_eq!(receipt.logs().map(|log| log.unwrap().data[0]).collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn r16_rct_6_rejects_an_index_beyond_the_logs() {
    for count in 0..3 {
        let value = receipt_of(&vec![log_of(1, &[]); count]);
        let count = count as u64;
        for index in [count, count + 1, u64::MAX] {
            let error = decode(&value).unwrap().select(index, &EMITTER, &TOPIC);
            assert_eq!(error, Err(Error::LogMissing { index, count }));
        }
    }
}

#[test]
fn rct_6_rejects_a_malformed_header_before_the_selected_log_and_none_after_it() {
    let good = log_of(1, &[]);
    let value = receipt_with(3, list(&[good.clone(), vec![0xb8]]));
    let receipt = decode(&value).unwrap();
    assert!(receipt.log(0).is_ok());
    assert_eq!(receipt.log(1), Err(rlp(rlp::Error::InputTooShort)));
    let errors: Vec<_> = receipt.logs().map(|log| log.is_err()).collect();
    assert_eq!(errors, [false, true]);
    // Only the headers of earlier logs are read.
    let value = receipt_with(3, list(&[string(&[]), good]));
    assert!(decode(&value).unwrap().log(1).is_ok());
}

#[test]
fn r13_r19_rct_7_accepts_up_to_four_topics_and_any_data() {
    for topics in 0..=4 {
        let value = receipt_of(&[log_of(topics, &[])]);
        assert_eq!(decode(&value).unwrap().log(0).unwrap().topics(), vec![TOPIC; topics]);
    }
    for length in [0, 1, 55, 56, 255, 256, 65536] {
        let data = vec![5; length];
        let value = receipt_of(&[log_of(1, &data)]);
        assert_eq!(decode(&value).unwrap().log(0).unwrap().data, data);
    }
}

#[test]
fn r13_r14_r15_rct_7_rejects_a_malformed_log() {
    for count in [0, 1, 2, 4, 5, 9] {
        let got = count.min(4) as u64;
        assert_eq!(refused(list(&vec![string(&[1]); count])), Error::LogFieldCount { got });
    }
    assert_eq!(refused(log_of(5, &[])), Error::TopicCount { got: 5 });
    assert_eq!(refused(log_of(9, &[])), Error::TopicCount { got: 5 });
    let (emitter, topics) = (string(EMITTER.as_slice()), list(&[string(TOPIC.as_slice())]));
    for length in [0, 19, 21] {
        let wrong = rlp::Error::WrongLength { expected: 20, got: length as u64 };
        let log = list(&[string(&vec![7; length]), topics.clone(), string(&[])]);
        assert_eq!(refused(log), rlp(wrong));
    }
    for length in [0, 31, 33] {
        let wrong = rlp::Error::WrongLength { expected: 32, got: length as u64 };
        let log = list(&[emitter.clone(), list(&[string(&vec![7; length])]), string(&[])]);
        assert_eq!(refused(log), rlp(wrong));
    }
    assert_eq!(refused(string(&[])), rlp(rlp::Error::UnexpectedString));
    let unlisted = list(&[emitter.clone(), string(&[]), string(&[])]);
    assert_eq!(refused(unlisted), rlp(rlp::Error::UnexpectedString));
    let data_is_list = list(&[emitter, topics, list(&[])]);
    assert_eq!(refused(data_is_list), rlp(rlp::Error::UnexpectedList));
}

#[test]
fn rct_7_rejects_in_the_order_of_the_fields() {
    let all_wrong = list(&[string(&[7; 19]), string(&[]), list(&[])]);
    assert_eq!(refused(all_wrong), rlp(rlp::Error::WrongLength { expected: 20, got: 19 }));
    let topics = list(&[string(&[7; 31]), vec![0xb8]]);
    let log = list(&[string(EMITTER.as_slice()), topics, list(&[])]);
    assert_eq!(refused(log), rlp(rlp::Error::InputTooShort));
}

#[test]
fn r20_r22_rct_8_rct_9_accepts_what_is_expected_whatever_else_the_log_holds() {
    for topics in 1..=4 {
        let value = receipt_of(&[log_of(topics, &[0; 96])]);
        assert!(decode(&value).unwrap().select(0, &EMITTER, &TOPIC).is_ok());
    }
}

#[test]
fn m14_rct_8_rejects_another_emitter_before_the_topic() {
    let value = receipt_of(&[log_of(0, &[])]);
    let expected = Address::repeat_byte(1);
    let error = decode(&value).unwrap().select(0, &expected, &B256::ZERO);
    assert_eq!(error, Err(Error::LogEmitter { expected, got: EMITTER }));
}

#[test]
fn m14_rct_9_rejects_another_first_topic_or_none() {
    let expected = B256::repeat_byte(1);
    let value = receipt_of(&[log_of(2, &[]), log_of(0, &[])]);
    let receipt = decode(&value).unwrap();
    let error = receipt.select(0, &EMITTER, &expected);
    assert_eq!(error, Err(Error::LogTopic { expected, got: TOPIC }));
    for expected in [expected, B256::ZERO] {
        let error = receipt.select(1, &EMITTER, &expected);
        assert_eq!(error, Err(Error::LogTopic { expected, got: B256::ZERO }));
    }
}
