//! `heliograph network`: the configuration of a light client, from a beacon node, or of the networks that are known by name.

use crate::{
    beacon_node,
    error::Result,
    map, networks,
    output::{Answer, pretty},
};
use clap::Args;
use serde_json::json;

const AFTER_HELP: &str = "\
Examples:
  heliograph network
  heliograph network --beacon http://localhost:5052 > network.json

Without a node the networks that are known by name are listed, of both families. A node is believed: compare
what it says with what you know of the network before you trust a client that is configured so.";

/// A week: below the weak-subjectivity period of each public network so far.
const TRUSTING_PERIOD: u64 = 7 * 24 * 60 * 60;

/// Print the configuration of a light client of the network that a beacon node follows, or of the known networks.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct NetworkCommand {
    /// The beacon node's REST API.
    #[arg(long, value_name = "URL", env = "HELIOGRAPH_BEACON")]
    beacon: Option<String>,
    /// Chain id of the execution chain, in place of the one that the node's configuration names.
    #[arg(long, value_name = "ID", requires = "beacon")]
    chain_id: Option<u64>,
    /// How long, in seconds, a finalized header is to be trusted.
    #[arg(long, value_name = "SECONDS", default_value_t = TRUSTING_PERIOD)]
    trusting_period: u64,
}

/// Runs the command.
pub(crate) async fn run(args: &NetworkCommand) -> Result<Answer> {
    let Some(beacon) = &args.beacon else {
        let json = json!({ "beacon": networks::all(), "map": map::networks() });
        return Ok(Answer { text: pretty(&json), json });
    };
    let node = beacon_node::connect(beacon)?;
    let network = node.network(args.chain_id, args.trusting_period).await?;
    let json = json!(network);
    Ok(Answer { text: pretty(&json), json })
}
