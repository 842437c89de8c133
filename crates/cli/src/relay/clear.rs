//! `heliograph clear`: reads blocks once more, beside what is read at the head.

use super::client::Api;
use crate::{error::Result, output::Answer};
use clap::Args;
use relayer::api::Rescanned;
use serde_json::json;

const EXAMPLES: &str = "\
Examples:
  heliograph clear --chain a --from-block 19000000

What is found is worked on as a backlog: messages that are sent meanwhile do not wait behind it. What is stored already
stays as it is.";

/// Tell a relayer to read final blocks once more, and to work on what it finds.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Clear {
    /// Of which chain: a name of the configuration, or a chain id.
    #[arg(long, value_name = "CHAIN")]
    chain: String,
    /// From which block on.
    #[arg(long, value_name = "NUMBER")]
    from_block: u64,
    #[command(flatten)]
    api: Api,
}

/// Runs the command.
pub(crate) async fn run(args: &Clear) -> Result<Answer> {
    let body = json!({ "chain": args.chain, "from_block": args.from_block });
    let begun: Rescanned = args.api.client()?.post("/v1/rescan", &body).await?;
    let Rescanned { chain, from_block, to_block } = &begun;
    let text = format!("{}: blocks {from_block} to {to_block} are read once more\n", chain.name);
    Ok(Answer { text, json: json!(begun) })
}
