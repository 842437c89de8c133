//! Mutations of headers, all of them signed as if a dishonest quorum had made them: MAP-2, MAP-3, MAP-6, MAP-10 to MAP-12.

use super::{Mutation, Outcome, Scene, off_curve};
use crate::{
    dice::Dice,
    map::{
        block::{minimal, with_vanity},
        curve::MODULUS,
        validator::Validator,
    },
    rlp::{self, Rlp},
};

/// Places of items in a header.
const NUMBER: usize = 6;
const TIME: usize = 9;
const EXTRA: usize = 10;

impl Mutation {
    pub(super) fn apply_to_header(self, scene: &mut Scene, dice: &mut Dice) -> Option<Outcome> {
        let at = dice.below(scene.numbers.len());
        let mut tree = scene.block(at)?.items();
        let items = tree.items()?;
        let outcome = match self {
            Self::HeaderRlp => {
                let mutation = *dice.one_of(&rlp::Mutation::ALL);
                let place = dice.below(tree.count());
                mutation.apply(tree.at(place)?, dice).then_some(Outcome::Open)?
            }
            Self::ItemsFew => {
                items.truncate(12 - dice.below(3));
                Outcome::Refused("MapItemCount")
            }
            Self::ItemsMany => {
                items.resize(15 + dice.below(3), Rlp::integer(1));
                Outcome::Refused("MapItemCount")
            }
            Self::BaseFee => {
                // A header of the other length, or with a base fee that nobody reads.
                match dice.below(2) {
                    0 => items.truncate(13),
                    _ => *items.get_mut(13)? = Rlp::bytes(dice.bytes(33)),
                }
                Outcome::Accepted
            }
            Self::PreFork => {
                let fork = scene.chain.network().fork_height;
                *items.get_mut(NUMBER)? = Rlp::String(minimal(fork - 1 - dice.below(3) as u64));
                Outcome::Refused("MapPreFork")
            }
            Self::TimeBackwards => {
                let newest = scene.newest;
                if scene.epoch(at) != newest || !scene.ends_epoch(at) {
                    return None;
                }
                let brought_at = scene.chain.brought_at(newest).ok()?;
                *items.get_mut(TIME)? = Rlp::integer(brought_at - 1);
                Outcome::Refused("MapTimeBackwards")
            }
            Self::TimeEqual => {
                if scene.epoch(at) != scene.newest || !scene.ends_epoch(at) {
                    return None;
                }
                *items.get_mut(TIME)? = Rlp::integer(scene.chain.brought_at(scene.newest).ok()?);
                Outcome::Accepted
            }
            Self::ExtraShort => {
                *items.get_mut(EXTRA)? = Rlp::bytes(dice.bytes(31));
                Outcome::Refused("MapExtraLength")
            }
            Self::SealKept => {
                let full = Rlp::decode(&scene.block(at)?.rlp())?;
                tree = full;
                Outcome::Refused("MapSealNotEmpty")
            }
            _ => {
                let mut extra = scene.block(at)?.extra_items();
                let outcome = self.apply_to_extra(scene, at, &mut extra, dice)?;
                *items.get_mut(EXTRA)? = Rlp::String(with_vanity(&extra));
                outcome
            }
        };
        scene.resign(at, tree.encode())?;
        // A changed set that is accepted has no more headers behind it: they would be another set's.
        Some(outcome)
    }

    fn apply_to_extra(
        self,
        scene: &Scene,
        at: usize,
        extra: &mut Rlp,
        dice: &mut Dice,
    ) -> Option<Outcome> {
        let size = scene.block(at)?.set().size();
        let ends = scene.ends_epoch(at);
        let items = extra.items()?;
        if self == Self::ExtraRlp {
            let mutation = *dice.one_of(&rlp::Mutation::ALL);
            let place = dice.below(extra.count());
            return mutation.apply(extra.at(place)?, dice).then_some(Outcome::Open);
        }
        let outcome = match self {
            Self::ExtraFew => {
                items.pop();
                "MapExtraItemCount"
            }
            Self::ExtraMany => {
                items.push(Rlp::integer(dice.number()));
                "MapExtraItemCount"
            }
            Self::AddedCount => {
                let length = *dice.one_of(&[(0, 20), (1, 128), (2, 64)]);
                items.get_mut(length.0)?.items()?.push(Rlp::bytes(dice.bytes(length.1)));
                "MapAddedCount"
            }
            Self::ChangeWithin if !ends => {
                if dice.one_in(2) {
                    *items.get_mut(3)? = Rlp::integer(1);
                } else {
                    add(items, &[any_validator(dice).g1()]);
                }
                "MapChangeWithinEpoch"
            }
            Self::RemovedBeyond if ends => {
                let mut bitmap = [0; 32];
                let bit = size + dice.below(256 - size);
                bitmap[31 - bit / 8] = 1 << (bit % 8);
                *items.get_mut(3)? = Rlp::String(bitmap[31 - bit / 8..].to_vec());
                "MapBitBeyondSet"
            }
            Self::AddedKey if ends => {
                let mut key = any_validator(dice).g1();
                match dice.below(5) {
                    0 => key = [0; 64],
                    1 => key = [0xff; 64],
                    2 => super::add(&mut key[..32], &MODULUS),
                    3 => super::add(&mut key[32..], &MODULUS),
                    _ => off_curve(&mut key),
                }
                add(items, &[key]);
                "MapInvalidKey"
            }
            Self::AddedTwice if ends => {
                let key = any_validator(dice).g1();
                add(items, &[key, any_validator(dice).g1(), key]);
                "MapDuplicateKey"
            }
            Self::AddedMember if ends => {
                *items.get_mut(3)? = Rlp::String(Vec::new());
                let member = scene.block(at)?.set().validators()[dice.below(size)].g1();
                *items.get_mut(2)? = Rlp::List(Vec::new());
                *items.get_mut(1)? = Rlp::List(Vec::new());
                *items.get_mut(0)? = Rlp::List(Vec::new());
                add(items, &[any_validator(dice).g1(), member]);
                "MapDuplicateKey"
            }
            Self::SetEmpty if ends => {
                let mut bitmap = vec![0xff; size.div_ceil(8)];
                if size % 8 > 0 {
                    bitmap[0] = (1 << (size % 8)) - 1;
                }
                *items.get_mut(3)? = Rlp::String(bitmap);
                for list in items.get_mut(..3)? {
                    *list = Rlp::List(Vec::new());
                }
                "MapSetSize"
            }
            Self::SetLarge if ends => {
                // Not one of them is a key: nobody gets to look.
                let count = 257 - size + dice.below(20);
                *items.get_mut(3)? = Rlp::String(Vec::new());
                for (list, length) in items.iter_mut().zip([20, 128, 64]) {
                    *list = Rlp::List(vec![Rlp::bytes(vec![1; length]); count]);
                }
                "MapSetSize"
            }
            Self::SetConflict if ends && scene.epoch(at) < scene.newest => {
                add(items, &[any_validator(dice).g1()]);
                "MapSetCommitment"
            }
            _ => return None,
        };
        Some(Outcome::Refused(outcome))
    }
}

/// A key that is in no set of any history.
fn any_validator(dice: &mut Dice) -> Validator {
    Validator::derive(1_000_000, dice.number())
}

/// Appends validators with these keys on G1; their addresses and keys on G2 are looked at by nobody.
fn add(items: &mut [Rlp], keys: &[[u8; 64]]) {
    for key in keys {
        let parts: [&[u8]; 3] = [&[1; 20], &[2; 128], key];
        for (list, part) in items.iter_mut().zip(parts) {
            if let Some(list) = list.items() {
                list.push(Rlp::bytes(part));
            }
        }
    }
}
