//! The MAP relay chain. Clauses MAP-1 to MAP-16 of `spec/map.md`.
//!
//! Established: the hash and the receipts root of a block that two thirds of the validators of its epoch signed. Assumed: at
//! least two thirds of the validators of each epoch follow the protocol, for as long as their set is held. Keys are never stored: a
//! client keeps commitments to the sets of the newest epochs, and an update carries the keys of one set and the headers from there on.
//!
//! A header is everywhere the bytes *as hashed*, its aggregated seal emptied; the seal travels beside it. [`SealedHeader`] splits
//! what nodes serve. The proposer's own signature in the header is bound by the hash and not looked at: the quorum's says more.
//!
//! Source: the chain's own Go client and contracts (header, `IstanbulExtra`, quorum, epochs).

#[cfg(feature = "builder")]
pub mod builder;
mod client;
mod config;
mod error;
mod header;
mod heads;
pub mod networks;
pub mod sealed;
mod set;
mod types;
mod update;
mod verify;

pub use client::Client;
pub use config::Config;
pub use error::Error;
pub use heads::{Head, Heads};
pub use sealed::SealedHeader;
pub use set::{MAX_SIZE, quorum};
pub use types::{Block, Checkpoint, Commitments, Trusted};
pub use update::{PackedHeader, Update};
