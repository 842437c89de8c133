//! Nodes one behind the other: PCK-1, and that all else is as with a list.

use super::{
    encoding::{any_branch, branch, by_hash, leaf, list, root_of, string},
    properties::{key, map},
};
use alloy_primitives::B256;
use mpt_proof::{
    Absence, Outcome,
    builder::Trie,
    packed::{self, Nodes},
    proof::{self, EMPTY_ROOT, Error},
    rlp,
};
use proptest::{collection::vec, prelude::*, sample::Index};

const SHORT: Error = Error::Rlp(rlp::Error::InputTooShort);

/// 0x12 → a value of 40 bytes, under a branch.
fn two_nodes() -> (B256, Vec<u8>, Vec<u8>) {
    let below = leaf(&[0x32], &[7; 40]);
    let top = branch(&[(1, by_hash(&below)), (2, string(&[1; 32]))], &[]);
    (root_of(&top), top, below)
}

#[test]
fn pck_1_accepts_nodes_one_behind_the_other() {
    let (root, top, below) = two_nodes();
    let nodes = [&top[..], &below].concat();
    assert_eq!(packed::walk(&root, &[0x12], &nodes), Ok(Outcome::Value(&[7; 40])));
    assert_eq!(packed::inclusion(&root, &[0x12], &nodes), Ok(&[7; 40][..]));
    assert_eq!(packed::exclusion(&root, &[0x12], &nodes), Err(Error::KeyPresent));
    assert_eq!(packed::exclusion(&root, &[0x13], &nodes), Ok(Absence::OtherLeaf));
    assert_eq!(packed::inclusion(&root, &[0x13], &nodes), Err(Error::KeyAbsent));
    let read: Result<Vec<_>, _> = Nodes::new(&nodes).collect();
    assert_eq!(read, Ok(vec![&top[..], &below]));
}

#[test]
fn pck_1_accepts_no_byte_for_the_empty_trie_alone() {
    assert_eq!(packed::exclusion(&EMPTY_ROOT, &[1], &[]), Ok(Absence::EmptyTrie));
    assert_eq!(packed::exclusion(&EMPTY_ROOT, &[1], &[0x80]), Ok(Absence::EmptyTrie));
    let truncated = Err(Error::TruncatedProof { index: 0 });
    assert_eq!(packed::walk(&two_nodes().0, &[0x12], &[]), truncated);
}

#[test]
fn pck_1_rejects_what_is_missing_or_left() {
    let (root, top, below) = two_nodes();
    let truncated = Err(Error::TruncatedProof { index: 1 });
    assert_eq!(packed::walk(&root, &[0x12], &top), truncated);
    // Whatever is left is a trailing node, an item or not.
    for left in [&[0x00][..], &[0x80], &[0xb8], &[0xf9, 0], &below] {
        let nodes = [&top[..], &below, left].concat();
        let trailing = Err(Error::TrailingNode { index: 2 });
        assert_eq!(packed::walk(&root, &[0x12], &nodes), trailing);
        let nodes = [&top[..], left].concat();
        let trailing = Err(Error::TrailingNode { index: 1 });
        assert_eq!(packed::walk(&root, &[0x32], &nodes), trailing);
        let nodes = [&[0x80], left].concat();
        assert_eq!(packed::walk(&EMPTY_ROOT, &[0x32], &nodes), trailing);
    }
}

#[test]
fn pck_1_rejects_a_header_before_the_hash_and_not_before_its_turn() {
    let (root, top, below) = two_nodes();
    // Cut anywhere, the second node is an item that is too short; the first one is named first.
    for end in 1..below.len() {
        let nodes = [&top[..], &below[..end]].concat();
        assert_eq!(packed::walk(&root, &[0x12], &nodes), Err(SHORT));
        let other = packed::walk(&root_of(&below), &[0x12], &nodes);
        assert_eq!(other, Err(Error::HashMismatch { index: 0 }));
    }
    for end in 1..top.len() {
        assert_eq!(packed::walk(&root, &[0x12], &top[..end]), Err(SHORT));
    }
    let malformed = [
        (&[0xb8, 0x00][..], rlp::Error::LengthLeadingZero),
        (&[0xf8, 0x37], rlp::Error::NonCanonicalSize),
        (&[0x81, 0x7f], rlp::Error::NonCanonicalSingleByte),
    ];
    for (node, error) in malformed {
        let nodes = [&top[..], node].concat();
        assert_eq!(packed::walk(&root, &[0x12], &nodes), Err(Error::Rlp(error)));
    }
}

#[test]
fn pck_1_rejects_a_string_or_a_short_node_in_a_nodes_place_as_a_list_does() {
    let (root, top, _) = two_nodes();
    let short = Err(Error::ShortNode { index: 1 });
    assert_eq!(packed::walk(&root, &[0x12], &[&top[..], &[0x05]].concat()), short);
    let mismatch = Err(Error::HashMismatch { index: 1 });
    let text = string(&[7; 40]);
    assert_eq!(packed::walk(&root, &[0x12], &[&top[..], &text].concat()), mismatch);
    // With the right hash it is a string where a list is due.
    let is_string = Err(Error::Rlp(rlp::Error::UnexpectedString));
    assert_eq!(packed::walk(&root_of(&text), &[0x12], &text), is_string);
    let top = branch(&[(1, by_hash(&text)), (2, string(&[1; 32]))], &[]);
    assert_eq!(packed::walk(&root_of(&top), &[0x12], &[&top[..], &text].concat()), is_string);
}

#[test]
fn a_root_and_a_key_are_refused_before_the_nodes() {
    let node = any_branch();
    assert_eq!(packed::walk(&B256::ZERO, &[0; 33], &node), Err(Error::ZeroRoot));
    let long = Err(Error::KeyTooLong { length: 33 });
    assert_eq!(packed::walk(&EMPTY_ROOT, &[0; 33], &[]), long);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn packed_nodes_prove_what_listed_ones_do(map in map(), others in vec(key(), 8)) {
        let trie = Trie::new(&map).unwrap();
        for key in map.keys().chain(&others) {
            let nodes = trie.proof(key);
            let packed = nodes.concat();
            prop_assert_eq!(packed::walk(&trie.root(), key, &packed), proof::walk(&trie.root(), key, &nodes));
        }
    }

    #[test]
    fn packed_items_are_refused_as_listed_ones_are(
        map in map(), key in key(), at: Index, from: Index, edit in 0..6, bit: Index,
    ) {
        let trie = Trie::new(&map).unwrap();
        let honest = trie.proof(&key);
        let mut nodes: Vec<Vec<u8>> = honest.iter().map(|node| node.to_vec()).collect();
        let (at, from) = (at.index(nodes.len()), from.index(nodes.len()));
        match edit {
            0 => nodes.push(honest[from].to_vec()),
            1 => nodes.insert(at, list(&[string(&[1]), string(&[2])])),
            2 => { nodes.remove(at); }
            3 => nodes.swap(at, from),
            4 => nodes[at] = string(&honest[at]),
            _ => {
                // A bit behind the header leaves the item what it is.
                let header = if nodes[at].len() > 57 { 3 } else { 1 };
                let index = 8 * header.min(nodes[at].len()) + bit.index(8 * nodes[at].len());
                if let Some(byte) = nodes[at].get_mut(index / 8) {
                    *byte ^= 1 << (index % 8);
                }
            }
        }
        let listed = proof::walk(&trie.root(), &key, &nodes);
        let packed = nodes.concat();
        prop_assert_eq!(packed::walk(&trie.root(), &key, &packed), listed);
    }

    #[test]
    fn m6_no_other_bytes_are_accepted(map in map(), key in key(), at: Index, byte: u8, edit in 0..3) {
        let trie = Trie::new(&map).unwrap();
        let honest = trie.proof(&key).concat();
        let mut packed = honest.clone();
        let at = at.index(packed.len());
        match edit {
            0 => packed[at] = byte,
            1 => packed.truncate(at),
            _ => packed.insert(at, byte),
        }
        let result = packed::walk(&trie.root(), &key, &packed);
        prop_assert!(packed == honest || result.is_err());
    }

    #[test]
    fn r1_any_bytes_are_read_without_a_panic(bytes in vec(any::<u8>(), 0..200), key in key()) {
        let root = Nodes::new(&bytes).find_map(Result::ok).map_or(EMPTY_ROOT, root_of);
        let read = packed::walk(&root, &key, &bytes);
        let nodes: Result<Vec<_>, _> = Nodes::new(&bytes).collect();
        if let Ok(nodes) = nodes {
            prop_assert_eq!(read, proof::walk(&root, &key, &nodes));
        }
    }
}
