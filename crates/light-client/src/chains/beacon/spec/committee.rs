//! Sync committees and what they sign with.

use super::{
    Preset, Tree,
    codec::{Error, Reader, Writer},
};
use crate::ssz::hash_pair;
use alloc::{vec, vec::Vec};
use alloy_primitives::{B256, Bytes, FixedBytes};

/// Members of the largest committee there is.
const LARGEST: usize = 512;

/// `SyncCommittee`: compressed keys, by position and possibly repeated, and their sum.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct SyncCommittee {
    pubkeys: Vec<FixedBytes<48>>,
    aggregate_pubkey: FixedBytes<48>,
}

#[derive(serde::Deserialize)]
struct Unchecked {
    pubkeys: Vec<FixedBytes<48>>,
    aggregate_pubkey: FixedBytes<48>,
}

impl TryFrom<Unchecked> for SyncCommittee {
    type Error = Error;

    fn try_from(committee: Unchecked) -> Result<Self, Error> {
        Self::new(committee.pubkeys, committee.aggregate_pubkey)
    }
}

impl SyncCommittee {
    /// A committee of these members.
    ///
    /// # Errors
    ///
    /// [`Error::CommitteeSize`]: not a power of two, or above 512.
    pub fn new(
        pubkeys: Vec<FixedBytes<48>>,
        aggregate_pubkey: FixedBytes<48>,
    ) -> Result<Self, Error> {
        if !pubkeys.len().is_power_of_two() || pubkeys.len() > LARGEST {
            return Err(Error::CommitteeSize { got: pubkeys.len() });
        }
        Ok(Self { pubkeys, aggregate_pubkey })
    }

    /// The committee that stands for none: all zero.
    pub fn empty(preset: Preset) -> Self {
        Self {
            pubkeys: vec![FixedBytes::ZERO; preset.committee_size()],
            aggregate_pubkey: FixedBytes::ZERO,
        }
    }

    /// Whether all is zero: no committee.
    pub fn is_empty(&self) -> bool {
        self.aggregate_pubkey.is_zero() && self.pubkeys.iter().all(FixedBytes::is_zero)
    }

    /// The members' keys.
    pub fn pubkeys(&self) -> &[FixedBytes<48>] {
        &self.pubkeys
    }

    /// The sum of the keys.
    pub const fn aggregate_pubkey(&self) -> &FixedBytes<48> {
        &self.aggregate_pubkey
    }

    /// The root that a client trusts.
    pub fn hash_tree_root(&self) -> B256 {
        hash_pair(&self.keys_tree().root(), &key_root(&self.aggregate_pubkey))
    }

    /// The Merkle tree of the members' keys.
    pub fn keys_tree(&self) -> Tree {
        Tree::new(self.pubkeys.iter().map(key_root).collect())
    }

    /// Length of the SSZ.
    pub const fn ssz_length(preset: Preset) -> usize {
        (preset.committee_size() + 1) * 48
    }

    /// Reads the SSZ.
    ///
    /// # Errors
    ///
    /// [`Error::Length`].
    pub fn from_ssz(bytes: &[u8], preset: Preset) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, Self::ssz_length(preset))?;
        reader.finish()?;
        Self::read(&mut reader, preset)
    }

    pub(super) fn read(reader: &mut Reader<'_>, preset: Preset) -> Result<Self, Error> {
        let pubkeys = (0..preset.committee_size())
            .map(|_| reader.array().map(FixedBytes))
            .collect::<Result<_, _>>()?;
        Self::new(pubkeys, FixedBytes(reader.array()?))
    }

    /// Writes the SSZ.
    pub fn to_ssz(&self) -> Vec<u8> {
        let keys = self.pubkeys.iter().chain([&self.aggregate_pubkey]);
        keys.flat_map(|key| key.0).collect()
    }
}

/// `SyncAggregate`: who signed, and the sum of their signatures, compressed.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SyncAggregate {
    /// Member i of the committee is bit i mod 8 of byte i / 8. As many bytes as that needs.
    pub sync_committee_bits: Bytes,
    /// Compressed signature.
    pub sync_committee_signature: FixedBytes<96>,
}

impl SyncAggregate {
    /// Length of the SSZ: 160 bytes, or 100 with committees of 32.
    pub const fn ssz_length(preset: Preset) -> usize {
        Self::bits_length(preset) + 96
    }

    const fn bits_length(preset: Preset) -> usize {
        preset.committee_size() / 8
    }

    pub(super) fn read(reader: &mut Reader<'_>, preset: Preset) -> Result<Self, Error> {
        let bits = reader.take(Self::bits_length(preset))?;
        Ok(Self {
            sync_committee_bits: Bytes::copy_from_slice(bits),
            sync_committee_signature: FixedBytes(reader.array()?),
        })
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.bytes(&self.sync_committee_bits);
        writer.bytes(self.sync_committee_signature);
    }

    /// Whether a member signed.
    pub fn signed(&self, index: usize) -> bool {
        self.sync_committee_bits.get(index / 8).is_some_and(|byte| byte >> (index % 8) & 1 == 1)
    }

    /// How many members signed.
    pub fn participants(&self) -> usize {
        self.sync_committee_bits.iter().map(|byte| byte.count_ones() as usize).sum()
    }

    /// Positions of the members of a committee of this size that did not sign, increasing.
    pub fn absent(&self, committee_size: usize) -> impl Iterator<Item = usize> + '_ {
        (0..committee_size).filter(|index| !self.signed(*index))
    }
}

/// Root of a key: two chunks.
fn key_root(key: &FixedBytes<48>) -> B256 {
    hash_pair(&B256::from_slice(&key[..32]), &B256::right_padding_from(&key[32..]))
}
