use alloy_primitives::B256;
use sha3::{Digest, Keccak256};

/// The hash of Ethereum's tries.
///
/// A trait, so that a zkVM's precompile or a host function can stand in for the implementations of
/// this crate. Soundness rests on the implementation being Keccak-256.
pub trait Keccak {
    /// Keccak-256 of `bytes`.
    fn keccak256(&self, bytes: &[u8]) -> B256;

    /// Keccak-256 of each of `messages`, in the same place of `hashes`; of as many as both have.
    ///
    /// All nodes of a proof come through here a few at a time, before it is known that each is due,
    /// so an implementation may hash them side by side. Without one of its own it is a loop.
    fn keccak256_many(&self, messages: &[&[u8]], hashes: &mut [[u8; 32]]) {
        for (hash, message) in hashes.iter_mut().zip(messages) {
            *hash = self.keccak256(message).0;
        }
    }
}

/// Keccak-256 in portable Rust: the default without the feature `simd`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sha3;

impl Keccak for Sha3 {
    fn keccak256(&self, bytes: &[u8]) -> B256 {
        B256::new(Keccak256::digest(bytes).into())
    }
}

/// Keccak-256 of several nodes side by side in the vector registers of the machine, or portable
/// where it has none: the default with the feature `simd`.
#[cfg(feature = "simd")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lanes;

#[cfg(feature = "simd")]
impl Keccak for Lanes {
    fn keccak256(&self, bytes: &[u8]) -> B256 {
        B256::new(keccak_lanes::keccak256(bytes))
    }

    fn keccak256_many(&self, messages: &[&[u8]], hashes: &mut [[u8; 32]]) {
        keccak_lanes::keccak256_many(messages, hashes);
    }
}

/// The hash of every function that is not told another.
#[cfg(feature = "simd")]
pub(crate) const DEFAULT: Lanes = Lanes;

/// The hash of every function that is not told another.
#[cfg(not(feature = "simd"))]
pub(crate) const DEFAULT: Sha3 = Sha3;
