//! What a verification yields.

use crate::header::Header;
use alloy_primitives::{Address, B256};
use core::fmt;

/// A block that was verified by the rules of its own chain.
///
/// Only this crate makes one: having it is the proof. [`path`](Self::path) lists what was assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    chain_id: u64,
    number: u64,
    hash: B256,
    state_root: B256,
    receipts_root: B256,
    timestamp: u64,
    path: Path,
}

impl Verified {
    /// `header` must have been opened under `hash`, and `hash` been verified under the assumptions of `path`.
    pub(crate) const fn new(chain_id: u64, hash: B256, header: &Header, path: Path) -> Self {
        let Header { state_root, receipts_root, number, timestamp, .. } = *header;
        Self { chain_id, number, hash, state_root, receipts_root, timestamp, path }
    }

    /// Id of the chain the block belongs to.
    pub const fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// Number of the block.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Hash of the block: keccak256 of its RLP header.
    pub const fn hash(&self) -> B256 {
        self.hash
    }

    /// Root of the state after the block.
    pub const fn state_root(&self) -> B256 {
        self.state_root
    }

    /// Root of the receipts of the block.
    pub const fn receipts_root(&self) -> B256 {
        self.receipts_root
    }

    /// Time of the block in Unix seconds.
    pub const fn timestamp(&self) -> u64 {
        self.timestamp
    }

    /// What was assumed, root first.
    pub const fn path(&self) -> Path {
        self.path
    }
}

/// Something a verification takes for granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Assumption {
    /// At least two thirds of each sync committee of this chain follow the protocol.
    SyncCommittee {
        /// Execution chain id of the chain whose committee signs.
        chain_id: u64,
    },
    /// At least two thirds of the validators of each epoch of this chain follow the protocol, for as long as their set is held.
    MapValidators {
        /// Id of the chain whose validators sign.
        chain_id: u64,
    },
    /// At least k of the n attestors named for this chain tell the truth: nothing of its own consensus is verified.
    Attestors {
        /// Id of the chain that they attest to.
        chain_id: u64,
    },
    /// This contract is the hub that a route names: what it says it has seen, it has proven by clients that are right.
    Hub {
        /// Id of the hub's chain.
        chain_id: u64,
        /// The contract.
        hub: Address,
    },
}

impl Assumption {
    /// What a lane asks for: the number in `spec/message.md` and of `Assumption` in Solidity, never 0.
    ///
    /// A hub has none: no client rests on one, and what a hub says is asked for by naming it.
    #[must_use]
    pub const fn code(&self) -> Option<u8> {
        match self {
            Self::SyncCommittee { .. } => Some(1),
            Self::MapValidators { .. } => Some(2),
            Self::Attestors { .. } => Some(3),
            Self::Hub { .. } => None,
        }
    }
}

impl fmt::Display for Assumption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SyncCommittee { chain_id } => write!(f, "sync-committee({chain_id})"),
            Self::MapValidators { chain_id } => write!(f, "map-validators({chain_id})"),
            Self::Attestors { chain_id } => write!(f, "attestors({chain_id})"),
            Self::Hub { chain_id, hub } => write!(f, "hub({chain_id}, {hub})"),
        }
    }
}

/// The assumptions behind a verified block, root first. Not empty; ancestry copies it, derivation appends to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    root: Assumption,
    derived: [Option<Assumption>; Self::MAX_LENGTH - 1],
}

impl Path {
    /// The longest path: a chain derived from a chain derived from a chain derived from the root.
    pub const MAX_LENGTH: usize = 4;

    pub(crate) const fn new(root: Assumption) -> Self {
        Self { root, derived: [None; Self::MAX_LENGTH - 1] }
    }

    /// This path with one more assumption at its end; `None` if it is full, since none may be left out.
    ///
    /// For whoever derives something from a verified block by means that this crate does not know. A path proves nothing by
    /// itself, and a longer one only claims less: that is why anyone may lengthen it.
    #[must_use]
    pub fn then(mut self, next: Assumption) -> Option<Self> {
        *self.derived.iter_mut().find(|place| place.is_none())? = Some(next);
        Some(self)
    }

    /// What the client rests on whose head all this starts from.
    pub const fn root(&self) -> Assumption {
        self.root
    }

    /// The assumptions, root first.
    pub fn iter(&self) -> impl Iterator<Item = Assumption> + '_ {
        core::iter::once(self.root).chain(self.derived.iter().copied().flatten())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.fmt(f)?;
        self.derived.iter().flatten().try_for_each(|next| write!(f, " > {next}"))
    }
}
