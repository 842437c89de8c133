//! Mutations of the absent members and their proof: BCN-11, BCN-12.

use super::{Caused, Mutation, Scene, flip_one};
use crate::dice::Dice;
use alloy_primitives::B256;

impl Mutation {
    pub(super) fn apply_to_absent(self, scene: &mut Scene, dice: &mut Dice) -> Option<Caused> {
        let members = scene.committee().size();
        let absent = &mut scene.update.absent;
        let (count, place) = (absent.len(), dice.below(absent.len()));
        let signed = |index: &u16| absent.iter().all(|member| member.index != *index);
        let size = u16::try_from(members).ok()?;
        let signer = (0..size).filter(signed).nth(dice.below(members - count))?;
        let member = absent.get(place).copied();
        Some(Some(match self {
            Self::AbsentDropped => {
                member?;
                absent.remove(place);
                // The witness may be of the right shape nevertheless.
                return Some(None);
            }
            Self::AbsentTwice => {
                absent.insert(place, member?);
                if count == members / 3 {
                    "BeaconInsufficientParticipation"
                } else {
                    "BeaconAbsentIndex"
                }
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
                let outside = *dice.one_of(&[size, size + 1, 2 * size, u16::MAX]);
                absent.get_mut(place)?.index = outside;
                "BeaconAbsentIndex"
            }
            Self::AbsentSigner => {
                absent.get_mut(place)?.index = signer;
                // In order or not.
                return Some(None);
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
            _ => {
                flip_one(witness, dice)?;
                "BeaconCommitteeRoot"
            }
        }))
    }
}
