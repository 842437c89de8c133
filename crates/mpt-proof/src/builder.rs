//! Makes the proofs that the rest of the crate verifies: for relayers, and for tests.
//!
//! Trusted input, with std and allocation. Every proof is in the one form that is accepted. From a
//! node's answers: [`receipts`], [`transactions`], [`withdrawals`], [`accounts`]. From one form of
//! a proof to the others: [`packed`], [`compact`], [`batch`].

pub mod accounts;
pub mod receipts;
pub mod transactions;
pub mod withdrawals;

mod answer;
mod encode;
mod error;
mod forms;
mod tree;
mod trie;

pub use error::{Error, Kind};
pub use forms::{Batch, batch, compact, normalize, packed};
pub use trie::{OrderedTrie, Trie, ordered_root};
