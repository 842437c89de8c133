//! What a command prints: text for people, or one JSON object. Progress goes to stderr.

use crate::error::Error;
use serde_json::{Value, json};
use std::{fmt::Display, io::Write, process::ExitCode};

/// Result of a command in both forms.
#[derive(Debug)]
pub(crate) struct Answer {
    /// For people.
    pub text: String,
    /// For machines; an object.
    pub json: Value,
}

impl Answer {
    /// Prints one of the two; a reader that went away is not an error.
    pub(crate) fn print(&self, as_json: bool) -> ExitCode {
        let text = if as_json { pretty(&self.json) } else { self.text.clone() };
        say(&text);
        ExitCode::SUCCESS
    }
}

/// Prints a failure to stderr, and with `--json` also as an object on stdout.
pub(crate) fn print_error(error: &Error, as_json: bool) -> ExitCode {
    if let Error::Partly { answer, .. } = error {
        answer.print(as_json);
    } else if as_json {
        let refusal = match error {
            Error::Refused(refusal) => json!(refusal),
            _ => Value::Null,
        };
        let message = error.to_string();
        let object = json!({ "kind": error.kind(), "message": message, "refusal": refusal });
        say(&pretty(&json!({ "ok": false, "error": object })));
    }
    progress(format_args!("heliograph: {error}"));
    error.exit_code()
}

/// One line for whoever is waiting.
pub(crate) fn progress(line: impl Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// One or more lines on stdout.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    if !text.ends_with('\n') {
        let _ = out.write_all(b"\n");
    }
    let _ = out.flush();
}

/// JSON over several lines.
pub(crate) fn pretty(value: &Value) -> String {
    format!("{value:#}")
}

/// Text in two columns, the first as wide as its widest label.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Adds a line.
    pub(crate) fn add(&mut self, label: impl Display, value: impl Display) -> &mut Self {
        self.0.push((label.to_string(), value.to_string()));
        self
    }

    /// The lines, indented.
    pub(crate) fn render(&self, indent: usize) -> String {
        let width = self.0.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
        let line =
            |(label, value): &(String, String)| format!("{:indent$}{label:width$}  {value}\n", "");
        self.0.iter().map(line).collect()
    }
}
