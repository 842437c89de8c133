use alloy_primitives::{B256, keccak256};
use libfuzzer_sys::arbitrary::{self, Arbitrary};

const SUCCESSOR: [u8; 32] = [0xee; 32];

/// Hostile nodes that hold together. A node may name its successor by thirty-two bytes of `0xee`: they are replaced by its
/// hash, and the root is that of the first node, so that a walk gets past it.
#[derive(Arbitrary, Clone, Debug)]
pub struct Linked {
    /// The key.
    pub key: Vec<u8>,
    nodes: Vec<Vec<u8>>,
}

impl Linked {
    /// The root and up to four nodes.
    pub fn nodes(&self) -> (B256, Vec<Vec<u8>>) {
        let mut nodes: Vec<_> = self.nodes.iter().take(4).cloned().collect();
        let mut hash = B256::repeat_byte(1);
        for node in nodes.iter_mut().rev() {
            if let Some(place) = node.windows(32).position(|bytes| bytes == SUCCESSOR) {
                node[place..place + 32].copy_from_slice(hash.as_slice());
            }
            hash = keccak256(&node);
        }
        (hash, nodes)
    }
}
