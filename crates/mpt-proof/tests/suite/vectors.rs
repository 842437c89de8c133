//! `vectors/mpt`: `adversarial.json` with the error of each refusal in `adversarial.errors.json`, and
//! `honest.json`, whose prover is py-trie.

use super::spelling::solidity;
use alloy_primitives::{B256, Bytes};
use mpt_proof::{
    Outcome, proof,
    receipt::{Receipt, TypePolicy, index_key},
};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::PathBuf};

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vectors/mpt").join(name)
}

fn read(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(path(name)).unwrap()).unwrap()
}

fn vectors() -> Vec<Value> {
    read("adversarial.json").as_array().unwrap().clone()
}

fn bytes(value: &Value) -> Bytes {
    value.as_str().unwrap().parse().unwrap()
}

fn nodes(vector: &Value) -> Vec<Bytes> {
    vector["proof"].as_array().unwrap().iter().map(bytes).collect()
}

fn walk<'p>(vector: &Value, nodes: &'p [Bytes]) -> Result<Outcome<'p>, proof::Error> {
    let root: B256 = vector["root"].as_str().unwrap().parse().unwrap();
    proof::walk(&root, &bytes(&vector["key"]), nodes)
}

#[expect(clippy::panic, reason = "a helper of tests")]
fn assert_expected(vector: &Value, name: &Value) {
    match (walk(vector, &nodes(vector)), &vector["expect"]) {
        (Ok(Outcome::Value(got)), Value::Object(expect)) => {
            assert_eq!(got, &bytes(&expect["value"])[..], "{name}");
        }
        (Ok(Outcome::Absent(_)), Value::String(expect)) => assert_eq!(expect, "absent", "{name}"),
        (Err(_), Value::String(expect)) => assert_eq!(expect, "reject", "{name}"),
        (got, expect) => panic!("{name}: {got:?} where {expect} is due"),
    }
}

#[test]
fn m4_honest_proofs_of_another_prover() {
    for case in read("honest.json")["cases"].as_array().unwrap() {
        assert_ne!(case["expect"], "reject");
        assert_expected(case, &case["name"]);
        if case["kind"] != "receipt" || case["expect"] == "absent" {
            continue;
        }
        let value = bytes(&case["expect"]["value"]);
        let receipt = Receipt::decode(&value, TypePolicy::Any).unwrap();
        assert_eq!(Some(receipt.success), case["succeeded"].as_bool());
        assert_eq!(Some(u64::from(receipt.tx_type)), case["type"].as_u64());
        let index = case["transactionIndex"].as_u64().unwrap();
        assert_eq!(index_key(index).as_ref(), &bytes(&case["key"])[..]);
        let logs = case["logs"].as_array().unwrap();
        assert_eq!(receipt.logs().count(), logs.len());
        for (log, expected) in receipt.logs().zip(logs) {
            assert_eq!(log.unwrap().address.as_slice(), &bytes(&expected["emitter"])[..]);
        }
    }
}

#[test]
fn every_adversarial_vector_has_its_outcome() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 58);
    for vector in &vectors {
        let (id, nodes) = (&vector["id"], nodes(vector));
        assert_expected(vector, id);
        for forged in vector["forged"].as_array().unwrap().iter().filter(|value| value.is_string())
        {
            let root: B256 = vector["root"].as_str().unwrap().parse().unwrap();
            let got = proof::inclusion(&root, &bytes(&vector["key"]), &nodes);
            assert_ne!(got, Ok(&bytes(forged)[..]), "{id}");
        }
    }
}

/// With `HELIOGRAPH_BLESS` set, writes the file instead.
#[test]
fn m16_every_refusal_is_the_recorded_error() {
    let mut errors = BTreeMap::new();
    for vector in vectors() {
        if let Err(error) = walk(&vector, &nodes(&vector)) {
            errors.insert(vector["id"].as_str().unwrap().to_owned(), solidity(error.into()));
        }
    }
    let path = path("adversarial.errors.json");
    if std::env::var_os("HELIOGRAPH_BLESS").is_some() {
        fs::write(&path, serde_json::to_string_pretty(&errors).unwrap() + "\n").unwrap();
    }
    let recorded: BTreeMap<String, String> =
        serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(errors, recorded);
}
