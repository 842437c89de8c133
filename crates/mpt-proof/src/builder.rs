//! Makes the proofs that the rest of the crate verifies: for relayers, and for tests.
//!
//! Trusted input, with std and allocation. Every proof is in the one form that is accepted.

use alloy_primitives::B256;

pub mod receipts;

mod encode;
mod tree;
mod trie;

pub use trie::{OrderedTrie, Trie};

/// Why there is nothing to prove from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Error {
    /// A key that no verifier takes (MPT-2).
    #[error("key of {length} bytes")]
    KeyTooLong {
        /// Bytes of the key.
        length: usize,
    },
    /// A value that no verifier takes (MPT-10).
    #[error("empty value")]
    EmptyValue,
    /// A text that is not a block's receipts as `eth_getBlockReceipts` gives them.
    #[error("malformed receipts at line {line}, column {column}")]
    Json {
        /// Line of the text; 0 when its form is the matter.
        line: usize,
        /// Column of the line.
        column: usize,
    },
    /// A receipt that lacks a field, or has a malformed one.
    #[error("receipt {place} is malformed")]
    MalformedReceipt {
        /// Place among the given receipts.
        place: u64,
    },
    /// A receipt of a type whose encoding is not known (RCT-2).
    #[error("receipt {place} has the unknown type {tx_type}")]
    UnknownType {
        /// Place among the given receipts.
        place: u64,
        /// The type that it states.
        tx_type: u64,
    },
    /// Receipts that are not all of a block in order.
    #[error("transaction {got:?} in place {place}")]
    TransactionIndex {
        /// Place among the given receipts.
        place: u64,
        /// The transaction index that the receipt states.
        got: Option<u64>,
    },
    /// Receipts that are not those of the block.
    #[error("receipts root {got}, not {expected}")]
    ReceiptsRoot {
        /// The root in the block's header.
        expected: B256,
        /// The root of the receipts.
        got: B256,
    },
}
