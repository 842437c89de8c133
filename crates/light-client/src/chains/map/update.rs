//! The update, as bytes. Clause MAP-1.

use super::Error;
use crate::crypto::bn254::{self, G1, G2, Hint};

/// An untrusted update, read as it goes: how long a header's parts are depends on the set that the headers before it lead to.
///
/// It borrows the bytes; nothing is allocated.
#[derive(Clone, Copy, Debug)]
pub struct Update<'a> {
    /// Keys of the set that signs the first header, and their sum: what the commitment is a hash of.
    pub committed: &'a [u8],
    /// The keys.
    pub keys: &'a [[u8; 64]],
    /// Their sum, as the prover says.
    pub total: G1,
    reader: Reader<'a>,
}

/// A header of an update with its seal. Nothing is checked.
#[derive(Clone, Copy, Debug)]
pub struct PackedHeader<'a> {
    /// RLP of the header, as hashed.
    pub header: &'a [u8],
    /// The round in which it was sealed, a minimal number.
    pub round: &'a [u8],
    /// Who signed: bit i of this number is validator i.
    pub signers: &'a [u8],
    /// The aggregated signature.
    pub signature: G1,
    /// The twin of the signers' summed key.
    pub key: G2,
    /// For the two halves of the message's hash.
    pub hints: [Hint<'a>; 2],
}

impl<'a> Update<'a> {
    /// Reads the set that stands before the first header.
    ///
    /// # Errors
    ///
    /// [`Error::UpdateLength`] (MAP-1).
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader { bytes, at: 0 };
        let size = usize::from(u16::from_be_bytes(*reader.array()?));
        let committed = reader.take(64 * size + 64)?;
        let (points, _) = committed.as_chunks();
        let (total, keys) = points.split_last().unwrap_or((&[0; 64], &[]));
        Ok(Self { committed, keys, total: G1(*total), reader })
    }

    /// Whether no header is left.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.reader.at == self.reader.bytes.len()
    }

    /// Reads the next header, which a set of `size` validators signs.
    ///
    /// # Errors
    ///
    /// [`Error::UpdateLength`] (MAP-1), [`bn254::Error::HintChoice`] (BNS-1).
    pub fn next(&mut self, size: usize) -> Result<PackedHeader<'a>, Error> {
        let reader = &mut self.reader;
        let length = u16::from_be_bytes(*reader.array()?);
        let header = reader.take(length.into())?;
        let [length] = *reader.array()?;
        let round = reader.take(length.into())?;
        // Signers, signature and key are one part.
        let seal = reader.take(size.div_ceil(8) + 192)?;
        let mut seal = Reader { bytes: seal, at: 0 };
        Ok(PackedHeader {
            header,
            round,
            signers: seal.take(size.div_ceil(8))?,
            signature: G1(*seal.array()?),
            key: G2(*seal.array()?),
            hints: [reader.hint(0)?, reader.hint(1)?],
        })
    }
}

/// Takes parts off the front of an encoding.
#[derive(Clone, Copy, Debug)]
struct Reader<'a> {
    bytes: &'a [u8],
    /// Where the next part begins: within the bytes, or at their end.
    at: usize,
}

impl<'a> Reader<'a> {
    /// The next part of `length` bytes. It is far too short for a sum to overflow.
    fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let end = self.at + length;
        let got = self.bytes.len() as u64;
        let part = self
            .bytes
            .get(self.at..end)
            .ok_or(Error::UpdateLength { expected: end as u64, got })?;
        self.at = end;
        Ok(part)
    }

    fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], Error> {
        let (expected, got) = ((self.at + N) as u64, self.bytes.len() as u64);
        self.take(N)?.first_chunk().ok_or(Error::UpdateLength { expected, got })
    }

    /// A hint: how many roots there are, the inverse, the roots.
    fn hint(&mut self, position: u64) -> Result<Hint<'a>, Error> {
        let [choice] = *self.array()?;
        if !(1..=3).contains(&choice) {
            return Err(bn254::Error::HintChoice { position, choice: choice.into() }.into());
        }
        let mut words = Reader { bytes: self.take(32 + 32 * usize::from(choice))?, at: 0 };
        Ok(Hint { inverse: words.array()?, roots: words.rest().as_chunks().0 })
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }
}
