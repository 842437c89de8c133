//! Strict SSZ.

use alloc::vec::Vec;
use alloy_primitives::B256;

/// Length of the offset of a variable part.
pub(super) const OFFSET: usize = 4;

/// Why bytes are not the object that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Too few bytes for the fixed part, or bytes left over.
    #[error("{got} bytes, {expected} expected")]
    Length {
        /// Bytes that are due.
        expected: usize,
        /// Bytes there are.
        got: usize,
    },
    /// An offset that is not where the part before it ends, or outside the object.
    #[error("offset {got} out of place")]
    Offset {
        /// The offset.
        got: usize,
    },
    /// Extra data of more than 32 bytes.
    #[error("{got} bytes of extra data, at most 32 allowed")]
    ExtraData {
        /// Bytes there are.
        got: usize,
    },
    /// A sync committee of other than 512 members.
    #[error("{got} committee members, 512 expected")]
    CommitteeSize {
        /// Members there are.
        got: usize,
    },
}

/// Reads the fixed part of a container field by field.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    fixed: usize,
    at: usize,
    /// Where the variable parts found so far start.
    offset: Option<usize>,
}

impl<'a> Reader<'a> {
    /// `fixed` is the length of the fixed part, offsets included.
    pub(super) const fn new(bytes: &'a [u8], fixed: usize) -> Result<Self, Error> {
        if bytes.len() < fixed {
            return Err(Error::Length { expected: fixed, got: bytes.len() });
        }
        Ok(Self { bytes, fixed, at: 0, offset: None })
    }

    /// The next bytes of the fixed part.
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let end = self.at + length;
        let taken = self.bytes.get(self.at..end).filter(|_| end <= self.fixed);
        self.at = end;
        taken.ok_or(Error::Length { expected: end, got: self.bytes.len() })
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(super) fn number(&mut self) -> Result<u64, Error> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn word(&mut self) -> Result<B256, Error> {
        self.array().map(B256::new)
    }

    pub(super) fn words(&mut self, count: u32) -> Result<Vec<B256>, Error> {
        (0..count).map(|_| self.word()).collect()
    }

    /// An offset: the first is where the fixed part ends, and none is before another or outside.
    pub(super) fn offset(&mut self) -> Result<usize, Error> {
        let got = self.array().map(u32::from_le_bytes)? as usize;
        let in_place = match self.offset {
            None => got == self.fixed,
            Some(before) => (before..=self.bytes.len()).contains(&got),
        };
        self.offset = Some(got);
        if in_place { Ok(got) } else { Err(Error::Offset { got }) }
    }

    /// The bytes between two offsets, or from one to the end.
    pub(super) fn variable(&self, from: usize, to: Option<usize>) -> Result<&'a [u8], Error> {
        let to = to.unwrap_or(self.bytes.len());
        self.bytes.get(from..to).ok_or(Error::Offset { got: from })
    }

    /// Nothing follows: for objects without variable parts.
    pub(super) const fn finish(&self) -> Result<(), Error> {
        if self.bytes.len() == self.fixed {
            return Ok(());
        }
        Err(Error::Length { expected: self.fixed, got: self.bytes.len() })
    }
}

/// Appends an offset. No object here comes near four gigabytes.
pub(super) fn push_offset(bytes: &mut Vec<u8>, offset: usize) {
    bytes.extend(u32::try_from(offset).unwrap_or(u32::MAX).to_le_bytes());
}

pub(super) fn push_words(bytes: &mut Vec<u8>, words: &[B256]) {
    words.iter().for_each(|word| bytes.extend(word));
}
