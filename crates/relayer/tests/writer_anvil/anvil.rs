//! A real node, and what stands between it and the writer.

use alloy_primitives::{Address, B256, U64, U128, U256, address};
use async_trait::async_trait;
use prover::{Node, NodeError, Rpc, ask};
use serde::de::DeserializeOwned;
use serde_json::{Value, json, value::RawValue};
use std::{
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use testkit::Port;
use tokio::{sync::Notify, time::sleep};

pub(crate) const CHAIN: u64 = 31_337;

/// The contract that is called: it counts its calls by the word after the selector. With a second word that is not zero it reverts with
/// that word's first four bytes.
pub(crate) const SERVICE: Address = address!("5e41000000000000000000000000000000000001");
const COUNTER: &str = "0x60243515601157600460245f3760045ffd5b6004358054600101905500";

/// A running anvil that mines when it is told to. Dropping it ends the process.
#[derive(Debug)]
pub(crate) struct Anvil {
    pub(crate) rpc: Rpc,
    process: Child,
    _port: Port,
}

impl Drop for Anvil {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Anvil {
    pub(crate) async fn start() -> Self {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tools/bin/anvil");
        let program = if std::path::Path::new(root).exists() { root } else { "anvil" };
        let held = Port::reserve().unwrap();
        let port = held.number();
        let process = Command::new(program)
            .args(["--host", "127.0.0.1", "--port", &port.to_string(), "--no-mining", "--silent"])
            .args(["--hardfork", "prague", "--accounts", "3", "--chain-id", &CHAIN.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let rpc =
            Rpc::with(&format!("http://127.0.0.1:{port}"), Duration::from_secs(60), None).unwrap();
        let anvil = Self { rpc, process, _port: held };
        for _ in 0..3_000 {
            if ask::chain_id(&anvil.rpc).await.is_ok_and(|id| id == CHAIN) {
                anvil.set("anvil_setCode", json!([SERVICE, COUNTER])).await;
                anvil.mine(3).await;
                return anvil;
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("anvil does not start");
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, method: &'static str, params: Value) -> T {
        ask::answer(&self.rpc, method, params).await.unwrap()
    }

    pub(crate) async fn set(&self, method: &'static str, params: Value) {
        let _: Value = self.get(method, params).await;
    }

    /// Mines blocks.
    pub(crate) async fn mine(&self, blocks: u64) {
        self.set("anvil_mine", json!([U64::from(blocks)])).await;
    }

    /// Mines a block with this base fee.
    pub(crate) async fn mine_at(&self, base_fee: u128) {
        self.set_base_fee(base_fee).await;
        self.mine(1).await;
    }

    /// What the next block costs.
    pub(crate) async fn set_base_fee(&self, wei: u128) {
        self.set("anvil_setNextBlockBaseFeePerGas", json!([U128::from(wei)])).await;
    }

    /// How often the contract was called with a word.
    pub(crate) async fn calls(&self, word: u64) -> u64 {
        let slot: B256 =
            self.get("eth_getStorageAt", json!([SERVICE, U256::from(word), "latest"])).await;
        U256::from_be_bytes(slot.0).to()
    }

    pub(crate) async fn nonce(&self, account: Address) -> u64 {
        let nonce: U64 = self.get("eth_getTransactionCount", json!([account, "latest"])).await;
        nonce.to()
    }

    pub(crate) async fn balance(&self, account: Address) -> U256 {
        self.get("eth_getBalance", json!([account, "latest"])).await
    }

    /// How many transactions the pool has.
    pub(crate) async fn pooled(&self) -> u64 {
        let status: Value = self.get("txpool_status", json!([])).await;
        let pending: U64 = serde_json::from_value(status["pending"].clone()).unwrap();
        let queued: U64 = serde_json::from_value(status["queued"].clone()).unwrap();
        pending.to::<u64>() + queued.to::<u64>()
    }
}

/// A node that can be made to misbehave when it is sent a transaction.
#[derive(Debug)]
pub(crate) struct Tap {
    inner: Rpc,
    /// It does not answer while this is so, and nothing arrives.
    pub(crate) hangs: AtomicBool,
    /// Told when it was sent one and does not answer.
    pub(crate) hung: Notify,
    /// It says that it has taken it, and has not.
    pub(crate) swallows: AtomicBool,
    /// How many it was sent.
    pub(crate) sent: AtomicUsize,
    /// What they were.
    pub(crate) raw: Mutex<Vec<String>>,
}

impl Tap {
    pub(crate) fn new(anvil: &Anvil) -> Arc<Self> {
        Arc::new(Self {
            inner: anvil.rpc.clone(),
            hangs: AtomicBool::new(false),
            hung: Notify::new(),
            swallows: AtomicBool::new(false),
            sent: AtomicUsize::new(0),
            raw: Mutex::default(),
        })
    }

    pub(crate) fn count(&self) -> usize {
        self.sent.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Node for Tap {
    async fn request(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        if method == "eth_sendRawTransaction" {
            if self.hangs.load(Ordering::SeqCst) {
                self.hung.notify_one();
                while self.hangs.load(Ordering::SeqCst) {
                    sleep(Duration::from_millis(5)).await;
                }
                let problem = "no answer in time".to_owned();
                return Err(NodeError::Timeout { method: method.into(), problem });
            }
            self.sent.fetch_add(1, Ordering::SeqCst);
            self.raw.lock().unwrap().push(params[0].to_string());
            if self.swallows.load(Ordering::SeqCst) {
                return Ok(RawValue::from_string(format!("\"{}\"", B256::ZERO)).unwrap());
            }
        }
        self.inner.request(method, params).await
    }
}
