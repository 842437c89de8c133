//! BNS-2 and BNS-3: points, twins and the pairing.

use crate::made::{
    Block, CONFIG, NOW, SET, apply, g1, g1_bytes, g2, g2_bytes, keys, point, refusal, scalar, sign,
    trust, update,
};
use alloy_primitives::U256;
use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use light_client::{
    crypto::bn254::{
        self, Bn254, DefaultBn254, Error, G1, G2, MODULUS, Signed,
        builder::{hash_to_g1, hints, sum_g2},
        challenge,
    },
    map::{Checkpoint, Client, builder::commitment},
};

const MESSAGE: &[u8] = b"message";

/// What the backend says to a signature by the keys 7 and 8 of which 8 is absent, but for what `change` does.
fn with(change: impl FnOnce(&mut Parts)) -> Result<(), Error> {
    let mut parts =
        Parts { total: g1(15), absent: vec![g1(8)], signature: sign(MESSAGE, 7), key: g2(7) };
    change(&mut parts);
    let hints = hints(MESSAGE);
    let signed = Signed {
        message: MESSAGE,
        hints: [hints[0].as_hint(), hints[1].as_hint()],
        total: &parts.total,
        signature: &parts.signature,
        key: &parts.key,
    };
    DefaultBn254::default().verify_signed(&signed, parts.absent)
}

struct Parts {
    total: G1,
    absent: Vec<G1>,
    signature: G1,
    key: G2,
}

/// The coordinate at `place` with the modulus added.
fn above(bytes: &mut [u8], place: usize) {
    let coordinate = &mut bytes[32 * place..32 * (place + 1)];
    let number = U256::from_be_slice(coordinate) + U256::from_be_bytes(MODULUS);
    coordinate.copy_from_slice(&number.to_be_bytes::<32>());
}

/// A point of the twist that is not in the prime-order subgroup.
fn outside() -> G2 {
    let mut candidates = (1u64..).filter_map(|x| {
        G2Affine::get_point_from_x_unchecked(Fq2::new(Fq::from(x), Fq::from(1)), false)
    });
    let point = candidates.find(|point| !point.is_in_correct_subgroup_assuming_on_curve());
    g2_bytes(&point.unwrap())
}

#[test]
fn bns_2_3_accepts_signers_and_whoever_is_absent() {
    assert_eq!(with(|_| {}), Ok(()));
    let all = |parts: &mut Parts| {
        (parts.total, parts.absent) = (g1(7), vec![]);
    };
    assert_eq!(with(all), Ok(()));
    // A sum may pass through the identity.
    let through = |parts: &mut Parts| {
        (parts.total, parts.absent) = (G1::ZERO, vec![g1(3), g1(-10)]);
    };
    assert_eq!(with(through), Ok(()));
}

#[test]
fn bns_2_rejects_the_identity_before_other_points() {
    let off = |key: &mut G2| above(&mut key.0, 0);
    let infinity = Err(Error::Infinity);
    let signature = |parts: &mut Parts| {
        parts.signature = G1::ZERO;
        off(&mut parts.key);
    };
    assert_eq!(with(signature), infinity);
    let key = |parts: &mut Parts| {
        parts.key = G2::ZERO;
        above(&mut parts.signature.0, 0);
    };
    assert_eq!(with(key), infinity);
    let nobody = |parts: &mut Parts| {
        parts.absent = vec![g1(8), g1(7)];
        above(&mut parts.signature.0, 0);
    };
    assert_eq!(with(nobody), infinity);
}

#[test]
fn bns_2_rejects_signatures_that_are_no_points() {
    for place in [0, 1] {
        let large = |parts: &mut Parts| above(&mut parts.signature.0, place);
        assert_eq!(with(large), Err(Error::InvalidPoint));
        let off = |parts: &mut Parts| parts.signature.0[32 * place + 31] ^= 1;
        assert_eq!(with(off), Err(Error::InvalidPoint));
    }
}

#[test]
fn bns_2_rejects_keys_that_are_no_points_of_the_subgroup() {
    for place in 0..4 {
        let large = |parts: &mut Parts| above(&mut parts.key.0, place);
        assert_eq!(with(large), Err(Error::InvalidPoint));
        let off = |parts: &mut Parts| parts.key.0[32 * place + 31] ^= 1;
        assert_eq!(with(off), Err(Error::InvalidPoint));
    }
    assert_eq!(with(|parts| parts.key = outside()), Err(Error::InvalidPoint));
    assert_eq!(sum_g2(&[g2(1), outside()]), None);
    assert_eq!(sum_g2(&[g2(1), g2(2)]), Some(g2(3)));
}

#[test]
fn bns_3_rejects_what_was_not_signed() {
    let invalid = Err(Error::InvalidSignature);
    assert_eq!(with(|parts| parts.signature = sign(b"other", 7)), invalid);
    assert_eq!(with(|parts| parts.signature = sign(MESSAGE, 8)), invalid);
    assert_eq!(with(|parts| parts.signature = sign(MESSAGE, -7)), invalid);
    assert_eq!(with(|parts| parts.absent = vec![]), invalid);
}

#[test]
fn bns_3_rejects_a_key_that_is_not_the_twin_whoever_signed() {
    // A good signature by the key on G2, which is not that of the signers.
    let other = |parts: &mut Parts| {
        (parts.signature, parts.key) = (sign(MESSAGE, 9), g2(9));
    };
    assert_eq!(with(other), Err(Error::InvalidSignature));
    // A good pair of twins, and a signature by another key.
    let unsigned = |parts: &mut Parts| parts.signature = sign(MESSAGE, 9);
    assert_eq!(with(unsigned), Err(Error::InvalidSignature));
}

#[test]
fn bns_3_rejects_a_difference_made_for_another_number() {
    // With r known beforehand, an error in one equation can be made to cancel that in the other: S = a · H − r · (P − A). It is not
    // known: it depends on S.
    let (hash, sum, key) = (hash_to_g1(MESSAGE), g1(7), g2(9));
    let honest = sign(MESSAGE, 9);
    let r = challenge(&hash, &sum, &honest, &key);
    let difference = point(&sum) - G1Affine::generator() * scalar(9);
    let forged = point(&honest) - difference * ark_bn254::Fr::from(r);
    let forge = |parts: &mut Parts| {
        (parts.signature, parts.key) = (g1_bytes(&forged.into_affine()), key);
    };
    assert_eq!(with(forge), Err(Error::InvalidSignature));
}

#[test]
fn bns_1_2_3_rejects_in_updates_what_the_backend_refuses() {
    let good = update(&[Block::new(25, &SET).absent(&[2])]);
    assert!(apply(&trust(3, &SET), &good).is_ok());
    let refused = |change: &dyn Fn(&mut light_client::map::builder::OwnedHeader)| {
        let mut update = good.clone();
        change(&mut update.headers[0]);
        refusal(&update)
    };
    let error = |error: Error| light_client::map::Error::Bn254(error);
    let root = Error::HintRoot { position: 1, root: good.headers[0].hints[1].roots.len() as u64 };
    let last = |header: &mut light_client::map::builder::OwnedHeader| {
        *header.hints[1].roots.last_mut().unwrap() = [0; 32];
    };
    assert_eq!(refused(&last), error(root));
    assert_eq!(refused(&|header| header.signature = G1::ZERO), error(Error::Infinity));
    assert_eq!(refused(&|header| header.signature.0[63] ^= 1), error(Error::InvalidPoint));
    assert_eq!(refused(&|header| header.signature = g1(1)), error(Error::InvalidSignature));
    assert_eq!(refused(&|header| header.key = g2(1)), error(Error::InvalidSignature));
}

#[test]
fn bns_2_rejects_signers_whose_keys_cancel() {
    // Two validators, the keys opposite: their sum is the identity, and anything would be their signature.
    let set = [5, -5];
    let keys = keys(&set);
    let checkpoint = Checkpoint { epoch: 3, time: 0, keys: &keys };
    let client = Client::new(CONFIG, DefaultBn254::default()).unwrap();
    let trusted = client.checkpoint(&checkpoint, &commitment(&keys).unwrap(), 0).unwrap();
    let mut update = update(&[Block::new(25, &set)]);
    assert_eq!(update.total, G1::ZERO);
    update.headers[0].signature = g1(1);
    update.headers[0].key = g2(1);
    let refused = client.update(&trusted, &update.encode(), NOW.min(1_000));
    let error: light_client::map::Error = bn254::Error::Infinity.into();
    assert_eq!(
        refused.unwrap_err(),
        light_client::map::Error::FutureHeader { time: 1_025, now: 1_000 }
    );
    let trusted = light_client::map::Trusted { time: 1_000, ..trusted };
    assert_eq!(client.update(&trusted, &update.encode(), NOW).unwrap_err(), error);
}
