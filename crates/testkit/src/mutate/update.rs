//! Mutations of beacon updates: at least one for every clause BCN-1 to BCN-14.

mod keys;
mod scene;

pub use keys::KeyChange;
pub use scene::{Scene, histories, scenes};

use crate::{
    beacon::{Chain, Committee, committee::encode_signature, update},
    dice::Dice,
};
use alloy_primitives::B256;
use core::fmt;
use light_client::crypto::Signature;

/// A mutation of an update, of the state it is given to, or of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mutation {
    /// None.
    Honest,
    /// BCN-1: the time is before the signature's slot.
    Early,
    /// BCN-2: signed in the attested slot.
    SignedAtOnce,
    /// BCN-3: finalized after it is attested.
    FinalizedLater,
    /// BCN-4: the trusted slot is the finalized one.
    NotNewer,
    /// BCN-5: the trusted state is two periods old.
    OldState,
    /// BCN-5: the committee of the period is not known.
    NextUnknown,
    /// BCN-6: finalized before the first fork.
    BeforeForks,
    /// BCN-7: 341 signers.
    Minority,
    /// BCN-7: nobody.
    Nobody,
    /// BCN-8: a bit of the finalized header, slot excepted.
    FinalizedBit,
    /// BCN-8: a bit of the finality branch.
    FinalityBit,
    /// SSZ-1 under BCN-8.
    FinalityLength,
    /// BCN-8: the justified checkpoint's neighbour: the branch of another field.
    FinalityOfCommittee,
    /// BCN-9: a bit of the execution block hash.
    HashBit,
    /// BCN-9: a bit of the execution branch.
    ExecutionBit,
    /// SSZ-1 under BCN-9.
    ExecutionLength,
    /// BCN-10: a next committee across periods.
    NextAcross,
    /// BCN-10: a bit of the next committee's root.
    NextBit,
    /// SSZ-1 under BCN-10.
    NextLength,
    /// SSZ-1 under BCN-10: a branch for nothing.
    NextBranchAlone,
    /// BCN-10: another next committee is known.
    NextConflict,
    /// BCN-11: an absent member is left out.
    AbsentDropped,
    /// BCN-11: an absent member twice.
    AbsentTwice,
    /// BCN-11: a bit more.
    BitSet,
    /// BCN-11: a bit less.
    BitCleared,
    /// BCN-12: out of order.
    AbsentSwapped,
    /// BCN-12: one index for two.
    AbsentRepeated,
    /// BCN-12: no such member.
    AbsentOutside,
    /// BCN-12: a member that signed.
    AbsentSigner,
    /// BCN-13, BLS-2: the key of an absent member.
    AbsentKey(KeyChange),
    /// BCN-13, BLS-2: the aggregate key.
    AggregateKey(KeyChange),
    /// BCN-13: another committee's keys throughout.
    OtherCommittee,
    /// SSZ-2 under BCN-13.
    WitnessShort,
    /// SSZ-2 under BCN-13.
    WitnessLong,
    /// BCN-13: a bit of the witness.
    WitnessBit,
    /// BLS-1: no signature.
    SignatureZero,
    /// BLS-2: a bit of the signature.
    SignatureBit,
    /// BLS-2: on the twist, outside the subgroup.
    SignatureSubgroup,
    /// BLS-2: the halves of its coordinates swapped.
    SignatureSwapped,
    /// BLS-3: the negated signature.
    SignatureNegated,
    /// BLS-3: signed under another fork's version.
    OtherVersion,
    /// BLS-3: signed by another committee.
    OtherSigners,
    /// BLS-3: an absent member is made to have signed.
    FalseSigner,
    /// BLS-3: a bit of what the attested header says about neither state nor slot.
    AttestedBit,
    /// BCN-8: a bit of the attested state root.
    AttestedState,
}

/// A mutation was made, and causes an error of this name; `None` if its place decides.
pub type Caused = Option<&'static str>;

impl Mutation {
    /// All of them.
    pub fn all() -> Vec<Self> {
        let mut all = vec![
            Self::Honest,
            Self::Honest,
            Self::Early,
            Self::SignedAtOnce,
            Self::FinalizedLater,
            Self::NotNewer,
            Self::OldState,
            Self::NextUnknown,
            Self::BeforeForks,
            Self::Minority,
            Self::Nobody,
            Self::FinalizedBit,
            Self::FinalityBit,
            Self::FinalityLength,
            Self::FinalityOfCommittee,
            Self::HashBit,
            Self::ExecutionBit,
            Self::ExecutionLength,
            Self::NextAcross,
            Self::NextBit,
            Self::NextLength,
            Self::NextBranchAlone,
            Self::NextConflict,
            Self::AbsentDropped,
            Self::AbsentTwice,
            Self::BitSet,
            Self::BitCleared,
            Self::AbsentSwapped,
            Self::AbsentRepeated,
            Self::AbsentOutside,
            Self::AbsentSigner,
            Self::OtherCommittee,
            Self::WitnessShort,
            Self::WitnessLong,
            Self::WitnessBit,
            Self::SignatureZero,
            Self::SignatureBit,
            Self::SignatureSubgroup,
            Self::SignatureSwapped,
            Self::SignatureNegated,
            Self::OtherVersion,
            Self::OtherSigners,
            Self::FalseSigner,
            Self::AttestedBit,
            Self::AttestedState,
        ];
        all.extend(KeyChange::ALL.map(Self::AbsentKey));
        all.extend(KeyChange::ALL.map(Self::AggregateKey));
        all
    }

    /// Changes a scene; `None` when there is nothing of the kind to change.
    pub fn apply(self, scene: &mut Scene, dice: &mut Dice) -> Option<Caused> {
        match self {
            Self::Honest => Some(None),
            Self::Early
            | Self::SignedAtOnce
            | Self::FinalizedLater
            | Self::NotNewer
            | Self::OldState
            | Self::NextUnknown
            | Self::BeforeForks => self.apply_to_times(scene),
            Self::FinalizedBit
            | Self::FinalityBit
            | Self::FinalityLength
            | Self::FinalityOfCommittee
            | Self::HashBit
            | Self::ExecutionBit
            | Self::ExecutionLength => self.apply_to_branches(scene, dice),
            Self::NextAcross
            | Self::NextBit
            | Self::NextLength
            | Self::NextBranchAlone
            | Self::NextConflict => self.apply_to_next(scene, dice),
            Self::AbsentDropped
            | Self::AbsentTwice
            | Self::BitSet
            | Self::BitCleared
            | Self::AbsentSwapped
            | Self::AbsentRepeated
            | Self::AbsentOutside
            | Self::AbsentSigner => self.apply_to_absent(scene, dice),
            Self::AbsentKey(change) => {
                let place = dice.below(scene.update.absent.len());
                let other = scene.committee().public_key(dice.below(512));
                change.apply(&mut scene.update.absent.get_mut(place)?.key, &other)
            }
            Self::AggregateKey(change) => {
                let other = scene.committee().public_key(dice.below(512));
                change.apply(&mut scene.update.aggregate_key, &other)
            }
            Self::WitnessShort | Self::WitnessLong | Self::WitnessBit => {
                self.apply_to_witness(&mut scene.update.witness, dice)
            }
            _ => self.apply_to_signature(scene, dice),
        }
    }

    fn apply_to_times(self, scene: &mut Scene) -> Option<Caused> {
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

    fn apply_to_branches(self, scene: &mut Scene, dice: &mut Dice) -> Option<Caused> {
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

    fn apply_to_next(self, scene: &mut Scene, dice: &mut Dice) -> Option<Caused> {
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

    fn apply_to_absent(self, scene: &mut Scene, dice: &mut Dice) -> Option<Caused> {
        let absent = &mut scene.update.absent;
        let bits = &mut scene.update.participation;
        let (count, place) = (absent.len(), dice.below(absent.len()));
        let mut signers = (0..512usize).filter(|index| bits[index / 8] >> (index % 8) & 1 == 1);
        let signer = signers.nth(dice.below(512 - count))?;
        let member = absent.get(place).copied();
        Some(Some(match self {
            Self::AbsentDropped => {
                member?;
                absent.remove(place);
                "BeaconAbsentCount"
            }
            Self::AbsentTwice => {
                absent.insert(place, member?);
                "BeaconAbsentCount"
            }
            Self::BitSet => {
                let index = usize::try_from(member?.index).ok()?;
                bits[index / 8] |= 1 << (index % 8);
                "BeaconAbsentCount"
            }
            Self::BitCleared => {
                bits[signer / 8] &= !(1 << (signer % 8));
                if count == 170 { "BeaconInsufficientParticipation" } else { "BeaconAbsentCount" }
            }
            Self::AbsentSwapped if count > 1 => {
                absent.swap(place, (place + 1) % count);
                "BeaconAbsentIndex"
            }
            Self::AbsentRepeated if count > 1 => {
                absent[place].index = absent[(place + 1) % count].index;
                "BeaconAbsentIndex"
            }
            Self::AbsentOutside => {
                let outside = *dice.one_of(&[512, 513, 1 << 16, 1 << 32, u64::MAX]);
                absent.get_mut(place)?.index = outside;
                "BeaconAbsentIndex"
            }
            Self::AbsentSigner => {
                absent.get_mut(place)?.index = signer as u64;
                "BeaconAbsentIndex"
            }
            _ => return None,
        }))
    }

    fn apply_to_witness(self, witness: &mut Vec<B256>, dice: &mut Dice) -> Option<Caused> {
        Some(Some(match self {
            Self::WitnessShort => {
                witness.remove(dice.below(witness.len()));
                "SszWitnessShort"
            }
            Self::WitnessLong => {
                witness.insert(dice.below(witness.len() + 1), B256::ZERO);
                "SszWitnessLong"
            }
            _ => flip_one(witness, dice, "BeaconCommitteeRoot"),
        }))
    }

    fn apply_to_signature(self, scene: &mut Scene, dice: &mut Dice) -> Option<Caused> {
        let signature = &mut scene.update.signature.0;
        Some(Some(match self {
            Self::SignatureZero => {
                *signature = [0; 192];
                "BlsInfinity"
            }
            Self::SignatureBit => {
                signature[dice.below(192)] ^= 1 << dice.below(8);
                "BlsInvalidPoint"
            }
            Self::SignatureSubgroup => {
                *signature = encode_signature(&keys::outside_subgroup(dice));
                "BlsInvalidPoint"
            }
            Self::SignatureSwapped => {
                for coordinate in signature.chunks_mut(96) {
                    coordinate.rotate_left(48);
                }
                "BlsInvalidPoint"
            }
            Self::SignatureNegated => {
                for half in signature[96..].chunks_mut(48) {
                    half.copy_from_slice(&keys::negate(half));
                }
                "BlsInvalidSignature"
            }
            Self::AttestedBit => {
                match dice.below(3) {
                    0 => scene.update.attested.proposer_index ^= 1 << dice.below(64),
                    1 => flip(&mut scene.update.attested.parent_root, dice),
                    _ => flip(&mut scene.update.attested.body_root, dice),
                }
                "BlsInvalidSignature"
            }
            Self::AttestedState => {
                flip(&mut scene.update.attested.state_root, dice);
                "BeaconFinalityBranch"
            }
            _ => return self.sign_again(scene, dice),
        }))
    }

    /// The mutations that need the secret keys.
    fn sign_again(self, scene: &mut Scene, dice: &mut Dice) -> Option<Caused> {
        let committee = scene.committee();
        let header = scene.update.attested;
        let version = scene.chain.network().fork(scene.update.signature_slot - 1).ok()?.version;
        let root = scene.chain.network().signing_root(&header, version);
        let mut absent = scene.absent.clone();
        Some(Some(match self {
            Self::Minority | Self::Nobody => {
                let fewer = if self == Self::Nobody { 512 } else { 171 };
                absent = (0..fewer).collect();
                set_absent(scene, &committee, &absent);
                let signers = if fewer == 512 { &[] } else { absent.as_slice() };
                sign(scene, &committee, signers, root);
                "BeaconInsufficientParticipation"
            }
            Self::OtherVersion => {
                let other = scene.chain.network().signing_root(&header, [version[0] ^ 1, 0, 0, 0]);
                sign(scene, &committee, &absent, other);
                "BlsInvalidSignature"
            }
            Self::OtherSigners => {
                let other = Committee::derive(dice.number(), 0);
                sign(scene, &other, &absent, root);
                "BlsInvalidSignature"
            }
            Self::OtherCommittee => {
                let other = Committee::derive(77, 0);
                set_absent(scene, &other, &absent);
                scene.update.aggregate_key.0 =
                    crate::beacon::committee::encode_key(&other.aggregate());
                sign(scene, &other, &absent, root);
                "BeaconCommitteeRoot"
            }
            Self::FalseSigner => {
                let place = dice.below(absent.len());
                absent.get(place)?;
                absent.remove(place);
                set_absent(scene, &committee, &absent);
                "BlsInvalidSignature"
            }
            _ => return None,
        }))
    }
}

impl fmt::Display for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AbsentKey(change) => write!(f, "absent key {change:?}"),
            Self::AggregateKey(change) => write!(f, "aggregate key {change:?}"),
            mutation => write!(f, "{mutation:?}"),
        }
    }
}

/// Names the absent members, with their keys and the witness that belong to them.
fn set_absent(scene: &mut Scene, committee: &Committee, absent: &[usize]) {
    scene.update.participation = update::participation(absent);
    scene.update.absent = update::absent_members(committee, absent);
    scene.update.witness = update::witness(committee, absent);
}

fn sign(scene: &mut Scene, committee: &Committee, absent: &[usize], root: B256) {
    scene.update.signature = Signature(encode_signature(&committee.sign(absent, root)));
}

fn flip(word: &mut B256, dice: &mut Dice) {
    word[dice.below(32)] ^= 1 << dice.below(8);
}

fn flip_one(words: &mut [B256], dice: &mut Dice, caused: &'static str) -> &'static str {
    let place = dice.below(words.len());
    if let Some(word) = words.get_mut(place) {
        flip(word, dice);
    }
    caused
}

/// A branch one longer or shorter than it was.
fn resize(branch: &mut Vec<B256>, dice: &mut Dice) -> &'static str {
    if dice.one_in(2) {
        branch.pop();
    } else {
        branch.insert(dice.below(branch.len() + 1), B256::ZERO);
    }
    "SszBranchLength"
}

/// The chain is part of the scene, so that committees and blocks can be asked for.
impl Scene {
    fn committee(&self) -> std::sync::Arc<Committee> {
        let chain: &Chain = &self.chain;
        chain.committee(chain.network().period(self.update.signature_slot))
    }
}
