//! `heliograph demo`.

mod anvil;
mod tools;

use crate::{error::Result, output::Answer};
use clap::Args;

/// Prove a message from one local chain to another, then try to cheat.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Leave both chains running, and keep the files, when the demonstration is over.
    #[arg(long)]
    keep: bool,
}

/// Runs the command.
pub(crate) async fn run(_: &Demo, _: bool) -> Result<Answer> {
    todo!()
}
