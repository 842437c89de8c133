//! `heliograph demo`: a message proven from one chain to another, directly or over a hub, and ways to cheat.

pub(crate) mod anvil;
pub(crate) mod chain;
mod cheat;
pub(crate) mod deploy;
mod files;
mod follower;
mod hub;
mod life;
mod message;
mod mirror;
mod origin;
pub(crate) mod pos;
mod relay;
mod report;
mod source;
mod stage;
mod story;
pub(crate) mod tools;

use crate::{
    devnet::relayed::Place,
    error::{Error, Result},
    output::Answer,
    verify::Trust,
};
use anvil::{Anvil, Options};
use clap::Args;
use deploy::Forge;
use report::Report;
use source::{PERIOD, SLOT, Source};
use std::{fs, path::Path};

const AFTER_HELP: &str = "\
Examples:
  heliograph demo
  heliograph demo --route map

Needs anvil, forge and the compiled contracts: `make demo` sees to them. Tools are looked for in the
folder that HELIOGRAPH_TOOLS names, else in tools/bin of the repository, else on PATH. The repository
is the one that HELIOGRAPH_ROOT names, else the one around the current folder.";

/// Chain ids of the two chains.
const CHAINS: [u64; 2] = [900_001, 900_002];

/// How long ago both chains began, in slots: more than they ever mine, so that no block is in the future.
const PAST: u64 = 1500;

/// Epochs for which B's committees serve, as on mainnet: so many that there is no other one here.
const LONG: u64 = 256;

/// Prove a message from one local chain to another, then try to cheat.
///
/// Starts two chains on this machine, deploys the contracts on both, and proves two messages from A
/// to B through a light client of A on B; then one whose recipient fails, one that comes too late, and to A what became of
/// them. At last a relayer carries messages both ways between two more chains, and is killed on the way. With `--route map` there is a third chain between them, with the
/// consensus of MAP: its hub proves A's message, and B proves what the hub says. Consensus is simulated, with
/// real keys and real signatures: anvil has none. Everything ends with this program.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Demo {
    /// How the messages come from A to B.
    #[arg(long, value_name = "ROUTE", value_enum, default_value = "direct")]
    route: RouteName,
    /// Leave the chains running, and keep the proof files, when the demonstration is over.
    #[arg(long)]
    keep: bool,
}

/// How messages come from A to B.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum RouteName {
    /// B follows A.
    Direct,
    /// B follows a hub's chain, a MAP relay chain, which follows A; and beside it A itself.
    Map,
}

/// Runs the command until it is done or interrupted.
pub(crate) async fn run(args: &Demo, as_json: bool) -> Result<Answer> {
    let root = tools::workspace()?;
    let folder = root.join("target").join("demo").join(std::process::id().to_string());
    let write = |source| Error::Io { action: "write", path: folder.clone(), source };
    fs::create_dir_all(&folder).map_err(write)?;
    // Dropping the story, as an interruption does, kills the chains.
    let ended = tokio::select! {
        ended = show(args, &root, &folder, as_json) => ended,
        interrupted = interruption() => Err(interrupted),
    };
    if !args.keep {
        let _ = fs::remove_dir_all(&folder);
    }
    ended
}

async fn show(args: &Demo, root: &Path, folder: &Path, as_json: bool) -> Result<Answer> {
    let mut report = Report::new(as_json);
    let forge = Forge {
        program: tools::find("forge", root)?,
        root: root.to_owned(),
        folder: folder.to_owned(),
    };
    let program = tools::find("anvil", root)?;
    if args.route == RouteName::Map {
        let kept = hub::show((&forge, &program, folder), args.keep, &mut report).await?;
        return Ok(Answer { text: format!("\n{}{kept}", report.table()), json: report.json() });
    }
    report.chapter("Two chains");
    let (source, b) = start(&program, folder).await?;
    let urls = [source.anvil.url.clone(), b.anvil.url.clone()];
    let result =
        format!("A is chain {} at {}, B chain {} at {}", CHAINS[0], urls[0], CHAINS[1], urls[1]);
    report.done("start two chains", result, None);
    let chains = story::tell(source, b, &forge, &mut report).await?;
    let place = Place { forge: &forge, anvil: &program, folder };
    relay::tell(place, &mut report).await?;

    let mut text = format!("\n{}", report.table());
    if args.keep {
        text += &kept(folder, chains.map(|chain| chain.anvil));
    }
    Ok(Answer { text, json: report.json() })
}

async fn start(program: &Path, folder: &Path) -> Result<(Source, Source)> {
    let genesis_time = Trust::now(None).now - PAST * SLOT;
    let a = Options { name: 'A', chain_id: CHAINS[0], genesis_time };
    let b = Options { name: 'B', chain_id: CHAINS[1], genesis_time };
    let (a, b) =
        tokio::try_join!(Anvil::start(program, folder, a), Anvil::start(program, folder, b))?;
    Ok((Source::new(a, PERIOD).await?, Source::new(b, LONG).await?))
}

fn kept(folder: &Path, chains: impl IntoIterator<Item = Anvil>) -> String {
    let mut text = format!("\nproof files: {}\n", folder.display());
    for chain in chains {
        let (name, url) = (chain.name, chain.url.clone());
        let process =
            chain.leave_running().map_or_else(String::new, |id| format!(", process {id}"));
        text += &format!("chain {name} goes on at {url}{process}\n");
    }
    text
}

/// Waits for the signals that end a program.
pub(crate) async fn interruption() -> Error {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => Error::Demo("interrupted".into()),
        _ = terminate.recv() => Error::Demo("terminated".into()),
    }
}
