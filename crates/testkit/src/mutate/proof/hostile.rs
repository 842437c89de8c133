//! Mutations of nodes under a root made to fit: what a hostile trie could hold.

use crate::{dice::Dice, mutate::Expected, rlp, rlp::Rlp, tries::ProofCase};
use alloy_primitives::keccak256;
use mpt_proof::proof::Error;

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

impl Hostile {
    pub(super) fn all() -> Vec<Self> {
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

    pub(super) fn apply(self, case: &mut ProofCase, dice: &mut Dice) -> Option<Expected<Error>> {
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

/// The path of a leaf or an extension; `None` when an earlier mutation has emptied it.
fn path_of(node: &mut Rlp) -> Option<&mut Vec<u8>> {
    match node.items()?.as_mut_slice() {
        [Rlp::String(path), _] if !path.is_empty() => Some(path),
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
