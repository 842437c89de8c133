//! `heliograph init`: a configuration to begin with.

use super::config::failed;
use crate::{
    error::{Error, Result},
    output::Answer,
};
use clap::Args;
use relayer::config::{self, NewChain};
use serde_json::json;
use std::{
    fs::OpenOptions,
    io::{BufRead, ErrorKind, Write},
    path::PathBuf,
};

const AFTER_HELP: &str = "\
Examples:
  heliograph init
  heliograph init --chain name=a,id=1,rpc=https://one.example,rpc=https://two.example,rpc=env:NODE,service=0x…,checker=0x…,beacon=http://localhost:5052 --chain name=b,…

Of a chain: name, id, rpc (once per node), service, and if you have them checker, beacon (once per node; without one
it is a MAP relay chain), start (the block of the deployment), key (keystore:keys/NAME.json), password
(file:keys/password). Without --chain it asks. A file that is there is not overwritten.";

/// Write a configuration with comments, for two or more chains.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Init {
    /// The file to write.
    #[arg(long, value_name = "FILE", env = "HELIOGRAPH_RELAYER", default_value = "relayer.toml")]
    config: PathBuf,
    /// A chain, as key=value with commas between; see below.
    #[arg(long = "chain", value_name = "KEY=VALUE,…")]
    chains: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(init: &Init) -> Result<Answer> {
    let path = &init.config;
    if path.exists() {
        return Err(Error::input(path.display(), "it exists already, and is not overwritten"));
    }
    let chains = if init.chains.is_empty() {
        ask(&mut std::io::stdin().lock())?
    } else {
        init.chains.iter().map(|text| chain(text)).collect::<Result<_>>()?
    };
    let text = config::template(&chains);
    let loaded = config::parse(&path.display().to_string(), &text, []).map_err(failed)?;
    let written =
        OpenOptions::new().write(true).create_new(true).open(path).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
    written.map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => {
            Error::input(path.display(), "it exists already, and is not overwritten")
        }
        _ => Error::Io { action: "write", path: path.clone(), source },
    })?;
    let name = path.display().to_string();
    let lanes = loaded.config.lanes.len();
    let keys: Vec<String> =
        chains.iter().map(|chain| format!("{}: {}", chain.name, chain.key)).collect();
    let text = format!(
        "{name} is written: chains {}, lanes {lanes}\n\nNext:\n  heliograph keys new keys/NAME.json   for each key that it names: {}\n  heliograph config check --config {name}\n  heliograph start --config {name}",
        chains.len(),
        keys.join(", "),
    );
    Ok(Answer { text, json: json!({ "config": name, "chains": chains.len(), "lanes": lanes }) })
}

/// A chain from `key=value,…`.
fn chain(text: &str) -> Result<NewChain> {
    let mut chain = blank();
    for part in text.split(',') {
        let Some((key, value)) = part.split_once('=') else {
            return Err(Error::Usage("--chain takes key=value with commas between".into()));
        };
        set(&mut chain, key.trim(), value.trim())?;
    }
    complete(chain)
}

const fn blank() -> NewChain {
    NewChain {
        name: String::new(),
        id: 0,
        endpoints: Vec::new(),
        service: String::new(),
        checker: None,
        start_block: 0,
        beacon: Vec::new(),
        key: String::new(),
        password: None,
    }
}

fn set(chain: &mut NewChain, key: &str, value: &str) -> Result<()> {
    let number =
        || value.parse().map_err(|_| Error::Usage(format!("--chain {key}: this is no number")));
    let text = value.to_owned();
    match key {
        "name" => chain.name = text,
        "id" => chain.id = number()?,
        "rpc" => chain.endpoints.push(text),
        "service" => chain.service = text,
        "checker" => chain.checker = Some(text),
        "start" => chain.start_block = number()?,
        "beacon" => chain.beacon.push(text),
        "key" => chain.key = text,
        "password" => chain.password = Some(text),
        _ => return Err(Error::Usage(format!("--chain knows no `{key}`"))),
    }
    Ok(())
}

/// What was left out, as it usually is.
fn complete(mut chain: NewChain) -> Result<NewChain> {
    let letter = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    if chain.name.is_empty() || !chain.name.chars().all(letter) {
        return Err(Error::Usage("a chain's name has letters, digits, `-` and `_`".into()));
    }
    if chain.key.is_empty() {
        chain.key = format!("keystore:keys/{}.json", chain.name);
    }
    if chain.key.starts_with("keystore:") && chain.password.is_none() {
        chain.password = Some("file:keys/password".into());
    }
    Ok(chain)
}

/// Asks for two chains.
fn ask(input: &mut impl BufRead) -> Result<Vec<NewChain>> {
    let mut chains = Vec::new();
    for which in ["first", "second"] {
        let mut chain = blank();
        let mut question = |key: &str, what: &str, needed: bool| -> Result<()> {
            let answer = line(input, &format!("{which} chain, {what}: "))?;
            match answer.is_empty() {
                true if needed => Err(Error::Usage(format!("{what} is needed"))),
                true => Ok(()),
                false => {
                    answer.split_whitespace().try_for_each(|value| set(&mut chain, key, value))
                }
            }
        };
        question("name", "name", true)?;
        question("id", "chain id", true)?;
        question("rpc", "URLs of its nodes, with spaces between", true)?;
        question("service", "address of the message service", true)?;
        question("checker", "address of the checker, if there is one", false)?;
        question("start", "block of the deployment", false)?;
        question("beacon", "URL of a beacon node; empty for a MAP relay chain", false)?;
        chains.push(complete(chain)?);
    }
    Ok(chains)
}

fn line(input: &mut impl BufRead, prompt: &str) -> Result<String> {
    let mut err = std::io::stderr();
    let _ = write!(err, "{prompt}").and_then(|()| err.flush());
    let mut answer = String::new();
    let read = input.read_line(&mut answer).map_err(|error| Error::input("stdin", error))?;
    if read == 0 {
        return Err(Error::Usage("the answers end too early; give --chain instead".into()));
    }
    Ok(answer.trim().to_owned())
}
