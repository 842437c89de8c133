//! The constants of a beacon chain: times, periods, forks and what its committees sign.

use super::{Error, block::header_root, ssz};
use alloy_primitives::B256;
use light_client::beacon::{BeaconHeader, Config, Fork, IndexSet};

/// Domain of sync committee signatures.
const DOMAIN: [u8; 4] = [7, 0, 0, 0];

/// The constants of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// Chain id of the execution chain.
    pub chain_id: u64,
    /// Unix time of slot 0.
    pub genesis_time: u64,
    /// Root of the validators at genesis: part of every signature's domain.
    pub genesis_validators_root: B256,
    /// 12 on mainnet.
    pub seconds_per_slot: u64,
    /// 32 on mainnet.
    pub slots_per_epoch: u64,
    /// 256 on mainnet.
    pub epochs_per_period: u64,
    /// Members of a sync committee: 512 on mainnet.
    pub committee_size: u64,
    /// Block roots that a state keeps: 8192 on mainnet.
    pub slots_per_historical_root: u64,
    /// How long, in seconds, clients of the network trust a finalized header.
    pub trusting_period: u64,
    /// Forks, oldest first.
    pub forks: Vec<Fork>,
}

impl Default for Network {
    /// Mainnet's timing under a single fork of Electra's shape.
    fn default() -> Self {
        Self {
            chain_id: 31337,
            genesis_time: 1_700_000_000,
            genesis_validators_root: ssz::sha256(b"heliograph"),
            seconds_per_slot: 12,
            slots_per_epoch: 32,
            epochs_per_period: 256,
            committee_size: 512,
            slots_per_historical_root: 8_192,
            trusting_period: 14 * 24 * 60 * 60,
            forks: vec![Fork { epoch: 0, version: [5, 0, 0, 0], index_set: IndexSet::Electra }],
        }
    }
}

impl Network {
    /// The configuration of a light client of this network.
    pub fn config(&self) -> Config<'_> {
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

    /// Epoch of a slot.
    pub const fn epoch(&self, slot: u64) -> u64 {
        slot / self.slots_per_epoch
    }

    /// Sync committee period of a slot.
    pub const fn period(&self, slot: u64) -> u64 {
        self.epoch(slot) / self.epochs_per_period
    }

    /// First slot of a period.
    pub const fn period_start(&self, period: u64) -> u64 {
        period * self.epochs_per_period * self.slots_per_epoch
    }

    /// Depth of the tree of block roots that a state keeps.
    pub const fn block_roots_depth(&self) -> usize {
        self.slots_per_historical_root.ilog2() as usize
    }

    /// Unix time at which a slot begins.
    pub const fn time(&self, slot: u64) -> u64 {
        self.genesis_time + slot * self.seconds_per_slot
    }

    /// First slot whose block, if there is one, has `slot` or a later block of its epoch boundary finalized.
    pub const fn finalizing_slot(&self, slot: u64) -> u64 {
        (slot.div_ceil(self.slots_per_epoch) + 2) * self.slots_per_epoch
    }

    /// The fork of a slot.
    ///
    /// # Errors
    /// [`Error::NoFork`].
    pub fn fork(&self, slot: u64) -> Result<Fork, Error> {
        let epoch = self.epoch(slot);
        let fork = self.forks.iter().rev().find(|fork| fork.epoch <= epoch);
        fork.copied().ok_or(Error::NoFork { epoch })
    }

    /// The members that have to sign: two thirds, rounded up.
    pub const fn quorum(&self) -> u64 {
        (2 * self.committee_size).div_ceil(3)
    }

    /// What the members sign: the header's root in the domain of `version`.
    pub fn signing_root(&self, header: &BeaconHeader, version: [u8; 4]) -> B256 {
        self.signing_root_of_kind(header, version, DOMAIN)
    }

    /// The same in another kind of domain: that of attestations, for example.
    pub fn signing_root_of_kind(
        &self,
        header: &BeaconHeader,
        version: [u8; 4],
        kind: [u8; 4],
    ) -> B256 {
        let data = ssz::parent(ssz::right_padded(&version), self.genesis_validators_root);
        let mut domain = B256::ZERO;
        domain[..4].copy_from_slice(&kind);
        domain[4..].copy_from_slice(&data[..28]);
        ssz::parent(header_root(header), domain)
    }

    pub(super) fn fork_root(&self, fork: Fork) -> B256 {
        let before = self.forks.iter().rev().find(|other| other.epoch < fork.epoch);
        let previous = before.map_or(fork.version, |other| other.version);
        let versions = [ssz::right_padded(&previous), ssz::right_padded(&fork.version)];
        ssz::merkleize(&[versions[0], versions[1], ssz::uint64(fork.epoch)], 2)
    }
}
