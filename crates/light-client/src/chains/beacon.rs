//! Beacon chains with sync committees: Ethereum, its test networks, Gnosis, from Altair to Gloas. Clauses UPD-1, BCN-1 to BCN-17.
//!
//! Established: the execution block hash of a finalized beacon block. Assumed: at least two thirds of each sync committee follow
//! the protocol. Committee keys are never stored: an update carries the aggregate key of the committee and the keys of its
//! absent members, both proven under the committee root, and the signature is verified against their difference.
//!
//! An [`Update`] is read from bytes, the same that the contracts take. From the index set [`Gloas`](IndexSet::Gloas) on the
//! execution block is the parent of the one that the beacon block bids for: the last one that is part of the chain.
//!
//! Source: consensus-specs `altair/light-client`, `capella/light-client`, `electra/light-client`, `gloas/light-client`.

mod ancestry;
#[cfg(feature = "builder")]
pub mod builder;
mod client;
mod committee;
mod config;
mod error;
mod heads;
pub mod history;
mod index_set;
#[cfg(feature = "serde")]
mod network;
pub mod networks;
mod pair;
#[cfg(feature = "builder")]
pub mod spec;
mod types;
mod update;
mod verify;

#[cfg(feature = "builder")]
pub(crate) use ancestry::block_hash as block_roots_hash;
pub use client::Client;
pub use config::{COMMITTEE_SIZE, Config, Fork};
pub use error::Error;
pub use heads::{Head, Heads};
pub use index_set::IndexSet;
#[cfg(feature = "serde")]
pub use network::Network;
pub use pair::Pair;
pub use types::{BeaconHeader, Bootstrap, Trusted};
pub use update::{AbsentMember, AbsentMembers, NextCommittee, Update};
