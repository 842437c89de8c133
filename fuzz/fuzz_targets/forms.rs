//! The three forms of a proof say the same. Packed nodes are refused as the listed ones are, save that a header is read before
//! its hash is compared; a compact proof, whatever was done to it, shows what the trie has.
#![no_main]

use fuzz::Plan;
use libfuzzer_sys::fuzz_target;
use mpt_proof::{Outcome, builder, compact, packed, proof};

fuzz_target!(|input: (Plan, bool, Vec<(u16, u8)>, Option<u16>)| {
    let (plan, present, flips, cut) = input;
    let Some(case) = plan.case(present) else { return };
    let (root, key) = (&case.root, &case.key[..]);

    let bytes = builder::packed(&case.nodes);
    let walked = packed::walk(root, key, &bytes);
    if case.is_honest() {
        assert_eq!(walked, proof::walk(root, key, &case.nodes));
        assert!(walked.is_ok());
    }
    // Whatever the nodes were cut into, the same bytes say the same.
    assert!(walked.is_err() || bytes == builder::packed(&case.honest) || bytes[..] == [0x80]);
    shows(&case, walked.map_err(drop));

    let honest = builder::compact(key, &case.honest);
    let Ok(honest) = honest else { return };
    let walked = compact::walk(root, key, &honest);
    assert_eq!(walked.map_err(drop), proof::walk(root, key, &case.honest).map_err(drop));
    assert!(walked.is_ok());
    let mut bytes = honest.to_vec();
    for (place, by) in flips.iter().take(4) {
        let length = bytes.len();
        if length > 0 {
            bytes[usize::from(*place) % length] ^= by;
        }
    }
    if let Some(length) = cut {
        bytes.truncate(usize::from(length) % (bytes.len() + 1));
    }
    let walked = compact::walk(root, key, &bytes);
    if walked.is_ok() && *root != proof::EMPTY_ROOT {
        assert_eq!(bytes, honest, "a second compact proof");
    }
    shows(&case, walked.map_err(drop));
});

fn shows(case: &fuzz::Case, outcome: Result<Outcome<'_>, ()>) {
    match outcome {
        Ok(Outcome::Value(value)) => assert_eq!(case.held(), Some(value)),
        Ok(Outcome::Absent(_)) => assert_eq!(case.held(), None),
        Err(()) => {}
    }
}
