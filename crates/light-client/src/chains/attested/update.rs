//! The update, as bytes. Clause ATT-6.

use crate::attestation::Error;
use alloy_primitives::B256;

/// Bytes before the signatures.
const HEAD_LENGTH: usize = 8 + 32;

/// An untrusted update: number and hash of a block, and who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Update<'a> {
    /// Number of the block.
    pub number: u64,
    /// Its hash.
    pub block_hash: B256,
    /// r ‖ s ‖ v, 65 bytes each, in the order of their signers.
    pub signatures: &'a [u8],
}

impl<'a> Update<'a> {
    /// Reads number (8 bytes, big-endian), block hash (32) and signatures (the rest).
    ///
    /// # Errors
    ///
    /// [`Error::Length`] for fewer bytes than the first two take.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        Self::split(bytes)
            .ok_or(Error::Length { expected: HEAD_LENGTH as u64, got: bytes.len() as u64 })
    }

    fn split(bytes: &'a [u8]) -> Option<Self> {
        let (number, rest) = bytes.split_first_chunk()?;
        let (block_hash, signatures) = rest.split_first_chunk()?;
        Some(Self {
            number: u64::from_be_bytes(*number),
            block_hash: B256::from(*block_hash),
            signatures,
        })
    }
}
