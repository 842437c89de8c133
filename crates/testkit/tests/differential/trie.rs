//! MPT-1 to MPT-14: inclusion, exclusion, and the walk under both.

use crate::session::{ProofHarness, Session, cases};
use alloy_primitives::Bytes;
use bindings::Revert;
use mpt_proof::{Outcome, proof};
use proptest::strategy::Strategy;
use testkit::{
    mutate::{Expected, proof::Mutation},
    tries::{ProofCase, small_trie, wide_trie, word_trie},
};

#[test]
fn m16_small_tries() {
    compare("small tries", &small_trie());
}

#[test]
fn m16_word_tries() {
    compare("tries of words", &word_trie());
}

#[test]
fn m16_wide_tries() {
    compare("full branches", &wide_trie());
}

fn compare(family: &'static str, strategy: &impl Strategy<Value = ProofCase>) {
    let mut session = Session::new(family);
    let to = session.harnesses(&["ProofHarness", "ProofHarnessReference"]);
    let mutations = Mutation::all();
    for _ in 0..cases() {
        let mut case = session.draw(strategy);
        let mutation = *session.dice.one_of(&mutations);
        let Some(expected) = mutation.apply(&mut case, &mut session.dice) else { continue };
        let walked = proof::walk(&case.root, &case.key, &case.nodes);
        if let Expected::Refused(error) = expected {
            assert_eq!(walked, Err(error), "{mutation}: {case:?}");
        }
        let ProofCase { root, key, nodes, .. } = case.clone();
        let key = Bytes::from(key);
        session.compare(
            &to,
            mutation,
            &ProofHarness::walkCall { root, key: key.clone(), nodes: nodes.clone() },
            walked.map_err(Revert::from).map(|outcome| match outcome {
                Outcome::Value(value) => (true, Bytes::copy_from_slice(value)).into(),
                Outcome::Absent(_) => (false, Bytes::new()).into(),
            }),
        );
        session.compare(
            &to,
            format!("{mutation}, inclusion"),
            &ProofHarness::inclusionCall { root, key: key.clone(), nodes: nodes.clone() },
            proof::inclusion(&root, &key, &nodes).map(Bytes::copy_from_slice).map_err(Revert::from),
        );
        session.compare(
            &to,
            format!("{mutation}, exclusion"),
            &ProofHarness::exclusionCall { root, key: key.clone(), nodes: nodes.clone() },
            proof::exclusion(&root, &key, &nodes).map(|_| ().into()).map_err(Revert::from),
        );
    }
    session.finish();
}
