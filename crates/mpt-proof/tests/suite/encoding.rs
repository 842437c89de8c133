//! Hostile nodes and receipts, put together by hand.

use alloy_primitives::B256;
use mpt_proof::{Keccak, Outcome, Sha3, proof};

pub(crate) fn string(bytes: &[u8]) -> Vec<u8> {
    alloy_rlp::encode(bytes)
}

pub(crate) fn list(items: &[Vec<u8>]) -> Vec<u8> {
    let payload = items.concat();
    let mut out = Vec::new();
    alloy_rlp::Header { list: true, payload_length: payload.len() }.encode(&mut out);
    out.extend(payload);
    out
}

/// The item with which a parent names `node` by its hash.
pub(crate) fn by_hash(node: &[u8]) -> Vec<u8> {
    string(root_of(node).as_slice())
}

pub(crate) fn root_of(node: &[u8]) -> B256 {
    Sha3.keccak256(node)
}

pub(crate) fn leaf(path: &[u8], value: &[u8]) -> Vec<u8> {
    list(&[string(path), string(value)])
}

pub(crate) fn extension(path: &[u8], child: &[u8]) -> Vec<u8> {
    list(&[string(path), child.to_vec()])
}

/// A branch with these children, given as items, and this value.
pub(crate) fn branch(children: &[(usize, Vec<u8>)], value: &[u8]) -> Vec<u8> {
    let mut items = vec![string(&[]); 16];
    for (nibble, child) in children {
        items[*nibble] = child.clone();
    }
    items.push(string(value));
    list(&items)
}

/// A branch with two children that no test follows.
pub(crate) fn any_branch() -> Vec<u8> {
    branch(&[(0xe, string(&[1; 32])), (0xf, string(&[2; 32]))], &[])
}

/// Walks with the root that the first node has.
pub(crate) fn walk<'p>(key: &[u8], nodes: &'p [Vec<u8>]) -> Result<Outcome<'p>, proof::Error> {
    proof::walk(&root_of(&nodes[0]), key, nodes)
}

/// The error of a proof of this one node.
pub(crate) fn refusal(key: &[u8], node: &[u8]) -> proof::Error {
    walk(key, &[node.to_vec()]).unwrap_err()
}
