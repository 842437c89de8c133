//! A chain with the compiled contracts, the chain that it follows in memory, and nodes for both.

use alloy_primitives::{Address, B256, Bytes, U256};
use async_trait::async_trait;
use prover::{BlockTag, Node, NodeError, Rpc, ask};
use relayer::{
    chain::Chain,
    clock::{Clock, ManualClock},
};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};
use testkit::Port;

/// Id of the chain with the light client.
pub(crate) const ON: u64 = 7;
/// Id of the chain that it follows.
pub(crate) const FOLLOWED: u64 = 31_337;

/// The chain with the contracts, each transaction in a block of its own. Dropping it ends the process.
#[derive(Debug)]
pub(crate) struct Contracts {
    rpc: Rpc,
    process: Child,
    _port: Port,
    /// What a node says that the last transaction was called with, if that is something else.
    pub(crate) shown: Mutex<Option<Bytes>>,
}

impl Drop for Contracts {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Contracts {
    /// A chain whose first block is of this time.
    pub(crate) async fn start(time: u64) -> Arc<Self> {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tools/bin/anvil");
        let program = if Path::new(root).exists() { root } else { "anvil" };
        let held = Port::reserve().expect("a port");
        let port = held.number().to_string();
        let url = format!("http://127.0.0.1:{port}");
        let rpc = Rpc::with(&url, Duration::from_secs(60), None).expect("an address");
        let process = Command::new(program)
            .args(["--host", "127.0.0.1", "--port", &port, "--silent", "--hardfork", "prague"])
            .args(["--gas-limit", "60000000", "--chain-id", &ON.to_string()])
            .args(["--timestamp", &time.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("anvil");
        let contracts = Arc::new(Self { rpc, process, _port: held, shown: Mutex::default() });
        for _ in 0..3_000 {
            if ask::chain_id(&contracts.rpc).await.is_ok_and(|id| id == ON) {
                return contracts;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("anvil does not start");
    }

    /// Sends a transaction that must succeed, and answers with the contract that it has made.
    async fn sent(&self, mut transaction: Value) -> Option<Address> {
        let accounts: Vec<Address> =
            ask::answer(&self.rpc, "eth_accounts", json!([])).await.expect("accounts");
        transaction["from"] = json!(accounts[0]);
        transaction["gas"] = json!("0x1c9c380");
        let hash: B256 = ask::answer(&self.rpc, "eth_sendTransaction", json!([transaction]))
            .await
            .expect("a transaction");
        // It is mined soon after it is taken.
        let mut receipt = Value::Null;
        for _ in 0..6_000 {
            receipt = ask::answer(&self.rpc, "eth_getTransactionReceipt", (hash,))
                .await
                .expect("an answer");
            if !receipt.is_null() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(receipt["status"], "0x1", "{receipt}");
        serde_json::from_value(receipt["contractAddress"].clone()).ok()
    }

    pub(crate) async fn send(&self, to: Address, data: &Bytes) {
        self.sent(json!({ "to": to, "input": data })).await;
    }

    /// Makes a compiled contract; `arguments` are the constructor's.
    pub(crate) async fn deploy(&self, name: &str, arguments: &[u8]) -> Address {
        let folder = std::env::var_os("HELIOGRAPH_OUT").map_or_else(
            || Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../out")).to_owned(),
            PathBuf::from,
        );
        let path = folder.join(format!("{name}.sol/{name}.json"));
        let text = std::fs::read(&path).expect("compiled contracts: `make contracts`");
        let artifact: Value = serde_json::from_slice(&text).expect("JSON");
        let object = artifact["bytecode"]["object"].clone();
        let code: Bytes = serde_json::from_value(object).expect("code");
        let code: Bytes = [&code[..], arguments].concat().into();
        self.sent(json!({ "input": code })).await.expect("a contract")
    }

    /// What a call answers, or reverts with.
    pub(crate) async fn call(&self, to: Address, data: Vec<u8>) -> Result<Bytes, Bytes> {
        let answer = ask::call(&self.rpc, to, data.into(), BlockTag::Latest).await;
        answer.map_err(|error| error.data().cloned().unwrap_or_default())
    }
}

#[async_trait]
impl Node for Contracts {
    async fn request(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        let answer = self.rpc.request(method, params).await?;
        let shown = self.shown.lock().expect("a lock").clone();
        match shown.filter(|_| method == "eth_getTransactionByHash") {
            Some(shown) => {
                let mut transaction: Value = serde_json::from_str(answer.get()).expect("JSON");
                transaction["input"] = json!(shown);
                Ok(to_raw_value(&transaction).expect("JSON"))
            }
            None => Ok(answer),
        }
    }
}

/// A node of the followed chain: its blocks as nodes write them, up to the newest, and which one is final.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    pub(crate) blocks: Mutex<Vec<Value>>,
    pub(crate) finalized: Mutex<u64>,
    /// Blocks that are known by their hashes alone.
    pub(crate) unlisted: Mutex<Vec<Value>>,
    /// What `istanbul_getSnapshot` answers, by block.
    pub(crate) snapshots: Mutex<Vec<(u64, Value)>>,
    /// Questions for single blocks by number, and for snapshots.
    pub(crate) asked: Mutex<Vec<String>>,
}

fn number_of(block: &Value) -> u64 {
    let number: U256 = serde_json::from_value(block["number"].clone()).expect("a number");
    number.to()
}

impl Blocks {
    pub(crate) fn new(blocks: Vec<Value>, finalized: u64) -> Arc<Self> {
        let (blocks, finalized) = (Mutex::new(blocks), Mutex::new(finalized));
        Arc::new(Self { blocks, finalized, ..Self::default() })
    }

    fn find(&self, tag: &Value) -> Value {
        let blocks = self.blocks.lock().expect("a lock");
        let number = match tag.as_str().expect("a tag") {
            "latest" => return blocks.last().cloned().unwrap_or_default(),
            "finalized" => *self.finalized.lock().expect("a lock"),
            text => {
                self.asked.lock().expect("a lock").push(text.to_owned());
                u64::from_str_radix(&text[2..], 16).expect("a number")
            }
        };
        blocks.iter().find(|block| number_of(block) == number).cloned().unwrap_or_default()
    }
}

#[async_trait]
impl Node for Blocks {
    async fn request(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        let answer = match method {
            "eth_chainId" => json!(U256::from(FOLLOWED)),
            "eth_getBlockByNumber" => self.find(&params[0]),
            "eth_getBlockByHash" => {
                let blocks = self.blocks.lock().expect("a lock");
                let unlisted = self.unlisted.lock().expect("a lock");
                let mut all = blocks.iter().chain(unlisted.iter());
                let found = all.find(|block| block["hash"] == params[0]);
                found.cloned().unwrap_or_default()
            }
            "istanbul_getSnapshot" => {
                self.asked.lock().expect("a lock").push(method.to_owned());
                let number: U256 = serde_json::from_value(params[0].clone()).expect("a number");
                let snapshots = self.snapshots.lock().expect("a lock");
                let found = snapshots.iter().find(|(at, _)| U256::from(*at) == number);
                match found {
                    Some((_, snapshot)) => snapshot.clone(),
                    None => {
                        let (code, message) = (-32_601, "the method does not exist".to_owned());
                        let method = method.into();
                        return Err(NodeError::Answered { method, code, message, data: None });
                    }
                }
            }
            other => panic!("{other} was not expected"),
        };
        Ok(to_raw_value(&answer).expect("JSON"))
    }
}

/// A chain that these nodes serve.
pub(crate) fn chain(
    (name, id): (&str, u64),
    nodes: Vec<Arc<dyn Node>>,
    signers: &Value,
    clock: &Arc<ManualClock>,
) -> Arc<Chain> {
    let config = json!({
        "id": id, "rpc": { "endpoints": [] }, "service": Address::repeat_byte(0x51),
        "block_seconds": 1.0, "signers": signers,
    });
    let config = serde_json::from_value(config).expect("a configuration");
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    Arc::new(Chain::with_nodes(name, &config, nodes, clock).expect("a chain"))
}
