//! # keccak-lanes
//!
//! Keccak-256 of many independent messages of unequal length, side by side in SIMD lanes.

#![no_std]
#![deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod kernel;
#[cfg(target_arch = "x86_64")]
mod permutation;
mod portable;
#[cfg(target_arch = "x86_64")]
mod sponge;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use kernel::{Kernel, Unavailable};

use kernel::Runnable;

/// Keccak-256 of `message`, by the best kernel of this machine.
#[must_use]
pub fn keccak256(message: &[u8]) -> [u8; 32] {
    Runnable::detect().keccak256(message)
}

/// Keccak-256 of each of `messages`, by the best kernel of this machine.
///
/// `hashes[i]` becomes the hash of `messages[i]`, for the shorter of both lengths: a message without
/// a place for its hash is not read, and a hash without a message stays as it is.
pub fn keccak256_many<M: AsRef<[u8]>>(messages: &[M], hashes: &mut [[u8; 32]]) {
    Runnable::detect().keccak256_many(messages, hashes);
}
