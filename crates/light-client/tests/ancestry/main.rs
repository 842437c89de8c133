//! ANC-2 to ANC-4, and historical summaries: from a head to blocks that its state remembers.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(unreachable_pub, reason = "shared with other test binaries")]

mod beacon;
#[cfg(feature = "builder")]
mod builder;
mod framing;
mod history;
mod made;
mod summaries;
#[path = "../support/state.rs"]
mod tree;
mod vectors;
