//! What became of a message, clause by clause, over blocks made in the test.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(unreachable_pub, reason = "the modules of a test are its own")]

mod events;
mod expiry;
mod made;
mod once;
