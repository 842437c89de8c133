//! From lists of nodes to packed, compact and batched proofs, and what each verifier makes of them.

use super::super::encoding::{branch, by_hash, extension, leaf, list, root_of, string};
use alloy_primitives::{B256, Bytes, hex, keccak256};
use mpt_proof::{
    Outcome, batch,
    builder::{self, Error, OrderedTrie, Trie, compact, normalize, packed},
    proof::{self, EMPTY_ROOT},
    receipt::index_key,
};
use proptest::{collection::btree_map, prelude::*};
use std::collections::BTreeMap;

/// That all forms of these proofs, alone and joined, have the outcomes of the lists. Returns how
/// many have no compact form.
fn check(root: &B256, proofs: &[(Vec<u8>, Vec<Bytes>)]) -> usize {
    let mut outcomes = BTreeMap::new();
    let mut without = 0;
    for (key, nodes) in proofs {
        let outcome = proof::walk(root, key, nodes).unwrap();
        let string = packed(nodes);
        assert_eq!(mpt_proof::packed::walk(root, key, &string), Ok(outcome));
        match compact(key, nodes) {
            Ok(short) => assert_eq!(mpt_proof::compact::walk(root, key, &short), Ok(outcome)),
            Err(error) => {
                assert!(matches!(error, Error::BranchValue { .. }), "{error}");
                without += 1;
            }
        }
        outcomes.insert(key, outcome);
    }
    let joined = builder::batch(proofs.iter().map(|(key, nodes)| (key, nodes))).unwrap();
    assert!(joined.keys.iter().eq(outcomes.keys()));
    let got: Vec<Outcome<'_>> = batch::Batch::new(root, &joined.nodes).walk(&joined.keys).unwrap();
    assert!(got.iter().eq(outcomes.values()));
    without
}

/// Proofs of all keys and of some that are absent.
fn proofs(trie: &Trie, keys: impl IntoIterator<Item = Vec<u8>>) -> Vec<(Vec<u8>, Vec<Bytes>)> {
    keys.into_iter().map(|key| (key.clone(), trie.proof(&key))).collect()
}

#[test]
fn honest_proofs_keep_their_outcome_in_every_form() {
    let text = include_str!("../../../../../vectors/mpt/honest.json");
    let cases: serde_json::Value = serde_json::from_str(text).unwrap();
    let field = |case: &serde_json::Value, name: &str| hex::decode(case[name].as_str()?).ok();
    let mut by_root: BTreeMap<B256, Vec<_>> = BTreeMap::new();
    for case in cases["cases"].as_array().unwrap() {
        let (Some(root), Some(key)) = (field(case, "root"), field(case, "key")) else { continue };
        let nodes: Vec<Bytes> = serde_json::from_value(case["proof"].clone()).unwrap();
        by_root.entry(B256::from_slice(&root)).or_default().push((key, nodes));
    }
    let all: usize = by_root.values().map(Vec::len).sum();
    // A key that another one starts with leaves a value in a branch.
    let without: usize = by_root.iter().map(|(root, proofs)| check(root, proofs)).sum();
    assert!(all > 100 && (1..all / 2).contains(&without), "{without} of {all}");
}

#[test]
fn a_block_is_batched_in_the_order_of_its_keys() {
    let trie = OrderedTrie::new((0..=255).map(|n| [n; 60])).unwrap();
    let all = trie.batch((0..=300).rev()).unwrap();
    let order = (1..=127).chain([0]).chain(128..=300);
    assert!(all.keys.iter().copied().eq(order));
    let keys: Vec<_> = all.keys.iter().map(|index| index_key(*index)).collect();
    let root = trie.root();
    let values: Vec<Outcome<'_>> = batch::Batch::new(&root, &all.nodes).walk(&keys).unwrap();
    for (index, outcome) in all.keys.iter().zip(values) {
        let expected = u8::try_from(*index).ok().map(|n| [n; 60]);
        match outcome {
            Outcome::Value(value) => assert_eq!(Some(value), expected.as_ref().map(|v| &v[..])),
            Outcome::Absent(_) => assert_eq!(expected, None, "{index}"),
        }
    }
    // Equal leaves in different places are listed for each of them.
    let alike = OrderedTrie::new([[7; 60]; 40]).unwrap();
    let batch = alike.batch(0..40).unwrap();
    let keys = batch.keys.iter().map(|index| index_key(*index));
    let read = batch::Batch::new(&alike.root(), &batch.nodes).inclusion::<Vec<_>, _>(keys);
    assert_eq!(read, Ok(vec![&[7; 60][..]; 40]));
}

/// Each way in which a step of a compact proof is written.
#[test]
fn a_compact_proof_is_written_as_specified() {
    let small = leaf(&[0x31], &[2]);
    let deep = leaf(&[0x31], &[1; 40]);
    let lower_items = [(2, by_hash(&deep)), (9, small.clone())];
    let lower = branch(&lower_items, &[]);
    let middle = extension(&[0x13], &by_hash(&lower));
    let upper =
        branch(&[(5, by_hash(&middle)), (0, string(&[3; 32])), (15, string(&[4; 32]))], &[]);
    let nodes = [upper.clone(), middle, lower, deep.clone()];
    let key = [0x53, 0x21];
    assert!(proof::inclusion(&root_of(&upper), &key, &nodes).is_ok());

    let others: Vec<u8> = (0..16)
        .filter(|nibble| *nibble != 2)
        .flat_map(|nibble| if nibble == 9 { small.clone() } else { vec![0x80] })
        .collect();
    let length = u8::try_from(deep.len()).unwrap();
    let expected = [
        &[3, 0, 0, length][..],
        &deep,
        &[0, 0, 0, 0, u8::try_from(others.len()).unwrap()],
        &others,
        &[0, 0, 1],
        &[0b1000_0100, 1],
        &[3; 32],
        &[4; 32],
    ];
    assert_eq!(compact(&key, &nodes), Ok(expected.concat().into()));
    assert!(mpt_proof::compact::inclusion(&root_of(&upper), &key, &expected.concat()).is_ok());
}

#[test]
fn the_empty_trie_has_an_empty_form() {
    for nodes in [vec![], vec![Bytes::from_static(&[0x80])]] {
        assert_eq!(compact(&[1], &nodes), Ok(Bytes::new()));
        let joined = builder::batch([([1], &nodes), ([0], &nodes)]).unwrap();
        assert_eq!((joined.keys, joined.nodes), (vec![[0], [1]], vec![]));
        assert_eq!(normalize(&EMPTY_ROOT, &[1], &nodes), Ok(vec![]));
    }
    assert!(mpt_proof::compact::exclusion(&EMPTY_ROOT, &[1], &[]).is_ok());
}

#[test]
fn what_has_no_other_form_is_an_error() {
    let trie = Trie::new([(&[1, 2][..], [1; 40]), (&[1, 2, 3], [2; 40]), (&[1, 2, 4], [3; 40])]);
    let trie = trie.unwrap();
    let (shorter, longer) = (trie.proof(&[1, 2]), trie.proof(&[1, 2, 3]));
    assert!(compact(&[1, 2], &shorter).is_ok());
    assert_eq!(compact(&[1, 2, 3], &longer), Err(Error::BranchValue { index: 1 }));
    // The other forms have room for it.
    let joined = builder::batch([(&[1, 2, 3][..], &longer), (&[1, 2], &shorter)]).unwrap();
    let root = trie.root();
    let read = batch::Batch::new(&root, &joined.nodes);
    assert_eq!(read.inclusion(&joined.keys), Ok(vec![&[1; 40][..], &[2; 40]]));

    let truncated = Error::Proof(proof::Error::TruncatedProof { index: 1 });
    assert_eq!(compact(&[1, 2, 3], &longer[..1]), Err(truncated.clone()));
    assert_eq!(builder::batch([([1, 2, 3], &longer[..1])]).unwrap_err(), truncated);
    let other = Trie::new([([9], [9; 40])]).unwrap();
    let (expected, got) = (trie.root(), other.root());
    let two = builder::batch([(&[1, 2, 3][..], longer), (&[9], other.proof(&[9]))]);
    assert_eq!(two.unwrap_err(), Error::OtherRoot { place: 1, expected, got });
    let long = leaf(&[0x20, 1], &vec![1; 1 << 24]);
    let length = long.len();
    assert_eq!(compact(&[1], &[long]), Err(Error::NodeTooLong { length }));
}

/// Embedded nodes listed, the whole trie listed, nodes in any order: one list remains.
#[test]
fn what_other_nodes_answer_is_normalized() {
    let entries = (0..40_u8).map(|n| (keccak256([n])[..4].to_vec(), vec![n + 1; 2]));
    let trie = Trie::new(entries.clone()).unwrap();
    let mut all: Vec<Bytes> = entries.clone().flat_map(|(key, _)| trie.proof(&key)).collect();
    all.push(leaf(&[0x20], &[1]).into());
    all.reverse();
    let root = trie.root();
    for (key, _) in entries {
        assert_eq!(normalize(&root, &key, &all), Ok(trie.proof(&key)));
    }
    let absent = [0xff; 4];
    assert_eq!(normalize(&root, &absent, &trie.proof(&absent)), Ok(trie.proof(&absent)));
    let missing = Err(Error::Proof(proof::Error::TruncatedProof { index: 0 }));
    assert_eq!(normalize(&B256::repeat_byte(1), &absent, &all), missing);
    let malformed = list(&[vec![], vec![], vec![]]);
    assert!(normalize(&root_of(&malformed), &absent, &[malformed]).is_err());
}

proptest! {
    /// Keys of one length share any number of nibbles, and values are short enough to be embedded.
    #[test]
    fn every_form_of_every_proof_has_its_outcome(
        entries in btree_map(
            prop::collection::vec(prop_oneof![Just(0_u8), Just(1), Just(0x10), any::<u8>()], 3),
            prop::collection::vec(any::<u8>(), 1..45),
            0..40,
        ),
        others in prop::collection::vec(prop::collection::vec(any::<u8>(), 3), 1..10),
    ) {
        let trie = Trie::new(&entries).unwrap();
        let near = entries.keys().map(|key| [key[0], key[1], key[2] ^ 1].to_vec());
        let keys: Vec<_> = entries.keys().cloned().chain(near).chain(others).collect();
        prop_assert_eq!(check(&trie.root(), &proofs(&trie, keys)), 0);
    }
}
