//! Mutations of the absent members and their proof: BCN-11 to BCN-13.

use super::{Caused, Mutation, Scene, flip_one};
use crate::dice::Dice;
use alloy_primitives::B256;

impl Mutation {
    pub(super) fn apply_to_absent(self, scene: &mut Scene, dice: &mut Dice) -> Option<Caused> {
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

    pub(super) fn apply_to_witness(
        self,
        witness: &mut Vec<B256>,
        dice: &mut Dice,
    ) -> Option<Caused> {
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
}
