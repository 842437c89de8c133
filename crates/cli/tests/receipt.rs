//! `prove receipt` without a node, then `verify`; and every way to tamper with the file.

mod support;

use alloy_primitives::B256;
use serde_json::{Value, json};
use support::{Block, Ended, Folder, flip, heliograph, read, verify};

/// Verifies the proof of log 0 of receipt 7 after a change to the file's proof.
fn tampered(change: impl FnOnce(&mut Value)) -> Ended {
    let folder = Folder::new();
    let (path, ended) = Block::plain().prove(&folder, "7", &["--log", "0"]);
    assert_eq!(ended.status, 0, "{}", ended.err);
    let mut file = read(&path);
    change(&mut file["proof"]);
    verify(&folder.write_json("tampered.json", &file), &[])
}

#[test]
fn proves_a_log_and_verifies_it() {
    let folder = Folder::new();
    let block = Block::plain();
    let (path, ended) = block.prove(&folder, "7", &["--log", "0", "--chain-id", "5", "--json"]);
    assert_eq!(ended.status, 0, "{}", ended.err);
    assert_eq!(ended.json()["verified"]["proves"]["log_index"], "0");

    let hash = block.execution.hash().to_string();
    let verified = verify(&path, &["--json", "--block-hash", &hash]).json();
    assert_eq!(verified["ok"], true);
    assert_eq!(verified["proves"]["log"]["address"], json!(support::EMITTER));
    assert_eq!(verified["proves"]["log"]["data"], json!("0x07".to_owned() + &"07".repeat(39)));
    assert_eq!(verified["proves"]["chain"], "5");
    let assumes = verified["assumes"][0].as_str().expect("an assumption");
    assert!(assumes.contains(&hash) && assumes.contains("which you gave"), "{assumes}");

    let text = verify(&path, &[]);
    assert!(text.out.contains("which the file names"), "{}", text.out);
}

#[test]
fn proves_a_failed_transaction_but_no_log_of_it() {
    let folder = Folder::new();
    let (path, ended) = Block::plain().prove(&folder, "20", &["--json"]);
    assert_eq!(ended.json()["verified"]["proves"]["status"], "failed");
    assert_eq!(verify(&path, &[]).status, 0);
    Block::plain().prove(&folder, "20", &["--log", "0"]).1.expect_clause("RCT-5");
}

#[test]
fn writes_nothing_that_it_cannot_verify() {
    let folder = Folder::new();
    let (path, ended) = Block::plain().prove(&folder, "7", &["--log", "1"]);
    ended.expect_clause("RCT-6");
    assert!(!path.exists());
}

#[test]
fn names_the_clause_that_a_tampered_file_fails() {
    let last = |proof: &mut Value| proof["receipt_proof"].as_array().map_or(0, Vec::len) - 1;
    tampered(|proof| {
        let last = last(proof);
        flip(&mut proof["receipt_proof"][last], 5);
    })
    .expect_clause("MPT-5");
    tampered(|proof| _ = proof["receipt_proof"].as_array_mut().and_then(Vec::pop))
        .expect_clause("MPT-3");
    tampered(|proof| {
        let again = proof["receipt_proof"][0].clone();
        proof["receipt_proof"].as_array_mut().expect("nodes").push(again);
    })
    .expect_clause("MPT-12");
    tampered(|proof| flip(&mut proof["block"]["headers"][0], 0)).expect_clause("HDR-1");
    tampered(|proof| proof["block"]["headers"] = json!([])).expect_clause("ANC-1");
    tampered(|proof| flip(&mut proof["block"]["anchor"]["block"]["hash"], 0))
        .expect_clause("HDR-1");
    tampered(|proof| proof["log_index"] = json!(9)).expect_clause("RCT-6");
    // Another receipt's place: its nodes are other nodes.
    tampered(|proof| proof["transaction_index"] = json!(8)).expect_clause("MPT-5");
}

#[test]
fn names_the_error_in_both_spellings() {
    let ended = tampered(|proof| _ = proof["receipt_proof"].as_array_mut().and_then(Vec::pop));
    let err = &ended.err;
    assert!(err.contains("rust      mpt_proof::proof::Error::TruncatedProof { index: "), "{err}");
    assert!(err.contains("solidity  MptTruncatedProof(index: "), "{err}");
    assert!(err.contains("fault     prover"), "{err}");
}

#[test]
fn refuses_the_wrong_block_hash_in_json_too() {
    let folder = Folder::new();
    let (path, _) = Block::plain().prove(&folder, "0", &[]);
    let other = B256::repeat_byte(1).to_string();
    let ended = verify(&path, &["--json", "--block-hash", &other]);
    ended.expect_clause("HDR-1");
    let error = &ended.json()["error"];
    assert_eq!(error["kind"], "refused");
    assert_eq!(error["refusal"]["clause"], "HDR-1");
    assert!(error["refusal"]["revert_data"].as_str().is_some_and(|data| data.len() == 2 + 8 + 128));
}

#[test]
fn proves_the_way_from_a_later_block() {
    let folder = Folder::new();
    let block = Block::plain();
    let (path, _) = block.prove(&folder, "3", &[]);
    let mut file = read(&path);
    let child =
        testkit::beacon::ExecutionBlock::synthetic(block.execution.hash(), 1001, 1_700_000_012);
    let headers = file["proof"]["block"]["headers"].as_array_mut().expect("headers");
    headers.insert(0, json!(alloy_primitives::Bytes::from(child.header_rlp())));
    file["proof"]["block"]["anchor"]["block"]["hash"] = json!(child.hash());
    let ended = verify(&folder.write_json("later.json", &file), &["--json"]);
    assert_eq!(ended.json()["proves"]["block_hash"], json!(block.execution.hash().to_string()));
}

#[test]
fn does_not_read_what_it_would_not_verify() {
    tampered(|proof| proof["emitter"] = json!("0x00")).expect(3, "unknown field `emitter`");
    tampered(|proof| proof["transaction_index"] = json!("7")).expect(3, "not a proof file");
    let folder = Folder::new();
    let kind = json!({ "heliograph": 1, "kind": "dream", "proof": {} });
    verify(&folder.write_json("kind.json", &kind), &[])
        .expect(3, "unknown kind of proof \"dream\"");
    let version = json!({ "heliograph": 2, "kind": "receipt", "proof": {} });
    verify(&folder.write_json("version.json", &version), &[]).expect(3, "format version 2");
    let twice = r#"{"heliograph":1,"heliograph":1,"kind":"receipt","proof":{}}"#;
    verify(&folder.write("twice.json", twice), &[]).expect(3, "duplicate field");
}

#[test]
fn refuses_receipts_that_are_not_the_blocks() {
    let folder = Folder::new();
    let mut block = Block::plain();
    block.receipts[4]["cumulativeGasUsed"] = json!("0x1");
    block.prove(&folder, "7", &[]).1.expect(3, "receipts root");
    let mut block = Block::plain();
    block.receipts.as_array_mut().expect("receipts").remove(2);
    block.prove(&folder, "7", &[]).1.expect(3, "in place 2");
    Block::plain().prove(&folder, "21", &[]).1.expect(3, "21 receipts, none at 21");
}

#[test]
fn prints_the_proof_when_no_file_is_named() {
    let folder = Folder::new();
    let (receipts, header) = Block::plain().files(&folder);
    let paths = [receipts, header].map(|path| path.to_str().expect("UTF-8").to_owned());
    let [receipts, header] = &paths;
    let ended = heliograph([
        "prove",
        "receipt",
        "--receipts",
        receipts,
        "--header",
        header,
        "--index",
        "0",
    ]);
    assert_eq!(ended.json()["kind"], "receipt");
    assert!(ended.err.contains("proven: receipt"), "{}", ended.err);
}
