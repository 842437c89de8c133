//! Mutations of updates of the MAP relay chain: at least one for every clause of BNS-1 to BNS-3 and MAP-1 to MAP-13, and for
//! every field.

mod bytes;
mod header;
mod scene;
mod seal;
mod set;

pub use scene::{FIRST_EPOCH, LAST_EPOCH, Scene, histories};

use crate::dice::Dice;
use ark_bn254::{Fq2, G2Affine};
use ark_ec::AffineRepr;
use core::fmt;

/// What a verifier must say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Yes.
    Accepted,
    /// The error of this name.
    Refused(&'static str),
    /// Whatever follows from the specification: the place of the mutation decides.
    Open,
}

macro_rules! mutations {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// A mutation of an update or of the time.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Mutation {
            $($(#[$doc])* $name,)*
        }

        impl Mutation {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

mutations! {
    /// None.
    Honest,
    /// MAP-1: bytes missing at the end.
    Truncated,
    /// MAP-1 or MAP-13: bytes too many at the end.
    Extended,
    /// MAP-1: less than every update has.
    Stump,
    /// MAP-1: a set, and no header.
    NoHeader,
    /// Some bit.
    AnyBit,
    /// Some bytes replaced by others.
    AnyBytes,
    /// Two words swapped.
    WordsSwapped,
    /// Another number of keys than there are.
    Size,
    /// MAP-5: more keys or fewer, down to none, up to more than any set has.
    SizeWithKeys,
    /// MAP-5: a bit of a key.
    KeyBit,
    /// MAP-5: two keys in each other's place.
    KeysSwapped,
    /// MAP-5: a bit of the sum.
    TotalBit,
    /// MAP-5: another set throughout, which signs.
    OtherSet,
    /// MAP-5: the set of the next epoch.
    NextSet,
    /// MAP-4: an epoch is skipped.
    HeaderDropped,
    /// MAP-4: an epoch ends twice.
    HeaderRepeated,
    /// MAP-4: an epoch whose set is not known yet, or no longer held.
    EpochUnknown,
    /// MAP-13: a header behind one that does not end its epoch.
    NotLast,
    /// RLP under MAP-2: an item that is wrong in one way.
    HeaderRlp,
    /// MAP-2: 10 to 12 items.
    ItemsFew,
    /// MAP-2: 15 to 17 items.
    ItemsMany,
    /// Accepted: what is behind the nonce is not looked at.
    BaseFee,
    /// MAP-3: a block before the fork.
    PreFork,
    /// CLI-2: too late.
    Expired,
    /// Accepted: just in time.
    AlmostExpired,
    /// MAP-6: the time is before that of the last header.
    Future,
    /// Accepted: the time is that of the last header.
    Present,
    /// MAP-6: the newest epoch ends before it has begun.
    TimeBackwards,
    /// Accepted: the newest epoch ends as it begins.
    TimeEqual,
    /// MAP-7: a bit of nobody.
    SignerBeyond,
    /// MAP-8: one signer too few.
    Minority,
    /// Accepted: as few as may sign.
    Fewest,
    /// MAP-8: nobody.
    Nobody,
    /// MAP-9: the round begins with a zero.
    RoundZero,
    /// MAP-9: the round has more than 8 bytes.
    RoundLong,
    /// Accepted: signed in any round.
    RoundAny,
    /// BNS-1: another round than the one signed.
    RoundUnhinted,
    /// BNS-3: the same, with the hints for it.
    RoundOther,
    /// MAP-10: extra data of less than 32 bytes.
    ExtraShort,
    /// MAP-10: an item less in the extra data.
    ExtraFew,
    /// MAP-10: an item more in the extra data.
    ExtraMany,
    /// RLP under MAP-10: an item that is wrong in one way.
    ExtraRlp,
    /// MAP-10: the header as nodes serve it.
    SealKept,
    /// MAP-10: a validator without one of its keys.
    AddedCount,
    /// MAP-11: a change within the epoch.
    ChangeWithin,
    /// BNS-1: no such candidate.
    HintChoice,
    /// BNS-1: another candidate.
    HintOtherChoice,
    /// BNS-1: a bit of the inverse.
    HintInverse,
    /// BNS-1: the inverse and p.
    HintInversePlusP,
    /// BNS-1: the hints in each other's place.
    HintsSwapped,
    /// BNS-1: a bit of a root.
    HintRoot,
    /// BNS-1: a root and p.
    HintRootPlusP,
    /// Accepted: the other root.
    HintRootNegated,
    /// BNS-2: no signature.
    SignatureZero,
    /// BNS-2: no key on G2.
    TwinZero,
    /// BNS-2: a bit of the signature.
    SignatureBit,
    /// BNS-2: a coordinate of the signature and p.
    SignaturePlusP,
    /// BNS-2: a signature next to the curve.
    SignatureOffCurve,
    /// BNS-2: a bit of the key on G2.
    TwinBit,
    /// BNS-2: a coordinate of the key on G2 and p.
    TwinPlusP,
    /// BNS-2: the halves of its coordinates swapped.
    TwinSwapped,
    /// BNS-2: on the twist, outside the subgroup.
    TwinSubgroup,
    /// BNS-3: the negated signature.
    SignatureNegated,
    /// BNS-3: somebody else's key and signature, which fit each other.
    TwinForged,
    /// BNS-3: the key of others.
    TwinOther,
    /// BNS-3: signed as before the fork, by nobody.
    OldHash,
    /// BNS-3: signed in another phase of consensus.
    OtherPhase,
    /// BNS-1: a bit of what nobody reads in the header.
    OtherHash,
    /// BNS-3: the same, with the hints for it.
    OtherHashHinted,
    /// BNS-1 or BNS-3: another key joins than was signed.
    OtherAdded,
    /// BNS-3: a bit too many.
    FalseSigner,
    /// BNS-3: a bit too few.
    FalseAbsent,
    /// MAP-12: nobody is removed.
    RemovedBeyond,
    /// MAP-12: a key that is no point.
    AddedKey,
    /// MAP-12: a key is added twice.
    AddedTwice,
    /// MAP-12: a member is added.
    AddedMember,
    /// MAP-12: a set of nobody.
    SetEmpty,
    /// MAP-12: a set of more than 256.
    SetLarge,
    /// MAP-12, MAP-5: a change to another set than the one held.
    SetConflict,
}

impl Mutation {
    /// Changes a scene; `None` when there is nothing of the kind to change.
    pub fn apply(self, scene: &mut Scene, dice: &mut Dice) -> Option<Outcome> {
        match self {
            Self::Honest => Some(Outcome::Accepted),
            Self::Truncated
            | Self::Extended
            | Self::Stump
            | Self::AnyBit
            | Self::AnyBytes
            | Self::WordsSwapped => Some(self.apply_to_bytes(scene, dice)),
            Self::Size
            | Self::SizeWithKeys
            | Self::KeyBit
            | Self::KeysSwapped
            | Self::TotalBit
            | Self::OtherSet
            | Self::NextSet => self.apply_to_set(scene, dice),
            Self::NoHeader
            | Self::HeaderDropped
            | Self::HeaderRepeated
            | Self::EpochUnknown
            | Self::NotLast => self.apply_to_sequence(scene, dice),
            Self::Expired | Self::AlmostExpired | Self::Future | Self::Present => {
                self.apply_to_time(scene)
            }
            Self::SignerBeyond
            | Self::Minority
            | Self::Fewest
            | Self::Nobody
            | Self::RoundZero
            | Self::RoundLong
            | Self::RoundAny
            | Self::RoundUnhinted
            | Self::RoundOther
            | Self::FalseSigner
            | Self::FalseAbsent => self.apply_to_signers(scene, dice),
            Self::HintChoice
            | Self::HintOtherChoice
            | Self::HintInverse
            | Self::HintInversePlusP
            | Self::HintsSwapped
            | Self::HintRoot
            | Self::HintRootPlusP
            | Self::HintRootNegated => self.apply_to_hints(scene, dice),
            Self::SignatureZero
            | Self::TwinZero
            | Self::SignatureBit
            | Self::SignaturePlusP
            | Self::SignatureOffCurve
            | Self::TwinBit
            | Self::TwinPlusP
            | Self::TwinSwapped
            | Self::TwinSubgroup
            | Self::SignatureNegated
            | Self::TwinForged
            | Self::TwinOther
            | Self::OldHash
            | Self::OtherPhase
            | Self::OtherHash
            | Self::OtherHashHinted
            | Self::OtherAdded => self.apply_to_signature(scene, dice),
            _ => self.apply_to_header(scene, dice),
        }
    }

    fn apply_to_time(self, scene: &mut Scene) -> Option<Outcome> {
        let expiry =
            scene.chain.brought_at(scene.newest).ok()? + scene.chain.network().trusting_period;
        let last = scene.block(scene.numbers.len() - 1)?.execution.time;
        let (now, outcome) = match self {
            Self::Expired => (expiry + 1, Outcome::Refused("ClientExpired")),
            Self::AlmostExpired => (expiry, Outcome::Accepted),
            Self::Future => (last - 1, Outcome::Refused("MapFutureHeader")),
            _ => (last, Outcome::Accepted),
        };
        scene.now = now;
        Some(outcome)
    }
}

impl fmt::Display for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

fn flip(bytes: &mut [u8], dice: &mut Dice) {
    let place = dice.below(bytes.len());
    bytes[place] ^= 1 << dice.below(8);
}

/// a + b, which fits.
fn add(a: &mut [u8], b: &[u8; 32]) {
    let mut carry = 0;
    for (a, b) in a.iter_mut().rev().zip(b.iter().rev()) {
        let sum = u16::from(*a) + u16::from(*b) + carry;
        *a = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
}

/// The point next to one on the curve.
const fn off_curve(point: &mut [u8; 64]) {
    point[63] ^= 1;
}

/// A point of the twist whose order is not the group's.
fn outside_subgroup(dice: &mut Dice) -> G2Affine {
    loop {
        let x = Fq2::new(dice.number().into(), dice.number().into());
        if let Some(point) = G2Affine::get_point_from_x_unchecked(x, dice.one_in(2))
            && !point.is_in_correct_subgroup_assuming_on_curve()
            && !point.is_zero()
        {
            return point;
        }
    }
}
