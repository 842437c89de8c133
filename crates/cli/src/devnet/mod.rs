//! `heliograph devnet`: two local chains with all that a relayer needs, messages for it to carry, and a count of what arrived.

mod attestors;
mod beacon_api;
mod check;
mod consensus;
mod faults;
mod local;
mod record;
pub(crate) mod relayed;
mod relayer_toml;
mod run;
mod seen;
mod send;
mod setup;

use crate::{error::Result, output::Answer};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Examples:
  heliograph devnet
  heliograph devnet --attestors 3 --threshold 2
  heliograph devnet send --count 100 --both
  heliograph devnet check

The first runs until it is interrupted. It writes a configuration of the relayer into its folder, and says how to
start one. Needs anvil, forge and the compiled contracts: `make setup contracts` sees to them. With --json it
prints one object when everything is ready, and another one at the end.";

/// Where everything about a devnet is kept.
const FOLDER: &str = "target/devnet";

/// Run two local chains with everything that a relayer needs, send messages there, and count what arrives.
///
/// Both chains have the contracts, a light client of the other one, and lanes both ways. anvil has no consensus:
/// a simulated one stands in for it, with sync committees of real BLS keys that really sign, and a beacon node each.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP, args_conflicts_with_subcommands = true)]
pub(crate) struct Devnet {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    start: Start,
}

/// What is done on a devnet that runs.
#[derive(Debug, Subcommand)]
enum Action {
    /// Send messages from one greeter to the other.
    Send(send::Send),
    /// Count what was sent and what was delivered, by what the chains say.
    Check(check::Check),
}

/// How a devnet is started.
#[derive(Debug, Args)]
struct Start {
    /// Where its files go; what was left there by another devnet is removed.
    #[arg(long, value_name = "FOLDER", default_value = FOLDER)]
    folder: PathBuf,
    /// Seconds between blocks.
    #[arg(long, value_name = "SECONDS", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=60))]
    slot_seconds: u64,
    /// Members of a sync committee.
    #[arg(long, value_name = "MEMBERS", default_value = "512", value_parser = ["512", "32"])]
    committee: String,
    /// Messages that are sent in each block, in both directions.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    messages_per_block: u64,
    /// Accounts that the relayer sends from, on each chain: as many processes can send there at once.
    #[arg(long, value_name = "COUNT", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=8))]
    signers: u64,
    /// Attestors of whom some have to sign beside the light clients, on both lanes. Each has a folder with its key and its configuration,
    /// and is started from there as a process of its own.
    #[arg(long, value_name = "COUNT", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=attestors::MOST))]
    attestors: u64,
    /// How many of them have to sign; more than half, unless it is said.
    #[arg(long, value_name = "COUNT", requires = "attestors", value_parser = clap::value_parser!(u64).range(1..))]
    threshold: Option<u64>,
    /// Put faulty nodes in front of the honest ones, and reorganise the chains now and then.
    #[arg(long)]
    faults: bool,
    /// Let the sync committees of chain a sign two histories; a second beacon node serves the other one.
    #[arg(long)]
    equivocate: bool,
    /// Of a thousand requests, how many a faulty node gets wrong.
    #[arg(long, value_name = "COUNT", default_value_t = 100, requires = "faults")]
    per_mille: usize,
    /// What the faults are chosen by.
    #[arg(long, value_name = "NUMBER", default_value_t = 1, requires = "faults")]
    seed: u64,
}

impl Start {
    /// A small and honest one in this folder.
    fn in_folder(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            slot_seconds: 1,
            committee: "512".into(),
            messages_per_block: 0,
            signers: 2,
            attestors: 0,
            threshold: None,
            faults: false,
            equivocate: false,
            per_mille: 0,
            seed: 1,
        }
    }
}

/// Runs the command.
pub(crate) async fn run(args: &Devnet, as_json: bool) -> Result<Answer> {
    match &args.action {
        None => run::run(&args.start, as_json).await,
        Some(Action::Send(send)) => send::run(send).await,
        Some(Action::Check(check)) => check::run(check).await,
    }
}
