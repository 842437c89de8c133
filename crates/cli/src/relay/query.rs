//! `heliograph query`: where messages are, and why.

use super::{
    client::{Api, Client},
    shown,
};
use crate::{error::Result, output::Answer};
use alloy_primitives::B256;
use clap::{Args, Subcommand};
use relayer::{
    api::{MessageDetail, MessageList},
    domain::{Reason, Stage},
};
use serde_json::json;

const EXAMPLES: &str = "\
Examples:
  heliograph query message 0x…
  heliograph query tx 0x… --json
  heliograph query lane a b --stage final

Says of each message where it is, why it is not further, and what can be done.";

/// Ask a relayer where messages are, and why.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct QueryCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// One message, with its life.
    Message {
        /// Its id.
        #[arg(value_name = "ID")]
        id: B256,
        #[command(flatten)]
        api: Api,
    },
    /// The messages that a transaction is about, on any chain.
    Tx {
        /// Its hash.
        #[arg(value_name = "HASH")]
        hash: B256,
        #[command(flatten)]
        api: Api,
    },
    /// The messages of a lane.
    Lane {
        /// Where they are sent from: a name of the configuration, or a chain id.
        from: String,
        /// Where they go to.
        to: String,
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        api: Api,
    },
}

/// Which of them.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Which {
    /// Those in this stage.
    #[arg(long, value_name = "STAGE")]
    pub stage: Option<Stage>,
    /// Those that wait for this.
    #[arg(long, value_name = "REASON")]
    pub reason: Option<Reason>,
    /// At most so many.
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub limit: u32,
    /// Those that were seen before this one.
    #[arg(long, value_name = "ID")]
    pub before: Option<B256>,
}

impl Which {
    /// The same as parameters.
    pub(crate) fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut parameters = vec![("limit", self.limit.to_string())];
        parameters.extend(self.stage.map(|stage| ("stage", stage.to_string())));
        parameters.extend(self.reason.map(|reason| ("reason", reason.to_string())));
        parameters.extend(self.before.map(|before| ("before", before.to_string())));
        parameters
    }
}

/// Runs the command.
pub(crate) async fn run(command: &QueryCommand) -> Result<Answer> {
    match &command.what {
        What::Message { id, api } => message(&api.client()?, *id).await,
        What::Tx { hash, api } => list(&api.client()?, &[("tx", hash.to_string())]).await,
        What::Lane { from, to, which, api } => {
            let mut parameters = which.parameters();
            parameters.extend([("source", from.clone()), ("destination", to.clone())]);
            list(&api.client()?, &parameters).await
        }
    }
}

/// One message.
pub(crate) async fn message(client: &Client, id: B256) -> Result<Answer> {
    let found: MessageDetail = client.get(&format!("/v1/messages/{id}"), &[]).await?;
    Ok(Answer { text: shown::message(&found), json: json!(found) })
}

/// Several.
pub(crate) async fn list(client: &Client, parameters: &[(&str, String)]) -> Result<Answer> {
    let found: MessageList = client.get("/v1/messages", parameters).await?;
    let mut text = shown::messages(&found.messages);
    if let Some(next) = found.next {
        text += &format!("there are more: --before {next}\n");
    }
    Ok(Answer { text, json: json!(found) })
}
