//! Why a beacon light client refuses.

use crate::{client, crypto, ssz};
use alloy_primitives::B256;
use mpt_proof::Fault;

/// One variant per violated clause of `spec/client.md` section 4; the rest is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// CLI-1 to CLI-3: the client does not answer.
    #[error(transparent)]
    Client(#[from] client::Error),
    /// SSZ-1, SSZ-2: a Merkle proof has the wrong shape.
    #[error(transparent)]
    Ssz(#[from] ssz::Error),
    /// BCN-13: BLS-1 to BLS-3 over the signing root.
    #[error(transparent)]
    Bls(#[from] crypto::Error),
    /// UPD-1: the encoding of an update is not as long as its counts say.
    #[error("update of {got} bytes, {expected} expected")]
    UpdateLength {
        /// Bytes that are due.
        expected: u64,
        /// Bytes supplied.
        got: u64,
    },
    /// BCN-1: the signature is from the future.
    #[error("signature slot {signature_slot} is after the current slot {current_slot}")]
    FutureSignature {
        /// Slot of the signature.
        signature_slot: u64,
        /// Slot at the time given.
        current_slot: u64,
    },
    /// BCN-2: a block cannot carry a signature over itself or a later one.
    #[error("signature slot {signature_slot} is not after the attested slot {attested_slot}")]
    SignatureNotAfterAttested {
        /// Slot of the signature.
        signature_slot: u64,
        /// Slot of the attested header.
        attested_slot: u64,
    },
    /// BCN-3: what is final is not later than what says so.
    #[error("attested slot {attested_slot} is before the finalized slot {finalized_slot}")]
    AttestedBeforeFinalized {
        /// Slot of the attested header.
        attested_slot: u64,
        /// Slot of the finalized header.
        finalized_slot: u64,
    },
    /// BCN-4: the update brings nothing new.
    #[error("finalized slot {finalized_slot} is not after the trusted slot {trusted_slot}")]
    NotNewer {
        /// Slot of the finalized header.
        finalized_slot: u64,
        /// The trusted finalized slot.
        trusted_slot: u64,
    },
    /// BCN-5: the committee of the signature is not known.
    #[error("no committee for period {signature_period}, trusted is {trusted_period}")]
    UnknownPeriod {
        /// Period of the signature slot.
        signature_period: u64,
        /// Period of the trusted finalized slot.
        trusted_period: u64,
    },
    /// BCN-6: no fork row covers an epoch.
    #[error("no fork for epoch {epoch}")]
    UnknownFork {
        /// The epoch.
        epoch: u64,
    },
    /// BCN-7: fewer than two thirds of the committee signed.
    #[error("{got} participants, {required} required")]
    InsufficientParticipation {
        /// Participants.
        got: u64,
        /// Participants required.
        required: u64,
    },
    /// BCN-10: a next committee is learned only within one period.
    #[error(
        "next committee with signature, attested and finalized in periods {signature_period}, {attested_period}, {finalized_period}"
    )]
    NextCommitteePeriod {
        /// Period of the signature slot.
        signature_period: u64,
        /// Period of the attested slot.
        attested_period: u64,
        /// Period of the finalized slot.
        finalized_period: u64,
    },
    /// BCN-10: the next committee is not that of the attested state.
    #[error("next committee branch does not lead to the attested state")]
    NextCommitteeBranch,
    /// BCN-10: another next committee is known already.
    #[error("next committee {got} conflicts with {known}")]
    NextCommitteeConflict {
        /// Root of the known committee.
        known: B256,
        /// Root of the committee of the update.
        got: B256,
    },
    /// BCN-11: an absent member is out of order, or not a member.
    #[error("absent member {position} is out of place")]
    AbsentIndex {
        /// Place in the list of absent members.
        position: u64,
    },
    /// BCN-12: the keys are not those of the committee.
    #[error("committee root {got}, {expected} expected")]
    CommitteeRoot {
        /// Trusted root of the signing committee.
        expected: B256,
        /// Root computed from the keys supplied.
        got: B256,
    },
    /// BCN-14: the header is not the one trusted.
    #[error("bootstrap root {got}, {expected} expected")]
    BootstrapRoot {
        /// The root named by the caller.
        expected: B256,
        /// Root of the header supplied.
        got: B256,
    },
    /// BCN-14: the committee is not that of the header's state.
    #[error("current committee branch does not lead to the state")]
    CurrentCommitteeBranch,
    /// BCN-14: the execution block is not that of the header's block.
    #[error("execution branch does not lead to the body")]
    ExecutionBranch,
    /// BCN-15: the two updates do not contradict each other.
    #[error("no misbehaviour: the updates do not conflict")]
    NotMisbehaviour,
    /// BCN-16: the configuration describes no network.
    #[error("invalid configuration")]
    Config,
    /// BCN-17: an appended fork row begins too early.
    #[error("fork at epoch {epoch}, which is not after {last}")]
    ForkOrder {
        /// First epoch of the fork.
        epoch: u64,
        /// The epoch it must be after: that of the last row or of the trusted slot, whichever is later.
        last: u64,
    },
}

impl Error {
    /// Who can act on it.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Client(error) => error.fault(),
            Self::Config | Self::ForkOrder { .. } | Self::UnknownFork { .. } => Fault::Caller,
            _ => Fault::Prover,
        }
    }
}
