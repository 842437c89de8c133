//! `heliograph`: prove, verify and inspect what happened on one chain, and watch it be proven to
//! another.
//!
//! Exit status: 0 it holds, 1 a proof fails a clause, 2 usage, 3 a file, a node or a tool.

mod args;
mod beacon_node;
mod demo;
mod devnet;
mod error;
mod evidence;
mod file;
mod follow;
mod inspect;
mod map;
mod network;
mod networks;
mod objects;
mod output;
mod packed;
mod prove;
mod refusal;
mod relay;
mod rpc;
mod verify;

use args::{Args, Command};
use clap::Parser;
use error::{Error, Result};
use output::Answer;
use std::process::ExitCode;
use tokio::runtime::Builder;

fn main() -> ExitCode {
    let args = Args::parse();
    match block_on(&args) {
        Ok(answer) => answer.print(args.json),
        Err(error) => output::print_error(&error, args.json),
    }
}

async fn run(args: &Args) -> Result<Answer> {
    match &args.command {
        Command::Prove { what } => prove::run(what).await,
        Command::Verify(verify) => verify::run(verify),
        Command::Inspect(inspect) => inspect::run(inspect),
        Command::Follow(follow) => follow::run(follow),
        Command::FollowMap(follow) => follow::map::run(follow),
        Command::Evidence(evidence) => evidence::run(evidence).await,
        Command::Network(network) => network::run(network).await,
        Command::Demo(demo) => demo::run(demo, args.json).await,
        Command::Start(start) => relay::start::run(start, args.json).await,
        Command::Status(status) => relay::status::run(status, args.json).await,
        Command::Health(health) => relay::health::run(health).await,
        Command::Query(query) => relay::query::run(query).await,
        Command::Queue(queue) => relay::queue::run(queue).await,
        Command::Relay(relay_one) => relay::relay_one::run(relay_one).await,
        Command::Clear(clear) => relay::clear::run(clear).await,
        Command::Devnet(devnet) => devnet::run(devnet, args.json).await,
        Command::Init(init) => relay::init::run(init),
        Command::Keys(keys) => relay::keys::run(keys).await,
        Command::Config(config) => relay::config::run(config),
        Command::DemoPos(demo) => demo::pos::run(demo, args.json).await,
    }
}

fn block_on(args: &Args) -> Result<Answer> {
    // The relayer serves many chains at once; everything else asks one thing after the other.
    let mut runtime = match &args.command {
        Command::Start(_) => Builder::new_multi_thread(),
        _ => Builder::new_current_thread(),
    };
    let runtime = runtime.enable_all().build();
    runtime.map_err(|e| Error::tool("heliograph", e))?.block_on(run(args))
}
