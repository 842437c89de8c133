//! Many keys under one root: BAT-1…3, the clauses of section 2 with the item they belong to, and
//! that a batch proves what its items prove alone.

use super::{
    encoding::{any_branch, batch, branch, by_hash, extension, leaf, root_of, string},
    properties::{key, map},
};
use alloy_primitives::B256;
use mpt_proof::{
    Absence, Outcome, Sha3,
    batch::{Batch, Error},
    builder::{OrderedTrie, Trie},
    proof::{self, EMPTY_ROOT},
    receipt::index_key,
    rlp,
};
use proptest::{
    collection::{btree_set, vec},
    prelude::*,
    sample::Index,
};
use std::collections::BTreeSet;

const NONE: [Vec<u8>; 0] = [];
const NO_KEY: [&[u8]; 0] = [];

/// 0x11, 0x12 and 0x2… under a branch below a branch, and their nodes in the order of the keys.
fn three_nodes() -> (B256, Vec<Vec<u8>>) {
    let one = leaf(&[0x20], &[1; 40]);
    let two = leaf(&[0x20], &[2; 40]);
    let inner = branch(&[(1, by_hash(&one)), (2, by_hash(&two))], &[]);
    let top = branch(&[(1, by_hash(&inner)), (2, string(&[9; 32]))], &[]);
    (root_of(&top), vec![top, inner, one, two])
}

fn walk<'p, K: AsRef<[u8]>>(
    root: &B256,
    keys: &[K],
    nodes: &'p [Vec<u8>],
) -> Result<Vec<Outcome<'p>>, Error> {
    Batch::new(root, nodes).walk(keys)
}

const fn named(item: u64, error: proof::Error) -> Error {
    Error::Proof { item, error }
}

#[test]
fn bat_1_2_3_accepts_keys_in_order() {
    let (root, nodes) = three_nodes();
    let values: Result<Vec<&[u8]>, _> = Batch::new(&root, &nodes).inclusion([[0x11], [0x12]]);
    assert_eq!(values, Ok(vec![&[1; 40][..], &[2; 40]]));
    let packed = nodes.concat();
    let values: Result<Vec<&[u8]>, _> = Batch::packed(&root, &packed).inclusion([[0x11], [0x12]]);
    assert_eq!(values, Ok(vec![&[1; 40][..], &[2; 40]]));
    let absent: Result<Vec<Absence>, _> =
        Batch::new(&root, &nodes[..2]).with(&Sha3).exclusion([[0x10], [0x1f], [0x3f]]);
    assert_eq!(absent, Ok(vec![Absence::NoChild; 3]));
}

#[test]
fn bat_1_accepts_one_item() {
    let (root, nodes) = three_nodes();
    let nodes = [&nodes[..2], &nodes[3..]].concat();
    assert_eq!(walk(&root, &[[0x12]], &nodes), Ok(vec![Outcome::Value(&[2; 40])]));
}

#[test]
fn bat_1_rejects_no_item_behind_the_zero_root_alone() {
    let (root, nodes) = three_nodes();
    assert_eq!(walk(&root, &NO_KEY, &nodes), Err(Error::Empty));
    assert_eq!(walk(&EMPTY_ROOT, &NO_KEY, &NONE), Err(Error::Empty));
    let zero = Err(named(0, proof::Error::ZeroRoot));
    assert_eq!(walk(&B256::ZERO, &NO_KEY, &NONE), zero);
    assert_eq!(walk(&B256::ZERO, &[[0; 33]], &NONE), zero);
}

#[test]
fn bat_2_accepts_a_prefix_before_what_it_begins() {
    let trie =
        Trie::new([(&[][..], [1; 40]), (&[0x11], [2; 40]), (&[0x11, 0x11], [3; 40])]).unwrap();
    let keys = [&[][..], &[0x11], &[0x11, 0x11], &[0x11, 0x11, 0]];
    let nodes = batch(&keys, |key| trie.proof(key));
    let outcomes = walk(&trie.root(), &keys, &nodes).unwrap();
    let values = [1, 2, 3].map(|n| vec![n; 40]);
    assert_eq!(outcomes[..3], values.each_ref().map(|value| Outcome::Value(value)));
    assert_eq!(outcomes[3], Outcome::Absent(Absence::OtherLeaf));
}

#[test]
fn bat_2_rejects_a_key_that_is_not_above_the_one_before() {
    let (root, nodes) = three_nodes();
    let order = |item| Err(Error::Order { item });
    assert_eq!(walk(&root, &[[0x11], [0x11]], &nodes), order(1));
    assert_eq!(walk(&root, &[[0x12], [0x11]], &[&nodes[..2], &nodes[3..]].concat()), order(1));
    assert_eq!(walk(&root, &[[0x11], [0x12], [0x12]], &nodes), order(2));
    assert_eq!(walk(&root, &[&[0x11][..], &[]], &nodes), order(1));
    assert_eq!(walk(&root, &[&[0x11, 0][..], &[0x11]], &nodes), order(1));
    // Behind the length of the key, before its nodes.
    let long = Err(named(1, proof::Error::KeyTooLong { length: 33 }));
    assert_eq!(walk(&root, &[&[0x11][..], &[0; 33]], &nodes[..3]), long);
    assert_eq!(walk(&root, &[[0x11], [0x10]], &nodes[..3]), order(1));
}

#[test]
fn bat_3_rejects_the_first_item_that_is_absent_or_present() {
    let (root, nodes) = three_nodes();
    let keys = [[0x10], [0x11], [0x12], [0x13]];
    let values: Result<Vec<&[u8]>, _> = Batch::new(&root, &nodes).inclusion(keys);
    assert_eq!(values, Err(Error::KeyAbsent { item: 0 }));
    let values: Result<Vec<&[u8]>, _> = Batch::new(&root, &nodes).inclusion(&keys[1..]);
    assert_eq!(values, Err(Error::KeyAbsent { item: 2 }));
    let absent: Result<Vec<Absence>, _> = Batch::new(&root, &nodes).exclusion(keys);
    assert_eq!(absent, Err(Error::KeyPresent { item: 1 }));
    // Before what is wrong with a later item, or with the end.
    let values: Result<Vec<&[u8]>, _> = Batch::new(&root, &nodes).inclusion([[0x10], [0x05]]);
    assert_eq!(values, Err(Error::KeyAbsent { item: 0 }));
}

#[test]
fn mpt_3_4_5_rejects_with_the_item_and_the_place_in_the_shared_list() {
    let (root, nodes) = three_nodes();
    let keys = [[0x11], [0x12]];
    for end in 0..4 {
        let item = u64::from(end == 3);
        let error = named(item, proof::Error::TruncatedProof { index: end as u64 });
        assert_eq!(walk(&root, &keys, &nodes[..end]), Err(error));
    }
    for index in 0..4 {
        let mut nodes = nodes.clone();
        nodes[index][5] ^= 1;
        let item = u64::from(index == 3);
        let error = named(item, proof::Error::HashMismatch { index: index as u64 });
        assert_eq!(walk(&root, &keys, &nodes), Err(error));
        nodes[index].truncate(31);
        let error = if index == 0 {
            proof::Error::HashMismatch { index: 0 }
        } else {
            proof::Error::ShortNode { index: index as u64 }
        };
        assert_eq!(walk(&root, &keys, &nodes), Err(named(item, error)));
    }
}

#[test]
fn m6_mpt_12_rejects_nodes_that_are_left_at_the_last_item() {
    let (root, nodes) = three_nodes();
    let left = |item, index| Err(named(item, proof::Error::TrailingNode { index }));
    assert_eq!(walk(&root, &[[0x11]], &nodes), left(0, 3));
    let twice = [&nodes[..], &nodes[3..]].concat();
    assert_eq!(walk(&root, &[[0x11], [0x12]], &twice), left(1, 4));
    // A shared node is listed once.
    let again = [&nodes[..3], &nodes[..2], &nodes[3..]].concat();
    let mismatch = named(1, proof::Error::HashMismatch { index: 3 });
    assert_eq!(walk(&root, &[[0x11], [0x12]], &again), Err(mismatch));
    // However many there are.
    let many = vec![any_branch(); 100];
    assert_eq!(walk(&root_of(&many[0]), &[[0x11]], &many), left(0, 1));
}

#[test]
fn pck_1_accepts_and_rejects_in_a_batch_as_in_a_proof() {
    let (root, nodes) = three_nodes();
    let keys = [[0x11], [0x12]];
    let walk = |bytes: &[u8]| Batch::packed(&root, bytes).walk::<Vec<Outcome<'_>>, _>(keys).err();
    let packed = nodes.concat();
    assert_eq!(walk(&packed), None);
    let short = proof::Error::Rlp(rlp::Error::InputTooShort);
    assert_eq!(walk(&packed[..packed.len() - 1]), Some(named(1, short)));
    assert_eq!(walk(&packed[..nodes[0].len() + 3]), Some(named(0, short)));
    let left = named(1, proof::Error::TrailingNode { index: 4 });
    assert_eq!(walk(&[&packed[..], &[0xb8]].concat()), Some(left));
}

#[test]
fn the_empty_trie_has_none_of_all_keys() {
    let keys = [&[][..], &[0x11], &[0xff]];
    let absent = Ok(vec![Outcome::Absent(Absence::EmptyTrie); 3]);
    assert_eq!(walk(&EMPTY_ROOT, &keys, &NONE), absent);
    assert_eq!(walk(&EMPTY_ROOT, &keys, &[vec![0x80]]), absent);
    let left = Err(named(2, proof::Error::TrailingNode { index: 1 }));
    assert_eq!(walk(&EMPTY_ROOT, &keys, &[vec![0x80], vec![0x80]]), left);
    let long = Err(named(1, proof::Error::KeyTooLong { length: 33 }));
    assert_eq!(walk(&EMPTY_ROOT, &[&[][..], &[7; 33]], &NONE), long);
}

#[test]
fn an_item_starts_at_any_kind_of_node_on_the_common_path() {
    // A leaf, an extension, an embedded leaf: each ends the walk of one item and starts the next.
    let ends = leaf(&[0x20, 0x44], &[1; 40]);
    let below = branch(&[(1, leaf(&[0x20], &[1])), (2, string(&[5; 32]))], &[]);
    let shared = extension(&[0x17, 0x77], &by_hash(&below));
    let top = branch(&[(1, by_hash(&ends)), (2, by_hash(&shared)), (3, leaf(&[0x31], &[3]))], &[]);
    let nodes = vec![top, ends, shared, below];
    let keys = [
        vec![0x13, 0x33],
        vec![0x14, 0x40],
        vec![0x20],
        vec![0x27, 0x70],
        vec![0x27, 0x77],
        vec![0x27, 0x77, 0x10],
        vec![0x30],
        vec![0x31],
        vec![0x31, 0x00],
    ];
    let outcomes = walk(&root_of(&nodes[0]), &keys, &nodes).unwrap();
    for (key, outcome) in keys.iter().zip(&outcomes) {
        let own: Vec<Vec<u8>> = match key[0] >> 4 {
            1 => vec![nodes[0].clone(), nodes[1].clone()],
            2 if key.starts_with(&[0x27, 0x77]) => {
                vec![nodes[0].clone(), nodes[2].clone(), nodes[3].clone()]
            }
            2 => vec![nodes[0].clone(), nodes[2].clone()],
            _ => vec![nodes[0].clone()],
        };
        assert_eq!(proof::walk(&root_of(&nodes[0]), key, &own).as_ref(), Ok(outcome));
    }
    assert_eq!(outcomes[7], Outcome::Value(&[3]));
}

#[test]
fn a_collection_that_stops_early_hides_nothing() {
    struct Nothing;
    impl<T> FromIterator<T> for Nothing {
        fn from_iter<I: IntoIterator<Item = T>>(_: I) -> Self {
            Self
        }
    }
    let (root, nodes) = three_nodes();
    let keys = [[0x11], [0x12]];
    assert!(Batch::new(&root, &nodes).walk::<Nothing, _>(keys).is_ok());
    let error = Batch::new(&root, &nodes[..3]).walk::<Nothing, _>(keys).err();
    assert_eq!(error, Some(named(1, proof::Error::TruncatedProof { index: 3 })));
    let error = Batch::new(&root, &nodes).walk::<Nothing, _>(&keys[..1]).err();
    assert_eq!(error, Some(named(0, proof::Error::TrailingNode { index: 3 })));
    let error = Batch::new(&root, &nodes).walk::<Nothing, _>(NO_KEY).err();
    assert_eq!(error, Some(Error::Empty));
}

#[test]
fn all_receipts_of_a_block_share_their_nodes() {
    for count in [1_u64, 2, 20, 127, 128, 129, 300] {
        // Each is another, so that no two nodes are alike.
        let receipt =
            |n: u64| [n.to_le_bytes().repeat(5), vec![2; usize::from(n.to_le_bytes()[0])]].concat();
        let trie = OrderedTrie::new((0..count).map(receipt)).unwrap();
        // In the order of their keys: 1…127, 0, 128….
        let indices: Vec<u64> = (1..count.min(128)).chain([0]).chain(128..count).collect();
        let keys: Vec<_> = indices.iter().map(|index| index_key(*index)).collect();
        let proofs: Vec<_> = indices.iter().map(|index| trie.proof(*index)).collect();
        let nodes = batch(&keys, |key| {
            let place = keys.iter().position(|other| other.as_ref() == key).unwrap();
            proofs[place].clone()
        });
        let values: Vec<&[u8]> = Batch::new(&trie.root(), &nodes).inclusion(&keys).unwrap();
        let expected =
            indices.iter().map(|index| trie.values()[usize::try_from(*index).unwrap()].as_ref());
        assert_eq!(values, expected.collect::<Vec<_>>());
        assert_eq!(nodes.len(), proofs.concat().iter().collect::<BTreeSet<_>>().len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn m1_m2_m4_a_batch_proves_what_its_items_prove_alone(map in map(), others in btree_set(key(), 0..8)) {
        let trie = Trie::new(&map).unwrap();
        let keys: BTreeSet<_> = map.keys().cloned().chain(others).collect();
        let keys: Vec<_> = keys.into_iter().collect();
        let nodes = batch(&keys, |key| trie.proof(key));
        let outcomes = walk(&trie.root(), &keys, &nodes).unwrap();
        let packed = nodes.concat();
        let from_packed: Vec<_> = Batch::packed(&trie.root(), &packed).walk(&keys).unwrap();
        prop_assert_eq!(&outcomes, &from_packed);
        for (key, outcome) in keys.iter().zip(outcomes) {
            let nodes = trie.proof(key);
            prop_assert_eq!(proof::walk(&trie.root(), key, &nodes), Ok(outcome));
        }
    }

    #[test]
    fn m6_no_other_list_of_nodes_is_accepted(
        map in map(), others in btree_set(key(), 1..8), at: Index, from: Index, bit: Index, edit in 0..6,
    ) {
        let trie = Trie::new(&map).unwrap();
        let keys: Vec<_> = others.into_iter().collect();
        let honest = batch(&keys, |key| trie.proof(key));
        let mut nodes = honest.clone();
        let (at, from) = (at.index(nodes.len()), from.index(nodes.len()));
        match edit {
            0 => nodes.push(honest[from].clone()),
            1 => nodes.insert(at, honest[from].clone()),
            2 => { nodes.remove(at); }
            3 => nodes.swap(at, from),
            4 => nodes.truncate(at),
            _ => {
                let index = bit.index(nodes[at].len() * 8);
                nodes[at][index / 8] ^= 1 << (index % 8);
            }
        }
        prop_assert!(nodes == honest || walk(&trie.root(), &keys, &nodes).is_err());
    }

    #[test]
    fn m3_nodes_for_other_keys_never_lie(map in map(), keys in btree_set(key(), 1..6), asked in btree_set(key(), 1..6)) {
        let trie = Trie::new(&map).unwrap();
        let keys: Vec<_> = keys.into_iter().collect();
        let asked: Vec<_> = asked.into_iter().collect();
        let nodes = batch(&keys, |key| trie.proof(key));
        for (key, outcome) in asked.iter().zip(walk(&trie.root(), &asked, &nodes).unwrap_or_default()) {
            match outcome {
                Outcome::Value(value) => prop_assert_eq!(map.get(key).map(Vec::as_slice), Some(value)),
                Outcome::Absent(_) => prop_assert!(!map.contains_key(key)),
            }
        }
    }

    #[test]
    fn r1_any_keys_and_nodes_are_walked_without_a_panic(
        keys in vec(key(), 0..6), nodes in vec(vec(any::<u8>(), 0..60), 0..6),
    ) {
        let root = nodes.first().map_or(EMPTY_ROOT, |node| root_of(node));
        let _ = walk(&root, &keys, &nodes);
        let packed = nodes.concat();
        let _ = Batch::packed(&root, &packed).walk::<Vec<_>, _>(&keys);
    }
}
