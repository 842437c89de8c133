//! The network followed and the trust put in it.

use super::Error;

/// The network followed and the trust put in it.
///
/// Its methods divide by the epoch size, so they need a valid configuration: a [`Client`](super::Client) holds no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Config {
    /// Id of the chain.
    pub chain_id: u64,
    /// Blocks of an epoch.
    pub epoch_size: u64,
    /// First block that is signed over the hash to G1 of `spec/map.md` section 2. Before it any signature can be forged.
    pub fork_height: u64,
    /// How long, in seconds, a set of validators is trusted after the header that brought it. Choose it to end before
    /// validators can withdraw what they staked.
    pub trusting_period: u64,
}

impl Config {
    /// Whether this describes a network at all.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] (MAP-16).
    pub const fn validate(&self) -> Result<(), Error> {
        // With two blocks to an epoch, the epoch after that of the last block of all still has 64 bits.
        if self.chain_id == 0 || self.epoch_size < 2 || self.trusting_period == 0 {
            return Err(Error::Config);
        }
        Ok(())
    }

    /// Epoch of a block: its set signs it.
    #[must_use]
    pub const fn epoch(&self, number: u64) -> u64 {
        number.div_ceil(self.epoch_size)
    }

    /// Whether a block is the last of its epoch, which brings the set of the next one.
    #[must_use]
    pub const fn ends_epoch(&self, number: u64) -> bool {
        number.is_multiple_of(self.epoch_size)
    }

    /// MAP-3: the signatures of a block cannot be forged by everyone.
    pub(super) const fn verify_fork(&self, number: u64) -> Result<(), Error> {
        let fork = self.fork_height;
        if number < fork { Err(Error::PreFork { number, fork }) } else { Ok(()) }
    }

    /// Last time at which a client answers whose newest set was brought at `time`, without overflow.
    pub(super) const fn expiry(&self, time: u64) -> u128 {
        time as u128 + self.trusting_period as u128
    }
}
