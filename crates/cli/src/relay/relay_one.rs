//! `heliograph relay`: one message, before all others.

use super::{client::Api, shown};
use crate::{error::Result, output::Answer};
use alloy_primitives::B256;
use clap::Args;
use relayer::api::{MessageList, Requeued};
use serde_json::json;

const EXAMPLES: &str = "\
Examples:
  heliograph relay --tx 0x…
  heliograph relay --id 0x… --token env:RELAYER_TOKEN

A relayer that runs is told to work on it at once. `heliograph prove message` makes what delivers it without a relayer's
signer.";

/// Tell a relayer to work on the messages of a transaction now, before all others.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RelayOne {
    /// The transaction that sent them.
    #[arg(long, value_name = "HASH", required_unless_present = "id", conflicts_with = "id")]
    tx: Option<B256>,
    /// One message by its id.
    #[arg(long, value_name = "ID")]
    id: Option<B256>,
    #[command(flatten)]
    api: Api,
}

/// Runs the command.
pub(crate) async fn run(args: &RelayOne) -> Result<Answer> {
    let client = args.api.client()?;
    let ids: Vec<B256> = args.id.into_iter().collect();
    let body = json!({ "tx": args.tx, "ids": ids, "class": "live" });
    let done: Requeued = client.post("/v1/requeue", &body).await?;
    let (name, value) = match (args.tx, args.id) {
        (Some(tx), _) => ("tx", tx),
        (None, id) => ("id", id.unwrap_or_default()),
    };
    let found: MessageList = client.get("/v1/messages", &[(name, value.to_string())]).await?;
    let text = format!("{} due now\n{}", done.due, shown::messages(&found.messages));
    Ok(Answer { text, json: json!({ "due": done.due, "messages": found.messages }) })
}
