//! Whether an update is valid: clauses BCN-1 to BCN-13, in their order.

use super::{
    Config, Error, Fork, Trusted, Update,
    committee::{verify_absent, verify_participation},
    pair::{Branch, Roots},
};
use crate::crypto::Bls;
use alloy_primitives::B256;

/// What a valid update establishes.
pub(super) struct Established {
    /// Root of the finalized header.
    pub finalized_root: B256,
    /// Whether its execution block is proven too.
    pub has_execution: bool,
}

/// BCN-1 to BCN-3: the slots of an update are in order and not in the future.
pub(super) const fn verify_slots(
    config: &Config<'_>,
    update: &Update<'_>,
    now: u64,
) -> Result<(), Error> {
    let Update { signature_slot, .. } = *update;
    let (attested_slot, finalized_slot) = (update.pair.outer_slot, update.pair.inner_slot);
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

/// BCN-4: an update is newer than the trusted state, or brings the next committee that is missing.
pub(super) fn verify_newer(trusted: &Trusted, update: &Update<'_>) -> Result<(), Error> {
    let (finalized_slot, trusted_slot) = (update.pair.inner_slot, trusted.finalized_slot);
    let brings_missing = trusted.next_committee_root.is_zero() && update.next_committee.is_some();
    if finalized_slot <= trusted_slot && !brings_missing {
        return Err(Error::NotNewer { finalized_slot, trusted_slot });
    }
    Ok(())
}

/// BCN-5 to BCN-13: the update is signed by the committee of its period and proves what it says.
///
/// The slots must have been verified (BCN-1 to BCN-3).
pub(super) fn verify_proofs<B: Bls>(
    config: &Config<'_>,
    bls: &B,
    trusted: &Trusted,
    update: &Update<'_>,
) -> Result<Established, Error> {
    let committee_root = signing_committee(config, trusted, update)?;
    let forks = Forks::of(config, update)?;
    verify_participation(config, update)?;
    let roots = forks.roots(update)?;
    verify_next_committee(config, &forks, trusted, update, &roots)?;
    verify_absent(config, update, committee_root)?;
    let signing_root = config.signing_root(forks.signature, &roots.outer);
    let absent = update.absent.iter().map(|member| member.key);
    bls.verify_complement(&update.aggregate_key, absent, &signing_root, &update.signature)?;
    Ok(Established {
        finalized_root: roots.inner,
        has_execution: forks.finalized.index_set.has_execution(),
    })
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
            attested: config.fork_at(update.pair.outer_slot)?,
            finalized: config.fork_at(update.pair.inner_slot)?,
        })
    }

    /// BCN-8, BCN-9: what must have been signed, computed from the branches.
    fn roots(&self, update: &Update<'_>) -> Result<Roots, Error> {
        let execution = Branch {
            nodes: update.execution_branch,
            gindex: self.finalized.index_set.execution_block_hash(),
        };
        let finality =
            Branch { nodes: update.finality_branch, gindex: self.attested.index_set.finality() };
        Ok(update.pair.roots(execution, finality)?)
    }
}

/// BCN-10: a next committee is that of the attested state, of the one period the update is in, and not another one than known.
fn verify_next_committee(
    config: &Config<'_>,
    forks: &Forks<'_>,
    trusted: &Trusted,
    update: &Update<'_>,
    roots: &Roots,
) -> Result<(), Error> {
    let Some(next) = update.next_committee else { return Ok(()) };
    let signature_period = config.period(update.signature_slot);
    let attested_period = config.period(update.pair.outer_slot);
    let finalized_period = config.period(update.pair.inner_slot);
    if signature_period != attested_period || attested_period != finalized_period {
        return Err(Error::NextCommitteePeriod {
            signature_period,
            attested_period,
            finalized_period,
        });
    }
    let gindex = forks.attested.index_set.next_committee();
    if (Branch { nodes: next.branch, gindex }).root(&next.root)? != roots.outer_state {
        return Err(Error::NextCommitteeBranch);
    }
    let (known, got) = (trusted.next_committee_root, next.root);
    let same_period = attested_period == config.period(trusted.finalized_slot);
    if same_period && !known.is_zero() && known != got {
        return Err(Error::NextCommitteeConflict { known, got });
    }
    Ok(())
}
