//! SSZ Merkle proofs over SHA-256. Clauses SSZ-1 and SSZ-2. Nothing is allocated.

use alloy_primitives::B256;
use mpt_proof::Fault;
use sha2::{Digest, Sha256};

/// Why a Merkle proof does not have the shape it must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// SSZ-1: a branch is not as long as its leaf is deep.
    #[error("branch of {got} nodes, {expected} expected")]
    BranchLength {
        /// Depth of the leaf.
        expected: u64,
        /// Nodes supplied.
        got: u64,
    },
    /// SSZ-2: the witness of a multiproof ran out.
    #[error("witness of {supplied} nodes is too short")]
    WitnessShort {
        /// Nodes supplied.
        supplied: u64,
    },
    /// SSZ-2: nodes of the witness of a multiproof are left over.
    #[error("witness of {supplied} nodes, {used} used")]
    WitnessLong {
        /// Nodes needed.
        used: u64,
        /// Nodes supplied.
        supplied: u64,
    },
}

impl Error {
    /// Always [`Fault::Prover`].
    #[must_use]
    pub const fn fault(&self) -> Fault {
        Fault::Prover
    }
}

/// SHA-256 of two nodes side by side.
pub fn hash_pair(left: &B256, right: &B256) -> B256 {
    B256::new(Sha256::new().chain_update(left).chain_update(right).finalize().into())
}

/// Root of the tree in which `leaf` stands at the generalized index `gindex` beside `branch`, lowest node first.
///
/// A node is a [`B256`] or the 32 bytes of one, as they lie in a larger encoding.
///
/// # Errors
///
/// [`Error::BranchLength`] (SSZ-1). The index 0 names no node and is treated as the root, index 1.
pub fn branch_root<N: Copy + Into<B256>>(
    leaf: &B256,
    branch: &[N],
    gindex: u64,
) -> Result<B256, Error> {
    let (expected, got) = (gindex.checked_ilog2().unwrap_or(0).into(), branch.len() as u64);
    if got != expected {
        return Err(Error::BranchLength { expected, got });
    }
    let fold = |(node, index): (B256, u64), sibling: &N| {
        let sibling = (*sibling).into();
        let parent =
            if index & 1 == 1 { hash_pair(&sibling, &node) } else { hash_pair(&node, &sibling) };
        (parent, index >> 1)
    };
    Ok(branch.iter().fold((*leaf, gindex), fold).0)
}

/// A node of a Merkle tree and its position on its level, from the left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Position on the level.
    pub index: u16,
    /// Hash of the node.
    pub hash: B256,
}

/// Root of the tree of `2^depth` leaves in which `leaves` stand, their siblings taken from `witness`.
///
/// `leaves` must be strictly increasing in their index and within the tree; it is the working memory and holds nothing
/// meaningful afterwards. The tree is folded level by level from the leaves, each level from left to right; a sibling that
/// is not itself computed is the next node of the witness. With no leaf at all the witness is the root alone.
///
/// # Errors
///
/// [`Error::WitnessShort`], [`Error::WitnessLong`] (SSZ-2).
pub fn multiproof_root<N: Copy + Into<B256>>(
    leaves: &mut [Node],
    depth: u32,
    witness: &[N],
) -> Result<B256, Error> {
    let supplied = witness.len() as u64;
    let mut siblings = witness.iter();
    let mut take =
        || siblings.next().map(|node| (*node).into()).ok_or(Error::WitnessShort { supplied });
    let root = if leaves.is_empty() {
        take()?
    } else {
        let mut width = leaves.len();
        for _ in 0..depth {
            width = fold_level(&mut leaves[..width], &mut take)?;
        }
        leaves[0].hash
    };
    match siblings.len() as u64 {
        0 => Ok(root),
        unused => Err(Error::WitnessLong { used: supplied - unused, supplied }),
    }
}

/// Replaces the nodes of a level by their parents, in place, and returns how many there are.
fn fold_level(
    level: &mut [Node],
    take: &mut impl FnMut() -> Result<B256, Error>,
) -> Result<usize, Error> {
    let (mut read, mut written) = (0, 0);
    while let Some(&Node { index, hash }) = level.get(read) {
        let right_computed = level.get(read + 1).filter(|next| next.index == (index | 1));
        let parent = match (index & 1, right_computed) {
            (0, Some(right)) => hash_pair(&hash, &right.hash),
            (0, None) => hash_pair(&hash, &take()?),
            _ => hash_pair(&take()?, &hash),
        };
        read += if index & 1 == 0 && right_computed.is_some() { 2 } else { 1 };
        level[written] = Node { index: index >> 1, hash: parent };
        written += 1;
    }
    Ok(written)
}
