//! What `tools/pos/setup.sh` has installed.

use crate::{
    error::{Error, Result},
    file,
};
use alloy_primitives::{Address, hex};
use std::{
    env,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::process::Command;

/// Where programs are, and where this run writes.
#[derive(Clone, Debug)]
pub(super) struct Tools {
    /// The workspace.
    pub root: PathBuf,
    /// Logs and files of this run.
    pub folder: PathBuf,
}

impl Tools {
    /// The beacon chain of `tools/pos/devnet`.
    pub(super) fn devnet(&self, module: &str) -> Result<Command> {
        let mut command = Command::new(self.installed("../spec/venv/bin/python", "spec")?);
        let paths = ["tools/pos", "tools/spec"].map(|path| self.root.join(path));
        let paths = env::join_paths(paths).map_err(|e| Error::tool("python", e))?;
        command
            .args(["-u", "-m", module])
            .env("PYTHONPATH", paths)
            .env("PYTHONDONTWRITEBYTECODE", "1");
        Ok(command)
    }

    /// The `EthereumJS` client.
    pub(super) fn ethereumjs(&self) -> Result<Command> {
        let script = "ethereumjs/node_modules/@ethereumjs/client/dist/esm/bin/cli.js";
        let mut command = Command::new("node");
        command.arg(self.installed(script, "ethereumjs")?).current_dir(&self.folder);
        Ok(command)
    }

    /// The ethrex client.
    pub(super) fn ethrex(&self) -> Result<Command> {
        let mut command = Command::new(self.installed("bin/ethrex-node", "ethrex")?);
        command.current_dir(&self.folder);
        Ok(command)
    }

    /// The Lodestar consensus client.
    pub(super) fn lodestar(&self) -> Result<Command> {
        let script = "lodestar/node_modules/@chainsafe/lodestar/lib/index.js";
        let script = self.installed(script, "lodestar")?;
        let polyfill = self.root.join("tools/pos/lodestar/polyfill.cjs");
        let mut command = Command::new("node");
        command
            .arg("--require")
            .arg(polyfill)
            .arg(script)
            .env("LODESTAR_PRESET", "minimal")
            .env("NODE_BACKEND", "js")
            .current_dir(&self.folder);
        Ok(command)
    }

    /// Writes a genesis file for an execution client.
    pub(super) async fn genesis(
        &self,
        fork: &str,
        chain_id: u64,
        accounts: &[Address],
    ) -> Result<PathBuf> {
        let path = self.folder.join("genesis.json");
        let mut command = self.devnet("devnet.genesis")?;
        command.args(["--fork", fork, "--chain-id", &chain_id.to_string()]);
        for account in accounts {
            command.args(["--account", &account.to_string()]);
        }
        let command = command.arg("--output").arg(&path).stdin(Stdio::null()).kill_on_drop(true);
        let ended = command.output().await.map_err(|e| Error::tool("python", e))?;
        if ended.status.success() {
            return Ok(path);
        }
        let said = String::from_utf8_lossy(&ended.stderr);
        Err(Error::tool("devnet.genesis", said.trim()))
    }

    /// Writes a new secret for an Engine API.
    pub(super) fn secret(&self) -> Result<PathBuf> {
        let mut secret = [0; 32];
        let source = Path::new("/dev/urandom");
        let read = |source_error| Error::Io {
            action: "read",
            path: source.to_owned(),
            source: source_error,
        };
        File::open(source).and_then(|mut file| file.read_exact(&mut secret)).map_err(read)?;
        let path = self.folder.join("jwt.hex");
        file::write(&path, &hex::encode(secret))?;
        Ok(path)
    }

    fn installed(&self, path: &str, part: &str) -> Result<PathBuf> {
        let program = self.root.join("target/pos").join(path);
        if program.exists() {
            return Ok(program);
        }
        Err(Error::tool(part, format!("not installed; run `tools/pos/setup.sh {part}`")))
    }
}
