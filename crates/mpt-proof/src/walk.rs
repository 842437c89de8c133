//! Where a key leads from a node: the one place that decides it.

use crate::{
    nibbles::Nibbles,
    node::{Branch, Due, Node, NodeRef, plain_child},
    proof::Error,
};

/// Where a key leads from a node. Three types, so that none can be taken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// On to a child.
    Child(NodeRef<'a>),
    /// To its value.
    Value(&'a [u8]),
    /// Nowhere: the trie has no such key.
    Absent(Absence),
}

/// What shows that a key is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Absence {
    /// The trie has no key at all.
    EmptyTrie,
    /// A branch has no child at the key's next nibble.
    NoChild,
    /// The key ends at a branch without a value.
    NoValue,
    /// The rest of the key does not start with an extension's path.
    OtherExtension,
    /// The rest of the key is not a leaf's path.
    OtherLeaf,
}

/// Decodes a node in full and takes one step from it: [`Node::decode`], then [`step`].
///
/// Returned with the step is what may come below it. A branch of nothing but hashes, as nearly all
/// are, is checked in full too, but only the child that the key leads to is taken out of it.
///
/// # Errors
///
/// Those of [`Node::decode`].
#[inline(always)] // to hand over what it returns costs as much as a branch
pub fn follow<'a>(
    payload: &'a [u8],
    due: Due,
    index: u64,
    path: &mut Nibbles<'_>,
) -> Result<(Step<'a>, Due), Error> {
    if let Some((nibble, rest)) = path.split_first()
        && let Some(child) = plain_child(payload, nibble)
    {
        *path = rest;
        let hash = |hash| Step::Child(NodeRef::Hash(hash));
        return Ok((child.map_or(Step::Absent(Absence::NoChild), hash), Due::Any));
    }
    // By reference, since a decoded branch is too large to be moved for nothing.
    match &Node::decode(payload, due, index) {
        Ok(node) => Ok((step(node, path), node.child_due())),
        Err(error) => Err(*error),
    }
}

/// Takes one step from `node` with the rest of the key, `path`, which moves along.
///
/// Established: by the construction of the trie no other place of it can hold the key.
/// Source: yellow paper, appendix D.
#[must_use]
pub fn step<'a>(node: &Node<'a>, path: &mut Nibbles<'_>) -> Step<'a> {
    match node {
        Node::Branch(branch) => from_branch(branch, path),
        Node::Extension { path: prefix, child } => match path.strip_prefix(prefix) {
            Some(rest) => {
                *path = rest;
                Step::Child(*child)
            }
            None => Step::Absent(Absence::OtherExtension),
        },
        Node::Leaf { path: rest, value } if *rest == *path => Step::Value(value),
        Node::Leaf { .. } => Step::Absent(Absence::OtherLeaf),
    }
}

fn from_branch<'a>(branch: &Branch<'a>, path: &mut Nibbles<'_>) -> Step<'a> {
    let Some((nibble, rest)) = path.split_first() else {
        return branch.value.map_or(Step::Absent(Absence::NoValue), Step::Value);
    };
    *path = rest;
    // A nibble is below 16, so an index without a place is a child that is not there.
    let child = branch.children.get(usize::from(nibble)).copied().flatten();
    child.map_or(Step::Absent(Absence::NoChild), Step::Child)
}
