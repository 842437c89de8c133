//! Verification of many keys under one root, with each node listed once (BAT-1…3).
//!
//! The keys are in ascending order, and the nodes in the order in which a walk that takes the keys
//! in turn comes to each for the first time. So whatever two proofs share is listed, hashed and
//! decoded once, and no list but one is accepted.
//!
//! ```
//! use mpt_proof::{Outcome, batch::Batch, builder::Trie};
//!
//! let trie = Trie::new([([0x12], "one"), ([0x34], "two")])?;
//! let nodes = trie.proof(&[0x12]);
//!
//! // Both leaves are embedded in the root, so the proof of one key is that of all.
//! let values: Vec<&[u8]> = Batch::new(&trie.root(), &nodes).inclusion([[0x12], [0x34]])?;
//! assert_eq!(values, [b"one", b"two"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::{Absence, Keccak, Outcome, keccak::DEFAULT, packed, proof, rlp};
use alloy_primitives::B256;
use core::fmt;

mod descent;
mod error;
mod items;

pub use error::Error;

use items::Items;

/// A root, and the nodes of all proofs under it. What is asked of it comes with the question.
///
/// The answers are collected, by [`FromIterator`], and handed over only when all of the batch has
/// held, its last node included. Nothing else is allocated.
#[must_use]
#[derive(Clone)]
pub struct Batch<'a, I> {
    keccak: &'a dyn Keccak,
    root: B256,
    nodes: I,
}

impl<'p, N: AsRef<[u8]>> Batch<'_, proof::Nodes<'p, N>> {
    /// With the nodes in a list.
    pub fn new(root: &B256, nodes: &'p [N]) -> Self {
        Self { keccak: &DEFAULT, root: *root, nodes: proof::Nodes::new(nodes) }
    }
}

impl<'p> Batch<'_, packed::Nodes<'p>> {
    /// With the nodes one behind the other, as in [`packed`].
    pub fn packed(root: &B256, nodes: &'p [u8]) -> Self {
        Self { keccak: &DEFAULT, root: *root, nodes: packed::Nodes::new(nodes) }
    }
}

impl<'a, 'p, I> Batch<'a, I>
where
    I: Iterator<Item = Result<&'p [u8], rlp::Error>>,
{
    /// With another implementation of the hash.
    pub fn with(self, keccak: &'a dyn Keccak) -> Self {
        Self { keccak, ..self }
    }

    /// Establishes, for each of `keys` in order, its value or its absence.
    ///
    /// Assumes that Keccak-256 is collision-resistant and the root that of a trie.
    ///
    /// # Errors
    ///
    /// MPT-1, BAT-1; for each item MPT-2, BAT-2, then MPT-3…11 and RLP-1…6, with PCK-1 when the
    /// nodes are packed; after the last one MPT-12.
    pub fn walk<C, K>(self, keys: impl IntoIterator<Item = K>) -> Result<C, Error>
    where
        C: FromIterator<Outcome<'p>>,
        K: AsRef<[u8]>,
    {
        self.read(keys, |_, outcome| Ok(outcome))
    }

    /// Establishes that all of `keys` are in the trie, and returns their values in order.
    ///
    /// # Errors
    ///
    /// Those of [`Self::walk`], and behind those of its walk for each item BAT-3.
    pub fn inclusion<C, K>(self, keys: impl IntoIterator<Item = K>) -> Result<C, Error>
    where
        C: FromIterator<&'p [u8]>,
        K: AsRef<[u8]>,
    {
        self.read(keys, included)
    }

    /// Establishes that none of `keys` is in the trie.
    ///
    /// # Errors
    ///
    /// Those of [`Self::walk`], and behind those of its walk for each item BAT-3.
    pub fn exclusion<C, K>(self, keys: impl IntoIterator<Item = K>) -> Result<C, Error>
    where
        C: FromIterator<Absence>,
        K: AsRef<[u8]>,
    {
        self.read(keys, |item, outcome| match outcome {
            Outcome::Value(_) => Err(Error::KeyPresent { item }),
            Outcome::Absent(absence) => Ok(absence),
        })
    }

    /// Collects what `read` makes of each item's outcome.
    pub(crate) fn read<C, K, T>(
        self,
        keys: impl IntoIterator<Item = K>,
        read: impl FnMut(u64, Outcome<'p>) -> Result<T, Error>,
    ) -> Result<C, Error>
    where
        C: FromIterator<T>,
        K: AsRef<[u8]>,
    {
        let mut items = Items::new(self.keccak, self.root, self.nodes, keys.into_iter(), read);
        let collected = items.by_ref().collect::<Result<C, Error>>()?;
        // A collection may take no more than it wants: what it left still has to hold.
        items.try_for_each(|item| item.map(drop))?;
        Ok(collected)
    }
}

/// The value of an item, where inclusion is asked (BAT-3).
pub(crate) const fn included(item: u64, outcome: Outcome<'_>) -> Result<&[u8], Error> {
    match outcome {
        Outcome::Value(value) => Ok(value),
        Outcome::Absent(_) => Err(Error::KeyAbsent { item }),
    }
}

impl<I: fmt::Debug> fmt::Debug for Batch<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Batch");
        shown.field("root", &self.root).field("nodes", &self.nodes).finish_non_exhaustive()
    }
}
