//! Secrets by reference: what a configuration holds is where a secret is.

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize, Serializer};
use std::{
    fmt,
    path::{Path, PathBuf},
};

/// A value, or where it is: `env:NAME`, `file:path`; for signers also `keystore:path`, `aws-kms:key`, `gcp-kms:key`, `ledger:index`.
/// What may be a secret itself is never shown: of a URL the origin is, of a reference all of it, of anything else nothing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct SecretRef(pub String);

/// What a [`SecretRef`] says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reference<'a> {
    /// The environment variable of this name.
    Env(&'a str),
    /// The content of this file, without the line break at its end.
    File(&'a Path),
    /// A keystore file as Ethereum clients write them.
    Keystore(&'a Path),
    /// A key of AWS KMS: its id, its alias or its ARN.
    AwsKms(&'a str),
    /// A key version of Google Cloud KMS: `projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/…`.
    GcpKms(&'a str),
    /// An account of a Ledger, by its place in Ledger Live.
    Ledger(&'a str),
    /// No reference: the value itself.
    Plain(&'a str),
}

impl fmt::Debug for Reference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Env(_) => "env",
            Self::File(_) => "file",
            Self::Keystore(_) => "keystore",
            Self::AwsKms(_) => "aws-kms",
            Self::GcpKms(_) => "gcp-kms",
            Self::Ledger(_) => "ledger",
            Self::Plain(_) => "a value",
        })
    }
}

/// Why a secret cannot be had. Says where it was looked for, never what it is.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// There is no such variable.
    #[error("the environment variable {name} is not set; set it, or name another one")]
    NotSet {
        /// The variable.
        name: String,
    },
    /// The value is no UTF-8.
    #[error("what {shown} holds is no UTF-8")]
    NotText {
        /// The reference.
        shown: String,
    },
    /// There is nothing.
    #[error("what {shown} holds is empty")]
    Empty {
        /// The reference.
        shown: String,
    },
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Others than its owner can read the file.
    #[error("{} can be read by others (mode {mode:03o}); make it private: chmod 600 {}", path.display(), path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// It is the secret itself.
    #[error(
        "a secret itself stands where a reference belongs; put it into a file or a variable, and write file:path or env:NAME"
    )]
    Plain,
    /// It refers to a device or a service that hands no secrets out.
    #[error("{shown} holds a key that cannot be read, only signed with")]
    NoValue {
        /// The reference.
        shown: String,
    },
}

impl SecretRef {
    /// What it says.
    pub fn reference(&self) -> Reference<'_> {
        let Some((scheme, rest)) = self.0.split_once(':') else { return Reference::Plain(&self.0) };
        match scheme {
            "env" => Reference::Env(rest),
            "file" => Reference::File(Path::new(rest)),
            "keystore" => Reference::Keystore(Path::new(rest)),
            "aws-kms" => Reference::AwsKms(rest),
            "gcp-kms" => Reference::GcpKms(rest),
            "ledger" => Reference::Ledger(rest),
            _ => Reference::Plain(&self.0),
        }
    }

    /// What may be shown of it.
    pub fn shown(&self) -> String {
        let seen = visible(&self.0);
        let dots = if seen.len() < self.0.len() { "…" } else { "" };
        format!("{seen}{dots}")
    }

    /// The value, for what may stand in the configuration itself: URLs, tokens.
    ///
    /// # Errors
    ///
    /// [`SecretError`]: it is not where it should be.
    pub fn resolve(&self) -> Result<SecretString, SecretError> {
        self.resolve_by(|name| std::env::var_os(name))
    }

    /// The value, for keys and passwords: never the configuration itself, never a file that others can read.
    ///
    /// # Errors
    ///
    /// [`SecretError::Plain`], [`SecretError::Open`], and those of [`resolve`](Self::resolve).
    pub fn resolve_private(&self) -> Result<SecretString, SecretError> {
        match self.reference() {
            Reference::Plain(_) => Err(SecretError::Plain),
            Reference::File(path) => {
                private(path)?;
                self.resolve()
            }
            _ => self.resolve(),
        }
    }

    fn resolve_by(
        &self,
        variable: impl FnOnce(&str) -> Option<std::ffi::OsString>,
    ) -> Result<SecretString, SecretError> {
        let shown = || self.shown();
        let value = match self.reference() {
            Reference::Plain(value) => value.to_owned(),
            Reference::Env(name) => variable(name)
                .ok_or_else(|| SecretError::NotSet { name: shown().replacen("env:", "", 1) })?
                .into_string()
                .map_err(|_| SecretError::NotText { shown: shown() })?,
            Reference::File(path) => {
                let bytes = std::fs::read(path)
                    .map_err(|source| SecretError::Unreadable { path: path.into(), source })?;
                let text = String::from_utf8(bytes)
                    .map_err(|_| SecretError::NotText { shown: shown() })?;
                text.trim_end_matches(['\r', '\n']).to_owned()
            }
            _ => return Err(SecretError::NoValue { shown: shown() }),
        };
        if value.is_empty() {
            return Err(SecretError::Empty { shown: shown() });
        }
        Ok(value.into())
    }
}

impl fmt::Debug for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

/// As it is shown: what is written out is read by others.
impl Serialize for SecretRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.shown())
    }
}

/// Refuses a file that others than its owner can read.
fn private(path: &Path) -> Result<(), SecretError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let about = std::fs::metadata(path)
            .map_err(|source| SecretError::Unreadable { path: path.into(), source })?;
        let mode = about.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(SecretError::Open { path: path.into(), mode });
        }
    }
    let _ = path;
    Ok(())
}

/// What of a value may be shown, from its start on.
pub(super) fn visible(value: &str) -> &str {
    let Some((scheme, rest)) = value.split_once(':') else { return "" };
    if value.contains(char::is_control) {
        return "";
    }
    let upto = |length: usize| value.get(..length).unwrap_or_default();
    match scheme {
        "env" if is_name(rest) => value,
        "env" => "env:",
        "file" | "keystore" | "aws-kms" | "gcp-kms" | "ledger" if !holds_key(rest) => value,
        "sqlite" => value,
        "http" | "https" | "ws" | "wss" => {
            let start = scheme.len() + 3;
            let Some(after) = rest.strip_prefix("//") else { return upto(scheme.len() + 1) };
            let end = after.find(['/', '?', '#']).unwrap_or(after.len());
            let (host, path) = after.split_at(end);
            match path {
                _ if !is_host(host) => upto(start),
                "" | "/" => value,
                _ => upto(start + end),
            }
        }
        "postgres" | "postgresql" => upto(scheme.len() + 1),
        _ => "",
    }
}

/// Whether it is a host, with or without a port, and no name and password.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (text, ""),
    };
    let bare = host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
    let fits = |letter: char| letter.is_ascii_alphanumeric() || ".-".contains(letter);
    let named = !host.is_empty() && host.chars().all(fits);
    let numbered = bare.is_some_and(|inner| inner.parse::<std::net::Ipv6Addr>().is_ok());
    (named || numbered) && port.len() <= 5 && port.bytes().all(|digit| digit.is_ascii_digit())
}

/// Whether it looks like the name of a variable and not like a key.
fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !holds_key(text)
}

/// Whether there are 64 hexadecimal digits in a row.
pub(super) fn holds_key(text: &str) -> bool {
    let mut run = 0_u32;
    text.bytes().any(|byte| {
        run = if byte.is_ascii_hexdigit() { run.saturating_add(1) } else { 0 };
        run >= 64
    })
}
