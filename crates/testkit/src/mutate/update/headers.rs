//! Mutations of times, headers and their branches: BCN-1 to BCN-10.

use super::{Caused, Mutation, Scene, flip, flip_one, resize};
use crate::dice::Dice;
use alloy_primitives::B256;
use core::mem::swap;

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
                update.signature_slot = update.pair.outer_slot;
                "BeaconSignatureNotAfterAttested"
            }
            Self::FinalizedLater => {
                update.pair.inner_slot = update.pair.outer_slot + 1;
                "BeaconAttestedBeforeFinalized"
            }
            Self::NotNewer => {
                trusted.finalized_slot = update.pair.inner_slot;
                let learns =
                    trusted.next_committee_root.is_zero() && update.next_committee.is_some();
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
                update.pair.inner_slot = 1;
                trusted.finalized_slot = 0;
                return Some(None);
            }
        };
        Some(Some(caused))
    }

    pub(super) fn apply_to_branches(self, scene: &mut Scene, dice: &mut Dice) -> Option<Caused> {
        let other_root = scene.other_root();
        let Scene { chain, update, .. } = scene;
        Some(Some(match self {
            Self::FinalizedBit => {
                match dice.below(2) {
                    0 => update.pair.inner_proposer_index ^= 1 << dice.below(64),
                    _ => flip(&mut update.pair.inner_roots, dice),
                }
                other_root
            }
            Self::FinalizedState => {
                let finalized = chain.block(update.pair.inner_slot).ok()?;
                update.pair.inner_roots = finalized.header().state_root;
                other_root
            }
            Self::FinalityBit => {
                flip_one(&mut update.finality_branch, dice)?;
                other_root
            }
            Self::FinalityOfCommittee => {
                let attested = chain.block(update.pair.outer_slot).ok()?;
                update.finality_branch = attested.next_committee_branch();
                "SszBranchLength"
            }
            Self::FinalityLength => resize(&mut update.finality_branch, dice),
            Self::HashBit => {
                flip(&mut update.pair.execution_block_hash, dice);
                other_root
            }
            Self::HashOfAttested => {
                let attested = chain.block(update.pair.outer_slot).ok()?;
                let finalized = chain.block(update.pair.inner_slot).ok()?;
                if attested.root() == finalized.root()
                    || attested.index_set() != finalized.index_set()
                {
                    return None;
                }
                update.pair.execution_block_hash = attested.execution_block_hash();
                update.execution_branch = attested.block_hash_branch();
                other_root
            }
            Self::HashOfBid => {
                let finalized = chain.block(update.pair.inner_slot).ok()?;
                update.execution_branch = finalized.bid_block_hash_branch()?;
                update.pair.execution_block_hash = finalized.execution().hash();
                "SszBranchLength"
            }
            Self::ExecutionLength => resize(&mut update.execution_branch, dice),
            Self::ExecutionSwapped => {
                let sibling = update.execution_branch.first_mut()?;
                swap(sibling, &mut update.pair.execution_block_hash);
                other_root
            }
            _ => {
                flip_one(&mut update.execution_branch, dice)?;
                other_root
            }
        }))
    }

    pub(super) fn apply_to_next(self, scene: &mut Scene, dice: &mut Dice) -> Option<Caused> {
        let Scene { chain, update, trusted, .. } = scene;
        let network = chain.network();
        let periods = [update.signature_slot, update.pair.outer_slot, update.pair.inner_slot]
            .map(|slot| network.period(slot));
        if self == Self::NextAcross {
            *update = chain.with_next_committee(update.clone()).ok()?;
            let across = periods.iter().any(|period| *period != periods[0]);
            return Some(across.then_some("BeaconNextCommitteePeriod"));
        }
        let next = update.next_committee.as_mut()?;
        Some(Some(match self {
            Self::NextBit => {
                if dice.one_in(2) {
                    flip(&mut next.root, dice);
                } else {
                    flip_one(&mut next.branch, dice)?;
                }
                "BeaconNextCommitteeBranch"
            }
            Self::NextLength => resize(&mut next.branch, dice),
            Self::NextIsCurrent => {
                let attested = chain.block(update.pair.outer_slot).ok()?;
                next.root = attested.current_committee_root();
                next.branch = attested.current_committee_branch();
                "BeaconNextCommitteeBranch"
            }
            _ => {
                trusted.next_committee_root = B256::repeat_byte(0xcc);
                let same = periods[1] == network.period(trusted.finalized_slot);
                return Some(same.then_some("BeaconNextCommitteeConflict"));
            }
        }))
    }
}
