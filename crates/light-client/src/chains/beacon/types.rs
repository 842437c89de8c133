//! What a client trusts and what it starts from. Field for field the structs of `IBeaconLightClient`.

use crate::ssz::hash_pair;
use alloy_primitives::{B256, b256};

/// SHA-256 of 64 zero bytes: the node above two leaves of zeros.
const TWO_ZEROS: B256 = b256!("f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b");

/// `BeaconBlockHeader` of the consensus specs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BeaconHeader {
    /// Slot of the block.
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal"))]
    pub slot: u64,
    /// Index of the validator that proposed the block.
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal"))]
    pub proposer_index: u64,
    /// Root of the parent's header.
    pub parent_root: B256,
    /// Root of the state after the block.
    pub state_root: B256,
    /// Root of the body of the block.
    pub body_root: B256,
}

impl BeaconHeader {
    /// The root of the header: the root of its block.
    pub fn hash_tree_root(&self) -> B256 {
        let roots = hash_pair(&self.parent_root, &self.state_root);
        header_root(self.slot, self.proposer_index, &roots, &body_half(&self.body_root))
    }
}

/// Root of a header, of whose tree `roots` is the node above the parent root and the state root, and `half` the right half.
pub(super) fn header_root(slot: u64, proposer_index: u64, roots: &B256, half: &B256) -> B256 {
    let numbers = hash_pair(&chunk(slot), &chunk(proposer_index));
    hash_pair(&hash_pair(&numbers, roots), half)
}

/// The right half of a header's tree of eight leaves: the body root and zeros.
pub(super) fn body_half(body_root: &B256) -> B256 {
    hash_pair(&hash_pair(body_root, &B256::ZERO), &TWO_ZEROS)
}

/// The SSZ chunk of a number: little-endian, padded on the right.
pub(crate) fn chunk(number: u64) -> B256 {
    let mut chunk = B256::ZERO;
    chunk[..8].copy_from_slice(&number.to_le_bytes());
    chunk
}

/// A starting point: a finalized header, whose root the caller trusts, and its committee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bootstrap<'a> {
    /// A finalized header.
    pub header: BeaconHeader,
    /// Root of the committee that signs in the period of the header.
    pub current_committee_root: B256,
    /// Proves the committee root under the header's state root.
    pub current_committee_branch: &'a [B256],
    /// Hash of the execution block in the header's block; the body root itself where none is proven.
    pub execution_block_hash: B256,
    /// Proves the block hash under the header's body root.
    pub execution_branch: &'a [B256],
}

/// What the client trusts now. Whoever stores it vouches for it: the default trusts nothing and verifies nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Trusted {
    /// Slot of the latest finalized header.
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal"))]
    pub finalized_slot: u64,
    /// Root of the committee that signs in the period of the latest finalized header.
    pub current_committee_root: B256,
    /// Root of the committee of the period after; zero while unknown.
    pub next_committee_root: B256,
    /// Id of the newest head; ids count from 1, and 0 says that there is none yet.
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal"))]
    pub latest_head: u64,
    /// Time at which the client froze; zero while it is not frozen.
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal"))]
    pub frozen_at: u64,
}
