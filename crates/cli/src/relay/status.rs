//! `heliograph status`: how a relayer does, at a glance.

use super::{
    client::{Api, Client},
    shown, watch,
};
use crate::{
    error::Result,
    output::{Answer, Fields, progress, say},
};
use clap::Args;
use relayer::api::{ChainState, ClientState, Lane, ServiceState, Transaction};
use serde::Deserialize;
use serde_json::json;
use std::io::IsTerminal;
use tokio::time::sleep;

const EXAMPLES: &str = "\
Examples:
  heliograph status
  heliograph status --watch
  heliograph status --api http://127.0.0.1:8787 --json";

/// Show how a relayer does: its roles, chains, light clients, lanes and transactions.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Status {
    /// Go on showing it, as it changes, until q is pressed. Where the output is no terminal it is printed again and again.
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    api: Api,
}

/// All that is shown.
#[derive(Debug, Deserialize)]
pub(crate) struct Overview {
    pub service: ServiceState,
    pub chains: Vec<ChainState>,
    pub clients: Vec<ClientState>,
    pub lanes: Vec<Lane>,
    pub outgoing: Vec<Transaction>,
}

impl Overview {
    /// Asks for it.
    pub(crate) async fn ask(client: &Client) -> Result<Self> {
        Ok(Self {
            service: client.get("/v1/status", &[]).await?,
            chains: client.get("/v1/chains", &[]).await?,
            clients: client.get("/v1/clients", &[]).await?,
            lanes: client.get("/v1/lanes", &[]).await?,
            outgoing: client.get("/v1/outgoing", &[]).await?,
        })
    }

    fn answer(&self) -> Answer {
        let Self { service, chains, clients, lanes, outgoing } = self;
        let now = service.now;
        let mut text = shown::service(service);
        let mut section = |title: &str, fields: Fields, count: usize| {
            text += &format!("\n{title}{}\n", if count == 0 { ": none" } else { "" });
            text += &fields.render(2);
        };
        let mut fields = Fields::default();
        for state in chains {
            fields.add(
                format!("{} ({})", state.chain.name, state.chain.id),
                shown::chain(state, now),
            );
        }
        section("chains", fields, chains.len());
        let mut fields = Fields::default();
        for client in clients {
            fields.add(
                format!("{} on {}", client.follows.name, client.on.name),
                shown::client(client, now),
            );
        }
        section("light clients", fields, clients.len());
        let mut fields = Fields::default();
        for lane in lanes {
            let oldest = lane.oldest.map_or_else(String::new, |at| {
                format!("; the oldest is from {}", shown::ago(at, now))
            });
            let waiting = if lane.waiting.is_empty() {
                String::new()
            } else {
                format!("; waiting for {}", shown::counts(&lane.waiting))
            };
            fields.add(
                shown::lane(lane),
                format!("{}{waiting}{oldest}", shown::counts(&lane.stages)),
            );
        }
        section("lanes", fields, lanes.len());
        let mut fields = Fields::default();
        for transaction in outgoing {
            fields.add("", shown::outgoing(transaction));
        }
        section("transactions under way", fields, outgoing.len());
        let json = json!({ "service": service, "chains": chains, "clients": clients, "lanes": lanes, "outgoing": outgoing });
        Answer { text, json }
    }
}

/// Runs the command.
pub(crate) async fn run(args: &Status, as_json: bool) -> Result<Answer> {
    let client = args.api.client()?;
    if args.watch && !as_json && std::io::stdout().is_terminal() {
        watch::run(&client).await?;
        // What was on screen last stays to be read.
        return Ok(Overview::ask(&client).await?.answer());
    }
    let answer = Overview::ask(&client).await?.answer();
    if args.watch { repeat(&client, answer, as_json).await } else { Ok(answer) }
}

/// Prints it again and again until it is interrupted; with --json one line each time.
async fn repeat(client: &Client, mut answer: Answer, as_json: bool) -> Result<Answer> {
    loop {
        say(&if as_json { answer.json.to_string() } else { format!("{}\n", answer.text) });
        tokio::select! {
            () = sleep(watch::PACE) => {}
            _ = tokio::signal::ctrl_c() => return Ok(answer),
        }
        match Overview::ask(client).await {
            Ok(overview) => answer = overview.answer(),
            Err(error) => progress(error),
        }
    }
}
