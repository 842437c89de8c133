//! Secrets that people give: never as arguments, which other users of the machine can read.

use crate::error::{Error, Result};
use relayer::config::{Reference, SecretRef};
use secrecy::{ExposeSecret, SecretString};
use std::io::{IsTerminal, Read};

/// Longest secret that is read from a pipe.
const MAX_BYTES: u64 = 4096;

/// A reference of the command line. What is no reference is not repeated: it may be the secret.
pub(super) fn reference(option: &str, text: &str) -> Result<SecretRef> {
    let reference = SecretRef(text.to_owned());
    match reference.reference() {
        Reference::Env(_) | Reference::File(_) => Ok(reference),
        _ => Err(Error::Usage(format!(
            "{option} takes a reference, env:NAME or file:path, never the secret itself"
        ))),
    }
}

/// The secret that a reference holds.
pub(super) fn resolve(option: &str, text: &str) -> Result<SecretString> {
    let reference = reference(option, text)?;
    reference.resolve_private().map_err(|error| Error::input(option, error))
}

/// A password: from its reference, or asked for without showing it; a new one twice.
pub(super) fn password(given: Option<&str>, new: bool) -> Result<SecretString> {
    if let Some(text) = given {
        return resolve("--password", text);
    }
    if !std::io::stdin().is_terminal() {
        return Err(Error::Usage(
            "--password is needed where nobody can be asked: env:NAME or file:path".into(),
        ));
    }
    let first = ask("Password: ")?;
    if new && ask("Once more: ")?.expose_secret() != first.expose_secret() {
        return Err(Error::Usage("the passwords differ".into()));
    }
    if first.expose_secret().is_empty() {
        return Err(Error::Usage("an empty password protects nothing".into()));
    }
    Ok(first)
}

/// A key: from its reference, asked for without showing it, or from a pipe.
pub(super) fn key(given: Option<&str>) -> Result<SecretString> {
    if let Some(text) = given {
        return resolve("--key", text);
    }
    if std::io::stdin().is_terminal() {
        return ask("Private key: ");
    }
    let mut text = String::new();
    let read = std::io::stdin().lock().take(MAX_BYTES).read_to_string(&mut text);
    read.map_err(|error| Error::input("stdin", error))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned().into())
}

fn ask(prompt: &str) -> Result<SecretString> {
    let answer = rpassword::prompt_password(prompt);
    answer.map(SecretString::from).map_err(|error| Error::input("terminal", error))
}
