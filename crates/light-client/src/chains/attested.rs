//! Chains that have no other client: blocks of which k of n attestors have signed. Clause ATT-6 of `spec/message.md`.
//!
//! Established: as many of the attestors named for the chain as are required have signed number and hash of a block. Assumed: at
//! least k of them tell the truth. Nothing of the chain's own consensus is verified, the trusted state never expires, and nothing
//! freezes it: whoever names the attestors takes those away who lie.

mod client;
mod heads;
mod update;

pub use client::{Client, Trusted};
pub use heads::{Head, Heads};
pub use update::Update;
