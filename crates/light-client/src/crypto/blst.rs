//! BLS12-381 by the blst C library, through its safe interface.

use super::{Bls, CIPHERSUITE, Error, MODULUS, PublicKey, Signature};
use alloy_primitives::B256;
use blst::{
    BLST_ERROR,
    min_pk::{self, AggregatePublicKey},
};

/// The bits above a coordinate, where blst's encodings have flags. No coordinate below the modulus has one.
const FLAGS: u8 = 0xe0;

/// The blst backend.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blst;

impl Bls for Blst {
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
        let mut signers = AggregatePublicKey::from_public_key(&key_point(aggregate)?);
        for key in absent {
            // Checked before it is negated: only a y below the modulus has a negative.
            key_point(&key)?;
            let negative = key_point(&negate(key))?;
            signers.add_public_key(&negative, false).map_err(|_| Error::InvalidPoint)?;
        }
        let signers = signers.to_public_key();
        let valid_key = signers.validate();
        if valid_key == Err(BLST_ERROR::BLST_PK_IS_INFINITY) {
            return Err(Error::Infinity);
        }
        let signature = signature_point(signature)?;
        if !signature.subgroup_check() || valid_key.is_err() {
            return Err(Error::InvalidPoint);
        }
        match signature.verify(false, message.as_slice(), CIPHERSUITE, &[], &signers, false) {
            BLST_ERROR::BLST_SUCCESS => Ok(()),
            _ => Err(Error::InvalidSignature),
        }
    }
}

/// A point on the curve, in the subgroup or not.
fn key_point(key: &PublicKey) -> Result<min_pk::PublicKey, Error> {
    if key.0[0] & FLAGS != 0 {
        return Err(Error::InvalidPoint);
    }
    min_pk::PublicKey::deserialize(&key.0).map_err(|_| Error::InvalidPoint)
}

/// A point on the curve, in the subgroup or not. blst puts c1 before c0.
fn signature_point(signature: &Signature) -> Result<min_pk::Signature, Error> {
    let mut swapped = [0; 192];
    for (to, from) in [(0, 48), (48, 0), (96, 144), (144, 96)] {
        swapped[to..to + 48].copy_from_slice(&signature.0[from..from + 48]);
    }
    if swapped[0] & FLAGS != 0 {
        return Err(Error::InvalidPoint);
    }
    min_pk::Signature::deserialize(&swapped).map_err(|_| Error::InvalidPoint)
}

/// (x, p − y), for a point on the curve: its y is below p, and not zero because the order of the curve is odd.
fn negate(key: PublicKey) -> PublicKey {
    let mut negative = key;
    let mut borrow = 0;
    for (byte, modulus) in negative.0[48..].iter_mut().zip(&MODULUS).rev() {
        let (difference, under) = modulus.overflowing_sub(*byte);
        let (difference, under_again) = difference.overflowing_sub(borrow);
        *byte = difference;
        borrow = u8::from(under | under_again);
    }
    negative
}
