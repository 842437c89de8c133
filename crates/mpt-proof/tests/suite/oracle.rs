//! Agreement with alloy-trie, which shares no code with this crate: roots, proofs and verdicts.
//!
//! Known differences, left out here: alloy-trie refuses branch values and a root node shorter than
//! 32 bytes, and it accepts nodes that are not canonical; with hashed keys, and roots that are of
//! real tries, none of these can occur.

use alloy_primitives::{B256, Bytes, keccak256};
use alloy_trie::{
    HashBuilder, Nibbles,
    proof::{ProofRetainer, verify_proof},
};
use mpt_proof::{
    Outcome,
    builder::{OrderedTrie, Trie},
    proof,
};
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    sample::Index,
};
use std::collections::BTreeMap;

type Map = BTreeMap<B256, Vec<u8>>;

fn map() -> impl Strategy<Value = Map> {
    let value = prop_oneof![vec(any::<u8>(), 1..4), vec(any::<u8>(), 1..80)];
    btree_map((0..400_u16).prop_map(|n| keccak256(n.to_be_bytes())), value, 2..40)
}

fn oracle(map: &Map, target: &B256) -> (B256, Vec<Bytes>) {
    let retainer = ProofRetainer::new(vec![Nibbles::unpack(target)]);
    let mut builder = HashBuilder::default().with_proof_retainer(retainer);
    for (key, value) in map {
        builder.add_leaf(Nibbles::unpack(key), value);
    }
    let root = builder.root();
    let nodes = builder.take_proof_nodes().into_nodes_sorted();
    (root, nodes.into_iter().map(|(_, node)| node).collect())
}

fn mutated(honest: &[Bytes], edit: u8, at: &Index, bit: &Index) -> Vec<Bytes> {
    let mut nodes = honest.to_vec();
    let at = at.index(nodes.len());
    match edit {
        0 => nodes.truncate(at),
        1 => nodes.push(honest[at].clone()),
        2 => nodes.swap(0, at),
        3 => nodes.insert(at, Bytes::from_static(&[0x80])),
        4 => {
            let mut bytes = nodes[at].to_vec();
            let bit = bit.index(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            nodes[at] = bytes.into();
        }
        5 => nodes.insert(at, honest[at].clone()),
        _ => {}
    }
    nodes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn m4_m16_roots_and_proofs_are_those_of_the_oracle(map in map(), other: u16) {
        let trie = Trie::new(&map).unwrap();
        for target in map.keys().take(4).copied().chain([keccak256(other.to_be_bytes())]) {
            let (root, nodes) = oracle(&map, &target);
            prop_assert_eq!(trie.root(), root);
            prop_assert_eq!(trie.proof(target.as_slice()), nodes);
        }
    }

    #[test]
    fn m16_verdicts_are_those_of_the_oracle(
        map in map(), pick: Index, other: u16, absent: bool, edit in 0..8_u8, at: Index, bit: Index,
    ) {
        let present = *pick.get(&map.keys().copied().collect::<Vec<_>>());
        let key = if absent { keccak256(other.to_be_bytes()) } else { present };
        let trie = Trie::new(&map).unwrap();
        let nodes = mutated(&trie.proof(key.as_slice()), edit, &at, &bit);
        let asks = |value| verify_proof(trie.root(), Nibbles::unpack(key), value, &nodes).is_ok();
        match proof::walk(&trie.root(), key.as_slice(), &nodes) {
            Ok(Outcome::Value(value)) => {
                prop_assert_eq!(map.get(&key).map(Vec::as_slice), Some(value));
                prop_assert!(asks(Some(value.to_vec())) && !asks(None));
            }
            Ok(Outcome::Absent(_)) => {
                prop_assert!(!map.contains_key(&key));
                prop_assert!(asks(None));
            }
            Err(error) => {
                prop_assert!(!asks(None), "{}", error);
                prop_assert!(!asks(map.get(&key).cloned().or(Some(vec![1]))), "{}", error);
            }
        }
    }
}

#[test]
fn k08_ordered_roots_are_those_of_the_oracle() {
    for count in (0..20).chain([127, 128, 129, 255, 256, 257, 600]) {
        let values: Vec<Vec<u8>> =
            (0..count).map(|n: usize| vec![n.to_le_bytes()[0]; 1 + n % 50]).collect();
        let root = alloy_trie::root::ordered_trie_root_encoded(&values);
        assert_eq!(OrderedTrie::new(&values).unwrap().root(), root);
    }
}
