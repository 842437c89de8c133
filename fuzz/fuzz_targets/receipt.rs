//! Receipts are read without a panic under both policies; a selected log is the one that the iteration gives, from the emitter
//! and with the topic that were asked for (M14).
#![no_main]

use alloy_primitives::B256;
use libfuzzer_sys::fuzz_target;
use mpt_proof::receipt::{Error, Receipt, TypePolicy};

fuzz_target!(|bytes: &[u8]| {
    let any = Receipt::decode(bytes, TypePolicy::Any);
    let known = Receipt::decode(bytes, TypePolicy::Known);
    if known.is_ok() {
        assert_eq!(known, any);
    }
    let Ok(receipt) = any else { return };
    let mut count = 0;
    for (index, log) in (0..).zip(receipt.logs()) {
        if !receipt.success {
            assert_eq!(receipt.log(index), Err(Error::Failed));
            continue;
        }
        assert_eq!(receipt.log(index), log);
        let Ok(log) = log else { return };
        count += 1;
        let (mut other, topic) = (log.address, log.topics().first().copied().unwrap_or_default());
        let selected = receipt.select(index, &log.address, &topic);
        if log.topics().is_empty() {
            let (expected, got) = (B256::ZERO, B256::ZERO);
            assert_eq!(selected, Err(Error::LogTopic { expected, got }));
        } else {
            assert_eq!(selected, Ok(log));
            let expected = !topic;
            let refused = receipt.select(index, &log.address, &expected);
            assert_eq!(refused, Err(Error::LogTopic { expected, got: topic }));
        }
        other[0] ^= 1;
        let refused = receipt.select(index, &other, &topic);
        assert_eq!(refused, Err(Error::LogEmitter { expected: other, got: log.address }));
    }
    if receipt.success {
        assert_eq!(receipt.log(count), Err(Error::LogMissing { index: count, count }));
    }
});
