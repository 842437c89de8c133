//! From which trusted thing a proof starts, and the way from there down to its block.

use super::{MapUpdateFile, UpdateFile};
use alloy_primitives::{B256, Bytes};
use serde::{Deserialize, Serialize};

/// A block of the source chain, as a proof file names it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Block {
    /// What is trusted.
    pub anchor: Anchor,
    /// From the anchor's block to an older one, by what a state remembers (ANC-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ancestry: Option<Bytes>,
    /// RLP headers, newest first: the first is the block so far, the last the proven one.
    pub headers: Vec<Bytes>,
}

/// What is trusted.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Anchor {
    /// A block by its hash. A hash binds no chain id: that it is this chain's is assumed too.
    Block {
        /// The chain.
        chain_id: u64,
        /// The hash.
        hash: B256,
    },
    /// Nothing but a light client's state: the block is the one that the update finalizes.
    Update(Box<UpdateFile>),
    /// The same of a MAP relay chain: the block is the last one of the update.
    MapUpdate(Box<MapUpdateFile>),
}

impl Block {
    /// A block that is trusted by its own hash.
    pub(crate) fn trusted(chain_id: u64, hash: B256, header: Vec<u8>) -> Self {
        Self::descended(Anchor::Block { chain_id, hash }, vec![header.into()])
    }

    /// A block that headers lead to.
    pub(crate) const fn descended(anchor: Anchor, headers: Vec<Bytes>) -> Self {
        Self { anchor, ancestry: None, headers }
    }

    /// The way to an older block; no byte at all when there is none.
    pub(crate) fn ancestry(&self) -> Bytes {
        self.ancestry.clone().unwrap_or_default()
    }

    /// The chain that the block is of, if the anchor is right.
    pub(crate) const fn chain_id(&self) -> u64 {
        match &self.anchor {
            Anchor::Block { chain_id, .. } => *chain_id,
            Anchor::Update(file) => file.network.chain_id,
            Anchor::MapUpdate(file) => file.network.chain_id,
        }
    }
}
