//! Keys and points that are wrong in one way each.

use super::Caused;
use crate::{beacon::committee::encode_key, dice::Dice};
use ark_bls12_381::{Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use light_client::crypto::{MODULUS, PublicKey};

/// A change of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyChange {
    /// y becomes p − y: the negated key.
    Negated,
    /// x + p: the same point to who reduces.
    XPlusP,
    /// y + p: the same point to who reduces.
    YPlusP,
    /// Next to the curve, with the same compressed form.
    OffCurve,
    /// The key of another member.
    Other,
    /// All zero.
    Zero,
    /// All ones.
    Ones,
}

impl KeyChange {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Negated,
        Self::XPlusP,
        Self::YPlusP,
        Self::OffCurve,
        Self::Other,
        Self::Zero,
        Self::Ones,
    ];

    pub(super) fn apply(self, key: &mut PublicKey, other: &G1Affine) -> Option<Caused> {
        let (x, y) = key.0.split_at_mut(48);
        match self {
            Self::Negated => y.copy_from_slice(&negate(y)),
            Self::XPlusP => x.copy_from_slice(&add(x, &MODULUS)),
            Self::YPlusP => {
                y.copy_from_slice(&add(y, &MODULUS));
                // The form that is compared may be the same: then it is no point.
                return Some(None);
            }
            Self::OffCurve => {
                // y ± 1 stays on its side of (p − 1) / 2 but for two values of 2³⁸⁰.
                y[47] ^= 1;
                return Some(Some("BlsInvalidPoint"));
            }
            Self::Other => {
                let other = encode_key(other);
                if key.0 == other {
                    return None;
                }
                key.0 = other;
            }
            Self::Zero => key.0 = [0; 96],
            Self::Ones => key.0 = [0xff; 96],
        }
        Some(Some("BeaconCommitteeRoot"))
    }
}

/// p − y.
pub(super) fn negate(y: &[u8]) -> [u8; 48] {
    let mut out = [0; 48];
    let mut borrow = 0;
    for place in (0..48).rev() {
        let difference = 256 + u16::from(MODULUS[place]) - u16::from(y[place]) - borrow;
        out[place] = difference.to_le_bytes()[0];
        borrow = u16::from(difference < 256);
    }
    out
}

/// a + b, which fits.
fn add(a: &[u8], b: &[u8; 48]) -> [u8; 48] {
    let mut out = [0; 48];
    let mut carry = 0;
    for place in (0..48).rev() {
        let sum = u16::from(a[place]) + u16::from(b[place]) + carry;
        out[place] = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    out
}

/// A point of the twist whose order is not the group's.
pub(super) fn outside_subgroup(dice: &mut Dice) -> G2Affine {
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
