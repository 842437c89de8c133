//! Processes of the relayer on a devnet.

use super::devnet::{Devnet, program};
use serde_json::Value;
use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use testkit::Port;

/// A relayer that dies with the test.
pub(crate) struct Relayer {
    process: Child,
    log: PathBuf,
    place: Place,
}

/// Where one answers.
struct Place {
    api: String,
    /// Held as long as it may be asked there; the devnet holds those of its attestors.
    _port: Option<Port>,
}

impl Place {
    fn own() -> Self {
        let port = Port::reserve().expect("a port");
        Self { api: format!("127.0.0.1:{}", port.number()), _port: Some(port) }
    }
}

impl Relayer {
    /// Starts one whose log goes to a file of this name, with variables over its configuration.
    pub(crate) fn start(
        root: &Path,
        devnet: &Devnet,
        name: &str,
        variables: &[(&str, &str)],
    ) -> Self {
        let (place, config) = (Place::own(), devnet.folder.path("relayer.toml"));
        let api = place.api.clone();
        let variables = [variables, &[("HELIOGRAPH_API__LISTEN", &api)]].concat();
        Self::run(root, devnet, name, (&config, place), &variables)
    }

    /// Starts an attestor of the devnet, by its number from 1 on, where the relayer asks it.
    pub(crate) fn attestor(
        root: &Path,
        devnet: &Devnet,
        number: usize,
        variables: &[(&str, &str)],
    ) -> Self {
        let about = |what: &str| devnet.attestor(number)[what].as_str().expect("a text");
        let api = about("url").trim_start_matches("http://").to_owned();
        let (name, place) = (format!("attestor-{number}"), Place { api, _port: None });
        Self::run(root, devnet, &name, (Path::new(about("config")), place), variables)
    }

    fn run(
        root: &Path,
        devnet: &Devnet,
        name: &str,
        at: (&Path, Place),
        variables: &[(&str, &str)],
    ) -> Self {
        let log = devnet.folder.path(&format!("{name}.log"));
        let output = File::options().create(true).append(true).open(&log).expect("a log");
        let outputs = (output.try_clone().expect("a log").into(), output.into());
        Self::spawn(root, at, variables, log, outputs)
    }

    /// Starts one whose log goes into a pipe that nobody reads.
    pub(crate) fn start_unread(root: &Path, devnet: &Devnet, variables: &[(&str, &str)]) -> Self {
        let (place, config) = (Place::own(), devnet.folder.path("relayer.toml"));
        let api = place.api.clone();
        let variables = [variables, &[("HELIOGRAPH_API__LISTEN", &api)]].concat();
        let outputs = (Stdio::piped(), Stdio::null());
        Self::spawn(root, (&config, place), &variables, PathBuf::new(), outputs)
    }

    fn spawn(
        root: &Path,
        (config, place): (&Path, Place),
        variables: &[(&str, &str)],
        log: PathBuf,
        (stderr, stdout): (Stdio, Stdio),
    ) -> Self {
        let mut command = program(root);
        let command = command.args(["--json", "start", "--config"]).arg(config);
        let command = command.envs(variables.iter().copied());
        let command = command.stdin(Stdio::null()).stderr(stderr).stdout(stdout);
        let process = command.spawn().expect("the program starts");
        Self { process, log, place }
    }

    /// What is in the pipe that nobody has read, once the process has ended.
    pub(crate) fn unread(&mut self) -> String {
        let mut bytes = Vec::new();
        let pipe = self.process.stderr.as_mut().expect("a pipe");
        pipe.read_to_end(&mut bytes).expect("it has ended");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Where it answers.
    pub(crate) fn api(&self) -> &str {
        &self.place.api
    }

    /// Whether it still runs.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    /// As a machine that loses power would; returns when, in milliseconds.
    pub(crate) fn kill(&mut self) -> i64 {
        assert!(self.is_alive(), "the relayer has ended by itself: {}", self.tail());
        self.process.kill().expect("it is ours");
        let at = now();
        let _ = self.process.wait();
        at
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn end(&mut self) {
        super::devnet::terminate(&self.process);
        let status = self.process.wait().expect("its status");
        assert!(status.success(), "{status}: {}", self.tail());
    }

    /// The lines of its log that say this, with their fields.
    pub(crate) fn said(&self, message: &str) -> Vec<Value> {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let fields = lines.map(|mut line| line["fields"].take());
        fields.filter(|fields| fields["message"] == message).collect()
    }

    /// Whether its log has this anywhere.
    pub(crate) fn mentions(&self, part: &str) -> bool {
        fs::read_to_string(&self.log).unwrap_or_default().contains(part)
    }

    /// The numbers of the transactions that it has sent.
    pub(crate) fn sent(&self) -> Vec<i64> {
        self.said("sent").iter().filter_map(|fields| fields["id"].as_i64()).collect()
    }

    /// What it answers at a path, with the status; `None` while it does not answer.
    pub(crate) fn ask(&self, path: &str) -> Option<(u16, Value)> {
        let mut stream = TcpStream::connect(&self.place.api).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
        let host = &self.place.api;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, serde_json::from_str(body).ok()?))
    }

    /// Where it is asked.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.place.api)
    }

    /// The end of its log.
    pub(crate) fn tail(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

impl Drop for Relayer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970");
    i64::try_from(since.as_millis()).expect("a time of this age")
}

/// That every message of both lanes was delivered, and none twice.
#[track_caller]
pub(crate) fn all_arrive(root: &Path, devnet: &Devnet, least: u64, relayers: &[&Relayer]) {
    let (status, counted) = devnet.run(root, &["devnet", "check", "--wait", "400"]);
    let tails = || relayers.iter().map(|relayer| relayer.tail()).collect::<Vec<_>>().join("\n\n");
    assert_eq!(status, 0, "{counted:#}\n{}", tails());
    for lane in counted["lanes"].as_array().expect("lanes") {
        let number = |name: &str| lane[name].as_u64().expect("a number");
        assert!(number("sent") >= least, "{lane}");
        assert_eq!(number("delivered"), number("sent"), "{lane}");
        assert_eq!((number("tooMany"), &lane["missing"]), (0, &Value::Array(Vec::new())), "{lane}");
    }
}
