//! Mutations of seals: MAP-7 to MAP-9, BNS-1 to BNS-3.

use super::{Mutation, Outcome, Scene, add, flip, off_curve, outside_subgroup};
use crate::{
    dice::Dice,
    map::{
        Sealed, Set, Validator,
        block::{commit_message, minimal},
        curve::{MODULUS, encode_g1, encode_g2, hash_to_g1, negate},
    },
};
use alloy_primitives::keccak256;
use ark_bn254::{Fr, G1Projective};
use ark_ff::PrimeField;

const SIGNATURE: Outcome = Outcome::Refused("Bn254InvalidSignature");
const POINT: Outcome = Outcome::Refused("Bn254InvalidPoint");
const INVERSE: Outcome = Outcome::Refused("Bn254HintInverse");
const ROOT: Outcome = Outcome::Refused("Bn254HintRoot");

impl Mutation {
    pub(super) fn apply_to_signers(self, scene: &mut Scene, dice: &mut Dice) -> Option<Outcome> {
        let at = dice.below(scene.numbers.len());
        let block = scene.block(at)?;
        let (set, signers) = (block.set().clone(), block.seal().signers.clone());
        let sealed = scene.update.headers.get_mut(at)?;
        Some(match self {
            Self::SignerBeyond => {
                let bit = set.size() + dice.below((8 - set.size() % 8) % 8);
                if set.size().is_multiple_of(8) {
                    return None;
                }
                let place = sealed.signers.len() - 1 - bit / 8;
                sealed.signers[place] |= 1 << (bit % 8);
                Outcome::Refused("MapBitBeyondSet")
            }
            Self::Minority => {
                let few: Vec<usize> = set.fewest().split_last()?.1.to_vec();
                *sealed = Sealed::sign(&set, &few, sealed.header.clone(), sealed.round.clone());
                Outcome::Refused("MapQuorum")
            }
            Self::Fewest => {
                let few = set.fewest();
                *sealed = Sealed::sign(&set, &few, sealed.header.clone(), sealed.round.clone());
                Outcome::Accepted
            }
            Self::Nobody => {
                sealed.signers.fill(0);
                Outcome::Refused("MapQuorum")
            }
            Self::FalseSigner => {
                let absent = (0..set.size()).find(|place| !signers.contains(place))?;
                sealed.signers = set.bitmap(&[&signers[..], &[absent]].concat());
                SIGNATURE
            }
            Self::FalseAbsent => {
                if signers.len() == set.quorum() {
                    return None;
                }
                sealed.signers = set.bitmap(signers.split_last()?.1);
                SIGNATURE
            }
            Self::RoundZero => {
                let round = [&[0], &sealed.round[..]].concat();
                *sealed = Sealed::sign(&set, &signers, sealed.header.clone(), round);
                Outcome::Refused("MapNonMinimalRound")
            }
            Self::RoundLong => {
                let length = 9 + dice.below(247);
                let round = [vec![1], dice.bytes(length - 1)].concat();
                *sealed = Sealed::sign(&set, &signers, sealed.header.clone(), round);
                Outcome::Refused("MapNonMinimalRound")
            }
            Self::RoundAny => {
                let round = minimal(dice.number() >> dice.below(64));
                *sealed = Sealed::sign(&set, &signers, sealed.header.clone(), round);
                Outcome::Accepted
            }
            Self::RoundUnhinted => {
                sealed.round = other_round(&sealed.round, dice);
                INVERSE
            }
            Self::RoundOther => {
                sealed.round = other_round(&sealed.round, dice);
                rehint(sealed);
                SIGNATURE
            }
            _ => return None,
        })
    }

    pub(super) fn apply_to_hints(self, scene: &mut Scene, dice: &mut Dice) -> Option<Outcome> {
        let at = dice.below(scene.numbers.len());
        let sealed = scene.update.headers.get_mut(at)?;
        let position = dice.below(2);
        let hint = sealed.hints.get_mut(position)?;
        let place = dice.below(hint.words.len());
        Some(match self {
            Self::HintChoice => {
                hint.choice = *dice.one_of(&[0, 4, 5, 128, 255]);
                Outcome::Refused("Bn254HintChoice")
            }
            Self::HintOtherChoice => {
                let choice = 1 + (hint.choice + u8::from(dice.one_in(2))) % 3;
                hint.choice = choice;
                hint.words.resize(usize::from(choice), *hint.words.last()?);
                ROOT
            }
            Self::HintInverse => {
                flip(&mut hint.inverse, dice);
                INVERSE
            }
            Self::HintInversePlusP => {
                add(&mut hint.inverse, &MODULUS);
                INVERSE
            }
            Self::HintsSwapped => {
                sealed.hints.swap(0, 1);
                INVERSE
            }
            Self::HintRoot => {
                flip(hint.words.get_mut(place)?, dice);
                ROOT
            }
            Self::HintRootPlusP => {
                add(hint.words.get_mut(place)?, &MODULUS);
                ROOT
            }
            // Either root will do.
            Self::HintRootNegated => {
                let word = hint.words.get_mut(place)?;
                *word = negate(word);
                Outcome::Accepted
            }
            _ => return None,
        })
    }

    pub(super) fn apply_to_signature(self, scene: &mut Scene, dice: &mut Dice) -> Option<Outcome> {
        let at = dice.below(scene.numbers.len());
        let block = scene.block(at)?;
        let (set, signers) = (block.set().clone(), block.seal().signers.clone());
        let hash = block.hash();
        let sealed = scene.update.headers.get_mut(at)?;
        Some(match self {
            Self::SignatureZero => {
                sealed.signature = [0; 64];
                Outcome::Refused("Bn254Infinity")
            }
            Self::TwinZero => {
                sealed.aggregate = [0; 128];
                Outcome::Refused("Bn254Infinity")
            }
            Self::SignatureBit => {
                flip(&mut sealed.signature, dice);
                POINT
            }
            Self::SignaturePlusP => {
                add(&mut sealed.signature[32 * dice.below(2)..][..32], &MODULUS);
                POINT
            }
            Self::SignatureOffCurve => {
                off_curve(&mut sealed.signature);
                POINT
            }
            Self::TwinBit => {
                flip(&mut sealed.aggregate, dice);
                POINT
            }
            Self::TwinPlusP => {
                add(&mut sealed.aggregate[32 * dice.below(4)..][..32], &MODULUS);
                POINT
            }
            Self::TwinSwapped => {
                sealed.aggregate.as_chunks_mut::<64>().0.iter_mut().for_each(|c| c.rotate_left(32));
                POINT
            }
            Self::TwinSubgroup => {
                sealed.aggregate = encode_g2(&outside_subgroup(dice));
                POINT
            }
            Self::SignatureNegated => {
                let y = negate(sealed.signature.last_chunk()?);
                sealed.signature[32..].copy_from_slice(&y);
                SIGNATURE
            }
            // A key and a signature that fit each other, but not the signers.
            Self::TwinForged => {
                let forger = Set::derive(dice.number(), 1);
                let forged = forger.sign(&[0], &commit_message(hash, &sealed.round));
                (sealed.signature, sealed.aggregate) = (forged.signature, forged.aggregate);
                SIGNATURE
            }
            Self::TwinOther => {
                let others: Vec<usize> =
                    (0..set.size()).filter(|place| !signers.contains(place)).collect();
                let others = if others.is_empty() { vec![0] } else { others };
                sealed.aggregate = set.sign(&others, b"").aggregate;
                SIGNATURE
            }
            // Before the fork messages were keccak256(m) · G₁: what anybody can sign who knows the keys.
            Self::OldHash => {
                sealed.signature = old_signature(&set, &signers, sealed);
                SIGNATURE
            }
            Self::OtherPhase => {
                let mut message = commit_message(hash, &sealed.round);
                *message.last_mut()? = *dice.one_of(&[0, 1, 3]);
                sealed.signature = set.sign(&signers, &message).signature;
                SIGNATURE
            }
            Self::OtherHash => {
                flip(&mut sealed.header[60..80], dice);
                INVERSE
            }
            Self::OtherHashHinted => {
                flip(&mut sealed.header[60..80], dice);
                rehint(sealed);
                SIGNATURE
            }
            // Who joins is changed, and nobody has signed that.
            Self::OtherAdded => {
                let added = block_added(scene, at)?;
                let sealed = scene.update.headers.get_mut(at)?;
                let place = sealed.header.windows(64).position(|window| window == added)?;
                let other = Validator::derive(77, dice.number()).g1();
                sealed.header.get_mut(place..place + 64)?.copy_from_slice(&other);
                if dice.one_in(2) {
                    return Some(INVERSE);
                }
                rehint(sealed);
                SIGNATURE
            }
            _ => return None,
        })
    }
}

fn block_added(scene: &Scene, at: usize) -> Option<[u8; 64]> {
    Some(scene.block(at)?.added.first()?.g1())
}

/// Another round, as minimal as the one there was.
fn other_round(round: &[u8], dice: &mut Dice) -> Vec<u8> {
    let other = minimal(1 + dice.number() % 1000);
    if other == round { Vec::new() } else { other }
}

/// Hints for what the bytes now say, so that the signature alone is wrong.
fn rehint(sealed: &mut Sealed) {
    let message = commit_message(keccak256(&sealed.header), &sealed.round);
    sealed.hints = hash_to_g1(&message).1;
}

/// keccak256(m) · P, made without any secret.
fn old_signature(set: &Set, signers: &[usize], sealed: &Sealed) -> [u8; 64] {
    let message = commit_message(keccak256(&sealed.header), &sealed.round);
    let exponent = Fr::from_be_bytes_mod_order(keccak256(message).as_slice());
    let keys = signers.iter().filter_map(|place| set.validators().get(*place));
    let sum: G1Projective = keys.map(|member| G1Projective::from(member.point())).sum();
    encode_g1(&(sum * exponent).into())
}
