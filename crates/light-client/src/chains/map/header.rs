//! Headers as they were hashed: clauses MAP-2 and MAP-10.

use super::Error;
use crate::crypto::bn254::G1;
use alloy_primitives::{B256, U256};
use mpt_proof::rlp::{self, Item, Items, list_exact};

/// Items of a header; one less from before the base fee.
pub(super) const ITEMS: usize = 14;

/// Places of what is read.
const RECEIPTS_ROOT: usize = 4;
const NUMBER: usize = 6;
const TIME: usize = 9;
pub(super) const EXTRA: usize = 10;

/// Bytes of the extra field before the list in it.
pub(super) const VANITY: usize = 32;

/// Items of the list in the extra field.
pub(super) const EXTRA_ITEMS: usize = 7;

/// An aggregated seal without signers, signature and round, as a list's payload.
pub(super) const EMPTY_SEAL: [u8; 3] = [0x80; 3];

/// Bytes of a key on G1 with its RLP header.
const KEY_ITEM: usize = 66;

/// What is read of a header before its signature is verified.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header<'a> {
    pub receipts_root: B256,
    pub number: u64,
    pub time: u64,
    pub extra: &'a [u8],
}

impl<'a> Header<'a> {
    /// MAP-2.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let items = items(bytes)?;
        let item = |place: usize| {
            items.as_slice().get(place).copied().ok_or(Error::ItemCount { got: items.count() })
        };
        Ok(Self {
            receipts_root: item(RECEIPTS_ROOT)?.word()?,
            number: item(NUMBER)?.u64()?,
            time: item(TIME)?.u64()?,
            extra: item(EXTRA)?.string()?,
        })
    }
}

/// The items of a header, 13 or 14 (MAP-2).
pub(super) fn items(bytes: &[u8]) -> Result<Items<'_, { ITEMS + 1 }>, Error> {
    let items = Items::read(list_exact(bytes)?)?;
    match items.as_slice().len() {
        13 | ITEMS => Ok(items),
        _ => Err(Error::ItemCount { got: items.count() }),
    }
}

/// How a header changes the set of validators.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change<'a> {
    /// Payload of the list of added keys on G1, each an RLP string of 64 bytes.
    added: &'a [u8],
    /// Bit i: validator i is removed.
    pub removed: U256,
}

impl<'a> Change<'a> {
    /// MAP-10.
    pub(super) fn read(extra: &'a [u8]) -> Result<Self, Error> {
        let items = extra_items(extra)?;
        let [addresses, keys, g1_keys, removed, _, seal, _, ..] = *items.as_slice() else {
            return Err(Error::ExtraItemCount { got: items.count() });
        };
        if seal != Item::List(&EMPTY_SEAL) {
            return Err(Error::SealNotEmpty);
        }
        let addresses = count::<20>(addresses)?;
        let keys = count::<128>(keys)?;
        let added = g1_keys.list();
        let g1_keys = count::<64>(g1_keys)?;
        if addresses != keys || keys != g1_keys {
            return Err(Error::AddedCount { addresses, keys, g1_keys });
        }
        Ok(Self { added: added?, removed: removed.u256()? })
    }

    /// The added keys, in their order.
    pub(super) fn added(&self) -> impl ExactSizeIterator<Item = G1> + Clone + use<'a> {
        let (items, _) = self.added.as_chunks::<KEY_ITEM>();
        items.iter().map(|[_, _, key @ ..]| G1(*key))
    }

    /// Whether nothing changes.
    pub(super) fn is_none(&self) -> bool {
        self.added.is_empty() && self.removed.is_zero()
    }
}

/// The items of the list in the extra field, seven of them.
pub(super) fn extra_items(extra: &[u8]) -> Result<Items<'_, { EXTRA_ITEMS + 1 }>, Error> {
    let (_, list) =
        extra.split_at_checked(VANITY).ok_or(Error::ExtraLength { got: extra.len() as u64 })?;
    let items = Items::read(list_exact(list)?)?;
    if items.as_slice().len() == EXTRA_ITEMS {
        Ok(items)
    } else {
        Err(Error::ExtraItemCount { got: items.count() })
    }
}

/// How many strings a list consists of, each of `N` bytes.
fn count<const N: usize>(list: Item<'_>) -> Result<u64, rlp::Error> {
    let mut rest = list.list()?;
    let mut count = 0;
    while !rest.is_empty() {
        Item::read(&mut rest)?.fixed::<N>()?;
        count += 1;
    }
    Ok(count)
}
