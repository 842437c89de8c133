//! What a light client believes, held against the nodes of the chain that it follows.

use crate::{
    Bench, SourceNode, chain,
    destination::TIME,
    source::{DESTINATION, SOURCE, World, block_json},
};
use alloy_primitives::{Address, B256};
use async_trait::async_trait;
use prover::{Cache, Head, Node, NodeError};
use relayer::{
    keeper::{Family, Keeper},
    role::Role,
};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use std::sync::Arc;
use testkit::beacon::ExecutionBlock;

/// Where the destination has its light client.
const CLIENT: Address = Address::repeat_byte(0xc2);

/// A node that knows a block beside those of the chain, by its hash only.
#[derive(Debug)]
struct Beside(Arc<SourceNode>, ExecutionBlock);

#[async_trait]
impl Node for Beside {
    async fn request(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        if method == "eth_getBlockByHash" && params[0] == json!(self.1.hash()) {
            return Ok(to_raw_value(&block_json(&self.1)).expect("JSON"));
        }
        self.0.request(method, params).await
    }
}

/// What is said of a light client whose newest head is this, and how many transactions are asked for.
async fn said(head: impl FnOnce(Head, &ExecutionBlock) -> Head) -> (String, usize) {
    let world = World::new(1, 3);
    let honest = world.head();
    let fork = ExecutionBlock::synthetic(B256::repeat_byte(0xf0), honest.number, TIME);
    let bench = Bench::of(world, vec![head(honest, &fork)], 1).await;
    let node = Arc::new(Beside(Arc::clone(&bench.source), fork));
    let follows = chain("home", SOURCE, node, &bench.clock);
    let client =
        json!({ "on": "away", "follows": "home", "address": CLIENT, "kind": { "map": {} } });
    let client = serde_json::from_value(client).expect("a client");
    let (store, clock, between) =
        (bench.store.clone(), bench.clock.clone(), (bench.to.clone(), follows));
    let keeper = Keeper::new(store, clock, between, &client, Family::Watched, Cache::none());
    keeper.step().await.expect("a step");
    let rows = bench.store.clients().await.expect("rows");
    let asked = bench.store.outgoing_all_open(DESTINATION.0).await.expect("rows");
    (rows[0].detail.clone(), asked.len())
}

#[tokio::test]
async fn l9_accepts_a_head_that_the_nodes_of_the_chain_have() {
    let (detail, asked) = said(|honest, _| honest).await;
    assert!(!detail.contains("lies"), "{detail}");
    assert_eq!(asked, 0);
}

#[tokio::test]
async fn l9_rejects_a_head_that_they_do_not_have_and_tells_a_person() {
    let (detail, asked) = said(|honest, fork| Head { hash: fork.hash(), ..honest }).await;
    assert!(
        detail.contains("nodes of home say")
            && detail.ends_with("someone lies about the chain; pause the client, find out who"),
        "{detail}"
    );
    assert_eq!(asked, 0);
}
