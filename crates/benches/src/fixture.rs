//! The measured proofs: out of `vectors/mpt/honest.json`, and made up for the shapes that it does not have.

#![expect(clippy::panic, reason = "a measurement cannot go on without its input")]

use crate::made::{self, Deep};
use alloy_primitives::{B256, Bytes};
use mpt_proof::{
    builder::{self, Batch, OrderedTrie},
    receipt,
};
use serde::Deserialize;
use std::{fs, path::PathBuf};

/// What is measured: our name for it, what it is, and the name the vectors give it.
const COMMITTED: [(&str, &str, &str); 4] = [
    ("receipt3", "receipt 100 of 200", "block of 200, receipt 100"),
    ("receipt_first", "receipt 0 of 200", "block of 200, receipt 0"),
    ("receipt_far", "receipt 256 of 257", "block of 257, receipt 256"),
    ("account8", "full branches above a leaf", "8 nodes"),
];

/// A proof with what it proves.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// Our name for it.
    pub name: &'static str,
    /// What it is.
    pub what: &'static str,
    /// Root of the trie.
    pub root: B256,
    /// Raw key.
    pub key: Bytes,
    /// The transaction's index, if the key is made of one and not hashed.
    pub index: Option<u64>,
    /// Nodes from the root down.
    pub proof: Vec<Bytes>,
    /// The value under the key, if it is not an absence that is proven.
    pub value: Option<Bytes>,
}

impl Fixture {
    /// Bytes that are hashed.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.proof.iter().map(|node| node.len()).sum()
    }

    /// The nodes, one behind the other.
    #[must_use]
    pub fn packed(&self) -> Bytes {
        builder::packed(&self.proof)
    }

    /// Without what the verifier can tell.
    ///
    /// # Panics
    ///
    /// Never: all proofs here are from tries in which no branch has a value.
    #[must_use]
    pub fn compact(&self) -> Bytes {
        builder::compact(&self.key, &self.proof).expect("a compact form")
    }

    /// A receipt's proof, or that of its absence.
    #[must_use]
    pub fn receipt(
        (name, what): (&'static str, &'static str),
        block: &OrderedTrie,
        index: u64,
    ) -> Self {
        let value = usize::try_from(index).ok().and_then(|index| block.values().get(index));
        Self {
            name,
            what,
            root: block.root(),
            key: Bytes::copy_from_slice(receipt::index_key(index).as_ref()),
            index: Some(index),
            proof: block.proof(index),
            value: value.cloned(),
        }
    }

    fn deep((name, what): (&'static str, &'static str), deep: Deep) -> Self {
        let (root, proof, value) = (deep.root, deep.proof, Some(deep.value));
        let key = Bytes::copy_from_slice(deep.key.as_slice());
        Self { name, what, root, key, index: None, proof, value }
    }

    fn deep_absent((name, what): (&'static str, &'static str), deep: Deep) -> Self {
        let key = Bytes::copy_from_slice(deep.absent.as_slice());
        Self { key, value: None, ..Self::deep((name, what), deep) }
    }
}

/// Receipts of one block, proven together.
#[derive(Clone, Debug)]
pub struct Joint {
    /// Root of the trie.
    pub root: B256,
    /// The keys and the nodes, each listed once.
    pub batch: Batch<Bytes>,
    /// The same proofs alone, in the order of the keys.
    pub single: Vec<Fixture>,
}

/// So many receipts of the made-up block of 200, spread over it.
///
/// # Panics
///
/// Never: the proofs are the builder's own.
#[must_use]
pub fn joint(count: u64) -> Joint {
    let block = made::block(200);
    let indices = (0..count).map(|place| place * 200 / count);
    let mut single: Vec<_> =
        indices.map(|index| Fixture::receipt(("batch", "of one block"), &block, index)).collect();
    single.sort_by(|a, b| a.key.cmp(&b.key));
    let proofs = single.iter().map(|fixture| (fixture.key.clone(), fixture.proof.clone()));
    let batch = builder::batch(proofs).expect("honest proofs under one root");
    Joint { root: block.root(), batch, single }
}

/// Full branches, no two alike.
#[must_use]
pub fn branches(count: usize) -> Vec<Bytes> {
    let mut branches = made::account(count + 1).proof;
    branches.truncate(count);
    branches
}

/// The proofs of one key that are measured.
///
/// # Panics
///
/// When the committed vectors are missing or lack one of them: the tables would be of other proofs.
#[must_use]
pub fn measured() -> Vec<Fixture> {
    let [receipt3, receipt_first, receipt_far, account8] = committed();
    let block = made::block(200);
    let thousands = made::block(3000);
    let leaf = "full branches above a leaf";
    let other = "full branches above another's leaf";
    let fixtures = vec![
        receipt3,
        receipt_first,
        receipt_far,
        Fixture::receipt(("receipt5", "receipt 150 of 200, made up"), &block, 150),
        Fixture::receipt(("receipt7", "receipt 2000 of 3000, made up"), &thousands, 2000),
        account8,
        Fixture::deep(("account10", leaf), made::account(10)),
        Fixture::deep(("storage6", leaf), made::storage(6)),
        Fixture::deep(("storage10", leaf), made::storage(10)),
        Fixture::receipt(("receipt_absent", "no receipt 200 of 200"), &block, 200),
        Fixture::deep_absent(("account_absent", other), made::account(8)),
        Fixture::deep_absent(("slot_absent", other), made::storage(6)),
    ];
    for (name, nodes) in [("receipt5", 5), ("receipt7", 7), ("account10", 10), ("storage6", 6)] {
        let fixture = fixtures.iter().find(|fixture| fixture.name == name);
        assert_eq!(fixture.map(|fixture| fixture.proof.len()), Some(nodes), "nodes of {name}");
    }
    fixtures
}

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    name: String,
    root: B256,
    key: Bytes,
    proof: Vec<Bytes>,
    expect: Expect,
    transaction_index: Option<u64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Expect {
    Present { value: Bytes },
    Absent(serde::de::IgnoredAny),
}

fn committed() -> [Fixture; 4] {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vectors/mpt/honest.json");
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let vectors: Vectors = serde_json::from_str(&text).expect("vectors of the documented form");
    COMMITTED.map(|(name, what, theirs)| {
        let case =
            vectors.cases.iter().find(|case| case.name == theirs).expect("a case of this name");
        let Expect::Present { value } = &case.expect else { panic!("{theirs} proves an absence") };
        Fixture {
            name,
            what,
            root: case.root,
            key: case.key.clone(),
            index: case.transaction_index,
            proof: case.proof.clone(),
            value: Some(value.clone()),
        }
    })
}
