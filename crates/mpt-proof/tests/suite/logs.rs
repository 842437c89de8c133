//! RCT-5…9: the logs of a receipt.

use super::{
    encoding::{list, string},
    receipts::{EMITTER, TOPIC, decode, log_of, receipt_of, receipt_with, rlp},
};
use alloy_primitives::{Address, B256};
use mpt_proof::{
    receipt::{Error, Receipt, TypePolicy},
    rlp,
    state::{Account, slot_value},
};
use proptest::{collection::vec, prelude::*, sample::Index};

/// The error of selecting the first of these logs.
fn refused(log: Vec<u8>) -> Error {
    decode(&receipt_of(&[log])).unwrap().select(0, &EMITTER, &TOPIC).unwrap_err()
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn m14_a_mutated_receipt_yields_what_was_asked_or_an_error(at: Index, byte: u8, cut: bool) {
        let mut value = receipt_of(&[log_of(2, b"first"), log_of(1, &[5; 60])]);
        let at = at.index(value.len());
        value[at] = byte;
        if cut {
            value.truncate(at);
        }
        for index in 0..3 {
            let Ok(receipt) = Receipt::decode(&value, TypePolicy::Any) else { continue };
            if let Ok(log) = receipt.select(index, &EMITTER, &TOPIC) {
                prop_assert!(receipt.success && index < 2);
                prop_assert_eq!((log.address, log.topics()[0]), (EMITTER, TOPIC));
            }
        }
    }

    #[test]
    fn r1_no_value_makes_the_decoders_panic(value in vec(any::<u8>(), 0..200), index: u64) {
        if let Ok(receipt) = Receipt::decode(&value, TypePolicy::Any) {
            let _ = receipt.log(index);
            prop_assert!(receipt.logs().count() <= value.len());
        }
        let _ = Account::decode(&value);
        let _ = slot_value(&value);
    }
}
