//! The MAP relay chain with real keys and nobody to run it.
//!
//! [`Chain::propose`] seals a block over given results of execution, which may be those of any other chain's block; the last
//! block of an epoch can change the set that signs. [`Block::rlp`] and [`Block::json`] are what nodes serve,
//! [`Chain::update`] is what a relayer would send.
//!
//! ```
//! use testkit::map::{Chain, Network, Proposal, Set, Validator};
//! # fn main() -> Result<(), testkit::map::Error> {
//! let mut chain = Chain::new(Network::default(), 1, Set::derive(7, 4), 1_700_000_000);
//! chain.extend_to(9)?;
//! let newcomer = Validator::derive(7, 4);
//! chain.propose(Proposal { added: vec![newcomer], ..Proposal::new(10, chain.next_execution()) })?;
//! chain.extend_to(13)?;
//! assert_eq!(chain.set(2)?.size(), 5);
//!
//! // For a client that knows the first set: the block that ends the epoch, and block 13.
//! let update = chain.update(1, 13)?;
//! assert_eq!(update.headers.len(), 2);
//! # let _ = update.encode();
//! # Ok(())
//! # }
//! ```
//!
//! What is real: keys on both groups, signatures, hints, quorum, rounds, the proposer's seal and the parent's seal, the hash of the header
//! without its own seal, sets and how they change, the block receipt. Nothing is computed by the code that it is used to
//! test. What is not: the snark data of epochs and the randomness, which are outside the header.

pub mod block;
pub mod chain;
pub mod curve;
pub mod execution;
mod json;
pub mod update;
pub mod validator;

pub use block::Block;
pub use chain::{Chain, Error, Network, Proposal};
pub use curve::Hint;
pub use execution::{Execution, Receipts};
pub use update::{Sealed, Update};
pub use validator::{Set, Validator};
