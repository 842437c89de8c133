//! What real nodes have answered, served again: a mainnet block with its receipts, and a proof-of-stake network of real clients.

mod support;

use alloy_primitives::B256;
use async_trait::async_trait;
use light_client::beacon::{Trusted, spec::SyncCommittee};
use mpt_proof::receipt::{self, TypePolicy};
use prover::{BeaconNode, Node, NodeError, RawLog, ask, update};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use std::collections::BTreeMap;
use support::{block_json, server::serve};
use testkit::{beacon::ExecutionBlock, vectors};

/// A node that knows one block, and numbers its logs as it likes.
#[derive(Debug)]
struct Mainnet {
    block: Value,
    receipts: Value,
}

#[async_trait]
impl Node for Mainnet {
    async fn request(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        let is_it = params[0] == self.block["hash"];
        let answer = match method {
            "eth_getBlockByHash" if is_it => &self.block,
            "eth_getBlockReceipts" if is_it => &self.receipts,
            _ => &Value::Null,
        };
        Ok(to_raw_value(answer).expect("JSON"))
    }
}

#[tokio::test]
async fn accepts_the_receipts_of_a_mainnet_block() {
    const WHAT: &str = "the receipts of a mainnet block";
    let Some(header) = vectors::read("ethereum/mainnet_exec_header_22432102.rlp", WHAT) else {
        return;
    };
    let Some(text) = vectors::read("ethereum/mainnet_receipts_22432102.json", WHAT) else { return };
    let block = ExecutionBlock::from_rlp(&header).expect("a header");
    let mut answer: Value = serde_json::from_slice(&text).expect("JSON");
    let receipts = answer["result"].take();
    let logs: Vec<RawLog> = receipts
        .as_array()
        .expect("a list")
        .iter()
        .flat_map(|one| one["logs"].as_array().expect("logs").clone())
        .map(|log| serde_json::from_value(log).expect("a log"))
        .collect();
    assert!(logs.len() > 100, "{}", logs.len());
    let mut node = Mainnet { block: block_json(&block), receipts };
    let read = ask::receipts(&node, block.hash()).await.expect("receipts");
    let root = read.trie().root();
    for log in &logs {
        let at = read.locate(log).expect("a place");
        let nodes = read.proof(at.transaction_index);
        let proven = receipt::prove(&root, at.transaction_index, &nodes, TypePolicy::Known);
        let proven = proven.expect("a receipt").log(at.log_index_in_receipt).expect("a log");
        assert_eq!((proven.address, proven.data), (log.address, &log.data[..]));
    }

    // With one gas less somewhere they are not those of the block.
    node.receipts[7]["cumulativeGasUsed"] = json!("0x1");
    let refused = ask::receipts(&node, block.hash()).await.expect_err("a lie");
    assert!(matches!(&refused, NodeError::Mismatch { .. }), "{refused}");
}

#[tokio::test]
async fn leads_a_client_through_the_periods_of_a_network() {
    const FOLDER: &str = "devnet/pyspec-fulu-ethrex-osaka";
    let read = |name: &str| {
        let text = vectors::read(&format!("{FOLDER}/{name}.json"), "updates of real clients")?;
        Some(serde_json::from_slice::<Value>(&text).expect("JSON"))
    };
    let Some(genesis) = read("genesis") else { return };
    let mut answers = BTreeMap::from([("beacon/genesis".to_owned(), genesis)]);
    for (path, name) in [
        ("config/spec", "spec"),
        ("beacon/headers/finalized", "header_finalized"),
        ("beacon/light_client/finality_update", "finality_update"),
    ] {
        answers.insert(path.to_owned(), read(name).expect("another file of the folder"));
    }
    let period = |period: u64| read(&format!("updates_period_{period}"));
    let periods: Vec<Value> = (0..5).map(|at| period(at).expect("a period")[0].take()).collect();
    for (at, pair) in periods.windows(2).enumerate() {
        let path = format!("beacon/light_client/updates?start_period={at}&count=2");
        answers.insert(path, json!(pair));
    }
    let last = "beacon/light_client/updates?start_period=4&count=2".to_owned();
    answers.insert(last, json!([periods[4]]));
    let url = serve(move |path, _| answers.get(path.trim_start_matches("/eth/v1/")).cloned());

    let node = BeaconNode::new(&url).expect("an address");
    let network = node.network(None, 14 * 24 * 60 * 60).await.expect("a network");
    let root = |period: usize| -> B256 {
        let committee = periods[period]["data"]["next_sync_committee"].clone();
        serde_json::from_value::<SyncCommittee>(committee).expect("a committee").hash_tree_root()
    };
    let mut trusted = Trusted {
        finalized_slot: 64,
        current_committee_root: root(0),
        latest_head: 1,
        ..Trusted::default()
    };
    let now = network.genesis_time + 300 * network.seconds_per_slot;
    // First the committee of the next period, then block by block.
    for (slot, brings_head, rotates) in
        [(64, false, false), (128, true, true), (192, true, true), (240, true, false)]
    {
        let update = update::beacon(&node, &network, &trusted, now, false, None).await;
        let update = update.expect("an answer").expect("an update");
        let got = (update.finalized_slot, update.brings_head, update.rotates);
        assert_eq!(got, (slot, brings_head, rotates));
        trusted = update.trusted;
    }
    assert_eq!((trusted.latest_head, trusted.current_committee_root), (4, root(2)));
    let after = update::beacon(&node, &network, &trusted, now, false, None).await;
    assert_eq!(after, Ok(None));
}
