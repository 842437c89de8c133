//! # keccak-lanes
//!
//! Keccak-256 of many independent messages of unequal length, side by side in SIMD lanes.
//!
//! One message can only be hashed block after block. But the nodes of a Merkle proof are messages of
//! their own, and a vector register holds one word of four or eight of them. When a message ends,
//! the next one enters its lane, so unequal lengths waste little.
//!
//! ```
//! use keccak_lanes::{keccak256, keccak256_many};
//!
//! let messages: [&[u8]; 3] = [b"", b"abc", &[0x2a; 532]];
//! let mut hashes = [[0; 32]; 3];
//! keccak256_many(&messages, &mut hashes);
//!
//! assert_eq!(hashes[1], keccak256(b"abc"));
//! assert_eq!(hashes[1][..4], [0x4e, 0x03, 0x65, 0x7a]);
//! ```
//!
//! # Kernels
//!
//! | kernel | asks for | one message | many |
//! |---|---|---|---|
//! | [`Avx512`](Kernel::Avx512) | AVX2, AVX-512 F and VL | four lanes, of which one is used | eight lanes while more than four are busy, else four |
//! | [`Avx2`](Kernel::Avx2) | BMI1, BMI2, AVX2 | general registers | four lanes, the last message to end in general registers |
//! | [`Bmi`](Kernel::Bmi) | BMI1, BMI2 | general registers | one after the other |
//! | [`Portable`](Kernel::Portable) | nothing | `sha3` | one after the other |
//!
//! [`Kernel::detect`] finds the best one when the program runs, so no compiler flags are needed.
//! With `-C target-cpu=native` the scalar code stays as fast as without.
//!
//! The widths follow from what one permutation takes, in units of the scalar one: eight lanes
//! 1.4 on Intel's Emerald Rapids and 1.6 on AMD's Zen 4, which does AVX-512 in two halves; four lanes
//! of AVX-512 1.0 and 0.8; four of AVX2 2.0 and 1.4. So up to four messages are best in four lanes,
//! more in eight, on both; and AVX2 gains nothing for a message that is alone.
//!
//! # Safety
//!
//! No function of the interface is unsafe. Inside, there are two kinds of `unsafe` blocks:
//!
//! * Calls of a kernel, which need its instructions. A kernel runs only through a value that is made
//!   by asking the processor, and the operating system for what registers it saves
//!   ([`cpufeatures`](https://docs.rs/cpufeatures)).
//! * Vectors from and to integers of the same size, and one read out of a block of which a
//!   constant assertion holds the bounds. There is no other pointer.
//!
//! # What it does not do
//!
//! No hashing piece by piece, no other function of the Keccak family, no kernel for other processors
//! than x86-64: these get `sha3`. Keccak has no branches or look-ups that depend on the bytes, but
//! lengths and the number of messages show in the time that it takes.

#![no_std]
// Nothing that could panic on untrusted bytes.
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
/// a place for its hash is not hashed, and a hash without a message stays as it is.
pub fn keccak256_many<M: AsRef<[u8]>>(messages: &[M], hashes: &mut [[u8; 32]]) {
    Runnable::detect().keccak256_many(messages, hashes);
}
