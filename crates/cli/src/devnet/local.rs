//! A local chain that mines by the clock, and its beacon chain.

use super::{
    beacon_api::{History, Shared, lock, serve},
    consensus::{Consensus, SLOTS_PER_EPOCH},
};
use crate::{
    demo::anvil::{Anvil, Options},
    error::{Error, Result},
};
use alloy_primitives::{B256, Bytes};
use serde_json::{Value, json};
use std::{
    path::Path,
    sync::{Arc, Mutex},
};
use testkit::beacon::ExecutionBlock;

/// Accounts whose keys a chain holds.
pub(super) const ACCOUNTS: usize = 10;

/// States that a chain keeps: more than are ever behind what is final.
const KEPT_STATES: &str = "256";

/// A chain and its consensus.
#[derive(Debug)]
pub(super) struct Local {
    /// The execution chain.
    pub anvil: Anvil,
    /// The beacon chain around it.
    pub beacon: Shared,
    /// What its beacon node is asked at.
    pub beacon_url: String,
    http: reqwest::Client,
}

impl Local {
    /// Starts a chain. It mines a block for each transaction until [`Self::mine_by_the_clock`].
    pub(super) async fn start(
        program: &Path,
        folder: &Path,
        options: Options,
        (slot_seconds, committee): (u64, u64),
    ) -> Result<Self> {
        let (accounts, epoch) = (ACCOUNTS.to_string(), SLOTS_PER_EPOCH.to_string());
        // States of long ago would fill the disk, and nothing asks for them.
        let more = [
            ["--accounts", accounts.as_str()],
            ["--slots-in-an-epoch", epoch.as_str()],
            ["--balance", "1000000"],
            ["--prune-history", KEPT_STATES],
        ];
        let more = more.concat();
        let anvil = Anvil::start_with(program, folder, options, &more).await?;
        anvil.set("anvil_setBlockTimestampInterval", slot_seconds.into()).await?;
        let genesis = (options.chain_id, options.genesis_time);
        let beacon = Arc::new(Mutex::new(Consensus::new(genesis, slot_seconds, committee)));
        let beacon_url = serve(Arc::clone(&beacon), History::Own).await?;
        Ok(Self { anvil, beacon, beacon_url, http: reqwest::Client::new() })
    }

    /// Mines so many blocks at once, and wraps them.
    pub(super) async fn mine_and_follow(&self, blocks: u64) -> Result<()> {
        if blocks > 0 {
            self.anvil.mine(blocks).await?;
        }
        self.follow().await
    }

    /// From now on only [`Self::mine_at`] makes blocks.
    pub(super) async fn mine_by_the_clock(&self) -> Result<()> {
        self.anvil.set("evm_setAutomine", false.into()).await
    }

    /// Mines the block of a time, unless there is a block of that time or a later one.
    pub(super) async fn mine_at(&self, time: u64) -> Result<()> {
        if self.newest().await?.timestamp() >= time {
            return Ok(());
        }
        let at = json!({ "timestamp": time });
        let _: Value = self.anvil.rpc.request("evm_mine", (at,)).await?;
        Ok(())
    }

    /// Replaces the newest blocks by empty ones; what was in them is gone.
    pub(super) async fn reorganise(&self, depth: u64) -> Result<()> {
        let nothing: [Value; 0] = [];
        let _: Value = self.anvil.rpc.request("anvil_reorg", (depth, nothing)).await?;
        Ok(())
    }

    /// Wraps all blocks that are not wrapped yet; after a reorganisation from the last common one.
    pub(super) async fn follow(&self) -> Result<()> {
        let mut new = Vec::new();
        let mut next = self.newest().await?;
        let common = loop {
            let known = lock(&self.beacon).slot_of(next.hash());
            if known.is_some() {
                break known;
            }
            let (number, parent) = (next.number(), next.parent_hash());
            new.push(next);
            if number == 0 {
                break None;
            }
            next = self.block("eth_getBlockByHash", json!(parent)).await?;
        };
        new.reverse();
        let beacon = Arc::clone(&self.beacon);
        // A new committee is half a second of arithmetic, during which nothing else would be answered.
        let wrapped = tokio::task::spawn_blocking(move || lock(&beacon).replace(common, new)).await;
        let wrapped = wrapped.map_err(|e| Error::tool("the beacon chain", e))?;
        wrapped.map_err(|e| Error::Demo(format!("the simulated beacon chain: {e}")))
    }

    async fn newest(&self) -> Result<ExecutionBlock> {
        self.block("eth_getBlockByNumber", json!("latest")).await
    }

    async fn block(&self, method: &'static str, which: Value) -> Result<ExecutionBlock> {
        let block: Value = self.anvil.rpc.request(method, (which, false)).await?;
        let hashes: Vec<B256> =
            serde_json::from_value(block["transactions"].clone()).unwrap_or_default();
        let read = ExecutionBlock::from_json(&block).map_err(|e| Error::rpc(method, e))?;
        Ok(read.with_transactions(self.transactions(&hashes).await?))
    }

    /// The transactions of a block as they were signed, in one request.
    async fn transactions(&self, hashes: &[B256]) -> Result<Vec<Bytes>> {
        const METHOD: &str = "eth_getRawTransactionByHash";
        if hashes.is_empty() {
            return Ok(Vec::new());
        }
        let question = |(id, hash): (u64, &B256)| json!({ "jsonrpc": "2.0", "id": id, "method": METHOD, "params": [hash] });
        let batch: Vec<Value> = (0..).zip(hashes).map(question).collect();
        let wrong = |e: reqwest::Error| Error::rpc(METHOD, e.without_url());
        let text = serde_json::to_vec(&batch).map_err(|e| Error::rpc(METHOD, e))?;
        let request = self.http.post(&self.anvil.url).header("content-type", "application/json");
        let answer = request.body(text).send().await.map_err(wrong)?;
        let answer = answer.bytes().await.map_err(wrong)?;
        let mut answers: Vec<Value> =
            serde_json::from_slice(&answer).map_err(|e| Error::rpc(METHOD, e))?;
        answers.sort_by_key(|answer| answer["id"].as_u64());
        let raw = answers.iter_mut().map(|answer| serde_json::from_value(answer["result"].take()));
        raw.collect::<std::result::Result<_, _>>().map_err(|e| Error::rpc(METHOD, e))
    }
}
