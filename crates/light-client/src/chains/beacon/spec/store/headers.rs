//! What a header proves of its execution block, by the fork of its slot and the form that it is in.

use super::{Error, SyncProtocol, is_valid_normalized_merkle_branch};
use crate::{
    beacon::{
        IndexSet,
        spec::{BlobGas, Execution, ExecutionPayloadHeader, LightClientHeader},
    },
    crypto::Bls,
    ssz::branch_root,
};
use alloy_primitives::B256;

/// `EXECUTION_PAYLOAD_GINDEX`: the execution header in the body, from Capella to Fulu.
const EXECUTION_PAYLOAD: u64 = 25;

/// Depth of that.
const EXECUTION_PAYLOAD_DEPTH: usize = 4;

impl<B: Bls> SyncProtocol<'_, B> {
    /// `is_valid_light_client_header`: what the header says of its execution block is in its body.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownFork`], [`Error::Execution`].
    pub fn verify_header(&self, header: &LightClientHeader) -> Result<(), Error> {
        if self.is_valid_header(header)? {
            return Ok(());
        }
        Err(Error::Execution { slot: header.beacon.slot })
    }

    /// `get_lc_execution_root`: the root of the execution header; from Gloas on the execution block hash; zero before Capella.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownFork`].
    pub fn execution_root(&self, header: &LightClientHeader) -> Result<B256, Error> {
        let index_set = self.index_set(header.beacon.slot)?;
        Ok(match (&header.execution, index_set) {
            (Execution::Nothing, _) | (_, IndexSet::Altair) => B256::ZERO,
            (Execution::Payload { header, .. }, _) => {
                payload_of(header, index_set).hash_tree_root()
            }
            (Execution::BlockHash { block_hash, .. }, IndexSet::Gloas) => *block_hash,
            (Execution::BlockHash { .. }, _) if header.beacon.slot == 0 => {
                default_payload(index_set).hash_tree_root()
            }
            (Execution::BlockHash { block_hash, branch }, _) => {
                // The block hash in the execution header: where it is in the body, without the way there.
                let gindex = index_set.execution_block_hash();
                let depth = gindex.ilog2() as usize;
                let inner = depth.saturating_sub(EXECUTION_PAYLOAD_DEPTH);
                let from = branch.len().saturating_sub(depth);
                let nodes = branch.get(from..from + inner).unwrap_or_default();
                let gindex = (gindex % (1 << inner)) | (1 << inner);
                branch_root(block_hash, nodes, gindex).unwrap_or_default()
            }
        })
    }

    fn is_valid_header(&self, header: &LightClientHeader) -> Result<bool, Error> {
        let body_root = &header.beacon.body_root;
        // The specs of Altair do not know of later forks.
        if header.execution == Execution::Nothing {
            return Ok(true);
        }
        let index_set = self.index_set(header.beacon.slot)?;
        Ok(match &header.execution {
            Execution::Nothing => true,
            Execution::Payload { header: payload, branch } => {
                let older = index_set < IndexSet::Deneb;
                if older && payload.blob_gas.is_some_and(|gas| gas != BlobGas::default()) {
                    return Ok(false);
                }
                if index_set == IndexSet::Altair {
                    let empty = ExecutionPayloadHeader {
                        blob_gas: payload.blob_gas,
                        ..ExecutionPayloadHeader::default()
                    };
                    return Ok(**payload == empty && branch.iter().all(B256::is_zero));
                }
                let leaf = payload_of(payload, index_set).hash_tree_root();
                branch_root(&leaf, branch, EXECUTION_PAYLOAD) == Ok(*body_root)
            }
            Execution::BlockHash { block_hash, branch } => match index_set {
                IndexSet::Altair => block_hash.is_zero() && branch.iter().all(B256::is_zero),
                _ => {
                    let gindex = index_set.execution_block_hash();
                    is_valid_normalized_merkle_branch(block_hash, &branch[..], gindex, body_root)
                }
            },
        })
    }
}

/// An execution header as the fork of its slot has it: in Capella without the fields that a newer form adds.
pub(super) fn payload_of(
    header: &ExecutionPayloadHeader,
    index_set: IndexSet,
) -> ExecutionPayloadHeader {
    let blob_gas = header.blob_gas.filter(|_| index_set >= IndexSet::Deneb);
    ExecutionPayloadHeader { blob_gas, ..header.clone() }
}

/// The execution header of a genesis block.
fn default_payload(index_set: IndexSet) -> ExecutionPayloadHeader {
    let blob_gas = (index_set >= IndexSet::Deneb).then(BlobGas::default);
    ExecutionPayloadHeader { blob_gas, ..ExecutionPayloadHeader::default() }
}
