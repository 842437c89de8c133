//! Changed light-client updates, judged by the executable consensus specs: `vectors/beacon/mutations`.
//!
//! The store that follows the specs has to agree on every step, in verdict, reason and state. The clients for bridges, in Rust and on
//! chain, have to agree with each other, and must not accept what the specs refuse.
//!
//! `HELIOGRAPH_MUTATIONS` names another file of the same format; the exact counts are then not asserted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is a failed test"
)]

#[path = "../spec_vectors/archive.rs"]
#[allow(dead_code, reason = "this test does not use all of it")]
mod archive;
mod bridge;
mod corpus;
#[path = "../spec_vectors/network.rs"]
#[allow(dead_code, reason = "this test does not use all of it")]
mod network;
mod store;
