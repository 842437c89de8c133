//! Why a client of the MAP relay chain refuses.

use crate::{client, crypto::bn254};
use alloy_primitives::B256;
use mpt_proof::{Fault, rlp};

/// One variant per violated clause of `spec/map.md`; the rest is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// CLI-1 to CLI-3: the client does not answer.
    #[error(transparent)]
    Client(#[from] client::Error),
    /// RLP-1 to RLP-8: a header is not canonical RLP of one.
    #[error(transparent)]
    Rlp(#[from] rlp::Error),
    /// BNS-1 to BNS-3: the signature.
    #[error(transparent)]
    Bn254(#[from] bn254::Error),
    /// MAP-1: the encoding of an update ends before a part that is due.
    #[error("update of {got} bytes, {expected} at least expected")]
    UpdateLength {
        /// Where the part that is due ends.
        expected: u64,
        /// Bytes supplied.
        got: u64,
    },
    /// MAP-2: a header has other items than this chain's.
    #[error("header of {got} items, 13 or 14 expected")]
    ItemCount {
        /// Items, counted no further than 15.
        got: u64,
    },
    /// MAP-3: the block is from before the hash to G1 that makes signatures mean something.
    #[error("block {number} is before the fork at {fork}")]
    PreFork {
        /// Number of the block.
        number: u64,
        /// The first block accepted.
        fork: u64,
    },
    /// MAP-4: the set of this epoch is not held, or the header is not of the epoch reached.
    #[error("no set of epoch {epoch}, {expected} expected")]
    UnknownEpoch {
        /// Epoch of the header.
        epoch: u64,
        /// The newest epoch, or the one that the update has reached.
        expected: u64,
    },
    /// MAP-5: the keys are not those of the set.
    #[error("commitment {got} to the set, {expected} expected")]
    SetCommitment {
        /// The commitment held.
        expected: B256,
        /// That of the keys supplied, or of the set that a change leads to.
        got: B256,
    },
    /// MAP-6: the header is from the future.
    #[error("header time {time} is after {now}")]
    FutureHeader {
        /// Time of the header.
        time: u64,
        /// The time given.
        now: u64,
    },
    /// MAP-6: the newest set would be brought before the one that it follows.
    #[error("header time {got} is before {trusted}")]
    TimeBackwards {
        /// Time of the header that brought the newest set.
        trusted: u64,
        /// Time of this header.
        got: u64,
    },
    /// MAP-7, MAP-12: a bit names no validator.
    #[error("bit {bit} in a set of {size}")]
    BitBeyondSet {
        /// The highest such bit.
        bit: u64,
        /// Validators of the set.
        size: u64,
    },
    /// MAP-8: fewer than two thirds of the set signed.
    #[error("{got} signers, {required} required")]
    Quorum {
        /// Signers.
        got: u64,
        /// Signers required.
        required: u64,
    },
    /// MAP-9: the round is not written as a minimal number of at most 8 bytes.
    #[error("round is not a minimal number of 8 bytes or less")]
    NonMinimalRound,
    /// MAP-10: the extra field ends before the list in it begins.
    #[error("extra of {got} bytes, 32 at least expected")]
    ExtraLength {
        /// Bytes of the extra field.
        got: u64,
    },
    /// MAP-10: the list in the extra field has other items than this chain's.
    #[error("{got} items in the extra field, 7 expected")]
    ExtraItemCount {
        /// Items, counted no further than 8.
        got: u64,
    },
    /// MAP-10: the header is not as it was hashed.
    #[error("the aggregated seal is not empty")]
    SealNotEmpty,
    /// MAP-10: added validators without all their keys.
    #[error("{addresses} validators added with {keys} keys on G2 and {g1_keys} on G1")]
    AddedCount {
        /// Validators added.
        addresses: u64,
        /// Keys on G2.
        keys: u64,
        /// Keys on G1.
        g1_keys: u64,
    },
    /// MAP-11: validators change with the last block of an epoch only.
    #[error("block {number} changes the set within its epoch")]
    ChangeWithinEpoch {
        /// Number of the block.
        number: u64,
    },
    /// MAP-12, MAP-14: a key is no point.
    #[error("key {position} is not a point")]
    InvalidKey {
        /// Position in the new set.
        position: u64,
    },
    /// MAP-12, MAP-14: a key is in the set twice.
    #[error("key {position} equals one before it")]
    DuplicateKey {
        /// Position in the new set, of the later of the two.
        position: u64,
    },
    /// MAP-12, MAP-14: no set has this size.
    #[error("set of {size} validators, 1 to 256 expected")]
    SetSize {
        /// Validators of the new set.
        size: u64,
    },
    /// MAP-13: another header follows one that does not end its epoch.
    #[error("block {number} does not end its epoch, and more follows")]
    NotEpochEnd {
        /// Number of the block.
        number: u64,
    },
    /// MAP-15: the two updates do not contradict each other.
    #[error("no misbehaviour: the updates do not conflict")]
    NotMisbehaviour,
    /// MAP-16: the configuration describes no network.
    #[error("invalid configuration")]
    Config,
}

impl Error {
    /// Who can act on it.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Client(error) => error.fault(),
            Self::Config => Fault::Caller,
            _ => Fault::Prover,
        }
    }
}
