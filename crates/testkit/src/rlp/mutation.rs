//! Mutations of one item.

use super::Rlp;
use crate::dice::Dice;
use core::fmt;

/// What can be wrong with one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mutation {
    /// The length in a longer form than needed: `NonCanonicalSize` up to 55 bytes, `LengthLeadingZero` above.
    LongForm,
    /// A prefix before a byte below `0x80`.
    PrefixedByte,
    /// A byte after the item, inside whatever holds it.
    Trailing,
    /// The last byte is missing.
    Truncated,
    /// A length of nearly 2⁶⁴.
    HugeLength,
    /// A list where a string was, and the other way round.
    OtherKind,
    /// An empty string.
    EmptyString,
    /// An empty list.
    EmptyList,
    /// A zero byte in front of a string.
    LeadingZero,
    /// A byte more at the end of a string.
    Longer,
    /// A byte less at the end of a string.
    Shorter,
    /// A string of 33 bytes that looks like a hash behind its prefix.
    LikeReference,
    /// An item less.
    FewerItems,
    /// An item more.
    MoreItems,
    /// Two items in each other's place.
    SwappedItems,
    /// One bit.
    FlippedBit,
}

impl Mutation {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::LongForm,
        Self::PrefixedByte,
        Self::Trailing,
        Self::Truncated,
        Self::HugeLength,
        Self::OtherKind,
        Self::EmptyString,
        Self::EmptyList,
        Self::LeadingZero,
        Self::Longer,
        Self::Shorter,
        Self::LikeReference,
        Self::FewerItems,
        Self::MoreItems,
        Self::SwappedItems,
        Self::FlippedBit,
    ];

    /// Changes an item; `false` when there is nothing of the kind to change.
    pub fn apply(self, item: &mut Rlp, dice: &mut Dice) -> bool {
        match self {
            Self::LongForm => *item = long_form(item),
            Self::PrefixedByte => *item = Rlp::Raw(vec![0x81, dice.byte() & 0x7f]),
            Self::Trailing => *item = Rlp::Raw([item.encode(), vec![dice.byte()]].concat()),
            Self::Truncated => {
                let mut bytes = item.encode();
                bytes.pop();
                *item = Rlp::Raw(bytes);
            }
            Self::HugeLength => {
                let long = if matches!(item, Rlp::List(_)) { 0xff } else { 0xbf };
                *item = Rlp::Raw(
                    [&[long, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], &[0xf0][..]].concat(),
                );
            }
            Self::OtherKind => {
                *item = match item {
                    Rlp::List(_) => Rlp::String(item.payload()),
                    _ => Rlp::List(vec![item.clone()]),
                }
            }
            Self::EmptyString => *item = Rlp::String(Vec::new()),
            Self::EmptyList => *item = Rlp::List(Vec::new()),
            Self::LikeReference => {
                let hash: Vec<u8> = (0..32).map(|_| dice.byte()).collect();
                *item = Rlp::String([vec![0xa0], hash].concat());
            }
            Self::LeadingZero | Self::Longer | Self::Shorter | Self::FlippedBit => {
                return self.apply_to_string(item, dice);
            }
            Self::FewerItems | Self::MoreItems | Self::SwappedItems => {
                return self.apply_to_list(item, dice);
            }
        }
        true
    }

    fn apply_to_string(self, item: &mut Rlp, dice: &mut Dice) -> bool {
        let Rlp::String(bytes) = item else { return false };
        match self {
            Self::LeadingZero => bytes.insert(0, 0),
            Self::Longer => bytes.push(dice.byte()),
            _ if bytes.is_empty() => return false,
            Self::Shorter => drop(bytes.pop()),
            _ => {
                let place = dice.below(bytes.len());
                bytes[place] ^= 1 << dice.below(8);
            }
        }
        true
    }

    fn apply_to_list(self, item: &mut Rlp, dice: &mut Dice) -> bool {
        let Rlp::List(items) = item else { return false };
        match self {
            Self::MoreItems => items.push(Rlp::String(vec![dice.byte()])),
            _ if items.len() < 2 => return false,
            Self::FewerItems => drop(items.remove(dice.below(items.len()))),
            _ => {
                let (a, b) = (dice.below(items.len()), dice.below(items.len()));
                items.swap(a, b);
                return items[a] != items[b];
            }
        }
        true
    }
}

impl fmt::Display for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rlp {self:?}")
    }
}

/// The length in its own bytes where the prefix would do, or with a zero in front.
fn long_form(item: &Rlp) -> Rlp {
    let payload = item.payload();
    let base: u8 = if matches!(item, Rlp::List(_)) { 0xf7 } else { 0xb7 };
    let length: Vec<u8> =
        payload.len().to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    let length = match payload.len() {
        0 => vec![0],
        1..=55 => length,
        _ => [vec![0], length].concat(),
    };
    let prefix = base + length.len().to_le_bytes()[0];
    Rlp::Raw([vec![prefix], length, payload].concat())
}
