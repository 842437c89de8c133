//! The client of the MAP relay chain, clause by clause, on a small chain of its own and on real data.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
#![allow(unreachable_pub, reason = "the modules of a test are its own")]

mod accepted;
mod bytes;
mod devnet;
mod hash;
mod headers;
mod made;
mod provers;
mod sealed;
mod sets;
mod signature;
mod status;
