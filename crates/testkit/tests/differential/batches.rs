//! BAT-1 to BAT-3: many keys under one root, with each node listed once.

use crate::session::{ProofHarness, Session, cases};
use alloy_primitives::{B256, Bytes};
use bindings::Revert;
use mpt_proof::{Absence, Outcome, batch::Batch, builder::Trie};
use proptest::{collection::btree_map, prelude::*};
use testkit::dice::Dice;

/// Keys under one root, and the nodes of their proofs.
#[derive(Clone, Debug)]
struct Case {
    root: B256,
    keys: Vec<Bytes>,
    nodes: Vec<Bytes>,
}

#[test]
fn m16_batches() {
    let mut session = Session::new("batches");
    let to = session.harnesses(&["ProofHarness", "ProofHarnessReference"]);
    let strategy = batches();
    for _ in 0..cases() {
        let mut case = session.draw(&strategy);
        let name = spoil(&mut case, &mut session.dice);
        let Case { root, keys, nodes } = case;
        let batch = Batch::new(&root, &nodes);
        session.compare(
            &to,
            name,
            &ProofHarness::batchWalkCall { root, keys: keys.clone(), nodes: nodes.clone() },
            batch.clone().walk(&keys).map_err(Revert::from).map(|outcomes: Vec<_>| {
                let found = outcomes.iter().map(|outcome| matches!(outcome, Outcome::Value(_)));
                let values = outcomes.iter().map(|outcome| match outcome {
                    Outcome::Value(value) => Bytes::copy_from_slice(value),
                    Outcome::Absent(_) => Bytes::new(),
                });
                (found.collect(), values.collect()).into()
            }),
        );
        session.compare(
            &to,
            format!("{name}, inclusion"),
            &ProofHarness::batchInclusionCall { root, keys: keys.clone(), nodes: nodes.clone() },
            batch
                .clone()
                .inclusion(&keys)
                .map_err(Revert::from)
                .map(|values: Vec<&[u8]>| values.into_iter().map(Bytes::copy_from_slice).collect()),
        );
        session.compare(
            &to,
            format!("{name}, exclusion"),
            &ProofHarness::batchExclusionCall { root, keys: keys.clone(), nodes: nodes.clone() },
            batch.exclusion(&keys).map_err(Revert::from).map(|_: Vec<Absence>| ().into()),
        );
    }
    session.finish();
}

/// Some keys of a small trie, with all that lies between: present and absent ones, prefixes of one another, shared and
/// embedded nodes.
fn batches() -> impl Strategy<Value = Case> {
    let byte = prop_oneof![Just(0u8), Just(1), Just(0x10), Just(0x11), any::<u8>()];
    let key = proptest::collection::vec(byte, 0..5).boxed();
    let value = prop_oneof![
        2 => proptest::collection::vec(any::<u8>(), 1..4),
        1 => proptest::collection::vec(any::<u8>(), 40..80),
    ];
    let asked =
        proptest::collection::vec((key.clone(), any::<prop::sample::Index>(), 0..4u8), 0..8);
    (btree_map(key, value, 0..24), asked).prop_map(|(entries, asked)| {
        let trie = Trie::new(&entries).unwrap();
        let mut all = std::collections::BTreeSet::new();
        for (other, index, which) in asked {
            let known = (which > 0 && !entries.is_empty())
                .then(|| entries.keys().nth(index.index(entries.len())).cloned())
                .flatten();
            all.insert(known.unwrap_or(other));
        }
        let batch = trie.batch(&all).unwrap();
        let keys = all.iter().map(|key| Bytes::copy_from_slice(key)).collect();
        Case { root: trie.root(), keys, nodes: batch.nodes }
    })
}

/// Changes the keys, the nodes or the root, and says how.
fn spoil(case: &mut Case, dice: &mut Dice) -> &'static str {
    let (Case { root, keys, nodes }, place) = (case, dice.number());
    let at = |length: usize| usize::try_from(place % length.max(1) as u64).unwrap();
    let (key, node) = (at(keys.len()), at(nodes.len()));
    match dice.below(14) {
        0 if !keys.is_empty() => {
            keys.insert(key, keys[key].clone());
            "a key twice"
        }
        1 if keys.len() > 1 => {
            let other = (key + 1) % keys.len();
            keys.swap(key, other);
            "keys out of order"
        }
        2 if !keys.is_empty() => {
            keys.remove(key);
            "a key missing"
        }
        3 => {
            let length = dice.below(6);
            keys.insert(key, dice.bytes(length).into());
            "a key more"
        }
        4 if !keys.is_empty() => {
            keys[key] = [&keys[key][..], &[0]].concat().into();
            "a key longer by a zero"
        }
        5 if !keys.is_empty() => {
            keys[key] = vec![0x11; 33].into();
            "a key too long"
        }
        6 if !nodes.is_empty() => {
            nodes.remove(node);
            "a node missing"
        }
        7 if !nodes.is_empty() => {
            nodes.insert(node, nodes[node].clone());
            "a node twice"
        }
        8 if nodes.len() > 1 => {
            let other = (node + 1) % nodes.len();
            nodes.swap(node, other);
            "nodes out of order"
        }
        9 if !nodes.is_empty() => {
            let mut bytes = nodes[node].to_vec();
            let bit = dice.below(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            nodes[node] = bytes.into();
            "a bit of a node"
        }
        10 => {
            nodes.push(Bytes::from_static(&[0x80]));
            "a node more"
        }
        11 => {
            root[dice.below(32)] ^= 1;
            "a bit of the root"
        }
        12 => {
            *root = B256::ZERO;
            "no root"
        }
        _ => "honest",
    }
}
