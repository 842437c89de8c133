//! Verification of one compact proof: the nodes without what the verifier can tell (CPT-1…4).
//!
//! The deepest node comes first and whole. Each step behind it is one node nearer to the root,
//! rebuilt in its one form from the key and the hash of the node before, and hashed; the last hash
//! is the root. So what a prover leaves out cannot be wrong, and what a proof is made of has one
//! encoding. The price is that no two nodes can be hashed side by side.

use crate::{
    Absence, Keccak, Outcome,
    keccak::DEFAULT,
    nibbles::Nibbles,
    proof::{self, EMPTY_ROOT, check_key, check_root, descend},
};
use alloy_primitives::B256;

mod climb;
mod error;
mod rebuilt;

pub use error::Error;

use climb::Climb;

/// Establishes the value of `key` in the trie with `root`, or its absence.
///
/// Assumes that Keccak-256 is collision-resistant and `root` that of a trie.
///
/// # Errors
///
/// MPT-1…3, CPT-1, CPT-2 and MPT-4 for the terminal; CPT-1…4 with RLP-1…4, MPT-6, MPT-8, MPT-9 and
/// MPT-11 for the steps; MPT-5; then those of a node for the terminal.
pub fn walk<'p>(root: &B256, key: &[u8], proof: &'p [u8]) -> Result<Outcome<'p>, Error> {
    walk_with(&DEFAULT, root, key, proof)
}

/// Establishes that `key` is in the trie with `root`, and returns its value.
///
/// # Errors
///
/// Those of [`walk`], then MPT-13.
pub fn inclusion<'p>(root: &B256, key: &[u8], proof: &'p [u8]) -> Result<&'p [u8], Error> {
    inclusion_with(&DEFAULT, root, key, proof)
}

/// Establishes that `key` is not in the trie with `root`.
///
/// # Errors
///
/// Those of [`walk`], then MPT-14.
pub fn exclusion(root: &B256, key: &[u8], proof: &[u8]) -> Result<Absence, Error> {
    exclusion_with(&DEFAULT, root, key, proof)
}

/// [`inclusion`] with another implementation of the hash.
///
/// # Errors
///
/// Those of [`walk`], then MPT-13.
pub fn inclusion_with<'p, K: Keccak + ?Sized>(
    keccak: &K,
    root: &B256,
    key: &[u8],
    proof: &'p [u8],
) -> Result<&'p [u8], Error> {
    Ok(walk_with(keccak, root, key, proof)?.value()?)
}

/// [`exclusion`] with another implementation of the hash.
///
/// # Errors
///
/// Those of [`walk`], then MPT-14.
pub fn exclusion_with<K: Keccak + ?Sized>(
    keccak: &K,
    root: &B256,
    key: &[u8],
    proof: &[u8],
) -> Result<Absence, Error> {
    Ok(walk_with(keccak, root, key, proof)?.absence()?)
}

/// [`walk`] with another implementation of the hash.
///
/// # Errors
///
/// Those of [`walk`].
pub fn walk_with<'p, K: Keccak + ?Sized>(
    keccak: &K,
    root: &B256,
    key: &[u8],
    proof: &'p [u8],
) -> Result<Outcome<'p>, Error> {
    check_root(root)?;
    check_key(key)?;
    if proof.is_empty() {
        if *root == EMPTY_ROOT {
            return Ok(Outcome::Absent(Absence::EmptyTrie));
        }
        return Err(proof::Error::TruncatedProof { index: 0 }.into());
    }

    let mut rest = proof;
    let [depth, length @ ..] = take_array::<4>(&mut rest, 0)?;
    let length = length.iter().fold(0, |length, &byte| length << 8 | usize::from(byte));
    let terminal = take(&mut rest, length, 0)?;
    let path = Nibbles::of_key(key);
    if usize::from(depth) > path.len() {
        return Err(Error::Depth { index: 0, depth });
    }
    if !rest.is_empty() && terminal.len() < 32 {
        return Err(proof::Error::ShortNode { index: 0 }.into());
    }

    let mut climb = Climb::new(keccak, path, depth, keccak.keccak256(terminal));
    while !rest.is_empty() {
        climb.step(&mut rest)?;
    }
    let (steps, due) = climb.finish(root)?;

    if steps == 0 && *terminal == [0x80] {
        return Ok(Outcome::Absent(Absence::EmptyTrie));
    }
    let missing = proof::Error::TruncatedProof { index: steps + 1 };
    let path = path.after(usize::from(depth));
    Ok(descend(terminal, due, 0, path, |_| Err(missing))?)
}

/// Splits `length` bytes off the front of `rest`, which belong to the node at `index` (CPT-1).
fn take<'p>(rest: &mut &'p [u8], length: usize, index: u64) -> Result<&'p [u8], Error> {
    let (part, behind) = rest.split_at_checked(length).ok_or(Error::TooShort { index })?;
    *rest = behind;
    Ok(part)
}

/// Splits `N` bytes off the front of `rest`, which belong to the node at `index` (CPT-1).
fn take_array<const N: usize>(rest: &mut &[u8], index: u64) -> Result<[u8; N], Error> {
    let (part, behind) = rest.split_first_chunk().ok_or(Error::TooShort { index })?;
    *rest = behind;
    Ok(*part)
}
