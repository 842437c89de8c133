//! Updates of a MAP relay chain's client, and what is proven from the block that they prove.

mod support;

use alloy_primitives::hex;
use serde_json::{Value, json};
use support::{
    Ended, flip, flip_at, heliograph, map::Relay, proof_file, read, server::serve_rpc, verify,
};

/// Makes an update file from headers.
fn prove(relay: &Relay, headers: &[String]) -> (String, Ended) {
    let update = relay.folder.path("update.json").to_str().expect("UTF-8").to_owned();
    let mut args: Vec<String> = ["prove", "map-update"].map(Into::into).into();
    args.extend(relay.start());
    args.extend(headers.iter().cloned());
    args.extend(["-o".into(), update.clone()]);
    (update, heliograph(args))
}

fn verified(relay: &Relay, file: &str) -> Ended {
    verify(file.as_ref(), &["--json", "--now", &relay.now()])
}

#[test]
fn proves_three_epochs_in_one_update() {
    let relay = Relay::new();
    // In any order: they are packed by their numbers.
    let (update, ended) =
        prove(&relay, &[relay.rlp(33), relay.json(10), relay.json(20), relay.rlp(30)]);
    assert_eq!(ended.status, 0, "{}", ended.err);
    let json = verified(&relay, &update).json();
    let proves = &json["proves"];
    assert_eq!(json["kind"], "map-update");
    assert_eq!(proves["block_hash"], relay.block(33).hash().to_string());
    assert_eq!((&proves["block"], &proves["epoch"]), (&json!("33"), &json!("4")));
    assert_eq!(proves["validators"], relay.chain.set(4).expect("a set").commitment().to_string());
    // What the simulator would send has the same length; hints have either sign.
    let packed = read(update.as_ref())["proof"]["update"].as_str().expect("bytes").to_owned();
    let made = relay.chain.update(1, 33).expect("an update").encode();
    assert_eq!(hex::decode(&packed).expect("hexadecimal").len(), made.len());
    for bytes in [packed, hex::encode_prefixed(made)] {
        let fields = heliograph(["inspect", "--json", &bytes]).json();
        assert_eq!(fields["kind"], "MAP light-client update, packed");
        let fields = &fields["fields"];
        assert_eq!(fields["header 1 signers"], "3 of 4");
        assert_eq!(fields["header 1 change"], "1 validators join, 0 leave");
        assert_eq!(
            (&fields["header 2 round"], &fields["header 2 signers"]),
            (&json!("1"), &json!("5 of 5"))
        );
        assert_eq!(fields["header 4 block"], format!("33, {}", relay.block(33).hash()));
    }
    let shown = heliograph(["inspect", "--json", &update]).json();
    assert_eq!(shown["fields"]["network"], "chain 31338, epochs of 10 blocks");
    assert_eq!(shown["fields"]["header 3 signers"], "4 of 4");
}

#[test]
fn refuses_updates_that_prove_nothing() {
    let relay = Relay::new();
    let (_, ended) = prove(&relay, &[relay.rlp(10), relay.rlp(30)]);
    ended.expect_clause("MAP-4");
    let (_, ended) = prove(&relay, &[relay.rlp(8), relay.rlp(9)]);
    ended.expect_clause("MAP-13");
    let (_, ended) =
        prove(&relay, &[relay.folder.write("x", "0x1234").to_str().expect("UTF-8").into()]);
    ended.expect(3, "not a MAP header");
    let (update, _) = prove(&relay, &[relay.rlp(5)]);
    let file = read(update.as_ref());
    let tried = |change: &dyn Fn(&mut Value)| {
        let mut file = file.clone();
        change(&mut file["proof"]);
        let path = relay.folder.write_json("changed.json", &file);
        verified(&relay, path.to_str().expect("UTF-8"))
    };
    tried(&|proof| flip_at(&mut proof["update"], 2)).expect_clause("MAP-5");
    tried(&|proof| flip(&mut proof["update"], 0)).expect_clause("BNS-1");
    tried(&|proof| support::shorten(&mut proof["update"])).expect_clause("MAP-1");
    tried(&|proof| proof["trusted"]["frozen_at"] = json!("1700000001")).expect_clause("CLI-1");
    tried(&|proof| proof["network"]["epoch_size"] = json!(0)).expect_clause("MAP-16");
    tried(&|proof| proof["validators"] = json!([])).expect(3, "not a proof file");
    verify(update.as_ref(), &["--now", "1800000000"]).expect_clause("CLI-2");
    let hash = relay.block(5).hash().to_string();
    verify(update.as_ref(), &["--block-hash", &hash]).expect(2, "starts from a trusted state");
}

#[test]
fn proves_receipts_of_a_node_down_from_an_update() {
    let relay = Relay::new();
    let blocks: Vec<Value> = relay.chain.blocks().map(testkit::map::Block::json).collect();
    let (receipts, own) = relay.receipts.clone();
    let url = serve_rpc(move |method, params| match method {
        "eth_chainId" => json!("0x7a6a"),
        "eth_getBlockByNumber" | "eth_getBlockByHash" => {
            let wanted = |block: &&Value| [&block["number"], &block["hash"]].contains(&&params[0]);
            blocks.iter().find(wanted).cloned().unwrap_or_default()
        }
        "eth_getBlockReceipts" => receipts.clone(),
        "eth_getLogs" => {
            let of_transactions = receipts.as_array().into_iter().flatten();
            let logs =
                of_transactions.chain([&own]).flat_map(|one| one["logs"].as_array().cloned());
            Value::Array(logs.flatten().collect())
        }
        _ => Value::Null,
    });
    let update = relay.folder.path("update.json").to_str().expect("UTF-8").to_owned();
    let mut args: Vec<String> =
        ["prove", "map-update", "--rpc", &url, "--block", "22"].map(Into::into).into();
    args.extend(relay.start());
    args.extend(["-o".into(), update.clone()]);
    let ended = heliograph(args);
    assert_eq!(ended.status, 0, "{}", ended.err);
    assert!(ended.err.contains("block 20 ends epoch 2"), "{}", ended.err);

    // The node's list lacks the receipt of the block itself, which is made of its logs.
    let proof = relay.folder.path("receipt.json").to_str().expect("UTF-8").to_owned();
    let block = relay.block(20).hash().to_string();
    let hash = relay.block(22).hash().to_string();
    let args = ["prove", "receipt", "--rpc", &url, "--block", &block, "--index", "3", "--log", "0"];
    let ended = heliograph(args.iter().chain(&["--anchor", &hash, "-o", &proof]));
    assert_eq!(ended.status, 0, "{}", ended.err);
    let mut file = read(proof.as_ref());
    file["proof"]["block"]["anchor"] = json!({ "map_update": read(update.as_ref())["proof"] });
    relay.folder.write_json("receipt.json", &file);
    let json = verified(&relay, &proof).json();
    assert_eq!(json["proves"]["block"], "20");
    assert_eq!(json["proves"]["log"]["data"], "0x0102");
    let assumes = json["assumes"].to_string();
    assert!(assumes.contains("validators of each epoch of chain 31338"), "{assumes}");
    flip(&mut file["proof"]["block"]["headers"][0], 0);
    relay.folder.write_json("receipt.json", &file);
    verified(&relay, &proof).expect_clause("HDR-1");
}

#[test]
fn proves_the_receipt_of_a_block_without_a_node() {
    let relay = Relay::new();
    let (receipts, own) = &relay.receipts;
    let text = |path: std::path::PathBuf| path.to_str().expect("UTF-8").to_owned();
    let receipts = text(relay.folder.write_json("receipts.json", receipts));
    let own = text(relay.folder.write_json("own.json", own));
    for header in [relay.rlp(20), relay.json(20)] {
        let args = [
            "prove",
            "receipt",
            "--receipts",
            &receipts,
            "--header",
            &header,
            "--index",
            "3",
            "--chain-id",
            "31338",
        ];
        heliograph(args).expect(3, "receipts");
        let ended = heliograph(args.iter().chain(&["--block-receipt", &own, "--json"]));
        assert_eq!(ended.status, 0, "{}", ended.err);
        assert_eq!(ended.json()["proof"]["transaction_index"], 3);
    }
}

#[test]
fn inspect_and_network_know_the_chain() {
    let relay = Relay::new();
    let block = relay.block(10);
    let newcomer = relay.chain.set(2).expect("a set").validators()[4].address().to_string();
    for header in [relay.rlp(10), relay.json(10)] {
        let json = heliograph(["inspect", "--json", &header]).json();
        let fields = &json["fields"];
        assert_eq!(json["kind"], "MAP block header");
        assert_eq!(fields["hash"], block.hash().to_string());
        assert_eq!(fields["proposer hash"], block.proposer_hash().to_string());
        assert_eq!((&fields["number"], &fields["joins 0"]), (&json!("10"), &json!(newcomer)));
        assert_eq!(fields["seal"], "by 3: 0 1 3");
    }
    let hashed = hex::encode_prefixed(block.rlp_as_hashed());
    let json = heliograph(["inspect", "--json", &hashed]).json();
    assert_eq!(json["fields"]["hash"], block.hash().to_string());
    assert_eq!(json["fields"]["seal"], "empty, as it is hashed");

    let networks = heliograph(["network", "--json"]).json();
    let main = &networks["map"]["map"];
    assert_eq!(
        (&main["chain_id"], &main["epoch_size"], &main["fork_height"]),
        (&json!(22_776), &json!(50_000), &json!(2_350_001))
    );
    assert_eq!(networks["map"]["makalu"]["chain_id"], 212);
    assert_eq!(networks["map"]["map-devnet"]["chain_id"], 213);
    assert_eq!(networks["beacon"]["mainnet"]["committee_size"], 512);
    heliograph(["network", "--chain-id", "1"]).expect(2, "--beacon <URL>");
}

#[test]
fn refuses_files_that_are_no_updates() {
    let relay = Relay::new();
    let file =
        relay.folder.write_json("file.json", &proof_file("map-update", &json!({ "update": "0x" })));
    verify(&file, &[]).expect(3, "missing field `network`");
    let hash = relay.block(3).hash().to_string();
    let file = json!({ "anchor": { "map_update": 1 }, "headers": [] });
    let file =
        relay.folder.write_json("file.json", &proof_file("ancestry", &json!({ "block": file })));
    verify(&file, &["--block-hash", &hash]).expect(3, "not a proof file");
}
