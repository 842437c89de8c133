//! The tree itself. Recursive, which is safe here: no key is longer than 64 nibbles.

use super::encode;
use crate::{Keccak, Sha3};
use std::{boxed::Box, vec::Vec};

/// An entry whose key is in nibbles.
pub(super) type Entry = (Vec<u8>, Vec<u8>);

/// A node with what is below it.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) encoding: Vec<u8>,
    below: Below,
}

#[derive(Clone, Debug)]
enum Below {
    Nothing,
    Extension { path: Vec<u8>, child: Box<Node> },
    Branch { children: Vec<Option<Node>> },
}

impl Node {
    /// The node that holds `entries`, which are sorted, distinct, at least one, and alike in their
    /// first `depth` nibbles.
    pub(super) fn build(entries: &[Entry], depth: usize) -> Option<Self> {
        let ((first, value), (last, _)) = (entries.first()?, entries.last()?);
        let (first, last) = (first.get(depth..)?, last.get(depth..)?);
        if entries.len() == 1 {
            return Some(Self::leaf(first, value));
        }
        let shared = first.iter().zip(last).take_while(|(a, b)| a == b).count();
        match first.get(..shared)? {
            [] => Self::branch(entries, depth),
            path => Some(Self::extension(path, Self::branch(entries, depth + shared)?)),
        }
    }

    /// The nodes that lead to where `path` ends, or to where it parts with the trie.
    pub(super) fn prove(&self, path: &[u8]) -> Vec<&[u8]> {
        let mut nodes = std::vec![self.encoding.as_slice()];
        let (mut node, mut path) = (self, path);
        while let Some((child, rest)) = node.child(path) {
            // A shorter node is embedded in the one before.
            if child.encoding.len() >= 32 {
                nodes.push(&child.encoding);
            }
            (node, path) = (child, rest);
        }
        nodes
    }

    fn child<'p>(&self, path: &'p [u8]) -> Option<(&Self, &'p [u8])> {
        match &self.below {
            Below::Nothing => None,
            Below::Extension { path: prefix, child } => {
                Some((child, path.strip_prefix(prefix.as_slice())?))
            }
            Below::Branch { children } => {
                let (nibble, rest) = path.split_first()?;
                Some((children.get(usize::from(*nibble))?.as_ref()?, rest))
            }
        }
    }

    fn leaf(path: &[u8], value: &[u8]) -> Self {
        let encoding = encode::list(&[&encode::path(path, true), &encode::string(value)]);
        Self { encoding, below: Below::Nothing }
    }

    fn extension(path: &[u8], child: Self) -> Self {
        let encoding = encode::list(&[&encode::path(path, false), &child.reference()]);
        Self { encoding, below: Below::Extension { path: path.to_vec(), child: Box::new(child) } }
    }

    fn branch(entries: &[Entry], depth: usize) -> Option<Self> {
        // The key that ends here sorts before all that go on.
        let (value, entries) = match entries.split_first()? {
            ((key, value), rest) if key.len() == depth => (value.as_slice(), rest),
            _ => (&[][..], entries),
        };
        let children: Vec<Option<Self>> = (0..16)
            .map(|nibble| {
                let start = entries.partition_point(|(key, _)| key.get(depth) < Some(&nibble));
                let end = entries.partition_point(|(key, _)| key.get(depth) <= Some(&nibble));
                Self::build(entries.get(start..end)?, depth + 1)
            })
            .collect();
        let empty = || encode::string(&[]);
        let mut items: Vec<Vec<u8>> = children
            .iter()
            .map(|child| child.as_ref().map_or_else(empty, Self::reference))
            .collect();
        items.push(encode::string(value));
        let items: Vec<&[u8]> = items.iter().map(Vec::as_slice).collect();
        Some(Self { encoding: encode::list(&items), below: Below::Branch { children } })
    }

    /// What the parent holds: the node itself, or its hash.
    fn reference(&self) -> Vec<u8> {
        if self.encoding.len() < 32 {
            return self.encoding.clone();
        }
        encode::string(Sha3.keccak256(&self.encoding).as_slice())
    }
}
