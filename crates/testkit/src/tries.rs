//! Honest tries and the proofs cut from them, as proptest strategies.

mod receipts;
mod state;

pub(crate) use receipts::with_type;
pub use receipts::{LogEntry, ReceiptEntry, ReceiptsTrie, receipt, receipts_trie};
pub use state::{AccountEntry, StateTrie, state_trie, storage_trie};

use alloy_primitives::{B256, Bytes, keccak256};
use mpt_proof::builder::Trie;
use proptest::{collection::btree_map, prelude::*, sample::Index};
use std::collections::BTreeMap;

/// A root, a key and the nodes that prove the key's value or its absence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofCase {
    /// Root of the trie.
    pub root: B256,
    /// The key asked for.
    pub key: Vec<u8>,
    /// The nodes, from the root down.
    pub nodes: Vec<Bytes>,
    /// What the trie has under the key.
    pub value: Option<Vec<u8>>,
}

/// The proof of a key in a trie with these entries.
///
/// # Panics
/// If a key is too long or a value empty.
#[expect(clippy::expect_used, reason = "strategies make no such entry")]
pub fn prove(entries: &BTreeMap<Vec<u8>, Vec<u8>>, key: &[u8]) -> ProofCase {
    let trie = Trie::new(entries).expect("keys of at most 32 bytes and values of at least one");
    ProofCase {
        root: trie.root(),
        key: key.to_vec(),
        nodes: trie.proof(key),
        value: entries.get(key).cloned(),
    }
}

/// A proof from a small trie with keys of any length, some of them prefixes of others, and short values: such tries
/// embed nodes in their parents.
pub fn small_trie() -> impl Strategy<Value = ProofCase> {
    let byte = prop_oneof![Just(0u8), Just(1), Just(0x10), Just(0x11), any::<u8>()];
    let key = proptest::collection::vec(byte, 0..5).boxed();
    let value = prop_oneof![
        3 => proptest::collection::vec(any::<u8>(), 1..4),
        1 => proptest::collection::vec(any::<u8>(), 30..36),
        1 => proptest::collection::vec(any::<u8>(), 60..80),
    ];
    cases(key.clone(), btree_map(key, value, 0..24))
}

/// A proof from a trie whose keys all have 3 bytes, so that none begins another, and whose values are short or long: most
/// branches have embedded nodes beside hashes.
pub fn short_trie() -> impl Strategy<Value = ProofCase> {
    let byte = prop_oneof![Just(0u8), Just(1), Just(0x10), Just(0xff), any::<u8>()];
    let key = proptest::collection::vec(byte, 3).boxed();
    let value = prop_oneof![
        proptest::collection::vec(any::<u8>(), 1..4),
        proptest::collection::vec(any::<u8>(), 40..50),
    ];
    cases(key.clone(), btree_map(key, value, 0..24))
}

/// A proof from a trie whose keys all have 32 bytes.
pub fn word_trie() -> impl Strategy<Value = ProofCase> {
    let key = prop_oneof![
        any::<[u8; 32]>().prop_map(|key| key.to_vec()),
        (any::<u8>(), any::<u8>()).prop_map(|(first, last)| {
            let mut key = vec![0x77; 32];
            (key[0], key[31]) = (first & 0x11, last);
            key
        }),
    ];
    let key = key.boxed();
    cases(key.clone(), btree_map(key, proptest::collection::vec(any::<u8>(), 1..80), 1..40))
}

/// A proof from one trie of two thousand hashed keys, whose upper branches are full.
///
/// # Panics
/// Never: its keys are hashes and its values are not empty.
#[expect(clippy::expect_used, reason = "an honest trie")]
pub fn wide_trie() -> impl Strategy<Value = ProofCase> {
    const KEYS: u16 = 2000;
    let key = |number: u16| keccak256(number.to_be_bytes());
    let entries = (0..KEYS).map(|number| (key(number), number.to_be_bytes()));
    let trie = Trie::new(entries).expect("an honest trie");
    // Beyond `KEYS` they are absent.
    (0..KEYS + KEYS / 4).prop_map(move |number| {
        let (key, value) = (key(number), number.to_be_bytes());
        ProofCase {
            root: trie.root(),
            key: key.to_vec(),
            nodes: trie.proof(key.as_slice()),
            value: (number < KEYS).then(|| value.to_vec()),
        }
    })
}

/// Three of four keys asked for are in the trie.
fn cases(
    key: BoxedStrategy<Vec<u8>>,
    entries: impl Strategy<Value = BTreeMap<Vec<u8>, Vec<u8>>>,
) -> impl Strategy<Value = ProofCase> {
    (entries, key, any::<Index>(), 0..4u8).prop_map(|(entries, other, index, which)| {
        let known = (which > 0 && !entries.is_empty())
            .then(|| entries.keys().nth(index.index(entries.len())))
            .flatten();
        let key = known.cloned().unwrap_or(other);
        prove(&entries, &key)
    })
}
