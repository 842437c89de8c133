//! The official light client vectors of the consensus specs, all of them: `vectors/beacon/spec`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is a failed test"
)]

mod archive;
mod bridge;
mod collection;
mod network;
mod proofs;
mod ranking;
#[path = "../differential/session.rs"]
#[allow(dead_code, reason = "this test does not use all of it")]
mod session;
mod sync;

use std::collections::BTreeMap;

/// What the archive holds, by kind. A case that no test names would show here.
const CASES: [(&str, usize); 4] =
    [("data_collection", 11), ("single_merkle_proof", 54), ("sync", 52), ("update_ranking", 7)];

#[test]
fn every_case_of_the_archive_has_a_kind_that_is_run() {
    let cases = archive::cases();
    assert_eq!(cases.len(), 124);
    let mut counts = BTreeMap::new();
    for case in &cases {
        *counts.entry(case.manifest.handler.as_str()).or_insert(0_usize) += 1;
    }
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), CASES);
}

/// The cases of a kind, as many as there must be.
fn cases(handler: &str) -> Vec<archive::Case> {
    let (_, expected) = CASES.iter().find(|(name, _)| *name == handler).unwrap();
    let mut cases = archive::cases();
    cases.retain(|case| case.manifest.handler == handler);
    assert_eq!(cases.len(), *expected);
    cases
}
