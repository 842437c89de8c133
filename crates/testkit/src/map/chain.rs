//! The chain: numbers, epochs, and the sets that sign them.

use super::{
    block::{AggregatedSeal, Block},
    execution::Execution,
    update::{Sealed, Update},
    validator::{Set, Validator},
};
use alloy_primitives::keccak256;
use std::{collections::BTreeMap, sync::Arc};

/// The constants of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// Chain id.
    pub chain_id: u64,
    /// Blocks of an epoch: 50,000 on mainnet.
    pub epoch_size: u64,
    /// The block from which signatures are sound: 2,350,001 on mainnet.
    pub fork_height: u64,
    /// How long, in seconds, clients trust a set.
    pub trusting_period: u64,
}

impl Default for Network {
    /// Short epochs, sound from the start.
    fn default() -> Self {
        Self { chain_id: 31338, epoch_size: 10, fork_height: 1, trusting_period: 14 * 24 * 60 * 60 }
    }
}

impl Network {
    /// The epoch of a block: the last block of an epoch is the one whose number is a multiple of the size.
    pub const fn epoch(&self, number: u64) -> u64 {
        number.div_ceil(self.epoch_size)
    }

    /// The last block of an epoch.
    pub const fn last_block(&self, epoch: u64) -> u64 {
        epoch * self.epoch_size
    }
}

/// Why the simulator cannot do what it is asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// A block must be after the head.
    NotAfterHead {
        /// Number of the head.
        head: u64,
        /// Number asked for.
        number: u64,
    },
    /// There is no block of this number.
    NoBlock {
        /// The number.
        number: u64,
    },
    /// There is no set for this epoch yet.
    NoSet {
        /// The epoch.
        epoch: u64,
    },
    /// Too few are there to agree on the block.
    NoQuorum {
        /// How many are there.
        got: usize,
        /// How many it takes.
        required: usize,
    },
    /// Validators join and leave with the last block of an epoch.
    ChangeWithinEpoch {
        /// Number of the block.
        number: u64,
    },
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::NotAfterHead { head, number } => {
                write!(f, "block {number} is not after block {head}")
            }
            Self::NoBlock { number } => write!(f, "there is no block {number}"),
            Self::NoSet { epoch } => write!(f, "epoch {epoch} has no set yet"),
            Self::NoQuorum { got, required } => write!(f, "{got} sign, {required} have to"),
            Self::ChangeWithinEpoch { number } => {
                write!(f, "block {number} is not the last of its epoch")
            }
        }
    }
}

impl core::error::Error for Error {}

/// A block to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its number. Numbers may be passed over: the parent's hash is then made up, and its seal empty.
    pub number: u64,
    /// What executing it gave.
    pub execution: Execution,
    /// The round in which the validators agree.
    pub round: u64,
    /// The places of those who do not sign.
    pub absent: Vec<usize>,
    /// Who joins the set of the next epoch.
    pub added: Vec<Validator>,
    /// The places of those who leave it.
    pub removed: Vec<usize>,
}

impl Proposal {
    /// A block that all validators sign in the first round, and that changes nothing.
    pub const fn new(number: u64, execution: Execution) -> Self {
        Self {
            number,
            execution,
            round: 0,
            absent: Vec::new(),
            added: Vec::new(),
            removed: Vec::new(),
        }
    }
}

/// A chain whose validators all follow the protocol.
///
/// Clone it and propose other blocks on the clone to get a history that the same sets have signed twice.
#[derive(Clone, Debug)]
pub struct Chain {
    network: Network,
    /// By the first epoch that they sign; a set signs until the next one.
    sets: BTreeMap<u64, Arc<Set>>,
    blocks: BTreeMap<u64, Block>,
    /// Time of the chain's start, or of the last block before it.
    start: u64,
}

impl Chain {
    /// A chain without blocks, the first of which is to be in `epoch` and signed by `set`. `start` is a time before it.
    pub fn new(network: Network, epoch: u64, set: Set, start: u64) -> Self {
        let sets = BTreeMap::from([(epoch, Arc::new(set))]);
        Self { network, sets, blocks: BTreeMap::new(), start }
    }

    /// The network's constants.
    pub const fn network(&self) -> &Network {
        &self.network
    }

    /// The set that signs the blocks of an epoch.
    ///
    /// # Errors
    /// [`Error::NoSet`], too if the epoch before is not over.
    pub fn set(&self, epoch: u64) -> Result<&Arc<Set>, Error> {
        let none = Error::NoSet { epoch };
        let first = self.sets.keys().next().copied().ok_or(none)?;
        let last_before = self.network.last_block(epoch.saturating_sub(1));
        let over = epoch == first || self.head().is_some_and(|head| head.number >= last_before);
        let set = self.sets.range(..=epoch).next_back().filter(|_| over);
        set.map(|(_, set)| set).ok_or(none)
    }

    /// Time of the block that brought an epoch's set: the last one of the epoch before, or the chain's start.
    ///
    /// # Errors
    /// [`Error::NoBlock`].
    pub fn brought_at(&self, epoch: u64) -> Result<u64, Error> {
        if self.sets.keys().next() == Some(&epoch) {
            return Ok(self.start);
        }
        let last_before = self.network.last_block(epoch.saturating_sub(1));
        self.block(last_before).map(|block| block.execution.time)
    }

    /// Makes a block and has it sealed.
    ///
    /// # Errors
    /// [`Error::NotAfterHead`], [`Error::NoSet`], [`Error::NoQuorum`], [`Error::ChangeWithinEpoch`].
    pub fn propose(&mut self, proposal: Proposal) -> Result<&Block, Error> {
        let Proposal { number, execution, round, absent, added, removed } = proposal;
        if let Some(head) = self.head().map(|head| head.number).filter(|head| *head >= number) {
            return Err(Error::NotAfterHead { head, number });
        }
        let epoch = self.network.epoch(number);
        let set =
            Arc::clone(self.sets.range(..=epoch).next_back().ok_or(Error::NoSet { epoch })?.1);
        let signers: Vec<usize> = (0..set.size()).filter(|place| !absent.contains(place)).collect();
        if signers.len() < set.quorum() {
            return Err(Error::NoQuorum { got: signers.len(), required: set.quorum() });
        }
        let changes = !added.is_empty() || !removed.is_empty();
        if changes && number != self.network.last_block(epoch) {
            return Err(Error::ChangeWithinEpoch { number });
        }
        if changes {
            self.sets.insert(epoch + 1, Arc::new(set.changed(&removed, &added)));
        }
        let parent = number.checked_sub(1).and_then(|parent| self.blocks.get(&parent));
        let proposer = set.validators()[proposer(number, round, set.size())].clone();
        let block = Block {
            parent_hash: parent.map_or_else(|| keccak256(number.to_be_bytes()), Block::hash),
            coinbase: proposer.address(),
            number,
            execution,
            added,
            removed,
            parent_seal: parent.map_or_else(AggregatedSeal::default, union_of_seals),
            proposer_seal: Vec::new(),
            seal: AggregatedSeal::default(),
            set,
        };
        Ok(self.blocks.entry(number).or_insert(block.sealed(&proposer, &signers, round)))
    }

    /// Makes empty blocks up to a number, five seconds apart, which all validators sign.
    ///
    /// # Errors
    /// [`Error::NoSet`].
    pub fn extend_to(&mut self, number: u64) -> Result<(), Error> {
        while let Some(next) = Some(self.next_number()).filter(|next| *next <= number) {
            self.propose(Proposal::new(next, self.next_execution()))?;
        }
        Ok(())
    }

    /// Number of the block after the head; of the first one, the first of its epoch.
    pub fn next_number(&self) -> u64 {
        let first = self.sets.keys().next().copied().unwrap_or_default();
        let first = self.network.last_block(first.saturating_sub(1));
        self.head().map_or(first, |head| head.number) + 1
    }

    /// An empty block for the next number, five seconds after the head.
    pub fn next_execution(&self) -> Execution {
        let time = self.head().map_or(self.start, |head| head.execution.time);
        Execution::empty(self.next_number(), time + 5)
    }

    /// The block of a number.
    ///
    /// # Errors
    /// [`Error::NoBlock`].
    pub fn block(&self, number: u64) -> Result<&Block, Error> {
        self.blocks.get(&number).ok_or(Error::NoBlock { number })
    }

    /// The newest block.
    pub fn head(&self) -> Option<&Block> {
        self.blocks.last_key_value().map(|(_, block)| block)
    }

    /// All blocks, oldest first.
    pub fn blocks(&self) -> impl DoubleEndedIterator<Item = &Block> {
        self.blocks.values()
    }

    /// What a relayer sends to a client that knows the set of `epoch`, to show it the block of a number: the last block of
    /// each epoch from `epoch` on, then the block itself.
    ///
    /// # Errors
    /// [`Error::NoSet`], [`Error::NoBlock`].
    pub fn update(&self, epoch: u64, number: u64) -> Result<Update, Error> {
        let reached = self.network.epoch(number);
        let ends = (epoch..reached).map(|epoch| self.network.last_block(epoch));
        let headers = ends.chain([number]).map(|number| self.block(number).map(Sealed::of));
        let headers = headers.collect::<Result<_, _>>()?;
        Ok(Update::new(self.set(epoch)?, headers))
    }
}

/// Whose turn it is.
fn proposer(number: u64, round: u64, size: usize) -> usize {
    let place = number.wrapping_add(round) % (size.max(1) as u64);
    usize::try_from(place).unwrap_or_default()
}

/// The parent's seal as its child carries it: with the signatures that came late, which are all that were missing.
fn union_of_seals(parent: &Block) -> AggregatedSeal {
    let all: Vec<usize> = (0..parent.set.size()).collect();
    let round = parent.seal.round;
    let message = super::block::commit_message(parent.hash(), &super::block::minimal(round));
    let signature = parent.set.sign(&all, &message).signature.to_vec();
    AggregatedSeal { signers: all, signature, round }
}
