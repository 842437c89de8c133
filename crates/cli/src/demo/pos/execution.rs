//! The source chain's execution client, and what is sent to it.

use super::{
    process::{Process, free_port},
    tools::Tools,
    wallet::Wallet,
};
use crate::{
    error::{Error, Result},
    rpc::{Block, Receipt, Rpc},
};
use alloy_primitives::{Address, B256, Bytes, TxKind, U64};
use serde_json::value::RawValue;
use std::{path::PathBuf, time::Duration};
use tokio::time::{Instant, sleep};

/// Longest wait for a client to answer.
const START: Duration = Duration::from_secs(60);

/// Longest wait for a transaction.
const MINED: Duration = Duration::from_secs(60);

/// Gas for calls.
const CALL_GAS: u64 = 5_000_000;

/// Gas to create a contract: below the limit that Osaka puts on a transaction, or as much as EIP-8037 asks
/// for so many bytes of code.
const CREATE_GAS: u64 = 16_000_000;
const AMSTERDAM_CREATE_GAS: u64 = 80_000_000;

/// Id of the source chain.
pub(super) const CHAIN_ID: u64 = 900_003;

/// Accounts of every local test chain, whose keys are known to all.
const KEYS: [&str; 2] = [
    "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
];

/// Which execution client, at which of its forks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// `EthereumJS`.
    EthereumJs {
        /// Fork from genesis on.
        fork: &'static str,
    },
    /// ethrex.
    Ethrex {
        /// Fork from genesis on.
        fork: &'static str,
    },
}

/// A running execution client with two funded accounts.
#[derive(Debug)]
pub(super) struct Execution {
    /// A client for its JSON-RPC.
    pub rpc: Rpc,
    /// Where JSON-RPC listens, on loopback.
    pub url: String,
    /// Where the Engine API listens, on loopback.
    pub engine: String,
    /// File with the secret of the Engine API.
    pub secret: PathBuf,
    /// Sends everything that matters.
    pub wallet: Wallet,
    /// Sends other transactions.
    pub other: Wallet,
    create_gas: u64,
    process: Process,
}

impl Kind {
    /// Name and version.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::EthereumJs { .. } => "EthereumJS 0.10.5",
            Self::Ethrex { .. } => "ethrex 24.0.0",
        }
    }

    /// Fork from genesis on.
    pub(super) const fn fork(self) -> &'static str {
        match self {
            Self::EthereumJs { fork } | Self::Ethrex { fork } => fork,
        }
    }

    fn start(self, tools: &Tools, files: [&PathBuf; 2], ports: [u16; 2]) -> Result<Process> {
        let [genesis, secret] = files;
        let [rpc, engine] = ports.map(|port| port.to_string());
        match self {
            Self::EthereumJs { .. } => {
                let mut command = tools.ethereumjs()?;
                command
                    .arg("--gethGenesis")
                    .arg(genesis)
                    .arg("--dataDir")
                    .arg(tools.folder.join("ethereumjs"))
                    .arg("--jwtSecret")
                    .arg(secret)
                    .args(["--rpc", "--rpcAddr", "127.0.0.1", "--rpcPort", &rpc])
                    .args(["--rpcEngine", "--rpcEngineAddr", "127.0.0.1"])
                    .args(["--rpcEnginePort", &engine, "--extIP", "127.0.0.1"])
                    // Without peers; this also keeps it from listening for any.
                    .args(["--sync", "none", "--isSingleNode", "--maxPeers", "0"])
                    .args(["--discDns", "false", "--discV4", "false", "--logFile", "false"])
                    .args(["--saveReceipts", "--txLookupLimit", "0"]);
                Process::start("ethereumjs", &mut command, &tools.folder)
            }
            Self::Ethrex { .. } => {
                let mut command = tools.ethrex()?;
                command
                    .arg("--genesis")
                    .arg(genesis)
                    .arg("--jwt")
                    .arg(secret)
                    .args(["--rpc", &format!("127.0.0.1:{rpc}")])
                    .args(["--engine", &format!("127.0.0.1:{engine}")]);
                Process::start("ethrex", &mut command, &tools.folder)
            }
        }
    }
}

impl Execution {
    /// Starts a client on free ports, with a genesis of its own.
    pub(super) async fn start(kind: Kind, tools: &Tools) -> Result<Self> {
        let wallet = Wallet::new(KEYS[0], CHAIN_ID)?;
        let other = Wallet::new(KEYS[1], CHAIN_ID)?;
        let accounts = [wallet.address(), other.address()];
        let genesis = tools.genesis(kind.fork(), CHAIN_ID, &accounts).await?;
        let secret = tools.secret()?;
        let ports = [free_port()?, free_port()?];
        let process = kind.start(tools, [&genesis, &secret], ports)?;
        let [url, engine] = ports.map(|port| format!("http://127.0.0.1:{port}"));
        let rpc = Rpc::new(&url)?;
        let create_gas = match kind {
            Kind::EthereumJs { .. } => CREATE_GAS,
            Kind::Ethrex { .. } => AMSTERDAM_CREATE_GAS,
        };
        let mut started = Self { rpc, url, engine, secret, wallet, other, create_gas, process };
        started.wait().await?;
        Ok(started)
    }

    /// Sends a call, without waiting.
    pub(super) async fn call(&mut self, to: Address, input: Vec<u8>) -> Result<B256> {
        let raw = self.wallet.sign(TxKind::Call(to), 0, input, CALL_GAS)?;
        self.submit(raw).await
    }

    /// Creates a contract, without waiting.
    pub(super) async fn create(&mut self, code: Vec<u8>) -> Result<(Address, B256)> {
        let address = self.wallet.next_contract();
        let raw = self.wallet.sign(TxKind::Create, 0, code, self.create_gas)?;
        Ok((address, self.submit(raw).await?))
    }

    /// Sends one wei from the other account, without waiting.
    pub(super) async fn transfer(&mut self) -> Result<B256> {
        let raw = self.other.sign(TxKind::Call(self.wallet.address()), 1, Vec::new(), 21_000)?;
        self.submit(raw).await
    }

    /// Waits for the receipt of a transaction, which must succeed.
    pub(super) async fn receipt(&self, transaction: B256) -> Result<Receipt> {
        let deadline = Instant::now() + MINED;
        while Instant::now() < deadline {
            // A client that has not seen it may answer with an error in place of nothing.
            if let Ok(Some(receipt)) = self.rpc.receipt(transaction).await {
                return if receipt.succeeded() {
                    Ok(receipt)
                } else {
                    Err(Error::Demo(format!("transaction {transaction} failed on the source")))
                };
            }
            sleep(Duration::from_millis(200)).await;
        }
        Err(self.process.failed(&format!("transaction {transaction} is in no block")))
    }

    /// All receipts of a block as the client writes them. Asked by number, since not all clients answer
    /// by hash; their root says whether they are the block's.
    pub(super) async fn receipts(&self, block: &Block) -> Result<String> {
        const METHOD: &str = "eth_getBlockReceipts";
        let number = U64::from(block.number());
        let receipts: Option<Box<RawValue>> = self.rpc.request(METHOD, (number,)).await?;
        let missing = || Error::rpc(METHOD, format!("the node has no block {number}"));
        Ok(receipts.ok_or_else(missing)?.get().to_owned())
    }

    async fn submit(&self, raw: Bytes) -> Result<B256> {
        self.rpc.request("eth_sendRawTransaction", (raw,)).await
    }

    async fn wait(&mut self) -> Result<()> {
        let deadline = Instant::now() + START;
        while Instant::now() < deadline {
            self.process.expect_running()?;
            match self.rpc.chain_id().await {
                Ok(CHAIN_ID) => return Ok(()),
                Ok(other) => return Err(Error::Demo(format!("the client is on chain {other}"))),
                Err(_) => sleep(Duration::from_millis(100)).await,
            }
        }
        Err(self.process.failed("did not start in time"))
    }
}
