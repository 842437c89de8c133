use alloy_primitives::B256;
use sha3::{Digest, Keccak256};

/// The hash of Ethereum's tries.
///
/// A trait, so that a zkVM's precompile or a host function can stand in for [`Sha3`]. Soundness
/// rests on the implementation being Keccak-256.
pub trait Keccak {
    /// Keccak-256 of `bytes`.
    fn keccak256(&self, bytes: &[u8]) -> B256;
}

/// Keccak-256 in portable Rust: the default everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sha3;

impl Keccak for Sha3 {
    fn keccak256(&self, bytes: &[u8]) -> B256 {
        B256::new(Keccak256::digest(bytes).into())
    }
}
