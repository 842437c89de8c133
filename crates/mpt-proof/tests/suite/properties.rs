//! Properties of the verifier over tries with keys of any length, and over hostile nodes.
//!
//! Each property has a test whose name starts with its number; random inputs unless it says all.
//!
//! | | property | tests |
//! |---|---|---|
//! | R1 | total | `rlp_properties`, `logs`, `properties`, `packed`, `compact`, `batch`; `exhaustive` for short inputs |
//! | R2, R3, R4 | canonical, complete, exact | `rlp_properties` |
//! | R5 | bounds | `exhaustive`: all prefixes with all boundary lengths; `rlp` |
//! | R6 | kind | `exhaustive`: all lengths in all reads; `rlp` |
//! | R7 | depth | `rlp_properties` |
//! | M1, M2 | inclusion and exclusion are sound | here, `batch`, `compact` |
//! | M3 | one outcome | here, `batch`, `compact` |
//! | M4 | honest proofs are accepted | here, `oracle`, `vectors`, `mainnet`, `batch`, `compact`; K08 in `cases` |
//! | M5 | no truncation | here, `tries`, `compact` |
//! | M6 | one list of nodes | `exhaustive`: all lists of up to four of three; here, `tries`, `packed`, `compact`, `batch` |
//! | M7 | a value is no reference | here, `tries`; T01 and T05 in `cases` |
//! | M8 | hex-prefix form | `exhaustive`: all 256 first bytes; `nodes` |
//! | M9 | two or seventeen items | `exhaustive`: all counts; `nodes` |
//! | M10 | form of a child | `exhaustive`: all lengths in all places; `nodes` |
//! | M11 | no nibble past the key | `exhaustive`: all lengths of key and path; here, `tries` |
//! | M12 | bound to the root | `exhaustive`: all bits of root, key and nodes; here, `tries` |
//! | M13 | storage is chained to its account | `state`; S05 in `cases` |
//! | M14 | an event is bound | `logs`, `mainnet`; R01 to R27 in `cases` |
//! | M15 | work follows the bytes | here; `api` and `tests/allocations.rs` as P07; gas in the contracts' tests |
//! | M16 | agreement | `oracle`, `vectors`, `api` as P09; with Solidity in the tests of `testkit` |

use super::encoding::{branch, extension, leaf, list, root_of, string};
use alloy_primitives::{B256, Bytes, keccak256};
use mpt_proof::{
    Keccak, Outcome,
    builder::Trie,
    proof::{self, Error},
};
use proptest::{collection::vec, prelude::*, sample::Index};
use std::{cell::Cell, collections::BTreeMap};

type Map = BTreeMap<Vec<u8>, Vec<u8>>;

/// Keys of few letters share prefixes, and are prefixes of one another.
pub(crate) fn key() -> impl Strategy<Value = Vec<u8>> {
    let letter = prop::sample::select(vec![0x00_u8, 0x01, 0x10, 0x11, 0x1f, 0xff]);
    prop_oneof![vec(letter, 0..4), vec(any::<u8>(), 0..33), vec(0x11..0x13_u8, 30..33)]
}

/// Short values make embedded nodes; some look like references.
pub(crate) fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 1..4),
        vec(any::<u8>(), 1..80),
        vec(any::<u8>(), 32).prop_map(|hash| string(&hash)),
    ]
}

pub(crate) fn map() -> impl Strategy<Value = Map> {
    prop::collection::btree_map(key(), value(), 1..24)
}

fn trie(map: &Map) -> Trie {
    Trie::new(map).unwrap()
}

fn held<'p>(map: &Map, key: &[u8], outcome: Outcome<'p>) -> bool {
    match outcome {
        Outcome::Value(value) => map.get(key).is_some_and(|held| held == value),
        Outcome::Absent(_) => !map.contains_key(key),
    }
}

/// A node that is right or nearly so, of hashes, embedded nodes and values at random.
fn hostile_node() -> impl Strategy<Value = Vec<u8>> {
    let path = prop_oneof![
        vec(any::<u8>(), 0..3),
        (prop::sample::select(vec![0x00_u8, 0x11, 0x20, 0x31]), vec(any::<u8>(), 0..2))
            .prop_map(|(first, rest)| [vec![first], rest].concat()),
    ];
    let item = prop_oneof![
        3 => Just(string(&[])),
        2 => vec(any::<u8>(), 32).prop_map(|bytes| string(&bytes)),
        1 => vec(any::<u8>(), 0..40).prop_map(|bytes| string(&bytes)),
        1 => vec(any::<u8>(), 0..36).prop_map(|bytes| list(&[bytes])),
    ];
    let short = (path, item.clone()).prop_map(|(path, item)| extension(&path, &item));
    let embedding = (short.clone(), 0..16_usize).prop_map(|(inner, place)| {
        branch(&[(place, inner), ((place + 1) % 16, string(&[1; 32]))], &[])
    });
    prop_oneof![
        short,
        embedding,
        vec(item.clone(), 17).prop_map(|items| list(&items)),
        vec(item, 0..20).prop_map(|items| list(&items)),
        vec(any::<u8>(), 0..80),
    ]
}

struct Counting(Cell<usize>);

impl Keccak for Counting {
    fn keccak256(&self, bytes: &[u8]) -> B256 {
        self.0.set(self.0.get() + bytes.len());
        keccak256(bytes)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn m1_m2_m4_every_key_of_a_trie_and_every_other(map in map(), others in vec(key(), 8)) {
        let trie = trie(&map);
        for key in map.keys().chain(&others) {
            let nodes = trie.proof(key);
            let outcome = proof::walk(&trie.root(), key, &nodes).unwrap();
            prop_assert!(held(&map, key, outcome));
            let included = proof::inclusion(&trie.root(), key, &nodes).is_ok();
            prop_assert_eq!(included, proof::exclusion(&trie.root(), key, &nodes) == Err(Error::KeyPresent));
        }
    }

    #[test]
    fn m5_every_truncation_is_named(map in map(), key in key()) {
        let trie = trie(&map);
        let nodes = trie.proof(&key);
        for end in 0..nodes.len() {
            let error = Err(Error::TruncatedProof { index: end as u64 });
            prop_assert_eq!(proof::walk(&trie.root(), &key, &nodes[..end]), error);
        }
    }

    #[test]
    fn m6_no_other_list_of_nodes_is_accepted(map in map(), key in key(), at: Index, from: Index, edit in 0..5) {
        let trie = trie(&map);
        let honest = trie.proof(&key);
        let mut nodes = honest.clone();
        let (at, from) = (at.index(nodes.len()), from.index(nodes.len()));
        match edit {
            0 => nodes.push(honest[from].clone()),
            1 => nodes.insert(at, honest[from].clone()),
            2 => { nodes.remove(at); }
            3 => nodes.swap(at, from),
            _ => nodes[at] = Bytes::from([&honest[at][..], &[0]].concat()),
        }
        let result = proof::walk(&trie.root(), &key, &nodes);
        prop_assert!(nodes == honest || result.is_err());
        if edit == 0 {
            prop_assert_eq!(result, Err(Error::TrailingNode { index: honest.len() as u64 }));
        }
    }

    #[test]
    fn m3_m12_flipped_bits_never_change_the_answer(map in map(), key in key(), bit: Index, at: Index) {
        let trie = trie(&map);
        let nodes = trie.proof(&key);
        let mut root = trie.root();
        let index = bit.index(256);
        root[index / 8] ^= 1 << (index % 8);
        prop_assert_eq!(proof::walk(&root, &key, &nodes), Err(Error::HashMismatch { index: 0 }));

        let at = at.index(nodes.len());
        let mut flipped = nodes.clone();
        let mut bytes = flipped[at].to_vec();
        let index = bit.index(bytes.len() * 8);
        bytes[index / 8] ^= 1 << (index % 8);
        flipped[at] = bytes.into();
        let error = Err(Error::HashMismatch { index: at as u64 });
        prop_assert_eq!(proof::walk(&trie.root(), &key, &flipped), error);

        if !key.is_empty() {
            let mut other = key;
            let index = bit.index(other.len() * 8);
            other[index / 8] ^= 1 << (index % 8);
            if let Ok(outcome) = proof::walk(&trie.root(), &other, &nodes) {
                prop_assert!(held(&map, &other, outcome));
            }
        }
    }

    #[test]
    fn m3_a_proof_of_another_key_never_lies(map in map(), key in key(), other in key()) {
        let trie = trie(&map);
        if let Ok(outcome) = proof::walk(&trie.root(), &other, &trie.proof(&key)) {
            prop_assert!(held(&map, &other, outcome));
        }
    }

    #[test]
    fn m7_a_value_never_continues_the_walk(mut map in map(), key in key(), forged in value()) {
        let node = leaf(&[0x20], &forged);
        map.insert(key.clone(), root_of(&node).to_vec());
        let trie = trie(&map);
        let mut nodes = trie.proof(&key);
        let index = nodes.len() as u64;
        nodes.push(node.into());
        prop_assert_eq!(proof::walk(&trie.root(), &key, &nodes), Err(Error::TrailingNode { index }));
    }

    #[test]
    fn r1_m11_hostile_nodes_never_panic(node in hostile_node(), second in hostile_node(), key in key()) {
        let _ = proof::walk(&root_of(&node), &key, std::slice::from_ref(&node));
        let nodes = [extension(&[0x11], &string(root_of(&node).as_slice())), node, second];
        let _ = proof::walk(&root_of(&nodes[0]), &[&[0x12][..], &key].concat(), &nodes);
    }

    #[test]
    fn m15_no_byte_is_hashed_twice(map in map(), key in key()) {
        let trie = trie(&map);
        let nodes = trie.proof(&key);
        let counting = Counting(Cell::new(0));
        proof::walk_with(&counting, &trie.root(), &key, &nodes).unwrap();
        prop_assert_eq!(counting.0.get(), nodes.iter().map(|node| node.len()).sum::<usize>());
    }
}
