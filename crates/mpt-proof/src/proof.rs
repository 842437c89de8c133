//! Verification of one proof: a root, a key, and the nodes from the root down (MPT-1…14).
//!
//! The nodes are listed as `eth_getProof` of geth lists them: those that are shorter than 32 bytes
//! are embedded in their parent and not listed. Every listed node is hashed, decoded in full, and
//! used; so no list but one is accepted, and the cost is linear in its bytes.

use crate::{
    Absence, Keccak, Sha3,
    nibbles::Nibbles,
    node::{Due, Node, NodeRef},
    rlp,
    walk::{Step, step},
};
use alloy_primitives::{B256, b256};

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
    walk_with(&Sha3, root, key, nodes)
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
    inclusion_with(&Sha3, root, key, nodes)
}

/// Establishes that `key` is not in the trie with `root`.
///
/// # Errors
///
/// Those of [`walk`], then MPT-14.
pub fn exclusion<N: AsRef<[u8]>>(root: &B256, key: &[u8], nodes: &[N]) -> Result<Absence, Error> {
    exclusion_with(&Sha3, root, key, nodes)
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
    match walk_with(keccak, root, key, nodes)? {
        Outcome::Value(value) => Ok(value),
        Outcome::Absent(_) => Err(Error::KeyAbsent),
    }
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
    match walk_with(keccak, root, key, nodes)? {
        Outcome::Value(_) => Err(Error::KeyPresent),
        Outcome::Absent(absence) => Ok(absence),
    }
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
    if root.is_zero() {
        return Err(Error::ZeroRoot);
    }
    if key.len() > MAX_KEY {
        return Err(Error::KeyTooLong { length: key.len() as u64 });
    }
    if nodes.is_empty() && *root == EMPTY_ROOT {
        return Ok(Outcome::Absent(Absence::EmptyTrie));
    }
    let mut listed = Listed { keccak, nodes, index: 0 };
    let first = listed.take(root)?;
    let outcome = match first {
        [0x80] => Outcome::Absent(Absence::EmptyTrie),
        _ => descend(&mut listed, first, key)?,
    };
    listed.finish()?;
    Ok(outcome)
}

/// Follows `key` from the first node to an outcome.
///
/// Ends, since each turn either uses up a listed node or goes on with a shorter payload.
fn descend<'p, K: Keccak + ?Sized, N: AsRef<[u8]>>(
    listed: &mut Listed<'_, 'p, K, N>,
    first: &'p [u8],
    key: &[u8],
) -> Result<Outcome<'p>, Error> {
    let mut path = Nibbles::of_key(key);
    let mut payload = rlp::list_exact(first)?;
    let mut due = Due::Any;
    loop {
        let node = Node::decode(payload, due, listed.last())?;
        payload = match step(&node, &mut path) {
            Step::Value(value) => return Ok(Outcome::Value(value)),
            Step::Absent(absence) => return Ok(Outcome::Absent(absence)),
            Step::Child(NodeRef::Embedded(payload)) => payload,
            Step::Child(NodeRef::Hash(hash)) => rlp::list_exact(listed.take(hash)?)?,
        };
        due = node.child_due();
    }
}

/// The nodes of the proof, each given out once and only against its hash.
struct Listed<'k, 'p, K: ?Sized, N> {
    keccak: &'k K,
    nodes: &'p [N],
    index: usize,
}

impl<'p, K: Keccak + ?Sized, N: AsRef<[u8]>> Listed<'_, 'p, K, N> {
    /// The next node, of which `hash` is due (MPT-3…5).
    fn take(&mut self, hash: &B256) -> Result<&'p [u8], Error> {
        let index = self.index as u64;
        let node = self.nodes.get(self.index).ok_or(Error::TruncatedProof { index })?.as_ref();
        // Only the root is hashed when it is short: any other would have been embedded.
        if index > 0 && node.len() < 32 {
            return Err(Error::ShortNode { index });
        }
        if self.keccak.keccak256(node) != *hash {
            return Err(Error::HashMismatch { index });
        }
        self.index += 1;
        Ok(node)
    }

    /// The place of the node that was given out last.
    const fn last(&self) -> u64 {
        (self.index as u64).saturating_sub(1)
    }

    /// Every node was used (MPT-12).
    const fn finish(&self) -> Result<(), Error> {
        if self.index < self.nodes.len() {
            return Err(Error::TrailingNode { index: self.index as u64 });
        }
        Ok(())
    }
}
