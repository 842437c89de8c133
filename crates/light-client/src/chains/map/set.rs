//! Sets of validators and the commitments to them: clauses MAP-7, MAP-8 and MAP-12.

use super::{Error, header::Change};
use crate::crypto::bn254::{Bn254, G1};
use alloy_primitives::{B256, Keccak256, U256};

/// The most validators that a set may have.
pub const MAX_SIZE: usize = 256;

/// The fewest signers that are two thirds of a set of `size` (MAP-8).
#[must_use]
pub const fn quorum(size: u64) -> u64 {
    size - size / 3
}

/// An ordered set of validators, by their keys on G1.
#[derive(Clone, Debug)]
pub(super) struct Set {
    keys: [G1; MAX_SIZE],
    size: usize,
    total: G1,
}

impl Set {
    /// No validator at all: a base for checked ones.
    const EMPTY: Self = Self { keys: [G1::ZERO; MAX_SIZE], size: 0, total: G1::ZERO };

    /// The set of these keys, in their order: each is a point, and no two are equal (MAP-14).
    pub(super) fn checked<B: Bn254>(bn254: &B, keys: &[G1]) -> Result<Self, Error> {
        let mut set = Self::EMPTY;
        set.replace(bn254, U256::ZERO, keys.iter().copied())?;
        Ok(set)
    }

    /// The set of keys that a commitment is known to be of, with their sum.
    pub(super) fn committed(keys: &[[u8; 64]], total: G1) -> Result<Self, Error> {
        let mut set = Self { size: keys.len(), total, ..Self::EMPTY };
        let size = keys.len() as u64;
        // No other commitment is ever held.
        let places = set.keys.get_mut(..keys.len()).ok_or(Error::SetSize { size })?;
        for (place, key) in places.iter_mut().zip(keys) {
            *place = G1(*key);
        }
        Ok(set)
    }

    /// The keys, in their order.
    pub(super) fn keys(&self) -> &[G1] {
        self.keys.get(..self.size).unwrap_or_default()
    }

    /// How many validators there are.
    pub(super) const fn size(&self) -> usize {
        self.size
    }

    /// The sum of the keys.
    pub(super) const fn total(&self) -> &G1 {
        &self.total
    }

    /// keccak256 of the keys and their sum.
    pub(super) fn commitment(&self) -> B256 {
        let mut hasher = Keccak256::new();
        self.keys().iter().for_each(|key| hasher.update(key.0));
        hasher.update(self.total.0);
        hasher.finalize()
    }

    /// MAP-7, MAP-8: the signers are of the set, and two thirds of it.
    pub(super) fn verify_signers(&self, signers: &Bits<'_>) -> Result<(), Error> {
        let size = self.size as u64;
        match signers.highest() {
            Some(bit) if bit >= size => return Err(Error::BitBeyondSet { bit, size }),
            _ => {}
        }
        let (got, required) = (signers.count(), quorum(size));
        if got < required { Err(Error::Quorum { got, required }) } else { Ok(()) }
    }

    /// The keys of those who did not sign.
    pub(super) fn absent<'s>(&'s self, signers: &'s Bits<'_>) -> impl Iterator<Item = G1> + 's {
        let signed = (0..).map(|bit| signers.bit(bit));
        self.keys().iter().zip(signed).filter(|(_, signed)| !signed).map(|(key, _)| *key)
    }

    /// MAP-12: the set after a change.
    pub(super) fn change<B: Bn254>(&mut self, bn254: &B, change: &Change<'_>) -> Result<(), Error> {
        let (removed, size) = (change.removed, self.size as u64);
        let bits = removed.bit_len() as u64;
        if bits > size {
            return Err(Error::BitBeyondSet { bit: bits - 1, size });
        }
        self.replace(bn254, removed, change.added())
    }

    /// Takes away those whose bit is set and appends others, each of which is a point and none equal to one before it.
    fn replace<B: Bn254>(
        &mut self,
        bn254: &B,
        removed: U256,
        added: impl ExactSizeIterator<Item = G1> + Clone,
    ) -> Result<(), Error> {
        let kept = self.size.saturating_sub(removed.count_ones());
        let size = kept.saturating_add(added.len());
        if !(1..=MAX_SIZE).contains(&size) {
            return Err(Error::SetSize { size: size as u64 });
        }
        let mut next = Self::EMPTY;
        let places = || self.keys().iter().enumerate();
        places().filter(|(place, _)| !removed.bit(*place)).for_each(|(_, key)| next.push(*key));
        for key in added.clone() {
            let position = next.size as u64;
            if !bn254.is_point(&key) {
                return Err(Error::InvalidKey { position });
            }
            if next.keys().contains(&key) {
                return Err(Error::DuplicateKey { position });
            }
            next.push(key);
        }
        let gone = places().filter(|(place, _)| removed.bit(*place)).map(|(_, key)| *key);
        next.total = bn254.combine(&self.total, added, gone)?;
        *self = next;
        Ok(())
    }

    /// Appends a key, for which there is room.
    fn push(&mut self, key: G1) {
        if let Some(place) = self.keys.get_mut(self.size) {
            *place = key;
            self.size += 1;
        }
    }
}

/// A number as big-endian bytes, and its bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits<'a>(pub &'a [u8]);

impl Bits<'_> {
    /// Whether a bit is set, the lowest being bit 0.
    fn bit(&self, bit: usize) -> bool {
        self.0.iter().rev().nth(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    }

    /// The highest bit that is set.
    pub(super) fn highest(&self) -> Option<u64> {
        let place = self.0.iter().position(|byte| *byte != 0)?;
        let (first, rest) = self.0.get(place..)?.split_first()?;
        Some(8 * rest.len() as u64 + u64::from(first.ilog2()))
    }

    /// How many bits are set.
    fn count(&self) -> u64 {
        self.0.iter().map(|byte| u64::from(byte.count_ones())).sum()
    }
}
