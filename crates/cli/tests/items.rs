//! Transactions, withdrawals, batches and accounts from files that hold what a node answered.

mod support;

use alloy_primitives::{B256, Bytes, hex, keccak256};
use mpt_proof::builder::{ordered_root, withdrawals};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use support::{Ended, Folder, flip, heliograph, read, verify, word};
use testkit::beacon::ExecutionBlock;

const FORMS: [&str; 3] = ["list", "packed", "compact"];

/// The answers of a local node, each in a file of its own.
struct Node {
    folder: Folder,
    answers: Value,
}

impl Node {
    fn new() -> Self {
        let text = include_str!("../../mpt-proof/tests/data/node.json");
        Self { folder: Folder::new(), answers: serde_json::from_str(text).expect("JSON") }
    }

    /// Writes an answer, in the response around it.
    fn file(&self, name: &str) -> String {
        let response = json!({ "jsonrpc": "2.0", "id": 1, "result": self.answers[name] });
        self.write(name, &response)
    }

    fn write(&self, name: &str, value: &Value) -> String {
        path(&self.folder.write_json(&format!("{name}.json"), value))
    }

    /// `prove WHAT --header block.json …`, with `file` for the rest.
    fn prove(&self, what: &str, file: &str, args: &[&str]) -> (PathBuf, Ended) {
        let out = self.folder.path("proof.json");
        let (header, from) = (self.file("block"), self.file(file));
        let flag = match what {
            "account" => "--proof".into(),
            _ => format!("--{what}s"),
        };
        let mut all = vec!["prove", what, &flag, &from, "--header", &header];
        let to = path(&out);
        all.extend(["-o", &to, "--json"]);
        (out, heliograph(all.iter().chain(args)))
    }

    fn tampered(&self, proof: &Path, change: impl FnOnce(&mut Value)) -> Ended {
        let mut file = read(proof);
        change(&mut file["proof"]);
        verify(&self.folder.write_json("tampered.json", &file), &[])
    }
}

/// A header with other items, each with its RLP header.
fn with_items(mut header: &[u8], change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Vec<u8> {
    let mut rest = alloy_rlp::Header::decode_bytes(&mut header, true).expect("a list");
    let mut items = Vec::new();
    while !rest.is_empty() {
        let item = alloy_rlp::Header::decode_bytes(&mut rest, false).expect("a string");
        items.push(alloy_rlp::encode(item));
    }
    change(&mut items);
    let payload = items.concat();
    let mut out = Vec::new();
    alloy_rlp::Header { list: true, payload_length: payload.len() }.encode(&mut out);
    [out, payload].concat()
}

fn path(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

#[test]
fn proves_a_transaction_in_every_form() {
    let node = Node::new();
    let stated = &node.answers["block"]["transactions"][3];
    for form in FORMS {
        let args = ["--index", "3", "--encoding", form];
        let (proof, ended) = node.prove("transaction", "block", &args);
        assert_eq!(ended.status, 0, "{}", ended.err);
        let verified = verify(&proof, &["--json"]).json();
        assert_eq!(verified["kind"], "transaction");
        assert_eq!(verified["proves"]["transaction"]["hash"], stated["hash"]);
        assert_eq!(verified["proves"]["transaction"]["type"], 4);
        assert!(verify(&proof, &[]).out.contains("type 4"));
        let inspected = heliograph(["inspect", &path(&proof)]).out;
        assert!(inspected.contains(if form == "list" { "nodes (" } else { form }), "{inspected}");
    }
}

#[test]
fn proves_several_at_once() {
    let node = Node::new();
    let several = ["--index", "0", "--index", "5", "--index", "1", "--index", "5"];
    for (what, file) in [("transaction", "block"), ("receipt", "receipts")] {
        for form in ["list", "packed"] {
            let (proof, ended) =
                node.prove(what, file, &[&several[..], &["--encoding", form]].concat());
            assert_eq!(ended.status, 0, "{}", ended.err);
            assert_eq!(read(&proof)["proof"]["indices"], json!([1, 5, 0]));
            let proves = verify(&proof, &["--json"]).json()["proves"].take();
            let items = proves[format!("{what}s")].as_object().expect("items");
            assert!(items.len() == 3 && items.values().all(Value::is_object), "{items:?}");
        }
        let (_, ended) =
            node.prove(what, file, &[&several[..], &["--encoding", "compact"]].concat());
        ended.expect(2, "several keys have no compact form");
    }
    let receipts = [&several[..], &["--log", "0"]].concat();
    node.prove("receipt", "receipts", &receipts).1.expect(2, "--log is of one receipt");
}

#[test]
fn proves_that_there_is_nothing_at_an_index() {
    let node = Node::new();
    for (what, file, count) in
        [("transaction", "block", 6), ("receipt", "receipts", 6), ("withdrawal", "block", 0)]
    {
        let index = count.to_string();
        let problem = format!("the block has {count} {what}s, none at {count}; --absent");
        node.prove(what, file, &["--index", &index]).1.expect(3, &problem);
        for form in FORMS {
            let args = ["--index", &index, "--absent", "--encoding", form];
            let (proof, ended) = node.prove(what, file, &args);
            assert_eq!(ended.status, 0, "{}", ended.err);
            let text = verify(&proof, &[]).out;
            assert!(text.contains(&format!("no more than {count} {what}s")), "{text}");
        }
    }
    let there = ["--index", "5", "--absent"];
    node.prove("receipt", "receipts", &there).1.expect(3, "the block has a receipt at 5");
    let (proof, _) = node.prove("receipt", "receipts", &["--index", "6", "--absent"]);
    node.tampered(&proof, |proof| proof["log_index"] = json!(0)).expect_clause("MPT-13");
}

#[test]
fn proves_withdrawals() {
    let list = (0..16_u64).map(|n| {
        json!({
            "index": format!("{:#x}", 100 + n), "validatorIndex": format!("{:#x}", 7 * n),
            "address": support::EMITTER, "amount": format!("{:#x}", 1_000_000 * n),
        })
    });
    let answer: Value = list.collect();
    let read = withdrawals::from_json(&answer.to_string()).expect("withdrawals");
    let root = ordered_root(read.iter().map(withdrawals::encode)).expect("a root");
    let block = ExecutionBlock::synthetic(B256::ZERO, 9, 100).header_rlp();
    let block = with_items(&block, |items| items[16] = alloy_rlp::encode(root));
    let folder = Folder::new();
    let header = path(&folder.write("header.rlp", block));
    let file = path(&folder.write_json("withdrawals.json", &answer));
    let from = ["prove", "withdrawal", "--withdrawals", &file, "--header", &header];
    let out = folder.path("proof.json");
    for indices in [&["--index", "3"][..], &["--index", "0", "--index", "15"]] {
        let to = path(&out);
        let ended = heliograph(from.iter().chain(indices).chain(&["-o", &to]));
        assert_eq!(ended.status, 0, "{}", ended.err);
    }
    let proves = verify(&out, &["--json"]).json()["proves"].take();
    assert_eq!(proves["withdrawals"]["15"]["amount_gwei"], 15_000_000);
    assert_eq!(proves["withdrawals"]["0"]["index"], 100);
    let mut other = answer;
    other[3]["amount"] = json!("0x1");
    let file = path(&folder.write_json("other.json", &other));
    let from = ["prove", "withdrawal", "--withdrawals", &file, "--header", &header];
    heliograph(from.iter().chain(&["--index", "3"])).expect(3, "other.json: withdrawals root 0x");
}

#[test]
fn proves_an_account_and_its_slots_in_every_form() {
    let node = Node::new();
    for args in [
        &["--encoding", "list"][..],
        &["--encoding", "packed"],
        &["--encoding", "compact"],
        &["--batch"],
        &["--batch", "--encoding", "packed"],
    ] {
        let (proof, ended) = node.prove("account", "contract", args);
        assert_eq!(ended.status, 0, "{}", ended.err);
        let proves = verify(&proof, &["--json"]).json()["proves"].take();
        assert_eq!(proves["account"], "present");
        assert_eq!(proves["code_hash"], node.answers["contract"]["codeHash"]);
        let slots = &proves["slots"];
        assert_eq!(slots[word(0).to_string()], json!(word(42)), "{args:?}");
        assert_eq!(slots[word(2).to_string()], json!(B256::repeat_byte(0xff)));
        assert_eq!(slots[word(3).to_string()], Value::Null);
        assert_eq!(heliograph(["inspect", &path(&proof)]).status, 0);
    }
    let compact = ["--batch", "--encoding", "compact"];
    node.prove("account", "contract", &compact).1.expect(2, "several keys have no compact form");
    let (proof, _) = node.prove("account", "contract", &["--slot", "1"]);
    assert_eq!(read(&proof)["proof"]["slots"].as_array().map(Vec::len), Some(1));
    node.prove("account", "contract", &["--slot", "9"]).1.expect(3, "nothing about slot 0x");
    let other = ["--address", "0x00000000000000000000000000000000000000ee"];
    node.prove("account", "contract", &other).1.expect(3, "contract.json: is about 0x5FbDB");
    // The node lists the empty trie's node, and answers for slots of an account that is absent.
    let (proof, ended) = node.prove("account", "sender", &[]);
    assert_eq!(ended.status, 0, "{}", ended.err);
    assert_eq!(read(&proof)["proof"]["slots"][0]["proof"], json!([]));
    node.prove("account", "absent", &[]).1.expect(3, "slots of an account that is absent");
}

#[test]
fn names_the_clause_that_a_tampered_file_fails() {
    let node = Node::new();
    let one = |form| node.prove("transaction", "block", &["--index", "2", "--encoding", form]).0;
    node.tampered(&one("list"), |proof| flip(&mut proof["proof"][1], 5)).expect_clause("MPT-5");
    node.tampered(&one("list"), |proof| proof["index"] = json!(3)).expect_clause("MPT-5");
    let packed = one("packed");
    node.tampered(&packed, |proof| flip(&mut proof["proof"]["packed"], 5)).expect_clause("MPT-5");
    node.tampered(&packed, |proof| proof["proof"]["packed"] = json!("0x")).expect_clause("MPT-3");
    let compact = one("compact");
    node.tampered(&compact, |proof| flip(&mut proof["proof"]["compact"], 5)).expect_clause("MPT-5");
    node.tampered(&compact, |proof| proof["proof"]["compact"] = json!("0x02"))
        .expect_clause("CPT-1");
    let (batch, _) = node.prove("transaction", "block", &["--index", "1", "--index", "2"]);
    node.tampered(&batch, |proof| proof["indices"] = json!([1, 2, 2])).expect_clause("BAT-2");
    node.tampered(&batch, |proof| proof["indices"] = json!([])).expect_clause("BAT-1");
    node.tampered(&batch, |proof| proof["proof"] = json!({ "compact": "0x" }))
        .expect(3, "several keys in the compact form");
    node.tampered(&batch, |proof| proof["proof"] = json!({ "zipped": "0x" }))
        .expect(3, "not a proof file");
    // A header from before Shanghai has no withdrawals root, which is zero for the verifier.
    let (none, _) = node.prove("withdrawal", "block", &["--index", "0", "--absent"]);
    node.tampered(&none, |proof| {
        let rlp = proof["block"]["headers"][0].as_str().expect("hexadecimal");
        let old = with_items(&hex::decode(rlp).expect("bytes"), |items| items.truncate(16));
        proof["block"]["anchor"]["block"]["hash"] = json!(keccak256(&old));
        proof["block"]["headers"] = json!([Bytes::from(old)]);
    })
    .expect_clause("MPT-1");
}

/// Which file, and what is wrong with it.
#[test]
fn names_the_file_that_it_cannot_use() {
    let node = Node::new();
    let (block, receipts) = (node.file("block"), node.file("receipts"));
    let prove = |items: &str, header: &str| {
        heliograph([
            "prove",
            "transaction",
            "--transactions",
            items,
            "--header",
            header,
            "--index",
            "0",
        ])
    };
    prove(&receipts, &block).expect(3, "receipts.json: transaction 0 is malformed");
    prove(&block, &receipts).expect(3, "receipts.json: neither a header nor a block in JSON");
    prove(&node.write("empty", &json!({})), &block)
        .expect(3, "empty.json: no list of transactions");
    let hashes = json!({ "transactions": [keccak256("a hash")] });
    prove(&node.write("hashes", &hashes), &block)
        .expect(3, "transaction 0 is malformed: only its hash");
    let error = json!({ "error": { "code": -32000, "message": "header not found" } });
    prove(&node.write("error", &error), &block).expect(3, "header not found");
    let mut other = node.answers["block"].clone();
    other["stateRoot"] = json!(B256::ZERO);
    prove(&block, &node.write("other", &other)).expect(3, "other.json: the header the node sent");
    let mut short = node.answers["block"].clone();
    short["transactions"].as_array_mut().expect("a list").pop();
    prove(&node.write("short", &short), &block).expect(3, "short.json: transactions root 0x");
    let account = ["prove", "account", "--proof", &receipts, "--header", &block];
    heliograph(account).expect(3, "receipts.json: no answer to eth_getProof");
}

#[test]
fn usage_errors_end_with_two() {
    heliograph(["prove", "withdrawal"]).expect(2, "--withdrawals <FILE>");
    heliograph(["prove", "withdrawal", "--block", "latest"]).expect(2, "--index <N>");
    heliograph(["prove", "transaction", "--index", "1"]).expect(2, "--tx <HASH>");
    heliograph(["prove", "account"]).expect(2, "--address <ADDRESS>");
    heliograph(["prove", "account", "--proof", "p.json"]).expect(2, "--header <FILE>");
    let form = ["prove", "withdrawal", "--block", "latest", "--index", "0", "--encoding", "zip"];
    heliograph(form).expect(2, "list, packed, compact");
    let rpc = ["prove", "withdrawal", "--block", "latest", "--index", "0"];
    heliograph(rpc).expect(2, "--rpc is needed");
}
