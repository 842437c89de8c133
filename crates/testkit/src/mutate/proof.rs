//! Mutations of trie proofs: of the list of nodes under an honest root, and of nodes under a root made to fit.

use super::Expected;
use crate::{dice::Dice, rlp, rlp::Rlp, tries::ProofCase};
use alloy_primitives::{B256, Bytes, keccak256};
use core::fmt;
use mpt_proof::proof::Error;

/// A mutation of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mutation {
    /// None.
    Honest,
    /// One bit of a node.
    FlippedBit,
    /// Without the last node.
    DroppedLast,
    /// Without the first node.
    DroppedFirst,
    /// A node twice in a row.
    Duplicate,
    /// Bytes after the last node, as a node.
    Appended,
    /// Nothing after the last node, as a node.
    AppendedEmpty,
    /// Two nodes in each other's place.
    Swapped,
    /// A node without its last byte.
    TruncatedNode,
    /// A node with a byte more.
    ExtendedNode,
    /// One bit of the root.
    RootBit,
    /// The root of nothing.
    ZeroRoot,
    /// One bit of the key.
    KeyBit,
    /// A byte more of the key.
    LongerKey,
    /// A byte less of the key.
    ShorterKey,
    /// 33 bytes of key.
    KeyTooLong,
    /// A node changed, and every hash above it recomputed.
    Hostile(Hostile),
}

/// A mutation of a node under a root made to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hostile {
    /// Of an item anywhere in the node.
    Item(rlp::Mutation),
    /// Of the node as a whole.
    Node(rlp::Mutation),
    /// A flag nibble of 4 or more.
    PathFlag,
    /// A padding nibble that is not zero.
    PathPadding,
    /// A path without a byte.
    PathEmpty,
    /// An extension without a nibble.
    ExtensionPathEmpty,
    /// The flag of a leaf on an extension, or of an extension on a leaf.
    OtherFlag,
    /// An extension to nothing.
    ExtensionToNothing,
    /// An extension to a leaf.
    ExtensionToLeaf,
    /// A child of 31 or 33 bytes.
    ChildLength,
    /// A child longer than 31 bytes, embedded.
    EmbeddedLong,
    /// A branch of 16 items.
    BranchShort,
    /// A branch of 18 items.
    BranchLong,
    /// A branch with one child.
    SparseBranch,
    /// A leaf without a value.
    EmptyValue,
    /// A leaf whose value is the hash of a node that follows.
    ValueAsReference,
}

impl Mutation {
    /// All of them.
    pub fn all() -> Vec<Self> {
        let mut all = vec![
            Self::Honest,
            Self::FlippedBit,
            Self::DroppedLast,
            Self::DroppedFirst,
            Self::Duplicate,
            Self::Appended,
            Self::AppendedEmpty,
            Self::Swapped,
            Self::TruncatedNode,
            Self::ExtendedNode,
            Self::RootBit,
            Self::ZeroRoot,
            Self::KeyBit,
            Self::LongerKey,
            Self::ShorterKey,
            Self::KeyTooLong,
        ];
        all.extend(Hostile::all().into_iter().map(Self::Hostile));
        all
    }

    /// Changes a proof, and says what must come of it; `None` when there is nothing of the kind to change.
    pub fn apply(self, case: &mut ProofCase, dice: &mut Dice) -> Option<Expected<Error>> {
        match self {
            Self::Honest => Some(Expected::Open),
            Self::FlippedBit | Self::TruncatedNode | Self::ExtendedNode => {
                self.apply_to_node(case, dice)
            }
            Self::DroppedLast
            | Self::DroppedFirst
            | Self::Duplicate
            | Self::Appended
            | Self::AppendedEmpty
            | Self::Swapped => self.apply_to_list(case, dice),
            Self::Hostile(hostile) => hostile.apply(case, dice),
            _ => self.apply_to_question(case, dice),
        }
    }

    fn apply_to_node(self, case: &mut ProofCase, dice: &mut Dice) -> Option<Expected<Error>> {
        let index = dice.below(case.nodes.len());
        let mut node = case.nodes.get(index)?.to_vec();
        match self {
            Self::ExtendedNode => node.push(dice.byte()),
            Self::TruncatedNode => drop(node.pop()),
            _ => {
                let place = dice.below(node.len());
                node[place] ^= 1 << dice.below(8);
            }
        }
        let short = index > 0 && node.len() < 32;
        case.nodes[index] = node.into();
        let index = index as u64;
        let error = if short { Error::ShortNode { index } } else { Error::HashMismatch { index } };
        Some(Expected::Refused(error))
    }

    fn apply_to_list(self, case: &mut ProofCase, dice: &mut Dice) -> Option<Expected<Error>> {
        let nodes = &mut case.nodes;
        let last = nodes.len().checked_sub(1)?;
        let trailing = Error::TrailingNode { index: nodes.len() as u64 };
        let mismatch = |index: usize| Error::HashMismatch { index: index as u64 };
        let error = match self {
            Self::DroppedLast => {
                nodes.pop();
                Error::TruncatedProof { index: last as u64 }
            }
            Self::DroppedFirst => {
                nodes.remove(0);
                if last == 0 { Error::TruncatedProof { index: 0 } } else { mismatch(0) }
            }
            Self::Duplicate => {
                let index = dice.below(nodes.len());
                nodes.insert(index, nodes[index].clone());
                if index == last { trailing } else { mismatch(index + 1) }
            }
            Self::Appended => {
                let length = dice.below(80);
                nodes.push(dice.bytes(length).into());
                trailing
            }
            Self::AppendedEmpty => {
                nodes.push(Bytes::new());
                trailing
            }
            _ => {
                let (a, b) = (dice.below(nodes.len()), dice.below(nodes.len()));
                nodes.swap(a, b);
                if nodes[a] == nodes[b] {
                    return None;
                }
                mismatch(a.min(b))
            }
        };
        Some(Expected::Refused(error))
    }

    fn apply_to_question(self, case: &mut ProofCase, dice: &mut Dice) -> Option<Expected<Error>> {
        match self {
            Self::ZeroRoot => {
                case.root = B256::ZERO;
                return Some(Expected::Refused(Error::ZeroRoot));
            }
            Self::KeyTooLong => {
                case.key.resize(33, 0);
                return Some(Expected::Refused(Error::KeyTooLong { length: 33 }));
            }
            Self::RootBit => {
                case.root[dice.below(32)] ^= 1 << dice.below(8);
                let missing = Error::TruncatedProof { index: 0 };
                let wrong = Error::HashMismatch { index: 0 };
                let error = if case.nodes.is_empty() { missing } else { wrong };
                return Some(Expected::Refused(error));
            }
            Self::KeyBit => {
                let place = dice.below(case.key.len());
                *case.key.get_mut(place)? ^= 1 << dice.below(8);
            }
            Self::LongerKey if case.key.len() < 32 => case.key.push(dice.byte()),
            Self::ShorterKey if !case.key.is_empty() => drop(case.key.pop()),
            _ => return None,
        }
        Some(Expected::Open)
    }
}

impl fmt::Display for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hostile(Hostile::Item(mutation)) => write!(f, "hostile item: {mutation}"),
            Self::Hostile(Hostile::Node(mutation)) => write!(f, "hostile node: {mutation}"),
            Self::Hostile(hostile) => write!(f, "hostile {hostile:?}"),
            mutation => write!(f, "{mutation:?}"),
        }
    }
}

impl Hostile {
    fn all() -> Vec<Self> {
        let mut all = vec![
            Self::PathFlag,
            Self::PathPadding,
            Self::PathEmpty,
            Self::ExtensionPathEmpty,
            Self::OtherFlag,
            Self::ExtensionToNothing,
            Self::ExtensionToLeaf,
            Self::ChildLength,
            Self::EmbeddedLong,
            Self::BranchShort,
            Self::BranchLong,
            Self::SparseBranch,
            Self::EmptyValue,
            Self::ValueAsReference,
        ];
        all.extend(rlp::Mutation::ALL.map(Self::Item));
        all.extend(rlp::Mutation::ALL.map(Self::Node));
        all
    }

    fn apply(self, case: &mut ProofCase, dice: &mut Dice) -> Option<Expected<Error>> {
        let mut index = dice.below(case.nodes.len());
        let mut node = Rlp::decode(case.nodes.get(index)?)?;
        let expected = match self {
            Self::Item(mutation) => {
                let place = dice.below(node.count());
                mutation.apply(node.at(place)?, dice).then_some(Expected::Open)?
            }
            Self::Node(mutation) => mutation.apply(&mut node, dice).then_some(Expected::Open)?,
            Self::ExtensionToLeaf => {
                // The node after an extension that is not its own leaf is the extension's child.
                path_of(&mut node).filter(|path| path[0] < 0x20)?;
                index += 1;
                case.nodes.get(index)?;
                node = Rlp::List(vec![Rlp::bytes([0x20]), Rlp::bytes([7; 40])]);
                Expected::Refused(Error::ExtensionChild { index: index as u64 })
            }
            Self::ValueAsReference => {
                let following = Rlp::List(vec![Rlp::bytes([0x20]), Rlp::bytes([9; 40])]).encode();
                path_of(&mut node).filter(|path| path[0] >= 0x20)?;
                node.items()?[1] = Rlp::bytes(keccak256(&following));
                case.nodes.push(following.into());
                Expected::Open
            }
            Self::ChildLength
            | Self::EmbeddedLong
            | Self::BranchShort
            | Self::BranchLong
            | Self::SparseBranch => self.apply_to_branch(&mut node, index as u64, dice)?,
            _ => self.apply_to_short_node(&mut node, index as u64, dice)?,
        };
        let node = node.encode();
        let short = index > 0 && node.len() < 32;
        reseal(case, index, node);
        let short = short.then_some(Expected::Refused(Error::ShortNode { index: index as u64 }));
        Some(short.unwrap_or(expected))
    }

    /// Of a branch; `None` for another node.
    fn apply_to_branch(
        self,
        node: &mut Rlp,
        index: u64,
        dice: &mut Dice,
    ) -> Option<Expected<Error>> {
        let items = node.items().filter(|items| items.len() == 17)?;
        let error = match self {
            Self::BranchShort => {
                items.remove(dice.below(17));
                Error::ItemCount { index, got: 16 }
            }
            Self::BranchLong => {
                items.push(Rlp::bytes([]));
                Error::ItemCount { index, got: 18 }
            }
            Self::SparseBranch => {
                let used = |item: &Rlp| *item != Rlp::bytes([]);
                let kept = items.iter().position(used)?;
                for (place, item) in items.iter_mut().enumerate() {
                    if place != kept {
                        *item = Rlp::bytes([]);
                    }
                }
                Error::SparseBranch { index }
            }
            Self::EmbeddedLong => {
                items[dice.below(16)] = Rlp::List(vec![Rlp::bytes([0x20]), Rlp::bytes([5; 29])]);
                Error::ChildForm { index }
            }
            _ => {
                let length = *dice.one_of(&[1, 2, 31, 33, 40]);
                items[dice.below(16)] = Rlp::bytes(vec![0xaa; length]);
                Error::ChildForm { index }
            }
        };
        Some(Expected::Refused(error))
    }

    /// Of a leaf or an extension; `None` for another node.
    fn apply_to_short_node(
        self,
        node: &mut Rlp,
        index: u64,
        dice: &mut Dice,
    ) -> Option<Expected<Error>> {
        let path = path_of(node)?;
        let is_extension = path[0] < 0x20;
        let is_even = path[0] & 0x10 == 0;
        let error = match self {
            Self::PathFlag => {
                path[0] = (path[0] & 0x0f) | 0x40 | (dice.byte() & 0xb0);
                Error::PathFlag { index, flag: path[0] >> 4 }
            }
            Self::PathPadding if is_even => {
                path[0] |= 1 + dice.byte() % 15;
                Error::PathPadding { index }
            }
            Self::PathEmpty => {
                path.clear();
                Error::PathEmpty { index }
            }
            Self::ExtensionPathEmpty if is_extension => {
                *path = vec![0];
                Error::ExtensionPathEmpty { index }
            }
            Self::ExtensionToNothing if is_extension => {
                node.items()?[1] = Rlp::bytes([]);
                Error::ExtensionChild { index }
            }
            Self::EmptyValue if !is_extension => {
                node.items()?[1] = Rlp::bytes([]);
                Error::EmptyValue { index }
            }
            Self::OtherFlag => {
                path[0] ^= 0x20;
                return Some(Expected::Open);
            }
            _ => return None,
        };
        Some(Expected::Refused(error))
    }
}

/// The path of a leaf or an extension.
fn path_of(node: &mut Rlp) -> Option<&mut Vec<u8>> {
    match node.items()?.as_mut_slice() {
        [Rlp::String(path), _] => Some(path),
        _ => None,
    }
}

/// Puts another node in a place, and its hash in every node above, up to the root.
fn reseal(case: &mut ProofCase, index: usize, node: Vec<u8>) {
    let mut old = keccak256(&case.nodes[index]);
    case.nodes[index] = node.into();
    let mut new = keccak256(&case.nodes[index]);
    for above in (0..index).rev() {
        let before = keccak256(&case.nodes[above]);
        let mut bytes = case.nodes[above].to_vec();
        if let Some(place) = bytes.windows(32).position(|window| window == old.as_slice()) {
            bytes[place..place + 32].copy_from_slice(new.as_slice());
        }
        case.nodes[above] = bytes.into();
        (old, new) = (before, keccak256(&case.nodes[above]));
    }
    case.root = new;
}
