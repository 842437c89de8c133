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

/// Root of a progressive container (EIP-7495, EIP-7916) all of whose fields are active.
pub fn progressive(fields: &[B256]) -> B256 {
    parent(progressive_root(fields, 0), active_fields(fields.len()))
}

/// The sibling nodes of a field of a progressive container, from the field upwards.
pub fn progressive_branch(fields: &[B256], field: usize) -> Vec<B256> {
    // Subtrees of 1, 4, 16, … leaves hang off a spine, each on its left side.
    let (mut rest, mut place, mut depth, mut passed) = (fields, field, 0, Vec::new());
    while place >= 1 << depth {
        let (subtree, after) = rest.split_at(rest.len().min(1 << depth));
        passed.push(merkleize(subtree, depth));
        (rest, place, depth) = (after, place - (1 << depth), depth + 2);
    }
    let (subtree, after) = rest.split_at(rest.len().min(1 << depth));
    let mut siblings = branch(subtree, depth, place);
    siblings.push(progressive_root(after, depth + 2));
    siblings.extend(passed.into_iter().rev());
    siblings.push(active_fields(fields.len()));
    siblings
}

/// Root of the spine from the subtree of 2^`depth` leaves on.
fn progressive_root(leaves: &[B256], depth: usize) -> B256 {
    if leaves.is_empty() {
        return B256::ZERO;
    }
    let (subtree, after) = leaves.split_at(leaves.len().min(1 << depth));
    parent(merkleize(subtree, depth), progressive_root(after, depth + 2))
}

/// One bit for each of `fields` fields.
fn active_fields(fields: usize) -> B256 {
    let mut bits = B256::ZERO;
    (0..fields).for_each(|field| bits[field / 8] |= 1 << (field % 8));
    bits
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
    fn a_progressive_branch_folds_to_the_root_from_the_index_of_the_specs() {
        let fields: Vec<B256> = (1..47u64).map(uint64).collect();
        let root = progressive(&fields);
        for (field, gindex) in [(5, 352), (20, 367), (22, 2945), (23, 2946), (27, 2950)] {
            let branch = progressive_branch(&fields, field);
            let folded = branch.iter().enumerate().fold(fields[field], |node, (depth, sibling)| {
                let right = gindex >> depth & 1 == 1;
                if right { parent(*sibling, node) } else { parent(node, *sibling) }
            });
            assert_eq!((folded, gindex >> branch.len()), (root, 1), "field {field}");
        }
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
