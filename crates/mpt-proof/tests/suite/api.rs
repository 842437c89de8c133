//! P02 and P05 to P10: what holds of every call, whatever the bytes.

use super::{
    encoding::{leaf, list, root_of, string},
    properties::{key, map},
    receipts::{receipt_of, receipt_with},
};
use alloy_primitives::{B256, Bytes, keccak256};
use alloy_trie::{HashBuilder, Nibbles, proof::ProofRetainer, proof::verify_proof};
use eth_trie::{EthTrie, MemoryDB, Trie as _};
use mpt_proof::{
    Outcome,
    batch::{self, Batch},
    builder::Trie,
    proof::{self, EMPTY_ROOT, Error},
    receipt::{Receipt, TypePolicy, prove, prove_absent},
    rlp,
    state::Account,
};
use proptest::{collection::vec, prelude::*, sample::Index};
use std::{collections::BTreeMap, slice, sync::Arc};

#[test]
fn p02_nothing_that_is_unset_is_a_proof() {
    let none: [&[u8]; 0] = [];
    let zero = mpt_proof::Error::Proof(Error::ZeroRoot);
    assert_eq!(proof::walk(&B256::default(), &[], &none), Err(Error::ZeroRoot));
    assert_eq!(prove(&B256::default(), 0, &none, TypePolicy::default()), Err(zero));
    assert_eq!(prove_absent(&B256::default(), 0, &none), Err(zero));
    // The roots of an account that was never read.
    let unset = Account {
        nonce: 0,
        balance: alloy_primitives::U256::ZERO,
        storage_root: B256::default(),
        code_hash: B256::default(),
    };
    assert_eq!(unset.storage(&B256::default(), &none), Err(zero));
    assert_eq!(unset.storage_absent(&B256::default(), &none), Err(zero));
    // No byte where a node or a value is due.
    let empty: [&[u8]; 1] = [&[]];
    let mismatch = Error::HashMismatch { index: 0 };
    assert_eq!(proof::walk(&EMPTY_ROOT, &[], &empty), Err(mismatch));
    let too_short = Err(Error::Rlp(rlp::Error::InputTooShort));
    assert_eq!(proof::walk(&keccak256([]), &[], &empty), too_short);
    let no_byte = rlp::Error::InputTooShort;
    assert_eq!(Receipt::decode(&[], TypePolicy::Known), Err(no_byte.into()));
    assert_eq!(Account::decode(&[]), Err(no_byte.into()));
}

/// Bytes that claim a length of up to 2⁶⁴ − 1, as a string and as a list.
fn claims() -> impl Iterator<Item = Vec<u8>> {
    (1..=8_u8).flat_map(|width| {
        let length = vec![0xff; usize::from(width)];
        [0xb7, 0xf7].map(|base| [&[base + width], &length[..], &[5; 40]].concat())
    })
}

#[test]
fn p07_claimed_lengths_allocate_nothing() {
    for claim in claims() {
        let nodes =
            [claim.clone(), list(slice::from_ref(&claim)), list(&[string(&[0x20]), claim.clone()])];
        let receipt = receipt_with(3, list(slice::from_ref(&claim)));
        let account = list(&vec![claim.clone(); 4]);
        let too_short = rlp::Error::InputTooShort;
        for node in &nodes {
            let root = root_of(node);
            let mut walked = Ok(Outcome::Value(&[]));
            let counted = allocation_counter::measure(|| {
                walked = proof::walk(&root, &[1], slice::from_ref(node));
            });
            assert_eq!(walked, Err(Error::Rlp(too_short)));
            assert_eq!(counted.count_total, 0);
        }
        let mut read = (None, None);
        let counted = allocation_counter::measure(|| {
            let receipt = Receipt::decode(&receipt, TypePolicy::Known);
            read =
                (receipt.and_then(|receipt| receipt.log(0)).err(), Account::decode(&account).err());
        });
        assert_eq!(read, (Some(too_short.into()), Some(too_short.into())));
        assert_eq!(counted.count_total, 0);
    }
}

#[test]
fn p05_a_value_ends_within_its_node() {
    // Nodes as slices of one buffer: what stands behind a node would complete it.
    let whole = leaf(&[0x20, 0x12], &[7; 100]);
    for missing in 1..whole.len() {
        let cut = &whole[..whole.len() - missing];
        let nodes = [cut];
        let walked = proof::walk(&root_of(cut), &[0x12], &nodes);
        assert_eq!(walked, Err(Error::Rlp(rlp::Error::InputTooShort)));
    }
    let value = receipt_of(&[]);
    for end in 0..value.len() {
        let error = Err(rlp::Error::InputTooShort.into());
        assert_eq!(Receipt::decode(&value[..end], TypePolicy::Known), error);
    }
}

/// The root and the proof that alloy-trie makes; it has no empty key and no values in branches.
fn alloy(map: &BTreeMap<Vec<u8>, Vec<u8>>, target: &[u8]) -> (B256, Vec<Bytes>) {
    let retainer = ProofRetainer::new(vec![Nibbles::unpack(target)]);
    let mut builder = HashBuilder::default().with_proof_retainer(retainer);
    for (key, value) in map {
        builder.add_leaf(Nibbles::unpack(key), value);
    }
    let root = builder.root();
    let nodes = builder.take_proof_nodes().into_nodes_sorted();
    (root, nodes.into_iter().map(|(_, node)| node).collect())
}

fn without_prefixes(map: &BTreeMap<Vec<u8>, Vec<u8>>) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let begins = |key: &Vec<u8>| {
        map.range(key.clone()..).nth(1).is_some_and(|(next, _)| next.starts_with(key))
    };
    map.iter()
        .filter(|(key, _)| !key.is_empty() && !begins(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// The oracles list the nodes that are embedded in their parents, too.
fn listed<'n>(nodes: impl Iterator<Item = &'n [u8]>) -> Vec<Bytes> {
    let listed = nodes.enumerate().filter(|(place, node)| *place == 0 || node.len() >= 32);
    listed.map(|(_, node)| Bytes::copy_from_slice(node)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn p08_a_changed_byte_is_refused_at_its_node(map in map(), key in key(), at: Index, place: Index, by in 1..=u8::MAX) {
        let trie = Trie::new(&map).unwrap();
        let mut nodes: Vec<Vec<u8>> = trie.proof(&key).iter().map(|node| node.to_vec()).collect();
        let at = at.index(nodes.len());
        let place = place.index(nodes[at].len());
        nodes[at][place] ^= by;
        let error = Err(Error::HashMismatch { index: at as u64 });
        prop_assert_eq!(proof::walk(&trie.root(), &key, &nodes), error);
    }

    #[test]
    fn p08_another_order_is_refused_where_it_differs(map in map(), key in key(), order: [Index; 8]) {
        let trie = Trie::new(&map).unwrap();
        let honest = trie.proof(&key);
        let mut nodes = honest.clone();
        for (at, other) in order.iter().enumerate().take(nodes.len()) {
            let other = other.index(nodes.len());
            nodes.swap(at, other);
        }
        let walked = proof::walk(&trie.root(), &key, &nodes);
        match honest.iter().zip(&nodes).position(|(due, got)| due != got) {
            None => prop_assert!(walked.is_ok()),
            Some(index) => {
                let index = index as u64;
                prop_assert_eq!(walked, Err(Error::HashMismatch { index }));
            }
        }
    }

    #[test]
    fn p09_m16_eth_trie_agrees_on_keys_of_any_length(map in map(), others in vec(key(), 4)) {
        let mut oracle = EthTrie::new(Arc::new(MemoryDB::new(true)));
        for (key, value) in &map {
            oracle.insert(key, value).unwrap();
        }
        let trie = Trie::new(&map).unwrap();
        prop_assert_eq!(oracle.root_hash().unwrap(), trie.root());
        for key in map.keys().chain(&others) {
            let nodes = trie.proof(key);
            // It reads one byte from 0x80 on with the header in front, and so spoils its own proofs.
            let is_misread = |value: &Vec<u8>| matches!(value[..], [0x80..=0xff]);
            if !map.values().any(is_misread) {
                let theirs = oracle.get_proof(key).unwrap();
                prop_assert_eq!(listed(theirs.iter().map(Vec::as_slice)), &nodes[..]);
            }
            if map.get(key).is_some_and(is_misread) {
                continue;
            }
            let found = oracle.verify_proof(trie.root(), key, nodes.iter().map(|node| node.to_vec()).collect());
            let found = found.unwrap();
            prop_assert_eq!(found.as_ref(), map.get(key));
            match proof::walk(&trie.root(), key, &nodes).unwrap() {
                Outcome::Value(value) => prop_assert_eq!(found.as_deref(), Some(value)),
                Outcome::Absent(_) => prop_assert_eq!(found, None),
            }
        }
    }

    #[test]
    fn p09_m16_alloy_trie_agrees_on_keys_of_mixed_length(map in map(), others in vec(key(), 4)) {
        let map = without_prefixes(&map);
        prop_assume!(!map.is_empty());
        let trie = Trie::new(&map).unwrap();
        for key in map.keys().chain(&others) {
            let (root, theirs) = alloy(&map, key);
            prop_assert_eq!(root, trie.root());
            let nodes = trie.proof(key);
            prop_assert_eq!(listed(theirs.iter().map(|node| &node[..])), &nodes[..]);
            // A root node shorter than 32 bytes it takes for an embedded one.
            if nodes[0].len() < 32 {
                continue;
            }
            let held = map.get(key).cloned();
            let asked = verify_proof(root, Nibbles::unpack(key), held.clone(), &nodes);
            prop_assert!(asked.is_ok(), "{:?}", asked);
            match proof::walk(&root, key, &nodes).unwrap() {
                Outcome::Value(value) => prop_assert_eq!(held.as_deref(), Some(value)),
                Outcome::Absent(_) => prop_assert_eq!(held, None),
            }
        }
    }

    #[test]
    fn p10_a_batch_names_the_item_that_is_bad(map in map(), others in vec(key(), 0..4), at: Index, place: Index, by in 1..=u8::MAX) {
        let mut keys: Vec<Vec<u8>> = map.keys().cloned().chain(others).collect();
        keys.sort();
        keys.dedup();
        let trie = Trie::new(&map).unwrap();
        let mut nodes: Vec<Vec<u8>> =
            trie.batch(&keys).unwrap().nodes.iter().map(|node| node.to_vec()).collect();
        let at = at.index(nodes.len());
        let place = place.index(nodes[at].len());
        // The item for which the node is due: with it the list becomes long enough.
        let item = (0..keys.len()).find(|last| trie.batch(&keys[..=*last]).unwrap().nodes.len() > at);
        nodes[at][place] ^= by;
        let error = batch::Error::Proof {
            item: item.unwrap() as u64,
            error: Error::HashMismatch { index: at as u64 },
        };
        let walked: Result<Vec<_>, _> = Batch::new(&trie.root(), &nodes).walk(&keys);
        prop_assert_eq!(walked, Err(error));
    }

    #[test]
    fn p10_a_key_or_a_node_that_comes_twice_is_refused(map in map(), at: Index) {
        let keys: Vec<_> = map.keys().cloned().collect();
        let trie = Trie::new(&map).unwrap();
        let nodes = trie.batch(&keys).unwrap().nodes;
        let root = trie.root();

        let item = at.index(keys.len());
        let mut twice = keys.clone();
        twice.insert(item, keys[item].clone());
        let walked: Result<Vec<_>, _> = Batch::new(&root, &nodes).walk(&twice);
        prop_assert_eq!(walked, Err(batch::Error::Order { item: item as u64 + 1 }));

        let place = at.index(nodes.len());
        let mut again = nodes.clone();
        again.insert(place, nodes[place].clone());
        let walked: Result<Vec<_>, _> = Batch::new(&root, &again).walk(&keys);
        let Err(batch::Error::Proof { item, error }) = walked else {
            return Err(TestCaseError::fail("a node twice"));
        };
        match nodes.iter().zip(&again).position(|(due, got)| due != got) {
            Some(index) => prop_assert_eq!(error, Error::HashMismatch { index: index as u64 }),
            None => {
                let index = nodes.len() as u64;
                let last = keys.len() as u64 - 1;
                prop_assert_eq!((item, error), (last, Error::TrailingNode { index }));
            }
        }
    }
}
