//! BLS12-381 signatures of a committee of which few members are absent. Clauses BLS-1 to BLS-3.

#[cfg(feature = "arkworks")]
pub mod arkworks;
#[cfg(feature = "blst")]
pub mod blst;
pub mod bn254;
pub mod ecdsa;

use alloy_primitives::B256;
use mpt_proof::Fault;

/// Domain separation tag of Ethereum's signature scheme.
pub const CIPHERSUITE: &[u8] = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";

/// The field modulus p of BLS12-381, big-endian.
pub const MODULUS: [u8; 48] = alloy_primitives::hex!(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab"
);

/// (p − 1) / 2, big-endian: a y above it has the sign bit in the compressed form.
const HALF: [u8; 48] = alloy_primitives::hex!(
    "0d0088f51cbff34d258dd3db21a5d66bb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd555"
);

/// The backend used unless another one is named: arkworks when it is there, else blst.
#[cfg(feature = "arkworks")]
pub type DefaultBls = arkworks::Arkworks;
/// The backend used unless another one is named: arkworks when it is there, else blst.
#[cfg(all(feature = "blst", not(feature = "arkworks")))]
pub type DefaultBls = blst::Blst;

/// Why a signature was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// BLS-1: the signature, or the key that remains, is the identity.
    #[error("identity point")]
    Infinity,
    /// BLS-2: a coordinate is not below the modulus, or a point is not on its curve or not in its subgroup.
    #[error("invalid point")]
    InvalidPoint,
    /// BLS-3: the pairing equation does not hold.
    #[error("invalid signature")]
    InvalidSignature,
}

impl Error {
    /// Always [`Fault::Prover`].
    #[must_use]
    pub const fn fault(&self) -> Fault {
        Fault::Prover
    }
}

/// An uncompressed public key, x ‖ y, big-endian as in EIP-2537 without padding. Not known to be a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct PublicKey(
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal::bytes"))] pub [u8; 96],
);

impl PublicKey {
    /// The compressed form of the beacon chain: x with the flag `0x80`, and `0x20` when y > (p − 1) / 2.
    ///
    /// The flags are or-ed into whatever x is: a key that is not a point gets a compressed form too.
    pub fn compress(&self) -> [u8; 48] {
        let (x, y) = self.0.split_at(48);
        let mut compressed = [0; 48];
        compressed.copy_from_slice(x);
        compressed[0] |= if y > &HALF[..] { 0xa0 } else { 0x80 };
        compressed
    }
}

/// An uncompressed signature, x.c0 ‖ x.c1 ‖ y.c0 ‖ y.c1, big-endian as in EIP-2537 without padding. Not known to be a
/// point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Signature(
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal::bytes"))] pub [u8; 192],
);

impl Signature {
    /// Whether this is the encoding of the identity: all zero.
    pub fn is_zero(&self) -> bool {
        self.0.iter().all(|byte| *byte == 0)
    }
}

/// A backend for BLS12-381. Implement it to use the host functions of a chain.
pub trait Bls {
    /// Verifies `signature` over `message` by `aggregate` without the keys in `absent`.
    ///
    /// Assumed of the keys: possession of each was proven when it was registered, and they are bound by a commitment. They are
    /// not checked to be in the subgroup one by one; their sum is.
    ///
    /// # Errors
    ///
    /// In this order: the signature is zero: [`Error::Infinity`] (BLS-1); a key is not on the curve: [`Error::InvalidPoint`]
    /// (BLS-2); no key remains: [`Error::Infinity`]; the signature is not on its curve, or it or the remaining key is not in its
    /// subgroup: [`Error::InvalidPoint`]; the pairing: [`Error::InvalidSignature`] (BLS-3).
    fn verify_complement(
        &self,
        aggregate: &PublicKey,
        absent: impl IntoIterator<Item = PublicKey>,
        message: &B256,
        signature: &Signature,
    ) -> Result<(), Error>;
}

impl<B: Bls> Bls for &B {
    fn verify_complement(
        &self,
        aggregate: &PublicKey,
        absent: impl IntoIterator<Item = PublicKey>,
        message: &B256,
        signature: &Signature,
    ) -> Result<(), Error> {
        (**self).verify_complement(aggregate, absent, message, signature)
    }
}
