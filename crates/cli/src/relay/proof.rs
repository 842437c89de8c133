//! `heliograph prove message`: the calldata that delivers a message, for whoever has a wallet.

use super::client::Api;
use crate::{
    error::Result,
    file,
    output::{Answer, Fields},
};
use alloy_primitives::{Address, B256};
use clap::Args;
use relayer::api::Calldata;
use serde_json::json;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  heliograph prove message --id 0x…
  heliograph prove message --id 0x… --payee 0x… --json -o call.json

A relayer makes it: against the newest heads of the destination's light client, verified and simulated. Anyone can send
it; the contract believes the proof, not the sender.";

/// Make the calldata that delivers a message.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ProveMessage {
    /// Id of the message.
    #[arg(long, value_name = "ID")]
    id: B256,
    /// Who is paid for the delivery on the source chain; whoever sends the transaction when absent.
    #[arg(long, value_name = "ADDRESS")]
    payee: Option<Address>,
    /// Where the call is written, as JSON.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    api: Api,
}

/// Runs the command.
pub(crate) async fn run(args: &ProveMessage) -> Result<Answer> {
    let parameters: Vec<_> = args.payee.iter().map(|payee| ("payee", payee.to_string())).collect();
    let path = format!("/v1/messages/{}/proof", args.id);
    let call: Calldata = args.api.client()?.get(&path, &parameters).await?;
    let mut fields = Fields::default();
    fields.add("send to", format!("{} on {} (chain {})", call.to, call.chain.name, call.chain.id));
    fields.add("for", call.purpose);
    match (call.gas, &call.fee_wei) {
        (Some(gas), Some(fee)) => fields.add("gas limit", format!("{gas}, about {fee} wei")),
        (Some(gas), None) => fields.add("gas limit", gas),
        (None, _) => fields.add("fails now", &call.failure),
    };
    if let Some(head) = call.head {
        fields.add("proven from", format!("the head at block {head}"));
    }
    fields.add("calldata", format!("{} bytes", call.calldata_bytes));
    let mut text = fields.render(0);
    match &args.output {
        Some(path) => {
            file::write(path, &format!("{:#}\n", json!(call)))?;
            text += &format!("written to {}\n", path.display());
        }
        None => text += &format!("{}\n", call.data),
    }
    Ok(Answer { text, json: json!(call) })
}
