//! The network followed, as data: times, periods and fork rows.

use super::{Error, IndexSet, Trusted};
use crate::ssz::hash_pair;
use alloy_primitives::B256;

/// First four bytes of the domain under which sync committees sign.
const DOMAIN_SYNC_COMMITTEE: [u8; 4] = [7, 0, 0, 0];

/// The most members a sync committee may have.
pub const COMMITTEE_SIZE: usize = 512;

/// The most roots that a state may keep of the blocks before it.
const MAX_HISTORICAL_ROOTS: u64 = 1 << 32;

/// From `epoch` on, blocks are signed under `version` and proofs use the indices of `index_set`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Fork {
    /// First epoch of the fork.
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal"))]
    pub epoch: u64,
    /// `CURRENT_VERSION` of the fork.
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal::bytes"))]
    pub version: [u8; 4],
    /// Where proofs find things.
    pub index_set: IndexSet,
}

/// The network followed and the trust put in it.
///
/// Its methods divide by the lengths given, so they need a valid configuration: a [`Client`](super::Client) holds no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config<'a> {
    /// Id of the execution chain.
    pub chain_id: u64,
    /// Time of slot 0 in Unix seconds.
    pub genesis_time: u64,
    /// Root that separates this network's signatures from those of every other.
    pub genesis_validators_root: B256,
    /// Length of a slot.
    pub seconds_per_slot: u64,
    /// Length of an epoch.
    pub slots_per_epoch: u64,
    /// Length of a sync committee period.
    pub epochs_per_period: u64,
    /// Members of a sync committee: 512, or 32 in the minimal preset.
    pub committee_size: u64,
    /// How many block roots a state keeps: 8192, or 64 in the minimal preset.
    pub slots_per_historical_root: u64,
    /// How long, in seconds, a finalized header is trusted. Must be below the weak-subjectivity period.
    pub trusting_period: u64,
    /// Forks, strictly increasing by epoch. An epoch before the first has no fork: an error, never a fallback.
    pub forks: &'a [Fork],
}

impl Config<'_> {
    /// Whether this describes a network at all.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] (BCN-16).
    pub fn validate(&self) -> Result<(), Error> {
        let increasing = self.forks.windows(2).all(|pair| pair[0].epoch < pair[1].epoch);
        let lengths = [
            self.seconds_per_slot,
            self.slots_per_epoch,
            self.epochs_per_period,
            self.trusting_period,
        ];
        let complete = !self.forks.is_empty()
            && !lengths.contains(&0)
            && !self.genesis_validators_root.is_zero();
        let sized = |size: u64, most| size.is_power_of_two() && (2..=most).contains(&size);
        let sized = sized(self.committee_size, COMMITTEE_SIZE as u64)
            && sized(self.slots_per_historical_root, MAX_HISTORICAL_ROOTS);
        if complete && increasing && sized { Ok(()) } else { Err(Error::Config) }
    }

    /// Whether `fork` may be appended to the rows of a client that trusts `trusted`: it begins after the last of them and after
    /// what has been verified, so that nothing verified changes its meaning.
    ///
    /// # Errors
    ///
    /// [`Error::ForkOrder`] (BCN-17).
    pub fn verify_append(&self, trusted: &Trusted, fork: &Fork) -> Result<(), Error> {
        let last = self.forks.last().map_or(0, |last| last.epoch);
        let last = last.max(self.epoch(trusted.finalized_slot));
        let epoch = fork.epoch;
        if epoch > last { Ok(()) } else { Err(Error::ForkOrder { epoch, last }) }
    }

    /// The fewest participants that are two thirds of a committee (BCN-7).
    pub const fn quorum(&self) -> u64 {
        self.committee_size - self.committee_size / 3
    }

    /// The fork of a slot.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownFork`] (BCN-6).
    pub fn fork_at(&self, slot: u64) -> Result<&Fork, Error> {
        let epoch = self.epoch(slot);
        let fork = self.forks.iter().rev().find(|fork| fork.epoch <= epoch);
        fork.ok_or(Error::UnknownFork { epoch })
    }

    /// Epoch of a slot.
    pub const fn epoch(&self, slot: u64) -> u64 {
        slot / self.slots_per_epoch
    }

    /// Sync committee period of a slot.
    pub const fn period(&self, slot: u64) -> u64 {
        self.epoch(slot) / self.epochs_per_period
    }

    /// Slot at the time `now`; 0 before genesis.
    pub const fn current_slot(&self, now: u64) -> u64 {
        now.saturating_sub(self.genesis_time) / self.seconds_per_slot
    }

    /// Last time at which a client that trusts `slot` answers, without overflow.
    pub(super) const fn expiry(&self, slot: u64) -> u128 {
        self.genesis_time as u128
            + slot as u128 * self.seconds_per_slot as u128
            + self.trusting_period as u128
    }

    /// What a sync committee signs for the block `root` under the version of `fork` (BCN-13).
    pub fn signing_root(&self, fork: &Fork, root: &B256) -> B256 {
        hash_pair(root, &self.domain(fork))
    }

    /// The domain of sync committee signatures under the version of `fork` (BCN-13).
    pub fn domain(&self, fork: &Fork) -> B256 {
        let mut version = B256::ZERO;
        version[..4].copy_from_slice(&fork.version);
        let fork_data_root = hash_pair(&version, &self.genesis_validators_root);
        let mut domain = B256::ZERO;
        domain[..4].copy_from_slice(&DOMAIN_SYNC_COMMITTEE);
        domain[4..].copy_from_slice(&fork_data_root[..28]);
        domain
    }
}
