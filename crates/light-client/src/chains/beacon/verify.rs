//! Whether an update is valid: clauses BCN-1 to BCN-14, in their order.

use super::{
    BeaconHeader, Config, Error, Fork, Trusted, Update,
    committee::{verify_absent, verify_participation},
};
use crate::{
    crypto::Bls,
    ssz::{self, branch_root},
};
use alloy_primitives::B256;

/// BCN-4: an update is newer than the trusted state, or brings the next committee that is missing.
pub(super) fn verify_newer(trusted: &Trusted, update: &Update<'_>) -> Result<(), Error> {
    let (finalized_slot, trusted_slot) = (update.finalized.slot, trusted.finalized_slot);
    let brings_missing =
        trusted.next_committee_root.is_zero() && !update.next_committee_root.is_zero();
    if finalized_slot <= trusted_slot && !brings_missing {
        return Err(Error::NotNewer { finalized_slot, trusted_slot });
    }
    Ok(())
}

/// BCN-1 to BCN-3: the slots of an update are in order and not in the future.
pub(super) const fn verify_slots(
    config: &Config<'_>,
    update: &Update<'_>,
    now: u64,
) -> Result<(), Error> {
    let Update { signature_slot, .. } = *update;
    let (attested_slot, finalized_slot) = (update.attested.slot, update.finalized.slot);
    let current_slot = config.current_slot(now);
    if signature_slot > current_slot {
        return Err(Error::FutureSignature { signature_slot, current_slot });
    }
    if signature_slot <= attested_slot {
        return Err(Error::SignatureNotAfterAttested { signature_slot, attested_slot });
    }
    if attested_slot < finalized_slot {
        return Err(Error::AttestedBeforeFinalized { attested_slot, finalized_slot });
    }
    Ok(())
}

/// BCN-5 to BCN-14: the update is signed by the committee of its period and proves what it says. Returns the finalized root.
///
/// The slots must have been verified (BCN-1 to BCN-3).
pub(super) fn verify_proofs<B: Bls>(
    config: &Config<'_>,
    bls: &B,
    trusted: &Trusted,
    update: &Update<'_>,
) -> Result<B256, Error> {
    let committee_root = signing_committee(config, trusted, update)?;
    let forks = Forks::of(config, update)?;
    verify_participation(&update.participation)?;
    let finalized_root = verify_finality(forks.attested, update)?;
    verify_execution(
        forks.finalized,
        &update.finalized,
        &update.execution_block_hash,
        update.execution_branch,
    )?;
    verify_next_committee(config, forks.attested, trusted, update)?;
    verify_absent(update, committee_root)?;
    let signing_root = config.signing_root(forks.signature, &update.attested.hash_tree_root());
    let absent = update.absent.iter().map(|member| &member.key);
    bls.verify_complement(&update.aggregate_key, absent, &signing_root, &update.signature)?;
    Ok(finalized_root)
}

/// BCN-5: the root of the committee that signs in the signature's period.
fn signing_committee<'t>(
    config: &Config<'_>,
    trusted: &'t Trusted,
    update: &Update<'_>,
) -> Result<&'t B256, Error> {
    let signature_period = config.period(update.signature_slot);
    let trusted_period = config.period(trusted.finalized_slot);
    match signature_period.checked_sub(trusted_period) {
        Some(0) => Ok(&trusted.current_committee_root),
        Some(1) if !trusted.next_committee_root.is_zero() => Ok(&trusted.next_committee_root),
        _ => Err(Error::UnknownPeriod { signature_period, trusted_period }),
    }
}

/// The fork rows that an update needs.
struct Forks<'c> {
    /// Its version signs: that of the slot before the signature's.
    signature: &'c Fork,
    attested: &'c Fork,
    finalized: &'c Fork,
}

impl<'c> Forks<'c> {
    /// BCN-6. The signature slot is not 0: it is after the attested slot.
    fn of(config: &'c Config<'_>, update: &Update<'_>) -> Result<Self, Error> {
        Ok(Self {
            signature: config.fork_at(update.signature_slot.saturating_sub(1))?,
            attested: config.fork_at(update.attested.slot)?,
            finalized: config.fork_at(update.finalized.slot)?,
        })
    }
}

/// BCN-8: the finalized header is final in the attested state. Returns its root.
fn verify_finality(attested_fork: &Fork, update: &Update<'_>) -> Result<B256, Error> {
    let finalized_root = update.finalized.hash_tree_root();
    let index = attested_fork.index_set.finality();
    let state_root = branch_root(&finalized_root, update.finality_branch, index)?;
    if state_root != update.attested.state_root {
        return Err(Error::FinalityBranch);
    }
    Ok(finalized_root)
}

/// BCN-9: `block_hash` is that of the execution block in the block of `header`.
pub(super) fn verify_execution(
    fork: &Fork,
    header: &BeaconHeader,
    block_hash: &B256,
    branch: &[B256],
) -> Result<(), Error> {
    let body_root = branch_root(block_hash, branch, fork.index_set.execution_block_hash())?;
    if body_root == header.body_root { Ok(()) } else { Err(Error::ExecutionBranch) }
}

/// BCN-10: a next committee is that of the attested state, of the one period the update is in, and not another one than known.
fn verify_next_committee(
    config: &Config<'_>,
    attested_fork: &Fork,
    trusted: &Trusted,
    update: &Update<'_>,
) -> Result<(), Error> {
    let (got, branch) = (update.next_committee_root, update.next_committee_branch);
    if got.is_zero() {
        return match branch.len() {
            0 => Ok(()),
            got => Err(ssz::Error::BranchLength { expected: 0, got: got as u64 }.into()),
        };
    }
    let signature_period = config.period(update.signature_slot);
    let attested_period = config.period(update.attested.slot);
    let finalized_period = config.period(update.finalized.slot);
    if signature_period != attested_period || attested_period != finalized_period {
        return Err(Error::NextCommitteePeriod {
            signature_period,
            attested_period,
            finalized_period,
        });
    }
    let state_root = branch_root(&got, branch, attested_fork.index_set.next_committee())?;
    if state_root != update.attested.state_root {
        return Err(Error::NextCommitteeBranch);
    }
    let known = trusted.next_committee_root;
    let same_period = attested_period == config.period(trusted.finalized_slot);
    if same_period && !known.is_zero() && known != got {
        return Err(Error::NextCommitteeConflict { known, got });
    }
    Ok(())
}
