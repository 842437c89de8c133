//! `heliograph keys`: keystores of those who send transactions, and of attestors.

use super::secret;
use crate::{
    error::{Error, Result},
    output::{Answer, Fields},
};
use clap::{Args, Subcommand};
use relayer::{
    config::{Reference, SecretRef, Signer},
    keys::{self, Created, KeyError, Use},
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Examples:
  heliograph keys new keys/a.json
  heliograph keys new keys/a.json --password file:keys/password
  heliograph keys import keys/b.json --key env:PRIVATE_KEY --password env:KEY_PASSWORD
  heliograph keys list keys
  heliograph keys address keystore:keys/a.json

Keys and passwords are never arguments: they are asked for without being shown, read from a pipe, or referred to as
env:NAME and file:path. Files are written for their owner alone, and never over others.";

/// Make, import and list keys of a relayer.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct KeysCommand {
    /// What to do.
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a key, and write it to a new keystore.
    New {
        /// The keystore to write.
        file: PathBuf,
        /// Where its password is: `env:NAME` or `file:path`; asked for by default.
        #[arg(long, value_name = "REFERENCE")]
        password: Option<String>,
    },
    /// Write a key that you have to a new keystore; it is asked for, or read from a pipe.
    Import {
        /// The keystore to write.
        file: PathBuf,
        /// Where the key is: `env:NAME` or `file:path`.
        #[arg(long, value_name = "REFERENCE")]
        key: Option<String>,
        /// Where its password is: `env:NAME` or `file:path`; asked for by default.
        #[arg(long, value_name = "REFERENCE")]
        password: Option<String>,
    },
    /// List the keystores in a folder.
    List {
        /// The folder.
        #[arg(default_value = "keys")]
        folder: PathBuf,
    },
    /// Print whose key it is.
    Address {
        /// As a configuration refers to it: `keystore:path`, `env:NAME`, `file:path`, `aws-kms:key`, `gcp-kms:key`, `ledger:0`.
        #[arg(value_name = "REFERENCE")]
        key: String,
        /// Where the password of a keystore is, if its file does not say the address.
        #[arg(long, value_name = "REFERENCE")]
        password: Option<String>,
    },
}

/// Runs the command.
pub(crate) async fn run(command: &KeysCommand) -> Result<Answer> {
    match &command.what {
        What::New { file, password } => {
            let password = secret::password(password.as_deref(), true)?;
            keys::create(file, &password).map(|made| created(&made)).map_err(failed)
        }
        What::Import { file, key, password } => {
            if key.is_none()
                && password.is_none()
                && !std::io::IsTerminal::is_terminal(&std::io::stdin())
            {
                return Err(Error::Usage(
                    "the key comes from the pipe, so --password is needed: env:NAME or file:path"
                        .into(),
                ));
            }
            let key = secret::key(key.as_deref())?;
            let password = secret::password(password.as_deref(), true)?;
            keys::import(file, &key, &password).map(|made| created(&made)).map_err(failed)
        }
        What::List { folder } => list(folder),
        What::Address { key, password } => address(key, password.as_deref()).await,
    }
}

fn created(made: &Created) -> Answer {
    let path = made.path.display().to_string();
    let text = format!(
        "{}\n\nIn the configuration:\n  key = \"keystore:{path}\"\n  password = \"file:…\"  # or \"env:…\"\n\nKeep a copy of the file and of the password: nobody can restore them.",
        made.address
    );
    Answer { text, json: json!({ "address": made.address, "keystore": path }) }
}

fn list(folder: &Path) -> Result<Answer> {
    let found = keys::list(folder).map_err(|source| Error::Io {
        action: "read",
        path: folder.into(),
        source,
    })?;
    let mut fields = Fields::default();
    let mut entries: Vec<Value> = Vec::new();
    for entry in found {
        let path = entry.path.display().to_string();
        let address =
            entry.address.map_or_else(|| "its file does not say".into(), |a| a.to_string());
        fields.add(&path, address);
        entries.push(json!({ "keystore": path, "address": entry.address }));
    }
    let text = if entries.is_empty() {
        format!("no keystore in {}", folder.display())
    } else {
        fields.render(0)
    };
    Ok(Answer { text, json: json!({ "keys": entries }) })
}

async fn address(key: &str, password: Option<&str>) -> Result<Answer> {
    let key = SecretRef(key.to_owned());
    let answer =
        |address| Answer { text: format!("{address}"), json: json!({ "address": address }) };
    match key.reference() {
        Reference::Plain(_) => {
            return Err(Error::Usage(
                "a key itself is no argument: write keystore:path, env:NAME or file:path".into(),
            ));
        }
        Reference::Keystore(path) if password.is_none() => {
            if let Some(said) = keys::said_address(path).map_err(failed)? {
                return Ok(answer(said));
            }
        }
        _ => {}
    }
    let password = password.map(|text| secret::reference("--password", text)).transpose()?;
    let signer =
        keys::open(&Signer { key, password }, Use::Transactions(1)).await.map_err(failed)?;
    Ok(answer(signer.address()))
}

fn failed(error: KeyError) -> Error {
    Error::input("keys", error)
}
