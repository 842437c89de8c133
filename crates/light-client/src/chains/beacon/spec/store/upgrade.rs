//! Objects and stores of older forms in a newer one.

use super::{super::objects::depth, Error, Store, SyncProtocol, form_of, headers::payload_of};
use crate::{
    beacon::{
        IndexSet,
        spec::{
            BlobGas, Execution, ExecutionPayloadHeader, Form, LightClientBootstrap,
            LightClientHeader, LightClientUpdate, Version,
        },
    },
    crypto::Bls,
};
use alloc::{boxed::Box, vec, vec::Vec};
use alloy_primitives::B256;

impl<B: Bls> SyncProtocol<'_, B> {
    /// `upgrade_lc_store_to_*`, over as many forks as are between. A store that has the form already is left as it is.
    ///
    /// This may be done before the fork. After it, it must: objects of the new fork are refused until then.
    ///
    /// # Errors
    ///
    /// [`Error::Form`]: the store is of a newer form; [`Error::UnknownFork`]. The store is unchanged then.
    pub fn upgrade_store(&self, store: &mut Store, version: Version) -> Result<(), Error> {
        let to = version.index_set();
        let finalized_header = self.upgrade_header(&store.finalized_header, store.form, to)?;
        let optimistic_header = self.upgrade_header(&store.optimistic_header, store.form, to)?;
        if let Some(best) = &store.best_valid_update {
            store.best_valid_update = Some(self.upgrade_update(best, to)?);
        }
        store.finalized_header = finalized_header;
        store.optimistic_header = optimistic_header;
        store.form = to;
        Ok(())
    }

    /// `upgrade_lc_bootstrap_to_*`.
    ///
    /// # Errors
    ///
    /// [`Error::Form`]: the bootstrap has neither this form nor an older one; [`Error::UnknownFork`].
    pub fn upgrade_bootstrap(
        &self,
        bootstrap: &LightClientBootstrap,
        to: Form,
    ) -> Result<LightClientBootstrap, Error> {
        let from = form_of(bootstrap, to)?;
        let branch = &bootstrap.current_sync_committee_branch;
        Ok(LightClientBootstrap {
            header: self.upgrade_header(&bootstrap.header, from, to)?,
            current_sync_committee: bootstrap.current_sync_committee.clone(),
            current_sync_committee_branch: normalize_merkle_branch(branch, to.current_committee()),
        })
    }

    /// `upgrade_lc_update_to_*`.
    ///
    /// # Errors
    ///
    /// [`Error::Form`]: the update has neither this form nor an older one; [`Error::UnknownFork`].
    pub fn upgrade_update(
        &self,
        update: &LightClientUpdate,
        to: Form,
    ) -> Result<LightClientUpdate, Error> {
        let from = form_of(update, to)?;
        Ok(LightClientUpdate {
            attested_header: self.upgrade_header(&update.attested_header, from, to)?,
            next_sync_committee: update.next_sync_committee.clone(),
            next_sync_committee_branch: normalize_merkle_branch(
                &update.next_sync_committee_branch,
                to.next_committee(),
            ),
            finalized_header: self.upgrade_header(&update.finalized_header, from, to)?,
            finality_branch: normalize_merkle_branch(&update.finality_branch, to.finality()),
            sync_aggregate: update.sync_aggregate.clone(),
            signature_slot: update.signature_slot,
        })
    }

    /// `upgrade_lc_header_to_*`.
    ///
    /// # Errors
    ///
    /// [`Error::Form`]: the header has not the form `from`, or `to` is older; [`Error::UnknownFork`].
    pub fn upgrade_header(
        &self,
        header: &LightClientHeader,
        from: Form,
        to: Form,
    ) -> Result<LightClientHeader, Error> {
        if from > to || !header.has_form(from) {
            return Err(Error::Form { expected: to });
        }
        if header.has_form(to) {
            return Ok(header.clone());
        }
        let beacon = header.beacon;
        let empty = LightClientHeader { beacon, ..LightClientHeader::empty(to) };
        let Execution::Payload { header: payload, branch } = &header.execution else {
            return Ok(empty);
        };
        if to < IndexSet::Gloas {
            let blob_gas = Some(BlobGas::default());
            let payload = ExecutionPayloadHeader { blob_gas, ..(**payload).clone() };
            let execution = Execution::Payload { header: Box::new(payload), branch: *branch };
            return Ok(LightClientHeader { beacon, execution });
        }
        if *header == LightClientHeader::empty(from) {
            return Ok(empty);
        }
        let index_set = self.index_set(beacon.slot)?;
        if index_set == IndexSet::Altair {
            return Ok(empty);
        }
        // A header of a fork before Deneb has no blob gas, whatever form it comes in.
        let mut nodes = deneb_payload(payload, index_set).block_hash_branch();
        nodes.extend(branch);
        let nodes = normalize_merkle_branch(&nodes, to.execution_block_hash());
        let branch = nodes.into_boxed_slice().try_into();
        let branch = branch.map_err(|_| Error::Form { expected: to })?;
        let execution = Execution::BlockHash { block_hash: payload.block_hash, branch };
        Ok(LightClientHeader { beacon, execution })
    }
}

/// An execution header as the fork of its slot has it, and one of Capella's form in a later slot as if it had been upgraded.
fn deneb_payload(header: &ExecutionPayloadHeader, index_set: IndexSet) -> ExecutionPayloadHeader {
    let header = payload_of(header, index_set);
    let blob_gas = (index_set >= IndexSet::Deneb).then(|| header.blob_gas.unwrap_or_default());
    ExecutionPayloadHeader { blob_gas, ..header }
}

/// `normalize_merkle_branch`: zeros in front, until the branch is as long as `gindex` is deep. One that is longer stays as it is.
pub fn normalize_merkle_branch(branch: &[B256], gindex: u64) -> Vec<B256> {
    let mut normalized = vec![B256::ZERO; depth(gindex).saturating_sub(branch.len())];
    normalized.extend(branch);
    normalized
}
