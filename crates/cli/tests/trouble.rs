//! What goes wrong around a relayer, and what its operator sees then: a chain that is down, nodes that are, a disk that is full, a database
//! that is gone, a log that nobody reads, a committee that signs two histories.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![recursion_limit = "256"]

#[path = "trouble/chains.rs"]
mod chains;
#[path = "trouble/evidence.rs"]
mod evidence;
#[path = "trouble/log.rs"]
mod log;
#[path = "../../relayer/tests/common/postgres.rs"]
mod postgres;
#[path = "trouble/store.rs"]
mod store;
mod support;

use alloy_primitives::U64;
use prover::Node as _;
use relayer::{
    clock::SystemClock,
    domain::Outgoing,
    store::{Error, Store},
};
use serde_json::{Value, json};
use std::{path::Path, sync::Arc};
use support::devnet::Devnet;

fn send(root: &Path, devnet: &Devnet, count: &str) {
    let (status, sent) = devnet.run(root, &["devnet", "send", "--both", "--count", count]);
    assert_eq!(status, 0, "{sent}");
}

/// What a chain's node answers.
fn ask(devnet: &Devnet, name: &str, method: &'static str, params: Value) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answer = runtime.block_on(devnet.rpc(name).request(method, params)).unwrap();
    serde_json::from_str(answer.get()).unwrap()
}

fn head(devnet: &Devnet, name: &str) -> u64 {
    let head = ask(devnet, name, "eth_blockNumber", json!([]));
    serde_json::from_value::<U64>(head).unwrap().to()
}

/// All transactions of a store.
fn outgoing(url: &str) -> Vec<Outgoing> {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open(url, "test", Arc::new(SystemClock)).await.unwrap();
        let mut rows = Vec::new();
        for id in 1.. {
            match store.outgoing(id).await {
                Ok(row) => rows.push(row),
                Err(Error::Unknown { .. }) => break,
                Err(error) => panic!("{error}"),
            }
        }
        store.close().await;
        rows
    })
}
