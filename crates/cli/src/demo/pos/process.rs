//! Programs that end with this one.

use crate::error::{Error, Result};
use std::{
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep},
};

/// A running program; dropping it kills the process.
#[derive(Debug)]
pub(super) struct Process {
    name: &'static str,
    log: PathBuf,
    child: Child,
}

impl Process {
    /// Starts a program whose output goes to a file in `folder`.
    pub(super) fn start(name: &'static str, command: &mut Command, folder: &Path) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let write = |source| Error::Io { action: "write", path: log.clone(), source };
        let output = File::create(&log).map_err(write)?;
        let errors = output.try_clone().map_err(write)?;
        let command = command.stdin(Stdio::null()).stdout(output).stderr(errors);
        let child = command.kill_on_drop(true).spawn().map_err(|e| Error::tool(name, e))?;
        Ok(Self { name, log, child })
    }

    /// That the process still runs; otherwise what it said last.
    pub(super) fn expect_running(&mut self) -> Result<()> {
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(self.failed(&format!("ended with {status}"))),
            Err(error) => Err(Error::tool(self.name, error)),
        }
    }

    /// Waits until the log has a line that begins so, and returns the rest of it.
    pub(super) async fn says(&mut self, start: &str, longest: Duration) -> Result<String> {
        let deadline = Instant::now() + longest;
        while Instant::now() < deadline {
            let text = fs::read_to_string(&self.log).unwrap_or_default();
            if let Some(rest) = text.lines().find_map(|line| line.strip_prefix(start)) {
                return Ok(rest.trim().to_owned());
            }
            self.expect_running()?;
            sleep(Duration::from_millis(50)).await;
        }
        Err(self.failed("did not start in time"))
    }

    /// A failure of this process, with where to look.
    pub(super) fn failed(&self, problem: &str) -> Error {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("");
        Error::tool(self.name, format!("{problem}: {last} (see {})", self.log.display()))
    }
}

/// A port on loopback that nobody listens on now.
pub(super) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|e| Error::tool("loopback", e))?;
    let address = listener.local_addr().map_err(|e| Error::tool("loopback", e))?;
    Ok(address.port())
}
