//! One beacon block: its header, and the trees of body and state that light-client proofs are cut from.

use super::{execution::ExecutionBlock, ssz};
use alloy_primitives::B256;
use light_client::beacon::{BeaconHeader, IndexSet};

/// Depth of the body tree before Gloas.
const BODY: usize = 4;
/// Place of the execution payload in the body before Gloas: generalized index 25.
const PAYLOAD: usize = 9;
/// Place of the signed bid in the body in Gloas.
const SIGNED_BID: usize = 10;
/// Place of the block hash in the payload.
const BLOCK_HASH: usize = 12;
/// Places in the bid.
const PARENT_BLOCK_HASH: usize = 0;
const BID_BLOCK_HASH: usize = 2;
/// Places in the state.
const BLOCK_ROOTS: usize = 5;
const FINALIZED_CHECKPOINT: usize = 20;
const CURRENT_COMMITTEE: usize = 22;
const NEXT_COMMITTEE: usize = 23;
/// The latest payload's header, in Gloas the latest block hash.
const LATEST_EXECUTION: usize = 24;

/// Number of fields of the state.
const fn state_fields(set: IndexSet) -> usize {
    match set {
        IndexSet::Altair => 24,
        IndexSet::Capella | IndexSet::Deneb => 28,
        IndexSet::Electra => 37,
        IndexSet::Gloas => 46,
    }
}

/// Number of fields of the body.
const fn body_fields(set: IndexSet) -> usize {
    match set {
        IndexSet::Altair => 9,
        IndexSet::Capella => 11,
        IndexSet::Deneb => 12,
        IndexSet::Electra | IndexSet::Gloas => 13,
    }
}

/// Depth of the payload.
const fn payload_depth(set: IndexSet) -> usize {
    match set {
        IndexSet::Altair | IndexSet::Capella => 4,
        _ => 5,
    }
}

/// The tree of a container as its fork has it.
#[derive(Clone, Debug)]
struct Container {
    fields: Vec<B256>,
    /// Its depth; `None` if it is progressive.
    depth: Option<usize>,
}

impl Container {
    fn new(set: IndexSet, fields: Vec<B256>, depth: usize) -> Self {
        Self { fields, depth: (set != IndexSet::Gloas).then_some(depth) }
    }

    fn root(&self) -> B256 {
        match self.depth {
            Some(depth) => ssz::merkleize(&self.fields, depth),
            None => ssz::progressive(&self.fields),
        }
    }

    fn branch(&self, field: usize) -> Vec<B256> {
        match self.depth {
            Some(depth) => ssz::branch(&self.fields, depth, field),
            None => ssz::progressive_branch(&self.fields, field),
        }
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
    pub block_roots: B256,
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
    root: B256,
    facts: Facts,
    body: Container,
    state: Container,
    /// In Gloas: the fields of the bid, and the root of its signature.
    bid: Option<(Container, B256)>,
    execution: ExecutionBlock,
}

impl BeaconBlock {
    pub(super) fn new(facts: Facts, execution: ExecutionBlock) -> Self {
        let set = facts.index_set;
        let payload = ssz::merkleize(&execution.payload_fields(set), payload_depth(set));
        let bid = (set == IndexSet::Gloas).then(|| bid(&facts, &execution));
        let mut body = made_up("body", facts.slot, body_fields(set));
        if let Some((bid, signature)) = &bid {
            body[SIGNED_BID] = ssz::parent(bid.root(), *signature);
        } else if set.has_execution() {
            body[PAYLOAD] = payload;
        }
        let body = Container::new(set, body, BODY);
        let mut header = BeaconHeader {
            slot: facts.slot,
            proposer_index: facts.slot % 1024,
            parent_root: facts.parent_root,
            state_root: B256::ZERO,
            body_root: body.root(),
        };
        let mut state = made_up("state", facts.slot, state_fields(set));
        state[0] = ssz::uint64(facts.genesis_time);
        state[1] = facts.genesis_validators_root;
        state[2] = ssz::uint64(facts.slot);
        state[3] = facts.fork;
        // The specification stores the block's header with a state root of zero in its own state.
        state[4] = header_root(&header);
        state[BLOCK_ROOTS] = facts.block_roots;
        state[19] = facts.justified.leaf();
        state[FINALIZED_CHECKPOINT] = facts.finalized.leaf();
        state[CURRENT_COMMITTEE] = facts.current_committee;
        state[NEXT_COMMITTEE] = facts.next_committee;
        if let Some(latest) = state.get_mut(LATEST_EXECUTION) {
            *latest = if bid.is_some() { execution.parent_hash() } else { payload };
        }
        let depth = state.len().next_power_of_two().ilog2() as usize;
        let state = Container::new(set, state, depth);
        header.state_root = state.root();
        Self { header, root: header_root(&header), facts, body, state, bid, execution }
    }

    /// The header.
    pub const fn header(&self) -> BeaconHeader {
        self.header
    }

    /// The indices of the block's fork.
    pub const fn index_set(&self) -> IndexSet {
        self.facts.index_set
    }

    /// The execution block in the payload; in Gloas the one that is bid for.
    pub const fn execution(&self) -> &ExecutionBlock {
        &self.execution
    }

    /// The execution block hash that the block proves: that of its payload, in Gloas of the payload's parent. Before Capella
    /// there is none, and the body root stands for it.
    pub fn execution_block_hash(&self) -> B256 {
        match self.index_set() {
            IndexSet::Altair => self.header.body_root,
            IndexSet::Gloas => self.execution.parent_hash(),
            _ => self.execution.hash(),
        }
    }

    /// The checkpoint that the state has finalized.
    pub const fn finalized(&self) -> Checkpoint {
        self.facts.finalized
    }

    /// `hash_tree_root` of the block, and of its header.
    pub const fn root(&self) -> B256 {
        self.root
    }

    /// Proof of the finalized checkpoint's root under the state root (105, 169 or 735).
    pub fn finality_branch(&self) -> Vec<B256> {
        let mut branch = vec![ssz::uint64(self.facts.finalized.epoch)];
        branch.extend(self.state.branch(FINALIZED_CHECKPOINT));
        branch
    }

    /// Proof of the current committee's root under the state root (54, 86 or 2945).
    pub fn current_committee_branch(&self) -> Vec<B256> {
        self.state.branch(CURRENT_COMMITTEE)
    }

    /// Proof of the next committee's root under the state root (55, 87 or 2946).
    pub fn next_committee_branch(&self) -> Vec<B256> {
        self.state.branch(NEXT_COMMITTEE)
    }

    /// Proof of the block roots' root under the state root (37, 69 or 352).
    pub fn block_roots_branch(&self) -> Vec<B256> {
        self.state.branch(BLOCK_ROOTS)
    }

    /// The current committee's root in the state.
    pub const fn current_committee_root(&self) -> B256 {
        self.facts.current_committee
    }

    /// The next committee's root in the state.
    pub const fn next_committee_root(&self) -> B256 {
        self.facts.next_committee
    }

    /// Proof of the payload's root under the body root (25): what light-client headers carry from Capella to Fulu.
    pub fn payload_branch(&self) -> Vec<B256> {
        self.body.branch(PAYLOAD)
    }

    /// Proof of the execution block hash under the body root (412, 812 or 2856); nothing before Capella.
    pub fn block_hash_branch(&self) -> Vec<B256> {
        let set = self.index_set();
        if let Some((bid, signature)) = &self.bid {
            let mut branch = bid.branch(PARENT_BLOCK_HASH);
            branch.push(*signature);
            branch.extend(self.body.branch(SIGNED_BID));
            return branch;
        }
        if !set.has_execution() {
            return Vec::new();
        }
        let fields = self.execution.payload_fields(set);
        let mut branch = ssz::branch(&fields, payload_depth(set), BLOCK_HASH);
        branch.extend(self.payload_branch());
        branch
    }

    /// Proof of the hash of the block that is bid for (22857 in Gloas): a true branch of a block that may never be part of the
    /// chain. `None` before Gloas.
    pub fn bid_block_hash_branch(&self) -> Option<Vec<B256>> {
        let (bid, signature) = self.bid.as_ref()?;
        let mut branch = bid.branch(BID_BLOCK_HASH);
        branch.push(*signature);
        branch.extend(self.body.branch(SIGNED_BID));
        Some(branch)
    }
}

/// A builder's bid for the payload: the latest block that is part of the chain, and the one to come. And its signature.
fn bid(facts: &Facts, execution: &ExecutionBlock) -> (Container, B256) {
    let mut fields = made_up("bid", facts.slot, 12);
    fields[PARENT_BLOCK_HASH] = execution.parent_hash();
    fields[1] = facts.parent_root;
    fields[BID_BLOCK_HASH] = execution.hash();
    fields[7] = ssz::uint64(facts.slot);
    let signature = ssz::sha256(format!("bid signature {}", facts.slot).as_bytes());
    (Container::new(IndexSet::Gloas, fields, 0), signature)
}

/// Roots for the fields that nobody looks at, different for each field of each block.
fn made_up(tree: &str, slot: u64, fields: usize) -> Vec<B256> {
    (0..fields).map(|field| ssz::sha256(format!("{tree} {slot} {field}").as_bytes())).collect()
}
