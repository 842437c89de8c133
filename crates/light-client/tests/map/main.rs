//! The client of the MAP relay chain, clause by clause, on a small chain of its own and on real data.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod devnet;
