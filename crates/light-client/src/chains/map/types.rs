//! What a client trusts and what it starts from. Field for field what `MapLightClient` keeps.

use crate::crypto::bn254::G1;
use alloy_primitives::B256;

/// A starting point: a set of validators, to whose commitment the deployer holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint<'a> {
    /// The epoch in which the set signs.
    pub epoch: u64,
    /// Time of the header that brought the set, in Unix seconds.
    pub time: u64,
    /// The validators' keys, in order.
    pub keys: &'a [G1],
}

/// What the client trusts now. Whoever stores it vouches for it: the default trusts nothing and verifies nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Trusted {
    /// The newest epoch whose set is known.
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal"))]
    pub epoch: u64,
    /// Time of the header that brought that set, in Unix seconds.
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal"))]
    pub time: u64,
    /// Commitments to the sets of the newest epochs.
    pub sets: Commitments,
    /// Id of the newest head; ids count from 1, and 0 says that there is none yet.
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal"))]
    pub latest_head: u64,
    /// Time at which the client froze; zero while it is not frozen.
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal"))]
    pub frozen_at: u64,
}

impl Trusted {
    /// The commitment to the set of an epoch, if it is held.
    #[must_use]
    pub fn commitment(&self, epoch: u64) -> Option<B256> {
        let age = self.epoch.checked_sub(epoch)?;
        if age >= Commitments::CAPACITY as u64 {
            return None;
        }
        let commitment = self.sets.0[Commitments::place(epoch)];
        (!commitment.is_zero()).then_some(commitment)
    }
}

/// Commitments by epoch: that of epoch e stands at e mod [`Self::CAPACITY`]; zero marks an empty place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Commitments(pub [B256; Self::CAPACITY]);

impl Commitments {
    /// Epochs whose sets are held.
    pub const CAPACITY: usize = 8;

    /// Holds the commitment to the set of an epoch, in the place of that of [`Self::CAPACITY`] epochs before.
    pub(super) const fn hold(&mut self, epoch: u64, commitment: B256) {
        self.0[Self::place(epoch)] = commitment;
    }

    #[expect(clippy::cast_possible_truncation, reason = "the remainder is below 8")]
    const fn place(epoch: u64) -> usize {
        (epoch % Self::CAPACITY as u64) as usize
    }
}

/// A block that an update proves, whether it is kept or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its number.
    pub number: u64,
    /// Its hash.
    pub hash: B256,
    /// Root of its receipts.
    pub receipts_root: B256,
}
