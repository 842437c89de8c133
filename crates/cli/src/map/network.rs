//! The networks of MAP by name, or by their constants.

use crate::{
    error::{Error, Result},
    refusal::refuse,
};
use alloy_primitives::B256;
use clap::Args;
use light_client::{
    crypto::bn254::DefaultBn254,
    map::{
        Client, Config,
        networks::{DEVNET, DEVNET_START, MAINNET, MAKALU, Start},
    },
};
use std::collections::BTreeMap;

/// The networks that need no more than a name.
const KNOWN: [(&str, Config); 3] = [("map", MAINNET), ("makalu", MAKALU), ("map-devnet", DEVNET)];

/// All of them, by name.
pub(crate) fn networks() -> BTreeMap<&'static str, Config> {
    KNOWN.into_iter().collect()
}

/// Which network it is.
#[derive(Debug, Args)]
pub(crate) struct NetworkArgs {
    /// The network: map (the mainnet, chain 22776), makalu (212) or map-devnet (213).
    #[arg(long, value_name = "NAME", value_parser = KNOWN.map(|(name, _)| name))]
    pub network: Option<String>,
    /// Chain id, of a network without a name.
    #[arg(long, value_name = "ID", conflicts_with = "network", requires_all = ["epoch_size", "fork_height"])]
    pub chain_id: Option<u64>,
    /// Blocks of an epoch, of a network without a name.
    #[arg(long, value_name = "BLOCKS", requires = "chain_id")]
    pub epoch_size: Option<u64>,
    /// First block that is signed with the hash to G1 of today, of a network without a name.
    #[arg(long, value_name = "NUMBER", requires = "chain_id")]
    pub fork_height: Option<u64>,
    /// For how many seconds after the header that brought it a set is trusted.
    #[arg(long, value_name = "SECONDS")]
    pub trusting_period: Option<u64>,
}

impl NetworkArgs {
    /// Whether a network is named, by its name or its constants.
    pub(crate) const fn is_given(&self) -> bool {
        self.network.is_some() || self.chain_id.is_some()
    }

    /// The network. What a file states of its chain has to agree, and names the network when nothing else does.
    pub(crate) fn load(&self, stated: Option<(u64, u64)>) -> Result<Config> {
        let mut network = match (&self.network, self.chain_id, self.epoch_size, self.fork_height) {
            (Some(name), ..) => known(name)?,
            (None, Some(chain_id), Some(epoch_size), Some(fork_height)) => {
                Config { chain_id, epoch_size, fork_height, ..MAINNET }
            }
            _ => of_chain(stated)?,
        };
        if let Some((chain_id, epoch_size)) = stated
            && (network.chain_id, network.epoch_size) != (chain_id, epoch_size)
        {
            let problem = format!(
                "--network: the files are of chain {chain_id} with epochs of {epoch_size} blocks"
            );
            return Err(Error::Usage(problem));
        }
        network.trusting_period = self.trusting_period.unwrap_or(network.trusting_period);
        client(network)?;
        Ok(network)
    }
}

fn known(name: &str) -> Result<Config> {
    let found = KNOWN.iter().find(|(known, _)| *known == name);
    let (_, config) = found.ok_or_else(|| Error::Usage(format!("--network: {name}?")))?;
    Ok(*config)
}

fn of_chain(stated: Option<(u64, u64)>) -> Result<Config> {
    let (chain_id, _) = stated.ok_or_else(|| {
        Error::Usage("--network is needed, or --chain-id with the constants of the chain".into())
    })?;
    let found = KNOWN.iter().find(|(_, config)| config.chain_id == chain_id);
    let (_, config) = found.ok_or_else(|| {
        Error::Usage(format!("chain {chain_id} has no name: give --chain-id and its constants"))
    })?;
    Ok(*config)
}

/// The commitment of an epoch's validators, where this program knows it.
pub(crate) fn known_start(network: &Config, epoch: u64) -> Option<B256> {
    let Start { epoch: known, commitment } = DEVNET_START;
    (network.chain_id == DEVNET.chain_id && epoch == known).then_some(commitment)
}

/// The client of a network.
pub(crate) fn client(network: Config) -> Result<Client<DefaultBn254>> {
    Client::new(network, DefaultBn254::default()).map_err(|error| refuse("network", error))
}
