//! Paths of half-bytes, viewed in the bytes that hold them, without expanding them.
//!
//! Source: Ethereum yellow paper, appendix C (hex-prefix encoding).

/// Why bytes are not a path in hex-prefix form (MPT-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Error {
    /// MPT-7: no byte at all.
    #[error("path without a byte")]
    Empty,
    /// MPT-7: a first nibble above 3.
    #[error("path with the flag {flag}")]
    Flag {
        /// MPT-7: the first nibble.
        flag: u8,
    },
    /// MPT-7: an even path whose second nibble is not zero.
    #[error("path with padding that is not zero")]
    Padding,
}

/// What the flag of a hex-prefix path says of its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Flags 0 and 1: the path leads to a child.
    Extension,
    /// Flags 2 and 3: the path leads to a value.
    Leaf,
}

/// A sequence of nibbles: those of `bytes`, without the first `skip`.
#[derive(Clone, Copy, Debug)]
pub struct Nibbles<'a> {
    bytes: &'a [u8],
    skip: usize,
}

impl<'a> Nibbles<'a> {
    /// All nibbles of a key, the high one of each byte first.
    #[must_use]
    pub const fn of_key(key: &'a [u8]) -> Self {
        Self { bytes: key, skip: 0 }
    }

    /// Reads a hex-prefix path.
    ///
    /// # Errors
    ///
    /// MPT-7: no byte, then the flag, then the padding. Of the 256 first bytes 34 are legal.
    pub fn of_hex_prefix(bytes: &'a [u8]) -> Result<(Kind, Self), Error> {
        let &first = bytes.first().ok_or(Error::Empty)?;
        let kind = match first >> 4 {
            0 | 1 => Kind::Extension,
            2 | 3 => Kind::Leaf,
            flag => return Err(Error::Flag { flag }),
        };
        let is_odd = first & 0x10 != 0;
        if !is_odd && first & 0x0f != 0 {
            return Err(Error::Padding);
        }
        Ok((kind, Self { bytes, skip: if is_odd { 1 } else { 2 } }))
    }

    /// How many nibbles there are. No slice is so long that twice its length overflows.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.bytes.len().saturating_mul(2).saturating_sub(self.skip)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first nibble, and the path behind it.
    #[must_use]
    pub fn split_first(&self) -> Option<(u8, Self)> {
        Some((self.get(0)?, self.after(1)))
    }

    /// The nibble at `place`.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<u8> {
        let place = self.skip.checked_add(place)?;
        let byte = self.bytes.get(place / 2)?;
        Some(if place.is_multiple_of(2) { byte >> 4 } else { byte & 0x0f })
    }

    /// The path behind its first `count` nibbles; of none when it has fewer.
    #[must_use]
    pub const fn after(&self, count: usize) -> Self {
        Self { bytes: self.bytes, skip: self.skip.saturating_add(count) }
    }

    /// The path behind `prefix`, or none when the path does not start with it.
    ///
    /// Compares no further than the shorter of both.
    #[must_use]
    pub fn strip_prefix(&self, prefix: &Nibbles<'_>) -> Option<Self> {
        if prefix.len() > self.len() {
            return None;
        }
        let ((half, bytes), (prefix_half, prefix_bytes)) = (self.split(), prefix.split());
        let starts = match (half, prefix_half) {
            (None, None) => bytes.starts_with(prefix_bytes),
            (Some(a), Some(b)) => a == b && bytes.starts_with(prefix_bytes),
            // Whole bytes of the one lie across two bytes of the other.
            (Some(a), None) => is_across(a, bytes, prefix_bytes),
            (None, Some(b)) => bytes.split_first().is_some_and(|(first, bytes)| {
                first >> 4 == b && is_across(first & 0x0f, bytes, prefix_bytes)
            }),
        };
        starts.then(|| self.after(prefix.len()))
    }

    /// The low nibble of a byte whose high one is skipped, if there is one, and the whole bytes
    /// behind it. Paths that start within a byte alike are compared by these.
    fn split(&self) -> (Option<u8>, &'a [u8]) {
        match self.bytes.get(self.skip / 2..).unwrap_or_default() {
            [first, bytes @ ..] if !self.skip.is_multiple_of(2) => (Some(first & 0x0f), bytes),
            bytes => (None, bytes),
        }
    }

    /// The nibbles in order.
    pub fn iter(&self) -> impl Iterator<Item = u8> + use<'a> {
        let mut rest = *self;
        core::iter::from_fn(move || {
            let (nibble, behind) = rest.split_first()?;
            rest = behind;
            Some(nibble)
        })
    }
}

impl PartialEq<Nibbles<'_>> for Nibbles<'_> {
    fn eq(&self, other: &Nibbles<'_>) -> bool {
        // All paths end at the end of a byte, so equal ones also start within a byte alike.
        self.split() == other.split()
    }
}

impl Eq for Nibbles<'_> {}

/// Whether the nibble `half` and those of `bytes` start with those of `prefix`, which is not longer.
fn is_across(mut half: u8, bytes: &[u8], prefix: &[u8]) -> bool {
    prefix.iter().zip(bytes).all(|(&whole, &byte)| {
        let starts = whole == half << 4 | byte >> 4;
        half = byte & 0x0f;
        starts
    })
}
