//! MPT-1 to MPT-14: inclusion, exclusion, and the walk under both.

use crate::session::{ProofHarness, Session, cases};
use alloy_primitives::Bytes;
use bindings::Revert;
use mpt_proof::proof;
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
        let ProofCase { root, key, nodes, .. } = case;
        let walked = proof::walk(&root, &key, &nodes);
        if let Expected::Refused(error) = expected {
            assert_eq!(walked, Err(error), "{mutation}: {key:02x?} {nodes:?}");
        }
        let answers = (
            walked.map_err(Revert::from),
            proof::inclusion(&root, &key, &nodes).map_err(Revert::from),
            proof::exclusion(&root, &key, &nodes).map_err(Revert::from),
        );
        let (key, listed) = (Bytes::copy_from_slice(&key), nodes.clone());
        let calls = (
            ProofHarness::walkCall { root, key: key.clone(), nodes: listed.clone() },
            ProofHarness::inclusionCall { root, key: key.clone(), nodes: listed.clone() },
            ProofHarness::exclusionCall { root, key, nodes: listed },
        );
        session.compare_proof(&to, &mutation.to_string(), calls, answers);
    }
    session.finish();
}
