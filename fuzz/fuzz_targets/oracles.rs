//! The same proof before ours and three other verifiers: what we accept, they accept, and with the same value. What each is
//! known to differ in is listed at `fuzz::agree_on`.
#![no_main]

use alloy_primitives::Bytes;
use alloy_trie::{Nibbles, proof::verify_proof};
use fuzz::{Form, Linked, Plan, agree_on};
use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};
use mpt_proof::{Outcome, proof};

#[derive(Arbitrary, Debug)]
enum Input {
    Built(Plan, bool),
    Linked(Linked),
}

fuzz_target!(|input: Input| {
    match input {
        Input::Built(plan, present) => {
            let Some(case) = plan.case(present) else { return };
            agree_on(&case.root, &case.key, case.held(), &case.honest);
            if let Ok(outcome) = proof::walk(&case.root, &case.key, &case.nodes) {
                let held = match outcome {
                    Outcome::Value(value) => Some(value),
                    Outcome::Absent(_) => None,
                };
                agree_on(&case.root, &case.key, held, &case.nodes);
            }
        }
        // Of nodes that no honest trie has, only alloy-trie is asked: the others take them for a set.
        Input::Linked(linked) => {
            let (root, nodes) = linked.nodes();
            let nodes: Vec<Bytes> = nodes.into_iter().map(Bytes::from).collect();
            let Ok(Outcome::Value(value)) = proof::walk(&root, &linked.key, &nodes) else { return };
            let form = Form::of(&root, &linked.key, &nodes);
            if !form.branch_value && !form.short_root {
                let asked =
                    verify_proof(root, Nibbles::unpack(&linked.key), Some(value.to_vec()), &nodes);
                assert!(asked.is_ok(), "alloy-trie refuses what we accept: {asked:?}");
            }
        }
    }
});
