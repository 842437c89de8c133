//! `heliograph prove`: from a node's answers, or from files, to a proof file.
//!
//! What was fetched is checked where it can be (header against hash, receipts against root), and
//! the finished file is verified by the same code as `heliograph verify` before it is written.

mod account;
mod ancestry;
mod anchor;
mod beacon;
mod body;
mod item;
mod map_update;
mod outcome;
mod receipt;

use crate::{
    error::{Error, Result},
    file::{self, Encoding, Nodes, ProofFile},
    output::{Answer, progress},
    verify::{self, Trust},
};
use account::AccountArgs;
use alloy_primitives::Bytes;
use ancestry::AncestryArgs;
use beacon::BeaconArgs;
use body::{TransactionArgs, WithdrawalArgs};
use clap::{Args, Subcommand};
use map_update::MapUpdateArgs;
use outcome::{AcknowledgementArgs, ExpiryArgs};
use receipt::ReceiptArgs;
use serde_json::json;
use std::path::PathBuf;

/// What to prove.
#[derive(Debug, Subcommand)]
pub(crate) enum Prove {
    /// A transaction's receipt, and a log in it.
    Receipt(ReceiptArgs),
    /// A transaction, all of its bytes.
    Transaction(TransactionArgs),
    /// A withdrawal from the beacon chain.
    Withdrawal(WithdrawalArgs),
    /// An account and its storage slots, present or absent.
    Account(AccountArgs),
    /// An older block.
    Ancestry(AncestryArgs),
    /// That a message was delivered, for the chain that it was sent from.
    Acknowledgement(AcknowledgementArgs),
    /// That a message was not delivered by its deadline, for the chain that it was sent from.
    Expiry(ExpiryArgs),
    /// The cheapest update of a light client.
    BeaconUpdate(BeaconArgs),
    /// A message, as the calldata that delivers it; a relayer that runs makes it.
    Message(crate::relay::proof::ProveMessage),
    /// An update of the light client of a MAP relay chain.
    MapUpdate(MapUpdateArgs),
}

/// The node that is asked.
#[derive(Debug, Args)]
struct Node {
    /// JSON-RPC address of a node of the source chain; also read from `HELIOGRAPH_RPC`.
    #[arg(long, value_name = "URL", env = "HELIOGRAPH_RPC", hide_env_values = true)]
    rpc: Option<String>,
}

impl Node {
    fn rpc(&self) -> Result<crate::rpc::Rpc> {
        let url = self.rpc.as_deref();
        crate::rpc::Rpc::new(url.ok_or_else(|| Error::Usage("--rpc is needed".into()))?)
    }
}

/// How the nodes are written.
#[derive(Debug, Args)]
struct Form {
    /// How the nodes are written. Only one key at a time can be proven in the compact form.
    #[arg(long, value_name = "FORM", default_value = "list")]
    encoding: Encoding,
}

impl Form {
    fn encode_batch(&self, nodes: Vec<Bytes>) -> Result<Nodes> {
        Nodes::encode_batch(self.encoding, nodes).ok_or_else(|| {
            let problem = "several keys have no compact form: use --encoding list or packed";
            Error::Usage(problem.into())
        })
    }
}

/// Where the proof goes.
#[derive(Debug, Args)]
struct Output {
    /// Write the proof to this file instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Output {
    /// Whether it goes to a file.
    const fn is_file(&self) -> bool {
        self.output.is_some()
    }
}

/// Runs the command.
pub(crate) async fn run(what: &Prove) -> Result<Answer> {
    let (proof, output) = match what {
        Prove::Receipt(args) => (receipt::prove(args).await?, args.output()),
        Prove::Transaction(args) => (body::transaction(args).await?, args.output()),
        Prove::Withdrawal(args) => (body::withdrawal(args).await?, args.output()),
        Prove::Account(args) => (account::prove(args).await?, args.output()),
        Prove::Ancestry(args) => (ancestry::prove(args).await?, args.output()),
        Prove::Acknowledgement(args) => {
            let proof = outcome::acknowledgement(args).await?;
            return finish_outcome(&proof, args.output(), args.calldata());
        }
        Prove::Expiry(args) => {
            let proof = outcome::expiry(args).await?;
            return finish_outcome(&proof, args.output(), args.calldata());
        }
        Prove::Message(args) => return crate::relay::proof::run(args).await,
        Prove::MapUpdate(args) => {
            return finish(&map_update::prove(args).await?, args.output(), &args.trust());
        }
        Prove::BeaconUpdate(args) => {
            let (proof, cost) = beacon::prove(args).await?;
            let answer = finish(&proof, args.output(), &args.trust())?;
            return Ok(beacon::add_cost(answer, &cost, args));
        }
    };
    finish(&proof, output, &Trust::now(None))
}

/// Verifies the proof of what became of a message, then writes it, or gives the calldata with it.
fn finish_outcome(proof: &ProofFile, output: &Output, as_calldata: bool) -> Result<Answer> {
    let trust = Trust::now(None);
    let answer = finish(proof, output, &trust)?;
    if !as_calldata {
        return Ok(answer);
    }
    match verify::calldata(proof, &trust)? {
        Some(calldata) => Ok(Answer {
            text: calldata.to_string(),
            json: json!({ "ok": true, "calldata": calldata }),
        }),
        None => Ok(answer),
    }
}

/// Verifies the proof, then writes it.
fn finish(proof: &ProofFile, output: &Output, trust: &Trust) -> Result<Answer> {
    let text = proof.to_text()?;
    let name = output.output.as_ref().map_or("the proof".into(), |path| path.display().to_string());
    // Parsed again: what is verified is what is written.
    let verified = verify::verify(&ProofFile::parse(&name, &text)?, trust)?;
    let Some(path) = &output.output else {
        progress(verified.text());
        let json = serde_json::from_str(&text).map_err(|e| Error::input(&name, e))?;
        return Ok(Answer { text, json });
    };
    file::write(path, &text)?;
    let json = json!({ "ok": true, "file": path, "verified": verified.json() });
    let text = format!("{}wrote {} ({} bytes)\n", verified.text(), path.display(), text.len());
    Ok(Answer { text, json })
}
