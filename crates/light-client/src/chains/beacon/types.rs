//! What a client trusts and what it starts from. Field for field the structs of `IBeaconLightClient`.

use crate::ssz::hash_pair;
use alloy_primitives::B256;

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
        let numbers = hash_pair(&chunk(self.slot), &chunk(self.proposer_index));
        let roots = hash_pair(&self.parent_root, &self.state_root);
        let body = hash_pair(&self.body_root, &B256::ZERO);
        let padding = hash_pair(&B256::ZERO, &B256::ZERO);
        hash_pair(&hash_pair(&numbers, &roots), &hash_pair(&body, &padding))
    }
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
