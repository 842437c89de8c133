//! What a beacon node would serve: the light-client objects of the consensus specs.

use super::{Chain, Committee, Error, committee::compress_signature, update::participation};
use alloy_primitives::{B256, FixedBytes};
use light_client::beacon::{
    IndexSet,
    spec::{
        BlobGas, Execution, LightClientBootstrap, LightClientFinalityUpdate, LightClientHeader,
        LightClientUpdate, SyncAggregate, SyncCommittee,
    },
};

impl Committee {
    /// `SyncCommittee` of the consensus specs.
    ///
    /// # Panics
    /// If the size is none that the specs have.
    #[expect(clippy::expect_used, reason = "see above")]
    pub fn sync_committee(&self) -> SyncCommittee {
        let keys: Vec<FixedBytes<48>> = self.public_keys().iter().map(FixedBytes::from).collect();
        SyncCommittee::new(keys, self.aggregate_key().into()).expect("a committee of 32 or 512")
    }
}

impl Chain {
    /// `LightClientHeader` of the block in a slot, in the form of the block's own fork.
    ///
    /// # Errors
    /// [`Error::NoBlock`].
    pub fn light_client_header(&self, slot: u64) -> Result<LightClientHeader, Error> {
        self.header_in_form(slot, self.block(slot)?.index_set())
    }

    /// The same in the form of a later fork, as an object across that fork has it.
    fn header_in_form(&self, slot: u64, form: IndexSet) -> Result<LightClientHeader, Error> {
        let block = self.block(slot)?;
        let set = block.index_set();
        let execution = match form {
            IndexSet::Altair => Execution::Nothing,
            // Nothing is known of the execution block: all is zero.
            _ if !set.has_execution() => LightClientHeader::empty(form).execution,
            IndexSet::Gloas => {
                let mut branch = block.block_hash_branch();
                while branch.len() < 11 {
                    branch.insert(0, B256::ZERO);
                }
                let mut padded = Box::new([B256::ZERO; 11]);
                padded.copy_from_slice(&branch);
                Execution::BlockHash { block_hash: block.execution_block_hash(), branch: padded }
            }
            _ => {
                let mut branch = [B256::ZERO; 4];
                branch.copy_from_slice(&block.payload_branch());
                let mut header = Box::new(block.execution().payload_header(form));
                if set == IndexSet::Capella {
                    header.blob_gas = header.blob_gas.map(|_| BlobGas::default());
                }
                Execution::Payload { header, branch }
            }
        };
        Ok(LightClientHeader { beacon: block.header(), execution })
    }

    /// `LightClientBootstrap` of the block in a slot.
    ///
    /// # Errors
    /// [`Error::NoBlock`].
    pub fn light_client_bootstrap(&self, slot: u64) -> Result<LightClientBootstrap, Error> {
        Ok(LightClientBootstrap {
            header: self.light_client_header(slot)?,
            current_sync_committee: self.committee(self.network().period(slot)).sync_committee(),
            current_sync_committee_branch: self.block(slot)?.current_committee_branch(),
        })
    }

    /// `LightClientFinalityUpdate` that finalizes the block of `finalized_slot`, signed in the slot after the attested one.
    ///
    /// # Errors
    /// [`Error::NoBlock`], [`Error::NotFinalized`], [`Error::NoFork`].
    pub fn light_client_finality_update(
        &self,
        finalized_slot: u64,
        absent: &[usize],
    ) -> Result<LightClientFinalityUpdate, Error> {
        let attested_slot = self.attested_for(finalized_slot)?;
        self.light_client_finality_update_at(attested_slot, attested_slot + 1, absent)
    }

    /// The `LightClientFinalityUpdate` of the attested block at `attested_slot`.
    ///
    /// # Errors
    /// [`Error::NoBlock`], [`Error::NothingFinalized`], [`Error::NoFork`].
    pub fn light_client_finality_update_at(
        &self,
        attested_slot: u64,
        signature_slot: u64,
        absent: &[usize],
    ) -> Result<LightClientFinalityUpdate, Error> {
        let attested = self.block(attested_slot)?;
        let finalized_slot = self.finalized_by(attested_slot)?.header().slot;
        Ok(LightClientFinalityUpdate {
            attested_header: self.light_client_header(attested_slot)?,
            finalized_header: self.header_in_form(finalized_slot, attested.index_set())?,
            finality_branch: attested.finality_branch(),
            sync_aggregate: self.sync_aggregate(attested_slot, signature_slot, absent)?,
            signature_slot,
        })
    }

    /// `LightClientUpdate`: the same with the next committee of the attested state.
    ///
    /// # Errors
    /// [`Error::NoBlock`], [`Error::NotFinalized`], [`Error::NoFork`].
    pub fn light_client_update(
        &self,
        finalized_slot: u64,
        absent: &[usize],
    ) -> Result<LightClientUpdate, Error> {
        let attested_slot = self.attested_for(finalized_slot)?;
        self.light_client_update_at(attested_slot, attested_slot + 1, absent)
    }

    /// The `LightClientUpdate` of the attested block at `attested_slot`.
    ///
    /// # Errors
    /// [`Error::NoBlock`], [`Error::NothingFinalized`], [`Error::NoFork`].
    pub fn light_client_update_at(
        &self,
        attested_slot: u64,
        signature_slot: u64,
        absent: &[usize],
    ) -> Result<LightClientUpdate, Error> {
        let update = self.light_client_finality_update_at(attested_slot, signature_slot, absent)?;
        let attested = update.attested_header.beacon.slot;
        let next_period = self.network().period(attested) + 1;
        Ok(LightClientUpdate {
            attested_header: update.attested_header,
            next_sync_committee: self.committee(next_period).sync_committee(),
            next_sync_committee_branch: self.block(attested)?.next_committee_branch(),
            finalized_header: update.finalized_header,
            finality_branch: update.finality_branch,
            sync_aggregate: update.sync_aggregate,
            signature_slot: update.signature_slot,
        })
    }

    /// `SyncAggregate` over the block of `attested_slot`, as the block of `signature_slot` would carry it.
    ///
    /// # Errors
    /// [`Error::NoBlock`], [`Error::NoFork`].
    pub fn sync_aggregate(
        &self,
        attested_slot: u64,
        signature_slot: u64,
        absent: &[usize],
    ) -> Result<SyncAggregate, Error> {
        let header = self.block(attested_slot)?.header();
        let signature = self.sign(&header, signature_slot, absent)?;
        let members = self.committee(self.network().period(signature_slot)).size();
        Ok(SyncAggregate {
            sync_committee_bits: participation(members, absent).into(),
            sync_committee_signature: compress_signature(&signature).into(),
        })
    }
}
