//! Verification of one proof whose nodes lie one behind the other in one string of bytes (PCK-1).
//!
//! Nothing marks where a node ends but its own RLP header, so the string is as unique as the list
//! of [`proof`](crate::proof), and all else is as there. This is the form that is cheap to carry:
//! a list needs an offset and a length for each node.

use crate::{
    Absence, Keccak, Outcome,
    keccak::DEFAULT,
    proof::{Error, walk_nodes},
    rlp::{self, Item},
};
use alloy_primitives::B256;

/// Establishes the value of `key` in the trie with `root`, or its absence.
///
/// Assumes that Keccak-256 is collision-resistant and `root` that of a trie.
///
/// # Errors
///
/// PCK-1 with RLP-1…4, MPT-1…12 and RLP-1…6: the nodes are not the proof for this root and key.
pub fn walk<'p>(root: &B256, key: &[u8], nodes: &'p [u8]) -> Result<Outcome<'p>, Error> {
    walk_with(&DEFAULT, root, key, nodes)
}

/// Establishes that `key` is in the trie with `root`, and returns its value.
///
/// # Errors
///
/// Those of [`walk`], then MPT-13.
pub fn inclusion<'p>(root: &B256, key: &[u8], nodes: &'p [u8]) -> Result<&'p [u8], Error> {
    inclusion_with(&DEFAULT, root, key, nodes)
}

/// Establishes that `key` is not in the trie with `root`.
///
/// # Errors
///
/// Those of [`walk`], then MPT-14.
pub fn exclusion(root: &B256, key: &[u8], nodes: &[u8]) -> Result<Absence, Error> {
    exclusion_with(&DEFAULT, root, key, nodes)
}

/// [`walk`] with another implementation of the hash.
///
/// # Errors
///
/// Those of [`walk`].
pub fn walk_with<'p, K: Keccak + ?Sized>(
    keccak: &K,
    root: &B256,
    key: &[u8],
    nodes: &'p [u8],
) -> Result<Outcome<'p>, Error> {
    walk_nodes(keccak, root, key, Nodes::new(nodes))
}

/// [`inclusion`] with another implementation of the hash.
///
/// # Errors
///
/// Those of [`walk`], then MPT-13.
pub fn inclusion_with<'p, K: Keccak + ?Sized>(
    keccak: &K,
    root: &B256,
    key: &[u8],
    nodes: &'p [u8],
) -> Result<&'p [u8], Error> {
    walk_with(keccak, root, key, nodes)?.value()
}

/// [`exclusion`] with another implementation of the hash.
///
/// # Errors
///
/// Those of [`walk`], then MPT-14.
pub fn exclusion_with<K: Keccak + ?Sized>(
    keccak: &K,
    root: &B256,
    key: &[u8],
    nodes: &[u8],
) -> Result<Absence, Error> {
    walk_with(keccak, root, key, nodes)?.absence()
}

/// The nodes that lie in packed bytes, each with its header; ends after the first malformed one.
///
/// Only the header of each is read: that it is a node at all is for the walk to tell.
#[derive(Clone, Debug)]
pub struct Nodes<'p> {
    rest: &'p [u8],
}

impl<'p> Nodes<'p> {
    /// The nodes in `bytes`.
    #[must_use]
    pub const fn new(bytes: &'p [u8]) -> Self {
        Self { rest: bytes }
    }
}

impl<'p> Iterator for Nodes<'p> {
    type Item = Result<&'p [u8], rlp::Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let mut behind = self.rest;
        let read = Item::read(&mut behind);
        let (node, rest) = self.rest.split_at_checked(self.rest.len() - behind.len())?;
        self.rest = if read.is_ok() { rest } else { &[] };
        Some(read.map(|_| node))
    }
}
