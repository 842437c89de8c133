//! Forge's output.

use crate::vectors::workspace;
use alloy_primitives::hex;
use serde_json::Value;
use std::{
    env, fmt, fs, io,
    path::{Path, PathBuf},
};

/// A compiled contract is not where it should be.
#[derive(Debug)]
pub struct MissingArtifact {
    path: PathBuf,
    cause: String,
}

impl fmt::Display for MissingArtifact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, cause } = self;
        write!(f, "no compiled contract at {}: {cause}; run `make contracts`", path.display())?;
        write!(f, ", or set HELIOGRAPH_OUT to the folder forge has written to")
    }
}

impl std::error::Error for MissingArtifact {}

/// A compiled contract.
#[derive(Clone, Debug)]
pub struct Artifact {
    name: String,
    json: Value,
    creation_code: Vec<u8>,
}

impl Artifact {
    /// The contract `name` in the file of the same name.
    ///
    /// # Errors
    /// [`MissingArtifact`], which says what to do.
    pub fn load(name: &str) -> Result<Self, MissingArtifact> {
        Self::load_from(name, name)
    }

    /// The contract `name` in the file `file` (without its ending).
    ///
    /// # Errors
    /// [`MissingArtifact`], which says what to do.
    pub fn load_from(file: &str, name: &str) -> Result<Self, MissingArtifact> {
        Self::load_in(&Self::folder(), file, name)
    }

    /// The contract `name` in the file `file`, from another folder of artifacts: another compiler's, or other settings'.
    ///
    /// # Errors
    /// [`MissingArtifact`], which says what to do.
    pub fn load_in(folder: &Path, file: &str, name: &str) -> Result<Self, MissingArtifact> {
        let path = folder.join(format!("{file}.sol/{name}.json"));
        let missing = |cause: String| MissingArtifact { path: path.clone(), cause };
        let text = fs::read(&path).map_err(|error: io::Error| missing(error.to_string()))?;
        let json: Value =
            serde_json::from_slice(&text).map_err(|error| missing(error.to_string()))?;
        let code = json["bytecode"]["object"].as_str().unwrap_or_default();
        let creation_code =
            hex::decode(code).map_err(|error| missing(format!("not linked code ({error})")))?;
        Ok(Self { name: name.to_owned(), json, creation_code })
    }

    /// Where artifacts are looked for.
    pub fn folder() -> PathBuf {
        env::var_os("HELIOGRAPH_OUT").map_or_else(|| workspace().join("out"), PathBuf::from)
    }

    /// Name of the contract.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The ABI as JSON.
    pub fn abi(&self) -> &Value {
        &self.json["abi"]
    }

    /// The selector of a function by its name.
    ///
    /// # Panics
    /// If there is none.
    #[expect(clippy::panic, reason = "a mistake in the test")]
    pub fn selector(&self, function: &str) -> [u8; 4] {
        let identifiers = self.json["methodIdentifiers"].as_object().into_iter().flatten();
        let named =
            |(signature, _): &(&String, &Value)| signature.split('(').next() == Some(function);
        let selector = identifiers.filter(named).find_map(|(_, selector)| selector.as_str());
        let selector = selector.and_then(|selector| hex::decode_to_array(selector).ok());
        selector.unwrap_or_else(|| panic!("{} has no function {function}", self.name))
    }

    /// The code that deploys it, without constructor arguments.
    pub fn creation_code(&self) -> &[u8] {
        &self.creation_code
    }
}
