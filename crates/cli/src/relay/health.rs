//! `heliograph health`: whether a relayer makes progress.

use super::{client::Api, shown};
use crate::{
    error::{Error, Result},
    output::Answer,
};
use clap::Args;
use relayer::api::ServiceState;
use serde_json::json;

const EXAMPLES: &str = "\
Examples:
  heliograph health
  heliograph health --api http://127.0.0.1:8787 --json
  heliograph health --live

Exit status: 0 every role makes progress (with --live: no step hangs), 1 some do not, 2 usage, 3 nothing answers.";

/// Say whether a relayer makes progress.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Health {
    #[command(flatten)]
    api: Api,
    /// Only whether it lives, which a new start can cure: nodes that are down do not count.
    #[arg(long)]
    live: bool,
}

/// Runs the command.
pub(crate) async fn run(args: &Health) -> Result<Answer> {
    let path = if args.live { "/healthz" } else { "/readyz" };
    let (status, state): (u16, ServiceState) = args.api.client()?.get_health(path).await?;
    let answer = Answer { text: shown::service(&state), json: json!(state) };
    if status == 200 {
        return Ok(answer);
    }
    let unwell: Vec<&str> = state.unwell.keys().map(String::as_str).collect();
    let summary = format!("not well: {}", unwell.join(", "));
    Err(Error::Partly { answer: Box::new(answer), summary, status: 1 })
}
