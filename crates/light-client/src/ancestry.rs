//! From a verified block hash to the block itself or to an older one. Clauses ANC-1, ANC-2 and ANC-4.
//!
//! Two steps, either of which may be left out: [`ancestor_hash`] proves the hash of an older block by what the state of the
//! newer one remembers, and [`open_chain`] goes on from parent to parent. What a family of chains can prove besides is the
//! family's matter: for beacon block roots (ANC-3) see [`beacon::Head::ancestor`](crate::beacon::Head::ancestor).

#[cfg(feature = "builder")]
pub mod builder;
mod history;

use crate::{
    beacon,
    header::{self, Header},
    verified::{Path, Verified},
};
use alloy_primitives::B256;
use mpt_proof::Fault;

pub use history::{HISTORY_ADDRESS, HISTORY_LENGTH, history_slot};

/// First byte of a proof by beacon block roots (ANC-3).
pub const BEACON: u8 = 1;

/// First byte of a proof by the block hashes that the state keeps (ANC-4).
pub const HISTORY: u8 = 2;

/// Why a proof does not lead from the trusted hash to a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// ANC-1: no header was given.
    #[error("no header")]
    Empty,
    /// ANC-2: the first byte names no means that there is.
    #[error("unknown kind {kind} of ancestry proof")]
    Kind {
        /// The first byte.
        kind: u8,
    },
    /// ANC-2: the proof is not as long as its counts say.
    #[error("ancestry proof of {got} bytes, {expected} expected")]
    Length {
        /// Bytes that are due.
        expected: u64,
        /// Bytes supplied.
        got: u64,
    },
    /// ANC-3: the older beacon block is not among those that the newer one's state remembers.
    #[error("the state of slot {anchor} does not remember the block of slot {slot}")]
    BeaconSlot {
        /// Slot of the older block.
        slot: u64,
        /// Slot of the newer block.
        anchor: u64,
    },
    /// ANC-3: the older beacon block is from before Capella and proves no execution block.
    #[error("the block of slot {slot} proves no execution block")]
    NoExecution {
        /// Its slot.
        slot: u64,
    },
    /// ANC-3: the newer beacon block is not the one that the header names.
    #[error("beacon root {got}, {expected} expected")]
    BeaconRoot {
        /// The root in the header.
        expected: B256,
        /// The root that the proof leads to.
        got: B256,
    },
    /// ANC-4: the state of the head does not keep the hash of that block.
    #[error("the state of block {head} does not keep the hash of block {number}")]
    HistoryRange {
        /// Number of the older block.
        number: u64,
        /// Number of the head's block.
        head: u64,
    },
    /// ANC-4: the place of the hash is empty: the chain has not kept hashes for long enough.
    #[error("no hash is kept of block {number}")]
    HistoryEmpty {
        /// Number of the older block.
        number: u64,
    },
    /// HDR-1, HDR-2, HDR-4 or RLP: a header cannot be opened.
    #[error(transparent)]
    Header(#[from] header::Error),
    /// BCN-6, SSZ-1: there is no fork row for a slot, or a branch has the wrong length.
    #[error(transparent)]
    Beacon(#[from] beacon::Error),
    /// MPT, ACC-1, ACC-2: the account or the slot that keeps the hash is not proven.
    #[error(transparent)]
    Proof(#[from] mpt_proof::Error),
}

impl Error {
    /// Who can act on it.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Header(error) => error.fault(),
            Self::Beacon(error) => error.fault(),
            Self::Proof(error) => error.fault(),
            _ => Fault::Prover,
        }
    }
}

/// A block whose hash is proven, and what that rests on. Only this crate makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ancestor {
    chain_id: u64,
    block_hash: B256,
    path: Path,
}

impl Ancestor {
    /// `block_hash` must have been verified for `chain_id` under the assumptions of `path`.
    pub(crate) const fn new(chain_id: u64, block_hash: B256, path: Path) -> Self {
        Self { chain_id, block_hash, path }
    }

    /// Id of the chain the block belongs to.
    pub const fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// Hash of the execution block.
    pub const fn block_hash(&self) -> B256 {
        self.block_hash
    }

    /// What was assumed, root first.
    pub const fn path(&self) -> Path {
        self.path
    }

    /// Opens this block, or an ancestor of it: `headers` are RLP, newest first, linked by parent hash; the last one is proven.
    ///
    /// # Errors
    ///
    /// ANC-1, and for each header in order HDR-1, HDR-2 and RLP.
    pub fn open<H: AsRef<[u8]>>(&self, headers: &[H]) -> Result<Verified, Error> {
        let (hash, header) = open_chain(&self.block_hash, headers)?;
        Ok(Verified::new(self.chain_id, hash, &header, self.path))
    }
}

/// The block hash that `proof` proves, given that of a newer block (ANC-2, ANC-4). No byte at all stands for the newer block.
///
/// This is what every family of clients has; [`BEACON`] is not among it. What `trusted_hash` rests on is the caller's matter;
/// for a hash that a client has verified, [`beacon::Head::ancestor`] keeps account of it.
///
/// # Errors
///
/// ANC-2, then ANC-4.
pub fn ancestor_hash(trusted_hash: &B256, proof: &[u8]) -> Result<B256, Error> {
    match proof.first() {
        None => Ok(*trusted_hash),
        Some(&HISTORY) => history::block_hash(trusted_hash, proof),
        Some(&kind) => Err(Error::Kind { kind }),
    }
}

/// Opens `headers`, newest first, under `trusted_hash`. Returns hash and header of the last one, the proven block.
///
/// Established: the block is the one with `trusted_hash` or an ancestor of it. What `trusted_hash` rests on is the caller's
/// matter; for a hash that a client has verified, `beacon::Head::open` keeps account of it.
///
/// # Errors
///
/// ANC-1; then HDR-1, HDR-2 and RLP for each header, in order.
pub fn open_chain<H: AsRef<[u8]>>(
    trusted_hash: &B256,
    headers: &[H],
) -> Result<(B256, Header), Error> {
    let (newest, older) = headers.split_first().ok_or(Error::Empty)?;
    let mut hash = *trusted_hash;
    let mut header = Header::open(newest.as_ref(), &hash)?;
    for bytes in older {
        hash = header.parent_hash;
        header = Header::open(bytes.as_ref(), &hash)?;
    }
    Ok((hash, header))
}

/// The refusal of a proof that is not as long as it should be (ANC-2).
pub(crate) const fn wrong_length(expected: usize, proof: &[u8]) -> Error {
    Error::Length { expected: expected as u64, got: proof.len() as u64 }
}
