//! M16, H10: Rust and Solidity agree on every input: on the verdict, on the value, and on a refusal's error with all its
//! arguments. Inputs are honest ones and their named mutations; the contracts run in revm.
//!
//! `HELIOGRAPH_DIFF_CASES` says how many cases each family gets (2000 unless set), `HELIOGRAPH_SEED` which ones.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is a failed test"
)]

mod ancestry;
mod batches;
mod beacon;
mod bls;
mod bodies;
mod forms;
mod headers;
mod lifetimes;
mod map;
mod messages;
mod receipts;
mod rlp;
mod session;
mod ssz;
mod state;
mod trie;
