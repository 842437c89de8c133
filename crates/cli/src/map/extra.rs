//! What a header says of itself, read without judging it: for people, and to know which set it is of.

use alloy_primitives::{Address, U256};
use mpt_proof::rlp::{self, Item};

/// Bytes before the list in the extra data.
const VANITY: usize = 32;

/// A header and its extra data.
#[derive(Debug)]
pub(crate) struct Parts<'a> {
    /// The items, 13 or 14.
    pub items: Vec<Item<'a>>,
    /// Block number.
    pub number: u64,
    /// Unix time.
    pub time: u64,
    /// The extra data.
    pub extra: Extra<'a>,
}

/// The extra data.
#[derive(Debug)]
pub(crate) struct Extra<'a> {
    /// Who joins the next set.
    pub added: Vec<Address>,
    /// Their keys on G2.
    pub keys: Vec<&'a [u8]>,
    /// Their keys on G1.
    pub g1_keys: Vec<&'a [u8]>,
    /// Who leaves: bit i is validator i of the set that signs.
    pub removed: U256,
    /// The proposer's signature.
    pub proposer_seal: &'a [u8],
    /// The seal of the set.
    pub seal: Seal<'a>,
    /// That of the block before.
    pub parent_seal: Seal<'a>,
}

/// A seal of validators.
#[derive(Debug)]
pub(crate) struct Seal<'a> {
    /// Bit i is validator i of the set.
    pub signers: U256,
    /// The sum of their signatures.
    pub signature: &'a [u8],
    /// The round; none when it has more than 64 bits.
    pub round: Option<u64>,
}

impl<'a> Parts<'a> {
    /// Takes a header apart, with its seal or without; `None` when it is none.
    pub(crate) fn read(header: &'a [u8]) -> Option<Self> {
        let items = items(rlp::list_exact(header).ok()?)?;
        if !matches!(items.len(), 13 | 14) {
            return None;
        }
        let number = items.get(6)?.u64().ok()?;
        let time = items.get(9)?.u64().ok()?;
        let extra = Extra::read(items.get(10)?.string().ok()?)?;
        Some(Self { items, number, time, extra })
    }
}

impl<'a> Extra<'a> {
    fn read(extra: &'a [u8]) -> Option<Self> {
        let list = items(rlp::list_exact(extra.get(VANITY..)?).ok()?)?;
        let [added, keys, g1_keys, removed, proposer_seal, seal, parent_seal] = list[..] else {
            return None;
        };
        let added = items(added.list().ok()?)?.into_iter().map(|item| item.address().ok());
        Some(Self {
            added: added.collect::<Option<_>>()?,
            keys: strings(keys)?,
            g1_keys: strings(g1_keys)?,
            removed: removed.u256().ok()?,
            proposer_seal: proposer_seal.string().ok()?,
            seal: Seal::read(seal)?,
            parent_seal: Seal::read(parent_seal)?,
        })
    }
}

impl<'a> Seal<'a> {
    fn read(seal: Item<'a>) -> Option<Self> {
        let [signers, signature, round] = items(seal.list().ok()?)?[..] else { return None };
        Some(Self {
            signers: signers.u256().ok()?,
            signature: signature.string().ok()?,
            round: round.u64().ok(),
        })
    }

    /// Whether nobody has signed.
    pub(crate) const fn is_empty(&self) -> bool {
        self.signature.is_empty()
    }
}

/// The places of a number's bits, ascending.
pub(crate) fn places(bits: U256) -> Vec<usize> {
    (0..256).filter(|place| bits.bit(*place)).collect()
}

fn strings(item: Item<'_>) -> Option<Vec<&[u8]>> {
    items(item.list().ok()?)?.into_iter().map(|item| item.string().ok()).collect()
}

fn items(mut payload: &[u8]) -> Option<Vec<Item<'_>>> {
    let mut items = Vec::new();
    while !payload.is_empty() {
        items.push(Item::read(&mut payload).ok()?);
    }
    Some(items)
}
