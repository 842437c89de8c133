//! Mutations of the signature and of who made it: BCN-7, BCN-13, BCN-14.

use super::{Caused, Mutation, Scene, flip, keys};
use crate::{
    beacon::{
        Committee,
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
                match dice.below(3) {
                    0 => scene.update.attested.proposer_index ^= 1 << dice.below(64),
                    1 => flip(&mut scene.update.attested.parent_root, dice),
                    _ => flip(&mut scene.update.attested.body_root, dice),
                }
                "BlsInvalidSignature"
            }
            Self::AttestedState => {
                flip(&mut scene.update.attested.state_root, dice);
                "BeaconFinalityBranch"
            }
            _ => return self.sign_again(scene, dice),
        }))
    }

    /// The mutations that need the secret keys.
    fn sign_again(self, scene: &mut Scene, dice: &mut Dice) -> Option<Caused> {
        let committee = scene.committee();
        let header = scene.update.attested;
        let version = scene.chain.network().fork(scene.update.signature_slot - 1).ok()?.version;
        let root = scene.chain.network().signing_root(&header, version);
        let mut absent = scene.absent.clone();
        Some(Some(match self {
            Self::Minority | Self::Nobody => {
                let fewer = if self == Self::Nobody { 512 } else { 171 };
                absent = (0..fewer).collect();
                set_absent(scene, &committee, &absent);
                let signers = if fewer == 512 { &[] } else { absent.as_slice() };
                sign(scene, &committee, signers, root);
                "BeaconInsufficientParticipation"
            }
            Self::OtherVersion => {
                let other = scene.chain.network().signing_root(&header, [version[0] ^ 1, 0, 0, 0]);
                sign(scene, &committee, &absent, other);
                "BlsInvalidSignature"
            }
            Self::OtherSigners => {
                let other = Committee::derive(dice.number(), 0);
                sign(scene, &other, &absent, root);
                "BlsInvalidSignature"
            }
            Self::OtherCommittee => {
                let other = Committee::derive(77, 0);
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
    scene.update.participation = update::participation(absent);
    scene.update.absent = update::absent_members(committee, absent);
    scene.update.witness = update::witness(committee, absent);
}

fn sign(scene: &mut Scene, committee: &Committee, absent: &[usize], root: B256) {
    scene.update.signature = Signature(encode_signature(&committee.sign(absent, root)));
}
