//! The objects that beacon nodes serve to light clients.

use super::{
    LightClientHeader, SyncAggregate, SyncCommittee,
    codec::{Error, OFFSET, Reader, push_offset, push_words},
};
use crate::beacon::IndexSet;
use alloc::vec::Vec;
use alloy_primitives::B256;
use serde::{Deserialize, Serialize};

/// Depth of a generalized index, hence the length of its branch.
const fn depth(gindex: u64) -> u32 {
    gindex.ilog2()
}

/// The fork that decides the form of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Version {
    /// Deneb.
    Deneb,
    /// Electra.
    Electra,
    /// Fulu.
    Fulu,
}

impl Version {
    /// The indices that branches are for.
    pub const fn index_set(self) -> IndexSet {
        match self {
            Self::Deneb => IndexSet::Altair,
            Self::Electra | Self::Fulu => IndexSet::Electra,
        }
    }
}

/// An object as the beacon API sends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versioned<T> {
    /// The fork of the object.
    pub version: Version,
    /// The object.
    pub data: T,
}

/// `LightClientBootstrap`: a starting point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LightClientBootstrap {
    /// A finalized header.
    pub header: LightClientHeader,
    /// The committee of its period.
    pub current_sync_committee: SyncCommittee,
    /// Proves the committee under the header's state root.
    pub current_sync_committee_branch: Vec<B256>,
}

impl LightClientBootstrap {
    /// Reads the SSZ of a fork with these indices.
    ///
    /// # Errors
    ///
    /// As [`Error`] says.
    pub fn from_ssz(bytes: &[u8], index_set: IndexSet) -> Result<Self, Error> {
        let nodes = depth(index_set.current_committee());
        let fixed = OFFSET + SyncCommittee::SSZ_LENGTH + 32 * nodes as usize;
        let mut reader = Reader::new(bytes, fixed)?;
        let header = reader.offset()?;
        Ok(Self {
            header: LightClientHeader::read(&reader, header, None)?,
            current_sync_committee: SyncCommittee::read(&mut reader)?,
            current_sync_committee_branch: reader.words(nodes)?,
        })
    }

    /// Writes the SSZ.
    pub fn to_ssz(&self) -> Vec<u8> {
        let branch = &self.current_sync_committee_branch;
        let mut bytes = Vec::new();
        push_offset(&mut bytes, OFFSET + SyncCommittee::SSZ_LENGTH + 32 * branch.len());
        bytes.extend(self.current_sync_committee.to_ssz());
        push_words(&mut bytes, branch);
        bytes.extend(self.header.to_ssz());
        bytes
    }
}

/// `LightClientUpdate`: the best update of a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LightClientUpdate {
    /// The header that was signed.
    pub attested_header: LightClientHeader,
    /// The committee of the period after the attested header's.
    pub next_sync_committee: SyncCommittee,
    /// Proves it under the attested state root; all zero without one.
    pub next_sync_committee_branch: Vec<B256>,
    /// The header that is final in the attested state.
    pub finalized_header: LightClientHeader,
    /// Proves it under the attested state root; all zero without one.
    pub finality_branch: Vec<B256>,
    /// The signature.
    pub sync_aggregate: SyncAggregate,
    /// Slot of the block that carries it.
    #[serde(with = "crate::decimal")]
    pub signature_slot: u64,
}

impl LightClientUpdate {
    /// Reads the SSZ of a fork with these indices.
    ///
    /// # Errors
    ///
    /// As [`Error`] says.
    pub fn from_ssz(bytes: &[u8], index_set: IndexSet) -> Result<Self, Error> {
        let (next, finality) = (depth(index_set.next_committee()), depth(index_set.finality()));
        let mut reader = Reader::new(bytes, Self::fixed_length((next + finality) as usize))?;
        let attested = reader.offset()?;
        let next_sync_committee = SyncCommittee::read(&mut reader)?;
        let next_sync_committee_branch = reader.words(next)?;
        let finalized = reader.offset()?;
        Ok(Self {
            attested_header: LightClientHeader::read(&reader, attested, Some(finalized))?,
            next_sync_committee,
            next_sync_committee_branch,
            finalized_header: LightClientHeader::read(&reader, finalized, None)?,
            finality_branch: reader.words(finality)?,
            sync_aggregate: SyncAggregate::read(&mut reader)?,
            signature_slot: reader.number()?,
        })
    }

    /// Writes the SSZ.
    pub fn to_ssz(&self) -> Vec<u8> {
        let (next, finality) = (&self.next_sync_committee_branch, &self.finality_branch);
        let (attested, finalized) = (self.attested_header.to_ssz(), self.finalized_header.to_ssz());
        let fixed = Self::fixed_length(next.len() + finality.len());
        let mut bytes = Vec::new();
        push_offset(&mut bytes, fixed);
        bytes.extend(self.next_sync_committee.to_ssz());
        push_words(&mut bytes, next);
        push_offset(&mut bytes, fixed + attested.len());
        push_words(&mut bytes, finality);
        self.sync_aggregate.write(&mut bytes);
        bytes.extend(self.signature_slot.to_le_bytes());
        bytes.extend(attested);
        bytes.extend(finalized);
        bytes
    }

    const fn fixed_length(nodes: usize) -> usize {
        2 * OFFSET + SyncCommittee::SSZ_LENGTH + 32 * nodes + SyncAggregate::SSZ_LENGTH + 8
    }
}

/// `LightClientFinalityUpdate`: the latest finalized header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LightClientFinalityUpdate {
    /// The header that was signed.
    pub attested_header: LightClientHeader,
    /// The header that is final in the attested state.
    pub finalized_header: LightClientHeader,
    /// Proves it under the attested state root.
    pub finality_branch: Vec<B256>,
    /// The signature.
    pub sync_aggregate: SyncAggregate,
    /// Slot of the block that carries it.
    #[serde(with = "crate::decimal")]
    pub signature_slot: u64,
}

impl LightClientFinalityUpdate {
    /// Reads the SSZ of a fork with these indices.
    ///
    /// # Errors
    ///
    /// As [`Error`] says.
    pub fn from_ssz(bytes: &[u8], index_set: IndexSet) -> Result<Self, Error> {
        let finality = depth(index_set.finality());
        let mut reader = Reader::new(bytes, Self::fixed_length(finality as usize))?;
        let (attested, finalized) = (reader.offset()?, reader.offset()?);
        Ok(Self {
            attested_header: LightClientHeader::read(&reader, attested, Some(finalized))?,
            finalized_header: LightClientHeader::read(&reader, finalized, None)?,
            finality_branch: reader.words(finality)?,
            sync_aggregate: SyncAggregate::read(&mut reader)?,
            signature_slot: reader.number()?,
        })
    }

    /// Writes the SSZ.
    pub fn to_ssz(&self) -> Vec<u8> {
        let (attested, finalized) = (self.attested_header.to_ssz(), self.finalized_header.to_ssz());
        let fixed = Self::fixed_length(self.finality_branch.len());
        let mut bytes = Vec::new();
        push_offset(&mut bytes, fixed);
        push_offset(&mut bytes, fixed + attested.len());
        push_words(&mut bytes, &self.finality_branch);
        self.sync_aggregate.write(&mut bytes);
        bytes.extend(self.signature_slot.to_le_bytes());
        bytes.extend(attested);
        bytes.extend(finalized);
        bytes
    }

    const fn fixed_length(nodes: usize) -> usize {
        2 * OFFSET + 32 * nodes + SyncAggregate::SSZ_LENGTH + 8
    }
}

/// `LightClientOptimisticUpdate`: the latest signed header. Nothing in it is final.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LightClientOptimisticUpdate {
    /// The header that was signed.
    pub attested_header: LightClientHeader,
    /// The signature.
    pub sync_aggregate: SyncAggregate,
    /// Slot of the block that carries it.
    #[serde(with = "crate::decimal")]
    pub signature_slot: u64,
}

impl LightClientOptimisticUpdate {
    const SSZ_FIXED_LENGTH: usize = OFFSET + SyncAggregate::SSZ_LENGTH + 8;

    /// Reads the SSZ.
    ///
    /// # Errors
    ///
    /// As [`Error`] says.
    pub fn from_ssz(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, Self::SSZ_FIXED_LENGTH)?;
        let attested = reader.offset()?;
        Ok(Self {
            attested_header: LightClientHeader::read(&reader, attested, None)?,
            sync_aggregate: SyncAggregate::read(&mut reader)?,
            signature_slot: reader.number()?,
        })
    }

    /// Writes the SSZ.
    pub fn to_ssz(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        push_offset(&mut bytes, Self::SSZ_FIXED_LENGTH);
        self.sync_aggregate.write(&mut bytes);
        bytes.extend(self.signature_slot.to_le_bytes());
        bytes.extend(self.attested_header.to_ssz());
        bytes
    }
}
