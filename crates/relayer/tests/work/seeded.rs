//! A chain with messages of one block, as a node serves it and as an indexer has stored it.

use crate::source::{DESTINATION, Lie, SOURCE, World};
use alloy_primitives::{Address, B256};
use async_trait::async_trait;
use prover::{Node, NodeError};
use relayer::{
    chain::Chain,
    clock::{Clock, ManualClock},
    domain::{BlockRef, Class, Fact, Place, SentMessage, Sighting},
    store::{Advance, Store},
};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use std::sync::{Arc, Mutex};

/// What a node may answer falsely of a block and its receipts.
pub(crate) const LIES: [Lie; 7] = [
    Lie::Receipt,
    Lie::FewerReceipts,
    Lie::Header,
    Lie::OtherBlock,
    Lie::NoBlock,
    Lie::NoReceipts,
    Lie::Nonsense,
];

/// A node of the source. What it calls final is what it calls newest, unless another number is said.
#[derive(Debug)]
pub(crate) struct SourceNode {
    world: tokio::sync::Mutex<World>,
    finalized: Mutex<Option<u64>>,
}

impl SourceNode {
    pub(crate) fn new(world: World) -> Arc<Self> {
        Arc::new(Self { world: tokio::sync::Mutex::new(world), finalized: Mutex::default() })
    }

    /// What it answers falsely from now on.
    pub(crate) async fn lie(&self, lie: Option<Lie>) {
        self.world.lock().await.lie = lie;
    }

    /// The number of what it calls final from now on.
    pub(crate) fn finalize(&self, number: u64) {
        *self.finalized.lock().expect("a lock") = Some(number);
    }
}

#[async_trait]
impl Node for SourceNode {
    async fn request(
        &self,
        method: &'static str,
        mut params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        if params[0] == json!("finalized") {
            let number = *self.finalized.lock().expect("a lock");
            params[0] = number.map_or(json!("latest"), |number| json!(format!("{number:#x}")));
        }
        let world = self.world.lock().await;
        let answer = world.request(method, params).await?;
        if method != "eth_getTransactionReceipt" {
            return Ok(answer);
        }
        // Receipts of that chain do not know their block.
        let mut receipt: Value = serde_json::from_str(answer.get()).expect("JSON");
        if receipt.is_object() {
            receipt["blockHash"] = json!(world.block().0);
        }
        Ok(to_raw_value(&receipt).expect("JSON"))
    }
}

/// A chain of one node with blocks of one second.
pub(crate) fn chain(
    name: &str,
    (id, service): (u64, Address),
    node: Arc<dyn Node>,
    clock: &Arc<ManualClock>,
) -> Arc<Chain> {
    chain_of(name, (id, service), vec![node], clock)
}

/// The same of several nodes, of which most have to agree.
pub(crate) fn chain_of(
    name: &str,
    (id, service): (u64, Address),
    nodes: Vec<Arc<dyn Node>>,
    clock: &Arc<ManualClock>,
) -> Arc<Chain> {
    let config =
        json!({ "id": id, "rpc": { "endpoints": [] }, "service": service, "block_seconds": 1.0 });
    let config = serde_json::from_value(config).expect("a configuration");
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    Arc::new(Chain::with_nodes(name, &config, nodes, clock).expect("a chain"))
}

/// Stores what was sent as an indexer does, its block final or only seen. Answers with the ids.
pub(crate) async fn seed(store: &Store, world: &World, is_final: bool) -> Vec<B256> {
    let (hash, number) = world.block();
    let block = BlockRef { number, hash };
    let logs = world.logs();
    let sightings = world.sent.iter().map(|(body, id, at)| {
        let log = logs.iter().find(|log| log["topics"][1] == json!(id)).expect("its log");
        let log_index = log["logIndex"].as_str().expect("a number");
        let log_index = u64::from_str_radix(&log_index[2..], 16).expect("a number");
        let transaction = serde_json::from_value(log["transactionHash"].clone()).expect("a hash");
        let transaction_index = at.transaction_index;
        let place = Place { chain: SOURCE.0, block, transaction, transaction_index, log_index };
        let (gateway, destination, body) = (SOURCE.1, DESTINATION.0, body.clone());
        let sent = SentMessage { gateway, destination, body };
        Sighting { message: *id, place, fact: Fact::Sent(Box::new(sent)) }
    });
    let before = BlockRef { number: number - 1, hash: B256::repeat_byte(1) };
    let (final_block, pins) = if is_final { (block, vec![]) } else { (before, vec![block]) };
    let advance = Advance {
        expect_next: 0,
        roll_back_to: None,
        pins,
        sightings: sightings.collect(),
        next_block: number + 1,
        final_block,
        head: (number + 5, 1_700_000_000),
        class: Class::Live,
    };
    let lease = store.lease("indexer", 60_000).await.expect("a store").expect("a lease");
    store.advance(SOURCE.0, &lease, advance).await.expect("an advance");
    world.sent.iter().map(|(_, id, _)| *id).collect()
}
