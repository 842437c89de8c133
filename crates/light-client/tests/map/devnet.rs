//! Real headers, seals and receipts of the network 213, through two changes of its validators.
//!
//! The data is not part of the repository. `HELIOGRAPH_VECTORS` says where it is.

use alloy_primitives::{B256, hex, keccak256};
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use light_client::{
    crypto::bn254::{DefaultBn254, G1, G2},
    map::{
        Checkpoint, Client, Config, Head, SealedHeader, Trusted,
        builder::{self, OwnedUpdate, Validator},
        networks::{DEVNET, DEVNET_START},
    },
};
use mpt_proof::{proof, receipt};
use serde_json::Value;
use std::{
    env, fs,
    io::{self, Write},
    path::PathBuf,
};

const FILE: &str = "map/map_devnet_213.json";

/// The real data, or `None`, which is said, when it is not there.
fn devnet() -> Option<Value> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
    let path = env::var_os("HELIOGRAPH_VECTORS").map_or_else(beside, PathBuf::from).join(FILE);
    let bytes = fs::read(&path);
    if bytes.is_err() {
        // Written past the test harness, which swallows what a passing test prints.
        let _ = writeln!(io::stderr(), "skipped: no {}; see HELIOGRAPH_VECTORS", path.display());
    }
    Some(serde_json::from_slice(&bytes.ok()?).unwrap())
}

/// Skips the test when the data is not there.
macro_rules! devnet {
    () => {
        match devnet() {
            Some(data) => data,
            None => return,
        }
    };
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn word(value: &Value) -> B256 {
    B256::from_slice(&bytes(value))
}

fn headers(data: &Value) -> Vec<&Value> {
    data["headers"].as_array().unwrap().iter().collect()
}

/// The four validators of the first headers. Their keys on G2 are in the order of the precompile already.
fn first_set(data: &Value) -> Vec<Validator> {
    let validators = data["init"]["validators"].as_array().unwrap().iter();
    let g2 = |value: &Value| G2(bytes(&value["_BLSPublicKey"]).try_into().unwrap());
    let g1 = |value: &Value| G1(bytes(&value["_BLSG1PublicKey"]).try_into().unwrap());
    validators.map(|value| Validator { g1: g1(value), g2: g2(value) }).collect()
}

fn keys(set: &[Validator]) -> Vec<G1> {
    set.iter().map(|validator| validator.g1).collect()
}

fn client() -> Client<DefaultBn254> {
    Client::new(DEVNET, DefaultBn254::default()).unwrap()
}

fn trust(epoch: u64, set: &[Validator]) -> Trusted {
    let commitment = builder::commitment(&keys(set)).unwrap();
    let checkpoint = Checkpoint { epoch, time: 0, keys: &keys(set) };
    client().checkpoint(&checkpoint, &commitment, 0).unwrap()
}

#[test]
fn smoke() {
    let data = devnet!();
    let set = first_set(&data);
    println!("{}", builder::commitment(&keys(&set)).unwrap());
    let all: Vec<Vec<u8>> =
        headers(&data)[..21].iter().map(|header| bytes(&header["header_rlp"])).collect();
    let (update, _) = OwnedUpdate::new(&DEVNET, &set, &all).unwrap();
    let client =
        Client::new(Config { trusting_period: u64::MAX, ..DEVNET }, DefaultBn254::default())
            .unwrap();
    let (next, head) = client.update(&trust(3, &set), &update.encode(), u64::MAX).unwrap();
    println!("{next:?} {head:?}");
    assert_eq!(head.block_hash(), word(&headers(&data)[20]["hash"]));
}
