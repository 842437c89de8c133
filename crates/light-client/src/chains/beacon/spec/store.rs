//! The light client of the consensus specs: a store that follows signed headers with as few as one signer, and finalizes with
//! two thirds of a committee.
//!
//! [`beacon::Client`](crate::beacon::Client) is the client for a bridge. This one is for those who want what the specs describe:
//! an optimistic head, the ranking of updates, full committees, objects of older forks. The two agree on what is final, save for
//! [`force_update_dangerously`](SyncProtocol::force_update_dangerously), which the other does not have.
//!
//! Times are slots; the caller knows the current one. Nothing panics, and what is refused changes nothing.
//!
//! Source: consensus-specs `light-client/sync-protocol.md` and `light-client/fork.md` of `altair` to `gloas`.

mod error;
mod headers;
mod rank;
mod upgrade;
mod validate;

pub use error::Error;
pub use upgrade::normalize_merkle_branch;

use super::{
    Form, LightClientBootstrap, LightClientFinalityUpdate, LightClientHeader,
    LightClientOptimisticUpdate, LightClientUpdate, Object, SyncCommittee, Version, objects::depth,
};
use crate::{
    beacon::{Config, Error as BeaconError, Fork, IndexSet},
    crypto::Bls,
    ssz::branch_root,
};
use alloc::vec;
use alloy_primitives::{B256, FixedBytes};

/// `LightClientStore`: what has been followed so far. Whoever stores it vouches for it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Store {
    /// The form of the headers in here. Objects of older forms are brought to it, newer ones are refused.
    pub form: Form,
    /// The latest finalized header.
    pub finalized_header: LightClientHeader,
    /// The committee of the finalized header's period.
    pub current_sync_committee: SyncCommittee,
    /// The committee of the period after it; `None` while unknown.
    pub next_sync_committee: Option<SyncCommittee>,
    /// The best update that has not been applied, for a forced update.
    pub best_valid_update: Option<LightClientUpdate>,
    /// The latest header signed by more than half of what signs usually. It may never become final.
    pub optimistic_header: LightClientHeader,
    /// Most participants seen in the period before.
    pub previous_max_active_participants: u64,
    /// Most participants seen in this period.
    pub current_max_active_participants: u64,
}

impl Store {
    /// `get_safety_threshold`: an optimistic header needs more participants than this.
    pub fn safety_threshold(&self) -> u64 {
        self.previous_max_active_participants.max(self.current_max_active_participants) / 2
    }
}

/// The sync protocol of one network: configuration and backend, as in [`Client`](crate::beacon::Client). The trusting period is not
/// looked at: it is for the caller to discard a store that is too old.
#[derive(Clone, Copy, Debug)]
pub struct SyncProtocol<'c, B> {
    config: Config<'c>,
    bls: B,
}

impl<'c, B: Bls> SyncProtocol<'c, B> {
    /// The protocol on the network described by `config`.
    ///
    /// # Errors
    ///
    /// [`Error::Config`].
    pub fn new(config: Config<'c>, bls: B) -> Result<Self, Error> {
        config.validate().map_err(|_| Error::Config)?;
        Ok(Self { config, bls })
    }

    /// The network followed.
    pub const fn config(&self) -> &Config<'c> {
        &self.config
    }

    /// `initialize_light_client_store`, with a store in the form of `version`.
    ///
    /// Assumed: `trusted_block_root` is the root of a finalized block, known from outside.
    ///
    /// # Errors
    ///
    /// [`Error::Form`], [`Error::CommitteeSize`], [`Error::UnknownFork`]; then, in the order of the specs, [`Error::Execution`],
    /// [`Error::BootstrapRoot`], [`Error::CurrentCommitteeBranch`].
    pub fn initialize(
        &self,
        version: Version,
        trusted_block_root: &B256,
        bootstrap: &LightClientBootstrap,
    ) -> Result<Store, Error> {
        let form = version.index_set();
        let bootstrap = self.upgrade_bootstrap(bootstrap, form)?;
        self.verify_committee_size(&bootstrap.current_sync_committee)?;
        let LightClientBootstrap { header, current_sync_committee, .. } = bootstrap;
        self.verify_header(&header)?;
        let got = header.beacon.hash_tree_root();
        if got != *trusted_block_root {
            return Err(Error::BootstrapRoot { expected: *trusted_block_root, got });
        }
        let index = self.index_set(header.beacon.slot)?.current_committee();
        let leaf = current_sync_committee.hash_tree_root();
        let branch = &bootstrap.current_sync_committee_branch;
        if !is_valid_normalized_merkle_branch(&leaf, branch, index, &header.beacon.state_root) {
            return Err(Error::CurrentCommitteeBranch);
        }
        Ok(Store {
            form,
            finalized_header: header.clone(),
            current_sync_committee,
            next_sync_committee: None,
            best_valid_update: None,
            optimistic_header: header,
            previous_max_active_participants: 0,
            current_max_active_participants: 0,
        })
    }

    /// `process_light_client_update`. The update may be of an older form than the store.
    ///
    /// # Errors
    ///
    /// As for [`validate_update`](Self::validate_update). The store is unchanged then.
    pub fn process_update(
        &self,
        store: &mut Store,
        update: &LightClientUpdate,
        current_slot: u64,
    ) -> Result<(), Error> {
        let update = self.upgrade_update(update, store.form)?;
        self.verify_upgraded(store, &update, current_slot)?;
        let participants = update.sync_aggregate.participants() as u64;
        let applies = participants * 3 >= self.config.committee_size * 2
            && (slot(&update.finalized_header) > slot(&store.finalized_header)
                || self.brings_final_next_committee(store, &update));
        if applies {
            self.verify_finalized_period(store, &update)?;
        }

        let is_best = store
            .best_valid_update
            .as_ref()
            .is_none_or(|best| self.is_better_update(&update, best));
        store.current_max_active_participants =
            store.current_max_active_participants.max(participants);
        if participants > store.safety_threshold()
            && slot(&update.attested_header) > slot(&store.optimistic_header)
        {
            store.optimistic_header = update.attested_header.clone();
        }
        if applies {
            self.apply(store, &update);
            store.best_valid_update = None;
        } else if is_best {
            store.best_valid_update = Some(update);
        }
        Ok(())
    }

    /// `process_light_client_finality_update`.
    ///
    /// # Errors
    ///
    /// As for [`process_update`](Self::process_update).
    pub fn process_finality_update(
        &self,
        store: &mut Store,
        update: &LightClientFinalityUpdate,
        current_slot: u64,
    ) -> Result<(), Error> {
        let form = form_of(update, store.form)?;
        let update = LightClientUpdate {
            attested_header: update.attested_header.clone(),
            finalized_header: update.finalized_header.clone(),
            finality_branch: update.finality_branch.clone(),
            sync_aggregate: update.sync_aggregate.clone(),
            signature_slot: update.signature_slot,
            ..self.empty_update(form, &update.attested_header)?
        };
        self.process_update(store, &update, current_slot)
    }

    /// `process_light_client_optimistic_update`.
    ///
    /// # Errors
    ///
    /// As for [`process_update`](Self::process_update).
    pub fn process_optimistic_update(
        &self,
        store: &mut Store,
        update: &LightClientOptimisticUpdate,
        current_slot: u64,
    ) -> Result<(), Error> {
        let form = form_of(update, store.form)?;
        let update = LightClientUpdate {
            sync_aggregate: update.sync_aggregate.clone(),
            signature_slot: update.signature_slot,
            ..self.empty_update(form, &update.attested_header)?
        };
        self.process_update(store, &update, current_slot)
    }

    /// `process_light_client_store_force_update`: takes the best update although it is not final. Returns whether there was one and
    /// the time had come: a whole period without a finalized header.
    ///
    /// **A bridge must never do this.** The attested header of the update, which as few as one member of the committee signed, is
    /// taken for finalized, and with it the next committee that it names. Whoever holds one key of an old committee and can keep
    /// honest updates away for a period thereby decides what the store believes from then on. It is right where a wrong head costs
    /// nothing but a restart from another bootstrap.
    ///
    /// # Errors
    ///
    /// [`Error::FinalizedPeriod`], when the store does not belong to this network.
    pub fn force_update_dangerously(
        &self,
        store: &mut Store,
        current_slot: u64,
    ) -> Result<bool, Error> {
        let timeout = self.config.slots_per_epoch.saturating_mul(self.config.epochs_per_period);
        if current_slot <= slot(&store.finalized_header).saturating_add(timeout) {
            return Ok(false);
        }
        let Some(mut best) = store.best_valid_update.clone() else { return Ok(false) };
        if slot(&best.finalized_header) <= slot(&store.finalized_header) {
            best.finalized_header = best.attested_header.clone();
        }
        self.verify_finalized_period(store, &best)?;
        self.apply(store, &best);
        store.best_valid_update = None;
        Ok(true)
    }

    /// `apply_light_client_update`, after its assertion.
    fn apply(&self, store: &mut Store, update: &LightClientUpdate) {
        let finalized_slot = slot(&update.finalized_header);
        let next =
            || Some(&update.next_sync_committee).filter(|committee| !committee.is_empty()).cloned();
        let period = self.config.period(slot(&store.finalized_header));
        let is_next_period = self.config.period(finalized_slot).checked_sub(period) == Some(1);
        match store.next_sync_committee.take() {
            None => store.next_sync_committee = next(),
            Some(committee) if is_next_period => {
                store.current_sync_committee = committee;
                store.next_sync_committee = next();
                store.previous_max_active_participants = store.current_max_active_participants;
                store.current_max_active_participants = 0;
            }
            known => store.next_sync_committee = known,
        }
        if finalized_slot > slot(&store.finalized_header) {
            store.finalized_header = update.finalized_header.clone();
            if finalized_slot > slot(&store.optimistic_header) {
                store.optimistic_header = store.finalized_header.clone();
            }
        }
    }

    /// The next committee is unknown, and the update brings it together with a finalized header of its period.
    fn brings_final_next_committee(&self, store: &Store, update: &LightClientUpdate) -> bool {
        let period = |header| self.config.period(slot(header));
        store.next_sync_committee.is_none()
            && is_sync_committee_update(update)
            && is_finality_update(update)
            && period(&update.finalized_header) == period(&update.attested_header)
    }

    /// The assertion of `apply_light_client_update`. Of a valid update it holds.
    const fn verify_finalized_period(
        &self,
        store: &Store,
        update: &LightClientUpdate,
    ) -> Result<(), Error> {
        let expected = self.config.period(slot(&store.finalized_header));
        let got = self.config.period(slot(&update.finalized_header));
        if store.next_sync_committee.is_some() || got == expected {
            return Ok(());
        }
        Err(Error::FinalizedPeriod { expected, got })
    }

    /// An update that says nothing but that a header was signed.
    fn empty_update(
        &self,
        form: Form,
        attested_header: &LightClientHeader,
    ) -> Result<LightClientUpdate, Error> {
        let none = FixedBytes::ZERO;
        let size = usize::try_from(self.config.committee_size).map_err(|_| Error::Config)?;
        let zeros = |gindex| vec![B256::ZERO; depth(gindex)];
        Ok(LightClientUpdate {
            attested_header: attested_header.clone(),
            next_sync_committee: SyncCommittee::new(vec![none; size], none)
                .map_err(|_| Error::Config)?,
            next_sync_committee_branch: zeros(form.next_committee()),
            finalized_header: LightClientHeader::empty(form),
            finality_branch: zeros(form.finality()),
            sync_aggregate: super::SyncAggregate::default(),
            signature_slot: 0,
        })
    }

    fn index_set(&self, slot: u64) -> Result<IndexSet, Error> {
        self.fork(slot).map(|fork| fork.index_set)
    }

    fn fork(&self, slot: u64) -> Result<&Fork, Error> {
        let unknown = |_: BeaconError| Error::UnknownFork { epoch: self.config.epoch(slot) };
        self.config.fork_at(slot).map_err(unknown)
    }
}

/// The oldest form, no newer than `newest`, that an object has.
fn form_of(object: &impl Object, newest: Form) -> Result<Form, Error> {
    let mut forms = IndexSet::ALL.into_iter().filter(|form| *form <= newest);
    forms.find(|form| object.has_form(*form)).ok_or(Error::Form { expected: newest })
}

const fn slot(header: &LightClientHeader) -> u64 {
    header.beacon.slot
}

/// `is_sync_committee_update`: it brings a next committee.
fn is_sync_committee_update(update: &LightClientUpdate) -> bool {
    update.next_sync_committee_branch.iter().any(|node| !node.is_zero())
}

/// `is_finality_update`: it brings a finalized header.
fn is_finality_update(update: &LightClientUpdate) -> bool {
    update.finality_branch.iter().any(|node| !node.is_zero())
}

/// `is_valid_normalized_merkle_branch`: the leaf is at `gindex` under `root`, and the nodes that the branch has too many, in
/// front, are zero. A branch that is too short is not valid.
pub fn is_valid_normalized_merkle_branch(
    leaf: &B256,
    branch: &[B256],
    gindex: u64,
    root: &B256,
) -> bool {
    let depth = gindex.checked_ilog2().unwrap_or(0) as usize;
    let extra = branch.len().checked_sub(depth);
    extra.is_some_and(|extra| {
        let (zeros, nodes) = branch.split_at(extra);
        zeros.iter().all(B256::is_zero) && branch_root(leaf, nodes, gindex) == Ok(*root)
    })
}
