//! Messages that a relayer carries, from two chains that have just been deployed to the last delivery: what a demonstration shows.

use super::{
    Start,
    check::{self, Lane},
    faults,
    run::Net,
    send,
};
use crate::{
    demo::deploy::Forge,
    error::{Error, Result},
};
use std::{
    env,
    fs::File,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};
use tokio::process::{Child, Command};

/// Longest wait for the last message.
const PATIENCE: Duration = Duration::from_secs(400);

/// Where the tools are, and where files go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'p> {
    /// Runs deploy scripts.
    pub forge: &'p Forge,
    /// The program of the chains.
    pub anvil: &'p Path,
    /// Where files go.
    pub folder: &'p Path,
}

/// What happened, as it happens.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event<'e> {
    /// Both chains have their contracts and light clients.
    Deployed(&'e Net),
    /// So many messages are final, in each direction.
    Sent(u64),
    /// The relayer was killed, and started again.
    Killed,
    /// Everything has arrived.
    Arrived(&'e [Lane; 2]),
}

/// Starts two chains and a relayer, sends so many messages each way, kills the relayer while they are on their way and starts it again.
///
/// # Errors
///
/// If a message does not arrive, or arrives twice; and whatever tools and nodes say.
pub(crate) async fn relayed(
    place: Place<'_>,
    count: u64,
    tell: &mut dyn FnMut(Event<'_>),
) -> Result<()> {
    let args = Start::in_folder(place.folder);
    let tools = (place.forge, place.anvil);
    let (quiet, tally) = (|_: &str| (), faults::Tally::default());
    let net = Net::start(&args, tools, (place.folder, &tally), &quiet).await?;
    tell(Event::Deployed(&net));
    let log = place.folder.join("relayer.log");
    let carried = async {
        let mut relayer = Relayer::start(&net.record.relayer, &log)?;
        send::both(&net.record, count).await?;
        tell(Event::Sent(count));
        // Light clients call them final a little later than nodes: all of them are on their way.
        relayer.kill().await?;
        relayer = Relayer::start(&net.record.relayer, &log)?;
        tell(Event::Killed);
        let lanes = tokio::select! {
            lanes = check::all_arrived(&net.record, PATIENCE) => lanes?,
            ended = relayer.0.wait() => return Err(relayer_ended(ended.ok(), &log)),
        };
        tell(Event::Arrived(&lanes));
        Ok(())
    };
    tokio::select! {
        ended = net.keep_going(&args, &quiet) => ended,
        carried = carried => carried,
    }
}

/// A process of this program that relays; dropping it kills it.
#[derive(Debug)]
struct Relayer(Child);

impl Relayer {
    fn start(config: &Path, log: &PathBuf) -> Result<Self> {
        let write = |source| Error::Io { action: "write", path: log.clone(), source };
        let output = File::options().create(true).append(true).open(log).map_err(write)?;
        let errors = output.try_clone().map_err(write)?;
        let program = env::current_exe().map_err(|e| Error::tool("heliograph", e))?;
        let process = Command::new(program)
            .args(["start", "--config"])
            .arg(config)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .kill_on_drop(true)
            .spawn();
        process.map(Self).map_err(|e| Error::tool("heliograph start", e))
    }

    /// As a machine that loses power would.
    async fn kill(&mut self) -> Result<()> {
        self.0.kill().await.map_err(|e| Error::tool("heliograph start", e))
    }
}

fn relayer_ended(status: Option<ExitStatus>, log: &Path) -> Error {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let status = status.map_or_else(|| "ended".into(), |status| format!("ended with {status}"));
    Error::tool("heliograph start", format!("{status}: {last}"))
}
