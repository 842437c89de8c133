//! A made-up network of five forks, whose committees sign with small secret keys.
#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "every test binary uses a part of this"
)]

pub mod signer;
pub mod state;

use alloy_primitives::{B256, Bytes, keccak256};
pub use light_client::beacon::builder::OwnedBootstrap as Bootstrap;
use light_client::{
    beacon::{
        BeaconHeader, Client, Config, Error, Fork, Head, IndexSet, Pair, Trusted, Update,
        builder::{Complement, OwnedBootstrap, OwnedNextCommittee, OwnedUpdate},
        spec::{
            Execution, LightClientHeader, LightClientUpdate, Preset, SyncAggregate, SyncCommittee,
        },
    },
    crypto::DefaultBls,
    ssz::hash_pair,
};
use signer::Signer;
use state::Tree;

pub const CHAIN_ID: u64 = 7;
pub const GENESIS_TIME: u64 = 1_000;
pub const PERIOD: u64 = 16;

/// Epochs of 4 slots, periods of 16, committees of 512. Every index set in turn, each from the slot given by four times its epoch.
pub const CONFIG: Config<'static> = Config {
    chain_id: CHAIN_ID,
    genesis_time: GENESIS_TIME,
    genesis_validators_root: B256::repeat_byte(0x77),
    seconds_per_slot: 12,
    slots_per_epoch: 4,
    epochs_per_period: 4,
    committee_size: 512,
    slots_per_historical_root: 64,
    trusting_period: 1_200,
    forks: &[
        Fork { epoch: 1, version: [1, 0, 0, 9], index_set: IndexSet::Altair },
        Fork { epoch: 2, version: [3, 0, 0, 9], index_set: IndexSet::Capella },
        Fork { epoch: 4, version: [4, 0, 0, 9], index_set: IndexSet::Deneb },
        Fork { epoch: 8, version: [5, 0, 0, 9], index_set: IndexSet::Electra },
        Fork { epoch: 16, version: [7, 0, 0, 9], index_set: IndexSet::Gloas },
    ],
};

/// The same with committees of 32.
pub const SMALL: Config<'static> = Config { committee_size: 32, ..CONFIG };

pub fn client() -> Client<'static, DefaultBls> {
    client_of(&CONFIG)
}

pub fn client_of(config: &Config<'static>) -> Client<'static, DefaultBls> {
    Client::new(*config, DefaultBls::default()).unwrap()
}

/// What a client says to the bytes of an update.
pub fn apply(
    config: &Config<'static>,
    trusted: &Trusted,
    update: &OwnedUpdate,
    now: u64,
) -> Result<(Trusted, Option<Head>), Error> {
    let bytes = update.encode();
    client_of(config).update(trusted, &Update::decode(&bytes)?, now)
}

/// The time at which a slot begins.
pub const fn time(slot: u64) -> u64 {
    GENESIS_TIME + 12 * slot
}

/// The committee of a period.
pub fn committee(period: u64) -> Signer {
    committee_of(&CONFIG, period)
}

pub fn committee_of(config: &Config<'_>, period: u64) -> Signer {
    Signer::new(1_000 * (period + 1), config.committee_size)
}

pub fn committee_root(period: u64) -> B256 {
    committee(period).committee().hash_tree_root()
}

pub fn block_hash(slot: u64) -> B256 {
    keccak256(slot.to_be_bytes())
}

/// A client that trusts the block of `slot`.
pub fn trusted_at(slot: u64) -> (Trusted, Option<Head>) {
    trusted_of(&CONFIG, slot)
}

pub fn trusted_of(config: &Config<'static>, slot: u64) -> (Trusted, Option<Head>) {
    let (bootstrap, root) = bootstrap_with(config, slot, block_hash(slot));
    client_of(config).bootstrap(&bootstrap.as_bootstrap(), &root, time(slot)).unwrap()
}

/// The same when it knows the next committee.
pub fn informed_at(slot: u64) -> Trusted {
    informed_of(&CONFIG, slot)
}

pub fn informed_of(config: &Config<'static>, slot: u64) -> Trusted {
    let next_committee_root = committee_of(config, slot / PERIOD + 1).committee().hash_tree_root();
    Trusted { next_committee_root, ..trusted_of(config, slot).0 }
}

pub fn bootstrap(slot: u64) -> (OwnedBootstrap, B256) {
    bootstrap_with(&CONFIG, slot, block_hash(slot))
}

/// With an execution block of this hash.
pub fn bootstrap_of(slot: u64, block_hash: B256) -> (OwnedBootstrap, B256) {
    bootstrap_with(&CONFIG, slot, block_hash)
}

pub fn bootstrap_with(config: &Config<'_>, slot: u64, block_hash: B256) -> (OwnedBootstrap, B256) {
    let index_set = index_set(slot);
    let current_committee_root = committee_of(config, slot / PERIOD).committee().hash_tree_root();
    let state = Tree::new([(index_set.current_committee(), current_committee_root)]);
    let body = body(slot, block_hash);
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
        execution_branch: body.branch(index_set.execution_block_hash()),
    };
    (bootstrap, header.hash_tree_root())
}

/// What an update is to say. It is signed after all of it is settled.
#[derive(Clone, Debug)]
pub struct Plan {
    pub config: Config<'static>,
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
    /// What the signature is for, as the first four bytes of its domain.
    pub domain_type: [u8; 4],
}

impl Plan {
    /// Finalizes a block: attested in the slot after it, signed in the slot after that.
    pub fn new(finalized: u64) -> Self {
        Self::of_slots(finalized, finalized + 1, finalized + 2)
    }

    pub fn of_slots(finalized: u64, attested: u64, signature: u64) -> Self {
        let fork = CONFIG.fork_at(signature.saturating_sub(1)).unwrap_or(&CONFIG.forks[0]);
        Self {
            config: CONFIG,
            finalized,
            attested,
            signature,
            next: None,
            absent: vec![5, 6, 300],
            signer: signature / PERIOD,
            version: fork.version,
            salt: 0,
            genesis_validators_root: CONFIG.genesis_validators_root,
            domain_type: [7, 0, 0, 0],
        }
    }

    /// With committees of 32.
    pub fn small(mut self) -> Self {
        self.config = SMALL;
        self.absent = vec![5, 6, 30];
        self
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
        self.build_at(index_set(self.attested).finality())
    }

    /// With the finalized root at another place of the attested state than where it belongs, and proven there.
    pub fn build_at(&self, finality: u64) -> OwnedUpdate {
        let (finalized, body) = (self.finalized(), self.body());
        let (attested, state) = self.attested_at(finality);
        let next_index = index_set(self.attested).next_committee();
        let signed = Complement::new(self.signer().committee(), &self.sign(&attested)).unwrap();
        OwnedUpdate {
            signature_slot: self.signature,
            pair: Pair::new(&attested, &finalized, block_hash(self.finalized)),
            aggregate_key: signed.aggregate_key,
            signature: signed.signature,
            finality_branch: state.branch(finality),
            execution_branch: body.branch(index_set(self.finalized).execution_block_hash()),
            next_committee: self.next_committee().map(|next| OwnedNextCommittee {
                root: next.hash_tree_root(),
                branch: state.branch(next_index),
            }),
            absent: signed.absent,
            witness: signed.witness,
        }
    }

    /// The same as a beacon node serves it, in the form of Altair or of Gloas.
    pub fn object(&self) -> LightClientUpdate {
        let set = index_set(self.attested);
        let (attested, state) = self.attested_at(set.finality());
        let finalized = self.finalized();
        let execution = |header: &BeaconHeader, block_hash, body: &Tree| match set {
            IndexSet::Gloas => {
                let mut branch = body.branch(index_set(header.slot).execution_block_hash());
                while branch.len() < 11 {
                    branch.insert(0, B256::ZERO);
                }
                Execution::BlockHash { block_hash, branch: Box::new(branch.try_into().unwrap()) }
            }
            _ => Execution::Nothing,
        };
        let preset = match self.config.committee_size {
            32 => Preset::Minimal,
            _ => Preset::Mainnet,
        };
        let next = self.next_committee();
        let next_branch = state.branch(set.next_committee());
        LightClientUpdate {
            attested_header: LightClientHeader {
                beacon: attested,
                execution: execution(&attested, B256::ZERO, &Tree::new([])),
            },
            next_sync_committee_branch: match next {
                Some(_) => next_branch,
                None => vec![B256::ZERO; next_branch.len()],
            },
            next_sync_committee: next.unwrap_or_else(|| SyncCommittee::empty(preset)),
            finalized_header: LightClientHeader {
                beacon: finalized,
                execution: execution(&finalized, block_hash(self.finalized), &self.body()),
            },
            finality_branch: state.branch(set.finality()),
            sync_aggregate: self.sign(&attested),
            signature_slot: self.signature,
        }
    }

    /// The committee that signs.
    pub fn signer(&self) -> Signer {
        committee_of(&self.config, self.signer)
    }

    fn next_committee(&self) -> Option<SyncCommittee> {
        self.next.map(|period| committee_of(&self.config, period).committee().clone())
    }

    /// The attested header and its state.
    fn attested_at(&self, finality: u64) -> (BeaconHeader, Tree) {
        let next_index = index_set(self.attested).next_committee();
        let next = self.next_committee().map(|next| (next_index, next.hash_tree_root()));
        let state =
            Tree::new([(finality, self.finalized().hash_tree_root())].into_iter().chain(next));
        let attested = BeaconHeader {
            slot: self.attested,
            proposer_index: 5,
            parent_root: B256::repeat_byte(3),
            state_root: state.root(),
            body_root: B256::repeat_byte(4),
        };
        (attested, state)
    }

    fn body(&self) -> Tree {
        body(self.finalized, block_hash(self.finalized))
    }

    /// The finalized header.
    pub fn finalized(&self) -> BeaconHeader {
        BeaconHeader {
            slot: self.finalized,
            proposer_index: 4,
            parent_root: B256::repeat_byte(self.salt),
            state_root: B256::repeat_byte(2),
            body_root: self.body().root(),
        }
    }

    fn sign(&self, attested: &BeaconHeader) -> SyncAggregate {
        let fork = Fork { epoch: 0, version: self.version, index_set: IndexSet::Altair };
        let config = Config { genesis_validators_root: self.genesis_validators_root, ..CONFIG };
        let mut domain = config.domain(&fork);
        domain[..4].copy_from_slice(&self.domain_type);
        let message = hash_pair(&attested.hash_tree_root(), &domain);
        SyncAggregate {
            sync_committee_bits: self.participation(),
            sync_committee_signature: self.signer().sign(&message, &self.absent).into(),
        }
    }

    fn participation(&self) -> Bytes {
        let members = self.signer().committee().pubkeys().len();
        let mut bits = vec![0xff; members / 8];
        self.absent.iter().for_each(|index| bits[index / 8] &= !(1 << (index % 8)));
        bits.into()
    }
}

/// That of a slot; Altair's before the first fork.
pub fn index_set(slot: u64) -> IndexSet {
    CONFIG.fork_at(slot).map_or(IndexSet::Altair, |fork| fork.index_set)
}

/// The body of a block of a slot.
fn body(slot: u64, block_hash: B256) -> Tree {
    Tree::new([(index_set(slot).execution_block_hash(), block_hash)])
}
