//! `heliograph start`: runs the relayer.

use super::config::File;
use crate::{
    error::{Error, Result},
    output::{Answer, Fields},
};
use clap::Args;
use relayer::{
    clock::SystemClock,
    service::{self, Plan, Telemetry},
};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

const EXAMPLES: &str = "\
Examples:
  heliograph start
  heliograph start --config relayer.toml --log info,relayer=debug
  heliograph start --dry-run

Runs until it is interrupted or terminated; the steps that are under way then have ten seconds to end. It can be killed at any
instruction: all that it knows is in its store. With --dry-run it stores nothing, opens no key and sends nothing: it reads the
chains, proves, verifies and simulates, and says what it would send: updates of light clients, and, where nodes have
eth_simulateV1, what can be delivered after them.";

/// How long the last words of a process may take.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Run the relayer: follow chains, keep light clients fresh, deliver messages.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Start {
    #[command(flatten)]
    file: File,
    /// What is logged, in place of the configuration's: `info`, `warn,relayer=debug`.
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
    /// Say what would be sent, and send nothing.
    #[arg(long)]
    dry_run: bool,
    /// Longest time to read and decide with --dry-run.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "dry_run")]
    patience: u64,
}

/// Runs the command until it is told to end.
pub(crate) async fn run(args: &Start, as_json: bool) -> Result<Answer> {
    let config = args.file.load()?.config;
    let mut telemetry = config.telemetry.clone();
    telemetry.json |= as_json;
    if let Some(log) = &args.log {
        telemetry.level.clone_from(log);
    } else if args.dry_run {
        telemetry.level = "warn".into();
    }
    let logs = Telemetry::start(&telemetry).map_err(|e| Error::Usage(format!("--log: {e}")))?;
    let end = CancellationToken::new();
    tokio::spawn(end_when_told(end.clone()));
    let failed = |failed| Error::tool("relayer", service::with_causes(&failed));
    if args.dry_run {
        let patience = Duration::from_secs(args.patience);
        let plan = service::plan(config, Arc::new(SystemClock), patience, end).await;
        return Ok(answer(&plan.map_err(failed)?));
    }
    let ended = service::run(config, Arc::new(SystemClock), Some(logs.level()), end).await;
    drop(logs);
    end_anyway(ended.is_ok());
    ended.map_err(failed)?;
    Ok(Answer { text: String::new(), json: json!({ "ended": true }) })
}

/// Ends the process a little later, whoever does not read what it still has to say.
fn end_anyway(well: bool) {
    std::thread::spawn(move || {
        std::thread::sleep(LAST_WORDS);
        std::process::exit(if well { 0 } else { 3 });
    });
}

/// Asks the service to end at the first of the signals that end a program.
async fn end_when_told(end: CancellationToken) {
    if let Ok(mut terminate) = signal(SignalKind::terminate()) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    } else {
        let _ = tokio::signal::ctrl_c().await;
    }
    end.cancel();
}

fn answer(plan: &Plan) -> Answer {
    let mut text = String::from("nothing was sent; this is what would be\n");
    for planned in &plan.transactions {
        let fee = planned.fee_wei.as_deref().unwrap_or("unknown");
        text += &format!("\n{} on {}\n", planned.purpose, planned.chain);
        let mut fields = Fields::default();
        fields.add("to", planned.to);
        if planned.after > 0 {
            let those = if planned.after == 1 {
                "the one".into()
            } else {
                format!("the {}", planned.after)
            };
            fields.add("after", format!("{those} above on {}", planned.chain));
        }
        let proof = planned
            .proof_bytes
            .map_or_else(String::new, |bytes| format!(", {bytes} of them proof"));
        fields.add("calldata", format!("{} bytes{proof}", planned.calldata_bytes));
        fields.add("gas limit", format!("{}, at most about {fee} wei", planned.gas));
        fields.add("verdict", &planned.verdict);
        for message in &planned.messages {
            fields.add("message", message);
        }
        text += &fields.render(2);
    }
    if plan.transactions.is_empty() {
        text += "\nno transaction\n";
    }
    for (client, block) in &plan.headers {
        text += &format!("\nthe light client of {client} needs a head at block {block} or later");
    }
    for (chain, why) in &plan.blind {
        text += &format!("\nwhat comes after those on {chain} cannot be called before them: {why}");
    }
    let mut fields = Fields::default();
    for (message, reason, detail) in &plan.waiting {
        fields.add(message, format!("{reason}: {detail}"));
    }
    if !plan.waiting.is_empty() {
        text += &format!("\n\nmessages that wait\n{}", fields.render(2));
    }
    for (chain, blocks) in plan.unread.iter().filter(|(_, blocks)| **blocks > 0) {
        let left = if *blocks == u64::MAX {
            "not read at all".into()
        } else {
            format!("{blocks} blocks not read")
        };
        text += &format!("\n{chain}: {left}");
    }
    for (role, why) in &plan.unwell {
        text += &format!("\n{role}: {why}");
    }
    if !plan.complete {
        text += "\n\nnot complete: there was not time enough (--patience)\n";
    }
    Answer { text, json: json!(plan) }
}
