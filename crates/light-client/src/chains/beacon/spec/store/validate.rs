//! Whether an update is valid.

use super::{
    Error, Store, SyncProtocol, is_finality_update, is_sync_committee_update,
    is_valid_normalized_merkle_branch, slot,
};
use crate::{
    beacon::spec::{LightClientHeader, LightClientUpdate, SyncAggregate, SyncCommittee},
    crypto::{Bls, PublicKey, arkworks},
};
use alloc::vec::Vec;
use alloy_primitives::B256;

impl<B: Bls> SyncProtocol<'_, B> {
    /// `validate_light_client_update`: whether the store may process an update, in its own form or an older one.
    ///
    /// # Errors
    ///
    /// [`Error`], all that an update can violate, in the order of the specs; before it the form and the sizes.
    pub fn validate_update(
        &self,
        store: &Store,
        update: &LightClientUpdate,
        current_slot: u64,
    ) -> Result<(), Error> {
        let update = self.upgrade_update(update, store.form)?;
        self.verify_upgraded(store, &update, current_slot)
    }

    /// The same for an update of the store's form.
    pub(super) fn verify_upgraded(
        &self,
        store: &Store,
        update: &LightClientUpdate,
        current_slot: u64,
    ) -> Result<(), Error> {
        self.verify_committee_size(&update.next_sync_committee)?;
        self.verify_participation_bits(&update.sync_aggregate)?;
        if update.sync_aggregate.participants() == 0 {
            return Err(Error::NoParticipants);
        }
        self.verify_header(&update.attested_header)?;
        verify_slots(update, current_slot)?;
        let signing = self.signing_committee(store, update)?;
        self.verify_relevance(store, update)?;
        self.verify_finality(store, update)?;
        self.verify_next_committee(store, update)?;
        self.verify_signature(update, signing)
    }

    /// Committees are as large as the network's.
    pub(super) fn verify_committee_size(&self, committee: &SyncCommittee) -> Result<(), Error> {
        let (expected, got) = (self.config.committee_size, committee.pubkeys().len() as u64);
        if got == expected { Ok(()) } else { Err(Error::CommitteeSize { expected, got }) }
    }

    /// There is one bit for each member, and none beyond them.
    fn verify_participation_bits(&self, aggregate: &SyncAggregate) -> Result<(), Error> {
        let members = self.config.committee_size;
        let bits = &aggregate.sync_committee_bits;
        let got = bits.len() as u64;
        let beyond = bits.first().is_some_and(|byte| members < 8 && *byte >> members != 0);
        if got == members.div_ceil(8) && !beyond {
            return Ok(());
        }
        Err(Error::ParticipationBits { members, got })
    }

    /// The committee of the signature's period.
    const fn signing_committee<'s>(
        &self,
        store: &'s Store,
        update: &LightClientUpdate,
    ) -> Result<&'s SyncCommittee, Error> {
        let store_period = self.config.period(slot(&store.finalized_header));
        let signature_period = self.config.period(update.signature_slot);
        match (signature_period.checked_sub(store_period), &store.next_sync_committee) {
            (Some(0), _) => Ok(&store.current_sync_committee),
            (Some(1), Some(next)) => Ok(next),
            _ => Err(Error::UnknownPeriod { signature_period, store_period }),
        }
    }

    /// The update is later than what is final, or brings the next committee that is missing.
    fn verify_relevance(&self, store: &Store, update: &LightClientUpdate) -> Result<(), Error> {
        let attested_slot = slot(&update.attested_header);
        let finalized_slot = slot(&store.finalized_header);
        let brings_missing = store.next_sync_committee.is_none()
            && is_sync_committee_update(update)
            && self.config.period(attested_slot) == self.config.period(finalized_slot);
        if attested_slot > finalized_slot || brings_missing {
            return Ok(());
        }
        Err(Error::NotRelevant { attested_slot, finalized_slot })
    }

    /// The finalized header is that of the attested state. Until something is final that is the genesis block, by the root zero.
    fn verify_finality(&self, store: &Store, update: &LightClientUpdate) -> Result<(), Error> {
        let LightClientUpdate { attested_header, finalized_header, .. } = update;
        let proven = is_finality_update(update);
        let is_header = proven && slot(finalized_header) != 0;
        if !is_header && *finalized_header != LightClientHeader::empty(store.form) {
            return Err(Error::FinalizedHeaderNotEmpty);
        }
        if !proven {
            return Ok(());
        }
        let mut leaf = B256::ZERO;
        if is_header {
            self.verify_header(finalized_header)?;
            leaf = finalized_header.beacon.hash_tree_root();
        }
        let index = self.index_set(slot(attested_header))?.finality();
        let root = &attested_header.beacon.state_root;
        if is_valid_normalized_merkle_branch(&leaf, &update.finality_branch, index, root) {
            return Ok(());
        }
        Err(Error::FinalityBranch)
    }

    /// The next committee, if there is one, is that of the attested state, and not another one than known.
    fn verify_next_committee(
        &self,
        store: &Store,
        update: &LightClientUpdate,
    ) -> Result<(), Error> {
        let committee = &update.next_sync_committee;
        if !is_sync_committee_update(update) {
            let empty = committee.is_empty();
            return if empty { Ok(()) } else { Err(Error::NextCommitteeNotEmpty) };
        }
        let attested = &update.attested_header;
        let root = committee.hash_tree_root();
        let period = |header| self.config.period(slot(header));
        let same_period = period(attested) == period(&store.finalized_header);
        let known = store.next_sync_committee.as_ref().filter(|_| same_period);
        if let Some(known) = known.filter(|known| *known != committee) {
            let known = known.hash_tree_root();
            return Err(Error::NextCommitteeConflict { known, got: root });
        }
        let index = self.index_set(slot(attested))?.next_committee();
        let branch = &update.next_sync_committee_branch;
        if is_valid_normalized_merkle_branch(&root, branch, index, &attested.beacon.state_root) {
            return Ok(());
        }
        Err(Error::NextCommitteeBranch)
    }

    /// The participants signed the attested header, under the version of the slot before the signature's.
    ///
    /// The sum of their keys is that of the whole committee, which the beacon chain has computed, without the absent: one rule for
    /// any participation.
    fn verify_signature(
        &self,
        update: &LightClientUpdate,
        signing: &SyncCommittee,
    ) -> Result<(), Error> {
        self.verify_committee_size(signing)?;
        let fork = self.fork(update.signature_slot.saturating_sub(1))?;
        let root = update.attested_header.beacon.hash_tree_root();
        let message = self.config.signing_root(fork, &root);
        let keys = signing.pubkeys();
        let absent = update.sync_aggregate.absent(keys.len()).map(|index| {
            let key = keys.get(index).and_then(|key| arkworks::decompress_key(&key.0));
            key.ok_or(Error::Key { index: index as u64 })
        });
        let absent: Vec<PublicKey> = absent.collect::<Result<_, _>>()?;
        let aggregate = arkworks::decompress_key(&signing.aggregate_pubkey().0);
        let aggregate = aggregate.ok_or(Error::AggregateKey)?;
        let signature = &update.sync_aggregate.sync_committee_signature.0;
        let signature = arkworks::decompress_signature(signature).ok_or(Error::SignaturePoint)?;
        Ok(self.bls.verify_complement(&aggregate, absent, &message, &signature)?)
    }
}

/// The signature is not from the future, later than what it signs, and that not earlier than what is final in it.
const fn verify_slots(update: &LightClientUpdate, current_slot: u64) -> Result<(), Error> {
    let signature_slot = update.signature_slot;
    let attested_slot = slot(&update.attested_header);
    let finalized_slot = slot(&update.finalized_header);
    if signature_slot > current_slot {
        return Err(Error::FutureSignature { signature_slot, current_slot });
    }
    if signature_slot <= attested_slot {
        return Err(Error::SignatureNotAfterAttested { signature_slot, attested_slot });
    }
    if attested_slot < finalized_slot {
        return Err(Error::AttestedBeforeFinalized { attested_slot, finalized_slot });
    }
    Ok(())
}
