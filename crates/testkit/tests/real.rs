//! Real chain data in Rust and in the contracts: a mainnet block, mainnet light-client updates, adversarial trie proofs.
//!
//! The data is read in place: see `testkit::vectors`. What is not there is skipped, and the output says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is a failed test"
)]

#[path = "differential/session.rs"]
#[allow(dead_code, reason = "this test does not use all of it")]
mod session;

use alloy_primitives::{Address, B256, Bytes, U256, b256, hex};
use alloy_sol_types::{SolCall, SolValue};
use bindings::{IBeaconLightClient as sol, ILightClient, Revert};
use light_client::{
    Header,
    beacon::{
        Client, Update,
        builder::{OwnedBootstrap, OwnedUpdate},
        networks::MAINNET,
        spec::{LightClientBootstrap, LightClientUpdate, Object, Preset, Version},
    },
    crypto::DefaultBls,
};
use mpt_proof::{
    Outcome,
    builder::{OrderedTrie, receipts},
    proof,
    receipt::{self, Receipt, TypePolicy, index_key},
};
use session::{ProofHarness, Session, artifact};
use testkit::{beacon::ExecutionBlock, vectors};

const BLOCK_HASH: B256 = b256!("2e4b7886373b6dbb3d03b6f51527c9a4624697c69aa1e081a99fe9cb65dbebaa");

const HARNESSES: [&str; 2] = ["ProofHarness", "ProofHarnessReference"];

/// The header and the receipts of mainnet block 22432102.
fn block() -> Option<(Header, OrderedTrie)> {
    let what = "receipts of mainnet block 22432102";
    let rlp = vectors::read("ethereum/mainnet_exec_header_22432102.rlp", what)?;
    let json = vectors::read("ethereum/mainnet_receipts_22432102.json", what)?;
    assert_eq!(ExecutionBlock::from_rlp(&rlp).unwrap().hash(), BLOCK_HASH);
    let header = Header::open(&rlp, &BLOCK_HASH).unwrap();
    let receipts = receipts::from_json(&String::from_utf8(json).unwrap()).unwrap();
    assert_eq!(receipts.len(), 215);
    Some((header, receipts::trie(&receipts, &header.receipts_root).unwrap()))
}

#[test]
fn m4_every_receipt_of_a_mainnet_block() {
    let Some((header, trie)) = block() else { return };
    let mut session = Session::new("mainnet receipts");
    let to = session.harnesses(&HARNESSES);
    let root = header.receipts_root;
    for index in 0..218 {
        let nodes = trie.proof(index);
        let key = Bytes::copy_from_slice(index_key(index).as_ref());
        let value = proof::inclusion(&root, &key, &nodes);
        assert_eq!(value.ok(), trie.values().get(usize::try_from(index).unwrap()).map(|v| &v[..]));
        let call = ProofHarness::inclusionCall { root, key, nodes: nodes.clone() };
        let rust = value.map(Bytes::copy_from_slice).map_err(Revert::from);
        session.compare(&to, "inclusion", &call, rust);
    }
    session.finish();
}

#[test]
fn m14_logs_of_a_mainnet_block() {
    let Some((header, trie)) = block() else { return };
    let mut session = Session::new("mainnet logs");
    let to = session.harnesses(&HARNESSES);
    for (index, value) in (0u64..).zip(trie.values()).step_by(3) {
        let entry = Receipt::decode(value, TypePolicy::Known).unwrap();
        let logs: Vec<_> = entry.logs().map(|log| log.unwrap()).collect();
        for (place, log) in (0u64..).zip(&logs).step_by(7) {
            let (emitter, topic0) =
                (log.address, log.topics().first().copied().unwrap_or_default());
            prove_log(&mut session, &to, &header, &trie, (index, place), (emitter, topic0));
        }
        // One past the last.
        let past = (index, logs.len() as u64);
        prove_log(&mut session, &to, &header, &trie, past, (Address::ZERO, B256::ZERO));
    }
    session.finish();
}

fn prove_log(
    session: &mut Session,
    to: &[Address],
    header: &Header,
    trie: &OrderedTrie,
    (index, place): (u64, u64),
    (emitter, topic0): (Address, B256),
) {
    let nodes = trie.proof(index);
    let rust = receipt::prove(&header.receipts_root, index, &nodes, TypePolicy::Known)
        .and_then(|receipt| Ok(receipt.select(place, &emitter, &topic0)?));
    let call = ProofHarness::proveLogCall {
        receiptsRoot: header.receipts_root,
        transactionIndex: index,
        nodes: nodes.clone(),
        policy: 0,
        logIndex: U256::from(place),
        emitter,
        topic0,
    };
    let rust = rust.map(|log| (log.topics().to_vec(), Bytes::copy_from_slice(log.data)).into());
    session.compare(to, "log", &call, rust.map_err(Revert::from));
}

/// A period of mainnet: its bootstrap, and the best update of the period.
fn period(fork: &str, version: Version) -> Option<(LightClientBootstrap, LightClientUpdate)> {
    let (slot, period) = if fork == "deneb" { (11_640_864, 1421) } else { (11_649_056, 1422) };
    let what = format!("the mainnet update of period {period}");
    let file = format!("ethereum/mainnet_{fork}_bootstrap_slot{slot}_period{period}.ssz");
    let bootstrap = vectors::read(&file, &what)?;
    let update =
        vectors::read(&format!("ethereum/mainnet_{fork}_update_period{period}.ssz"), &what)?;
    let bootstrap = LightClientBootstrap::from_ssz(&bootstrap, version, Preset::Mainnet).unwrap();
    Some((bootstrap, LightClientUpdate::from_ssz(&update, version, Preset::Mainnet).unwrap()))
}

#[test]
fn bcn_13_mainnet_within_electra() {
    let Some((bootstrap, update)) = period("electra", Version::Electra) else { return };
    let signing = bootstrap.current_sync_committee.clone();
    follow(&bootstrap, &[(update, signing)]);
}

#[test]
fn h12_mainnet_from_deneb_to_electra() {
    let Some((bootstrap, first)) = period("deneb", Version::Deneb) else { return };
    let Some((_, second)) = period("electra", Version::Electra) else { return };
    let signing = bootstrap.current_sync_committee.clone();
    let next = first.next_sync_committee.clone();
    follow(&bootstrap, &[(first, signing), (second, next)]);
}

/// Starts from a bootstrap and takes updates, each with the committee that signed it, in Rust and in the contract.
fn follow(
    bootstrap: &LightClientBootstrap,
    updates: &[(LightClientUpdate, light_client::beacon::spec::SyncCommittee)],
) {
    let mut session = Session::new("mainnet updates");
    let client = Client::new(MAINNET, DefaultBls::default()).unwrap();
    let root = bootstrap.header.beacon.hash_tree_root();
    let bootstrap = OwnedBootstrap::new(bootstrap);
    let mut now = MAINNET.genesis_time + 12 * (bootstrap.header.slot + 1);
    let (mut trusted, _) = client.bootstrap(&bootstrap.as_bootstrap(), &root, now).unwrap();
    let bootstrap = sol::Bootstrap::from(&bootstrap.as_bootstrap());
    let arguments = (sol::Config::from(&MAINNET), bootstrap, root, Address::repeat_byte(1));
    session.evm.set_timestamp(now);
    let at = session.evm.deploy(&artifact("BeaconLightClient"), &arguments.abi_encode_params());

    for (update, signing) in updates {
        let update = OwnedUpdate::new(&MAINNET, update, signing, true).unwrap();
        now = MAINNET.genesis_time + 12 * update.signature_slot;
        session.evm.set_timestamp(now);
        let bytes = update.encode();
        let read = Update::decode(&bytes).unwrap();
        let proven = client.verify_update(&trusted, &read, now).unwrap();
        let call = sol::verifyUpdateCall { encoded: bytes.clone().into() };
        session.compare(&[at], "verify", &call, Ok(proven));
        let flipped = (0..bytes.len()).step_by(97).map(|at| {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            bytes
        });
        for bytes in flipped {
            let refused = Update::decode(&bytes)
                .and_then(|update| client.verify_update(&trusted, &update, now));
            assert!(refused.is_err());
            let call = sol::verifyUpdateCall { encoded: bytes.clone().into() };
            session.compare(&[at], "a flipped bit", &call, refused.map_err(Revert::from));
        }
        (trusted, _) = client.update(&trusted, &read, now).unwrap();

        let data = sol::updateCall { encoded: bytes.clone().into() }.abi_encode();
        let executed = session.evm.call_commit(at, data);
        let absent = update.absent.len();
        println!("{} bytes, {absent} absent, {} gas", bytes.len(), executed.gas);
        let head = sol::updateCall::abi_decode_returns(&executed.into_result().unwrap()).unwrap();
        assert_eq!(head, trusted.latest_head);
        let answer = session.evm.call(at, sol::trustedCall {}.abi_encode()).into_result().unwrap();
        let contract = sol::trustedCall::abi_decode_returns(&answer).unwrap();
        assert_eq!(contract, sol::Trusted::from(&trusted));
        let call = ILightClient::headHashCall { id: head };
        session.compare(&[at], "head", &call, Ok(update.pair.execution_block_hash));
    }
    session.finish();
}

#[test]
fn m7_adversarial_trie_proofs() {
    let Some(text) = vectors::read("mpt/adversarial.json", "adversarial trie proofs") else {
        return;
    };
    let cases: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let mut session = Session::new("adversarial tries");
    let to = session.harnesses(&HARNESSES);
    let bytes =
        |value: &serde_json::Value| Bytes::from(hex::decode(value.as_str().unwrap()).unwrap());
    for case in cases.as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        let root = B256::from_slice(&bytes(&case["root"]));
        let (key, nodes) = (bytes(&case["key"]), case["proof"].as_array().unwrap());
        let nodes: Vec<Bytes> = nodes.iter().map(bytes).collect();
        let walked = proof::walk(&root, &key, &nodes);
        match (&case["expect"], walked) {
            (expected, Err(_)) if expected == "reject" => {}
            (expected, Ok(Outcome::Absent(_))) if expected == "absent" => {}
            (expected, Ok(Outcome::Value(value))) => {
                assert_eq!(value, &bytes(&expected["value"])[..], "{id}");
            }
            (expected, outcome) => {
                panic!("{id}: {outcome:?}, {expected} expected ({})", case["note"])
            }
        }
        let rust = walked.map_err(Revert::from).map(|outcome| match outcome {
            Outcome::Value(value) => (true, Bytes::copy_from_slice(value)).into(),
            Outcome::Absent(_) => (false, Bytes::new()).into(),
        });
        let call = ProofHarness::walkCall { root, key, nodes: nodes.clone() };
        session.compare(&to, id, &call, rust);
    }
    session.finish();
}
