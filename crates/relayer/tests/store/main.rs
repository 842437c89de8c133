//! The store, on SQLite and on PostgreSQL: the same tests.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::unwrap_in_result,
    reason = "a test that cannot go on fails"
)]

#[path = "../common/postgres.rs"]
mod postgres;
mod support;

mod chains;
mod claims;
mod crash;
mod leases;
mod life;
mod opening;
mod outgoing;
mod people;
mod resume;
mod runs;
mod schedules;
mod signed;
mod size;
mod waits;
