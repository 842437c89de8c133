//! Mutations of the packed bytes, whatever they mean: UPD-1.

use super::{Caused, Mutation, Scene};
use crate::dice::Dice;

/// Length of the parts that every update has, and where the counts of the others are.
const FIXED: usize = 461;
const COUNTS: usize = 168;

impl Mutation {
    pub(super) fn apply_to_bytes(self, scene: &mut Scene, dice: &mut Dice) -> Caused {
        let mut bytes = scene.update.encode();
        let all = bytes.len();
        let caused = match self {
            Self::Truncated => {
                bytes.truncate(all - 1 - dice.below(31));
                Some("BeaconUpdateLength")
            }
            Self::Extended => {
                let extra = 1 + dice.below(31);
                bytes.extend(dice.bytes(extra));
                Some("BeaconUpdateLength")
            }
            Self::Stump => {
                bytes.truncate(dice.below(FIXED));
                Some("BeaconUpdateLength")
            }
            Self::Count => {
                bytes[COUNTS + dice.below(5)] ^= 1 << dice.below(8);
                None
            }
            Self::AnyBit => {
                bytes[dice.below(all)] ^= 1 << dice.below(8);
                None
            }
            Self::AnyBytes => {
                let at = dice.below(all);
                let end = (at + 1 + dice.below(64)).min(all);
                let other = dice.bytes(end - at);
                bytes[at..end].copy_from_slice(&other);
                None
            }
            _ => {
                let words = (all - 32) / 32;
                let (a, b) = (32 * dice.below(words), 32 * dice.below(words));
                for place in 0..32 {
                    bytes.swap(all - 1 - a - place, all - 1 - b - place);
                }
                None
            }
        };
        scene.bytes = Some(bytes);
        caused
    }
}
