//! `heliograph follow-map`: a simulated relay chain of three epochs and a half, and records of real ones.

mod support;

use alloy_primitives::hex;
use serde_json::{Value, json};
use support::{Ended, flip_at, heliograph, map::Relay, read};
use testkit::vectors;

/// `follow-map` from the first validators.
fn follow(relay: &Relay, args: &[&str]) -> Ended {
    follow_with(&relay.start(), args)
}

fn follow_with(start: &[String], args: &[&str]) -> Ended {
    let start = start.iter().map(String::as_str);
    heliograph(["follow-map", "--json"].into_iter().chain(start).chain(args.iter().copied()))
}

/// `follow-map --replay` of a record.
fn replay(relay: &Relay, record: &Value, args: &[&str]) -> Ended {
    let file = relay.folder.write_json("record.json", record);
    let constants = ["--chain-id", "31338", "--epoch-size", "10", "--fork-height", "1"];
    let file = [file.to_str().expect("UTF-8")];
    let all = ["follow-map", "--json", "--replay"].into_iter().chain(constants).chain(file);
    heliograph(all.chain(args.iter().copied()))
}

/// The refusal of the header at a place.
#[track_caller]
fn refusal(ended: &Ended, at: usize) -> Value {
    assert_eq!(ended.status, 1, "{}", ended.err);
    let json = ended.json();
    assert_eq!((&json["ok"], &json["objects"][at]["outcome"]), (&json!(false), &json!("refused")));
    json["objects"][at]["refusal"].clone()
}

#[test]
fn follows_three_epochs_in_every_form() {
    let relay = Relay::new();
    let json = follow(&relay, &[&relay.json(10), &relay.rlp(20), &relay.json(30), &relay.rlp(33)]);
    assert_eq!(json.status, 0, "{}", json.err);
    let json = json.json();
    let learned = |at: usize, name: &str| json["objects"][at]["learned"][name].clone();
    for (at, number) in [10, 20, 30, 33].into_iter().enumerate() {
        assert_eq!(learned(at, "number"), number.to_string());
        assert_eq!(learned(at, "block_hash"), relay.block(number).hash().to_string());
        assert_eq!(learned(at, "head"), (at + 1).to_string());
    }
    assert_eq!((learned(0, "signers"), learned(0, "round")), (json!("3 of 4"), json!("0")));
    assert_eq!((learned(1, "signers"), learned(1, "round")), (json!("5 of 5"), json!("1")));
    let joined = relay.chain.set(2).expect("a set").validators()[4].address();
    assert_eq!(learned(0, "next_set"), format!("5 validators of epoch 2: with {joined}"));
    assert_eq!(learned(1, "next_set"), "4 validators of epoch 3: without 1");
    assert_eq!(learned(2, "next_set"), "4 validators of epoch 4: as before");
    for (at, epoch) in [(0, 2), (1, 3), (2, 4)] {
        let set = relay.chain.set(epoch).expect("a set");
        assert_eq!(learned(at, "commitment"), set.commitment().to_string());
    }
    assert_eq!(learned(3, "next_set"), Value::Null);
    assert_eq!(json["objects"][3]["object"], "block 33 of epoch 4");
    assert_eq!((&json["trusts"]["epoch"], &json["trusts"]["head"]), (&json!("4"), &json!("4")));

    // A list of blocks is followed in its order, and a commitment that is named has to be that of the validators.
    let list = Value::Array(vec![relay.block(10).json(), relay.block(20).json()]);
    let list = relay.folder.write_json("list.json", &list);
    let commitment = relay.chain.set(1).expect("a set").commitment().to_string();
    let named = follow(&relay, &["--commitment", &commitment, list.to_str().expect("UTF-8")]);
    assert_eq!(named.json()["trusts"]["epoch"], "3");
    let other = relay.chain.set(2).expect("a set").commitment().to_string();
    follow(&relay, &["--commitment", &other]).expect_clause("MAP-5");
}

#[test]
fn goes_on_from_a_state() {
    let relay = Relay::new();
    let state = relay.folder.path("state.json");
    let state = state.to_str().expect("UTF-8");
    assert_eq!(follow(&relay, &["--state", state, &relay.rlp(10)]).status, 0);
    let now = relay.now();
    let go_on = |args: &[&str]| {
        heliograph(["follow-map", "--json", "--state", state, "--now", &now].iter().chain(args))
    };
    let before = read(state.as_ref());
    // What is refused changes nothing: here an epoch is left out.
    assert_eq!(refusal(&go_on(&[&relay.rlp(30)]), 0)["clause"], "MAP-4");
    assert_eq!(read(state.as_ref()), before);
    let json = go_on(&[&relay.json(20), &relay.rlp(21)]).json();
    assert_eq!((&json["from"]["epoch"], &json["trusts"]["epoch"]), (&json!("2"), &json!("3")));

    follow(&relay, &["--state", state]).expect(2, "holds a state: leave what it starts from away");
    go_on(&["--network", "map"]).expect(2, "is of another network");
    let mut other = read(state.as_ref());
    other["follow_map"] = json!(2);
    relay.folder.write_json("state.json", &other);
    go_on(&[]).expect(3, "format version 2, not 1");
    other["follow_map"] = json!(1);
    other["followed"]["sets"][0]["validators"] = json!([]);
    relay.folder.write_json("state.json", &other);
    go_on(&[]).expect(3, "does not hold the validators");
}

#[test]
fn refuses_what_was_not_signed() {
    let relay = Relay::new();
    let mut changed = json!(hex::encode_prefixed(relay.block(5).rlp()));
    // The state root: behind the parent's hash and the proposer.
    flip_at(&mut changed, 60);
    let changed = relay.folder.write("changed.hex", changed.as_str().expect("hexadecimal"));
    let changed = changed.to_str().expect("UTF-8");
    let ended = follow(&relay, &[changed, &relay.rlp(5)]);
    let refusal = refusal(&ended, 0);
    assert_eq!(refusal["clause"], "BNS-3");
    assert_eq!(refusal["solidity"], "Bn254InvalidSignature()");
    assert_eq!(refusal["rust"], "light_client::crypto::bn254::Error::InvalidSignature");
    assert_eq!(ended.json()["objects"][1]["outcome"], "accepted");
    let stopped = follow(&relay, &["--stop-on-refusal", changed, &relay.rlp(5)]);
    assert_eq!((stopped.status, &stopped.json()["left"]), (1, &json!(1)));

    // From the future, and after the trusting period.
    let mut early = relay.start();
    let now = early.len() - 1;
    early[now] = (support::map::START + 1).to_string();
    let ended = follow_with(&early, &[&relay.rlp(5)]);
    assert_eq!(self::refusal(&ended, 0)["clause"], "MAP-6");
    early[now] = (support::map::START + 604_801).to_string();
    follow_with(&early, &[&relay.rlp(5)]).expect_clause("CLI-2");
}

#[test]
fn replays_a_record_and_says_what_it_takes_for_granted() {
    let relay = Relay::new();
    // Out of order, and the end of the third epoch is missing.
    let mut record = relay.record(&[33, 20, 10, 12]);
    let ended = replay(&relay, &record, &[]);
    assert_eq!(ended.status, 0, "{}", ended.err);
    let json = ended.json();
    let numbers: Vec<&Value> = (0..4).map(|at| &json["objects"][at]["learned"]["number"]).collect();
    assert_eq!(numbers, ["10", "12", "20", "33"]);
    let assumes = json["assumes"].to_string();
    assert!(assumes.contains("the validators of epoch 4 are those known before"), "{assumes}");
    assert!(assumes.contains("each header was seen at its own time"), "{assumes}");

    // With validators who have changed the gap is no way around the signatures.
    let ended = replay(&relay, &relay.record(&[33]), &[]);
    assert_eq!(refusal(&ended, 0)["clause"], "BNS-3");
    assert_eq!(ended.json()["trusts"]["epoch"], "1");
    // What a record says of a header is compared.
    record["headers"][3]["hash"] = json!(relay.block(19).hash());
    let ended = replay(&relay, &record, &[]);
    ended.expect(3, "3 of 4 headers accepted");
    assert!(ended.out.contains("the file states the hash"), "{}", ended.out);
    record["headers"][3]["header_rlp"] = json!("0x12zz");
    replay(&relay, &record, &[]).expect(3, "3 of 4 headers accepted");
    record["headers"] = json!("none");
    replay(&relay, &record, &[]).expect(3, "the field headers is not a list");
    record["chainId"] = json!(213);
    record["headers"] = json!([]);
    replay(&relay, &record, &[]).expect(2, "the files are of chain 213");
}

#[test]
fn compares_the_receipts_of_a_record() {
    let relay = Relay::new();
    let mut record = relay.record(&[10]);
    let (receipts, own) = &relay.receipts;
    let mut all = receipts.as_array().expect("a list").clone();
    all.push(own.clone());
    let root = relay.block(20).execution.receipts_root;
    let text = Value::Array(receipts.as_array().expect("a list").clone()).to_string();
    let trie = light_client::map::builder::receipts_trie(&text, Some(&own.to_string()), &root);
    let trie = trie.expect("the trie of the block");
    let key = |index: u64| hex::encode_prefixed(mpt_proof::receipt::index_key(index));
    let log = &own["logs"][0];
    record["proofs"] = json!({ "20": {
        "header_rlp": hex::encode_prefixed(relay.block(20).rlp()),
        "key_index": key(3), "proof": trie.proof(3),
        "receipt": {
            "receipt_type": "0", "post_state_or_status": "0x01", "cumulative_gas_used": "0",
            "logs": [{ "address": log["address"], "topics": log["topics"], "data": log["data"] }],
        },
    }});
    let ended = replay(&relay, &record, &[]);
    assert_eq!(ended.status, 0, "{}", ended.err);
    let learned = ended.json()["objects"][1]["learned"].clone();
    assert_eq!(learned["receipt"], "type 0, success, 1 logs");
    let entry = record["proofs"]["20"].clone();
    let tried = |field: &str, value: Value| {
        let mut record = record.clone();
        let mut entry = entry.clone();
        entry[field] = value;
        record["proofs"]["20"] = entry;
        replay(&relay, &record, &[])
    };
    assert_eq!(refusal(&tried("key_index", json!(key(9))), 1)["clause"], "MPT-12");
    let mut nodes = json!(trie.proof(3));
    nodes.as_array_mut().expect("a list").pop();
    assert_eq!(refusal(&tried("proof", nodes), 1)["clause"], "MPT-3");
    let other = json!({ "cumulative_gas_used": "21000" });
    let refused = refusal(&tried("receipt", other), 1);
    assert!(refused["message"].as_str().is_some_and(|said| said.contains("cumulative_gas_used")));
    assert_eq!(refusal(&tried("receipt", json!({ "logs": [] })), 1)["rust"], "another receipt");
    tried("proof", json!(7)).expect(3, "proof:");
}

#[test]
fn usage_errors_say_what_is_missing() {
    let relay = Relay::new();
    let header = relay.rlp(10);
    heliograph(["follow-map", &header]).expect(2, "--network is needed");
    heliograph(["follow-map", "--network", "maps", &header]).expect(2, "possible values: map");
    heliograph(["follow-map", "--network", "map", &header]).expect(2, "--validators is needed");
    heliograph(["follow-map", "--chain-id", "1"]).expect(2, "--epoch-size <BLOCKS>");
    let start = relay.start();
    let validators = &start[7];
    let with = |args: &[&str]| {
        let all = ["follow-map", "--network", "map", "--validators", validators, &header];
        heliograph(all.iter().chain(args))
    };
    with(&[]).expect(2, "--time is needed");
    // The first epoch of the mainnet is from before its fork.
    with(&["--time", "1"]).expect_clause("MAP-3");
    let list = relay.folder.write_json("list.json", &read(validators.as_ref())["validators"]);
    let list = list.to_str().expect("UTF-8");
    let args = ["follow-map", "--network", "map", "--validators", list, "--time", "1"];
    heliograph(args).expect(2, "--epoch is needed");
    let nobody = relay.folder.write_json("nobody.json", &json!({ "validators": [] }));
    let args = [
        "follow-map",
        "--network",
        "map",
        "--epoch",
        "60",
        "--time",
        "1",
        "--now",
        "2",
        "--validators",
    ];
    let nobody = nobody.to_str().expect("UTF-8");
    heliograph(args.iter().chain(&[nobody])).expect_clause("MAP-12");
    let empty = ["follow-map", "--network", "map", "--chain-id", "1"];
    heliograph(empty).expect(2, "cannot be used with");
}

#[test]
fn replays_the_records_of_a_real_chain() {
    let name = "map/map_devnet_213.json";
    if vectors::read(name, "real MAP headers").is_none() {
        return;
    }
    let file = vectors::folder().expect("read above").join(name);
    let ended = heliograph(["follow-map", "--json", "--replay", file.to_str().expect("UTF-8")]);
    assert_eq!(ended.status, 0, "{}", ended.err);
    let json = ended.json();
    let entries = json["objects"].as_array().expect("a list");
    assert_eq!(entries.len(), 27);
    let learned = |name: &str| {
        let has = |entry: &&Value| entry["learned"].get(name).is_some();
        entries.iter().filter(has).count()
    };
    assert_eq!((learned("next_set"), learned("receipt")), (24, 3));
    let change = "5 validators of epoch 189: with 0x98EFA292822eB7b3045C491e8ae4E82B3b1AC005";
    assert!(entries.iter().any(|entry| entry["learned"]["next_set"] == change));
    assert!(
        entries
            .iter()
            .any(|entry| entry["learned"]["next_set"] == "4 validators of epoch 204: without 4")
    );
}
