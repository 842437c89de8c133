//! The absent members of a committee, proven under its root. Clauses BCN-11 to BCN-13.

use super::{AbsentMember, COMMITTEE_SIZE, Error, SUPERMAJORITY, Update};
use crate::{
    crypto::PublicKey,
    ssz::{self, Node, hash_pair},
};
use alloy_primitives::B256;

/// More members cannot be absent from an update that two thirds have signed.
const MAX_ABSENT: usize = COMMITTEE_SIZE - SUPERMAJORITY;

/// Depth of the tree of 512 keys.
const KEYS_DEPTH: u32 = COMMITTEE_SIZE.ilog2();

/// BCN-7: two thirds of the committee signed.
pub(super) fn verify_participation(participation: &[u8; 64]) -> Result<(), Error> {
    let got = participants(participation);
    if got < SUPERMAJORITY { Err(insufficient(got)) } else { Ok(()) }
}

/// BCN-11 to BCN-13: `update.absent` are exactly the members that did not sign, and their keys and the aggregate key are those
/// of the committee with the root `expected`.
///
/// A supermajority must have signed (BCN-7); with fewer, the error is that of BCN-7.
pub(super) fn verify_absent(update: &Update<'_>, expected: &B256) -> Result<(), Error> {
    let missing = COMMITTEE_SIZE - participants(&update.participation);
    let mut nodes = [Node::default(); MAX_ABSENT];
    let Some(leaves) = nodes.get_mut(..missing) else {
        return Err(insufficient(COMMITTEE_SIZE - missing));
    };
    if update.absent.len() != missing {
        return Err(Error::AbsentCount {
            expected: missing as u64,
            got: update.absent.len() as u64,
        });
    }
    let mut lowest = 0;
    for (position, (leaf, member)) in leaves.iter_mut().zip(update.absent).enumerate() {
        let index = absent_index(&update.participation, member, lowest);
        let index = index.ok_or(Error::AbsentIndex { position: position as u64 })?;
        *leaf = Node { index, hash: key_leaf(&member.key) };
        lowest = index + 1;
    }
    let keys_root = ssz::multiproof_root(leaves, KEYS_DEPTH, update.witness)?;
    let got = hash_pair(&keys_root, &key_leaf(&update.aggregate_key));
    if got == *expected { Ok(()) } else { Err(Error::CommitteeRoot { expected: *expected, got }) }
}

/// Members that signed.
fn participants(participation: &[u8; 64]) -> usize {
    participation.iter().map(|byte| byte.count_ones() as usize).sum()
}

const fn insufficient(got: usize) -> Error {
    Error::InsufficientParticipation { got: got as u64, required: SUPERMAJORITY as u64 }
}

/// The index of an absent member, when it is at least `lowest`, in the committee, and not among the participants.
fn absent_index(participation: &[u8; 64], member: &AbsentMember, lowest: u16) -> Option<u16> {
    let index = u16::try_from(member.index).ok().filter(|index| *index >= lowest)?;
    let byte = participation.get(usize::from(index / 8))?;
    (byte >> (index % 8) & 1 == 0).then_some(index)
}

/// Root of a key as SSZ sees it: two chunks, the compressed key and padding.
fn key_leaf(key: &PublicKey) -> B256 {
    let mut chunks = [B256::ZERO; 2];
    let compressed = key.compress();
    chunks[0].copy_from_slice(&compressed[..32]);
    chunks[1][..16].copy_from_slice(&compressed[32..]);
    hash_pair(&chunks[0], &chunks[1])
}
