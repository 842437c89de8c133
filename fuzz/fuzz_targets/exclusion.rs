//! A proof of a key that the trie may lack: as it is due it shows so, spoilt it shows nothing else (M2, M5, M6). Under the
//! proof of one key no other has another outcome than its own.
#![no_main]

use fuzz::{Key, Plan, sound};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Plan, Key)| {
    let (plan, other) = input;
    let Some(mut case) = plan.case(false) else { return };
    sound(&case);
    for end in 0..case.honest.len() {
        let cut = mpt_proof::proof::walk(&case.root, &case.key, &case.honest[..end]);
        assert_eq!(cut, Err(mpt_proof::proof::Error::TruncatedProof { index: end as u64 }));
    }
    case.key = other.bytes();
    case.honest = case.trie.proof(&case.key);
    sound(&case);
});
