//! Attestations, and the client that rests on nothing else, clause by clause.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(unreachable_pub, reason = "the modules of a test are its own")]

mod client;
mod made;
mod sets;
mod signatures;
mod typed_data;
