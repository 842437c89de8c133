//! Beacon chains with sync committees of 512 members: Ethereum, its test networks, Gnosis. Clauses BCN-1 to BCN-18.
//!
//! Established: the execution block hash of a finalized beacon block. Assumed: at least two thirds of each sync committee follow
//! the protocol. Committee keys are never stored: an update carries the aggregate key of the committee and the keys of its
//! absent members, both proven under the committee root, and the signature is verified against their difference.
//!
//! Source: consensus-specs `altair/light-client`, `electra/light-client`, `fulu`.

#[cfg(feature = "builder")]
pub mod builder;
mod client;
mod committee;
mod config;
mod error;
mod heads;
pub mod networks;
#[cfg(feature = "builder")]
pub mod spec;
mod types;
mod verify;

pub use client::Client;
pub use config::{Config, Fork, IndexSet};
pub use error::Error;
pub use heads::{Head, Heads};
pub use types::{AbsentMember, BeaconHeader, Bootstrap, Trusted, Update};

/// Members of a sync committee.
pub const COMMITTEE_SIZE: usize = 512;

/// The fewest participants that are two thirds of a committee (BCN-7).
pub const SUPERMAJORITY: usize = (2 * COMMITTEE_SIZE).div_ceil(3);
