//! Revert data: what the contracts answer when they refuse, made from Rust errors and read back.

mod decode;
mod twins;

pub use decode::{Decoded, Fault};

use alloy_primitives::Bytes;
use alloy_sol_types::SolError;

/// Revert data: the selector of a custom error and its arguments.
///
/// There is a conversion from every error of `mpt-proof`, `light-client` and `mos`. Each is an exhaustive match, so a new
/// variant does not compile until it has a Solidity twin.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Revert {
    /// The bytes.
    pub data: Bytes,
}

impl Revert {
    fn of(error: &impl SolError) -> Self {
        Self { data: error.abi_encode().into() }
    }

    /// Reads the error out of its bytes; `None` unless it is one that the contracts declare.
    #[must_use]
    pub fn decode(data: &[u8]) -> Option<Decoded> {
        decode::decode(data)
    }
}

impl core::fmt::Display for Revert {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match Self::decode(&self.data) {
            Some(error) => error.fmt(f),
            None => self.data.fmt(f),
        }
    }
}
