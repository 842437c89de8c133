//! Sync committees and what they sign with.

use super::{
    Tree,
    codec::{Error, Reader},
};
use crate::{beacon::COMMITTEE_SIZE, ssz::hash_pair};
use alloc::vec::Vec;
use alloy_primitives::{B256, FixedBytes};

/// `SyncCommittee`: 512 compressed keys, by position and possibly repeated, and their sum.
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
    /// Length of the SSZ.
    pub const SSZ_LENGTH: usize = (COMMITTEE_SIZE + 1) * 48;

    /// A committee of these members.
    ///
    /// # Errors
    ///
    /// [`Error::CommitteeSize`].
    pub fn new(
        pubkeys: Vec<FixedBytes<48>>,
        aggregate_pubkey: FixedBytes<48>,
    ) -> Result<Self, Error> {
        if pubkeys.len() != COMMITTEE_SIZE {
            return Err(Error::CommitteeSize { got: pubkeys.len() });
        }
        Ok(Self { pubkeys, aggregate_pubkey })
    }

    /// The members' keys, 512 of them.
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

    /// Reads the SSZ.
    ///
    /// # Errors
    ///
    /// [`Error::Length`].
    pub fn from_ssz(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, Self::SSZ_LENGTH)?;
        reader.finish()?;
        Self::read(&mut reader)
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let pubkeys = (0..COMMITTEE_SIZE)
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SyncAggregate {
    /// Bit i of the committee is bit i mod 8 of byte i / 8.
    pub sync_committee_bits: FixedBytes<64>,
    /// Compressed signature.
    pub sync_committee_signature: FixedBytes<96>,
}

impl SyncAggregate {
    /// Length of the SSZ.
    pub const SSZ_LENGTH: usize = 160;

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self {
            sync_committee_bits: FixedBytes(reader.array()?),
            sync_committee_signature: FixedBytes(reader.array()?),
        })
    }

    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.sync_committee_bits);
        bytes.extend(self.sync_committee_signature);
    }

    /// Positions of the members that did not sign, increasing.
    pub fn absent(&self) -> impl Iterator<Item = usize> + '_ {
        let signed = |index: &usize| self.sync_committee_bits[index / 8] >> (index % 8) & 1 == 1;
        (0..COMMITTEE_SIZE).filter(move |index| !signed(index))
    }
}

/// Root of a key: two chunks.
fn key_root(key: &FixedBytes<48>) -> B256 {
    hash_pair(&B256::from_slice(&key[..32]), &B256::right_padding_from(&key[32..]))
}
