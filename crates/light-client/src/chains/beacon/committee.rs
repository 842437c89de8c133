//! The absent members of a committee, proven under its root. Clauses BCN-7, BCN-11 and BCN-12.

use super::{AbsentMember, COMMITTEE_SIZE, Config, Error, Update};
use crate::{
    crypto::PublicKey,
    ssz::{self, Node, hash_pair},
};
use alloy_primitives::B256;

/// More members cannot be absent from an update that two thirds of the largest committee have signed.
const MAX_ABSENT: usize = COMMITTEE_SIZE / 3;

/// BCN-7: two thirds of the committee signed.
pub(super) const fn verify_participation(
    config: &Config<'_>,
    update: &Update<'_>,
) -> Result<(), Error> {
    let (got, required) = (participants(config, update), config.quorum());
    if got < required { Err(Error::InsufficientParticipation { got, required }) } else { Ok(()) }
}

/// BCN-11, BCN-12: the absent members are distinct members, and their keys and the aggregate key are those of the committee with
/// the root `expected`.
///
/// A quorum must have signed (BCN-7); with fewer than any committee's quorum, the error is that of BCN-7.
pub(super) fn verify_absent(
    config: &Config<'_>,
    update: &Update<'_>,
    expected: &B256,
) -> Result<(), Error> {
    let mut nodes = [Node::default(); MAX_ABSENT];
    let Some(leaves) = nodes.get_mut(..update.absent.len()) else {
        let (got, required) = (participants(config, update), config.quorum());
        return Err(Error::InsufficientParticipation { got, required });
    };
    let mut lowest = 0;
    for (position, (leaf, member)) in leaves.iter_mut().zip(update.absent.iter()).enumerate() {
        let AbsentMember { index, key } = member;
        if index < lowest || u64::from(index) >= config.committee_size {
            return Err(Error::AbsentIndex { position: position as u64 });
        }
        *leaf = Node { index, hash: key_leaf(&key) };
        lowest = index + 1;
    }
    let depth = config.committee_size.checked_ilog2().unwrap_or(0);
    let keys_root = ssz::multiproof_root(leaves, depth, update.witness)?;
    let got = hash_pair(&keys_root, &key_leaf(&update.aggregate_key));
    if got == *expected { Ok(()) } else { Err(Error::CommitteeRoot { expected: *expected, got }) }
}

/// Members that signed: whoever is not absent.
const fn participants(config: &Config<'_>, update: &Update<'_>) -> u64 {
    config.committee_size.saturating_sub(update.absent.len() as u64)
}

/// Root of a key as SSZ sees it: two chunks, the compressed key and padding.
fn key_leaf(key: &PublicKey) -> B256 {
    let mut chunks = [B256::ZERO; 2];
    let compressed = key.compress();
    chunks[0].copy_from_slice(&compressed[..32]);
    chunks[1][..16].copy_from_slice(&compressed[32..]);
    hash_pair(&chunks[0], &chunks[1])
}
