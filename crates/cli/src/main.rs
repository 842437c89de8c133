//! `heliograph`: prove, verify and inspect what happened on one chain, and watch it be proven to
//! another.
//!
//! Exit status: 0 it holds, 1 a proof fails a clause, 2 usage, 3 a file, a node or a tool.

mod args;
mod beacon_node;
mod demo;
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
mod rpc;
mod verify;

use args::{Args, Command};
use clap::Parser;
use error::{Error, Result};
use output::Answer;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = Args::parse();
    #[cfg(feature = "tls")]
    let _ = rustls::crypto::ring::default_provider().install_default();
    match block_on(run(&args)) {
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
        Command::Evidence(evidence) => evidence::run(evidence),
        Command::Network(network) => network::run(network).await,
        Command::Demo(demo) => demo::run(demo, args.json).await,
        Command::DemoPos(demo) => demo::pos::run(demo, args.json).await,
    }
}

fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|e| Error::tool("heliograph", e))?.block_on(future)
}
