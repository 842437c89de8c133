//! A made-up chain: heads of any hash, execution headers, and proofs that are written byte by byte.

use alloy_primitives::{B256, keccak256};
use light_client::{
    beacon::{BeaconHeader, Bootstrap, Client, Config, Fork, Head, IndexSet, Pair},
    crypto::{Bls, Error, PublicKey, Signature},
    ssz::{branch_root, hash_pair},
};

use crate::tree::Tree;

const fn fork(epoch: u64, index_set: IndexSet) -> Fork {
    Fork { epoch, version: [9, 0, 0, 9], index_set }
}

/// Epochs of 4 slots; a state keeps 64 block roots. Altair from slot 8, then a fork every 96 slots: Capella from 96, Deneb
/// from 192, Electra from 288, Gloas from 384.
pub const CONFIG: Config<'static> = Config {
    chain_id: 7,
    genesis_time: 0,
    genesis_validators_root: B256::repeat_byte(7),
    seconds_per_slot: 12,
    slots_per_epoch: 4,
    epochs_per_period: 4,
    committee_size: 32,
    slots_per_historical_root: LENGTH,
    trusting_period: 1_000_000,
    forks: &[
        fork(2, IndexSet::Altair),
        fork(24, IndexSet::Capella),
        fork(48, IndexSet::Deneb),
        fork(72, IndexSet::Electra),
        fork(96, IndexSet::Gloas),
    ],
};

pub const LENGTH: u64 = 64;

/// A head with this block hash: the only way to one is a bootstrap.
pub fn head(block_hash: B256) -> Head {
    let (slot, set) = (800, IndexSet::Gloas);
    let (committee, nodes) = (B256::repeat_byte(2), [B256::ZERO; 11]);
    let header = BeaconHeader {
        slot,
        state_root: branch_root(&committee, &nodes, set.current_committee()).unwrap(),
        body_root: branch_root(&block_hash, &nodes, set.execution_block_hash()).unwrap(),
        ..BeaconHeader::default()
    };
    let bootstrap = Bootstrap {
        header,
        current_committee_root: committee,
        current_committee_branch: &nodes,
        execution_block_hash: block_hash,
        execution_branch: &nodes,
    };
    let client = Client::new(CONFIG, NoBls).unwrap();
    let trusted = client.bootstrap(&bootstrap, &header.hash_tree_root(), 12 * slot);
    trusted.unwrap().1.unwrap()
}

/// Nothing here is signed.
#[derive(Clone, Copy, Debug)]
struct NoBls;

impl Bls for NoBls {
    fn verify_complement(
        &self,
        _: &PublicKey,
        _: impl IntoIterator<Item = PublicKey>,
        _: &B256,
        _: &Signature,
    ) -> Result<(), Error> {
        Err(Error::InvalidSignature)
    }
}

/// Canonical RLP of a string.
pub fn string(payload: &[u8]) -> Vec<u8> {
    match payload {
        [byte] if *byte < 0x80 => vec![*byte],
        _ => with_length(0x80, payload),
    }
}

/// Canonical RLP of a list of encoded items.
pub fn list(items: &[Vec<u8>]) -> Vec<u8> {
    with_length(0xc0, &items.concat())
}

/// Canonical RLP of an integer.
pub fn integer(value: u64) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    string(&bytes[bytes.iter().take_while(|byte| **byte == 0).count()..])
}

fn with_length(kind: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).unwrap();
    let [high, low] = length.to_be_bytes();
    let prefix = match length {
        0..=55 => vec![kind + low],
        56..=255 => vec![kind + 56, low],
        _ => vec![kind + 57, high, low],
    };
    [prefix, payload.to_vec()].concat()
}

/// An execution header of some items, with these among them.
pub fn header(items: u8, state_root: B256, number: u64, beacon_root: B256) -> Vec<u8> {
    let items = (0..items).map(|item| match item {
        3 => string(state_root.as_slice()),
        8 => integer(number),
        11 => integer(1_700_000_000),
        19 => string(beacon_root.as_slice()),
        _ => string(&[item + 1; 32]),
    });
    list(&items.collect::<Vec<_>>())
}

/// A proof from one beacon block to an older one, part by part.
#[derive(Clone, Debug)]
pub struct BeaconProof {
    pub kind: u8,
    pub pair: Pair,
    pub inner_branch: Vec<B256>,
    pub execution_branch: Vec<B256>,
    pub header: Vec<u8>,
}

impl BeaconProof {
    /// From slot `anchor` to slot `slot`, whose root is at `index` in the newer state. The execution block hash is
    /// [`hash_of`] the older slot.
    pub fn new(kind: u8, anchor: u64, slot: u64, index: u64) -> Self {
        let set = CONFIG.fork_at(slot).map_or(IndexSet::Electra, |fork| fork.index_set);
        let at = set.execution_block_hash();
        let body = Tree::new([(at, hash_of(slot))]);
        let inner = BeaconHeader {
            slot,
            proposer_index: 11,
            parent_root: B256::repeat_byte(0x11),
            state_root: B256::repeat_byte(0x12),
            body_root: body.root(),
        };
        let state = Tree::new([(index, inner.hash_tree_root())]);
        let outer = BeaconHeader {
            slot: anchor,
            proposer_index: 22,
            parent_root: B256::repeat_byte(0x21),
            state_root: state.root(),
            body_root: B256::repeat_byte(0x22),
        };
        Self {
            kind,
            pair: Pair::new(&outer, &inner, hash_of(slot)),
            inner_branch: state.branch(index),
            execution_branch: body.branch(at),
            header: header(21, B256::ZERO, 9, outer.hash_tree_root()),
        }
    }

    pub fn encode(&self) -> Vec<u8> {
        let nodes = |branch: &[B256]| branch.iter().flatten().copied().collect::<Vec<u8>>();
        let counts = [&self.inner_branch, &self.execution_branch]
            .map(|branch| u8::try_from(branch.len()).unwrap());
        [
            &[self.kind][..],
            &u16::try_from(self.header.len()).unwrap().to_be_bytes(),
            &counts,
            &self.pair.encode(),
            &nodes(&self.inner_branch),
            &nodes(&self.execution_branch),
            &self.header,
        ]
        .concat()
    }

    /// A head with the execution block that names the newer beacon block.
    pub fn head(&self) -> Head {
        head(keccak256(&self.header))
    }

    /// Root of the newer beacon block, computed without the library's pair.
    pub fn outer_root(&self, index: u64) -> B256 {
        let Pair { inner_slot, outer_slot, .. } = self.pair;
        let set = CONFIG.fork_at(inner_slot).unwrap().index_set;
        let hash = &self.pair.execution_block_hash;
        let body_root =
            branch_root(hash, &self.execution_branch, set.execution_block_hash()).unwrap();
        let zero = B256::ZERO;
        let numbers = hash_pair(&chunk(inner_slot), &chunk(self.pair.inner_proposer_index));
        let left = hash_pair(&numbers, &self.pair.inner_roots);
        let right = hash_pair(&hash_pair(&body_root, &zero), &hash_pair(&zero, &zero));
        let inner_root = hash_pair(&left, &right);
        let state_root = branch_root(&inner_root, &self.inner_branch, index).unwrap();
        let numbers = hash_pair(&chunk(outer_slot), &chunk(self.pair.outer_proposer_index));
        let roots = hash_pair(&self.pair.outer_parent_root, &state_root);
        hash_pair(&hash_pair(&numbers, &roots), &self.pair.outer_half)
    }
}

/// The execution block of a slot.
pub fn hash_of(slot: u64) -> B256 {
    keccak256(slot.to_be_bytes())
}

fn chunk(number: u64) -> B256 {
    B256::right_padding_from(&number.to_le_bytes())
}
