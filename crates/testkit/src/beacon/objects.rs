//! What a beacon node would serve: the light-client objects of the consensus specs.

use super::{
    Chain, Committee, Error,
    committee::{SIZE, compress_signature},
    update::participation,
};
use alloy_primitives::FixedBytes;
use light_client::beacon::spec::{
    LightClientBootstrap, LightClientFinalityUpdate, LightClientHeader, LightClientUpdate,
    SyncAggregate, SyncCommittee,
};

impl Committee {
    /// `SyncCommittee` of the consensus specs.
    ///
    /// # Panics
    /// Never: the committee has its 512 members.
    #[expect(clippy::expect_used, reason = "see above")]
    pub fn sync_committee(&self) -> SyncCommittee {
        let keys: Vec<FixedBytes<48>> = self.public_keys().iter().map(FixedBytes::from).collect();
        debug_assert_eq!(keys.len(), SIZE, "committees are made in one size");
        SyncCommittee::new(keys, self.aggregate_key().into()).expect("a committee of 512")
    }
}

impl Chain {
    /// `LightClientHeader` of the block in a slot.
    ///
    /// # Errors
    /// [`Error::NoBlock`].
    pub fn light_client_header(&self, slot: u64) -> Result<LightClientHeader, Error> {
        let block = self.block(slot)?;
        let mut execution_branch = [Default::default(); 4];
        execution_branch.copy_from_slice(&block.payload_branch());
        let execution = block.execution().payload_header();
        Ok(LightClientHeader { beacon: block.header(), execution, execution_branch })
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
        let attested = self.block(attested_slot)?;
        let signature_slot = attested_slot + 1;
        Ok(LightClientFinalityUpdate {
            attested_header: self.light_client_header(attested_slot)?,
            finalized_header: self.light_client_header(finalized_slot)?,
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
        let update = self.light_client_finality_update(finalized_slot, absent)?;
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
        Ok(SyncAggregate {
            sync_committee_bits: participation(absent).into(),
            sync_committee_signature: compress_signature(&signature).into(),
        })
    }
}
