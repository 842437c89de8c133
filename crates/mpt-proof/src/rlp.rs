//! Canonical RLP, read from untrusted bytes (RLP-1…8).
//!
//! Source: Ethereum yellow paper, appendix B. A declared length is compared, as a 64-bit number,
//! with the bytes that remain, before anything is sliced; nothing is ever added to it. What is not
//! canonical is refused, so an accepted item has one encoding only.

use alloy_primitives::{Address, B256, U256};

mod error;

pub use error::Error;

/// One item, as its payload without the header. The payload of a list is not read yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A string of bytes.
    String(&'a [u8]),
    /// A list, as the concatenation of its items.
    List(&'a [u8]),
}

/// Reads `bytes` as one item and nothing more.
///
/// # Errors
///
/// RLP-1…5.
pub fn decode_exact(bytes: &[u8]) -> Result<Item<'_>, Error> {
    let mut rest = bytes;
    let item = Item::read(&mut rest)?;
    if rest.is_empty() { Ok(item) } else { Err(Error::TrailingBytes) }
}

/// Reads `bytes` as one list and nothing more, and returns its payload.
///
/// # Errors
///
/// RLP-1…4, then RLP-6, then RLP-5.
#[inline]
pub fn list_exact(bytes: &[u8]) -> Result<&[u8], Error> {
    // The header of nearly all nodes: no other is canonical before this many bytes.
    if let [0xf9, high, low, payload @ ..] = bytes
        && payload.len() > 0xff
        && payload.len() == usize::from(u16::from_be_bytes([*high, *low]))
    {
        return Ok(payload);
    }
    let mut rest = bytes;
    let payload = Item::read(&mut rest)?.list()?;
    if rest.is_empty() { Ok(payload) } else { Err(Error::TrailingBytes) }
}

/// Reads `bytes` as one string and nothing more, and returns it as an item.
///
/// # Errors
///
/// RLP-1…4, then RLP-6, then RLP-5.
pub fn string_exact(bytes: &[u8]) -> Result<Item<'_>, Error> {
    let mut rest = bytes;
    let payload = Item::read(&mut rest)?.string()?;
    if rest.is_empty() { Ok(Item::String(payload)) } else { Err(Error::TrailingBytes) }
}

impl<'a> Item<'a> {
    /// Reads the first item of `input` and moves `input` behind it.
    ///
    /// # Errors
    ///
    /// RLP-1…4, in the order: length bytes present, RLP-2, RLP-3, payload present, RLP-4. `input`
    /// is then left where it was.
    #[inline]
    pub fn read(input: &mut &'a [u8]) -> Result<Self, Error> {
        let (&first, rest) = input.split_first().ok_or(Error::InputTooShort)?;
        let (item, rest) = match first {
            // The byte is its own payload.
            0..0x80 => (Self::String(take(input, 1)?.0), rest),
            0x80..0xb8 => {
                let (payload, rest) = take(rest, u64::from(first - 0x80))?;
                if matches!(payload, [0..0x80]) {
                    return Err(Error::NonCanonicalSingleByte);
                }
                (Self::String(payload), rest)
            }
            0xb8..0xc0 => {
                let (length, rest) = long_length(rest, first - 0xb7)?;
                let (payload, rest) = take(rest, length)?;
                (Self::String(payload), rest)
            }
            0xc0..0xf8 => {
                let (payload, rest) = take(rest, u64::from(first - 0xc0))?;
                (Self::List(payload), rest)
            }
            0xf8.. => {
                let (length, rest) = long_length(rest, first - 0xf7)?;
                let (payload, rest) = take(rest, length)?;
                (Self::List(payload), rest)
            }
        };
        *input = rest;
        Ok(item)
    }

    /// The payload of a string.
    ///
    /// # Errors
    ///
    /// RLP-6.
    pub const fn string(self) -> Result<&'a [u8], Error> {
        match self {
            Self::String(payload) => Ok(payload),
            Self::List(_) => Err(Error::UnexpectedList),
        }
    }

    /// The payload of a list.
    ///
    /// # Errors
    ///
    /// RLP-6.
    pub const fn list(self) -> Result<&'a [u8], Error> {
        match self {
            Self::String(_) => Err(Error::UnexpectedString),
            Self::List(payload) => Ok(payload),
        }
    }

    /// The big-endian bytes of an integer of at most `max` bytes; none for zero.
    ///
    /// # Errors
    ///
    /// RLP-6, then RLP-7.
    pub fn uint(self, max: usize) -> Result<&'a [u8], Error> {
        let payload = self.string()?;
        if payload.len() > max {
            return Err(Error::IntegerTooLarge { max: max as u64, got: payload.len() as u64 });
        }
        if payload.first() == Some(&0) {
            return Err(Error::IntegerLeadingZero);
        }
        Ok(payload)
    }

    /// An integer of at most 8 bytes.
    ///
    /// # Errors
    ///
    /// RLP-6, then RLP-7.
    pub fn u64(self) -> Result<u64, Error> {
        Ok(self.uint(8)?.iter().fold(0, |value, &byte| (value << 8) | u64::from(byte)))
    }

    /// An integer of at most 32 bytes.
    ///
    /// # Errors
    ///
    /// RLP-6, then RLP-7.
    pub fn u256(self) -> Result<U256, Error> {
        let mut word = [0; 32];
        for (to, from) in word.iter_mut().rev().zip(self.uint(32)?.iter().rev()) {
            *to = *from;
        }
        Ok(U256::from_be_bytes(word))
    }

    /// A string of exactly `N` bytes.
    ///
    /// # Errors
    ///
    /// RLP-6, then RLP-8.
    pub fn fixed<const N: usize>(self) -> Result<&'a [u8; N], Error> {
        let payload = self.string()?;
        let wrong = Error::WrongLength { expected: N as u64, got: payload.len() as u64 };
        payload.try_into().map_err(|_| wrong)
    }

    /// A word of 32 bytes.
    ///
    /// # Errors
    ///
    /// RLP-6, then RLP-8.
    pub fn word(self) -> Result<B256, Error> {
        self.fixed().copied().map(B256::new)
    }

    /// An address of 20 bytes.
    ///
    /// # Errors
    ///
    /// RLP-6, then RLP-8.
    pub fn address(self) -> Result<Address, Error> {
        self.fixed::<20>().copied().map(Address::new)
    }
}

/// The first items of a list: all of them, or `MAX`.
///
/// With `MAX` one above the largest legal count, an overlong list is told from a legal one while
/// the work stays bounded.
#[derive(Clone, Copy, Debug)]
pub struct Items<'a, const MAX: usize> {
    items: [Item<'a>; MAX],
    count: usize,
}

impl<'a, const MAX: usize> Items<'a, MAX> {
    /// Reads the item headers of a list's payload in order, `MAX` at most.
    ///
    /// # Errors
    ///
    /// RLP-1…4, of the first item that breaks one.
    pub fn read(payload: &'a [u8]) -> Result<Self, Error> {
        let mut rest = payload;
        let mut read = Self { items: [Item::String(&[]); MAX], count: 0 };
        for item in &mut read.items {
            if rest.is_empty() {
                break;
            }
            *item = Item::read(&mut rest)?;
            read.count += 1;
        }
        Ok(read)
    }

    /// What was read.
    #[must_use]
    pub fn as_slice(&self) -> &[Item<'a>] {
        self.items.get(..self.count).unwrap_or_default()
    }

    /// How many were read, as an error reports it.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count as u64
    }
}

/// The length in the `width` bytes at the front of `input`, and what follows them.
fn long_length(input: &[u8], width: u8) -> Result<(u64, &[u8]), Error> {
    let (bytes, rest) = take(input, u64::from(width))?;
    if bytes.first() == Some(&0) {
        return Err(Error::LengthLeadingZero);
    }
    let length = bytes.iter().fold(0, |value, &byte| (value << 8) | u64::from(byte));
    if length <= 55 { Err(Error::NonCanonicalSize) } else { Ok((length, rest)) }
}

/// Splits `length` bytes off the front of `input`.
///
/// A length that a 32-bit `usize` cannot hold is longer than any input.
fn take(input: &[u8], length: u64) -> Result<(&[u8], &[u8]), Error> {
    usize::try_from(length)
        .ok()
        .and_then(|length| input.split_at_checked(length))
        .ok_or(Error::InputTooShort)
}
