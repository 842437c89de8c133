//! A configuration that owns its forks, to be stored.

use super::{Config, Fork};
use alloc::vec::Vec;
use alloy_primitives::B256;

/// A [`Config`] that owns its fork rows, in the form of a file. It need not be valid: [`Config::validate`] says.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields of `Config`")]
pub struct Network {
    pub chain_id: u64,
    pub genesis_time: u64,
    pub genesis_validators_root: B256,
    pub seconds_per_slot: u64,
    pub slots_per_epoch: u64,
    pub epochs_per_period: u64,
    pub committee_size: u64,
    pub slots_per_historical_root: u64,
    pub trusting_period: u64,
    pub forks: Vec<Fork>,
}

impl Network {
    /// As the client takes it.
    pub fn as_config(&self) -> Config<'_> {
        Config {
            chain_id: self.chain_id,
            genesis_time: self.genesis_time,
            genesis_validators_root: self.genesis_validators_root,
            seconds_per_slot: self.seconds_per_slot,
            slots_per_epoch: self.slots_per_epoch,
            epochs_per_period: self.epochs_per_period,
            committee_size: self.committee_size,
            slots_per_historical_root: self.slots_per_historical_root,
            trusting_period: self.trusting_period,
            forks: &self.forks,
        }
    }
}

impl From<Config<'_>> for Network {
    fn from(config: Config<'_>) -> Self {
        Self {
            chain_id: config.chain_id,
            genesis_time: config.genesis_time,
            genesis_validators_root: config.genesis_validators_root,
            seconds_per_slot: config.seconds_per_slot,
            slots_per_epoch: config.slots_per_epoch,
            epochs_per_period: config.epochs_per_period,
            committee_size: config.committee_size,
            slots_per_historical_root: config.slots_per_historical_root,
            trusting_period: config.trusting_period,
            forks: config.forks.to_vec(),
        }
    }
}
