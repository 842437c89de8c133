//! Verification of one proof: a root, a key, and the nodes from the root down (MPT-1…14).
//!
//! The nodes are listed as `eth_getProof` of geth lists them: those that are shorter than 32 bytes
//! are embedded in their parent and not listed. Every listed node is hashed, decoded in full, and
//! used; so no list but one is accepted, and the cost is linear in its bytes.

use crate::{
    Absence, Keccak,
    ahead::Ahead,
    keccak::DEFAULT,
    nibbles::Nibbles,
    node::{Due, NodeRef},
    rlp,
    walk::{Step, follow},
};
use alloy_primitives::{B256, b256};
use core::slice;

mod error;

pub use error::Error;

/// The root of the trie without a key: Keccak-256 of `0x80`.
pub const EMPTY_ROOT: B256 =
    b256!("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");

/// The longest key of Ethereum's four tries, in bytes.
pub const MAX_KEY: usize = 32;

/// What a proof establishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<'p> {
    /// The key has this value, borrowed from the proof.
    Value(&'p [u8]),
    /// The trie does not have the key.
    Absent(Absence),
}

/// Establishes the value of `key` in the trie with `root`, or its absence.
///
/// Assumes that Keccak-256 is collision-resistant and `root` that of a trie.
///
/// # Errors
///
/// MPT-1…12 and RLP-1…6: the nodes are not the proof for this root and key.
pub fn walk<'p, N: AsRef<[u8]>>(
    root: &B256,
    key: &[u8],
    nodes: &'p [N],
) -> Result<Outcome<'p>, Error> {
    walk_with(&DEFAULT, root, key, nodes)
}

/// Establishes that `key` is in the trie with `root`, and returns its value.
///
/// # Errors
///
/// Those of [`walk`], then MPT-13.
pub fn inclusion<'p, N: AsRef<[u8]>>(
    root: &B256,
    key: &[u8],
    nodes: &'p [N],
) -> Result<&'p [u8], Error> {
    inclusion_with(&DEFAULT, root, key, nodes)
}

/// Establishes that `key` is not in the trie with `root`.
///
/// # Errors
///
/// Those of [`walk`], then MPT-14.
pub fn exclusion<N: AsRef<[u8]>>(root: &B256, key: &[u8], nodes: &[N]) -> Result<Absence, Error> {
    exclusion_with(&DEFAULT, root, key, nodes)
}

/// [`inclusion`] with another implementation of the hash.
///
/// # Errors
///
/// Those of [`walk`], then MPT-13.
pub fn inclusion_with<'p, K: Keccak + ?Sized, N: AsRef<[u8]>>(
    keccak: &K,
    root: &B256,
    key: &[u8],
    nodes: &'p [N],
) -> Result<&'p [u8], Error> {
    walk_with(keccak, root, key, nodes)?.value()
}

/// [`exclusion`] with another implementation of the hash.
///
/// # Errors
///
/// Those of [`walk`], then MPT-14.
pub fn exclusion_with<K: Keccak + ?Sized, N: AsRef<[u8]>>(
    keccak: &K,
    root: &B256,
    key: &[u8],
    nodes: &[N],
) -> Result<Absence, Error> {
    walk_with(keccak, root, key, nodes)?.absence()
}

/// [`walk`] with another implementation of the hash.
///
/// # Errors
///
/// MPT-1…12 and RLP-1…6.
pub fn walk_with<'p, K: Keccak + ?Sized, N: AsRef<[u8]>>(
    keccak: &K,
    root: &B256,
    key: &[u8],
    nodes: &'p [N],
) -> Result<Outcome<'p>, Error> {
    walk_nodes(keccak, root, key, Nodes::new(nodes))
}

impl<'p> Outcome<'p> {
    /// The value, where inclusion is asked (MPT-13).
    pub(crate) const fn value(self) -> Result<&'p [u8], Error> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Absent(_) => Err(Error::KeyAbsent),
        }
    }

    /// What shows the absence, where exclusion is asked (MPT-14).
    pub(crate) const fn absence(self) -> Result<Absence, Error> {
        match self {
            Self::Value(_) => Err(Error::KeyPresent),
            Self::Absent(absence) => Ok(absence),
        }
    }
}

/// The nodes of a list, as the walk takes them.
#[derive(Clone, Debug)]
pub struct Nodes<'p, N>(slice::Iter<'p, N>);

impl<'p, N> Nodes<'p, N> {
    pub(crate) fn new(nodes: &'p [N]) -> Self {
        Self(nodes.iter())
    }
}

impl<'p, N: AsRef<[u8]>> Iterator for Nodes<'p, N> {
    type Item = Result<&'p [u8], rlp::Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|node| Ok(node.as_ref()))
    }
}

/// How many nodes of one proof are hashed side by side: the lanes of the widest kernel.
const LANES: usize = 8;

/// [`walk_with`] over nodes wherever they come from (MPT-1…12).
pub(crate) fn walk_nodes<'p, K: Keccak + ?Sized>(
    keccak: &K,
    root: &B256,
    key: &[u8],
    nodes: impl Iterator<Item = Result<&'p [u8], rlp::Error>>,
) -> Result<Outcome<'p>, Error> {
    check_root(root)?;
    check_key(key)?;
    let mut nodes = Ahead::<_, _, LANES>::new(keccak, nodes);
    if *root == EMPTY_ROOT && nodes.is_empty() {
        return Ok(Outcome::Absent(Absence::EmptyTrie));
    }
    let outcome = match nodes.take(root)? {
        [0x80] => Outcome::Absent(Absence::EmptyTrie),
        first => {
            let path = Nibbles::of_key(key);
            descend(first, Due::Any, 0, path, |hash| Ok((nodes.index(), nodes.take(hash)?)))?
        }
    };
    nodes.finish()?;
    Ok(outcome)
}

/// The root is not the zero word (MPT-1).
pub(crate) fn check_root(root: &B256) -> Result<(), Error> {
    if root.is_zero() { Err(Error::ZeroRoot) } else { Ok(()) }
}

/// The key is one of Ethereum's tries (MPT-2).
pub(crate) const fn check_key(key: &[u8]) -> Result<(), Error> {
    if key.len() > MAX_KEY {
        return Err(Error::KeyTooLong { length: key.len() as u64 });
    }
    Ok(())
}

/// Follows `path` from a listed node, of which `index` is the place, to an outcome. `take` gives the
/// node of a hash, with its place.
///
/// Ends, since each turn either takes a node or goes on with a shorter payload.
#[inline]
pub(crate) fn descend<'p>(
    node: &'p [u8],
    mut due: Due,
    mut index: u64,
    mut path: Nibbles<'_>,
    mut take: impl FnMut(&B256) -> Result<(u64, &'p [u8]), Error>,
) -> Result<Outcome<'p>, Error> {
    let mut payload = rlp::list_exact(node)?;
    loop {
        let (step, below) = follow(payload, due, index, &mut path)?;
        payload = match step {
            Step::Value(value) => return Ok(Outcome::Value(value)),
            Step::Absent(absence) => return Ok(Outcome::Absent(absence)),
            Step::Child(NodeRef::Embedded(payload)) => payload,
            Step::Child(NodeRef::Hash(hash)) => {
                let node;
                (index, node) = take(hash)?;
                rlp::list_exact(node)?
            }
        };
        due = below;
    }
}
