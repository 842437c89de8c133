//! From the anchor of a proof to the proven block: ANC-1, HDR-1, HDR-2, and the client's clauses.

use super::{Trust, Verified, update};
use crate::{
    error::Result,
    file::{Anchor, Block, Items},
    refusal::refuse,
};
use alloy_primitives::{B256, Bytes};
use light_client::{Header, ancestry, header::BodyRoots};

/// Where `items` of the block are: the root of their trie, with what it rests on added to
/// `verified`. Zero when the header has no such root, which no proof is accepted under.
pub(super) fn root(
    items: Items,
    block: &Block,
    trust: &Trust,
    verified: &mut Verified,
) -> Result<B256> {
    let (hash, header) = opened(block, trust, verified)?;
    let roots = || {
        let rlp = block.headers.last().map(Bytes::as_ref).unwrap_or_default();
        BodyRoots::open(rlp, &hash).map_err(|error| refuse("roots in the header", error))
    };
    Ok(match items {
        Items::Receipts => header.receipts_root,
        Items::Transactions => roots()?.transactions,
        Items::Withdrawals => roots()?.withdrawals.unwrap_or_default(),
    })
}

/// The roots of the block, with what they rest on added to `verified`.
pub(super) fn open(block: &Block, trust: &Trust, verified: &mut Verified) -> Result<Header> {
    Ok(opened(block, trust, verified)?.1)
}

fn opened(block: &Block, trust: &Trust, verified: &mut Verified) -> Result<(B256, Header)> {
    let (trusted, chain_id) = match (trust.block_hash, &block.anchor) {
        (Some(hash), _) => (assume_given(hash, block, verified), block.chain_id()),
        (None, Anchor::Block { chain_id, hash }) => {
            (assume_named(*hash, *chain_id, verified), *chain_id)
        }
        (None, Anchor::Update(file)) => {
            let head = update::head(file, trust.now)?;
            update::assume(file, verified);
            (head.block_hash(), head.chain_id())
        }
    };
    let (hash, header) = ancestry::open_chain(&trusted, &block.headers)
        .map_err(|error| refuse("way from the trusted block hash by headers", error))?;
    verified.fact("chain", chain_id);
    verified.fact("block", header.number);
    verified.fact("block_hash", hash);
    verified.fact("block_time", header.timestamp);
    if block.headers.len() > 1 {
        verified.fact("ancestry", format!("{} headers from {trusted}", block.headers.len()));
    }
    Ok((hash, header))
}

fn assume_given(hash: B256, block: &Block, verified: &mut Verified) -> B256 {
    verified.assume(format!("{hash}, which you gave, is a block of chain {}", block.chain_id()));
    hash
}

fn assume_named(hash: B256, chain: u64, verified: &mut Verified) -> B256 {
    verified.assume(format!(
        "{hash}, which the file names, is a block of chain {chain}: compare it, or pass --block-hash"
    ));
    hash
}
