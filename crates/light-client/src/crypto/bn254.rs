//! BN254 signatures of validators who have a key on both groups. Clauses BNS-1 to BNS-3.
//!
//! Signatures are on G1, over a hash to G1 whose inverse and roots the prover supplies ([`Hint`]). The keys of signers are summed
//! on G1; a key on G2 is supplied and must be the twin of that sum, which the one pairing check of the signature shows as well.
//!
//! Source: EIP-196, EIP-197; Fouque and Tibouchi, *Indifferentiable hashing to Barreto–Naehrig curves*.

#[cfg(feature = "arkworks")]
mod arkworks;
#[cfg(feature = "builder")]
pub mod builder;

use alloy_primitives::{B256, Keccak256, keccak256};
use mpt_proof::Fault;

/// The backend used unless another one is named.
#[cfg(feature = "arkworks")]
pub type DefaultBn254 = super::arkworks::Arkworks;

/// The field modulus p of BN254, big-endian.
pub const MODULUS: [u8; 32] =
    alloy_primitives::hex!("30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47");

/// Why a signature was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// BNS-1: a hint names none of the three candidates.
    #[error("hint {position} chooses candidate {choice} of 3")]
    HintChoice {
        /// Which of the two hints, from 0.
        position: u64,
        /// The candidate named, from 1.
        choice: u64,
    },
    /// BNS-1: a hint's inverse is not below the modulus, or not the inverse.
    #[error("hint {position} has a wrong inverse")]
    HintInverse {
        /// Which of the two hints, from 0.
        position: u64,
    },
    /// BNS-1: a hint's root is not below the modulus, or not the root.
    #[error("hint {position} has a wrong root {root}")]
    HintRoot {
        /// Which of the two hints, from 0.
        position: u64,
        /// Which of its roots, from 1.
        root: u64,
    },
    /// BNS-2: the signature, the key on G2 or the sum of the signers' keys is the identity.
    #[error("identity point")]
    Infinity,
    /// BNS-2: a coordinate is not below the modulus, or a point is not on its curve or not in its subgroup.
    #[error("invalid point")]
    InvalidPoint,
    /// BNS-3: the pairing equation does not hold.
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

/// A point of G1: x ‖ y, big-endian as in EIP-196; all zero is the identity. Not known to be a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct G1(pub [u8; 64]);

impl G1 {
    /// The identity.
    pub const ZERO: Self = Self([0; 64]);

    /// Whether this is the identity.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }
}

/// A point of G2: x.c1 ‖ x.c0 ‖ y.c1 ‖ y.c0, big-endian as in EIP-197; all zero is the identity. Not known to be a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct G2(pub [u8; 128]);

impl G2 {
    /// The identity.
    pub const ZERO: Self = Self([0; 128]);

    /// Whether this is the identity.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }
}

/// What a prover supplies so that one half of the hash to G1 needs no inversion and no root. Nothing in it is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint<'a> {
    /// α, the inverse.
    pub inverse: &'a [u8; 32],
    /// As many as the number of the candidate taken: for each one before it a root that shows that it is none, then the fourth
    /// root of the one taken.
    pub roots: &'a [[u8; 32]],
}

/// A signature to be verified: over `message`, by the keys of which `total` is the sum but for those that are absent.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// What was signed.
    pub message: &'a [u8],
    /// For the two halves of the message's hash.
    pub hints: [Hint<'a>; 2],
    /// Sum of the keys of the whole set. It and the absent keys are bound by a commitment.
    pub total: &'a G1,
    /// The signature.
    pub signature: &'a G1,
    /// The twin of the signers' summed key.
    pub key: &'a G2,
}

/// A backend for BN254. Implement it to use what a host has: arithmetic like that of the precompiles 6, 7 and 8.
pub trait Bn254 {
    /// Whether these bytes are a point of the curve. The identity is none here.
    fn is_point(&self, point: &G1) -> bool;

    /// `start` with the points of `plus` added and those of `minus` taken away. Each may be the identity.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidPoint`] when one is no point; of keys that were checked before they were committed to, all are.
    fn combine(
        &self,
        start: &G1,
        plus: impl IntoIterator<Item = G1>,
        minus: impl IntoIterator<Item = G1>,
    ) -> Result<G1, Error>;

    /// Verifies a signature by all keys of a set but those in `absent`.
    ///
    /// Assumed of the keys: each is a point, possession of it and that its two forms are twins was proven when it was registered,
    /// and they are bound by a commitment.
    ///
    /// # Errors
    ///
    /// In this order: BNS-1 for the first half of the hash, then for the second; the signature, the key on G2 or the sum of the
    /// signers' keys is zero: [`Error::Infinity`]; the signature is no point, or the key none of the prime-order subgroup:
    /// [`Error::InvalidPoint`] (BNS-2); the pairing: [`Error::InvalidSignature`] (BNS-3).
    fn verify_signed(
        &self,
        signed: &Signed<'_>,
        absent: impl IntoIterator<Item = G1>,
    ) -> Result<(), Error>;
}

impl<B: Bn254> Bn254 for &B {
    fn is_point(&self, point: &G1) -> bool {
        (**self).is_point(point)
    }

    fn combine(
        &self,
        start: &G1,
        plus: impl IntoIterator<Item = G1>,
        minus: impl IntoIterator<Item = G1>,
    ) -> Result<G1, Error> {
        (**self).combine(start, plus, minus)
    }

    fn verify_signed(
        &self,
        signed: &Signed<'_>,
        absent: impl IntoIterator<Item = G1>,
    ) -> Result<(), Error> {
        (**self).verify_signed(signed, absent)
    }
}

/// keccak256(2 · half ‖ message) and keccak256(2 · half + 1 ‖ message): the high and the low word of the number that, mod p, is
/// mapped to the curve.
#[must_use]
pub fn words(message: &[u8], half: u8) -> [B256; 2] {
    [2 * half, 2 * half + 1].map(|prefix| {
        let mut hasher = Keccak256::new();
        hasher.update([prefix]);
        hasher.update(message);
        hasher.finalize()
    })
}

/// The number r that ties the check of the twins to that of the signature (BNS-3): 128 bits of keccak256(H ‖ P ‖ S ‖ A).
#[must_use]
pub fn challenge(hash: &G1, sum: &G1, signature: &G1, key: &G2) -> u128 {
    let mut bytes = [0; 320];
    let mut rest = &mut bytes[..];
    for part in [&hash.0[..], &sum.0, &signature.0, &key.0] {
        let (to, after) = rest.split_at_mut(part.len());
        to.copy_from_slice(part);
        rest = after;
    }
    let digest = keccak256(bytes).0;
    let (high, _) = digest.split_at(16);
    high.iter().fold(0, |value, byte| value << 8 | u128::from(*byte))
}
