//! A beacon chain with real BLS keys, real SSZ trees and nobody to run it.
//!
//! [`Chain::propose`] wraps an execution block into a beacon block; slots passed over are missed. Two epochs after a
//! block it is final, and [`Chain::finality_update`] is what a relayer would send for it.
//!
//! ```
//! use testkit::beacon::{Chain, ExecutionBlock, Network};
//! # fn main() -> Result<(), testkit::beacon::Error> {
//! let mut chain = Chain::new(Network::default(), 1);
//! let trusted = ExecutionBlock::synthetic(Default::default(), 1, chain.network().time(32));
//! let interesting = ExecutionBlock::synthetic(trusted.hash(), 2, chain.network().time(50));
//! let newest = ExecutionBlock::synthetic(interesting.hash(), 3, chain.network().time(128));
//!
//! chain.propose(32, trusted)?;
//! chain.propose(50, interesting)?;
//! assert_eq!(chain.network().finalizing_slot(50), 128);
//! chain.propose(128, newest)?;
//!
//! let bootstrap = chain.bootstrap(32)?; // and chain.block(32)?.root() is what the client's owner trusts
//! let update = chain.finality_update(50, &[7, 311])?; // members 7 and 311 did not sign
//! assert_eq!(update.pair.execution_block_hash, chain.block(50)?.execution().hash());
//! # let _ = bootstrap;
//! # Ok(())
//! # }
//! ```
//!
//! What is real: keys, signatures, domains, committee roots, headers, the trees of body, payload and state and all
//! proofs cut from them (any fork from Altair to Gloas, committees of any size), block roots, finality two epochs after the epoch boundary. What is not: validators outside the committees,
//! attestations, and fields of body and state that light clients do not look at.

pub mod block;
pub mod chain;
pub mod committee;
pub mod execution;
pub mod network;
pub mod objects;
pub mod ssz;
pub mod update;

pub use block::{BeaconBlock, Checkpoint};
pub use chain::{Chain, Error};
pub use committee::Committee;
pub use execution::{ExecutionBlock, InvalidBlock, Withdrawal};
pub use light_client::beacon::builder::{OwnedBootstrap, OwnedUpdate};
pub use network::Network;
