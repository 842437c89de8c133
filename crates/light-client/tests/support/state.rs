//! Merkle trees of which only a few nodes matter, by generalized index and without any cleverness.

use alloy_primitives::B256;
use light_client::ssz::hash_pair;
use std::collections::BTreeMap;

pub struct Tree(BTreeMap<u64, B256>);

impl Tree {
    pub fn new(nodes: impl IntoIterator<Item = (u64, B256)>) -> Self {
        Self(nodes.into_iter().collect())
    }

    pub fn root(&self) -> B256 {
        self.node(1)
    }

    /// Siblings from the node up to the root.
    pub fn branch(&self, mut gindex: u64) -> Vec<B256> {
        let mut branch = Vec::new();
        while gindex > 1 {
            branch.push(self.node(gindex ^ 1));
            gindex /= 2;
        }
        branch
    }

    fn node(&self, gindex: u64) -> B256 {
        if let Some(node) = self.0.get(&gindex) {
            return *node;
        }
        if self.0.keys().any(|known| is_below(*known, gindex)) {
            return hash_pair(&self.node(2 * gindex), &self.node(2 * gindex + 1));
        }
        B256::left_padding_from(&gindex.to_be_bytes())
    }
}

const fn is_below(mut node: u64, ancestor: u64) -> bool {
    while node > ancestor {
        node /= 2;
    }
    node == ancestor
}
