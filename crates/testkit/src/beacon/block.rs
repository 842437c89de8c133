//! One beacon block: its header, and the trees of body and state that light-client proofs are cut from.

use super::{execution::ExecutionBlock, ssz};
use alloy_primitives::B256;
use light_client::beacon::{BeaconHeader, IndexSet};

/// Depth of the body tree, and the place of the execution payload in it: generalized index 25.
const BODY: (usize, usize) = (4, 9);
/// Depth of the payload tree, and the place of the block hash in it: 812 under the body.
const PAYLOAD: (usize, usize) = (5, 12);
/// Places in the state.
const FINALIZED_CHECKPOINT: usize = 20;
const CURRENT_COMMITTEE: usize = 22;
const NEXT_COMMITTEE: usize = 23;

/// Depth and number of fields of the state.
const fn state_shape(set: IndexSet) -> (usize, usize) {
    match set {
        IndexSet::Altair => (5, 28),
        IndexSet::Electra => (6, 37),
    }
}

/// Number of fields of the body.
const fn body_fields(set: IndexSet) -> usize {
    match set {
        IndexSet::Altair => 12,
        IndexSet::Electra => 13,
    }
}

/// `hash_tree_root` of a beacon block's header: the block root.
pub fn header_root(header: &BeaconHeader) -> B256 {
    let fields = [
        ssz::uint64(header.slot),
        ssz::uint64(header.proposer_index),
        header.parent_root,
        header.state_root,
        header.body_root,
    ];
    ssz::merkleize(&fields, 3)
}

/// `Checkpoint` of the consensus specs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// The epoch whose boundary it is.
    pub epoch: u64,
    /// Root of the last block at or before the first slot of the epoch.
    pub root: B256,
}

impl Checkpoint {
    fn leaf(&self) -> B256 {
        ssz::parent(ssz::uint64(self.epoch), self.root)
    }
}

/// What a block's state says, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub index_set: IndexSet,
    pub slot: u64,
    pub parent_root: B256,
    pub genesis_time: u64,
    pub genesis_validators_root: B256,
    pub fork: B256,
    pub justified: Checkpoint,
    pub finalized: Checkpoint,
    pub current_committee: B256,
    pub next_committee: B256,
}

/// A beacon block with the roots of its body's and its state's fields.
///
/// Fields that no light client looks at hold made-up roots: the trees have the real shape, and every
/// proof cut from them is one that a real block would give.
#[derive(Clone, Debug)]
pub struct BeaconBlock {
    header: BeaconHeader,
    facts: Facts,
    body: Vec<B256>,
    state: Vec<B256>,
    execution: ExecutionBlock,
}

impl BeaconBlock {
    pub(super) fn new(facts: Facts, execution: ExecutionBlock) -> Self {
        let payload = ssz::merkleize(&execution.payload_fields(), PAYLOAD.0);
        let mut body = made_up("body", facts.slot, body_fields(facts.index_set));
        body[BODY.1] = payload;
        let mut header = BeaconHeader {
            slot: facts.slot,
            proposer_index: facts.slot % 1024,
            parent_root: facts.parent_root,
            state_root: B256::ZERO,
            body_root: ssz::merkleize(&body, BODY.0),
        };
        let (depth, fields) = state_shape(facts.index_set);
        let mut state = made_up("state", facts.slot, fields);
        state[0] = ssz::uint64(facts.genesis_time);
        state[1] = facts.genesis_validators_root;
        state[2] = ssz::uint64(facts.slot);
        state[3] = facts.fork;
        // The specification stores the block's header with a state root of zero in its own state.
        state[4] = header_root(&header);
        state[19] = facts.justified.leaf();
        state[FINALIZED_CHECKPOINT] = facts.finalized.leaf();
        state[CURRENT_COMMITTEE] = facts.current_committee;
        state[NEXT_COMMITTEE] = facts.next_committee;
        state[24] = payload;
        header.state_root = ssz::merkleize(&state, depth);
        Self { header, facts, body, state, execution }
    }

    /// The header.
    pub const fn header(&self) -> BeaconHeader {
        self.header
    }

    /// The execution block in the payload.
    pub const fn execution(&self) -> &ExecutionBlock {
        &self.execution
    }

    /// The checkpoint that the state has finalized.
    pub const fn finalized(&self) -> Checkpoint {
        self.facts.finalized
    }

    /// `hash_tree_root` of the block, and of its header.
    pub fn root(&self) -> B256 {
        header_root(&self.header)
    }

    /// Proof of the finalized checkpoint's root under the state root (105 or 169).
    pub fn finality_branch(&self) -> Vec<B256> {
        let mut branch = vec![ssz::uint64(self.facts.finalized.epoch)];
        branch.extend(self.state_branch(FINALIZED_CHECKPOINT));
        branch
    }

    /// Proof of the current committee's root under the state root (54 or 86).
    pub fn current_committee_branch(&self) -> Vec<B256> {
        self.state_branch(CURRENT_COMMITTEE)
    }

    /// Proof of the next committee's root under the state root (55 or 87).
    pub fn next_committee_branch(&self) -> Vec<B256> {
        self.state_branch(NEXT_COMMITTEE)
    }

    /// The next committee's root in the state.
    pub const fn next_committee_root(&self) -> B256 {
        self.facts.next_committee
    }

    /// Proof of the payload's root under the body root (25): what light-client headers carry.
    pub fn payload_branch(&self) -> Vec<B256> {
        ssz::branch(&self.body, BODY.0, BODY.1)
    }

    /// Proof of the execution block hash under the body root (812).
    pub fn block_hash_branch(&self) -> Vec<B256> {
        let mut branch = ssz::branch(&self.execution.payload_fields(), PAYLOAD.0, PAYLOAD.1);
        branch.extend(self.payload_branch());
        branch
    }

    fn state_branch(&self, field: usize) -> Vec<B256> {
        ssz::branch(&self.state, state_shape(self.facts.index_set).0, field)
    }
}

/// Roots for the fields that nobody looks at, different for each field of each block.
fn made_up(tree: &str, slot: u64, fields: usize) -> Vec<B256> {
    (0..fields).map(|field| ssz::sha256(format!("{tree} {slot} {field}").as_bytes())).collect()
}
