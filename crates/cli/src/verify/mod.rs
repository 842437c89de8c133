//! `heliograph verify`: what a file proves and what that assumes, or which clause it fails.

mod account;
mod block;
mod delivery;
mod item;
mod map_update;
mod outcome;
mod policy;
mod receipt;
mod update;

pub(crate) use delivery::{body, described};
pub(crate) use map_update::head as map_head;
pub(crate) use outcome::calldata;
pub(crate) use policy::Policy;
pub(crate) use update::{client, committees};

use crate::{
    error::{Error, Result},
    file::{self, Items, ProofFile},
    output::{Answer, Fields},
};
use alloy_primitives::B256;
use clap::Args;
use serde_json::{Map, Value, json};
use std::{path::PathBuf, time::SystemTime};

const EXAMPLES: &str = "\
Examples:
  heliograph verify proof.json
  heliograph verify proof.json --block-hash 0x…   (a hash you know from elsewhere)
  heliograph verify delivery.json --assumption sync-committee --attestors attestors.json
  heliograph --json verify proof.json";

/// Say what a proof file proves and under which assumptions, or which clause it fails.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Verify {
    /// The proof file; `-` reads standard input.
    file: PathBuf,
    /// The block hash you trust, in place of the one the file names.
    #[arg(long, value_name = "HASH")]
    block_hash: Option<B256>,
    /// The time, in Unix seconds, for a bundled light-client update; the clock's when absent.
    #[arg(long, value_name = "SECONDS")]
    now: Option<u64>,
    #[command(flatten)]
    policy: Policy,
}

/// What the verifier knows from outside the file.
#[derive(Clone, Debug)]
pub(crate) struct Trust {
    /// Overrides the file's anchor.
    pub block_hash: Option<B256>,
    /// Unix time.
    pub now: u64,
    /// What a lane asks for.
    pub policy: Policy,
}

impl Trust {
    /// The clock's time, unless another is given.
    pub(crate) fn now(given: Option<u64>) -> Self {
        let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let clock = clock.map_or(0, |elapsed| elapsed.as_secs());
        Self { block_hash: None, now: given.unwrap_or(clock), policy: Policy::default() }
    }
}

/// What was proven, and on what it rests.
#[derive(Debug, Default)]
pub(crate) struct Verified {
    kind: &'static str,
    assumes: Vec<String>,
    facts: Vec<Fact>,
}

/// One proven thing: a name, the same for machines, and its value in both forms.
#[derive(Debug)]
struct Fact {
    name: &'static str,
    text: String,
    json: Value,
}

impl Verified {
    fn new(kind: &'static str) -> Self {
        Self { kind, ..Self::default() }
    }

    fn assume(&mut self, what: impl Into<String>) {
        self.assumes.push(what.into());
    }

    /// A fact that reads the same for people and machines.
    fn fact(&mut self, name: &'static str, value: impl std::fmt::Display) {
        let text = value.to_string();
        let json = Value::String(text.clone());
        self.facts.push(Fact { name, text, json });
    }

    /// A fact with a form of its own for machines.
    fn fact_as(&mut self, name: &'static str, text: String, json: Value) {
        self.facts.push(Fact { name, text, json });
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let mut fields = Fields::default();
        for fact in &self.facts {
            let mut lines = fact.text.lines();
            fields.add(fact.name.replace('_', " "), lines.next().unwrap_or_default());
            lines.for_each(|line| _ = fields.add("", line));
        }
        let assumes: String = self.assumes.iter().map(|line| format!("  * {line}\n")).collect();
        format!("proven: {}\n{}assuming that\n{assumes}", self.kind, fields.render(2))
    }

    /// For machines.
    pub(crate) fn json(&self) -> Value {
        let facts = self.facts.iter().map(|fact| (fact.name.to_owned(), fact.json.clone()));
        let proves: Map<String, Value> = facts.collect();
        json!({ "ok": true, "kind": self.kind, "proves": proves, "assumes": self.assumes })
    }
}

/// Runs the command.
pub(crate) fn run(args: &Verify) -> Result<Answer> {
    let text = file::read_text(&args.file)?;
    let proof = ProofFile::parse(&args.file.display().to_string(), &text)?;
    if args.block_hash.is_some()
        && matches!(proof, ProofFile::BeaconUpdate(_) | ProofFile::MapUpdate(_))
    {
        let problem = "--block-hash: an update starts from a trusted state, not from a block hash";
        return Err(Error::Usage(problem.into()));
    }
    let now = Trust::now(args.now).now;
    let trust = Trust { block_hash: args.block_hash, now, policy: args.policy.clone() };
    trust.policy.expect_lane(&proof)?;
    let verified = verify(&proof, &trust)?;
    Ok(Answer { text: verified.text(), json: verified.json() })
}

/// Verifies a proof file with the libraries' own verifiers.
pub(crate) fn verify(proof: &ProofFile, trust: &Trust) -> Result<Verified> {
    match proof {
        ProofFile::Receipt(proof) => receipt::verify(proof, trust),
        ProofFile::Transaction(proof) => item::verify(proof, Items::Transactions, trust),
        ProofFile::Withdrawal(proof) => item::verify(proof, Items::Withdrawals, trust),
        ProofFile::Batch(proof) => item::verify_batch(proof, trust),
        ProofFile::Account(proof) => account::verify(proof, trust),
        ProofFile::Ancestry(proof) => block::verify(proof, trust),
        ProofFile::Delivery(proof) => delivery::verify(proof, trust),
        ProofFile::Acknowledgement(proof) => outcome::verify_delivered(proof, trust),
        ProofFile::Expiry(proof) => outcome::verify_expired(proof, trust),
        ProofFile::BeaconUpdate(proof) => update::verify(proof, trust),
        ProofFile::MapUpdate(proof) => map_update::verify(proof, trust),
    }
}
