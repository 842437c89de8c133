//! The source chain's consensus client.

use super::{
    execution::Execution,
    process::{Process, free_port},
    tools::Tools,
};
use crate::{
    beacon_node::BeaconNode,
    error::{Error, Result},
};
use prover::BlockTag;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Longest wait for a client to answer.
const START: Duration = Duration::from_secs(120);

/// Which consensus client, at which fork.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// `tools/pos/devnet`: the consensus spec's own code.
    Spec {
        /// Fork from genesis on.
        fork: &'static str,
        /// Version of `engine_getPayload` to use in place of the fork's.
        get_payload: Option<&'static str>,
    },
    /// Lodestar 1.5.1, at Capella.
    Lodestar,
}

/// A running consensus client.
#[derive(Debug)]
pub(super) struct Consensus {
    /// A client for its REST API.
    pub node: BeaconNode,
    /// Where it listens, on loopback.
    pub url: String,
    process: Process,
}

impl Kind {
    /// Name and version.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Spec { .. } => "consensus spec 1.7.0b4",
            Self::Lodestar => "Lodestar 1.5.1",
        }
    }
}

impl Consensus {
    /// Starts a chain over an execution client, from its genesis block on.
    pub(super) async fn start(kind: Kind, tools: &Tools, execution: &Execution) -> Result<Self> {
        match kind {
            Kind::Spec { fork, get_payload } => {
                let mut command = tools.devnet("devnet")?;
                command
                    .args(["--fork", fork, "--participation", "0.9", "--with-parent"])
                    .args(["--engine", &execution.engine, "--rpc", &execution.url])
                    .arg("--jwt")
                    .arg(&execution.secret);
                if let Some(version) = get_payload {
                    command.args(["--get-payload", version]);
                }
                let mut process = Process::start("devnet", &mut command, &tools.folder)?;
                let url = process.says("listening on ", START).await?;
                Ok(Self { node: BeaconNode::new(&url)?, url, process })
            }
            Kind::Lodestar => Self::lodestar(tools, execution).await,
        }
    }

    /// That it still runs.
    pub(super) fn expect_running(&mut self) -> Result<()> {
        self.process.expect_running()
    }

    /// A failure of this client, with where to look.
    pub(super) fn failed(&self, problem: &str) -> Error {
        self.process.failed(problem)
    }

    async fn lodestar(tools: &Tools, execution: &Execution) -> Result<Self> {
        let genesis = execution.rpc.block_by_number(BlockTag::Number(0)).await?.hash();
        let [rest, port] = [free_port()?, free_port()?].map(|port| port.to_string());
        let url = format!("http://127.0.0.1:{rest}");
        let mut command = tools.lodestar()?;
        command
            .args(["dev", "--reset", "--genesisValidators", "16", "--startValidators", "0..15"])
            .arg("--paramsFile")
            .arg(tools.root.join("tools/pos/lodestar/params.yaml"))
            .arg("--dataDir")
            .arg(tools.folder.join("lodestar"))
            .args(["--rest.address", "127.0.0.1", "--rest.port", &rest, "--rest.namespace", "*"])
            .args(["--listenAddress", "127.0.0.1", "--port", &port, "--discv5", "false"])
            .args(["--sync.isSingleNode", "true", "--network.allowPublishToZeroPeers", "true"])
            .args(["--beaconNodes", &url])
            .args(["--execution.urls", &execution.engine])
            .args(["--genesisEth1Hash", &genesis.to_string()])
            .arg("--jwt-secret")
            .arg(&execution.secret);
        let process = Process::start("lodestar", &mut command, &tools.folder)?;
        let mut started = Self { node: BeaconNode::new(&url)?, url, process };
        let deadline = Instant::now() + START;
        while Instant::now() < deadline {
            started.expect_running()?;
            if started.node.get("eth/v1/beacon/genesis").await.is_ok() {
                return Ok(started);
            }
            sleep(Duration::from_millis(200)).await;
        }
        Err(started.failed("did not start in time"))
    }
}
