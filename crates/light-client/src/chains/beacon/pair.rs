//! Two headers of which one commits to the other.

use super::{
    BeaconHeader,
    types::{body_half, header_root},
};
use crate::ssz::{self, branch_root, hash_pair};
use alloy_primitives::B256;

/// Two headers and what is proven from one to the other, without what can be computed.
///
/// The *outer* header's state commits to the root of the *inner* header, whose body commits to an execution block hash. The
/// outer state root and the inner body root are where those branches lead, so nothing is in here twice. Of what no check looks
/// at, the node above it stands here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// Slot of the outer block.
    pub outer_slot: u64,
    /// Proposer of the outer block.
    pub outer_proposer_index: u64,
    /// Slot of the inner block.
    pub inner_slot: u64,
    /// Proposer of the inner block.
    pub inner_proposer_index: u64,
    /// Root of the parent of the outer block.
    pub outer_parent_root: B256,
    /// Right half of the outer header's tree: above its body root and zeros.
    pub outer_half: B256,
    /// The node above the parent root and the state root of the inner header.
    pub inner_roots: B256,
    /// Hash of the execution block in the inner block.
    pub execution_block_hash: B256,
}

/// Where a node of a tree stands, and the siblings on its way to the root.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Branch<'a> {
    /// The siblings, lowest first.
    pub nodes: &'a [[u8; 32]],
    /// Generalized index of the node.
    pub gindex: u64,
}

/// What a [`Pair`] amounts to, given its branches. Nothing of it is verified before the outer root is known to be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Roots {
    /// Root of the inner header.
    pub inner: B256,
    /// Root of the state after the outer block.
    pub outer_state: B256,
    /// Root of the outer header.
    pub outer: B256,
}

impl Pair {
    /// Length of the encoding.
    pub const LENGTH: usize = 160;

    /// What two headers leave to be said.
    pub fn new(outer: &BeaconHeader, inner: &BeaconHeader, execution_block_hash: B256) -> Self {
        Self {
            outer_slot: outer.slot,
            outer_proposer_index: outer.proposer_index,
            inner_slot: inner.slot,
            inner_proposer_index: inner.proposer_index,
            outer_parent_root: outer.parent_root,
            outer_half: body_half(&outer.body_root),
            inner_roots: hash_pair(&inner.parent_root, &inner.state_root),
            execution_block_hash,
        }
    }

    /// Computes the roots. `execution` leads from the execution block hash to the inner body root, `inner` from the inner root
    /// to the outer state root.
    ///
    /// # Errors
    ///
    /// SSZ-1 of `execution`, then of `inner`.
    pub(crate) fn roots(
        &self,
        execution: Branch<'_>,
        inner: Branch<'_>,
    ) -> Result<Roots, ssz::Error> {
        let inner_root = self.inner_root(&execution.root(&self.execution_block_hash)?);
        let outer_state = inner.root(&inner_root)?;
        Ok(Roots { inner: inner_root, outer_state, outer: self.outer_root(&outer_state) })
    }

    /// Root of the inner header, of which `body_root` is the root of the body.
    pub fn inner_root(&self, body_root: &B256) -> B256 {
        let half = body_half(body_root);
        header_root(self.inner_slot, self.inner_proposer_index, &self.inner_roots, &half)
    }

    /// Root of the outer header, of which `state_root` is the root of the state.
    pub fn outer_root(&self, state_root: &B256) -> B256 {
        let roots = hash_pair(&self.outer_parent_root, state_root);
        header_root(self.outer_slot, self.outer_proposer_index, &roots, &self.outer_half)
    }

    /// Reads the encoding: any 160 bytes are one.
    pub fn decode(bytes: &[u8; Self::LENGTH]) -> Self {
        let number = |at: usize| {
            bytes[at..at + 8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
        };
        let word = |at: usize| B256::from_slice(&bytes[at..at + 32]);
        Self {
            outer_slot: number(0),
            outer_proposer_index: number(8),
            inner_slot: number(16),
            inner_proposer_index: number(24),
            outer_parent_root: word(32),
            outer_half: word(64),
            inner_roots: word(96),
            execution_block_hash: word(128),
        }
    }

    /// Writes the encoding.
    pub fn encode(&self) -> [u8; Self::LENGTH] {
        let numbers = [
            self.outer_slot,
            self.outer_proposer_index,
            self.inner_slot,
            self.inner_proposer_index,
        ];
        let words =
            [self.outer_parent_root, self.outer_half, self.inner_roots, self.execution_block_hash];
        let mut bytes = [0; Self::LENGTH];
        let (head, tail) = bytes.split_at_mut(32);
        for (to, number) in head.chunks_exact_mut(8).zip(numbers) {
            to.copy_from_slice(&number.to_be_bytes());
        }
        for (to, word) in tail.chunks_exact_mut(32).zip(words) {
            to.copy_from_slice(word.as_slice());
        }
        bytes
    }
}

impl Branch<'_> {
    /// The root of the tree in which `leaf` stands here.
    ///
    /// # Errors
    ///
    /// [`ssz::Error::BranchLength`] (SSZ-1).
    pub(crate) fn root(&self, leaf: &B256) -> Result<B256, ssz::Error> {
        branch_root(leaf, self.nodes, self.gindex)
    }
}
