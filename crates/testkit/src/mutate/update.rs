//! Mutations of beacon updates: at least one for every clause of UPD-1 and BCN-1 to BCN-13.

mod absent;
mod bytes;
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
    /// UPD-1: bytes missing at the end.
    Truncated,
    /// UPD-1: bytes too many at the end.
    Extended,
    /// UPD-1: less than every update has.
    Stump,
    /// A count of parts says something else.
    Count,
    /// Some bit.
    AnyBit,
    /// Some bytes replaced by others.
    AnyBytes,
    /// Two words swapped.
    WordsSwapped,
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
    /// BCN-7: one signer too few.
    Minority,
    /// BCN-7: nobody.
    Nobody,
    /// BCN-7: more absent members than there are.
    Crowd,
    /// BCN-13: a bit of the finalized header, slot excepted.
    FinalizedBit,
    /// BCN-13: the finalized state root for the node above it.
    FinalizedState,
    /// BCN-13: a bit of the finality branch.
    FinalityBit,
    /// SSZ-1 under BCN-9.
    FinalityLength,
    /// SSZ-1 under BCN-9: the branch of another field.
    FinalityOfCommittee,
    /// BCN-13: a bit of the execution block hash.
    HashBit,
    /// BCN-13: the execution block of the attested block.
    HashOfAttested,
    /// SSZ-1 under BCN-8: the block that is bid for, by its true branch.
    HashOfBid,
    /// BCN-13: a bit of the execution branch.
    ExecutionBit,
    /// SSZ-1 under BCN-8.
    ExecutionLength,
    /// BCN-13: the block hash and its sibling swapped.
    ExecutionSwapped,
    /// BCN-10: a next committee across periods.
    NextAcross,
    /// BCN-10: a bit of the next committee's root.
    NextBit,
    /// SSZ-1 under BCN-10.
    NextLength,
    /// BCN-10: the current committee.
    NextIsCurrent,
    /// BCN-10: another next committee is known.
    NextConflict,
    /// An absent member is left out.
    AbsentDropped,
    /// BCN-11: an absent member twice.
    AbsentTwice,
    /// BCN-11: out of order.
    AbsentSwapped,
    /// BCN-11: one index for two.
    AbsentRepeated,
    /// BCN-11: no such member.
    AbsentOutside,
    /// A member that signed.
    AbsentSigner,
    /// BCN-12, BLS-2: the key of an absent member.
    AbsentKey(KeyChange),
    /// BCN-12, BLS-2: the aggregate key.
    AggregateKey(KeyChange),
    /// BCN-12: another committee's keys throughout.
    OtherCommittee,
    /// SSZ-2 under BCN-12.
    WitnessShort,
    /// SSZ-2 under BCN-12.
    WitnessLong,
    /// BCN-12: a bit of the witness.
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
    /// BLS-3, at a fork: signed under the version of the signature's own slot.
    VersionOfSignature,
    /// BLS-3: signed as an attestation.
    OtherDomain,
    /// BLS-3: signed for another network.
    OtherNetwork,
    /// BLS-3: signed by another committee.
    OtherSigners,
    /// BLS-3: an absent member is made to have signed.
    FalseSigner,
    /// BLS-3: a bit of what the attested header says about neither state nor slot.
    AttestedBit,
    /// BLS-3: the attested body root for the half of the header above it.
    AttestedBody,
}

/// A mutation was made, and causes an error of this name; `None` if its place decides.
pub type Caused = Option<&'static str>;

impl Mutation {
    /// Those that need no further choice.
    const PLAIN: [Self; 57] = [
        Self::Honest,
        Self::Truncated,
        Self::Extended,
        Self::Stump,
        Self::Count,
        Self::AnyBit,
        Self::AnyBytes,
        Self::WordsSwapped,
        Self::Early,
        Self::SignedAtOnce,
        Self::FinalizedLater,
        Self::NotNewer,
        Self::OldState,
        Self::NextUnknown,
        Self::BeforeForks,
        Self::Minority,
        Self::Nobody,
        Self::Crowd,
        Self::FinalizedBit,
        Self::FinalizedState,
        Self::FinalityBit,
        Self::FinalityLength,
        Self::FinalityOfCommittee,
        Self::HashBit,
        Self::HashOfAttested,
        Self::HashOfBid,
        Self::ExecutionBit,
        Self::ExecutionLength,
        Self::ExecutionSwapped,
        Self::NextAcross,
        Self::NextBit,
        Self::NextLength,
        Self::NextIsCurrent,
        Self::NextConflict,
        Self::AbsentDropped,
        Self::AbsentTwice,
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
        Self::VersionOfSignature,
        Self::OtherDomain,
        Self::OtherNetwork,
        Self::OtherSigners,
        Self::FalseSigner,
        Self::AttestedBit,
        Self::AttestedBody,
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
            Self::Truncated
            | Self::Extended
            | Self::Stump
            | Self::Count
            | Self::AnyBit
            | Self::AnyBytes
            | Self::WordsSwapped => Some(self.apply_to_bytes(scene, dice)),
            Self::Early
            | Self::SignedAtOnce
            | Self::FinalizedLater
            | Self::NotNewer
            | Self::OldState
            | Self::NextUnknown
            | Self::BeforeForks => self.apply_to_times(scene),
            Self::FinalizedBit
            | Self::FinalizedState
            | Self::FinalityBit
            | Self::FinalityLength
            | Self::FinalityOfCommittee
            | Self::HashBit
            | Self::HashOfAttested
            | Self::HashOfBid
            | Self::ExecutionBit
            | Self::ExecutionLength
            | Self::ExecutionSwapped => self.apply_to_branches(scene, dice),
            Self::NextAcross
            | Self::NextBit
            | Self::NextLength
            | Self::NextIsCurrent
            | Self::NextConflict => self.apply_to_next(scene, dice),
            Self::AbsentDropped
            | Self::AbsentTwice
            | Self::AbsentSwapped
            | Self::AbsentRepeated
            | Self::AbsentOutside
            | Self::AbsentSigner => self.apply_to_absent(scene, dice),
            Self::AbsentKey(change) => {
                let place = dice.below(scene.update.absent.len());
                let other = any_key(scene, dice);
                change.apply(&mut scene.update.absent.get_mut(place)?.key, &other)
            }
            Self::AggregateKey(change) => {
                let other = any_key(scene, dice);
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

    /// A header that the update leads to is not the one that was signed: the next committee, if there is one, shows it first.
    const fn other_root(&self) -> &'static str {
        match self.update.next_committee {
            Some(_) => "BeaconNextCommitteeBranch",
            None => "BlsInvalidSignature",
        }
    }
}

fn any_key(scene: &Scene, dice: &mut Dice) -> ark_bls12_381::G1Affine {
    let committee = scene.committee();
    committee.public_key(dice.below(committee.size()))
}

fn flip(word: &mut B256, dice: &mut Dice) {
    word[dice.below(32)] ^= 1 << dice.below(8);
}

/// A bit of one of these words, if there is any.
fn flip_one(words: &mut [B256], dice: &mut Dice) -> Option<()> {
    let place = dice.below(words.len());
    words.get_mut(place).map(|word| flip(word, dice))
}

/// A branch one longer or shorter than it was.
fn resize(branch: &mut Vec<B256>, dice: &mut Dice) -> &'static str {
    if dice.one_in(2) && !branch.is_empty() {
        branch.pop();
    } else {
        branch.insert(dice.below(branch.len() + 1), B256::ZERO);
    }
    "SszBranchLength"
}
