//! The measured proofs, out of `vectors/mpt/honest.json`.

#![expect(clippy::panic, reason = "a measurement cannot go on without its input")]

use alloy_primitives::{B256, Bytes};
use serde::Deserialize;
use std::{fs, path::PathBuf};

/// What is measured: our name for it, and the name the vectors give it.
const MEASURED: [(&str, &str); 4] = [
    ("receipt3", "block of 200, receipt 100"),
    ("receipt_first", "block of 200, receipt 0"),
    ("receipt_far", "block of 257, receipt 256"),
    ("account8", "8 nodes"),
];

/// A proof with what it proves.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// Our name for it.
    pub name: &'static str,
    /// Root of the trie.
    pub root: B256,
    /// Raw key.
    pub key: Bytes,
    /// Nodes from the root down.
    pub proof: Vec<Bytes>,
    /// The value under the key.
    pub value: Bytes,
}

impl Fixture {
    /// Bytes that are hashed.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.proof.iter().map(|node| node.len()).sum()
    }
}

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    root: B256,
    key: Bytes,
    proof: Vec<Bytes>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Expect {
    Present { value: Bytes },
    Absent(serde::de::IgnoredAny),
}

/// The proofs that are measured.
///
/// # Panics
///
/// When the committed vectors are missing or lack one of them: the tables would be of other proofs.
#[must_use]
pub fn measured() -> Vec<Fixture> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vectors/mpt/honest.json");
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let vectors: Vectors = serde_json::from_str(&text).expect("vectors of the documented form");
    MEASURED.map(|(name, theirs)| named(&vectors, name, theirs)).into()
}

fn named(vectors: &Vectors, name: &'static str, theirs: &str) -> Fixture {
    let case = vectors.cases.iter().find(|case| case.name == theirs).expect("a case of this name");
    let Expect::Present { value } = &case.expect else { panic!("{theirs} proves an absence") };
    Fixture {
        name,
        root: case.root,
        key: case.key.clone(),
        proof: case.proof.clone(),
        value: value.clone(),
    }
}
