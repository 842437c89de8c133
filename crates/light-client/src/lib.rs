//! Light clients: from a trusted state and an untrusted update to a new trusted state and verified blocks.
//!
//! Everything here is a pure function: no clock (`now` is an argument), no I/O, no randomness, no state of its own. Untrusted
//! input cannot make it panic. What is verified, in which order, and which error reports which violated clause is written in
//! `spec/client.md` and `spec/proof.md`; the Solidity contracts follow the same text and return the same first error.
//!
//! * [`beacon`]: Ethereum's sync committees, verified without storing a committee key.
//! * [`map`]: the validators of the MAP relay chain, verified by commitments to their sets.
//! * [`attested`]: k of n attestors, for chains without any other client; [`attestation`]: what they sign.
//! * [`header`], [`ancestry`]: from a verified block hash to the roots in its header, and to its ancestors.
//! * [`verified`]: what a verification yields. Having a [`Verified`] *is* the proof.
//!
//! ```
//! use alloy_primitives::B256;
//! use core::error::Error;
//! use light_client::{
//!     Verified,
//!     beacon::{Bootstrap, Client, Update, networks::MAINNET},
//!     crypto::Bls,
//! };
//!
//! /// From a block whose root is trusted to a finalized execution block.
//! fn follow(
//!     bls: impl Bls,
//!     trusted_root: &B256,
//!     bootstrap: &Bootstrap<'_>,
//!     update: &[u8],
//!     header: &[u8],
//!     now: u64,
//! ) -> Result<Verified, Box<dyn Error>> {
//!     let client = Client::new(MAINNET, bls)?;
//!     let (trusted, _) = client.bootstrap(bootstrap, trusted_root, now)?;
//!     let (_trusted, head) = client.update(&trusted, &Update::decode(update)?, now)?;
//!     let head = head.ok_or("the update proves no new execution block")?;
//!     Ok(head.open(&[header])?)
//! }
//! ```
//!
//! # Features
//!
//! * `arkworks` (default): BLS12-381 and BN254 in portable Rust. `blst`: BLS12-381 by a C library.
//! * `k256` (default): secp256k1 in portable Rust.
//! * `serde`: (de)serialization of trusted states and of what provers build.
//! * `builder`: for provers: consensus-spec objects and the updates made from them.

#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "serde")]
extern crate alloc;

pub mod ancestry;
pub mod attestation;
pub mod chains;
pub mod client;
pub mod consensus;
pub mod crypto;
pub mod header;
mod heads;
pub mod ssz;
pub mod verified;

#[cfg(feature = "serde")]
mod decimal;

pub use chains::{attested, beacon, map};
pub use consensus::Consensus;
pub use header::Header;
pub use verified::{Assumption, Path, Verified};
