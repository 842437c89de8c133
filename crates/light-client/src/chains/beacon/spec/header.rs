//! A beacon header with what it proves of its execution block.

use super::{
    ExecutionPayloadHeader, Form,
    codec::{Error, OFFSET, Reader, Writer},
    execution::BlobGas,
};
use crate::{
    beacon::{BeaconHeader, IndexSet},
    ssz::branch_root,
};
use alloc::{boxed::Box, vec::Vec};
use alloy_primitives::B256;
use serde::{Deserialize, Serialize};

/// Length of the SSZ of a beacon header.
const BEACON_HEADER: usize = 112;

/// Nodes from an execution header to its body root.
const PAYLOAD_DEPTH: usize = 4;

/// Nodes from the execution block hash to its body root in Gloas.
const BLOCK_HASH_DEPTH: usize = 11;

/// `LightClientHeader`: a beacon header with its execution block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Fields", try_from = "Fields")]
pub struct LightClientHeader {
    /// The beacon header.
    pub beacon: BeaconHeader,
    /// What there is about the execution block.
    pub execution: Execution,
}

/// What a [`LightClientHeader`] holds of the execution block, as the fork of the object wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Execution {
    /// Altair and Bellatrix: nothing.
    Nothing,
    /// Capella to Fulu: the execution header of the block.
    Payload {
        /// The header; without [`BlobGas`] in Capella, with it from Deneb on.
        header: Box<ExecutionPayloadHeader>,
        /// Proves the root of the header under the body root, at the index 25.
        branch: [B256; PAYLOAD_DEPTH],
    },
    /// Gloas: a hash.
    BlockHash {
        /// The parent of the block that the beacon block bids for: the latest one that is part of the chain.
        block_hash: B256,
        /// Proves the hash under the body root. Objects that were brought from an older form start with zeros, as many as the
        /// hash is less deep there.
        branch: Box<[B256; BLOCK_HASH_DEPTH]>,
    },
}

impl LightClientHeader {
    /// The header that stands for none: all zero.
    pub fn empty(form: Form) -> Self {
        let payload = |blob_gas| Execution::Payload {
            header: Box::new(ExecutionPayloadHeader { blob_gas, ..Default::default() }),
            branch: [B256::ZERO; PAYLOAD_DEPTH],
        };
        let execution = match form {
            IndexSet::Altair => Execution::Nothing,
            IndexSet::Capella => payload(None),
            IndexSet::Deneb | IndexSet::Electra => payload(Some(BlobGas::default())),
            IndexSet::Gloas => Execution::BlockHash {
                block_hash: B256::ZERO,
                branch: Box::new([B256::ZERO; BLOCK_HASH_DEPTH]),
            },
        };
        Self { beacon: BeaconHeader::default(), execution }
    }

    /// Whether this is the header of a form.
    pub const fn has_form(&self, form: Form) -> bool {
        match (&self.execution, form) {
            (Execution::Nothing, IndexSet::Altair)
            | (Execution::BlockHash { .. }, IndexSet::Gloas) => true,
            (Execution::Payload { header, .. }, IndexSet::Capella) => header.blob_gas.is_none(),
            (Execution::Payload { header, .. }, IndexSet::Deneb | IndexSet::Electra) => {
                header.blob_gas.is_some()
            }
            _ => false,
        }
    }

    /// Hash of the execution block that the header proves; `None` before Capella.
    pub fn execution_block_hash(&self) -> Option<B256> {
        self.block_hash_proof().map(|proof| proof.block_hash)
    }

    /// Proves the [execution block hash](Self::execution_block_hash) under the body root, at the index of the header's own fork:
    /// 8 nodes in Capella, 9 from Deneb to Fulu, 11 in Gloas, none before. Nothing is verified: a branch that proves nothing is
    /// returned as it is.
    ///
    /// An object across a fork holds an older header in its newer form. Which one it is shows in what leads to the body root.
    pub fn block_hash_branch(&self) -> Vec<B256> {
        self.block_hash_proof().map_or_else(Vec::new, |proof| proof.branch)
    }

    fn block_hash_proof(&self) -> Option<BlockHashProof> {
        let (block_hash, branch, proofs) = match &self.execution {
            Execution::Nothing => return None,
            Execution::Payload { header, branch } => {
                (header.block_hash, &branch[..], payload_proofs(header, branch))
            }
            Execution::BlockHash { block_hash, branch } => {
                (*block_hash, &branch[..], hash_proofs(block_hash, &branch[..]))
            }
        };
        if block_hash.is_zero() && branch.iter().all(B256::is_zero) {
            return None;
        }
        let proven = proofs.iter().position(|proof| proof.leads_to(&self.beacon.body_root));
        proofs.into_iter().nth(proven.unwrap_or(0))
    }

    /// Length of the SSZ, without the execution header.
    pub(super) const fn fixed_length(form: Form) -> usize {
        BEACON_HEADER
            + match form {
                IndexSet::Altair => 0,
                IndexSet::Capella | IndexSet::Deneb | IndexSet::Electra => {
                    OFFSET + 32 * PAYLOAD_DEPTH
                }
                IndexSet::Gloas => 32 + 32 * BLOCK_HASH_DEPTH,
            }
    }

    /// Whether headers of a form differ in length.
    pub(super) const fn is_variable(form: Form) -> bool {
        matches!(form, IndexSet::Capella | IndexSet::Deneb | IndexSet::Electra)
    }

    /// Whether this header is one of those.
    pub(super) const fn has_variable_length(&self) -> bool {
        matches!(self.execution, Execution::Payload { .. })
    }

    /// Reads the SSZ.
    pub(super) fn from_ssz(bytes: &[u8], form: Form) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, Self::fixed_length(form))?;
        let beacon = BeaconHeader {
            slot: reader.number()?,
            proposer_index: reader.number()?,
            parent_root: reader.word()?,
            state_root: reader.word()?,
            body_root: reader.word()?,
        };
        let execution = match form {
            IndexSet::Altair => Execution::Nothing,
            IndexSet::Capella | IndexSet::Deneb | IndexSet::Electra => {
                let from = reader.offset()?;
                let payload = reader.variable(from, None)?;
                Execution::Payload {
                    header: Box::new(ExecutionPayloadHeader::from_ssz(
                        payload,
                        form != IndexSet::Capella,
                    )?),
                    branch: reader.word_array()?,
                }
            }
            IndexSet::Gloas => Execution::BlockHash {
                block_hash: reader.word()?,
                branch: Box::new(reader.word_array()?),
            },
        };
        reader.finish()?;
        Ok(Self { beacon, execution })
    }

    pub(super) fn to_ssz(&self) -> Vec<u8> {
        let BeaconHeader { slot, proposer_index, parent_root, state_root, body_root } = self.beacon;
        let mut writer = Writer::default();
        writer.number(slot);
        writer.number(proposer_index);
        writer.words(&[parent_root, state_root, body_root]);
        match &self.execution {
            Execution::Nothing => {}
            Execution::Payload { header, branch } => {
                writer.part(header.to_ssz());
                writer.words(branch);
            }
            Execution::BlockHash { block_hash, branch } => {
                writer.bytes(block_hash);
                writer.words(&branch[..]);
            }
        }
        writer.finish()
    }
}

/// An execution block hash and its branch to the body root, at an index of some fork.
struct BlockHashProof {
    block_hash: B256,
    branch: Vec<B256>,
    index: u64,
}

impl BlockHashProof {
    fn leads_to(&self, body_root: &B256) -> bool {
        branch_root(&self.block_hash, &self.branch, self.index) == Ok(*body_root)
    }
}

/// What an execution header may prove: as the fork of its fields wants it; and as Capella does, without them.
fn payload_proofs(
    header: &ExecutionPayloadHeader,
    branch: &[B256; PAYLOAD_DEPTH],
) -> Vec<BlockHashProof> {
    let proof = |header: &ExecutionPayloadHeader| {
        let set = if header.blob_gas.is_some() { IndexSet::Deneb } else { IndexSet::Capella };
        let nodes = header.block_hash_branch().into_iter().chain(*branch);
        BlockHashProof {
            block_hash: header.block_hash,
            branch: nodes.collect(),
            index: set.execution_block_hash(),
        }
    };
    let older = (header.blob_gas == Some(BlobGas::default()))
        .then(|| proof(&ExecutionPayloadHeader { blob_gas: None, ..header.clone() }));
    [proof(header)].into_iter().chain(older).collect()
}

/// What a hash may prove: as Gloas wants it; and as the forks before do, with zeros for the nodes that they do not have.
fn hash_proofs(block_hash: &B256, branch: &[B256]) -> Vec<BlockHashProof> {
    let proof = |set: IndexSet| {
        let index = set.execution_block_hash();
        let extra = branch.len().checked_sub(index.ilog2() as usize)?;
        let (zeros, nodes) = branch.split_at(extra);
        let branch = nodes.to_vec();
        zeros.iter().all(B256::is_zero).then_some(BlockHashProof {
            block_hash: *block_hash,
            branch,
            index,
        })
    };
    [IndexSet::Gloas, IndexSet::Deneb, IndexSet::Capella].into_iter().filter_map(proof).collect()
}

/// The JSON, in which the fields that are there tell the form.
#[derive(Serialize, Deserialize)]
struct Fields {
    beacon: BeaconHeader,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution: Option<Box<ExecutionPayloadHeader>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_block_hash: Option<B256>,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_branch: Option<Vec<B256>>,
}

impl From<LightClientHeader> for Fields {
    fn from(header: LightClientHeader) -> Self {
        let (execution, execution_block_hash, execution_branch) = match header.execution {
            Execution::Nothing => (None, None, None),
            Execution::Payload { header, branch } => (Some(header), None, Some(branch.to_vec())),
            Execution::BlockHash { block_hash, branch } => {
                (None, Some(block_hash), Some(branch.to_vec()))
            }
        };
        Self { beacon: header.beacon, execution, execution_block_hash, execution_branch }
    }
}

impl TryFrom<Fields> for LightClientHeader {
    type Error = FieldsError;

    fn try_from(fields: Fields) -> Result<Self, FieldsError> {
        let Fields { beacon, execution, execution_block_hash, execution_branch } = fields;
        let execution = match (execution, execution_block_hash, execution_branch) {
            (None, None, None) => Execution::Nothing,
            (Some(header), None, Some(branch)) => {
                if header.extra_data.len() > 32 {
                    return Err(FieldsError);
                }
                Execution::Payload { header, branch: branch.try_into().map_err(|_| FieldsError)? }
            }
            (None, Some(block_hash), Some(branch)) => Execution::BlockHash {
                block_hash,
                branch: branch.into_boxed_slice().try_into().map_err(|_| FieldsError)?,
            },
            _ => return Err(FieldsError),
        };
        Ok(Self { beacon, execution })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the fields about the execution block are those of no fork")]
struct FieldsError;
