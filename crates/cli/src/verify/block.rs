//! From the anchor of a proof to the proven block: ANC-1…4, HDR-1, HDR-2, and the client's clauses.

use super::{Trust, Verified, map_update, update};
use crate::{
    error::{Error, Result},
    file::{AncestryFile, Anchor, Block, Items},
    refusal::refuse,
};
use alloy_primitives::{B256, Bytes};
use light_client::{Header, ancestry, header::BodyRoots};

/// Verifies a block alone.
pub(super) fn verify(file: &AncestryFile, trust: &Trust) -> Result<Verified> {
    let mut verified = Verified::new("ancestry");
    let header = open(&file.block, trust, &mut verified)?;
    verified.fact("state_root", header.state_root);
    verified.fact("receipts_root", header.receipts_root);
    Ok(verified)
}

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
    let (trusted, start) = match (trust.block_hash, &block.anchor) {
        (None, Anchor::Update(file)) => {
            let head = update::head(file, trust.now)?;
            update::assume(file, verified);
            let start = head.ancestor(&file.network.as_config(), &block.ancestry());
            (head.block_hash(), start.map_err(refuse_older)?.block_hash())
        }
        (None, Anchor::MapUpdate(file)) => {
            let head = map_update::head(file, trust.now)?;
            map_update::assume(file, verified);
            let start = head.ancestor(&block.ancestry());
            (head.block_hash(), start.map_err(refuse_older)?.block_hash())
        }
        (None, Anchor::Block { chain_id, hash }) => {
            (assume_named(*hash, *chain_id, verified), older(hash, &block.ancestry())?)
        }
        (Some(hash), _) => (assume_given(hash, block, verified), older(&hash, &block.ancestry())?),
    };
    let (hash, header) = ancestry::open_chain(&start, &block.headers)
        .map_err(|error| refuse("way from the trusted block hash by headers", error))?;
    verified.fact("chain", block.chain_id());
    verified.fact("block", header.number);
    verified.fact("block_hash", hash);
    verified.fact("block_time", header.timestamp);
    if start != trusted {
        verified.fact("older_block", format!("{start}, proven from {trusted}"));
    }
    if block.headers.len() > 1 {
        verified.fact("ancestry", format!("{} headers from {start}", block.headers.len()));
    }
    Ok((hash, header))
}

/// From a block hash that is trusted as it is to that of an older block (ANC-2, ANC-4).
fn older(trusted: &B256, proof: &[u8]) -> Result<B256> {
    if proof.first() == Some(&ancestry::BEACON) {
        let problem = "the proof goes by beacon block roots: that needs the file's light-client update, not a block hash";
        return Err(Error::Usage(problem.into()));
    }
    ancestry::ancestor_hash(trusted, proof).map_err(refuse_older)
}

fn refuse_older(error: ancestry::Error) -> Error {
    refuse("way from the trusted block hash to an older block", error)
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
