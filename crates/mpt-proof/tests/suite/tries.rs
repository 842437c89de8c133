//! The list of nodes: MPT-1…5 and MPT-12…14, and where a key leads.

use super::encoding::{
    any_branch, branch, by_hash, extension, leaf, refusal, root_of, string, walk,
};
use alloy_primitives::{B256, keccak256};
use mpt_proof::{
    Absence, Keccak, Lanes, Outcome, Sha3,
    batch::{self, Batch},
    packed,
    proof::{self, EMPTY_ROOT, Error},
    rlp,
};
use std::{cell::Cell, slice::from_ref};

const NONE: [Vec<u8>; 0] = [];

/// 0x12 → a value of 40 bytes, under a branch.
fn two_nodes() -> (B256, Vec<Vec<u8>>) {
    let below = leaf(&[0x32], &[7; 40]);
    let top = branch(&[(1, by_hash(&below)), (2, string(&[1; 32]))], &[]);
    (root_of(&top), vec![top, below])
}

#[test]
fn mpt_1_accepts_every_other_root() {
    let (root, nodes) = two_nodes();
    assert_eq!(proof::walk(&root, &[0x12], &nodes), Ok(Outcome::Value(&[7; 40])));
}

#[test]
fn mpt_1_rejects_the_zero_root_before_all_else() {
    assert_eq!(proof::walk(&B256::ZERO, &[], &NONE), Err(Error::ZeroRoot));
    assert_eq!(proof::walk(&B256::ZERO, &[0; 33], &two_nodes().1), Err(Error::ZeroRoot));
}

#[test]
fn mpt_2_accepts_keys_of_0_to_32_bytes() {
    for length in 0..=32 {
        let absent = Ok(Absence::EmptyTrie);
        assert_eq!(proof::exclusion(&EMPTY_ROOT, &[0; 32][..length], &NONE), absent);
    }
    let even = leaf(&[0x20], &[1]);
    assert_eq!(walk(&[], &[even]), Ok(Outcome::Value(&[1])));
}

#[test]
fn mpt_2_rejects_longer_keys_before_the_nodes() {
    for length in [33, 34, 1000] {
        let error = Err(Error::KeyTooLong { length: length as u64 });
        assert_eq!(proof::walk(&EMPTY_ROOT, &vec![0; length], &NONE), error);
        assert_eq!(proof::walk(&two_nodes().0, &vec![0; length], &NONE), error);
    }
}

#[test]
fn mpt_3_accepts_no_node_for_the_empty_trie_alone() {
    let absent = Ok(Outcome::Absent(Absence::EmptyTrie));
    assert_eq!(proof::walk(&EMPTY_ROOT, &[1], &NONE), absent);
    assert_eq!(proof::walk(&EMPTY_ROOT, &[1], &[[0x80]]), absent);
}

#[test]
fn m5_mpt_3_rejects_a_list_that_ends_early() {
    let (root, nodes) = two_nodes();
    for index in 0..2 {
        let error = Err(Error::TruncatedProof { index: index as u64 });
        assert_eq!(proof::walk(&root, &[0x12], &nodes[..index]), error);
    }
}

#[test]
fn mpt_4_accepts_a_node_of_32_bytes_and_a_short_root() {
    let below = leaf(&[0x32], &[7; 29]);
    assert_eq!(below.len(), 32);
    let top = branch(&[(1, by_hash(&below)), (2, string(&[1; 32]))], &[]);
    assert_eq!(walk(&[0x12], &[top, below]), Ok(Outcome::Value(&[7; 29])));
    assert_eq!(walk(&[0x12], &[leaf(&[0x20, 0x12], &[7])]), Ok(Outcome::Value(&[7])));
}

#[test]
fn mpt_4_rejects_a_shorter_node_though_its_hash_be_right() {
    let below = leaf(&[0x32], &[7; 28]);
    assert_eq!(below.len(), 31);
    let top = branch(&[(1, by_hash(&below)), (2, string(&[1; 32]))], &[]);
    assert_eq!(walk(&[0x12], &[top.clone(), below]), Err(Error::ShortNode { index: 1 }));
    assert_eq!(walk(&[0x12], &[top, vec![]]), Err(Error::ShortNode { index: 1 }));
}

#[test]
fn mpt_5_accepts_nodes_that_are_named() {
    let (root, nodes) = two_nodes();
    assert_eq!(proof::inclusion(&root, &[0x12], &nodes), Ok(&[7; 40][..]));
}

#[test]
fn m12_mpt_5_rejects_every_flipped_bit() {
    let (root, nodes) = two_nodes();
    for index in 0..nodes.len() {
        for bit in 0..nodes[index].len() * 8 {
            let mut nodes = nodes.clone();
            nodes[index][bit / 8] ^= 1 << (bit % 8);
            let error = Err(Error::HashMismatch { index: index as u64 });
            assert_eq!(proof::walk(&root, &[0x12], &nodes), error);
        }
    }
    for bit in 0..256 {
        let mut root = root;
        root[bit / 8] ^= 1 << (bit % 8);
        let error = Err(Error::HashMismatch { index: 0 });
        assert_eq!(proof::walk(&root, &[0x12], &nodes), error);
    }
    // An empty first node is hashed too, and the empty trie does not stand for another.
    assert_eq!(proof::walk(&root, &[0x12], &[[0u8; 0]]), Err(Error::HashMismatch { index: 0 }));
    assert_eq!(proof::walk(&root, &[0x12], &[[0x80]]), Err(Error::HashMismatch { index: 0 }));
}

#[test]
fn mpt_12_accepts_a_list_that_is_used_up() {
    let (root, nodes) = two_nodes();
    assert_eq!(proof::exclusion(&root, &[0x32], &nodes[..1]), Ok(Absence::NoChild));
    assert_eq!(proof::exclusion(&root, &[0x13], &nodes), Ok(Absence::OtherLeaf));
}

#[test]
fn m6_mpt_12_rejects_nodes_that_are_left() {
    let (root, mut nodes) = two_nodes();
    assert_eq!(proof::walk(&root, &[0x32], &nodes), Err(Error::TrailingNode { index: 1 }));
    nodes.push(vec![]);
    nodes.push(vec![]);
    assert_eq!(proof::walk(&root, &[0x12], &nodes), Err(Error::TrailingNode { index: 2 }));
    let twice = [[0x80], [0x80]];
    assert_eq!(proof::walk(&EMPTY_ROOT, &[], &twice), Err(Error::TrailingNode { index: 1 }));
    // It comes before the question that was asked.
    let absent = proof::inclusion(&root, &[0x32], &nodes);
    assert_eq!(absent, Err(Error::TrailingNode { index: 1 }));
}

#[test]
fn m7_mpt_12_rejects_a_value_that_is_taken_for_a_reference() {
    let forged = leaf(&[0x20], &[9; 40]);
    for value in [root_of(&forged).to_vec(), by_hash(&forged)] {
        let below = leaf(&[0x32], &value);
        let top = branch(&[(1, by_hash(&below)), (2, string(&[1; 32]))], &value);
        let nodes = [top.clone(), below, forged.clone()];
        assert_eq!(walk(&[0x12], &nodes), Err(Error::TrailingNode { index: 2 }));
        assert_eq!(walk(&[0x12], &nodes[..2]), Ok(Outcome::Value(&value)));
        assert_eq!(walk(&[], &[top, forged.clone()]), Err(Error::TrailingNode { index: 1 }));
    }
}

#[test]
fn mpt_13_accepts_a_key_that_is_present() {
    let (root, nodes) = two_nodes();
    assert_eq!(proof::inclusion(&root, &[0x12], &nodes), Ok(&[7; 40][..]));
}

#[test]
fn mpt_13_rejects_a_key_that_is_absent() {
    let (root, nodes) = two_nodes();
    assert_eq!(proof::inclusion(&root, &[0x13], &nodes), Err(Error::KeyAbsent));
    assert_eq!(proof::inclusion(&EMPTY_ROOT, &[0x13], &NONE), Err(Error::KeyAbsent));
}

#[test]
fn mpt_14_accepts_a_key_that_is_absent() {
    let (root, nodes) = two_nodes();
    assert_eq!(proof::exclusion(&root, &[0x12, 0x34], &nodes), Ok(Absence::OtherLeaf));
}

#[test]
fn mpt_14_rejects_a_key_that_is_present() {
    let (root, nodes) = two_nodes();
    assert_eq!(proof::exclusion(&root, &[0x12], &nodes), Err(Error::KeyPresent));
}

#[test]
fn m11_an_exhausted_key_reads_the_value_of_a_branch_and_nothing_else() {
    let with_value = branch(&[(1, string(&[1; 32]))], &[5]);
    assert_eq!(walk(&[], &[with_value]), Ok(Outcome::Value(&[5])));
    assert_eq!(walk(&[], &[any_branch()]), Ok(Outcome::Absent(Absence::NoValue)));
    let longer = extension(&[0x11], &by_hash(&any_branch()));
    assert_eq!(walk(&[], &[longer]), Ok(Outcome::Absent(Absence::OtherExtension)));
    assert_eq!(walk(&[], &[leaf(&[0x31], &[5])]), Ok(Outcome::Absent(Absence::OtherLeaf)));
}

#[test]
fn m4_embedded_nodes_are_followed_and_not_listed() {
    let deepest = leaf(&[0x20], &[5]);
    let inner = branch(&[(2, deepest.clone()), (3, deepest)], &[]);
    let top = extension(&[0x11], &inner);
    assert_eq!(walk(&[0x12], from_ref(&top)), Ok(Outcome::Value(&[5])));
    assert_eq!(walk(&[0x14], from_ref(&top)), Ok(Outcome::Absent(Absence::NoChild)));
    assert_eq!(walk(&[0x12], &[top, inner]), Err(Error::TrailingNode { index: 1 }));
}

#[test]
fn a_node_must_be_one_list() {
    assert_eq!(refusal(&[1], &string(&[7; 40])), Error::Rlp(rlp::Error::UnexpectedString));
    let mut long = any_branch();
    long.push(0);
    assert_eq!(refusal(&[1], &long), Error::Rlp(rlp::Error::TrailingBytes));
    assert_eq!(refusal(&[1], &[]), Error::Rlp(rlp::Error::InputTooShort));
}

/// Counts the nodes that are hashed.
struct Counting(Cell<usize>);

impl Keccak for Counting {
    fn keccak256(&self, bytes: &[u8]) -> B256 {
        self.0.set(self.0.get() + 1);
        Sha3.keccak256(bytes)
    }
}

#[test]
fn m15_nodes_beyond_need_are_hashed_a_few_at_most() {
    let (root, nodes) = two_nodes();
    let surplus = |count| [&nodes[..], &vec![any_branch(); count]].concat();
    for (count, hashed) in [(0, 2), (1, 3), (1000, 8)] {
        let error = (count > 0).then_some(Error::TrailingNode { index: 2 });
        let (counting, nodes) = (Counting(Cell::new(0)), surplus(count));
        let result = proof::walk_with(&counting, &root, &[0x12], &nodes);
        assert_eq!((result.err(), counting.0.get()), (error, hashed));

        let (counting, packed) = (Counting(Cell::new(0)), nodes.concat());
        let result = packed::walk_with(&counting, &root, &[0x12], &packed);
        assert_eq!((result.err(), counting.0.get()), (error, hashed));
    }
    let counting = Counting(Cell::new(0));
    let error = batch::Error::Proof { item: 0, error: Error::TrailingNode { index: 2 } };
    let many = surplus(1000);
    let result: Result<Vec<_>, _> = Batch::new(&root, &many).with(&counting).walk([[0x12]]);
    assert_eq!(result, Err(error));
    assert_eq!(counting.0.get(), 64);
}

#[test]
fn every_hash_is_keccak_256_alone_and_side_by_side() {
    let bytes: Vec<u8> = (0..700_u32).map(|n| n.to_le_bytes()[0]).collect();
    let messages: Vec<&[u8]> = (0..700).map(|length| &bytes[..length]).collect();
    for keccak in [&Sha3 as &dyn Keccak, &Lanes] {
        let mut hashes = vec![[0; 32]; 701];
        keccak.keccak256_many(&messages, &mut hashes);
        for (hash, message) in hashes.iter().zip(&messages) {
            assert_eq!(*hash, keccak256(message));
            assert_eq!(keccak.keccak256(message), keccak256(message));
        }
        // A hash without a message is left as it is, and a message without a place is not hashed.
        assert_eq!(hashes[700], [0; 32]);
        keccak.keccak256_many(&messages, &mut hashes[..1]);
        assert_eq!(hashes[0], keccak256([]));
    }
}
