//! A proof of a key that the trie has: as it is due it shows the value, spoilt it shows nothing else (M1, M6). And nodes that a
//! hostile root links have one outcome.
#![no_main]

use fuzz::{Linked, Plan, consistent, sound};
use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};

#[derive(Arbitrary, Debug)]
enum Input {
    Built(Plan),
    Linked(Linked),
}

fuzz_target!(|input: Input| {
    match input {
        Input::Built(plan) => {
            if let Some(case) = plan.case(true) {
                sound(&case);
            }
        }
        Input::Linked(linked) => {
            let (root, nodes) = linked.nodes();
            let _ = consistent(&root, &linked.key, &nodes);
        }
    }
});
