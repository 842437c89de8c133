//! Strict SSZ.

use super::{Form, LightClientHeader};
use alloc::vec::Vec;
use alloy_primitives::B256;

/// Length of the offset of a variable part.
pub(super) const OFFSET: usize = 4;

/// Why bytes, or JSON, are not the object that is due.
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
    /// A sync committee whose size is not a power of two of at most 512.
    #[error("{got} committee members, a power of two of at most 512 expected")]
    CommitteeSize {
        /// Members there are.
        got: usize,
    },
    /// The object does not have the form that its version stands for.
    #[error("the object has not the form of {expected:?}")]
    Form {
        /// The form that is due.
        expected: Form,
    },
}

/// Where a header was found in the fixed part of an object.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// There, since headers of this form have one length.
    Inline(&'a [u8]),
    /// From this offset on.
    Offset(usize),
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

    pub(super) fn words(&mut self, count: usize) -> Result<Vec<B256>, Error> {
        (0..count).map(|_| self.word()).collect()
    }

    /// Words of a number that the type fixes.
    pub(super) fn word_array<const N: usize>(&mut self) -> Result<[B256; N], Error> {
        let mut words = [B256::ZERO; N];
        for word in &mut words {
            *word = self.word()?;
        }
        Ok(words)
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

    /// The place of a header of this form.
    pub(super) fn place(&mut self, form: Form) -> Result<Place<'a>, Error> {
        if LightClientHeader::is_variable(form) {
            return self.offset().map(Place::Offset);
        }
        self.take(LightClientHeader::fixed_length(form)).map(Place::Inline)
    }

    /// The bytes of a header, which end where `next` starts.
    pub(super) fn resolve(
        &self,
        place: Place<'a>,
        next: Option<Place<'a>>,
    ) -> Result<&'a [u8], Error> {
        match (place, next) {
            (Place::Inline(bytes), _) => Ok(bytes),
            (Place::Offset(from), Some(Place::Offset(to))) => self.variable(from, Some(to)),
            (Place::Offset(from), _) => self.variable(from, None),
        }
    }

    /// The bytes between two offsets, or from one to the end.
    pub(super) fn variable(&self, from: usize, to: Option<usize>) -> Result<&'a [u8], Error> {
        let to = to.unwrap_or(self.bytes.len());
        self.bytes.get(from..to).ok_or(Error::Offset { got: from })
    }

    /// Nothing follows the fixed part of an object without variable parts. Where there are variable parts, the last of them takes
    /// the rest.
    pub(super) const fn finish(&self) -> Result<(), Error> {
        if self.offset.is_some() || self.bytes.len() == self.fixed {
            return Ok(());
        }
        Err(Error::Length { expected: self.fixed, got: self.bytes.len() })
    }
}

/// Writes a container: fixed part and variable parts, joined in the end.
#[derive(Default)]
pub(super) struct Writer {
    fixed: Vec<u8>,
    variable: Vec<u8>,
    /// Where the fixed part has offsets, and how far into the variable parts each points.
    offsets: Vec<(usize, usize)>,
}

impl Writer {
    pub(super) fn bytes(&mut self, bytes: impl AsRef<[u8]>) {
        self.fixed.extend(bytes.as_ref());
    }

    pub(super) fn number(&mut self, number: u64) {
        self.bytes(number.to_le_bytes());
    }

    pub(super) fn words(&mut self, words: &[B256]) {
        words.iter().for_each(|word| self.bytes(word));
    }

    /// A part of variable length.
    pub(super) fn part(&mut self, bytes: impl AsRef<[u8]>) {
        self.offsets.push((self.fixed.len(), self.variable.len()));
        self.bytes([0; OFFSET]);
        self.variable.extend(bytes.as_ref());
    }

    /// A header, inline or as a part, as its form wants it.
    pub(super) fn header(&mut self, header: &LightClientHeader) {
        let bytes = header.to_ssz();
        if header.has_variable_length() { self.part(bytes) } else { self.bytes(bytes) }
    }

    /// The container. No object here comes near four gigabytes.
    pub(super) fn finish(mut self) -> Vec<u8> {
        for (at, from) in self.offsets {
            let offset = u32::try_from(self.fixed.len() + from).unwrap_or(u32::MAX);
            if let Some(place) = self.fixed.get_mut(at..at + OFFSET) {
                place.copy_from_slice(&offset.to_le_bytes());
            }
        }
        self.fixed.extend(self.variable);
        self.fixed
    }
}
