//! What the benches share: the proofs that are measured, the peers, and how two things are timed against each other.
//!
//! `benches/proofs.rs` is the criterion suite; `benches/figures.rs` writes `target/bench.json` and prints the tables of
//! `docs/benchmarks.md`. Both read the same committed vectors, so every machine measures the same bytes.

pub mod fixture;
pub mod ratio;

use alloy_primitives::{B256, keccak256};
use alloy_trie::{Nibbles, proof::verify_proof};
use fixture::Fixture;
use mpt_proof::{Keccak, Sha3, proof};

/// Our verification of a fixture.
///
/// # Panics
///
/// When the fixture does not verify: a measurement of a refusal would say nothing.
#[must_use]
pub fn ours(fixture: &Fixture) -> &[u8] {
    proof::inclusion(&fixture.root, &fixture.key, &fixture.proof).expect("an honest proof")
}

/// alloy-trie's verification of a fixture; it wants the value beforehand.
///
/// # Panics
///
/// When the fixture does not verify.
pub fn alloy(fixture: &Fixture) {
    let value = Some(fixture.value.to_vec());
    verify_proof(fixture.root, Nibbles::unpack(&fixture.key), value, &fixture.proof)
        .expect("an honest proof");
}

/// The hashes alone of what the fixture's proof lists, with the hash that [`ours`] uses.
#[must_use]
pub fn bare_sha3(fixture: &Fixture) -> B256 {
    fixture.proof.iter().fold(B256::ZERO, |mixed, node| mixed ^ Sha3.keccak256(node))
}

/// The hashes alone, with the hash that [`alloy`] uses.
#[must_use]
pub fn bare_alloy(fixture: &Fixture) -> B256 {
    fixture.proof.iter().fold(B256::ZERO, |mixed, node| mixed ^ keccak256(node))
}
