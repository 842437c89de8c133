//! BLS-1 to BLS-3: keys and signatures that need not belong to any committee.

use crate::session::{Session, artifact, cases};
use alloy_primitives::{B256, Bytes};
use alloy_sol_types::SolValue;
use ark_bls12_381::{Fq, Fr, G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{PrimeField, Zero};
use bindings::Revert;
use light_client::crypto::{Bls, DefaultBls, PublicKey, Signature};
use testkit::{
    beacon::committee::{encode_key, encode_signature, hash_to_g2},
    dice::Dice,
};

/// What is wrong with an equation.
#[derive(Clone, Copy, Debug)]
enum Mutation {
    Honest,
    OtherMessage,
    OtherKey,
    SignatureZero,
    SignatureBit,
    KeyBit,
    KeyZero,
    AggregateZero,
    AggregateBit,
    /// A − ΣB is the identity.
    NobodyLeft,
    /// The identity, with a signature that is no point: which is found first?
    NobodyLeftBadSignature,
    /// The sum is outside the subgroup.
    SumOutside,
    /// Two keys are outside the subgroup, and their sum is not.
    OutsideInside,
    /// The aggregate is an absent key: G1ADD has to double, or to cancel.
    Doubled,
}

const ALL: [Mutation; 14] = [
    Mutation::Honest,
    Mutation::OtherMessage,
    Mutation::OtherKey,
    Mutation::SignatureZero,
    Mutation::SignatureBit,
    Mutation::KeyBit,
    Mutation::KeyZero,
    Mutation::AggregateZero,
    Mutation::AggregateBit,
    Mutation::NobodyLeft,
    Mutation::NobodyLeftBadSignature,
    Mutation::SumOutside,
    Mutation::OutsideInside,
    Mutation::Doubled,
];

impl core::fmt::Display for Mutation {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{self:?}")
    }
}

struct Equation {
    aggregate: [u8; 96],
    absent: Vec<[u8; 96]>,
    message: B256,
    signature: [u8; 192],
}

#[test]
fn h8_signatures() {
    let mut session = Session::new("bls");
    let to = session.harnesses(&["BeaconHarness", "BeaconReferenceHarness"]);
    let selector = artifact("BeaconHarness").selector("verifyComplement");
    for round in 0..(cases() / 20).max(ALL.len()) {
        let mutation = ALL[round % ALL.len()];
        let Some(equation) = equation(mutation, &mut session.dice) else { continue };
        let Equation { aggregate, absent, message, signature } = equation;
        let keys: Vec<PublicKey> = absent.into_iter().map(PublicKey).collect();
        let (aggregate, signature) = (PublicKey(aggregate), Signature(signature));
        let absent: Vec<[B256; 3]> = keys.iter().map(|key| words(&key.0)).collect();
        let rust = DefaultBls::default().verify_complement(&aggregate, keys, &message, &signature);
        let call = (words::<3>(&aggregate.0), absent, message, words::<6>(&signature.0));
        let data = [&selector[..], &call.abi_encode_params()].concat();
        let rust = rust.map(|()| Bytes::new()).map_err(Revert::from);
        session.compare_encoded(&to, mutation, &data, rust);
    }
    session.finish();
}

/// A signature by one of a few keys, and what is spoilt about it.
fn equation(mutation: Mutation, dice: &mut Dice) -> Option<Equation> {
    let secret = |dice: &mut Dice| Fr::from_be_bytes_mod_order(&dice.bytes(32));
    let (signer, message) = (secret(dice), B256::from_slice(&dice.bytes(32)));
    let count = dice.below(4);
    let mut absent: Vec<G1Projective> =
        (0..count).map(|_| G1Affine::generator() * secret(dice)).collect();
    let signing = G1Affine::generator() * signer;
    let mut aggregate = signing + absent.iter().sum::<G1Projective>();
    match mutation {
        Mutation::NobodyLeft | Mutation::NobodyLeftBadSignature => {
            absent.push(signing);
        }
        Mutation::SumOutside => aggregate += outside_subgroup(dice),
        Mutation::OutsideInside => {
            let outside = outside_subgroup(dice);
            absent.extend([signing + outside, signing - outside]);
            aggregate += signing + signing;
        }
        Mutation::Doubled => {
            let key = *absent.first()?;
            absent = vec![key, key];
            aggregate = key + key + signing;
        }
        Mutation::OtherKey => absent.push(G1Affine::generator() * secret(dice)),
        _ => {}
    }
    if aggregate.is_zero() {
        return None;
    }
    let signature = (hash_to_g2(message) * signer).into_affine();
    let mut equation = Equation {
        aggregate: encode_key(&aggregate.into_affine()),
        absent: absent.iter().map(|key| encode_key(&key.into_affine())).collect(),
        message,
        signature: encode_signature(&signature),
    };
    spoil(mutation, &mut equation, dice).then_some(equation)
}

fn spoil(mutation: Mutation, equation: &mut Equation, dice: &mut Dice) -> bool {
    let (place, bit) = (dice.below(96), 1 << dice.below(8));
    let key = dice.below(equation.absent.len());
    match mutation {
        Mutation::OtherMessage => equation.message[place % 32] ^= bit,
        Mutation::SignatureZero => equation.signature = [0; 192],
        Mutation::SignatureBit | Mutation::NobodyLeftBadSignature => {
            equation.signature[2 * place] ^= bit;
        }
        Mutation::AggregateZero => equation.aggregate = [0; 96],
        Mutation::AggregateBit => equation.aggregate[place] ^= bit,
        Mutation::KeyBit | Mutation::KeyZero => {
            let Some(key) = equation.absent.get_mut(key) else { return false };
            if matches!(mutation, Mutation::KeyZero) {
                *key = [0; 96];
            } else {
                key[place] ^= bit;
            }
        }
        _ => {}
    }
    true
}

/// A point of the curve whose order is not the group's.
fn outside_subgroup(dice: &mut Dice) -> G1Affine {
    loop {
        let x = Fq::from_be_bytes_mod_order(&dice.bytes(48));
        if let Some(point) = G1Affine::get_point_from_x_unchecked(x, true)
            && !point.is_in_correct_subgroup_assuming_on_curve()
        {
            return point;
        }
    }
}

fn words<const N: usize>(bytes: &[u8]) -> [B256; N] {
    core::array::from_fn(|place| B256::from_slice(&bytes[32 * place..32 * (place + 1)]))
}
