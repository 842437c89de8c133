//! Proofs without what the verifier can tell: CPT-1…4, the clauses of section 2 that hold there, and
//! that there is one such proof for each that is listed.

use super::{
    encoding::{any_branch, branch, by_hash, compact, extension, leaf, list, root_of, string},
    properties::value,
};
use alloy_primitives::B256;
use mpt_proof::{
    Absence, Outcome,
    builder::{OrderedTrie, Trie},
    compact::{self, Error},
    proof::{self, EMPTY_ROOT},
    receipt::index_key,
    rlp,
};
use proptest::{collection::vec, prelude::*, sample::Index};
use std::collections::BTreeMap;

/// A key of six nibbles below a branch that embeds, an extension, and a branch of hashes.
const KEY: [u8; 3] = [0x12, 0x34, 0x56];

/// The listed nodes of a proof of [`KEY`] with all three kinds of step.
fn listed() -> Vec<Vec<u8>> {
    let terminal = leaf(&[0x36], &[7; 40]);
    let hashes = branch(&[(5, by_hash(&terminal)), (0xe, string(&[9; 32]))], &[]);
    let shared = extension(&[0x12, 0x34], &by_hash(&hashes));
    let embedded = leaf(&[0x20, 0xff], &[1]);
    let top = branch(&[(1, by_hash(&shared)), (0xa, embedded), (0xc, string(&[8; 32]))], &[]);
    vec![top, shared, hashes, terminal]
}

/// The parts of the compact form of [`listed`]: the terminal with its depth, and the steps.
fn parts() -> (B256, [Vec<u8>; 4]) {
    let nodes = listed();
    let length = u8::try_from(nodes[3].len()).unwrap();
    let terminal = [&[5, 0, 0, length][..], &nodes[3]].concat();
    let hashes = [&[0x04, 0x02][..], &[9; 32]].concat();
    let shared = vec![0, 0, 3];
    let mut items = vec![string(&[]); 15];
    items[9] = leaf(&[0x20, 0xff], &[1]);
    items[11] = string(&[8; 32]);
    (root_of(&nodes[0]), [terminal, hashes, shared, embedding(&items)])
}

/// A step that is a branch with these items, of all children but one.
fn embedding(items: &[Vec<u8>]) -> Vec<u8> {
    let items = items.concat();
    [&[0, 0, 0][..], &u16::try_from(items.len()).unwrap().to_be_bytes(), &items].concat()
}

/// The error of the proof of [`KEY`] with the part at `place` replaced.
fn refusal(place: usize, part: Vec<u8>) -> Error {
    let (root, mut parts) = parts();
    parts[place] = part;
    compact::walk(&root, &KEY, &parts.concat()).unwrap_err()
}

const fn of_proof(error: proof::Error) -> Error {
    Error::Proof(error)
}

/// A terminal below `depth` nibbles.
fn terminal(depth: u8, node: &[u8]) -> Vec<u8> {
    [&[depth][..], &u32::try_from(node.len()).unwrap().to_be_bytes()[1..], node].concat()
}

#[test]
fn cpt_1_2_3_4_accepts_every_kind_of_step() {
    let (root, parts) = parts();
    let bytes = parts.concat();
    assert_eq!(compact(&KEY, &listed()).as_ref(), Some(&bytes));
    assert_eq!(compact::walk(&root, &KEY, &bytes), Ok(Outcome::Value(&[7; 40])));
    assert_eq!(compact::inclusion(&root, &KEY, &bytes), Ok(&[7; 40][..]));
    assert_eq!(compact::exclusion(&root, &KEY, &bytes), Err(of_proof(proof::Error::KeyPresent)));
    let other = [0x12, 0x34, 0x57];
    assert_eq!(compact::exclusion(&root, &other, &bytes), Ok(Absence::OtherLeaf));
    let absent = Err(of_proof(proof::Error::KeyAbsent));
    assert_eq!(compact::inclusion(&root, &other, &bytes), absent);
}

#[test]
fn cpt_1_accepts_no_byte_and_the_empty_node_for_the_empty_trie() {
    let absent = Ok(Outcome::Absent(Absence::EmptyTrie));
    assert_eq!(compact::walk(&EMPTY_ROOT, &KEY, &[]), absent);
    assert_eq!(compact::walk(&EMPTY_ROOT, &KEY, &terminal(0, &[0x80])), absent);
    let truncated = Err(of_proof(proof::Error::TruncatedProof { index: 0 }));
    assert_eq!(compact::walk(&parts().0, &KEY, &[]), truncated);
}

#[test]
fn cpt_1_rejects_every_truncation() {
    let (root, parts) = parts();
    let bytes = parts.concat();
    // Where each part ends, and how many nibbles are above it.
    let ends: Vec<usize> = (1..5).map(|count| parts[..count].concat().len()).collect();
    let above = [5, 4, 1, 0];
    for end in 1..bytes.len() {
        let index = ends.iter().filter(|at| **at <= end).count();
        let error = match ends.iter().position(|at| *at == end) {
            Some(place) => Error::Depth { index: place as u64, depth: above[place] },
            None => Error::TooShort { index: index as u64 },
        };
        assert_eq!(compact::walk(&root, &KEY, &bytes[..end]), Err(error));
    }
}

#[test]
fn cpt_1_rejects_a_stated_length_that_no_input_has() {
    let long = [&[0, 0xff, 0xff, 0xff][..], &[0; 100]].concat();
    assert_eq!(compact::walk(&EMPTY_ROOT, &KEY, &long), Err(Error::TooShort { index: 0 }));
    assert_eq!(refusal(3, vec![0, 0, 0, 0xff, 0xff, 0x80]), Error::TooShort { index: 3 });
    assert_eq!(refusal(3, vec![0xff, 0xff, 0x80]), Error::TooShort { index: 3 });
}

#[test]
fn cpt_2_rejects_a_depth_that_the_steps_do_not_come_to() {
    let (_, parts) = parts();
    let with_depth = |depth| [&[depth][..], &parts[0][1..]].concat();
    assert_eq!(refusal(0, with_depth(7)), Error::Depth { index: 0, depth: 7 });
    assert_eq!(refusal(0, with_depth(255)), Error::Depth { index: 0, depth: 255 });
    // One nibble more, or fewer: the branch would be at another one.
    assert_eq!(refusal(0, with_depth(6)), Error::Child { index: 1 });
    assert_eq!(refusal(0, with_depth(4)), Error::Child { index: 1 });
    assert_eq!(refusal(0, with_depth(0)), Error::Depth { index: 1, depth: 0 });
    assert_eq!(refusal(2, vec![0, 0, 2]), Error::Depth { index: 3, depth: 1 });
    assert_eq!(refusal(2, vec![0, 0, 5]), Error::Depth { index: 2, depth: 4 });
    // All is climbed before the last step.
    assert_eq!(refusal(2, vec![0, 0, 4]), Error::Depth { index: 3, depth: 0 });
}

#[test]
fn cpt_2_rejects_before_the_terminal_is_looked_at() {
    let deep = terminal(7, &[]);
    let rest = [&deep[..], &[0]].concat();
    for bytes in [deep, rest] {
        let error = Err(Error::Depth { index: 0, depth: 7 });
        assert_eq!(compact::walk(&EMPTY_ROOT, &KEY, &bytes), error);
    }
}

#[test]
fn cpt_3_rejects_a_branch_without_the_child_of_the_key() {
    let mut mask = parts().1[1].clone();
    mask[..2].copy_from_slice(&[0x02, 0x02]);
    assert_eq!(refusal(1, mask), Error::Child { index: 1 });
    // Before the hashes are read.
    assert_eq!(refusal(3, vec![0x00, 0x03]), Error::Child { index: 3 });
}

#[test]
fn mpt_11_rejects_a_mask_of_one_child_before_which_one_it_is() {
    let sparse = of_proof(proof::Error::SparseBranch { index: 1 });
    assert_eq!(refusal(1, vec![0x04, 0x00]), sparse);
    assert_eq!(refusal(1, vec![0x80, 0x00]), sparse);
}

#[test]
fn cpt_4_accepts_an_embedded_child_in_any_place_but_that_of_the_key() {
    for place in (0..16).filter(|place| *place != 1) {
        let below = leaf(&[0x32], &[7; 40]);
        let top = branch(&[(1, by_hash(&below)), (place, leaf(&[0x20], &[1]))], &[]);
        let bytes = compact(&[0x12], &[top.clone(), below]).unwrap();
        let value = compact::inclusion(&root_of(&top), &[0x12], &bytes);
        assert_eq!(value, Ok(&[7; 40][..]));
    }
}

#[test]
fn cpt_4_rejects_items_of_which_none_is_embedded() {
    let mut items = vec![string(&[]); 15];
    let sparse = of_proof(proof::Error::SparseBranch { index: 3 });
    assert_eq!(refusal(3, embedding(&items)), sparse);
    items[11] = string(&[8; 32]);
    assert_eq!(refusal(3, embedding(&items)), Error::Form { index: 3 });
}

#[test]
fn mpt_6_9_rejects_items_that_are_no_children() {
    let items = |count| vec![string(&[8; 32]); count];
    for count in [0, 1, 14, 16, 17, 30] {
        let error = proof::Error::ItemCount { index: 3, got: count.min(16) as u64 };
        assert_eq!(refusal(3, embedding(&items(count))), of_proof(error));
    }
    let form = of_proof(proof::Error::ChildForm { index: 3 });
    for child in [string(&[8; 31]), string(&[8; 33]), list(&[string(&[8; 30])])] {
        for place in 0..15 {
            let mut items = items(15);
            items[place] = child.clone();
            assert_eq!(refusal(3, embedding(&items)), form);
        }
    }
    // Headers come first, but not behind the sixteenth item.
    let short = of_proof(proof::Error::Rlp(rlp::Error::InputTooShort));
    for count in [0, 3, 14, 15] {
        let broken = [&items(count)[..], &[vec![0xb8]]].concat();
        assert_eq!(refusal(3, embedding(&broken)), short);
    }
    let broken = [&items(16)[..], &[vec![0xb8]]].concat();
    let many = of_proof(proof::Error::ItemCount { index: 3, got: 16 });
    assert_eq!(refusal(3, embedding(&broken)), many);
}

#[test]
fn mpt_8_rejects_an_extension_below_an_extension() {
    let twice = vec![0, 0, 1, 0, 0, 2];
    let error = of_proof(proof::Error::ExtensionChild { index: 2 });
    assert_eq!(refusal(2, twice), error);
    // A count that is too large is said first.
    assert_eq!(refusal(2, vec![0, 0, 1, 0, 0, 4]), Error::Depth { index: 3, depth: 3 });
}

#[test]
fn mpt_8_rejects_a_terminal_other_than_a_branch_below_an_extension() {
    for node in [leaf(&[0x34], &[7; 40]), extension(&[0x14], &string(&[7; 32]))] {
        let top = extension(&[0x00, 0x12], &by_hash(&node));
        let bytes = [terminal(2, &node), vec![0, 0, 2]].concat();
        let error = of_proof(proof::Error::ExtensionChild { index: 0 });
        assert_eq!(compact::walk(&root_of(&top), &KEY, &bytes), Err(error));
    }
    let top = extension(&[0x00, 0x12], &by_hash(&any_branch()));
    let bytes = [terminal(2, &any_branch()), vec![0, 0, 2]].concat();
    assert_eq!(compact::exclusion(&root_of(&top), &KEY, &bytes), Ok(Absence::NoChild));
}

#[test]
fn mpt_4_rejects_a_terminal_that_would_be_embedded() {
    let short = of_proof(proof::Error::ShortNode { index: 0 });
    for length in 1..31 {
        let node = vec![0xc0; length];
        assert_eq!(refusal(0, terminal(5, &node)), short);
    }
    assert_eq!(refusal(0, terminal(5, &[])), short);
    // Alone it is the root, which may be short.
    let node = leaf(&[0x20, 0x12, 0x34, 0x56], &[7]);
    let bytes = terminal(0, &node);
    assert_eq!(compact::inclusion(&root_of(&node), &KEY, &bytes), Ok(&[7][..]));
}

#[test]
fn mpt_5_rejects_another_root_with_the_place_of_the_last_node() {
    let (mut root, parts) = parts();
    root[0] ^= 1;
    let mismatch = Err(of_proof(proof::Error::HashMismatch { index: 3 }));
    assert_eq!(compact::walk(&root, &KEY, &parts.concat()), mismatch);
    let alone = terminal(0, &[0x80]);
    let mismatch = Err(of_proof(proof::Error::HashMismatch { index: 0 }));
    assert_eq!(compact::walk(&root, &KEY, &alone), mismatch);
}

#[test]
fn m5_mpt_3_rejects_a_terminal_that_leads_on() {
    // The proof without its last node: what remains is right, and not the end.
    let nodes = listed();
    for count in 1..4 {
        let bytes = compact(&KEY, &nodes[..count]).unwrap();
        let missing = proof::Error::TruncatedProof { index: count as u64 };
        assert_eq!(compact::walk(&root_of(&nodes[0]), &KEY, &bytes), Err(of_proof(missing)));
    }
}

#[test]
fn a_malformed_terminal_is_named_behind_the_root() {
    let node = list(&[string(&[0x45; 20]), string(&[7; 20])]);
    let top = branch(&[(1, by_hash(&node)), (2, string(&[1; 32]))], &[]);
    let bytes = compact(&[0x12], &[top.clone(), node]).unwrap();
    let flag = Err(of_proof(proof::Error::PathFlag { index: 0, flag: 4 }));
    assert_eq!(compact::walk(&root_of(&top), &[0x12], &bytes), flag);
    let mismatch = Err(of_proof(proof::Error::HashMismatch { index: 1 }));
    assert_eq!(compact::walk(&EMPTY_ROOT, &[0x12], &bytes), mismatch);
}

#[test]
fn a_root_and_a_key_are_refused_before_the_bytes() {
    let zero = Err(of_proof(proof::Error::ZeroRoot));
    assert_eq!(compact::walk(&B256::ZERO, &[0; 33], &[]), zero);
    let long = Err(of_proof(proof::Error::KeyTooLong { length: 33 }));
    assert_eq!(compact::walk(&EMPTY_ROOT, &[0; 33], &[]), long);
}

#[test]
fn extensions_of_every_length_are_rebuilt() {
    for nibbles in 1..64 {
        // Two keys of 32 bytes that part behind as many nibbles.
        let keys = [[0xab; 32], {
            let mut key = [0xab; 32];
            key[nibbles / 2] ^= if nibbles % 2 == 0 { 0x10 } else { 0x01 };
            key
        }];
        let trie = Trie::new(keys.map(|key| (key, [7; 40]))).unwrap();
        for key in keys {
            let bytes = compact(&key, &trie.proof(&key)).unwrap();
            assert_eq!(compact::inclusion(&trie.root(), &key, &bytes), Ok(&[7; 40][..]));
        }
    }
}

#[test]
fn every_receipt_of_a_block_has_a_compact_proof() {
    for count in [1_u64, 2, 17, 127, 128, 129, 300] {
        let trie =
            OrderedTrie::new((0..count).map(|n| vec![2; 40 + usize::from(n.to_le_bytes()[0])]))
                .unwrap();
        for index in 0..=count {
            let key = index_key(index);
            let nodes = trie.proof(index);
            let bytes = compact(key.as_ref(), &nodes).unwrap();
            let read = compact::walk(&trie.root(), key.as_ref(), &bytes).unwrap();
            assert_eq!(read, proof::walk(&trie.root(), key.as_ref(), &nodes).unwrap());
            // Every step but one that embeds is shorter than its node.
            assert!(bytes.len() <= 4 + nodes.concat().len());
        }
    }
}

type Map = BTreeMap<Vec<u8>, Vec<u8>>;

/// A trie whose keys are all as long, so that none is a prefix of another; and keys to ask for.
fn same_length() -> impl Strategy<Value = (Map, Vec<Vec<u8>>)> {
    prop::sample::select(vec![1_usize, 2, 3, 32]).prop_flat_map(|length| {
        let letter = prop::sample::select(vec![0x00_u8, 0x01, 0x10, 0x11, 0x1f, 0xff]);
        let key = prop_oneof![vec(letter, length), vec(any::<u8>(), length)].boxed();
        (prop::collection::btree_map(key.clone(), value(), 1..24), vec(key, 6))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn m1_m2_m4_compact_proofs_prove_what_listed_ones_do((map, others) in same_length()) {
        let trie = Trie::new(&map).unwrap();
        for key in map.keys().chain(&others) {
            let nodes = trie.proof(key);
            let bytes = compact(key, &nodes).unwrap();
            let listed = proof::walk(&trie.root(), key, &nodes).unwrap();
            prop_assert_eq!(compact::walk(&trie.root(), key, &bytes), Ok(listed));
        }
    }

    #[test]
    fn m6_of_one_root_and_key_one_compact_proof_is_accepted(
        (map, others) in same_length(), pick: Index, at: Index, byte: u8,
    ) {
        let trie = Trie::new(&map).unwrap();
        let keys: Vec<_> = map.keys().chain(&others).collect();
        let key = *pick.get(&keys);
        let honest = compact(key, &trie.proof(key)).unwrap();
        let accepts = |bytes: &[u8]| compact::walk(&trie.root(), key, bytes).is_ok();
        prop_assert!(accepts(&honest));
        for place in 0..honest.len() {
            for flip in [1, 0x80, byte] {
                let mut bytes = honest.clone();
                bytes[place] ^= flip;
                prop_assert!(flip == 0 || !accepts(&bytes));
            }
            prop_assert!(!accepts(&honest[..place]));
        }
        let at = at.index(honest.len());
        prop_assert!(!accepts(&[&honest[..], &[byte]].concat()));
        prop_assert!(!accepts(&[&honest[..at], &[byte], &honest[at..], &[byte]].concat()));
        prop_assert!(!accepts(&[&honest[..at], &honest[at + 1..]].concat()));
    }

    #[test]
    fn m3_a_compact_proof_of_another_key_never_lies((map, others) in same_length()) {
        let trie = Trie::new(&map).unwrap();
        let keys: Vec<_> = map.keys().chain(&others).collect();
        for (key, other) in keys.iter().zip(keys.iter().rev()) {
            let bytes = compact(key, &trie.proof(key)).unwrap();
            match compact::walk(&trie.root(), other, &bytes) {
                Ok(Outcome::Value(value)) => prop_assert_eq!(map.get(*other).map(Vec::as_slice), Some(value)),
                Ok(Outcome::Absent(_)) => prop_assert!(!map.contains_key(*other)),
                Err(_) => {}
            }
        }
    }

    #[test]
    fn r1_any_bytes_are_climbed_without_a_panic(
        node in vec(any::<u8>(), 0..40), depth in 0..8_u8, steps in vec(any::<u8>(), 0..200), key in vec(any::<u8>(), 0..33),
    ) {
        let bytes = [terminal(depth, &node), steps].concat();
        let _ = compact::walk(&root_of(&node), &key, &bytes);
        let _ = compact::walk(&root_of(&node), &key, &node);
    }
}
