//! Mutations of the bytes, whatever they mean: MAP-1.

use super::{Mutation, Outcome, Scene};
use crate::dice::Dice;

impl Mutation {
    pub(super) fn apply_to_bytes(self, scene: &mut Scene, dice: &mut Dice) -> Outcome {
        let mut bytes = scene.update.encode();
        let all = bytes.len();
        let before_headers = 2 + 64 * usize::from(scene.update.size) + 64;
        let mut outcome = Outcome::Refused("MapUpdateLength");
        match self {
            Self::Truncated => bytes.truncate(all - 1 - dice.below(31)),
            Self::Stump => bytes.truncate(dice.below(before_headers + 2)),
            Self::Extended => {
                let extra = 1 + dice.below(31);
                bytes.extend(dice.bytes(extra));
                if !scene.ends_epoch(scene.numbers.len() - 1) {
                    outcome = Outcome::Refused("MapNotEpochEnd");
                }
            }
            Self::AnyBit => {
                bytes[dice.below(all)] ^= 1 << dice.below(8);
                outcome = Outcome::Open;
            }
            Self::AnyBytes => {
                let at = dice.below(all);
                let end = (at + 1 + dice.below(64)).min(all);
                let other = dice.bytes(end - at);
                bytes[at..end].copy_from_slice(&other);
                outcome = Outcome::Open;
            }
            _ => {
                let (a, b) = (dice.below(all / 32), dice.below(all / 32));
                for place in 0..32 {
                    bytes.swap(32 * a + place, 32 * b + place);
                }
                outcome = Outcome::Open;
            }
        }
        scene.bytes = Some(bytes);
        outcome
    }
}
