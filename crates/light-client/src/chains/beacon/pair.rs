//! Two headers of which one commits to the other.

use super::BeaconHeader;
use crate::ssz::{self, branch_root};
use alloy_primitives::B256;

/// Two headers and what is proven from one to the other, without what can be computed.
///
/// The *outer* header's state commits to the root of the *inner* header, whose body commits to an execution block hash. The
/// outer state root and the inner body root are where those branches lead, so nothing is in here twice.
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
    /// Root of the body of the outer block.
    pub outer_body_root: B256,
    /// Root of the parent of the inner block.
    pub inner_parent_root: B256,
    /// Root of the state after the inner block.
    pub inner_state_root: B256,
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
    pub const LENGTH: usize = 192;

    /// What two headers leave to be said.
    pub const fn new(
        outer: &BeaconHeader,
        inner: &BeaconHeader,
        execution_block_hash: B256,
    ) -> Self {
        Self {
            outer_slot: outer.slot,
            outer_proposer_index: outer.proposer_index,
            inner_slot: inner.slot,
            inner_proposer_index: inner.proposer_index,
            outer_parent_root: outer.parent_root,
            outer_body_root: outer.body_root,
            inner_parent_root: inner.parent_root,
            inner_state_root: inner.state_root,
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
        let body_root = execution.root(&self.execution_block_hash)?;
        let inner_header = BeaconHeader {
            slot: self.inner_slot,
            proposer_index: self.inner_proposer_index,
            parent_root: self.inner_parent_root,
            state_root: self.inner_state_root,
            body_root,
        };
        let inner_root = inner_header.hash_tree_root();
        let outer_state = inner.root(&inner_root)?;
        let outer_header = BeaconHeader {
            slot: self.outer_slot,
            proposer_index: self.outer_proposer_index,
            parent_root: self.outer_parent_root,
            state_root: outer_state,
            body_root: self.outer_body_root,
        };
        Ok(Roots { inner: inner_root, outer_state, outer: outer_header.hash_tree_root() })
    }

    /// Reads the encoding: any 192 bytes are one.
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
            outer_body_root: word(64),
            inner_parent_root: word(96),
            inner_state_root: word(128),
            execution_block_hash: word(160),
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
        let words = [
            self.outer_parent_root,
            self.outer_body_root,
            self.inner_parent_root,
            self.inner_state_root,
            self.execution_block_hash,
        ];
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
