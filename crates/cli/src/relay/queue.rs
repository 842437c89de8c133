//! `heliograph queue`: what is still to be done, what was put aside, and asking for it again.

mod resume;

use super::{
    client::Api,
    query::{self, Which},
};
use crate::{
    error::{Error, Result},
    output::Answer,
};
use alloy_primitives::B256;
use clap::{Args, Subcommand};
use relayer::{
    api::Requeued,
    domain::{Reason, Stage},
};
use resume::Resume;
use serde_json::{Value, json};

const EXAMPLES: &str = "\
Examples:
  heliograph queue list --reason header
  heliograph queue dead
  heliograph queue show 0x…
  heliograph queue requeue 0x… 0x… --token file:api-token
  heliograph queue requeue --reason recipient_fails --lane a b
  heliograph queue resume a

Nothing is ever dropped: what a person has to look at is quarantined with its reason, and stays until it is requeued.";

/// List what is still to be done, what was put aside, and ask for it again.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Queue {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Messages, the last seen first.
    List {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        api: Api,
    },
    /// One message, with its life.
    Show {
        /// Its id.
        #[arg(value_name = "ID")]
        id: B256,
        #[command(flatten)]
        api: Api,
    },
    /// Messages that were put aside: nothing is tried until they are requeued.
    Dead {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        api: Api,
    },
    /// Make messages due now, whatever they wait for.
    Requeue {
        #[command(flatten)]
        again: Again,
        #[command(flatten)]
        api: Api,
    },
    /// Let a chain go on that is halted because a final block was replaced.
    Resume(Resume),
}

/// Which messages are asked for again. All of what is given has to fit.
#[derive(Debug, Args)]
#[group(id = "again", required = true, multiple = true)]
struct Again {
    /// These.
    #[arg(value_name = "ID")]
    ids: Vec<B256>,
    /// Those that this transaction is about.
    #[arg(long, value_name = "HASH")]
    tx: Option<B256>,
    /// Those in this stage.
    #[arg(long, value_name = "STAGE")]
    stage: Option<Stage>,
    /// Those that wait for this.
    #[arg(long, value_name = "REASON")]
    reason: Option<Reason>,
    /// Those of this lane.
    #[arg(long, num_args = 2, value_names = ["FROM", "TO"])]
    lane: Vec<String>,
}

/// Runs the command.
pub(crate) async fn run(command: &Queue) -> Result<Answer> {
    match &command.what {
        What::List { which, api } => query::list(&api.client()?, &which.parameters()).await,
        What::Show { id, api } => query::message(&api.client()?, *id).await,
        What::Dead { which, api } => {
            if which.stage.is_some_and(|stage| stage != Stage::Quarantined) {
                return Err(Error::Usage("what is put aside is in stage quarantined".into()));
            }
            let which = Which { stage: Some(Stage::Quarantined), ..which.clone() };
            query::list(&api.client()?, &which.parameters()).await
        }
        What::Resume(args) => resume::run(args).await,
        What::Requeue { again, api } => {
            let body = body(again);
            let done: Requeued = api.client()?.post("/v1/requeue", &body).await?;
            Ok(Answer { text: format!("{} messages are due now\n", done.due), json: json!(done) })
        }
    }
}

fn body(again: &Again) -> Value {
    let mut body =
        json!({ "ids": again.ids, "tx": again.tx, "stage": again.stage, "reason": again.reason });
    if let [from, to] = again.lane.as_slice() {
        body["source"] = json!(from);
        body["destination"] = json!(to);
    }
    body
}
