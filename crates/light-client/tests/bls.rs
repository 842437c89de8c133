//! BLS-1 to BLS-3, the same of every backend.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use alloy_primitives::B256;
use ark_bls12_381::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use light_client::crypto::{Bls, Error, MODULUS, PublicKey, Signature, arkworks::Arkworks};
use support::signer::{hash, uncompressed, uncompressed_signature};

const MESSAGE: B256 = B256::repeat_byte(0x42);

/// The verdict that every backend gives.
fn verify(aggregate: &PublicKey, absent: &[PublicKey], signature: &Signature) -> Result<(), Error> {
    let verdict =
        Arkworks.verify_complement(aggregate, absent.iter().copied(), &MESSAGE, signature);
    #[cfg(feature = "blst")]
    {
        let blst = light_client::crypto::blst::Blst;
        let keys = absent.iter().copied();
        assert_eq!(blst.verify_complement(aggregate, keys, &MESSAGE, signature), verdict);
    }
    verdict
}

fn key(secret: u64) -> PublicKey {
    PublicKey(uncompressed(&(G1Affine::generator() * Fr::from(secret)).into_affine()))
}

fn signature(secret: u64) -> Signature {
    Signature(uncompressed_signature(&(hash(&MESSAGE) * Fr::from(secret)).into_affine()))
}

/// A point of the curve that is not in the prime-order subgroup.
fn stray_key() -> PublicKey {
    let point = (1..).find_map(|x: u64| G1Affine::get_point_from_x_unchecked(Fq::from(x), true));
    PublicKey(uncompressed(
        &point.filter(|point| !point.is_in_correct_subgroup_assuming_on_curve()).unwrap(),
    ))
}

fn stray_signature() -> Signature {
    let on_curve =
        |x: u64| G2Affine::get_point_from_x_unchecked(Fq2::new(Fq::from(x), Fq::from(0)), true);
    let point = (1..).find_map(on_curve);
    let stray = point.filter(|point| !point.is_in_correct_subgroup_assuming_on_curve());
    Signature(uncompressed_signature(&stray.unwrap()))
}

/// Adds the modulus to a coordinate, which stays the same number modulo p.
fn overflow(coordinate: &mut [u8]) {
    let mut carry = 0;
    for (byte, modulus) in coordinate.iter_mut().zip(&MODULUS).rev() {
        let sum = u16::from(*byte) + u16::from(*modulus) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
}

#[test]
fn bls_1_bls_2_bls_3_accepts_the_members_that_are_not_absent() {
    assert_eq!(verify(&key(100), &[], &signature(100)), Ok(()));
    assert_eq!(verify(&key(100), &[key(10)], &signature(90)), Ok(()));
    assert_eq!(verify(&key(100), &[key(10), key(10), key(30)], &signature(50)), Ok(()));
    // The sum passes through the identity and through a doubling.
    assert_eq!(verify(&key(100), &[key(100), key(7)], &(negative(&signature(7)))), Ok(()));
}

fn negative(signature: &Signature) -> Signature {
    let mut bytes = signature.0;
    for coordinate in bytes[96..].chunks_exact_mut(48) {
        let mut borrow = 0;
        for (byte, modulus) in coordinate.iter_mut().zip(&MODULUS).rev() {
            let difference = 0x100 + i16::from(*modulus) - i16::from(*byte) - borrow;
            *byte = difference.to_le_bytes()[0];
            borrow = i16::from(difference < 0x100);
        }
    }
    Signature(bytes)
}

#[test]
fn bls_3_rejects_any_other_signature() {
    let refused = Err(Error::InvalidSignature);
    assert_eq!(verify(&key(100), &[], &signature(99)), refused);
    assert_eq!(verify(&key(100), &[key(10)], &signature(100)), refused);
    assert_eq!(verify(&key(100), &[key(10), key(10)], &signature(90)), refused);
    assert_eq!(verify(&key(100), &[], &negative(&signature(100))), refused);
    let other = hash(&B256::repeat_byte(0x43));
    let other = Signature(uncompressed_signature(&(other * Fr::from(100)).into_affine()));
    assert_eq!(verify(&key(100), &[], &other), refused);
}

#[test]
fn bls_1_rejects_a_zero_signature_before_anything_else() {
    let zero = Signature([0; 192]);
    assert_eq!(verify(&key(100), &[], &zero), Err(Error::Infinity));
    assert_eq!(verify(&PublicKey([0; 96]), &[PublicKey([0xff; 96])], &zero), Err(Error::Infinity));
}

#[test]
fn bls_1_rejects_no_remaining_key_after_the_keys_and_before_the_signature() {
    let nothing_left = [key(30), key(70)];
    assert_eq!(verify(&key(100), &nothing_left, &signature(1)), Err(Error::Infinity));
    assert_eq!(verify(&key(100), &nothing_left, &Signature([0xff; 192])), Err(Error::Infinity));
    let then_invalid = [key(100), PublicKey([0; 96])];
    assert_eq!(verify(&key(100), &then_invalid, &signature(1)), Err(Error::InvalidPoint));
}

#[test]
fn bls_2_rejects_keys_off_the_curve() {
    let good = signature(100);
    let mut off = key(100);
    off.0[95] ^= 1;
    let mut swapped = key(100);
    swapped.0.rotate_left(48);
    for bad in [PublicKey([0; 96]), PublicKey([0xff; 96]), off, swapped] {
        assert_eq!(verify(&bad, &[], &good), Err(Error::InvalidPoint));
        assert_eq!(verify(&key(100), &[key(1), bad], &good), Err(Error::InvalidPoint));
    }
}

#[test]
fn bls_2_rejects_coordinates_above_the_modulus() {
    for start in [0, 48] {
        let mut bad = key(100);
        overflow(&mut bad.0[start..start + 48]);
        assert_eq!(verify(&bad, &[], &signature(100)), Err(Error::InvalidPoint));
        assert_eq!(verify(&key(100), &[bad], &signature(1)), Err(Error::InvalidPoint));
    }
    for start in [0, 48, 96, 144] {
        let mut bad = signature(100);
        overflow(&mut bad.0[start..start + 48]);
        assert_eq!(verify(&key(100), &[], &bad), Err(Error::InvalidPoint));
    }
}

#[test]
fn bls_2_rejects_flags_of_other_encodings() {
    for flag in [0x80, 0x40, 0x20, 0xc0, 0xa0, 0xe0] {
        let (mut bad_key, mut bad_signature) = (key(100), signature(100));
        bad_key.0[0] |= flag;
        bad_signature.0[48] |= flag;
        assert_eq!(verify(&bad_key, &[], &signature(100)), Err(Error::InvalidPoint));
        assert_eq!(verify(&key(100), &[bad_key], &signature(100)), Err(Error::InvalidPoint));
        assert_eq!(verify(&key(100), &[], &bad_signature), Err(Error::InvalidPoint));
        let mut infinity = [0; 96];
        infinity[0] = flag;
        assert_eq!(verify(&PublicKey(infinity), &[], &signature(1)), Err(Error::InvalidPoint));
        let mut infinity = [0; 192];
        infinity[48] = flag;
        assert_eq!(verify(&key(100), &[], &Signature(infinity)), Err(Error::InvalidPoint));
    }
}

#[test]
fn bls_2_rejects_signatures_off_the_curve_or_in_another_order() {
    let mut off = signature(100);
    off.0[191] ^= 1;
    assert_eq!(verify(&key(100), &[], &off), Err(Error::InvalidPoint));
    let mut swapped = signature(100);
    swapped.0[..96].rotate_left(48);
    swapped.0[96..].rotate_left(48);
    assert_eq!(verify(&key(100), &[], &swapped), Err(Error::InvalidPoint));
}

#[test]
fn bls_2_rejects_points_outside_the_subgroup() {
    assert_eq!(verify(&key(100), &[], &stray_signature()), Err(Error::InvalidPoint));
    assert_eq!(verify(&stray_key(), &[], &signature(100)), Err(Error::InvalidPoint));
    assert_eq!(verify(&key(100), &[stray_key()], &signature(100)), Err(Error::InvalidPoint));
}

#[test]
fn bls_1_rejects_what_is_left_of_stray_keys_before_their_subgroup() {
    // stray − stray: nothing is left; the first key alone would have been refused.
    assert_eq!(verify(&stray_key(), &[stray_key()], &signature(1)), Err(Error::Infinity));
}

#[test]
fn bcn_12_the_compressed_form_has_the_sign_of_y() {
    for secret in 1..20 {
        let point = (G1Affine::generator() * Fr::from(secret)).into_affine();
        let sign = if point.y > -point.y { 0xa0 } else { 0x80 };
        let compressed = PublicKey(uncompressed(&point)).compress();
        let mut expected: [u8; 48] = uncompressed(&point)[..48].try_into().unwrap();
        expected[0] |= sign;
        assert_eq!(compressed, expected);
    }
    let at_half = |last: u8| {
        let mut key = [0; 96];
        key[48..].copy_from_slice(&MODULUS);
        // (p − 1) / 2 by halving p, whose last bit is lost.
        let mut carry = 0;
        for byte in &mut key[48..] {
            let next = *byte & 1;
            *byte = *byte >> 1 | carry << 7;
            carry = next;
        }
        key[95] += last;
        PublicKey(key).compress()[0]
    };
    assert_eq!([at_half(0), at_half(1)], [0x80, 0xa0]);
    assert_eq!(PublicKey([0xff; 96]).compress(), [0xff; 48]);
}
