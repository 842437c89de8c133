//! From which trusted thing a proof starts, and the headers from there down to its block.

use super::UpdateFile;
use alloy_primitives::{B256, Bytes};
use serde::{Deserialize, Serialize};

/// A block of the source chain, as a proof file names it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Block {
    /// The chain that the anchor is said to be of. A block hash binds no chain id: this is part of
    /// what is assumed, except under an update, whose configuration names the chain.
    pub chain_id: u64,
    /// What is trusted.
    pub anchor: Anchor,
    /// RLP headers, newest first: the first is the anchor's block, the last the proven one.
    pub headers: Vec<Bytes>,
}

/// What is trusted.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Anchor {
    /// That a block with this hash is in the chain.
    BlockHash(B256),
    /// Nothing but a light client's state: the block is the one that the update finalizes.
    Update(Box<UpdateFile>),
}
