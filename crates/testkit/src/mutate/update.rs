//! Mutations of beacon updates: at least one for every clause BCN-1 to BCN-14.

mod absent;
mod headers;
mod keys;
mod scene;
mod signature;

pub use keys::KeyChange;
pub use scene::{Scene, histories, scenes};

use crate::{
    beacon::{Chain, Committee},
    dice::Dice,
};
use alloy_primitives::B256;
use core::fmt;

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
    /// Those that need no further choice.
    const PLAIN: [Self; 44] = [
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

    /// All of them.
    pub fn all() -> Vec<Self> {
        let keys = KeyChange::ALL.into_iter();
        let keys = keys.flat_map(|change| [Self::AbsentKey(change), Self::AggregateKey(change)]);
        Self::PLAIN.into_iter().chain(keys).collect()
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

/// The chain is part of the scene, so that committees and blocks can be asked for.
impl Scene {
    fn committee(&self) -> std::sync::Arc<Committee> {
        let chain: &Chain = &self.chain;
        chain.committee(chain.network().period(self.update.signature_slot))
    }
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
