//! Mutations of trie proofs: of the list of nodes under an honest root, and of nodes under a root made to fit.

mod hostile;

pub use hostile::Hostile;

use super::Expected;
use crate::{dice::Dice, tries::ProofCase};
use alloy_primitives::{B256, Bytes};
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
                *node.get_mut(place)? ^= 1 << dice.below(8);
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
