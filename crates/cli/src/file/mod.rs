//! Proof files: JSON that holds what a verifier needs and nothing that follows from it.
//!
//! A file is `{"heliograph": 1, "kind": …, "proof": …}`. Unknown and repeated fields are refused: a
//! file that says more than is verified invites a reader to believe it.

mod anchor;
mod kinds;
mod map_update;
mod nodes;
mod outcomes;
mod update;

pub(crate) use anchor::{Anchor, Block};
pub(crate) use kinds::{
    AccountFile, AncestryFile, BatchFile, DeliveryFile, ItemFile, Items, LaneFile, ReceiptFile,
    RouteFile, SlotBatchFile, SlotFile,
};
pub(crate) use map_update::MapUpdateFile;
pub(crate) use nodes::{Encoding, Nodes};
pub(crate) use outcomes::{AcknowledgementFile, BodyFile, ExpiryFile, OriginFile};
pub(crate) use update::UpdateFile;

use crate::error::{Error, Result};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::{
    fs,
    io::{Read, Write},
    path::Path,
};

/// Version of the format.
const VERSION: u64 = 1;

/// Longest file that is read: far above any proof.
const MAX_BYTES: u64 = 16 << 20;

/// A proof file.
#[derive(Clone, Debug)]
pub(crate) enum ProofFile {
    /// A receipt, and perhaps one log of it.
    Receipt(ReceiptFile),
    /// A transaction, or that there is none.
    Transaction(ItemFile),
    /// A withdrawal, or that there is none.
    Withdrawal(ItemFile),
    /// Several receipts, transactions or withdrawals of one block.
    Batch(BatchFile),
    /// An account and slots of it, or their absence.
    Account(AccountFile),
    /// An older block.
    Ancestry(AncestryFile),
    /// A message sent through a lane.
    Delivery(DeliveryFile),
    /// That a message was delivered.
    Acknowledgement(AcknowledgementFile),
    /// That a message was not delivered by its deadline.
    Expiry(Box<ExpiryFile>),
    /// A light-client update, with the state it is verified against.
    BeaconUpdate(Box<UpdateFile>),
    /// The same of a MAP relay chain.
    MapUpdate(Box<MapUpdateFile>),
}

/// What is around the proof.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a> {
    heliograph: u64,
    kind: &'a str,
    #[serde(borrow)]
    proof: &'a RawValue,
}

impl ProofFile {
    /// Reads a proof file. `name` is what errors call it.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self> {
        let wrong = |e: serde_json::Error| Error::input(name, format!("not a proof file: {e}"));
        let envelope: Envelope<'_> = serde_json::from_str(text).map_err(wrong)?;
        if envelope.heliograph != VERSION {
            let got = envelope.heliograph;
            let problem = format!("format version {got}; this program reads version {VERSION}");
            return Err(Error::input(name, problem));
        }
        let proof = envelope.proof.get();
        let parsed = match envelope.kind {
            "receipt" => serde_json::from_str(proof).map(Self::Receipt),
            "transaction" => serde_json::from_str(proof).map(Self::Transaction),
            "withdrawal" => serde_json::from_str(proof).map(Self::Withdrawal),
            "batch" => serde_json::from_str(proof).map(Self::Batch),
            "account" => serde_json::from_str(proof).map(Self::Account),
            "ancestry" => serde_json::from_str(proof).map(Self::Ancestry),
            "delivery" => serde_json::from_str(proof).map(Self::Delivery),
            "acknowledgement" => serde_json::from_str(proof).map(Self::Acknowledgement),
            "expiry" => serde_json::from_str(proof).map(Self::Expiry),
            "beacon-update" => serde_json::from_str(proof).map(Self::BeaconUpdate),
            "map-update" => serde_json::from_str(proof).map(Self::MapUpdate),
            other => return Err(Error::input(name, format!("unknown kind of proof {other:?}"))),
        };
        let parsed = parsed.map_err(wrong)?;
        let given = serde_json::from_str(proof).map_err(wrong)?;
        match unread(&given, &parsed.to_value()?) {
            Some(field) => Err(Error::input(name, format!("the field {field} is not part of it"))),
            None => Ok(parsed),
        }
    }

    /// The word in the field `kind`.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Receipt(_) => "receipt",
            Self::Transaction(_) => "transaction",
            Self::Withdrawal(_) => "withdrawal",
            Self::Batch(_) => "batch",
            Self::Account(_) => "account",
            Self::Ancestry(_) => "ancestry",
            Self::Delivery(_) => "delivery",
            Self::Acknowledgement(_) => "acknowledgement",
            Self::Expiry(_) => "expiry",
            Self::BeaconUpdate(_) => "beacon-update",
            Self::MapUpdate(_) => "map-update",
        }
    }

    /// What is in the field `proof`.
    fn to_value(&self) -> Result<Value> {
        let proof = match self {
            Self::Receipt(proof) => serde_json::to_value(proof),
            Self::Transaction(proof) | Self::Withdrawal(proof) => serde_json::to_value(proof),
            Self::Batch(proof) => serde_json::to_value(proof),
            Self::Account(proof) => serde_json::to_value(proof),
            Self::Ancestry(proof) => serde_json::to_value(proof),
            Self::Delivery(proof) => serde_json::to_value(proof),
            Self::Acknowledgement(proof) => serde_json::to_value(proof),
            Self::Expiry(proof) => serde_json::to_value(proof),
            Self::BeaconUpdate(proof) => serde_json::to_value(proof),
            Self::MapUpdate(proof) => serde_json::to_value(proof),
        };
        proof.map_err(|e| Error::input("the proof", e))
    }

    /// The file's text.
    pub(crate) fn to_text(&self) -> Result<String> {
        let (kind, proof) = (self.kind(), self.to_value()?);
        let file = serde_json::json!({ "heliograph": VERSION, "kind": kind, "proof": proof });
        Ok(format!("{file:#}\n"))
    }
}

/// The first field, by its path, that is in `given` and was not read into `known`.
fn unread(given: &Value, known: &Value) -> Option<String> {
    match (given, known) {
        (Value::Object(given), Value::Object(known)) => given.iter().find_map(|(name, value)| {
            let Some(read) = known.get(name) else {
                return (!value.is_null()).then(|| name.clone());
            };
            unread(value, read).map(|path| format!("{name}.{path}"))
        }),
        (Value::Array(given), Value::Array(known)) => {
            let mut pairs = given.iter().zip(known).enumerate();
            pairs.find_map(|(at, (given, known))| {
                unread(given, known).map(|path| format!("{at}.{path}"))
            })
        }
        _ => None,
    }
}

/// Whether the text claims to be a proof file.
pub(crate) fn is_proof_file(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Claim {
        #[serde(rename = "heliograph")]
        _version: serde::de::IgnoredAny,
    }
    serde_json::from_str::<Claim>(text).is_ok()
}

/// Reads a file, or standard input for `-`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    let failed = |source| Error::Io { action: "read", path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
    };
    read.map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Error::input(path.display(), "longer than 16 MiB"));
    }
    Ok(bytes)
}

/// Reads a file as text.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(read(path)?).map_err(|_| Error::input(path.display(), "not UTF-8 text"))
}

/// Writes a file by way of a neighbour, so that a reader never sees half of it.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    let failed = |source| Error::Io { action: "write", path: path.to_owned(), source };
    let mut partial = path.as_os_str().to_owned();
    partial.push(format!(".{}.partial", std::process::id()));
    let write = || {
        let mut file = fs::File::create(&partial)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&partial, path)
    };
    write().map_err(|source| {
        let _ = fs::remove_file(&partial);
        failed(source)
    })
}
