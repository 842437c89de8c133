//! `heliograph demo-pos`: the same over proof of stake. The source chain is a real execution client
//! under a consensus client with committees that sign; nothing of it is simulated.

mod capella;
mod cheat;
mod consensus;
mod contracts;
mod execution;
mod message;
mod older;
mod process;
mod record;
mod source;
mod story;
mod tools;
mod twin;
mod wallet;

use super::{
    anvil::{Anvil, Options},
    deploy::Forge,
    interruption,
    report::Report,
    tools as found,
};
use crate::{
    error::{Error, Result},
    output::Answer,
    verify::Trust,
};
use clap::{Args, ValueEnum};
use consensus::Consensus;
use execution::Execution;
use serde_json::json;
use source::Source;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tools::Tools;

const AFTER_HELP: &str = "\
Example:
  heliograph demo-pos --fork fulu

Needs anvil, forge, the compiled contracts, and what tools/pos/setup.sh installs: `make demo-pos` sees to
all of it. Everything listens on 127.0.0.1 only and ends with this program. Logs are under target/pos.";

/// Chain id of the destination.
const DESTINATION: u64 = 900_004;

/// Prove messages from a local proof-of-stake chain to another chain, then try to cheat.
///
/// Runs an execution client from a package registry under a beacon chain by the official consensus
/// spec, follows it by what its REST API serves to light clients, and delivers messages on a second
/// chain. Committees have 32 members and periods 64 slots of a second: the spec's minimal preset.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct DemoPos {
    /// The fork of the source chain; may be given more than once.
    #[arg(long = "fork", value_enum, default_values = ["fulu", "gloas"])]
    forks: Vec<Fork>,
    /// Write what was fetched and proven to FORK.json in this folder, as a vector for tests.
    #[arg(long, value_name = "FOLDER")]
    record: Option<PathBuf>,
    /// Keep logs and files of a run that succeeded, too.
    #[arg(long)]
    keep: bool,
}

/// A fork of the source chain, and the clients that have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Fork {
    /// Lodestar over `EthereumJS`: no messages, as the contracts need later rules; a log is proven.
    Capella,
    /// The consensus spec over `EthereumJS` at Osaka.
    Fulu,
    /// The consensus spec over ethrex at Amsterdam.
    Gloas,
}

impl Fork {
    const fn name(self) -> &'static str {
        match self {
            Self::Capella => "capella",
            Self::Fulu => "fulu",
            Self::Gloas => "gloas",
        }
    }

    const fn clients(self) -> (execution::Kind, consensus::Kind) {
        match self {
            Self::Capella => {
                (execution::Kind::EthereumJs { fork: "shanghai" }, consensus::Kind::Lodestar)
            }
            // EthereumJS serves what Fulu asks for under the version before.
            Self::Fulu => (
                execution::Kind::EthereumJs { fork: "osaka" },
                consensus::Kind::Spec { fork: "fulu", get_payload: Some("4") },
            ),
            Self::Gloas => (
                execution::Kind::Ethrex { fork: "amsterdam" },
                consensus::Kind::Spec { fork: "gloas", get_payload: None },
            ),
        }
    }
}

/// Runs the command until it is done or interrupted.
pub(crate) async fn run(args: &DemoPos, as_json: bool) -> Result<Answer> {
    let root = found::workspace()?;
    // Dropping the story, as an interruption does, kills what it has started.
    tokio::select! {
        ended = show(args, &root, as_json) => ended,
        interrupted = interruption() => Err(interrupted),
    }
}

async fn show(args: &DemoPos, root: &Path, as_json: bool) -> Result<Answer> {
    let mut report = Report::new(as_json);
    for fork in &args.forks {
        let folder =
            root.join("target/pos/runs").join(format!("{}-{}", fork.name(), std::process::id()));
        let write = |source| Error::Io { action: "write", path: folder.clone(), source };
        fs::create_dir_all(&folder).map_err(write)?;
        let tools = Tools { root: root.to_owned(), folder: folder.clone() };
        let source = one(*fork, &tools, &mut report).await?;
        if let Some(target) = &args.record {
            fs::create_dir_all(target).map_err(write)?;
            source.record.write(&target.join(format!("{}.json", fork.name())))?;
        }
        drop(source);
        if !args.keep {
            let _ = fs::remove_dir_all(&folder);
        }
    }
    Ok(Answer { text: format!("\n{}", report.table()), json: report.json() })
}

async fn one(fork: Fork, tools: &Tools, report: &mut Report) -> Result<Source> {
    let (execution, consensus) = fork.clients();
    report.chapter(format_args!("{}: {} over {}", fork.name(), consensus.name(), execution.name()));
    let running = Execution::start(execution, tools).await?;
    let result = format!(
        "chain {}, {} from genesis on, at {}",
        execution::CHAIN_ID,
        execution.fork(),
        running.url
    );
    report.done("start the execution client of A", result, None);
    let chain = Consensus::start(consensus, tools, &running).await?;
    report.done("start the consensus client of A", format!("beacon API at {}", chain.url), None);
    let mut source = Source::new(running, chain).await?;
    source
        .record
        .set("clients", json!({ "execution": execution.name(), "consensus": consensus.name() }));

    let options = Options { name: 'B', chain_id: DESTINATION, genesis_time: Trust::now(None).now };
    let b = Anvil::start(&found::find("anvil", &tools.root)?, &tools.folder, options).await?;
    report.done("start B", format!("chain {DESTINATION}, anvil at {}", b.url), None);
    let forge = Forge {
        program: found::find("forge", &tools.root)?,
        root: tools.root.clone(),
        folder: tools.folder.clone(),
    };
    if fork == Fork::Capella {
        capella::tell(source, &b, &forge, report).await
    } else {
        story::tell(source, &b, &forge, report).await
    }
}
