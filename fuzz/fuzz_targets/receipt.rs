//! Receipts are read without a panic under both policies, and a selected log is the one that the iteration gives.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mpt_proof::receipt::{Receipt, TypePolicy};

fuzz_target!(|bytes: &[u8]| {
    let any = Receipt::decode(bytes, TypePolicy::Any);
    let known = Receipt::decode(bytes, TypePolicy::Known);
    if known.is_ok() {
        assert_eq!(known, any);
    }
    let Ok(receipt) = any else { return };
    for (index, log) in (0..).zip(receipt.logs()) {
        if receipt.success {
            assert_eq!(receipt.log(index), log);
        }
    }
});
