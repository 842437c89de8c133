//! `heliograph config`: whether a configuration is one, what is in force, and what could be there.

use crate::{
    error::{Error, Result},
    output::{Answer, Fields, pretty},
};
use clap::{Args, Subcommand};
use relayer::config::{self, ConfigError, Loaded, Problem};
use serde_json::{Value, json};
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Examples:
  heliograph config check --config relayer.toml
  heliograph config show --origin
  heliograph config schema > relayer.schema.json

Variables lie over the file: HELIOGRAPH_CHAINS__A__RPC__QUORUM=2. Secrets are not shown: of a URL its origin is, of a
reference all of it. Exit status: 0 it is valid, 3 it is not, or there is none.";

/// Read a relayer's configuration, and say what is wrong with it and where.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ConfigCommand {
    /// What to do.
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Say all that is wrong, each with its line.
    Check(File),
    /// Print what is in force.
    Show {
        #[command(flatten)]
        file: File,
        /// Say of each value where it comes from: the file and its line, a variable, or nowhere.
        #[arg(long)]
        origin: bool,
    },
    /// Print the JSON schema of configurations.
    Schema,
}

/// Which configuration.
#[derive(Debug, Args)]
pub(crate) struct File {
    /// The configuration.
    #[arg(long, value_name = "FILE", env = "HELIOGRAPH_RELAYER", default_value = "relayer.toml")]
    pub config: PathBuf,
}

impl File {
    /// Reads it.
    pub(crate) fn load(&self) -> Result<Loaded> {
        config::load(&self.config).map_err(failed)
    }
}

/// Runs the command.
pub(crate) fn run(command: &ConfigCommand) -> Result<Answer> {
    match &command.what {
        What::Check(file) => file.load().map(|loaded| checked(file, &loaded)),
        What::Show { file, origin } => file.load().map(|loaded| show(&loaded, *origin)),
        What::Schema => {
            let json = config::schema();
            Ok(Answer { text: pretty(&json), json })
        }
    }
}

/// All problems: for people on stdout with their lines, for programs as a list.
pub(crate) fn failed(error: ConfigError) -> Error {
    match error {
        ConfigError::Unreadable { path, source } => Error::Io { action: "read", path, source },
        ConfigError::Invalid(problems) => {
            let count = problems.len();
            let plural = if count == 1 { "" } else { "s" };
            let json = json!({ "ok": false, "problems": listed(&problems) });
            let answer = Answer { text: ConfigError::Invalid(problems).to_string(), json };
            let summary = format!("the configuration has {count} problem{plural}");
            Error::Partly { answer: Box::new(answer), summary, status: 3 }
        }
    }
}

fn listed(problems: &[Problem]) -> Vec<Value> {
    let entry = |problem: &Problem| {
        json!({
            "file": problem.name(),
            "line": problem.line(),
            "column": problem.column(),
            "message": problem.message(),
            "help": problem.advice(),
        })
    };
    problems.iter().map(entry).collect()
}

fn checked(file: &File, loaded: &Loaded) -> Answer {
    let config = &loaded.config;
    let (chains, clients, lanes) = (config.chains.len(), config.clients.len(), config.lanes.len());
    let name = file.config.display();
    let mut text =
        format!("{name} is valid: chains {chains}, light clients {clients}, lanes {lanes}\n");
    for note in &loaded.notes {
        let help = note.advice().map(|help| format!("; {help}")).unwrap_or_default();
        let place = format!("{}:{}:{}", note.name(), note.line(), note.column());
        text.push_str(&format!("note: {place}: {}{help}\n", note.message()));
    }
    let json = json!({
        "ok": true,
        "chains": chains,
        "clients": clients,
        "lanes": lanes,
        "notes": listed(&loaded.notes),
    });
    Answer { text, json }
}

fn show(loaded: &Loaded, origin: bool) -> Answer {
    let mut fields = Fields::default();
    let mut values = serde_json::Map::new();
    for shown in loaded.origins.values(&loaded.config) {
        let from = shown.origin.to_string();
        let right =
            if origin { format!("{}  ({from})", shown.value) } else { shown.value.to_string() };
        fields.add(&shown.path, right);
        let value =
            if origin { json!({ "value": shown.value, "origin": from }) } else { shown.value };
        values.insert(shown.path, value);
    }
    Answer { text: fields.render(0), json: Value::Object(values) }
}
