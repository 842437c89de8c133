//! Consensus-spec objects: SSZ is strict, JSON is the beacon API's, and the store refuses what the specs refuse.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod forms;
mod headers;
mod json;
mod samples;
mod scene;
mod store;
mod upgrades;

#[allow(dead_code, unreachable_pub, reason = "every test binary uses a part of this")]
#[path = "../support/signer.rs"]
mod signer;
#[allow(unreachable_pub, reason = "other test binaries use it from a module of their own")]
#[path = "../support/state.rs"]
mod state;
