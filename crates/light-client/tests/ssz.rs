//! SSZ-1 and SSZ-2 against a tree computed in the plainest way.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use alloy_primitives::B256;
use light_client::ssz::{Error, Node, branch_root, hash_pair, multiproof_root};

fn leaf(index: usize) -> B256 {
    B256::left_padding_from(&[7, u8::try_from(index).unwrap()])
}

/// All nodes of a tree of 16 leaves, by generalized index.
fn tree() -> Vec<B256> {
    let mut nodes = vec![B256::ZERO; 32];
    (0..16).for_each(|index| nodes[16 + index] = leaf(index));
    for index in (1..16).rev() {
        nodes[index] = hash_pair(&nodes[2 * index], &nodes[2 * index + 1]);
    }
    nodes
}

fn branch(mut gindex: usize) -> Vec<B256> {
    let tree = tree();
    let mut branch = Vec::new();
    while gindex > 1 {
        branch.push(tree[gindex ^ 1]);
        gindex /= 2;
    }
    branch
}

/// Which nodes are computed is marked first; what is missing is then read off level by level.
fn witness(indices: &[u16]) -> Vec<B256> {
    let tree = tree();
    let mut known = [false; 32];
    indices.iter().for_each(|index| known[16 + usize::from(*index)] = true);
    let mut witness = Vec::new();
    for level in [16, 8, 4, 2] {
        for left in (level..2 * level).step_by(2) {
            match (known[left], known[left + 1]) {
                (true, false) => witness.push(tree[left + 1]),
                (false, true) => witness.push(tree[left]),
                _ => {}
            }
            known[left / 2] = known[left] || known[left + 1];
        }
    }
    if indices.is_empty() { vec![tree[1]] } else { witness }
}

fn nodes(indices: &[u16]) -> Vec<Node> {
    indices.iter().map(|index| Node { index: *index, hash: leaf(usize::from(*index)) }).collect()
}

#[test]
fn ssz_1_accepts_every_node_of_a_tree() {
    let tree = tree();
    for gindex in 1..32 {
        assert_eq!(branch_root(&tree[gindex], &branch(gindex), gindex as u64), Ok(tree[1]));
    }
}

#[test]
fn ssz_1_rejects_a_node_on_the_other_side() {
    let tree = tree();
    assert_ne!(branch_root(&tree[20], &branch(20), 21), Ok(tree[1]));
    assert_ne!(branch_root(&tree[20], &branch(20), 28), Ok(tree[1]));
}

#[test]
fn ssz_1_rejects_a_branch_of_another_length() {
    let tree = tree();
    let mut long = branch(20);
    long.push(B256::ZERO);
    let expected = |got| Err(Error::BranchLength { expected: 4, got });
    assert_eq!(branch_root(&tree[20], &long, 20), expected(5));
    assert_eq!(branch_root(&tree[20], &long[..3], 20), expected(3));
    assert_eq!(branch_root::<B256>(&tree[20], &[], 20), expected(0));
    assert_eq!(branch_root::<B256>(&tree[20], &[], 1), Ok(tree[20]));
    let one = [B256::ZERO];
    assert_eq!(branch_root(&tree[20], &one, 0), Err(Error::BranchLength { expected: 0, got: 1 }));
    let deep = Err(Error::BranchLength { expected: 63, got: 1 });
    assert_eq!(branch_root(&tree[20], &one, u64::MAX), deep);
}

#[test]
fn ssz_2_accepts_every_set_of_leaves() {
    let root = tree()[1];
    for set in 0..1_u32 << 16 {
        let indices: Vec<u16> = (0..16).filter(|index| set >> index & 1 == 1).collect();
        if set % 7 > 0 && indices.len() > 3 {
            continue;
        }
        assert_eq!(multiproof_root(&mut nodes(&indices), 4, &witness(&indices)), Ok(root));
    }
}

#[test]
fn ssz_2_rejects_a_short_witness() {
    let indices = [3, 4, 12];
    let witness = witness(&indices);
    for supplied in 0..witness.len() {
        let refused = multiproof_root(&mut nodes(&indices), 4, &witness[..supplied]);
        assert_eq!(refused, Err(Error::WitnessShort { supplied: supplied as u64 }));
    }
    assert_eq!(multiproof_root::<B256>(&mut [], 4, &[]), Err(Error::WitnessShort { supplied: 0 }));
}

#[test]
fn ssz_2_rejects_a_long_witness() {
    let indices = [3, 4, 12];
    let mut witness = witness(&indices);
    let used = witness.len() as u64;
    witness.extend([B256::ZERO; 2]);
    let refused = multiproof_root(&mut nodes(&indices), 4, &witness);
    assert_eq!(refused, Err(Error::WitnessLong { used, supplied: used + 2 }));
    let refused = multiproof_root(&mut [], 4, &witness[..2]);
    assert_eq!(refused, Err(Error::WitnessLong { used: 1, supplied: 2 }));
    let all: Vec<u16> = (0..16).collect();
    let refused = multiproof_root(&mut nodes(&all), 4, &witness[..1]);
    assert_eq!(refused, Err(Error::WitnessLong { used: 0, supplied: 1 }));
}

#[test]
fn ssz_2_rejects_a_wrong_leaf_or_position_or_sibling() {
    let root = Ok(tree()[1]);
    let (indices, mut siblings) = ([3, 4, 12], witness(&[3, 4, 12]));
    let mut leaves = nodes(&indices);
    leaves[1].hash[0] ^= 1;
    assert_ne!(multiproof_root(&mut leaves, 4, &siblings), root);
    let mut leaves = nodes(&indices);
    leaves[1].index = 6;
    assert_ne!(multiproof_root(&mut leaves, 4, &siblings), root);
    siblings.swap(0, 1);
    assert_ne!(multiproof_root(&mut nodes(&indices), 4, &siblings), root);
}
