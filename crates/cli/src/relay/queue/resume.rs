//! `heliograph queue resume`: going on after a final block was replaced.

use crate::{
    error::{Error, Result},
    output::{Answer, Fields, progress},
    relay::client::Api,
};
use alloy_primitives::B256;
use clap::Args;
use relayer::api::Resumed;
use serde_json::json;
use std::io::{BufRead as _, IsTerminal as _, Write as _};

const EXAMPLES: &str = "\
Examples:
  heliograph queue resume a                    # says where it would go on, and asks
  heliograph queue resume a --from 19000000    # from an earlier block on
  heliograph queue resume a --kept 0x…         # without asking: the hash is that of the block that is kept

All that was seen in later blocks is taken back, and they are read again. Messages that the chain has no more stay in the
store as orphaned; those that it still has, or has again, go on where they were. Nothing is delivered twice.";

/// Which chain goes on, and where.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Resume {
    /// A name of the configuration, or a chain id.
    chain: String,
    /// The block from which on it is read again, where that is to be earlier than what is found.
    #[arg(long, value_name = "NUMBER")]
    from: Option<u64>,
    /// Do it without asking, if this is the hash of the block that is kept.
    #[arg(long, value_name = "HASH")]
    kept: Option<B256>,
    #[command(flatten)]
    api: Api,
}

/// Runs the command.
pub(super) async fn run(args: &Resume) -> Result<Answer> {
    let client = args.api.client()?;
    let ask = async |kept: Option<B256>| {
        let body = json!({ "chain": args.chain, "from_block": args.from, "kept": kept });
        client.post::<Resumed>("/v1/resume", &body).await
    };
    let way = ask(args.kept).await?;
    if way.done || !std::io::stdin().is_terminal() {
        return Ok(answer(&way));
    }
    progress(shown(&way));
    if !agreed(&way)? {
        return Ok(Answer { text: "nothing was changed\n".into(), json: json!(way) });
    }
    Ok(answer(&ask(Some(way.kept.hash)).await?))
}

/// Whether a person says so.
fn agreed(way: &Resumed) -> Result<bool> {
    let mut err = std::io::stderr();
    let _ = write!(err, "go on after block {}? [y/N] ", way.kept.number);
    let _ = err.flush();
    let mut said = String::new();
    let read = std::io::stdin().lock().read_line(&mut said);
    read.map_err(|error| Error::input("stdin", error))?;
    Ok(matches!(said.trim(), "y" | "Y" | "yes"))
}

fn answer(way: &Resumed) -> Answer {
    let text = if way.done {
        format!(
            "{} goes on after block {}, {}; {} messages were seen later, and come back if the chain has them\n",
            way.chain.name, way.kept.number, way.kept.hash, way.messages
        )
    } else {
        let (chain, kept) = (&way.chain.name, way.kept.hash);
        let from = format!(" --from {}", way.from_block);
        format!(
            "{}nothing was changed; to go on: heliograph queue resume {chain}{from} --kept {kept}\n",
            shown(way)
        )
    };
    Answer { text, json: json!(way) }
}

fn shown(way: &Resumed) -> String {
    let mut fields = Fields::default();
    fields.add("chain", format!("{} ({})", way.chain.name, way.chain.id));
    fields.add("halted", &way.halted);
    fields.add("was final", format!("block {}, {}", way.was.number, way.was.hash));
    fields.add("is kept", format!("block {}, {}", way.kept.number, way.kept.hash));
    fields.add("read again", format!("from block {} on", way.from_block));
    fields.add("taken back", format!("what was seen later of {} messages", way.messages));
    fields.render(0)
}
