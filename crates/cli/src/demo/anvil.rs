//! A local chain that ends with this program.

use crate::{
    error::{Error, Result},
    rpc::Rpc,
};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep},
};

/// Longest wait for a chain to answer.
const START: Duration = Duration::from_secs(120);

/// How a chain is started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Letter for people, and the name of the log file.
    pub name: char,
    /// Chain id.
    pub chain_id: u64,
    /// Unix time of the first block.
    pub genesis_time: u64,
}

/// A running anvil; dropping it kills the process.
#[derive(Debug)]
pub(crate) struct Anvil {
    /// Letter for people.
    pub name: char,
    /// Its chain id.
    pub chain_id: u64,
    /// Where it listens, on loopback.
    pub url: String,
    /// A client for it.
    pub rpc: Rpc,
    process: Child,
}

impl Anvil {
    /// Starts a chain on a free port; its output goes to `folder`.
    pub(crate) async fn start(program: &Path, folder: &Path, options: Options) -> Result<Self> {
        Self::start_with(program, folder, options, &["--accounts", "2"]).await
    }

    /// The same with so many accounts, and whatever else is in these arguments.
    pub(crate) async fn start_with(
        program: &Path,
        folder: &Path,
        options: Options,
        more: &[&str],
    ) -> Result<Self> {
        let log = folder.join(format!("anvil-{}.log", options.name));
        let write = |source| Error::Io { action: "write", path: log.clone(), source };
        let output = File::create(&log).map_err(write)?;
        let errors = output.try_clone().map_err(write)?;
        let mut process = Command::new(program)
            .args(["--host", "127.0.0.1", "--port", "0", "--hardfork", "prague"])
            .args(["--gas-limit", "60000000", "--no-request-size-limit"])
            .args(more)
            .args(["--chain-id", &options.chain_id.to_string()])
            .args(["--timestamp", &options.genesis_time.to_string()])
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .map_err(|e| Error::tool("anvil", e))?;
        let url = listening(&mut process, &log).await?;
        let rpc = Rpc::new(&url)?;
        let answered = rpc.chain_id().await?;
        if answered != options.chain_id {
            return Err(Error::tool("anvil", format!("answers for chain {answered}")));
        }
        Ok(Self { name: options.name, chain_id: options.chain_id, url, rpc, process })
    }

    /// Lets the process outlive this program.
    pub(crate) fn leave_running(self) -> Option<u32> {
        let id = self.process.id();
        std::mem::forget(self.process);
        id
    }
}

/// Waits until the log says where the chain listens.
async fn listening(process: &mut Child, log: &PathBuf) -> Result<String> {
    let deadline = Instant::now() + START;
    while Instant::now() < deadline {
        let text = fs::read_to_string(log).map_err(|source| Error::Io {
            action: "read",
            path: log.clone(),
            source,
        })?;
        let address = text.lines().find_map(|line| line.strip_prefix("Listening on "));
        if let Some(address) = address {
            return Ok(format!("http://{}", address.trim()));
        }
        if let Ok(Some(status)) = process.try_wait() {
            let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("");
            return Err(Error::tool("anvil", format!("ended with {status}: {last}")));
        }
        sleep(Duration::from_millis(20)).await;
    }
    Err(Error::tool("anvil", "did not start in time"))
}
