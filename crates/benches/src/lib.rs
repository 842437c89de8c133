//! What the benches share: the proofs that are measured, our verifiers and others, and how two things are timed against each other.
//!
//! `benches/proofs.rs` is the criterion suite; `benches/figures` writes `target/bench.json` and prints the tables of
//! `docs/benchmarks.md`. Both read the same committed vectors, so every machine measures the same bytes.

pub mod fixture;
pub mod machine;
pub mod made;
pub mod ours;
pub mod peers;
pub mod ratio;
