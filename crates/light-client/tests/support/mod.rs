//! A made-up network of two forks, whose committees sign with small secret keys.
#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "every test binary uses a part of this"
)]

pub mod signer;
pub mod state;

use alloy_primitives::{B256, keccak256};
pub use light_client::beacon::builder::OwnedBootstrap as Bootstrap;
use light_client::{
    beacon::{
        BeaconHeader, Client, Config, Fork, Head, IndexSet, Trusted,
        builder::{Complement, OwnedBootstrap, OwnedUpdate},
        spec::{SyncAggregate, SyncCommittee},
    },
    crypto::DefaultBls,
};
use signer::Signer;
use state::Tree;

pub const CHAIN_ID: u64 = 7;
pub const GENESIS_TIME: u64 = 1_000;
pub const PERIOD: u64 = 16;

/// Epochs of 4 slots, periods of 16. Altair's indices up to slot 31, then Electra's.
pub const CONFIG: Config<'static> = Config {
    chain_id: CHAIN_ID,
    genesis_time: GENESIS_TIME,
    genesis_validators_root: B256::repeat_byte(0x77),
    seconds_per_slot: 12,
    slots_per_epoch: 4,
    epochs_per_period: 4,
    trusting_period: 1_200,
    forks: &[
        Fork { epoch: 1, version: [4, 0, 0, 9], index_set: IndexSet::Altair },
        Fork { epoch: 8, version: [5, 0, 0, 9], index_set: IndexSet::Electra },
    ],
};

pub fn client() -> Client<'static, DefaultBls> {
    Client::new(CONFIG, DefaultBls::default()).unwrap()
}

/// The time at which a slot begins.
pub const fn time(slot: u64) -> u64 {
    GENESIS_TIME + 12 * slot
}

/// The committee of a period.
pub fn committee(period: u64) -> Signer {
    Signer::new(1_000 * (period + 1))
}

pub fn committee_root(period: u64) -> B256 {
    committee(period).committee().hash_tree_root()
}

pub fn block_hash(slot: u64) -> B256 {
    keccak256(slot.to_be_bytes())
}

/// A client that trusts the block of `slot`.
pub fn trusted_at(slot: u64) -> (Trusted, Head) {
    let (bootstrap, root) = bootstrap(slot);
    client().bootstrap(&bootstrap.as_bootstrap(), &root, time(slot)).unwrap()
}

/// The same when it knows the next committee.
pub fn informed_at(slot: u64) -> Trusted {
    let next_committee_root = committee_root(slot / PERIOD + 1);
    Trusted { next_committee_root, ..trusted_at(slot).0 }
}

pub fn bootstrap(slot: u64) -> (OwnedBootstrap, B256) {
    bootstrap_of(slot, block_hash(slot))
}

/// With an execution block of this hash.
pub fn bootstrap_of(slot: u64, block_hash: B256) -> (OwnedBootstrap, B256) {
    let index_set = index_set(slot);
    let current_committee_root = committee_root(slot / PERIOD);
    let state = Tree::new([(index_set.current_committee(), current_committee_root)]);
    let body = body(block_hash);
    let header = BeaconHeader {
        slot,
        proposer_index: 3,
        parent_root: B256::repeat_byte(1),
        state_root: state.root(),
        body_root: body.root(),
    };
    let bootstrap = OwnedBootstrap {
        header,
        current_committee_root,
        current_committee_branch: state.branch(index_set.current_committee()),
        execution_block_hash: block_hash,
        execution_branch: body.branch(812),
    };
    (bootstrap, header.hash_tree_root())
}

/// What an update is to say. It is signed after all of it is settled.
#[derive(Clone, Debug)]
pub struct Plan {
    pub finalized: u64,
    pub attested: u64,
    pub signature: u64,
    /// The period whose committee is to be the next one.
    pub next: Option<u64>,
    pub absent: Vec<usize>,
    /// The period whose committee signs.
    pub signer: u64,
    pub version: [u8; 4],
    /// Distinguishes finalized blocks of one slot.
    pub salt: u8,
    pub genesis_validators_root: B256,
}

impl Plan {
    /// Finalizes a block: attested in the slot after it, signed in the slot after that.
    pub fn new(finalized: u64) -> Self {
        Self::of_slots(finalized, finalized + 1, finalized + 2)
    }

    pub fn of_slots(finalized: u64, attested: u64, signature: u64) -> Self {
        let fork = CONFIG.fork_at(signature.saturating_sub(1)).unwrap_or(&CONFIG.forks[0]);
        Self {
            finalized,
            attested,
            signature,
            next: None,
            absent: vec![5, 6, 300],
            signer: signature / PERIOD,
            version: fork.version,
            salt: 0,
            genesis_validators_root: CONFIG.genesis_validators_root,
        }
    }

    /// Brings the committee of the period after the attested block's.
    pub const fn with_next(mut self) -> Self {
        self.next = Some(self.attested / PERIOD + 1);
        self
    }

    pub fn absent(mut self, absent: impl IntoIterator<Item = usize>) -> Self {
        self.absent = absent.into_iter().collect();
        self
    }

    pub fn build(&self) -> OwnedUpdate {
        let body = body(block_hash(self.finalized));
        let finalized = BeaconHeader {
            slot: self.finalized,
            proposer_index: 4,
            parent_root: B256::repeat_byte(self.salt),
            state_root: B256::repeat_byte(2),
            body_root: body.root(),
        };
        let index_set = index_set(self.attested);
        let next_committee_root = self.next.map(committee_root);
        let state = Tree::new(
            [(index_set.finality(), finalized.hash_tree_root())]
                .into_iter()
                .chain(next_committee_root.map(|root| (index_set.next_committee(), root))),
        );
        let attested = BeaconHeader {
            slot: self.attested,
            proposer_index: 5,
            parent_root: B256::repeat_byte(3),
            state_root: state.root(),
            body_root: B256::repeat_byte(4),
        };
        let signed = self.sign(&attested);
        OwnedUpdate {
            attested,
            finalized,
            signature_slot: self.signature,
            execution_block_hash: block_hash(self.finalized),
            next_committee_root: next_committee_root.unwrap_or_default(),
            participation: self.participation(),
            aggregate_key: signed.aggregate_key,
            signature: signed.signature,
            finality_branch: state.branch(index_set.finality()),
            execution_branch: body.branch(812),
            next_committee_branch: next_committee_root
                .map(|_| state.branch(index_set.next_committee()))
                .unwrap_or_default(),
            absent: signed.absent,
            witness: signed.witness,
        }
    }

    fn sign(&self, attested: &BeaconHeader) -> Complement {
        let signer = committee(self.signer);
        let fork = Fork { epoch: 0, version: self.version, index_set: IndexSet::Altair };
        let config = Config { genesis_validators_root: self.genesis_validators_root, ..CONFIG };
        let message = config.signing_root(&fork, &attested.hash_tree_root());
        let committee: &SyncCommittee = signer.committee();
        let aggregate = SyncAggregate {
            sync_committee_bits: self.participation().into(),
            sync_committee_signature: signer.sign(&message, &self.absent).into(),
        };
        Complement::new(committee, &aggregate).unwrap()
    }

    fn participation(&self) -> [u8; 64] {
        let mut bits = [0xff; 64];
        self.absent.iter().for_each(|index| bits[index / 8] &= !(1 << (index % 8)));
        bits
    }
}

fn index_set(slot: u64) -> IndexSet {
    CONFIG.fork_at(slot).map_or(IndexSet::Altair, |fork| fork.index_set)
}

fn body(block_hash: B256) -> Tree {
    Tree::new([(812, block_hash)])
}
