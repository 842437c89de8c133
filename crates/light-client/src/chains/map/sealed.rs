//! Headers as nodes serve them, split into what was hashed and the seal over it.
//!
//! Nothing is encoded anew: the bytes are cut, and the lengths before them adapted.

use super::header::{EMPTY_SEAL, EXTRA, VANITY, extra_items, items};
use crate::crypto::bn254::G1;
use alloy_primitives::{B256, Keccak256};
use mpt_proof::rlp::{self, Item, Items, list_exact};

/// Items of a seal.
const SEAL_ITEMS: usize = 3;

/// Items of the list in the extra field before the proposer's seal.
const BEFORE_SEALS: usize = 4;

/// Why bytes are not a sealed header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// MAP-2, MAP-10: the header or its extra field has not the items that it should have.
    #[error(transparent)]
    Header(#[from] super::Error),
    /// The aggregated seal is not signers, signature and round.
    #[error("aggregated seal of {got} items, 3 expected")]
    SealItemCount {
        /// Items, counted no further than 4.
        got: u64,
    },
}

impl From<rlp::Error> for Error {
    fn from(error: rlp::Error) -> Self {
        Self::Header(error.into())
    }
}

/// A header as nodes serve it, with its aggregated seal. It borrows the bytes; nothing is allocated.
///
/// Neither seal is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedHeader<'a> {
    /// Who signed: bit i of this number, without leading zeros, is validator i of the set of the block's epoch.
    pub signers: &'a [u8],
    /// The aggregated signature.
    pub signature: G1,
    /// The round in which the block was sealed, a minimal number.
    pub round: &'a [u8],
    /// The proposer's signature r ‖ s ‖ v, over the keccak256 of the [proposer hash](Self::proposer_hash). The client does not look
    /// at it.
    pub proposer_seal: &'a [u8],
    /// Items of the header before the extra field and behind it, as they are.
    outer: [&'a [u8]; 2],
    vanity: &'a [u8],
    /// Items of the extra field's list before both seals, the proposer's seal, and the item behind the aggregated seal.
    inner: [&'a [u8]; 3],
}

impl<'a> SealedHeader<'a> {
    /// Splits the RLP of a header as nodes serve it.
    ///
    /// # Errors
    ///
    /// MAP-2, as far as items are counted; MAP-10, as far as the items of the extra field are counted; then of the seal
    /// [`Error::SealItemCount`], RLP-6 to RLP-8: signers at most 32 bytes, signature 64, round at most 8.
    pub fn split(bytes: &'a [u8]) -> Result<Self, Error> {
        items(bytes)?;
        let (before, rest) = after(list_exact(bytes)?, EXTRA)?;
        let mut behind = rest;
        let extra = Item::read(&mut behind)?.string()?;
        extra_items(extra)?;
        let (vanity, list) = extra
            .split_at_checked(VANITY)
            .ok_or(super::Error::ExtraLength { got: extra.len() as u64 })?;
        let (changes, seals) = after(list_exact(list)?, BEFORE_SEALS)?;
        let (proposer, rest) = after(seals, 1)?;
        let mut parent = rest;
        let seal = Items::<{ SEAL_ITEMS + 1 }>::read(Item::read(&mut parent)?.list()?)?;
        let [signers, signature, round] = *seal.as_slice() else {
            return Err(Error::SealItemCount { got: seal.count() });
        };
        Ok(Self {
            signers: signers.uint(32)?,
            signature: G1(*signature.fixed()?),
            round: round.uint(8)?,
            proposer_seal: Item::read(&mut { proposer })?.string()?,
            outer: [before, behind],
            vanity,
            inner: [changes, proposer, parent],
        })
    }

    /// Hash of the block: keccak256 of the header with the aggregated seal emptied.
    #[must_use]
    pub fn block_hash(&self) -> B256 {
        self.hash(self.inner[1])
    }

    /// What the proposer signs the keccak256 of: the hash of the header with both seals emptied.
    #[must_use]
    pub fn proposer_hash(&self) -> B256 {
        self.hash(&[0x80])
    }

    /// RLP of the header as hashed.
    #[cfg(feature = "builder")]
    #[must_use]
    pub fn as_hashed(&self) -> alloc::vec::Vec<u8> {
        let mut bytes = alloc::vec::Vec::new();
        self.write(self.inner[1], |part| bytes.extend_from_slice(part));
        bytes
    }

    fn hash(&self, proposer: &[u8]) -> B256 {
        let mut hasher = Keccak256::new();
        self.write(proposer, |part| hasher.update(part));
        hasher.finalize()
    }

    /// The parts of the header with the aggregated seal emptied and this item as the proposer's seal, in order.
    fn write(&self, proposer: &[u8], mut write: impl FnMut(&[u8])) {
        let Self { outer: [before, behind], vanity, inner: [changes, _, parent], .. } = *self;
        let list = [changes, proposer, &[0xc3], &EMPTY_SEAL, parent];
        let inner = Prefix::new(0xc0, length(&list));
        let extra = Prefix::new(0x80, vanity.len() + inner.as_slice().len() + length(&list));
        let middle = [extra.as_slice(), vanity, inner.as_slice()];
        let total = length(&[before, behind]) + length(&middle) + length(&list);
        write(Prefix::new(0xc0, total).as_slice());
        write(before);
        middle.into_iter().chain(list).for_each(&mut write);
        write(behind);
    }
}

fn length(parts: &[&[u8]]) -> usize {
    parts.iter().map(|part| part.len()).sum()
}

/// The first `count` items of a list's payload, as they are, and what follows them.
fn after(payload: &[u8], count: usize) -> Result<(&[u8], &[u8]), rlp::Error> {
    let mut rest = payload;
    for _ in 0..count {
        Item::read(&mut rest)?;
    }
    payload.split_at_checked(payload.len() - rest.len()).ok_or(rlp::Error::InputTooShort)
}

/// The header of an RLP item that is no single byte.
struct Prefix {
    bytes: [u8; 9],
    length: usize,
}

impl Prefix {
    /// For a payload of `length` bytes; `kind` is `0x80` for strings, `0xc0` for lists.
    #[expect(clippy::cast_possible_truncation, reason = "at most 55, and at most 8")]
    fn new(kind: u8, length: usize) -> Self {
        let mut bytes = [0; 9];
        if length <= 55 {
            bytes[0] = kind + length as u8;
            return Self { bytes, length: 1 };
        }
        let number = (length as u64).to_be_bytes();
        let digits = number.len() - (length as u64).leading_zeros() as usize / 8;
        bytes[0] = kind + 55 + digits as u8;
        for (place, byte) in bytes.iter_mut().skip(1).zip(number.iter().skip(8 - digits)) {
            *place = *byte;
        }
        Self { bytes, length: 1 + digits }
    }

    fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}
