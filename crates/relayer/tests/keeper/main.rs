//! The keeper over the compiled light clients on a chain of one node: what it sends, when, and what it makes of nodes and committees that lie.
#![recursion_limit = "256"]
#![allow(
    clippy::panic,
    clippy::unwrap_in_result,
    clippy::type_complexity,
    reason = "a test that cannot go on fails"
)]

mod evidence;
mod light;
mod map;
mod site;
#[path = "../../../prover/tests/support/mod.rs"]
mod source;
mod steps;
