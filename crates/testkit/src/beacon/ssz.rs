//! SSZ merkleization as the consensus specs define it, written again on purpose: it shares no line
//! with the verifiers under test, so that a mistake in theirs shows as a difference.

use alloy_primitives::B256;
use sha2::{Digest, Sha256};

/// SHA-256 of a byte string.
pub fn sha256(data: &[u8]) -> B256 {
    B256::from_slice(&Sha256::digest(data))
}

/// SHA-256 of two nodes: their parent.
pub fn parent(left: B256, right: B256) -> B256 {
    let mut hasher = Sha256::new();
    hasher.update(left);
    hasher.update(right);
    B256::from_slice(&hasher.finalize())
}

/// Root of the tree of `depth` levels over `leaves`, filled up with zero leaves.
///
/// Zero subtrees are not expanded, so a list with a limit of 2³⁰ costs no more than its contents.
pub fn merkleize(leaves: &[B256], depth: usize) -> B256 {
    levels(leaves, depth).pop().and_then(|top| top.first().copied()).unwrap_or_default()
}

/// The sibling nodes of leaf `index`, from the leaf upwards.
pub fn branch(leaves: &[B256], depth: usize, index: usize) -> Vec<B256> {
    let levels = levels(leaves, depth);
    let mut zero = B256::ZERO;
    let mut siblings = Vec::with_capacity(depth);
    for (level, nodes) in levels.iter().take(depth).enumerate() {
        siblings.push(nodes.get((index >> level) ^ 1).copied().unwrap_or(zero));
        zero = parent(zero, zero);
    }
    siblings
}

/// All levels of the tree, leaves first; each holds only the nodes that are not all zero leaves.
pub(super) fn levels(leaves: &[B256], depth: usize) -> Vec<Vec<B256>> {
    let mut zero = B256::ZERO;
    let mut levels = vec![leaves.to_vec()];
    if leaves.is_empty() {
        levels[0].push(zero);
    }
    for _ in 0..depth {
        let below = &levels[levels.len() - 1];
        let above =
            below.chunks(2).map(|pair| parent(pair[0], pair.get(1).copied().unwrap_or(zero)));
        let above = above.collect();
        levels.push(above);
        zero = parent(zero, zero);
    }
    levels
}

/// Leaf of a `uint64`: little-endian, zero padded.
pub fn uint64(value: u64) -> B256 {
    right_padded(&value.to_le_bytes())
}

/// Leaf of at most 32 bytes, zero padded on the right.
///
/// # Panics
/// If there are more than 32 bytes.
pub fn right_padded(bytes: &[u8]) -> B256 {
    let mut leaf = B256::ZERO;
    leaf[..bytes.len()].copy_from_slice(bytes);
    leaf
}

/// Root of a byte string cut into 32-byte chunks, in a tree of `depth` levels.
pub fn chunks(bytes: &[u8], depth: usize) -> B256 {
    let leaves: Vec<B256> = bytes.chunks(32).map(right_padded).collect();
    merkleize(&leaves, depth)
}

/// Mixes the length of a list into its root.
pub fn mix_in_length(root: B256, length: usize) -> B256 {
    parent(root, uint64(length as u64))
}

/// Root of a `ByteList` whose limit is 32·2^`depth` bytes.
pub fn byte_list(bytes: &[u8], depth: usize) -> B256 {
    mix_in_length(chunks(bytes, depth), bytes.len())
}

/// Root of a list of composite items with a limit of 2^`depth`.
pub fn list(roots: &[B256], depth: usize) -> B256 {
    mix_in_length(merkleize(roots, depth), roots.len())
}

/// Leaf of a compressed BLS public key, 48 bytes.
pub fn public_key(key: &[u8; 48]) -> B256 {
    chunks(key, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::b256;

    #[test]
    fn zero_subtrees_are_those_of_the_deposit_contract() {
        let depth_one = b256!("f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b");
        assert_eq!(merkleize(&[], 1), depth_one);
        assert_eq!(merkleize(&[], 2), parent(depth_one, depth_one));
    }

    #[test]
    fn a_branch_folds_to_the_root() {
        let leaves: Vec<B256> = (0..13u64).map(uint64).collect();
        let root = merkleize(&leaves, 4);
        for index in 0..16 {
            let leaf = leaves.get(index).copied().unwrap_or_default();
            let folded = branch(&leaves, 4, index).iter().enumerate().fold(leaf, |node, (d, s)| {
                if index >> d & 1 == 1 { parent(*s, node) } else { parent(node, *s) }
            });
            assert_eq!(folded, root, "leaf {index}");
        }
    }
}
