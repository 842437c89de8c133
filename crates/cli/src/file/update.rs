//! A light-client update with everything it is verified against.

use alloy_primitives::B256;
use light_client::beacon::{Config, Fork, Trusted, builder::OwnedUpdate};
use serde::{Deserialize, Serialize};

/// A light-client update, the state it is verified against, and the network of both.
///
/// The trusted state is what the reader must agree with: whoever accepts it accepts what follows.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateFile {
    /// The network.
    pub network: NetworkFile,
    /// What is trusted before the update.
    pub trusted: Trusted,
    /// The update.
    pub update: OwnedUpdate,
}

/// The network that a light client follows: `light_client::beacon::Config` with its forks owned.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NetworkFile {
    /// Id of the execution chain.
    pub chain_id: u64,
    genesis_time: u64,
    genesis_validators_root: B256,
    seconds_per_slot: u64,
    slots_per_epoch: u64,
    epochs_per_period: u64,
    trusting_period: u64,
    forks: Vec<Fork>,
}

impl UpdateFile {
    /// Hash of the execution block that the update finalizes, if the update is valid.
    pub(crate) const fn execution_block_hash(&self) -> B256 {
        self.update.execution_block_hash
    }

    /// A few lines about it.
    pub(crate) fn summary(&self) -> Vec<(&'static str, String)> {
        let update = &self.update;
        let signers: u32 = update.participation.iter().map(|byte| byte.count_ones()).sum();
        let next = update.next_committee_root;
        vec![
            (
                "anchor",
                format!("execution block {} of a light-client update", self.execution_block_hash()),
            ),
            (
                "network",
                format!("chain {}, genesis {}", self.network.chain_id, self.network.genesis_time),
            ),
            (
                "trusted",
                format!("slot {}, {}", self.trusted.finalized_slot, self.trusted.finalized_root),
            ),
            ("finalized", format!("slot {}", update.finalized.slot)),
            ("attested", format!("slot {}", update.attested.slot)),
            ("signed", format!("in slot {} by {signers} of 512", update.signature_slot)),
            ("next committee", if next.is_zero() { "none".into() } else { next.to_string() }),
            (
                "witness",
                format!("{} nodes, {} absent members", update.witness.len(), update.absent.len()),
            ),
        ]
    }
}

impl NetworkFile {
    /// As the light client takes it.
    pub(crate) fn borrow(&self) -> Config<'_> {
        Config {
            chain_id: self.chain_id,
            genesis_time: self.genesis_time,
            genesis_validators_root: self.genesis_validators_root,
            seconds_per_slot: self.seconds_per_slot,
            slots_per_epoch: self.slots_per_epoch,
            epochs_per_period: self.epochs_per_period,
            trusting_period: self.trusting_period,
            forks: &self.forks,
        }
    }
}

impl From<Config<'_>> for NetworkFile {
    fn from(config: Config<'_>) -> Self {
        Self {
            chain_id: config.chain_id,
            genesis_time: config.genesis_time,
            genesis_validators_root: config.genesis_validators_root,
            seconds_per_slot: config.seconds_per_slot,
            slots_per_epoch: config.slots_per_epoch,
            epochs_per_period: config.epochs_per_period,
            trusting_period: config.trusting_period,
            forks: config.forks.to_vec(),
        }
    }
}
