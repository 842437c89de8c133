//! # keccak-lanes
//!
//! Keccak-256 of many independent messages of unequal length, side by side in SIMD lanes.

#![no_std]

mod kernel;
mod portable;

pub use kernel::{Kernel, Unavailable};

/// Keccak-256 of `message`, by the fastest kernel of this machine.
#[must_use]
pub fn keccak256(message: &[u8]) -> [u8; 32] {
    Kernel::detect().run_one(message)
}

/// Keccak-256 of each of `messages`, by the fastest kernel of this machine.
///
/// `hashes[i]` becomes the hash of `messages[i]`, for the shorter of both lengths: messages without
/// a place for their hash are not hashed, hashes without a message are left as they are.
pub fn keccak256_many<M: AsRef<[u8]>>(messages: &[M], hashes: &mut [[u8; 32]]) {
    Kernel::detect().run_many(messages, hashes);
}
