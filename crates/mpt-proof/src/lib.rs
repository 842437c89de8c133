//! # mpt-proof
//!
//! Reads values of Ethereum's Merkle-Patricia tries out of untrusted bytes, against a root that is
//! already trusted: receipts and their logs, accounts and storage, and the absence of each.
//!
//! * No allocation, no recursion, no panic on any input, no `unsafe`, no `std`.
//! * Canonical or refused: of RLP, of hex-prefix paths, of the list of nodes. For one root and key
//!   exactly one proof of each form is accepted (the empty trie alone has two).
//! * A value, an embedded node and a child's hash are three types. None is ever read as another.
//! * Every refusal names one violated clause of `spec/proof.md`. The order of the checks is part of
//!   the specification, so the Solidity twin refuses with the same error and the same arguments.
//!
//! What is established: for every accepted proof the value is in the trie with that root, or the
//! key is absent from it, *assuming* that Keccak-256 is collision-resistant and that the root is
//! that of a well-formed trie. Where the root comes from is the caller's matter.
//!
//! ```
//! use alloy_primitives::{B256, hex};
//! use mpt_proof::{Keccak, Sha3, proof};
//!
//! // A trie with one entry, 0x1234 → "heliograph": a leaf, of which the root is the hash.
//! let leaf = hex!("cf832012348a68656c696f6772617068");
//! let root: B256 = Sha3.keccak256(&leaf);
//!
//! assert_eq!(proof::inclusion(&root, &[0x12, 0x34], &[leaf]), Ok(&b"heliograph"[..]));
//! assert_eq!(proof::inclusion(&root, &[0x12, 0x35], &[leaf]), Err(proof::Error::KeyAbsent));
//! assert!(proof::exclusion(&root, &[0x12, 0x35], &[leaf]).is_ok());
//! ```
//!
//! Modules, from the bytes up: [`rlp`], [`nibbles`], [`node`], [`walk`]; the forms of a proof:
//! [`proof`] (a list of nodes), [`packed`] (the same in one string), [`compact`] (without what the
//! verifier can tell), [`batch`] (many keys, each node once); then what the values mean:
//! [`receipt`], [`transaction`], [`withdrawal`], [`state`].
//!
//! Features: `simd`, on by default, hashes the nodes of a proof side by side in vector registers;
//! the errors are the same with and without. `builder` adds the other side, which makes proofs for
//! relayers and tests.

#![no_std]
#![forbid(unsafe_code)]
// Nothing that could panic on untrusted bytes.
#![deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

#[cfg(feature = "builder")]
extern crate std;

pub mod batch;
#[cfg(feature = "builder")]
pub mod builder;
pub mod compact;
pub mod nibbles;
pub mod node;
pub mod packed;
pub mod proof;
pub mod receipt;
pub mod rlp;
pub mod state;
pub mod transaction;
pub mod walk;
pub mod withdrawal;

mod ahead;
mod error;
mod keccak;

pub use error::{Error, Fault};
#[cfg(feature = "simd")]
pub use keccak::Lanes;
pub use keccak::{Keccak, Sha3};
pub use proof::Outcome;
pub use walk::Absence;
