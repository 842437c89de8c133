//! Mutations of the signature and of who made it: BCN-7, BCN-12, BCN-13.

use super::{Caused, Mutation, Scene, flip, keys};
use crate::{
    beacon::{
        Committee, Network,
        committee::{encode_key, encode_signature},
        update,
    },
    dice::Dice,
};
use alloy_primitives::B256;
use light_client::crypto::Signature;

impl Mutation {
    pub(super) fn apply_to_signature(self, scene: &mut Scene, dice: &mut Dice) -> Option<Caused> {
        let signature = &mut scene.update.signature.0;
        Some(Some(match self {
            Self::SignatureZero => {
                *signature = [0; 192];
                "BlsInfinity"
            }
            Self::SignatureBit => {
                signature[dice.below(192)] ^= 1 << dice.below(8);
                "BlsInvalidPoint"
            }
            Self::SignatureSubgroup => {
                *signature = encode_signature(&keys::outside_subgroup(dice));
                "BlsInvalidPoint"
            }
            Self::SignatureSwapped => {
                for coordinate in signature.chunks_mut(96) {
                    coordinate.rotate_left(48);
                }
                "BlsInvalidPoint"
            }
            Self::SignatureNegated => {
                for half in signature[96..].chunks_mut(48) {
                    half.copy_from_slice(&keys::negate(half));
                }
                "BlsInvalidSignature"
            }
            Self::AttestedBit => {
                let pair = &mut scene.update.pair;
                match dice.below(3) {
                    0 => pair.outer_proposer_index ^= 1 << dice.below(64),
                    1 => flip(&mut pair.outer_parent_root, dice),
                    _ => flip(&mut pair.outer_half, dice),
                }
                "BlsInvalidSignature"
            }
            Self::AttestedBody => {
                let attested = scene.chain.block(scene.update.pair.outer_slot).ok()?;
                scene.update.pair.outer_half = attested.header().body_root;
                "BlsInvalidSignature"
            }
            _ => return self.sign_again(scene, dice),
        }))
    }

    /// The mutations that need the secret keys.
    fn sign_again(self, scene: &mut Scene, dice: &mut Dice) -> Option<Caused> {
        let committee = scene.committee();
        let header = scene.chain.block(scene.update.pair.outer_slot).ok()?.header();
        let network = scene.chain.network();
        let signature_slot = scene.update.signature_slot;
        let version = network.fork(signature_slot - 1).ok()?.version;
        let own_version = network.fork(signature_slot).ok()?.version;
        let root = network.signing_root(&header, version);
        let other_version = network.signing_root(&header, [version[0] ^ 1, 0, 0, 0]);
        let of_signature = network.signing_root(&header, own_version);
        let other_domain = network.signing_root_of_kind(&header, version, [1, 0, 0, 0]);
        let elsewhere =
            Network { genesis_validators_root: B256::repeat_byte(5), ..network.clone() };
        let other_network = elsewhere.signing_root(&header, version);
        let (size, quorum) = (committee.size(), network.quorum());
        let mut absent = scene.absent.clone();
        Some(Some(match self {
            Self::Minority => {
                let missing = size + 1 - usize::try_from(quorum).ok()?;
                absent = (0..missing).collect();
                set_absent(scene, &committee, &absent);
                sign(scene, &committee, &absent, root);
                "BeaconInsufficientParticipation"
            }
            Self::Nobody | Self::Crowd => {
                absent = (0..size).collect();
                set_absent(scene, &committee, &absent);
                if self == Self::Crowd {
                    let member = *scene.update.absent.last()?;
                    scene.update.absent.resize(size + 1 + dice.below(100), member);
                }
                "BeaconInsufficientParticipation"
            }
            Self::OtherVersion | Self::OtherDomain | Self::OtherNetwork => {
                let other = match self {
                    Self::OtherVersion => other_version,
                    Self::OtherDomain => other_domain,
                    _ => other_network,
                };
                sign(scene, &committee, &absent, other);
                "BlsInvalidSignature"
            }
            Self::VersionOfSignature if own_version != version => {
                sign(scene, &committee, &absent, of_signature);
                "BlsInvalidSignature"
            }
            Self::OtherSigners => {
                let other = Committee::derive(dice.below(3) as u64 + 1_000, 0, size as u64);
                sign(scene, &other, &absent, root);
                "BlsInvalidSignature"
            }
            Self::OtherCommittee => {
                let other = Committee::derive(77, 0, size as u64);
                set_absent(scene, &other, &absent);
                scene.update.aggregate_key.0 = encode_key(&other.aggregate());
                sign(scene, &other, &absent, root);
                "BeaconCommitteeRoot"
            }
            Self::FalseSigner => {
                let place = dice.below(absent.len());
                absent.get(place)?;
                absent.remove(place);
                set_absent(scene, &committee, &absent);
                "BlsInvalidSignature"
            }
            _ => return None,
        }))
    }
}

/// Names the absent members, with their keys and the witness that belong to them.
fn set_absent(scene: &mut Scene, committee: &Committee, absent: &[usize]) {
    scene.update.absent = update::absent_members(committee, absent);
    scene.update.witness = update::witness(committee, absent);
}

fn sign(scene: &mut Scene, committee: &Committee, absent: &[usize], root: B256) {
    scene.update.signature = Signature(encode_signature(&committee.sign(absent, root)));
}
