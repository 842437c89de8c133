use crate::proof;
use alloy_primitives::B256;
use std::{fmt, string::String};

/// What a block's trie holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A receipt, under the receipts root.
    Receipt,
    /// A transaction, under the transactions root.
    Transaction,
    /// A withdrawal, under the withdrawals root.
    Withdrawal,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Receipt => "receipt",
            Self::Transaction => "transaction",
            Self::Withdrawal => "withdrawal",
        })
    }
}

/// Why there is nothing to prove from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
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
    /// A text that is not JSON.
    #[error("not JSON at line {line}, column {column}")]
    Json {
        /// Line of the text.
        line: usize,
        /// Column of the line.
        column: usize,
    },
    /// JSON that is not the answer that is read here.
    #[error("{problem}")]
    Answer {
        /// What is wrong with it.
        problem: String,
    },
    /// An item that lacks a field, or has a malformed one.
    #[error("{kind} {place} is malformed: {problem}")]
    Malformed {
        /// What it should be.
        kind: Kind,
        /// Place among the given ones.
        place: u64,
        /// What is wrong with it.
        problem: String,
    },
    /// An item of a type whose encoding is not known.
    #[error("{kind} {place} has the unknown type {tx_type}")]
    UnknownType {
        /// A receipt or a transaction.
        kind: Kind,
        /// Place among the given ones.
        place: u64,
        /// The type that it states.
        tx_type: u64,
    },
    /// Items that are not all of a block in order.
    #[error("{kind} with the index {got:?} in place {place}")]
    Place {
        /// A receipt or a transaction.
        kind: Kind,
        /// Place among the given ones.
        place: u64,
        /// The transaction index that it states.
        got: Option<u64>,
    },
    /// A transaction that does not hash to what its node says: fields are wrong, or not known here.
    #[error("transaction {place} has the hash {got}, not {expected}")]
    TransactionHash {
        /// Place among the given ones.
        place: u64,
        /// The hash that it states.
        expected: B256,
        /// The hash that it has.
        got: B256,
    },
    /// Items that are not those of the block.
    #[error("{kind}s root {got}, not {expected}")]
    Root {
        /// What was put into the trie.
        kind: Kind,
        /// The root in the block's header.
        expected: B256,
        /// The root of the trie.
        got: B256,
    },
    /// Nodes that prove nothing under the root.
    #[error(transparent)]
    Proof(#[from] proof::Error),
    /// A value of a state trie that is no account.
    #[error(transparent)]
    State(#[from] crate::state::Error),
    /// Slots of an account that is absent, which have no proof.
    #[error("slots of an account that is absent")]
    AccountAbsent,
    /// A proof through a branch with a value, which has no compact form.
    #[error("node {index} is a branch with a value above the last node")]
    BranchValue {
        /// Place in the list of nodes.
        index: usize,
    },
    /// A last node that is too long for the compact form.
    #[error("last node of {length} bytes")]
    NodeTooLong {
        /// Bytes of the node.
        length: usize,
    },
    /// Proofs to be joined that are not under one root.
    #[error("proof {place} is under the root {got}, not {expected}")]
    OtherRoot {
        /// Place among the given proofs.
        place: usize,
        /// The root of the first one.
        expected: B256,
        /// The root of this one.
        got: B256,
    },
}
