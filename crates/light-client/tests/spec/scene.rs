//! A made-up chain of the minimal preset through all forks: whatever an update is to say, it is signed after it is settled.

use crate::{samples, signer::Signer, state::Tree};
use alloy_primitives::{B256, Bytes, keccak256};
use light_client::{
    beacon::{
        BeaconHeader, Config, Fork, IndexSet,
        networks::MINIMAL,
        spec::{
            Execution, ExecutionPayloadHeader, LightClientBootstrap, LightClientFinalityUpdate,
            LightClientHeader, LightClientOptimisticUpdate, LightClientUpdate, Preset,
            SyncAggregate, SyncCommittee, Version,
            store::{Store, SyncProtocol},
        },
    },
    crypto::DefaultBls,
    ssz::hash_pair,
};

/// Slots in a period.
pub(crate) const PERIOD: u64 = 16;

const fn fork(epoch: u64, version: u8, index_set: IndexSet) -> Fork {
    Fork { epoch, version: [version, 0, 0, 9], index_set }
}

/// Two periods of Altair, then one each of Capella, Deneb, Electra, then Gloas. Slot 0 to 3 have no fork.
pub(crate) const CONFIG: Config<'static> = Config {
    genesis_validators_root: B256::repeat_byte(0x77),
    slots_per_epoch: 4,
    epochs_per_period: 4,
    forks: &[
        fork(1, 1, IndexSet::Altair),
        fork(8, 3, IndexSet::Capella),
        fork(12, 4, IndexSet::Deneb),
        fork(16, 5, IndexSet::Electra),
        fork(20, 7, IndexSet::Gloas),
    ],
    ..MINIMAL
};

pub(crate) fn protocol() -> SyncProtocol<'static, DefaultBls> {
    SyncProtocol::new(CONFIG, DefaultBls::default()).unwrap()
}

/// The committee of a period.
pub(crate) fn signer(period: u64) -> Signer {
    Signer::new(1_000 * (period + 1), CONFIG.committee_size)
}

pub(crate) fn committee(period: u64) -> SyncCommittee {
    signer(period).committee().clone()
}

pub(crate) fn index_set(slot: u64) -> IndexSet {
    CONFIG.fork_at(slot).unwrap().index_set
}

/// A fork of the form.
pub(crate) const fn version(form: IndexSet) -> Version {
    match form {
        IndexSet::Altair => Version::Altair,
        IndexSet::Capella => Version::Capella,
        IndexSet::Deneb => Version::Deneb,
        IndexSet::Electra => Version::Electra,
        IndexSet::Gloas => Version::Gloas,
    }
}

/// The hash of the execution block that a slot's block proves.
pub(crate) fn block_hash(slot: u64) -> B256 {
    keccak256(slot.to_be_bytes())
}

/// The header of a slot with this state, as its own fork has it.
pub(crate) fn header(slot: u64, state_root: B256) -> LightClientHeader {
    let form = index_set(slot);
    let block_hash = block_hash(slot);
    let (execution, body_root) = match form {
        IndexSet::Altair => (Execution::Nothing, B256::repeat_byte(4)),
        IndexSet::Gloas => {
            let body = Tree::new([(2856, block_hash)]);
            let branch = Box::new(body.branch(2856).try_into().unwrap());
            (Execution::BlockHash { block_hash, branch }, body.root())
        }
        _ => {
            let payload = ExecutionPayloadHeader { block_hash, ..samples::payload(version(form)) };
            let body = Tree::new([(25, payload.hash_tree_root())]);
            let branch = body.branch(25).try_into().unwrap();
            (Execution::Payload { header: Box::new(payload), branch }, body.root())
        }
    };
    let parent_root = B256::repeat_byte(3);
    let beacon = BeaconHeader { slot, proposer_index: 5, parent_root, state_root, body_root };
    LightClientHeader { beacon, execution }
}

/// The bootstrap of a slot, and its root.
pub(crate) fn bootstrap(slot: u64) -> (LightClientBootstrap, B256) {
    let current_sync_committee = committee(slot / PERIOD);
    let index = index_set(slot).current_committee();
    let state = Tree::new([(index, current_sync_committee.hash_tree_root())]);
    let header = header(slot, state.root());
    let root = header.beacon.hash_tree_root();
    let current_sync_committee_branch = state.branch(index);
    (LightClientBootstrap { header, current_sync_committee, current_sync_committee_branch }, root)
}

/// A store that starts in a slot, in the form of its fork.
pub(crate) fn store(slot: u64) -> Store {
    let (bootstrap, root) = bootstrap(slot);
    protocol().initialize(version(index_set(slot)), &root, &bootstrap).unwrap()
}

/// The same when it knows the next committee.
pub(crate) fn informed(slot: u64) -> Store {
    Store { next_sync_committee: Some(committee(slot / PERIOD + 1)), ..store(slot) }
}

/// What an update is to say.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) finalized: Option<u64>,
    pub(crate) attested: u64,
    pub(crate) signature: u64,
    /// The period whose committee is the next one.
    pub(crate) next: Option<u64>,
    pub(crate) participants: usize,
    /// The period whose committee signs.
    pub(crate) signer: u64,
    /// Under the version of this slot's fork.
    pub(crate) version_slot: u64,
    /// Spoils the attested header before it is signed.
    pub(crate) spoil: fn(&mut LightClientUpdate),
}

impl Plan {
    /// Attests and finalizes these slots, signed by all in the slot after.
    pub(crate) const fn new(attested: u64, finalized: Option<u64>) -> Self {
        Self {
            finalized,
            attested,
            signature: attested + 1,
            next: None,
            participants: 32,
            signer: (attested + 1) / PERIOD,
            version_slot: attested,
            spoil: |_| {},
        }
    }

    /// Brings the committee of the period after the attested one.
    pub(crate) const fn with_next(self) -> Self {
        Self { next: Some(self.attested / PERIOD + 1), ..self }
    }

    pub(crate) const fn signed_by(self, participants: usize) -> Self {
        Self { participants, ..self }
    }

    pub(crate) fn build(&self) -> LightClientUpdate {
        let form = index_set(self.attested);
        let empty = LightClientHeader::empty(form);
        let finalized = self.finalized.map(|slot| {
            let header = header(slot, B256::repeat_byte(2));
            protocol().upgrade_header(&header, index_set(slot), form).unwrap()
        });
        let next = self.next.map(committee);
        let root = finalized.as_ref().map(|header| header.beacon.hash_tree_root());
        let next_root = next.as_ref().map(SyncCommittee::hash_tree_root);
        let leaves = [(form.finality(), root), (form.next_committee(), next_root)];
        let state = Tree::new(leaves.into_iter().filter_map(|(at, leaf)| Some((at, leaf?))));
        let branch = |proven: bool, gindex: u64| match proven {
            true => state.branch(gindex),
            false => vec![B256::ZERO; gindex.ilog2() as usize],
        };
        let mut update = LightClientUpdate {
            attested_header: header(self.attested, state.root()),
            next_sync_committee_branch: branch(next.is_some(), form.next_committee()),
            next_sync_committee: next.unwrap_or_else(|| SyncCommittee::empty(Preset::Minimal)),
            finality_branch: branch(finalized.is_some(), form.finality()),
            finalized_header: finalized.unwrap_or(empty),
            sync_aggregate: SyncAggregate::default(),
            signature_slot: self.signature,
        };
        (self.spoil)(&mut update);
        update.sync_aggregate = self.sign(&update.attested_header.beacon);
        update
    }

    fn sign(&self, attested: &BeaconHeader) -> SyncAggregate {
        let domain = CONFIG.domain(CONFIG.fork_at(self.version_slot).unwrap());
        let message = hash_pair(&attested.hash_tree_root(), &domain);
        let absent: Vec<usize> = (self.participants..32).collect();
        let bits = u32::try_from((1_u64 << self.participants) - 1).unwrap();
        SyncAggregate {
            sync_committee_bits: Bytes::copy_from_slice(&bits.to_le_bytes()),
            sync_committee_signature: signer(self.signer).sign(&message, &absent).into(),
        }
    }
}

pub(crate) fn finality(update: &LightClientUpdate) -> LightClientFinalityUpdate {
    LightClientFinalityUpdate {
        attested_header: update.attested_header.clone(),
        finalized_header: update.finalized_header.clone(),
        finality_branch: update.finality_branch.clone(),
        sync_aggregate: update.sync_aggregate.clone(),
        signature_slot: update.signature_slot,
    }
}

pub(crate) fn optimistic(update: &LightClientUpdate) -> LightClientOptimisticUpdate {
    LightClientOptimisticUpdate {
        attested_header: update.attested_header.clone(),
        sync_aggregate: update.sync_aggregate.clone(),
        signature_slot: update.signature_slot,
    }
}
