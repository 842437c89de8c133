//! What a prover sends, made from the objects that beacon nodes serve. Nothing here is verified: the client does that.

use super::{
    AbsentMember, BeaconHeader, Bootstrap, Config, Update,
    spec::{
        LightClientBootstrap, LightClientFinalityUpdate, LightClientHeader, LightClientUpdate,
        SyncAggregate, SyncCommittee,
    },
};
use crate::crypto::{PublicKey, Signature, arkworks};
use alloc::vec::Vec;
use alloy_primitives::B256;

/// Why no update can be made of these objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The aggregate key of the committee is not a point.
    #[error("the aggregate key is not a point")]
    AggregateKey,
    /// The key of an absent member is not a point.
    #[error("key {index} of the committee is not a point")]
    Key {
        /// Position in the committee.
        index: usize,
    },
    /// The signature is not a point.
    #[error("the signature is not a point")]
    Signature,
}

/// A [`Bootstrap`] that owns its branches.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[expect(missing_docs, reason = "the fields of `Bootstrap`")]
pub struct OwnedBootstrap {
    pub header: BeaconHeader,
    pub current_committee_root: B256,
    pub current_committee_branch: Vec<B256>,
    pub execution_block_hash: B256,
    pub execution_branch: Vec<B256>,
}

impl OwnedBootstrap {
    /// The bootstrap of a consensus-spec object.
    pub fn new(bootstrap: &LightClientBootstrap) -> Self {
        Self {
            header: bootstrap.header.beacon,
            current_committee_root: bootstrap.current_sync_committee.hash_tree_root(),
            current_committee_branch: bootstrap.current_sync_committee_branch.clone(),
            execution_block_hash: bootstrap.header.execution.block_hash,
            execution_branch: bootstrap.header.block_hash_branch(),
        }
    }

    /// As the client takes it.
    pub fn as_bootstrap(&self) -> Bootstrap<'_> {
        Bootstrap {
            header: self.header,
            current_committee_root: self.current_committee_root,
            current_committee_branch: &self.current_committee_branch,
            execution_block_hash: self.execution_block_hash,
            execution_branch: &self.execution_branch,
        }
    }
}

/// An [`Update`] that owns its lists.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[expect(missing_docs, reason = "the fields of `Update`")]
pub struct OwnedUpdate {
    pub attested: BeaconHeader,
    pub finalized: BeaconHeader,
    #[serde(with = "crate::decimal")]
    pub signature_slot: u64,
    pub execution_block_hash: B256,
    pub next_committee_root: B256,
    #[serde(with = "crate::decimal::bytes")]
    pub participation: [u8; 64],
    pub aggregate_key: PublicKey,
    pub signature: Signature,
    pub finality_branch: Vec<B256>,
    pub execution_branch: Vec<B256>,
    pub next_committee_branch: Vec<B256>,
    pub absent: Vec<AbsentMember>,
    pub witness: Vec<B256>,
}

impl OwnedUpdate {
    /// The update of a consensus-spec object, signed by `signing`: the committee of the signature slot's period.
    ///
    /// The next committee goes in when `with_next_committee` asks for it, the object has one, and the update lies within one
    /// period; elsewhere a client would refuse it (BCN-10).
    ///
    /// # Errors
    ///
    /// [`Error`]: a key or the signature cannot be decompressed.
    pub fn new(
        config: &Config<'_>,
        update: &LightClientUpdate,
        signing: &SyncCommittee,
        with_next_committee: bool,
    ) -> Result<Self, Error> {
        let mut owned = Self::of_parts(
            &update.attested_header,
            &update.finalized_header,
            &update.finality_branch,
            &update.sync_aggregate,
            update.signature_slot,
            signing,
        )?;
        if with_next_committee && brings_next_committee(config, update) {
            owned.next_committee_root = update.next_sync_committee.hash_tree_root();
            owned.next_committee_branch.clone_from(&update.next_sync_committee_branch);
        }
        Ok(owned)
    }

    /// The update of a consensus-spec object without a next committee.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn from_finality_update(
        update: &LightClientFinalityUpdate,
        signing: &SyncCommittee,
    ) -> Result<Self, Error> {
        Self::of_parts(
            &update.attested_header,
            &update.finalized_header,
            &update.finality_branch,
            &update.sync_aggregate,
            update.signature_slot,
            signing,
        )
    }

    /// As the client takes it.
    pub fn as_update(&self) -> Update<'_> {
        Update {
            attested: self.attested,
            finalized: self.finalized,
            signature_slot: self.signature_slot,
            execution_block_hash: self.execution_block_hash,
            next_committee_root: self.next_committee_root,
            participation: self.participation,
            aggregate_key: self.aggregate_key,
            signature: self.signature,
            finality_branch: &self.finality_branch,
            execution_branch: &self.execution_branch,
            next_committee_branch: &self.next_committee_branch,
            absent: &self.absent,
            witness: &self.witness,
        }
    }

    fn of_parts(
        attested: &LightClientHeader,
        finalized: &LightClientHeader,
        finality_branch: &[B256],
        sync_aggregate: &SyncAggregate,
        signature_slot: u64,
        signing: &SyncCommittee,
    ) -> Result<Self, Error> {
        let Complement { aggregate_key, signature, absent, witness } =
            Complement::new(signing, sync_aggregate)?;
        Ok(Self {
            attested: attested.beacon,
            finalized: finalized.beacon,
            signature_slot,
            execution_block_hash: finalized.execution.block_hash,
            next_committee_root: B256::ZERO,
            participation: sync_aggregate.sync_committee_bits.0,
            aggregate_key,
            signature,
            finality_branch: finality_branch.to_vec(),
            execution_branch: finalized.block_hash_branch(),
            next_committee_branch: Vec::new(),
            absent,
            witness,
        })
    }
}

/// A signature by a committee in the form a client verifies it: by the keys that are absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complement {
    /// The uncompressed aggregate key of the whole committee.
    pub aggregate_key: PublicKey,
    /// The uncompressed signature.
    pub signature: Signature,
    /// Who did not sign.
    pub absent: Vec<AbsentMember>,
    /// Proves the absent members under the committee root.
    pub witness: Vec<B256>,
}

impl Complement {
    /// Decompresses what is needed and proves it.
    ///
    /// # Errors
    ///
    /// As for [`OwnedUpdate::new`].
    pub fn new(committee: &SyncCommittee, aggregate: &SyncAggregate) -> Result<Self, Error> {
        let positions: Vec<usize> = aggregate.absent().collect();
        let member = |index: &usize| {
            let key = arkworks::decompress_key(&committee.pubkeys()[*index].0);
            let key = key.ok_or(Error::Key { index: *index })?;
            Ok(AbsentMember { index: *index as u64, key })
        };
        let signature = &aggregate.sync_committee_signature.0;
        Ok(Self {
            aggregate_key: arkworks::decompress_key(&committee.aggregate_pubkey().0)
                .ok_or(Error::AggregateKey)?,
            signature: arkworks::decompress_signature(signature).ok_or(Error::Signature)?,
            absent: positions.iter().map(member).collect::<Result<_, _>>()?,
            witness: committee.keys_tree().witness(&positions),
        })
    }
}

/// The object has a next committee, and signature, attested and finalized slot are of one period.
fn brings_next_committee(config: &Config<'_>, update: &LightClientUpdate) -> bool {
    let period = config.period(update.signature_slot);
    let slots = [update.attested_header.beacon.slot, update.finalized_header.beacon.slot];
    slots.iter().all(|slot| config.period(*slot) == period)
        && update.next_sync_committee_branch.iter().any(|node| !node.is_zero())
}
