//! Mutations of times, headers and their branches: BCN-1 to BCN-10.

use super::{Caused, Mutation, Scene, flip, flip_one, resize};
use crate::dice::Dice;
use alloy_primitives::B256;

impl Mutation {
    pub(super) fn apply_to_times(self, scene: &mut Scene) -> Option<Caused> {
        let Scene { chain, update, trusted, now, .. } = scene;
        let network = chain.network();
        let caused = match self {
            Self::Early => {
                *now = network.time(update.signature_slot) - 1;
                "BeaconFutureSignature"
            }
            Self::SignedAtOnce => {
                update.signature_slot = update.attested.slot;
                "BeaconSignatureNotAfterAttested"
            }
            Self::FinalizedLater => {
                update.finalized.slot = update.attested.slot + 1;
                "BeaconAttestedBeforeFinalized"
            }
            Self::NotNewer => {
                trusted.finalized_slot = update.finalized.slot;
                let learns =
                    trusted.next_committee_root.is_zero() && !update.next_committee_root.is_zero();
                return Some((!learns).then_some("BeaconNotNewer"));
            }
            Self::OldState => {
                let period = network.period(update.signature_slot).checked_sub(2)?;
                trusted.finalized_slot = network.period_start(period);
                "BeaconUnknownPeriod"
            }
            Self::NextUnknown => {
                trusted.next_committee_root = B256::ZERO;
                let next =
                    network.period(update.signature_slot) > network.period(trusted.finalized_slot);
                return Some(next.then_some("BeaconUnknownPeriod"));
            }
            _ => {
                update.finalized.slot = 1;
                trusted.finalized_slot = 0;
                return Some(None);
            }
        };
        Some(Some(caused))
    }

    pub(super) fn apply_to_branches(self, scene: &mut Scene, dice: &mut Dice) -> Option<Caused> {
        let update = &mut scene.update;
        Some(Some(match self {
            Self::FinalizedBit => {
                match dice.below(4) {
                    0 => update.finalized.proposer_index ^= 1 << dice.below(64),
                    1 => flip(&mut update.finalized.parent_root, dice),
                    2 => flip(&mut update.finalized.state_root, dice),
                    _ => flip(&mut update.finalized.body_root, dice),
                }
                "BeaconFinalityBranch"
            }
            Self::FinalityBit => {
                flip_one(&mut update.finality_branch, dice, "BeaconFinalityBranch")
            }
            Self::FinalityOfCommittee => {
                let attested = scene.chain.block(update.attested.slot).ok()?;
                update.finality_branch = attested.next_committee_branch();
                "SszBranchLength"
            }
            Self::FinalityLength => resize(&mut update.finality_branch, dice),
            Self::HashBit => {
                flip(&mut update.execution_block_hash, dice);
                "BeaconExecutionBranch"
            }
            Self::ExecutionLength => resize(&mut update.execution_branch, dice),
            _ => flip_one(&mut update.execution_branch, dice, "BeaconExecutionBranch"),
        }))
    }

    pub(super) fn apply_to_next(self, scene: &mut Scene, dice: &mut Dice) -> Option<Caused> {
        let Scene { chain, update, trusted, .. } = scene;
        let network = chain.network();
        let periods = [update.signature_slot, update.attested.slot, update.finalized.slot]
            .map(|slot| network.period(slot));
        let has_next = !update.next_committee_root.is_zero();
        Some(Some(match self {
            Self::NextAcross => {
                *update = chain.with_next_committee(update.clone()).ok()?;
                let across = periods.iter().any(|period| *period != periods[0]);
                return Some(across.then_some("BeaconNextCommitteePeriod"));
            }
            Self::NextBit if has_next => {
                flip(&mut update.next_committee_root, dice);
                "BeaconNextCommitteeBranch"
            }
            Self::NextLength if has_next => resize(&mut update.next_committee_branch, dice),
            Self::NextBranchAlone if !has_next => {
                update.next_committee_branch = vec![B256::ZERO; 1 + dice.below(7)];
                "SszBranchLength"
            }
            Self::NextConflict if has_next => {
                trusted.next_committee_root = B256::repeat_byte(0xcc);
                let same = periods[1] == network.period(trusted.finalized_slot);
                return Some(same.then_some("BeaconNextCommitteeConflict"));
            }
            _ => return None,
        }))
    }
}
