//! One node of a trie, decoded in full before anything in it is used (MPT-6…11).
//!
//! Source: Ethereum yellow paper, appendix D. Every clause is checked on the whole node, not only
//! on what the key leads to, so whether a node is accepted does not depend on the key.

use crate::{
    nibbles::{self, Kind, Nibbles},
    proof::Error,
    rlp::{Item, Items},
};
use alloy_primitives::B256;

/// A node that holds to every clause that can be checked without its children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "boxing needs an allocator")]
pub enum Node<'a> {
    /// Up to sixteen children and a value; at least two of these are present.
    Branch(Branch<'a>),
    /// A path that all keys below have in common, and the branch behind it.
    Extension {
        /// At least one nibble.
        path: Nibbles<'a>,
        /// A branch, which is known only when it is decoded.
        child: NodeRef<'a>,
    },
    /// The rest of a key, and its value.
    Leaf {
        /// Possibly no nibble.
        path: Nibbles<'a>,
        /// At least one byte.
        value: &'a [u8],
    },
}

/// A node with a child for each nibble and a value for the key that ends here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch<'a> {
    /// The child at each nibble.
    pub children: [Option<NodeRef<'a>>; 16],
    /// The value of the key that ends here; never empty.
    pub value: Option<&'a [u8]>,
}

/// What a node holds of a child. Never a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeRef<'a> {
    /// The child is the next node of the proof, and this is its Keccak-256.
    Hash(&'a B256),
    /// The child's encoding is shorter than 32 bytes: this is the payload of its list.
    Embedded(&'a [u8]),
}

/// Which node may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Due {
    /// Any node: at the root, and below a branch.
    Any,
    /// A branch: below an extension (MPT-8).
    Branch,
}

impl<'a> Node<'a> {
    /// Decodes the payload of a node's list. `index`, which only errors use, is the place in the
    /// proof of the listed node that is, or contains, this one.
    ///
    /// # Errors
    ///
    /// RLP-1…4 of each item, MPT-6, MPT-8 for what is `due`, then MPT-7…11.
    pub fn decode(payload: &'a [u8], due: Due, index: u64) -> Result<Self, Error> {
        if let Some((path, second)) = pair(payload) {
            return match due {
                Due::Any => Self::short(path, second, index),
                Due::Branch => Err(Error::ExtensionChild { index }),
            };
        }
        let items = Items::<18>::read(payload)?;
        match items.as_slice() {
            [children @ .., value] if children.len() == 16 => {
                Branch::decode(children, *value, index).map(Self::Branch)
            }
            _ => Err(Error::ItemCount { index, got: items.count() }),
        }
    }

    /// What may come below this node.
    #[must_use]
    pub const fn child_due(&self) -> Due {
        match self {
            Self::Extension { .. } => Due::Branch,
            Self::Branch(_) | Self::Leaf { .. } => Due::Any,
        }
    }

    fn short(path: Item<'a>, second: Item<'a>, index: u64) -> Result<Self, Error> {
        let (kind, path) = Nibbles::of_hex_prefix(path.string()?).map_err(|error| match error {
            nibbles::Error::Empty => Error::PathEmpty { index },
            nibbles::Error::Flag { flag } => Error::PathFlag { index, flag },
            nibbles::Error::Padding => Error::PathPadding { index },
        })?;
        match kind {
            Kind::Extension if path.is_empty() => Err(Error::ExtensionPathEmpty { index }),
            Kind::Extension => NodeRef::decode(second, index)?
                .map(|child| Self::Extension { path, child })
                .ok_or(Error::ExtensionChild { index }),
            Kind::Leaf => match second.string()? {
                [] => Err(Error::EmptyValue { index }),
                value => Ok(Self::Leaf { path, value }),
            },
        }
    }
}

impl<'a> Branch<'a> {
    /// Reads a branch item by item (MPT-9…11).
    fn decode(children: &[Item<'a>], value: Item<'a>, index: u64) -> Result<Self, Error> {
        let mut branch = Self { children: [None; 16], value: None };
        let mut present = 0_u8;
        for (child, item) in branch.children.iter_mut().zip(children) {
            *child = NodeRef::decode(*item, index)?;
            present += u8::from(child.is_some());
        }
        branch.value = Some(value.string()?).filter(|value| !value.is_empty());
        present += u8::from(branch.value.is_some());
        if present < 2 { Err(Error::SparseBranch { index }) } else { Ok(branch) }
    }
}

impl<'a> NodeRef<'a> {
    /// Reads a child, or that there is none (MPT-9).
    pub(crate) fn decode(item: Item<'a>, index: u64) -> Result<Option<Self>, Error> {
        match item {
            Item::String([]) => Ok(None),
            Item::String(hash) => <&B256>::try_from(hash)
                .map(|hash| Some(Self::Hash(hash)))
                .map_err(|_| Error::ChildForm { index }),
            // The header of a list this short is one byte, so with it these are less than 32.
            Item::List(payload) if payload.len() < 31 => Ok(Some(Self::Embedded(payload))),
            Item::List(_) => Err(Error::ChildForm { index }),
        }
    }
}

/// The items of a list of exactly two. None for any other, which is then read again in full.
fn pair(payload: &[u8]) -> Option<(Item<'_>, Item<'_>)> {
    let mut rest = payload;
    let items = (Item::read(&mut rest).ok()?, Item::read(&mut rest).ok()?);
    rest.is_empty().then_some(items)
}

/// The child at `nibble` of a branch as nearly all are: every child a hash or none, two hashes or
/// more, no value. None for any other node, which is then read item by item.
///
/// Such items are told apart by their first byte alone. If seventeen of them end where the payload
/// ends, then it has no other reading, and RLP-1…4, MPT-6, MPT-9 and MPT-11 hold.
#[inline]
pub(crate) fn plain_child(payload: &[u8], nibble: u8) -> Option<Option<&B256>> {
    // Two hashes and fifteen empty items are 81 bytes, and each further hash is 32 more.
    if payload.len() < 81 || payload.len() % 32 != 17 {
        return None;
    }
    // All sixteen children, as in the upper branches of any large trie, stand at fixed places.
    let (children, value) = payload.as_chunks::<33>();
    let is_full = children.len() == 16 && value == [0x80];
    if is_full && children.iter().all(|[header, ..]| *header == 0xa0) {
        let [_, hash @ ..] = children.get(usize::from(nibble))?;
        return Some(Some(hash.into()));
    }
    let mut child = None;
    let mut rest = payload;
    for place in 0..16 {
        let (header, behind) = rest.split_first()?;
        rest = match header {
            0x80 => behind,
            0xa0 => {
                let (hash, behind) = behind.split_first_chunk::<32>()?;
                if place == nibble {
                    child = Some(hash.into());
                }
                behind
            }
            _ => return None,
        };
    }
    (rest == [0x80]).then_some(child)
}
