//! The chain: slots, forks, committees by period, and which checkpoint is final when.

use super::{
    block::{BeaconBlock, Checkpoint, Facts},
    committee::Committee,
    execution::ExecutionBlock,
    network::Network,
    ssz,
};
use alloy_primitives::B256;
use light_client::beacon::BeaconHeader;
use std::{collections::BTreeMap, sync::Arc};

/// Why the simulator cannot do what it is asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// A block must be in a later slot than the head.
    NotAfterHead {
        /// Slot of the head.
        head: u64,
        /// Slot asked for.
        slot: u64,
    },
    /// The slot was missed, or lies ahead.
    NoBlock {
        /// The slot.
        slot: u64,
    },
    /// The state of the attested block has no finalized block yet.
    NothingFinalized {
        /// Slot of the attested block.
        attested: u64,
    },
    /// No state of this chain has that block as its finalized checkpoint: either it is not the last block at or
    /// before an epoch boundary, or no block two epochs later exists.
    NotFinalized {
        /// Slot of the block.
        slot: u64,
    },
    /// The network has no fork at this epoch.
    NoFork {
        /// The epoch.
        epoch: u64,
    },
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::NotAfterHead { head, slot } => write!(f, "slot {slot} is not after slot {head}"),
            Self::NoBlock { slot } => write!(f, "there is no block in slot {slot}"),
            Self::NothingFinalized { attested } => {
                write!(f, "the state of slot {attested} has finalized nothing")
            }
            Self::NotFinalized { slot } => write!(f, "no state has finalized slot {slot}"),
            Self::NoFork { epoch } => write!(f, "no fork at epoch {epoch}"),
        }
    }
}

impl core::error::Error for Error {}

/// A beacon chain whose validators all follow the protocol: every checkpoint is final two epochs later.
///
/// Clone it and propose other blocks on the clone to get a history that the same committees have signed twice.
#[derive(Clone, Debug)]
pub struct Chain {
    network: Network,
    seed: u64,
    committees: BTreeMap<u64, Arc<Committee>>,
    blocks: BTreeMap<u64, BeaconBlock>,
}

impl Chain {
    /// A chain without blocks. Committees are derived from `seed`.
    pub const fn new(network: Network, seed: u64) -> Self {
        Self { network, seed, committees: BTreeMap::new(), blocks: BTreeMap::new() }
    }

    /// The network's constants.
    pub const fn network(&self) -> &Network {
        &self.network
    }

    /// The committee of a period.
    pub fn committee(&self, period: u64) -> Arc<Committee> {
        let named = self.committees.get(&period).map(Arc::clone);
        named.unwrap_or_else(|| Committee::derive(self.seed, period, self.network.committee_size))
    }

    /// Names another committee for a period: blocks proposed from now on commit to it.
    pub fn set_committee(&mut self, period: u64, committee: Arc<Committee>) {
        self.committees.insert(period, committee);
    }

    /// Proposes a block with this payload. Slots passed over are missed.
    ///
    /// # Errors
    /// [`Error::NotAfterHead`], [`Error::NoFork`].
    pub fn propose(&mut self, slot: u64, execution: ExecutionBlock) -> Result<&BeaconBlock, Error> {
        let head = self.head();
        if let Some(head) = head.map(|block| block.header().slot).filter(|head| *head >= slot) {
            return Err(Error::NotAfterHead { head, slot });
        }
        let (network, period) = (&self.network, self.network.period(slot));
        let fork = network.fork(slot)?;
        let facts = Facts {
            index_set: fork.index_set,
            slot,
            parent_root: head.map_or(B256::ZERO, BeaconBlock::root),
            genesis_time: network.genesis_time,
            genesis_validators_root: network.genesis_validators_root,
            fork: network.fork_root(fork),
            block_roots: ssz::merkleize(&self.block_roots(slot), network.block_roots_depth()),
            justified: self.checkpoint(network.epoch(slot).saturating_sub(1)),
            finalized: self.checkpoint(network.epoch(slot).saturating_sub(2)),
            current_committee: self.committee(period).root(),
            next_committee: self.committee(period + 1).root(),
        };
        Ok(self.blocks.entry(slot).or_insert(BeaconBlock::new(facts, execution)))
    }

    /// Takes back all blocks after a slot: others are proposed in their place.
    pub fn rewind(&mut self, slot: u64) {
        self.blocks.split_off(&(slot + 1));
    }

    /// Forgets the blocks before a slot. States that come later are as if these had been missed: keep what a state keeps roots of.
    pub fn forget_before(&mut self, slot: u64) {
        self.blocks = self.blocks.split_off(&slot);
    }

    /// An execution block for the next beacon block, in the form of its fork: its parent is the newest one, and from Deneb on it
    /// names the newest beacon block.
    ///
    /// # Errors
    /// [`Error::NoFork`].
    pub fn next_execution(&self, slot: u64, number: u64) -> Result<ExecutionBlock, Error> {
        let head = self.head();
        let parent = head.map(|block| block.execution().hash()).unwrap_or_default();
        let beacon = head.map(BeaconBlock::root).unwrap_or_default();
        let (set, time) = (self.network.fork(slot)?.index_set, self.network.time(slot));
        Ok(ExecutionBlock::of_fork(set, parent, number, time).with_parent_beacon_root(beacon))
    }

    /// What the state of a slot keeps: at each slot's place the root of the last block at or before it.
    fn block_roots(&self, slot: u64) -> Vec<B256> {
        let kept = self.network.slots_per_historical_root;
        let mut roots = Vec::new();
        let mut last = None;
        for past in slot.saturating_sub(kept)..slot {
            let block = match last {
                None => self.blocks.range(..=past).next_back().map(|(_, block)| block),
                Some(_) => self.blocks.get(&past),
            };
            last = block.map(BeaconBlock::root).or(last);
            let place = usize::try_from(past % kept).unwrap_or_default();
            roots.resize(roots.len().max(place + 1), B256::ZERO);
            roots[place] = last.unwrap_or_default();
        }
        roots
    }

    /// Proof of the root of the block at or before `inner` under the state root of `outer`, from the root upwards.
    ///
    /// # Errors
    /// [`Error::NoBlock`].
    pub fn block_root_branch(&self, outer: u64, inner: u64) -> Result<Vec<B256>, Error> {
        let block = self.block(outer)?;
        let depth = self.network.block_roots_depth();
        let place = inner % self.network.slots_per_historical_root;
        let place = usize::try_from(place).unwrap_or_default();
        let mut branch = ssz::branch(&self.block_roots(outer), depth, place);
        branch.extend(block.block_roots_branch());
        Ok(branch)
    }

    /// The last block at or before the first slot of an epoch; none, or the epoch of genesis: the zero checkpoint.
    fn checkpoint(&self, epoch: u64) -> Checkpoint {
        let boundary = epoch * self.network.slots_per_epoch;
        let last = self.blocks.range(..=boundary).next_back().filter(|_| epoch > 0);
        last.map_or_else(Checkpoint::default, |(_, b)| Checkpoint { epoch, root: b.root() })
    }

    /// The block in a slot.
    ///
    /// # Errors
    /// [`Error::NoBlock`].
    pub fn block(&self, slot: u64) -> Result<&BeaconBlock, Error> {
        self.blocks.get(&slot).ok_or(Error::NoBlock { slot })
    }

    /// The newest block.
    pub fn head(&self) -> Option<&BeaconBlock> {
        self.blocks.last_key_value().map(|(_, block)| block)
    }

    /// All blocks, oldest first.
    pub fn blocks(&self) -> impl DoubleEndedIterator<Item = &BeaconBlock> {
        self.blocks.values()
    }

    /// The block that the state of `attested` has finalized.
    ///
    /// # Errors
    /// [`Error::NoBlock`], [`Error::NothingFinalized`].
    pub fn finalized_by(&self, attested: u64) -> Result<&BeaconBlock, Error> {
        let root = self.block(attested)?.finalized().root;
        let found = self.blocks().find(|block| block.root() == root);
        found.ok_or(Error::NothingFinalized { attested })
    }

    /// Slot of the first block whose state has finalized the block of `slot`.
    ///
    /// # Errors
    /// [`Error::NoBlock`], [`Error::NotFinalized`].
    pub fn attested_for(&self, slot: u64) -> Result<u64, Error> {
        let root = self.block(slot)?.root();
        let found = self.blocks().find(|block| block.finalized().root == root);
        found.map(|block| block.header().slot).ok_or(Error::NotFinalized { slot })
    }

    /// Signature of the committee of `signature_slot`, without the absent members, over a header.
    ///
    /// # Errors
    /// [`Error::NoFork`].
    pub fn sign(
        &self,
        header: &BeaconHeader,
        signature_slot: u64,
        absent: &[usize],
    ) -> Result<ark_bls12_381::G2Affine, Error> {
        let version = self.network.fork(signature_slot.max(1) - 1)?.version;
        let committee = self.committee(self.network.period(signature_slot));
        Ok(committee.sign(absent, self.network.signing_root(header, version)))
    }
}
