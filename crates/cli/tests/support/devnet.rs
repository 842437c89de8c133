//! A devnet for a test.

use super::Folder;
use prover::Rpc;
use serde_json::Value;
use std::{
    env,
    io::{self, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use testkit::vectors;

/// Longest wait for anything; machines that build are slow.
const PATIENCE: Duration = Duration::from_secs(240);

/// The workspace, or nothing when tools or contracts are missing; where everything has to be there, they may not be.
pub(crate) fn workspace() -> Option<PathBuf> {
    let root = vectors::workspace();
    let ready = ["tools/bin/anvil", "tools/bin/forge", "out/RelayFees.sol/RelayFees.json"];
    let missing = ready.iter().find(|path| !root.join(path).exists());
    let required = env::var_os("CI").is_some_and(|ci| ci == "true");
    assert!(missing.is_none() || !required, "{missing:?} is missing");
    if let Some(path) = missing {
        // Written past the test harness, which swallows what a passing test prints.
        let _ = writeln!(io::stderr(), "skipped: devnet ({path} is missing; run `make contracts`)");
    }
    missing.is_none().then_some(root)
}

/// A devnet that ends with the test.
pub(crate) struct Devnet {
    pub(crate) process: Child,
    pub(crate) folder: Folder,
    /// What it said when it was ready.
    said: Value,
}

impl Devnet {
    pub(crate) fn start(root: &Path, args: &[&str]) -> Self {
        let folder = Folder::new();
        let mut command = program(root);
        let command = command.args(["devnet", "--json", "--folder"]).arg(folder.path(""));
        let command = command.args(args).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut process = command.spawn().expect("the program starts");
        let output = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut objects = serde_json::Deserializer::from_reader(output).into_iter::<Value>();
        let said = objects.next().expect("an object before the end").expect("JSON");
        assert_eq!(said["state"], "ready", "{said}");
        Self { process, folder, said }
    }

    pub(crate) fn end(&self, name: &str) -> &Value {
        &self.said["devnet"][name]
    }

    /// An attestor, by its number from 1 on.
    pub(crate) fn attestor(&self, number: usize) -> &Value {
        &self.said["devnet"]["attestors"][number - 1]
    }

    pub(crate) fn rpc(&self, name: &str) -> Rpc {
        Rpc::new(self.end(name)["rpc"].as_str().expect("an address")).expect("an address")
    }

    pub(crate) fn run(&self, root: &Path, args: &[&str]) -> (i32, Value) {
        let mut command = program(root);
        let command = command.arg("--json").args(args).arg("--folder").arg(self.folder.path(""));
        let output = command.stderr(Stdio::inherit()).output().expect("the program starts");
        let json = serde_json::from_slice(&output.stdout).expect("JSON");
        (output.status.code().expect("a status"), json)
    }
}

impl Drop for Devnet {
    fn drop(&mut self) {
        // By the signal that it ends its chains on, unless it has ended.
        if matches!(self.process.try_wait(), Ok(None)) {
            terminate(&self.process);
            let _ = self.process.wait();
        }
    }
}

pub(crate) fn program(root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heliograph"));
    command.env("HELIOGRAPH_ROOT", root);
    command
}

pub(crate) fn terminate(process: &Child) {
    let _ = Command::new("kill").arg(process.id().to_string()).status();
}

pub(crate) fn wait<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(200));
    }
}
