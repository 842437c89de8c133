//! What a devnet is: written when it is ready, and read by whoever uses it.

use crate::{
    error::{Error, Result},
    file,
};
use alloy_primitives::Address;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Name of the file in the devnet's folder.
const NAME: &str = "devnet.json";

/// A running devnet.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Record {
    /// Unix time of slot 0, on both chains.
    pub genesis_time: u64,
    /// Seconds between blocks.
    pub slot_seconds: u64,
    /// Slots of an epoch.
    pub slots_per_epoch: u64,
    /// The process that runs it.
    pub process: u32,
    /// The relayer's configuration.
    pub relayer: PathBuf,
    /// Who pays for the relayer's transactions, on both chains.
    pub signers: Vec<Address>,
    /// Who signs for what has happened on either chain, where the lanes ask for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attestors: Vec<Attestor>,
    /// How many of them have to sign; 0 where none are asked.
    #[serde(default)]
    pub threshold: u64,
    /// One end of the lanes.
    pub a: End,
    /// The other end.
    pub b: End,
}

/// An attestor of a devnet.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Attestor {
    /// Its account.
    pub address: Address,
    /// What it is started by.
    pub config: PathBuf,
    /// Where it is asked once it runs.
    pub url: String,
}

/// A chain of a devnet.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct End {
    /// Its id.
    pub chain_id: u64,
    /// The honest node.
    pub rpc: String,
    /// All nodes, the honest one last.
    pub endpoints: Vec<String>,
    /// Its beacon node.
    pub beacon: String,
    /// Another one, which serves a history that contradicts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_beacon: Option<String>,
    /// The first block after the deployment.
    pub start_block: u64,
    /// Registry of light clients.
    pub light_client_manager: Address,
    /// The light client of the other chain.
    pub light_client: Address,
    /// Who attests to the other chain.
    pub attestors: Address,
    /// Message service.
    pub message_service: Address,
    /// What became of the messages that were sent from here.
    pub message_checker: Address,
    /// What is paid for deliveries.
    pub relay_fees: Address,
    /// The application that messages are sent from and to.
    pub greeter: Address,
}

impl Record {
    /// Writes it, all at once.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(NAME);
        let text = serde_json::to_string_pretty(self).map_err(|e| Error::input(NAME, e))?;
        let half = folder.join(format!("{NAME}.part"));
        file::write(&half, &(text + "\n"))?;
        std::fs::rename(&half, &path).map_err(|source| Error::Io { action: "write", path, source })
    }

    /// Reads the one of a folder.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(NAME);
        if !path.is_file() {
            let problem = "no devnet.json there: start one with `heliograph devnet`";
            return Err(Error::input(folder.display(), problem));
        }
        let text = file::read_text(&path)?;
        serde_json::from_str(&text).map_err(|e| Error::input(path.display(), e))
    }

    /// Says that there is none any more.
    pub(super) fn remove(folder: &Path) {
        let _ = std::fs::remove_file(folder.join(NAME));
    }
}
