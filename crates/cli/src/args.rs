//! The command line.

use crate::{
    demo::{Demo, pos::DemoPos},
    devnet::Devnet,
    evidence::Evidence,
    follow::{Follow, map::FollowMap},
    inspect::Inspect,
    network::NetworkCommand,
    prove::Prove,
    relay::{
        clear::Clear, config::ConfigCommand, health::Health, init::Init, keys::KeysCommand,
        query::QueryCommand, queue::Queue, relay_one::RelayOne, start::Start, status::Status,
    },
    verify::Verify,
};
use clap::{Parser, Subcommand};

const EXAMPLES: &str = "\
Examples:
  heliograph prove receipt --rpc http://localhost:8545 --tx 0x… --log 0 -o proof.json
  heliograph verify proof.json --block-hash 0x…
  heliograph inspect proof.json
  heliograph follow --network mainnet --root 0x… --bootstrap bootstrap.ssz update.ssz --state state.json
  heliograph prove beacon-update --state state.json --beacon http://localhost:5052 -o update.json
  heliograph follow-map --replay record.json
  heliograph evidence one.json other.json
  heliograph demo
  heliograph demo-pos --fork fulu
  heliograph devnet

Exit status: 0 it holds, 1 a proof fails a clause, 2 usage, 3 a file, a node or a tool.";

/// Proves what happened on one chain to code that runs on another, and says what that assumes.
#[derive(Debug, Parser)]
#[command(name = "heliograph", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Args {
    /// Print one JSON object on stdout instead of text.
    #[arg(long, global = true)]
    pub json: bool,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a proof file, and verify it before it is written.
    Prove {
        /// What to prove.
        #[command(subcommand)]
        what: Box<Prove>,
    },
    /// Say what a proof file proves and under which assumptions, or which clause it fails.
    Verify(Verify),
    /// Show what is inside a file or a hex string, without judging it.
    Inspect(Inspect),
    /// Verify light-client objects one after the other, starting from a block that you trust.
    Follow(Follow),
    /// Verify headers of a MAP relay chain one after the other, starting from validators that you trust.
    FollowMap(FollowMap),
    /// Say whether two updates are misbehaviour of a sync committee, or whether anything speaks against light clients now.
    Evidence(Evidence),
    /// Print the configuration of the network that a beacon node follows.
    Network(NetworkCommand),
    /// Write a relayer's configuration with comments, for two or more chains.
    Init(Init),
    /// Make, import and list keys of a relayer.
    Keys(KeysCommand),
    /// Read a relayer's configuration, and say what is wrong with it and where.
    Config(ConfigCommand),
    /// Prove a message from one local chain to another, then try to cheat.
    Demo(Demo),
    /// Prove messages from a local proof-of-stake chain to another chain, then try to cheat.
    DemoPos(DemoPos),
    Start(Start),
    /// Show how a relayer does: its roles, chains, light clients, lanes and transactions.
    Status(Status),
    /// Say whether a relayer makes progress.
    Health(Health),
    /// Ask a relayer where messages are, and why.
    Query(QueryCommand),
    /// List what is still to be done, what was put aside, and ask for it again.
    Queue(Queue),
    /// Tell a relayer to work on the messages of a transaction now, before all others.
    Relay(RelayOne),
    /// Tell a relayer to read final blocks once more, and to work on what it finds.
    Clear(Clear),
    /// Run two local chains with everything that a relayer needs, send messages there, and count what arrives.
    Devnet(Box<Devnet>),
}
