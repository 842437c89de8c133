//! From a block to older ones by headers and by the hashes that its state keeps, against a node that is made up.

mod support;

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use light_client::ancestry::{HISTORY_ADDRESS, history_slot};
use mpt_proof::builder::Trie;
use serde_json::{Value, json};
use std::path::PathBuf;
use support::{
    Block, Ended, Folder, flip, heliograph, node::block_json, read, relay::account,
    server::serve_rpc, verify,
};
use testkit::beacon::ExecutionBlock;

/// A node with a block of receipts, three blocks after it, and the state of the last.
struct Node {
    folder: Folder,
    older: Block,
    chain: Vec<ExecutionBlock>,
    url: String,
}

impl Node {
    /// The state of the last block keeps `kept` in the place of the older one.
    fn new(kept: impl Fn(&Block) -> B256) -> Self {
        let older = Block::plain();
        let number = older.execution.number();
        let slot = history_slot(number);
        let entry = (keccak256(slot), alloy_rlp::encode(U256::from_be_bytes(kept(&older).0)));
        let slots = Trie::new([entry]).expect("slots");
        let others = (1..=9).map(|i| (keccak256(Address::repeat_byte(i)), account(B256::ZERO)));
        let contract = (keccak256(HISTORY_ADDRESS), account(slots.root()));
        let state = Trie::new(others.chain([contract])).expect("a state");

        let mut chain = vec![older.execution.clone()];
        for distance in 1..=3 {
            let parent = chain.last().expect("a block").hash();
            let time = 1_700_000_000 + 12 * distance;
            let block = ExecutionBlock::synthetic(parent, number + distance, time);
            chain.push(block.with_state_root(state.root()));
        }
        let proof = json!({
            "address": HISTORY_ADDRESS, "balance": "0x7", "nonce": "0x1", "codeHash": keccak256("code"),
            "storageHash": slots.root(),
            "accountProof": state.proof(keccak256(HISTORY_ADDRESS).as_slice()),
            "storageProof": [{
                "key": slot, "value": U256::from_be_bytes(kept(&older).0),
                "proof": slots.proof(keccak256(slot).as_slice()),
            }],
        });
        let (blocks, receipts) = (chain.clone(), older.receipts.clone());
        let url = serve_rpc(move |method, params| {
            let find = |is: &dyn Fn(&ExecutionBlock) -> bool| {
                blocks.iter().find(|block| is(block)).map_or(Value::Null, block_json)
            };
            match method {
                "eth_chainId" => json!("0x1"),
                "eth_getBlockByHash" => find(&|block| json!(block.hash()) == params[0]),
                "eth_getBlockByNumber" if params[0] == "latest" => {
                    block_json(blocks.last().expect("a block"))
                }
                "eth_getBlockByNumber" => {
                    find(&|block| json!(format!("0x{:x}", block.number())) == params[0])
                }
                "eth_getBlockReceipts" => receipts.clone(),
                "eth_getProof" => proof.clone(),
                _ => Value::Null,
            }
        });
        Self { folder: Folder::new(), older, chain, url }
    }

    fn number(&self) -> String {
        self.older.execution.number().to_string()
    }

    fn newest(&self) -> String {
        self.chain.last().expect("a block").hash().to_string()
    }

    fn prove(&self, what: &str, args: &[&str]) -> (PathBuf, Ended) {
        let file = self.folder.path("proof.json");
        let (out, number) = (file.to_str().expect("UTF-8").to_owned(), self.number());
        let all = ["prove", what, "--rpc", &self.url, "--block", &number, "-o", &out];
        let ended = heliograph(all.iter().chain(args));
        (file, ended)
    }
}

#[test]
fn proves_an_older_block_in_both_ways() {
    let node = Node::new(|older| older.execution.hash());
    // Three blocks are nearer by headers.
    for (way, headers) in [("headers", 4), ("history", 1), ("cheapest", 4)] {
        let args = ["--anchor", "latest", "--way", way];
        let (file, ended) = node.prove("ancestry", &args);
        assert_eq!(ended.status, 0, "{}", ended.err);
        let block = &read(&file)["proof"]["block"];
        assert_eq!(block["headers"].as_array().map(Vec::len), Some(headers));
        assert_eq!(block["ancestry"].is_string(), way == "history");
        let proves =
            verify(&file, &["--json", "--block-hash", &node.newest()]).json()["proves"].take();
        assert_eq!(proves["block"], node.number());
        assert_eq!(proves["block_hash"], json!(node.older.execution.hash()));
        assert_eq!(proves["older_block"].is_string(), way == "history");

        // A receipt in it, from the same block.
        let args = [&args[..], &["--index", "7", "--log", "0"]].concat();
        let (file, ended) = node.prove("receipt", &args);
        assert_eq!(ended.status, 0, "{}", ended.err);
        let json = verify(&file, &["--json", "--block-hash", &node.newest()]).json();
        assert_eq!(
            (&json["kind"], &json["proves"]["block"]),
            (&json!("receipt"), &json!(node.number()))
        );
        assert!(heliograph(["inspect", file.to_str().expect("UTF-8")]).out.contains("headers"));
    }
    // Of the block itself there is no older one.
    let (file, ended) = node.prove("ancestry", &["--way", "history"]);
    assert_eq!(ended.status, 0, "{}", ended.err);
    assert_eq!(read(&file)["proof"]["block"]["ancestry"], Value::Null);
}

#[test]
fn refuses_what_does_not_lead_to_the_block() {
    let node = Node::new(|_| B256::repeat_byte(7));
    let (_, ended) = node.prove("ancestry", &["--anchor", "latest", "--way", "history"]);
    ended.expect(3, "its state keeps 0x0707");
    let node = Node::new(|older| older.execution.hash());
    let first = node.older.execution.number();
    let later = (first + 1).to_string();
    let (_, ended) = node.prove("ancestry", &["--anchor", &later, "--block", &node.newest()]);
    ended.expect(2, "cannot be used multiple times");
    let out = node.folder.path("x.json");
    let out = out.to_str().expect("UTF-8");
    let newest = node.newest();
    let args = ["--block", &newest, "--anchor", &later, "--way", "history", "-o", out];
    let ended = heliograph(["prove", "ancestry", "--rpc", &node.url].iter().chain(&args));
    ended.expect(2, "the proof would start from block");

    let (file, _) = node.prove("ancestry", &["--anchor", "latest", "--way", "history"]);
    let changed = |change: fn(&mut Value)| {
        let mut proof = read(&file);
        change(&mut proof["proof"]["block"]);
        verify(&node.folder.write_json("changed.json", &proof), &[])
    };
    changed(|block| flip(&mut block["ancestry"], 0)).expect_clause("MPT-5");
    changed(|block| flip(&mut block["anchor"]["block"]["hash"], 0)).expect_clause("HDR-1");
    // By beacon block roots no block hash leads anywhere: that takes a light client.
    changed(|block| block["ancestry"] = json!("0x01"))
        .expect(2, "needs the file's light-client update");
    changed(|block| block["headers"] = json!([Bytes::new()])).expect_clause("HDR-1");
}
