//! The objects that beacon nodes serve to light clients.

use super::{
    Form, LightClientHeader, Object, Preset, SyncAggregate, SyncCommittee, Version,
    codec::{Error, OFFSET, Reader, Writer},
};
use alloc::vec::Vec;
use alloy_primitives::B256;
use serde::{Deserialize, Serialize};

/// Depth of a generalized index, hence the length of its branch.
pub(super) const fn depth(gindex: u64) -> usize {
    gindex.ilog2() as usize
}

/// What a header takes of the fixed part.
const fn header_length(form: Form) -> usize {
    if LightClientHeader::is_variable(form) {
        OFFSET
    } else {
        LightClientHeader::fixed_length(form)
    }
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

impl Object for LightClientBootstrap {
    fn from_ssz(bytes: &[u8], version: Version, preset: Preset) -> Result<Self, Error> {
        let form = version.index_set();
        let nodes = depth(form.current_committee());
        let fixed = header_length(form) + SyncCommittee::ssz_length(preset) + 32 * nodes;
        let mut reader = Reader::new(bytes, fixed)?;
        let header = reader.place(form)?;
        reader.finish()?;
        Ok(Self {
            header: LightClientHeader::from_ssz(reader.resolve(header, None)?, form)?,
            current_sync_committee: SyncCommittee::read(&mut reader, preset)?,
            current_sync_committee_branch: reader.words(nodes)?,
        })
    }

    fn to_ssz(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.header(&self.header);
        writer.bytes(self.current_sync_committee.to_ssz());
        writer.words(&self.current_sync_committee_branch);
        writer.finish()
    }

    fn has_form(&self, form: Form) -> bool {
        self.header.has_form(form)
            && self.current_sync_committee_branch.len() == depth(form.current_committee())
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

impl Object for LightClientUpdate {
    fn from_ssz(bytes: &[u8], version: Version, preset: Preset) -> Result<Self, Error> {
        let form = version.index_set();
        let (next, finality) = (depth(form.next_committee()), depth(form.finality()));
        let fixed = 2 * header_length(form)
            + SyncCommittee::ssz_length(preset)
            + 32 * (next + finality)
            + SyncAggregate::ssz_length(preset)
            + 8;
        let mut reader = Reader::new(bytes, fixed)?;
        let attested = reader.place(form)?;
        let next_sync_committee = SyncCommittee::read(&mut reader, preset)?;
        let next_sync_committee_branch = reader.words(next)?;
        let finalized = reader.place(form)?;
        reader.finish()?;
        let header = |place, next| LightClientHeader::from_ssz(reader.resolve(place, next)?, form);
        Ok(Self {
            attested_header: header(attested, Some(finalized))?,
            next_sync_committee,
            next_sync_committee_branch,
            finalized_header: header(finalized, None)?,
            finality_branch: reader.words(finality)?,
            sync_aggregate: SyncAggregate::read(&mut reader, preset)?,
            signature_slot: reader.number()?,
        })
    }

    fn to_ssz(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.header(&self.attested_header);
        writer.bytes(self.next_sync_committee.to_ssz());
        writer.words(&self.next_sync_committee_branch);
        writer.header(&self.finalized_header);
        writer.words(&self.finality_branch);
        self.sync_aggregate.write(&mut writer);
        writer.number(self.signature_slot);
        writer.finish()
    }

    fn has_form(&self, form: Form) -> bool {
        self.attested_header.has_form(form)
            && self.next_sync_committee_branch.len() == depth(form.next_committee())
            && self.finalized_header.has_form(form)
            && self.finality_branch.len() == depth(form.finality())
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

impl Object for LightClientFinalityUpdate {
    fn from_ssz(bytes: &[u8], version: Version, preset: Preset) -> Result<Self, Error> {
        let form = version.index_set();
        let finality = depth(form.finality());
        let fixed = 2 * header_length(form) + 32 * finality + SyncAggregate::ssz_length(preset) + 8;
        let mut reader = Reader::new(bytes, fixed)?;
        let (attested, finalized) = (reader.place(form)?, reader.place(form)?);
        reader.finish()?;
        let header = |place, next| LightClientHeader::from_ssz(reader.resolve(place, next)?, form);
        Ok(Self {
            attested_header: header(attested, Some(finalized))?,
            finalized_header: header(finalized, None)?,
            finality_branch: reader.words(finality)?,
            sync_aggregate: SyncAggregate::read(&mut reader, preset)?,
            signature_slot: reader.number()?,
        })
    }

    fn to_ssz(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.header(&self.attested_header);
        writer.header(&self.finalized_header);
        writer.words(&self.finality_branch);
        self.sync_aggregate.write(&mut writer);
        writer.number(self.signature_slot);
        writer.finish()
    }

    fn has_form(&self, form: Form) -> bool {
        self.attested_header.has_form(form)
            && self.finalized_header.has_form(form)
            && self.finality_branch.len() == depth(form.finality())
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

impl Object for LightClientOptimisticUpdate {
    fn from_ssz(bytes: &[u8], version: Version, preset: Preset) -> Result<Self, Error> {
        let form = version.index_set();
        let fixed = header_length(form) + SyncAggregate::ssz_length(preset) + 8;
        let mut reader = Reader::new(bytes, fixed)?;
        let attested = reader.place(form)?;
        reader.finish()?;
        Ok(Self {
            attested_header: LightClientHeader::from_ssz(reader.resolve(attested, None)?, form)?,
            sync_aggregate: SyncAggregate::read(&mut reader, preset)?,
            signature_slot: reader.number()?,
        })
    }

    fn to_ssz(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.header(&self.attested_header);
        self.sync_aggregate.write(&mut writer);
        writer.number(self.signature_slot);
        writer.finish()
    }

    fn has_form(&self, form: Form) -> bool {
        self.attested_header.has_form(form)
    }
}
