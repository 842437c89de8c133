use crate::{Fault, rlp};

/// Why nodes are not the proof that is due. `index` is a place among the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Error {
    /// A node is not the canonical RLP that is due (RLP-1…6).
    #[error(transparent)]
    Rlp(#[from] rlp::Error),
    /// MPT-1: the root is an unset word.
    #[error("zero root")]
    ZeroRoot,
    /// MPT-2: the key is longer than 32 bytes.
    #[error("key of {length} bytes")]
    KeyTooLong {
        /// MPT-2: bytes of the key.
        length: u64,
    },
    /// MPT-3: the list ends before the walk does.
    #[error("node {index} is missing")]
    TruncatedProof {
        /// MPT-3: the place where a node is due.
        index: u64,
    },
    /// MPT-4: a node below the root that would have been embedded.
    #[error("node {index} is shorter than 32 bytes")]
    ShortNode {
        /// MPT-4: the node's place.
        index: u64,
    },
    /// MPT-5: a node that its parent, or the root, does not name.
    #[error("node {index} has another hash")]
    HashMismatch {
        /// MPT-5: the node's place.
        index: u64,
    },
    /// MPT-6: a node of other than 2 or 17 items.
    #[error("node {index} has {got} items")]
    ItemCount {
        /// MPT-6: the node's place.
        index: u64,
        /// MPT-6: items, counted no further than 18.
        got: u64,
    },
    /// MPT-7: a path without a byte.
    #[error("node {index} has a path without a byte")]
    PathEmpty {
        /// MPT-7: the node's place.
        index: u64,
    },
    /// MPT-7: a path whose first nibble is above 3.
    #[error("node {index} has a path with the flag {flag}")]
    PathFlag {
        /// MPT-7: the node's place.
        index: u64,
        /// MPT-7: the first nibble.
        flag: u8,
    },
    /// MPT-7: an even path whose second nibble is not zero.
    #[error("node {index} has a path with padding that is not zero")]
    PathPadding {
        /// MPT-7: the node's place.
        index: u64,
    },
    /// MPT-8: an extension that extends nothing.
    #[error("node {index} is an extension without a path")]
    ExtensionPathEmpty {
        /// MPT-8: the node's place.
        index: u64,
    },
    /// MPT-8: an extension without a child, or a child of one that is not a branch.
    #[error("node {index} breaks the rule that an extension leads to a branch")]
    ExtensionChild {
        /// MPT-8: the extension's place without a child, the child's otherwise.
        index: u64,
    },
    /// MPT-9: a child that is neither none, nor a hash, nor an embedded node.
    #[error("node {index} has a malformed child")]
    ChildForm {
        /// MPT-9: the node's place.
        index: u64,
    },
    /// MPT-10: a leaf without a value.
    #[error("node {index} is a leaf with an empty value")]
    EmptyValue {
        /// MPT-10: the node's place.
        index: u64,
    },
    /// MPT-11: a branch that branches nowhere.
    #[error("node {index} is a branch with fewer than two children and values")]
    SparseBranch {
        /// MPT-11: the node's place.
        index: u64,
    },
    /// MPT-12: a node that the walk did not come to.
    #[error("node {index} is not part of the proof")]
    TrailingNode {
        /// MPT-12: the place of the first such node.
        index: u64,
    },
    /// MPT-13: inclusion was asked, and absence is proven.
    #[error("the key is absent")]
    KeyAbsent,
    /// MPT-14: exclusion was asked, and presence is proven.
    #[error("the key is present")]
    KeyPresent,
}

impl Error {
    /// Who can act on it: the caller for MPT-1 and MPT-2, the prover for all others.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::ZeroRoot | Self::KeyTooLong { .. } => Fault::Caller,
            _ => Fault::Prover,
        }
    }
}
