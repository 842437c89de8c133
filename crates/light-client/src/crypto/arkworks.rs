//! BLS12-381 in portable Rust.

use super::{Bls, CIPHERSUITE, Error, PublicKey, Signature};
use alloy_primitives::B256;
use ark_bls12_381::{Bls12_381, Fq, Fq2, G1Affine, G1Projective, G2Affine, G2Projective, g2};
use ark_ec::{
    AffineRepr, CurveGroup,
    hashing::{HashToCurve, curve_maps::wb::WBMap, map_to_curve_hasher::MapToCurveBasedHasher},
    pairing::Pairing,
};
use ark_ff::{BigInt, PrimeField, Zero, field_hashers::DefaultFieldHasher};
#[cfg(feature = "builder")]
use ark_serialize::CanonicalDeserialize;
use sha2::Sha256;

type MessageHasher =
    MapToCurveBasedHasher<G2Projective, DefaultFieldHasher<Sha256, 128>, WBMap<g2::Config>>;

/// The arkworks backend.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arkworks;

impl Bls for Arkworks {
    fn verify_complement(
        &self,
        aggregate: &PublicKey,
        absent: impl IntoIterator<Item = PublicKey>,
        message: &B256,
        signature: &Signature,
    ) -> Result<(), Error> {
        if signature.is_zero() {
            return Err(Error::Infinity);
        }
        let mut signers = G1Projective::from(key_point(aggregate)?);
        for key in absent {
            signers -= key_point(&key)?;
        }
        if signers.is_zero() {
            return Err(Error::Infinity);
        }
        let signers = signers.into_affine();
        let signature = signature_point(signature)?;
        if !signature.is_in_correct_subgroup_assuming_on_curve()
            || !signers.is_in_correct_subgroup_assuming_on_curve()
        {
            return Err(Error::InvalidPoint);
        }
        let hash = hash_to_curve(message).ok_or(Error::InvalidSignature)?;
        let product =
            Bls12_381::multi_pairing([-signers, G1Affine::generator()], [hash, signature]);
        if product.is_zero() { Ok(()) } else { Err(Error::InvalidSignature) }
    }
}

/// H(m). Never `None`: the map is total for this curve; only its parameters could be refused.
fn hash_to_curve(message: &B256) -> Option<G2Affine> {
    MessageHasher::new(CIPHERSUITE).ok()?.hash(message.as_slice()).ok()
}

/// A point on the curve, in the subgroup or not. arkworks takes all zero for the identity; here it is no point.
fn key_point(key: &PublicKey) -> Result<G1Affine, Error> {
    let [x, y] = coordinates(&key.0)?;
    let point = G1Affine::new_unchecked(x, y);
    if point.is_on_curve() && !point.is_zero() { Ok(point) } else { Err(Error::InvalidPoint) }
}

/// A point on the curve, in the subgroup or not. The signature is not all zero.
fn signature_point(signature: &Signature) -> Result<G2Affine, Error> {
    let [x0, x1, y0, y1] = coordinates(&signature.0)?;
    let point = G2Affine::new_unchecked(Fq2::new(x0, x1), Fq2::new(y0, y1));
    if point.is_on_curve() { Ok(point) } else { Err(Error::InvalidPoint) }
}

/// Field elements of 48 bytes each, every one below the modulus.
fn coordinates<const N: usize>(bytes: &[u8]) -> Result<[Fq; N], Error> {
    let mut elements = [Fq::zero(); N];
    for (element, bytes) in elements.iter_mut().zip(bytes.chunks_exact(48)) {
        let mut limbs = [0; 6];
        for (limb, bytes) in limbs.iter_mut().rev().zip(bytes.chunks_exact(8)) {
            *limb = bytes.iter().fold(0, |limb, byte| limb << 8 | u64::from(*byte));
        }
        *element = Fq::from_bigint(BigInt::new(limbs)).ok_or(Error::InvalidPoint)?;
    }
    Ok(elements)
}

/// The uncompressed form of a compressed key; `None` when it is no point of the curve, or the identity.
///
/// The subgroup is not checked.
#[cfg(feature = "builder")]
pub(crate) fn decompress_key(compressed: &[u8; 48]) -> Option<PublicKey> {
    let point = G1Affine::deserialize_compressed_unchecked(&compressed[..]).ok()?;
    let (x, y) = point.xy()?;
    let mut key = [0; 96];
    write_coordinates(&mut key, [x, y]);
    Some(PublicKey(key))
}

/// The uncompressed form of a compressed signature; `None` when it is no point of the curve, or the identity.
///
/// The subgroup is not checked.
#[cfg(feature = "builder")]
pub(crate) fn decompress_signature(compressed: &[u8; 96]) -> Option<Signature> {
    let point = G2Affine::deserialize_compressed_unchecked(&compressed[..]).ok()?;
    let (x, y) = point.xy()?;
    let mut signature = [0; 192];
    write_coordinates(&mut signature, [x.c0, x.c1, y.c0, y.c1]);
    Some(Signature(signature))
}

#[cfg(feature = "builder")]
fn write_coordinates<const N: usize>(bytes: &mut [u8], coordinates: [Fq; N]) {
    for (bytes, coordinate) in bytes.chunks_exact_mut(48).zip(coordinates) {
        let limbs = coordinate.into_bigint().0;
        for (bytes, limb) in bytes.chunks_exact_mut(8).zip(limbs.iter().rev()) {
            bytes.copy_from_slice(&limb.to_be_bytes());
        }
    }
}
