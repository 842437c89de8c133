//! What a client trusts and what it is given. Field for field the structs of `IBeaconLightClient`.

use crate::{
    crypto::{PublicKey, Signature},
    ssz::hash_pair,
};
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
    /// Hash of the execution block in the header's block.
    pub execution_block_hash: B256,
    /// Proves the block hash under the header's body root.
    pub execution_branch: &'a [B256],
}

/// A committee member that did not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AbsentMember {
    /// Position in the committee, below 512.
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal"))]
    pub index: u64,
    /// The member's key.
    pub key: PublicKey,
}

/// An untrusted update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Update<'a> {
    /// The header that the committee signed.
    pub attested: BeaconHeader,
    /// The header that is final in the state of the attested one.
    pub finalized: BeaconHeader,
    /// Slot of the block that carries the signature.
    pub signature_slot: u64,
    /// Hash of the execution block in the finalized header's block.
    pub execution_block_hash: B256,
    /// Root of the committee of the period after the attested header's; zero when the update brings none.
    pub next_committee_root: B256,
    /// Who signed: bit i of the committee is bit i mod 8 of byte i / 8.
    pub participation: [u8; 64],
    /// Aggregate key of the whole committee.
    pub aggregate_key: PublicKey,
    /// Aggregate signature of the participants.
    pub signature: Signature,
    /// Proves the finalized root under the attested state root.
    pub finality_branch: &'a [B256],
    /// Proves the execution block hash under the finalized body root.
    pub execution_branch: &'a [B256],
    /// Proves the next committee root under the attested state root; empty without one.
    pub next_committee_branch: &'a [B256],
    /// The members that did not sign, by increasing index.
    pub absent: &'a [AbsentMember],
    /// Sibling nodes that prove the absent members under the committee root (SSZ-2).
    pub witness: &'a [B256],
}

/// What the client trusts now. Whoever stores it vouches for it: the default trusts nothing and verifies nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Trusted {
    /// Slot of the latest finalized header.
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal"))]
    pub finalized_slot: u64,
    /// Root of the latest finalized header.
    pub finalized_root: B256,
    /// Root of the committee that signs in the period of the latest finalized header.
    pub current_committee_root: B256,
    /// Root of the committee of the period after; zero while unknown.
    pub next_committee_root: B256,
    /// Id of the newest head; ids count from 1.
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal"))]
    pub latest_head: u64,
    /// Time at which the client froze; zero while it is not frozen.
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal"))]
    pub frozen_at: u64,
}
