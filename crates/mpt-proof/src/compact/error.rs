use crate::{Fault, proof};

/// Why bytes are not the compact proof that is due. `index` counts the nodes from the terminal, 0,
/// to the root, in the errors of [`proof::Error`] too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Error {
    /// A node is none of a trie, or not the one that is due (RLP-1…6, MPT-1…14).
    #[error(transparent)]
    Proof(#[from] proof::Error),
    /// CPT-1: the bytes end before a part of a node does.
    #[error("node {index} is cut short")]
    TooShort {
        /// CPT-1: the node's place.
        index: u64,
    },
    /// CPT-2: the nodes and the nibbles of the key do not come to an end together.
    #[error("node {index} does not fit {depth} nibbles")]
    Depth {
        /// CPT-2: the node's place.
        index: u64,
        /// CPT-2: nibbles above the terminal as stated, or those that are left at the node.
        depth: u8,
    },
    /// CPT-3: a branch without the child that the key leads to.
    #[error("node {index} lacks the child that the key leads to")]
    Child {
        /// CPT-3: the node's place.
        index: u64,
    },
    /// CPT-4: a branch without an embedded child in the form for those that have one.
    #[error("node {index} has no embedded child, so its hashes have another form")]
    Form {
        /// CPT-4: the node's place.
        index: u64,
    },
}

impl Error {
    /// Who can act on it: the prover, but for what [`proof::Error::fault`] says otherwise.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Proof(error) => error.fault(),
            _ => Fault::Prover,
        }
    }
}
