//! The nodes of a proof, hashed a few ahead of the walk.

use crate::{Keccak, proof::Error, rlp};
use alloy_primitives::B256;

/// Gives out each node once, in order, and only against its hash.
///
/// The nodes of a proof are independent messages, so `WIDTH` of them are hashed at once, before it
/// is known that they are due. What is wrong with a node, its hash included, is not said before the
/// walk comes to it; so errors and their order are those of hashing one node after the other. At
/// most `WIDTH` nodes are hashed that the walk does not come to.
pub(crate) struct Ahead<'k, 'p, K: ?Sized, I, const WIDTH: usize> {
    keccak: &'k K,
    source: I,
    nodes: [&'p [u8]; WIDTH],
    hashes: [[u8; 32]; WIDTH],
    /// How many of `nodes` are filled, and how many of these are given out.
    filled: usize,
    used: usize,
    /// What ended the filling, other than the end of the proof.
    malformed: Option<rlp::Error>,
    /// The place in the proof of the node that comes next.
    index: u64,
}

impl<'k, 'p, K, I, const WIDTH: usize> Ahead<'k, 'p, K, I, WIDTH>
where
    K: Keccak + ?Sized,
    I: Iterator<Item = Result<&'p [u8], rlp::Error>>,
{
    pub(crate) const fn new(keccak: &'k K, source: I) -> Self {
        Self {
            keccak,
            source,
            nodes: [&[]; WIDTH],
            hashes: [[0; 32]; WIDTH],
            filled: 0,
            used: 0,
            malformed: None,
            index: 0,
        }
    }

    /// The place in the proof of the node that [`Self::take`] gives out next.
    pub(crate) const fn index(&self) -> u64 {
        self.index
    }

    /// Whether the proof has no further node.
    pub(crate) fn is_empty(&mut self) -> bool {
        if self.used == self.filled {
            self.fill();
        }
        self.filled == 0 && self.malformed.is_none()
    }

    /// The next node, of which `hash` is due (MPT-3, the node's own header, MPT-4, MPT-5).
    #[inline]
    pub(crate) fn take(&mut self, hash: &B256) -> Result<&'p [u8], Error> {
        if self.used == self.filled {
            self.fill();
        }
        let index = self.index;
        let filled = self.nodes.get(..self.filled).unwrap_or_default();
        let (Some(node), Some(got)) = (filled.get(self.used), self.hashes.get(self.used)) else {
            return Err(self.malformed.map_or(Error::TruncatedProof { index }, Error::Rlp));
        };
        // Only the root is hashed when it is short: any other would have been embedded.
        if index > 0 && node.len() < 32 {
            return Err(Error::ShortNode { index });
        }
        if *got != hash.0 {
            return Err(Error::HashMismatch { index });
        }
        self.used += 1;
        self.index += 1;
        Ok(node)
    }

    /// Every node was used (MPT-12).
    pub(crate) fn finish(&mut self) -> Result<(), Error> {
        if self.used < self.filled || self.malformed.is_some() || self.source.next().is_some() {
            return Err(Error::TrailingNode { index: self.index });
        }
        Ok(())
    }

    /// Hashes the next nodes, all that there are or `WIDTH`.
    fn fill(&mut self) {
        (self.filled, self.used) = (0, 0);
        if self.malformed.is_some() {
            return;
        }
        for place in &mut self.nodes {
            match self.source.next() {
                Some(Ok(node)) => *place = node,
                Some(Err(error)) => {
                    self.malformed = Some(error);
                    break;
                }
                None => break,
            }
            self.filled += 1;
        }
        let filled = self.nodes.get(..self.filled).unwrap_or_default();
        self.keccak.keccak256_many(filled, &mut self.hashes);
    }
}
