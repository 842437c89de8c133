//! A devnet from its start to its end: what is served, that messages are counted, that nodes are faulty where they are to be.

mod support;

use alloy_primitives::{B256, U64};
use prover::{Node as _, Rpc};
use serde_json::{Value, json};
use support::{
    Folder,
    devnet::{Devnet, program, terminate, wait, workspace},
};
use testkit::vectors;

/// Slots of a sync committee period of a devnet.
const PERIOD: u64 = 128;

/// Of them, those from which a client can start whenever it asks: the committee of the period, the only one that it knows, signs what is
/// final later. Of the last ones it does not.
const EARLY: u64 = 96;

fn ask(rpc: &Rpc, method: &'static str, params: Value) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let answer = runtime.expect("a runtime").block_on(rpc.request(method, params));
    serde_json::from_str(answer.expect("an answer").get()).expect("JSON")
}

fn height(rpc: &Rpc) -> u64 {
    let number: U64 =
        serde_json::from_value(ask(rpc, "eth_blockNumber", json!([]))).expect("a number");
    number.to()
}

/// The answer of a beacon node, asked by the tool that every machine with tests has.
fn beacon(devnet: &Devnet, name: &str, path: &str) -> Option<Value> {
    let node = prover::BeaconNode::new(devnet.end(name)["beacon"].as_str()?).ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    runtime.block_on(node.find(path)).ok()?
}

fn slot(header: &Value) -> u64 {
    header["slot"].as_str().and_then(|slot| slot.parse().ok()).expect("a slot")
}

/// Slot of what the finality update of a beacon node finalizes.
fn finalized_slot(devnet: &Devnet, name: &str) -> Option<u64> {
    let update = beacon(devnet, name, "eth/v1/beacon/light_client/finality_update")?;
    Some(slot(&update["data"]["finalized_header"]["beacon"]))
}

/// What is final by a beacon node, and what the chain has at that height.
fn finality(devnet: &Devnet, name: &str) -> Option<(u64, B256, B256)> {
    let update = beacon(devnet, name, "eth/v1/beacon/light_client/finality_update")?;
    let execution = &update["data"]["finalized_header"]["execution"];
    let number: u64 = execution["block_number"].as_str()?.parse().ok()?;
    let hash = serde_json::from_value(execution["block_hash"].clone()).ok()?;
    let block = ask(&devnet.rpc(name), "eth_getBlockByNumber", json!([U64::from(number), false]));
    Some((number, hash, serde_json::from_value(block["hash"].clone()).ok()?))
}

#[test]
fn serves_two_chains_whose_finality_our_client_verifies_and_counts_what_is_sent() {
    let Some(root) = workspace() else { return };
    let mut devnet = Devnet::start(&root, &[]);

    // Both chains mine by the clock, and a client verifies what their beacon nodes serve.
    for name in ["a", "b"] {
        let before = height(&devnet.rpc(name));
        wait("a chain grows", || (height(&devnet.rpc(name)) > before + 2).then_some(()));
        let head = wait("a block that a client can start from is final", || {
            let head = beacon(&devnet, name, "eth/v1/beacon/headers/finalized")?;
            (slot(&head["data"]["header"]["message"]) % PERIOD < EARLY).then_some(head)
        });
        let root_of = head["data"]["root"].as_str().expect("a root").to_owned();
        let url = devnet.end(name)["beacon"].as_str().expect("an address").to_owned();
        let output = program(&root).args(["network", "--beacon", &url]).output().unwrap();
        let network = devnet.folder.write("network.json", &output.stdout);
        let update = devnet.folder.path("update.json");
        // The client has to be behind what is final next.
        let slot = slot(&head["data"]["header"]["message"]);
        wait("finality goes on", || finalized_slot(&devnet, name).filter(|next| *next > slot));
        let mut prove = program(&root);
        let prove = prove.args(["prove", "beacon-update", "--root", &root_of, "--beacon", &url]);
        let proved = prove.arg("--network").arg(&network).arg("-o").arg(&update).output().unwrap();
        assert!(proved.status.success(), "{}", String::from_utf8_lossy(&proved.stderr));
    }

    // Nothing speaks against the light clients.
    let config = devnet.folder.path("relayer.toml");
    let evidence = program(&root).args(["--json", "evidence", "--config"]).arg(config).output();
    let evidence = evidence.expect("the program starts");
    let found: Value = serde_json::from_slice(&evidence.stdout).expect("JSON");
    assert_eq!((evidence.status.code(), &found["ok"]), (Some(0), &json!(true)), "{found}");
    for (place, on) in ["a", "b"].into_iter().enumerate() {
        let client = &found["clients"][place];
        assert_eq!((&client["on"], &client["calldata"]), (&json!(on), &Value::Null), "{client}");
        assert!(client["head"].is_u64(), "{client}");
    }

    // What is sent is counted, and nothing carries it.
    let (status, sent) = devnet.run(&root, &["devnet", "send", "--count", "5", "--both"]);
    assert_eq!(status, 0, "{sent}");
    assert_eq!(sent["lanes"][1]["lastNonce"], 4);
    let (status, counted) = devnet.run(&root, &["devnet", "check"]);
    assert_eq!((status, &counted["ok"]), (1, &json!(false)));
    for lane in [0, 1] {
        let lane = &counted["lanes"][lane];
        assert_eq!(
            (&lane["sent"], &lane["delivered"], &lane["tooMany"]),
            (&5.into(), &0.into(), &0.into())
        );
        assert_eq!(lane["missing"].as_array().map(Vec::len), Some(5));
    }

    // After a reorganisation the beacon chain is that of the new blocks, and goes on to be final.
    let (number, hash, same) = finality(&devnet, "a").expect("finality");
    assert_eq!(hash, same, "block {number}");
    let head = height(&devnet.rpc("a"));
    let _ = ask(&devnet.rpc("a"), "anvil_reorg", json!([3, []]));
    let (number, hash, same) =
        wait("finality goes on", || finality(&devnet, "a").filter(|(number, ..)| *number > head));
    assert_eq!(hash, same, "block {number}");

    // It ends when it is told to, and its chains with it.
    let record = devnet.folder.path("devnet.json");
    assert!(record.is_file());
    let url = devnet.end("b")["rpc"].as_str().expect("an address").replace("http://", "");
    terminate(&devnet.process);
    assert!(devnet.process.wait().expect("its status").success());
    assert!(!record.exists());
    // They are killed as it ends, and may be gone a moment later.
    wait("its chains end", || std::net::TcpStream::connect(&url).is_err().then_some(()));
}

#[test]
fn nodes_are_faulty_but_for_one_and_chains_are_reorganised_when_that_is_asked_for() {
    let Some(root) = workspace() else { return };
    let devnet = Devnet::start(&root, &["--faults", "--committee", "32", "--per-mille", "200"]);
    for name in ["a", "b"] {
        let endpoints = devnet.end(name)["endpoints"].as_array().expect("addresses");
        let [faulty, other, honest] = &endpoints[..] else { panic!("three nodes: {endpoints:?}") };
        assert_ne!(faulty, other);
        assert_eq!(honest, &devnet.end(name)["rpc"]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let wrong = |url: &Value| {
            let rpc = Rpc::new(url.as_str().unwrap()).unwrap();
            let asked = |_| runtime.block_on(rpc.request("eth_chainId", json!([]))).is_err();
            (0..60).map(asked).filter(|failed| *failed).count()
        };
        let (faulty, honest) = (wrong(faulty), wrong(honest));
        assert!((3..60).contains(&faulty), "{faulty} of 60 went wrong");
        assert_eq!(honest, 0);
    }
}

#[test]
fn says_what_is_missing_when_there_is_no_devnet() {
    let folder = Folder::new();
    let output = program(&vectors::workspace())
        .args(["devnet", "check", "--folder"])
        .arg(folder.path(""))
        .output();
    let output = output.expect("the program starts");
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("no devnet.json there: start one with `heliograph devnet`"), "{said}");
}
