//! A beacon header with its execution header.

use super::{
    ExecutionPayloadHeader,
    codec::{Error, OFFSET, Reader, push_offset, push_words},
};
use crate::beacon::BeaconHeader;
use alloc::vec::Vec;
use alloy_primitives::B256;
use serde::{Deserialize, Serialize};

/// Length of the SSZ of a beacon header.
const BEACON_HEADER: usize = 112;

/// `LightClientHeader`: a beacon header with its execution header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LightClientHeader {
    /// The beacon header.
    pub beacon: BeaconHeader,
    /// The execution header of its block.
    pub execution: ExecutionPayloadHeader,
    /// Proves the root of the execution header under the body root.
    pub execution_branch: [B256; 4],
}

impl LightClientHeader {
    /// Length of the SSZ without the execution header.
    const SSZ_FIXED_LENGTH: usize = BEACON_HEADER + OFFSET + 4 * 32;

    /// Proves the execution block hash under the body root, at the index 812: nine nodes.
    pub fn block_hash_branch(&self) -> Vec<B256> {
        let mut branch = self.execution.block_hash_branch();
        branch.extend(self.execution_branch);
        branch
    }

    /// Reads the header between two offsets of an object, or from one to its end.
    pub(super) fn read(from: &Reader<'_>, start: usize, end: Option<usize>) -> Result<Self, Error> {
        let mut reader = Reader::new(from.variable(start, end)?, Self::SSZ_FIXED_LENGTH)?;
        let beacon = BeaconHeader {
            slot: reader.number()?,
            proposer_index: reader.number()?,
            parent_root: reader.word()?,
            state_root: reader.word()?,
            body_root: reader.word()?,
        };
        let execution = reader.offset()?;
        Ok(Self {
            beacon,
            execution: ExecutionPayloadHeader::from_ssz(reader.variable(execution, None)?)?,
            execution_branch: [reader.word()?, reader.word()?, reader.word()?, reader.word()?],
        })
    }

    pub(super) fn to_ssz(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(self.beacon.slot.to_le_bytes());
        bytes.extend(self.beacon.proposer_index.to_le_bytes());
        let BeaconHeader { parent_root, state_root, body_root, .. } = self.beacon;
        push_words(&mut bytes, &[parent_root, state_root, body_root]);
        push_offset(&mut bytes, Self::SSZ_FIXED_LENGTH);
        push_words(&mut bytes, &self.execution_branch);
        bytes.extend(self.execution.to_ssz());
        bytes
    }
}
