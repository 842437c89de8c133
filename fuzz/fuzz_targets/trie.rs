//! A walk over hostile nodes ends in one of three ways, never in two, and agrees with alloy-trie on what it finds.
//!
//! The input is a key and up to four nodes. The root is the hash of the first node, and a node may name its successor by thirty-two bytes
//! of `0xee`: they are replaced by its hash, so that the walk gets past the first node.
#![no_main]

use alloy_primitives::{B256, keccak256};
use alloy_trie::{Nibbles, proof::verify_proof};
use libfuzzer_sys::fuzz_target;
use mpt_proof::{Outcome, proof};

const SUCCESSOR: [u8; 32] = [0xee; 32];

fuzz_target!(|input: (Vec<u8>, Vec<Vec<u8>>)| {
    let (key, mut nodes) = input;
    nodes.truncate(4);
    let root = linked(&mut nodes);
    let walked = proof::walk(&root, &key, &nodes);
    let included = proof::inclusion(&root, &key, &nodes);
    let excluded = proof::exclusion(&root, &key, &nodes);
    match walked {
        Ok(Outcome::Value(value)) => {
            assert_eq!(included, Ok(value));
            assert_eq!(excluded, Err(proof::Error::KeyPresent));
            oracle(root, &key, Some(value.to_vec()), &nodes);
        }
        Ok(Outcome::Absent(absence)) => {
            assert_eq!(excluded, Ok(absence));
            assert_eq!(included, Err(proof::Error::KeyAbsent));
        }
        Err(error) => {
            assert_eq!(included, Err(error));
            assert_eq!(excluded, Err(error));
        }
    }
});

/// Puts the hash of each node into the one before it, and returns that of the first.
fn linked(nodes: &mut [Vec<u8>]) -> B256 {
    let mut hash = B256::repeat_byte(1);
    for node in nodes.iter_mut().rev() {
        if let Some(place) = node.windows(32).position(|bytes| bytes == SUCCESSOR) {
            node[place..place + 32].copy_from_slice(hash.as_slice());
        }
        hash = keccak256(&node);
    }
    hash
}

/// What we accept, alloy-trie accepts: it is the more lenient one, but for short roots and branch values.
fn oracle(root: B256, key: &[u8], value: Option<Vec<u8>>, nodes: &[Vec<u8>]) {
    let nodes: Vec<_> = nodes.iter().map(|node| node.clone().into()).collect();
    if nodes.first().is_none_or(|node: &alloy_primitives::Bytes| node.len() < 32) {
        return;
    }
    if let Err(error) = verify_proof(root, Nibbles::unpack(key), value, &nodes) {
        // Its branches hold no values, and it wants leaves where ours may end in a branch.
        assert!(is_branch_value(&nodes), "alloy-trie refuses what we accept: {error}");
    }
}

fn is_branch_value(nodes: &[alloy_primitives::Bytes]) -> bool {
    nodes.iter().any(|node| {
        let Ok(payload) = mpt_proof::rlp::list_exact(node) else { return false };
        let mut rest = payload;
        let mut items = 0;
        while !rest.is_empty() && mpt_proof::rlp::Item::read(&mut rest).is_ok() {
            items += 1;
        }
        items == 17
    })
}
