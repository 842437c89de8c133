//! Why the store refuses an object.

use super::super::Form;
use crate::crypto;
use alloy_primitives::B256;

/// A rule of the specs that an object violates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The configuration describes no network.
    #[error("invalid configuration")]
    Config,
    /// The object has not the form of the store, nor an older one.
    #[error("not of the form of {expected:?}, nor of an older one")]
    Form {
        /// The form of the store.
        expected: Form,
    },
    /// A committee of another size than the network's.
    #[error("{got} committee members, {expected} expected")]
    CommitteeSize {
        /// Size of the network's committees.
        expected: u64,
        /// Members there are.
        got: u64,
    },
    /// Participation bits of another number than the committee has members.
    #[error("participation of {got} bytes for {members} members, or with bits beyond them")]
    ParticipationBits {
        /// Size of the network's committees.
        members: u64,
        /// Bytes there are.
        got: u64,
    },
    /// No fork row for an epoch.
    #[error("no fork known at epoch {epoch}")]
    UnknownFork {
        /// The epoch.
        epoch: u64,
    },
    /// The header of a bootstrap is not the trusted block.
    #[error("root {got}, {expected} trusted")]
    BootstrapRoot {
        /// The trusted root.
        expected: B256,
        /// Root of the header.
        got: B256,
    },
    /// The current committee of a bootstrap is not in the header's state.
    #[error("current committee not in the state")]
    CurrentCommitteeBranch,
    /// Nobody signed: `MIN_SYNC_COMMITTEE_PARTICIPANTS` is 1.
    #[error("no participants")]
    NoParticipants,
    /// What a header says of its execution block is not in its body.
    #[error("execution of the header in slot {slot} not in its body")]
    Execution {
        /// Slot of the header.
        slot: u64,
    },
    /// A signature from the future.
    #[error("signed in slot {signature_slot}, now is {current_slot}")]
    FutureSignature {
        /// Slot of the signature.
        signature_slot: u64,
        /// The current slot.
        current_slot: u64,
    },
    /// A signature that is not later than what it signs.
    #[error("signed in slot {signature_slot} for slot {attested_slot}")]
    SignatureNotAfterAttested {
        /// Slot of the signature.
        signature_slot: u64,
        /// Slot of the attested header.
        attested_slot: u64,
    },
    /// A finalized header that is later than the attested one.
    #[error("slot {finalized_slot} final in slot {attested_slot}")]
    AttestedBeforeFinalized {
        /// Slot of the attested header.
        attested_slot: u64,
        /// Slot of the finalized header.
        finalized_slot: u64,
    },
    /// The committee of the signature's period is not known.
    #[error("signature of period {signature_period}, the store is in {store_period}")]
    UnknownPeriod {
        /// Period of the signature.
        signature_period: u64,
        /// Period of the store.
        store_period: u64,
    },
    /// Nothing in the update is news: the attested header is not later than the finalized one of the store, and no next committee is
    /// missing.
    #[error("attested slot {attested_slot}, slot {finalized_slot} is final")]
    NotRelevant {
        /// Slot of the attested header.
        attested_slot: u64,
        /// Slot of the store's finalized header.
        finalized_slot: u64,
    },
    /// A finalized header without proof, or of the genesis block, that is not empty.
    #[error("finalized header where there must be none")]
    FinalizedHeaderNotEmpty,
    /// The finalized header is not in the attested state.
    #[error("finalized header not in the attested state")]
    FinalityBranch,
    /// A next committee without proof.
    #[error("next committee where there must be none")]
    NextCommitteeNotEmpty,
    /// Another next committee than the known one.
    #[error("next committee {got}, {known} known")]
    NextCommitteeConflict {
        /// Root of the known one.
        known: B256,
        /// Root of the other.
        got: B256,
    },
    /// The next committee is not in the attested state.
    #[error("next committee not in the attested state")]
    NextCommitteeBranch,
    /// A key of the signing committee is not a point.
    #[error("key {index} of the committee is not a point")]
    Key {
        /// Position in the committee.
        index: u64,
    },
    /// The aggregate key of the signing committee is not a point.
    #[error("the aggregate key is not a point")]
    AggregateKey,
    /// The signature is not a point.
    #[error("the signature is not a point")]
    SignaturePoint,
    /// The signature is not that of the participants.
    #[error(transparent)]
    Signature(#[from] crypto::Error),
    /// The next committee is unknown, and the finalized header is of another period than the store.
    #[error("finalized header of period {got}, {expected} expected")]
    FinalizedPeriod {
        /// Period of the store.
        expected: u64,
        /// Period of the finalized header.
        got: u64,
    },
}
