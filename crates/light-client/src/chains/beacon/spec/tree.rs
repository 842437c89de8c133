//! A whole Merkle tree, to make proofs from.

use crate::ssz::hash_pair;
use alloc::{vec, vec::Vec};
use alloy_primitives::B256;

/// A Merkle tree with all its nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// From the leaves up. The last level is the root.
    levels: Vec<Vec<B256>>,
}

impl Tree {
    /// The tree of the fewest levels that holds these leaves, padded with zeros.
    pub fn new(mut leaves: Vec<B256>) -> Self {
        leaves.resize(leaves.len().next_power_of_two(), B256::ZERO);
        let mut levels = vec![leaves];
        while let Some(level) = levels.last().filter(|level| level.len() > 1) {
            let parents = level.chunks_exact(2).map(|pair| hash_pair(&pair[0], &pair[1])).collect();
            levels.push(parents);
        }
        Self { levels }
    }

    /// The root.
    pub fn root(&self) -> B256 {
        self.levels.last().and_then(|level| level.first()).copied().unwrap_or_default()
    }

    /// The siblings on the way from the leaf `index` to the root, as [`branch_root`](crate::ssz::branch_root) takes them. Empty
    /// outside the tree.
    pub fn branch(&self, index: usize) -> Vec<B256> {
        let sibling =
            |(depth, level): (usize, &Vec<B256>)| level.get((index >> depth) ^ 1).copied();
        self.levels.iter().enumerate().filter_map(sibling).collect()
    }

    /// The siblings that prove the leaves at `indices`, strictly increasing, as
    /// [`multiproof_root`](crate::ssz::multiproof_root) takes them.
    pub fn witness(&self, indices: &[usize]) -> Vec<B256> {
        if indices.is_empty() {
            return vec![self.root()];
        }
        let mut witness = Vec::new();
        let mut known = indices.to_vec();
        for level in self.levels.iter().take(self.levels.len() - 1) {
            let missing = known.iter().filter(|index| !known.contains(&(**index ^ 1)));
            witness.extend(missing.filter_map(|index| level.get(index ^ 1)));
            known.iter_mut().for_each(|index| *index >>= 1);
            known.dedup();
        }
        witness
    }
}
