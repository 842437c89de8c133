//! `heliograph evidence`: whether two updates are misbehaviour of a sync committee, and what to send if they are.

use crate::{
    error::{Error, Result},
    file::{self, ProofFile, UpdateFile},
    output::{Answer, Fields},
    packed::Roots,
    refusal::refuse,
    relay,
    verify::{self, Trust},
};
use alloy_primitives::{B256, Bytes};
use alloy_sol_types::SolCall;
use bindings::IBeaconLightClient;
use clap::Args;
use light_client::beacon::Update;
use serde_json::json;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  heliograph evidence one.json other.json
  heliograph evidence one.json other.json --json | jq -r .calldata
  heliograph evidence --config relayer.toml

Both files are of the kind beacon-update, as `heliograph prove beacon-update` writes them. They are
misbehaviour when both hold, and finalize different blocks of one slot. Whoever sends the calldata to the
light client then freezes it for good.

With --config it looks at every light client of a relayer's configuration: at what its contract believes and at what all
nodes serve just now. Exit status: 0 nothing speaks against any of them, 1 something does, 3 they could not all be looked at.";

/// Say whether two updates are misbehaviour of a sync committee, or whether anything speaks against light clients now, and print the call
/// that freezes them.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Evidence {
    /// An update file.
    #[arg(value_name = "UPDATE", requires = "b")]
    a: Option<PathBuf>,
    /// Another one, of the same network. The trusted state is taken from the first.
    #[arg(value_name = "CONFLICTING")]
    b: Option<PathBuf>,
    /// The time, in Unix seconds; the clock's when absent.
    #[arg(long, value_name = "SECONDS")]
    now: Option<u64>,
    /// Look at the light clients of this configuration of a relayer.
    #[arg(long, value_name = "FILE", required_unless_present = "a", conflicts_with_all = ["a", "now"])]
    config: Option<PathBuf>,
}

/// Runs the command.
pub(crate) async fn run(args: &Evidence) -> Result<Answer> {
    match (&args.a, &args.b, &args.config) {
        (Some(a), Some(b), _) => compare((a, b), args.now),
        (_, _, Some(config)) => relay::evidence::look(config).await,
        _ => Err(Error::Usage("two updates or --config are needed".into())),
    }
}

fn compare((one, other): (&Path, &Path), now: Option<u64>) -> Result<Answer> {
    let (a, b) = (read(one)?, read(other)?);
    if a.network != b.network {
        let problem = format!("is of another network than {}", one.display());
        return Err(Error::input(other.display(), problem));
    }
    let client = verify::client(&a.network)?;
    let (first, second) = (a.decode()?, b.decode()?);
    let now = Trust::now(now).now;
    let frozen = client.misbehaviour(&a.trusted, &first, &second, now);
    frozen.map_err(|error| refuse("evidence", error))?;

    let (slot, roots) = (first.pair.inner_slot, [root(&first)?, root(&second)?]);
    let call =
        IBeaconLightClient::submitMisbehaviourCall { a: a.update.clone(), b: b.update.clone() };
    let calldata = Bytes::from(call.abi_encode());
    let assumes = [
        format!(
            "the trusted state in {} is that of the client: slot {}, committees {} and {}",
            one.display(),
            a.trusted.finalized_slot,
            a.trusted.current_committee_root,
            a.trusted.next_committee_root
        ),
        format!("the network in the files is that of chain {}", a.network.chain_id),
    ];
    let mut fields = Fields::default();
    fields.add("chain", a.network.chain_id).add("slot", slot);
    roots.iter().for_each(|root| _ = fields.add("finalized root", root));
    fields.add("submitMisbehaviour", format!("{} bytes of calldata", calldata.len()));
    let text = format!(
        "misbehaviour: two blocks of one slot, each final\n{}assuming that\n{}calldata\n{calldata}\n",
        fields.render(2),
        assumes.iter().map(|line| format!("  * {line}\n")).collect::<String>(),
    );
    let json = json!({
        "ok": true, "kind": "misbehaviour", "chain_id": a.network.chain_id, "slot": slot,
        "finalized_roots": roots, "assumes": assumes, "calldata": calldata,
    });
    Ok(Answer { text, json })
}

fn read(path: &Path) -> Result<UpdateFile> {
    let name = path.display().to_string();
    match ProofFile::parse(&name, &file::read_text(path)?)? {
        ProofFile::BeaconUpdate(update) => Ok(*update),
        other => {
            Err(Error::input(name, format!("of the kind {}, not beacon-update", other.kind())))
        }
    }
}

/// Root of the block that a valid update finalizes.
fn root(update: &Update<'_>) -> Result<B256> {
    let roots = Roots::of(update);
    let roots = roots.ok_or_else(|| Error::input("the update", "branches of no fork"))?;
    Ok(roots.finalized)
}
