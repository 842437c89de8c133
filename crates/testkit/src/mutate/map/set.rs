//! Mutations of the set that an update carries, and of which headers it has: MAP-1, MAP-4, MAP-5, MAP-13.

use super::{Mutation, Outcome, Scene, flip};
use crate::{
    dice::Dice,
    map::{Sealed, Set},
};

const COMMITMENT: Outcome = Outcome::Refused("MapSetCommitment");
const UNKNOWN: Outcome = Outcome::Refused("MapUnknownEpoch");

impl Mutation {
    pub(super) fn apply_to_set(self, scene: &mut Scene, dice: &mut Dice) -> Option<Outcome> {
        let size = scene.update.keys.len();
        let outcome = match self {
            Self::Size => {
                scene.update.size =
                    *dice.one_of(&[0, 1, 255, 256, 257, u16::MAX, scene.update.size + 1]);
                Outcome::Open
            }
            Self::SizeWithKeys => {
                let other = *dice.one_of(&[0, size - 1, size + 1, 256, 257, 300]);
                let last = *scene.update.keys.last()?;
                scene.update.size = u16::try_from(other).ok()?;
                scene.update.keys.resize(other, last);
                scene.update.headers.first_mut()?.signers.resize(other.div_ceil(8), 0);
                COMMITMENT
            }
            Self::KeyBit => {
                flip(scene.update.keys.get_mut(dice.below(size))?, dice);
                COMMITMENT
            }
            Self::KeysSwapped => {
                let (a, b) = (dice.below(size), dice.below(size));
                scene.update.keys.swap(a, b);
                if a == b {
                    return None;
                }
                COMMITMENT
            }
            Self::TotalBit => {
                flip(&mut scene.update.total, dice);
                COMMITMENT
            }
            // Nobody but the holders of these keys has signed.
            Self::OtherSet => {
                let other = Set::derive(99, size as u64);
                let block = scene.block(0)?;
                let (header, signers) = (block.rlp_as_hashed(), other.fewest());
                let round = scene.update.headers.first()?.round.clone();
                let sealed = Sealed::sign(&other, &signers, header, round);
                (scene.update.keys, scene.update.total) = (other.keys(), other.total());
                *scene.update.headers.first_mut()? = sealed;
                COMMITMENT
            }
            // Both sets are known to the client, but one of them is the first header's.
            _ => {
                let epoch = scene.epoch(0);
                let other = scene.chain.set(epoch + 1).ok()?;
                let (keys, total) = (other.keys(), other.total());
                if keys == scene.update.keys || keys.len().div_ceil(8) != size.div_ceil(8) {
                    return None;
                }
                scene.update.size = u16::try_from(keys.len()).ok()?;
                (scene.update.keys, scene.update.total) = (keys, total);
                COMMITMENT
            }
        };
        Some(outcome)
    }

    pub(super) fn apply_to_sequence(self, scene: &mut Scene, dice: &mut Dice) -> Option<Outcome> {
        let count = scene.numbers.len();
        Some(match self {
            Self::NoHeader => {
                scene.update.headers.clear();
                Outcome::Refused("MapUpdateLength")
            }
            Self::HeaderDropped if count > 2 => {
                let at = 1 + dice.below(count - 2);
                let bitmap =
                    |at: usize| scene.update.headers.get(at).map(|header| header.signers.len());
                if bitmap(at) != bitmap(at + 1) {
                    return None;
                }
                scene.update.headers.remove(at);
                UNKNOWN
            }
            Self::HeaderRepeated => {
                let at = (0..count).rev().find(|at| scene.ends_epoch(*at))?;
                let next = scene.chain.set(scene.epoch(at) + 1).ok()?.size();
                let again = scene.update.headers.get(at)?.clone();
                if again.signers.len() != next.div_ceil(8) {
                    return None;
                }
                scene.update.headers.insert(at + 1, again);
                UNKNOWN
            }
            Self::EpochUnknown => {
                // The one after the newest, or one that is no longer held.
                let old = Scene::oldest(scene.newest).checked_sub(1).filter(|_| dice.one_in(2));
                let epoch = old.unwrap_or(scene.newest + 1);
                let number = scene.chain.network().last_block(epoch);
                let other = Scene::of(&scene.chain, scene.newest, epoch, number, dice).ok()?;
                *scene = other;
                UNKNOWN
            }
            Self::NotLast => {
                let last = count - 1;
                if scene.ends_epoch(last) {
                    return None;
                }
                let again = scene.update.headers.get(last)?.clone();
                scene.update.headers.push(again);
                Outcome::Refused("MapNotEpochEnd")
            }
            _ => return None,
        })
    }
}
