//! From the block of a head down to an older one.

use crate::{Block, Cache, Error, Node, NodeError, ask};
use alloy_primitives::Bytes;
use light_client::{
    ancestry::{
        HISTORY_ADDRESS, HISTORY_LENGTH, ancestor_hash,
        builder::{Means, Place, cheapest, kept_hash},
        history_slot,
    },
    beacon::{Config, networks::MAINNET},
};

/// More headers than this take more calldata than a transaction may have.
pub const MAX_HEADERS: u64 = 128;

/// The two parts of a proof that lead to its block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// To an older block by what a state remembers (ANC-2); no byte when it is not used.
    pub ancestry: Bytes,
    /// RLP headers, newest first: the first is that of the block so far, the last that of the proven one.
    pub headers: Vec<Bytes>,
}

/// By which means a light client may be led to an older block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ways {
    /// By headers, or by the hashes that a state keeps, whichever costs less.
    #[default]
    Cheapest,
    /// By headers alone: the client takes nothing else, as that of attestors, or the chain keeps no hashes.
    Headers,
}

/// The way from `start` to `target`.
///
/// # Errors
///
/// [`Error::NotYet`], [`Error::OutOfReach`], [`Error::Reorganized`], [`Error::OtherBlock`], [`Error::Ancestry`], those of the node.
pub async fn lead(
    node: &dyn Node,
    cache: &Cache,
    config: Option<&Config<'_>>,
    ways: Ways,
    (start, target): (&Block, &Block),
) -> Result<Way, Error> {
    let (head, block) = (start.number(), target.number());
    let distance = head.checked_sub(block).ok_or(Error::NotYet { block, head })?;
    let place = |number| Place { number, slot: None };
    // Without slots it does not matter of which network the blocks are.
    let config = config.unwrap_or(&MAINNET);
    let means = match ways {
        Ways::Cheapest => cheapest(config, place(head), place(block)),
        Ways::Headers => Some(Means::Headers(distance.saturating_add(1))),
    };
    let by_headers = async || {
        if distance >= MAX_HEADERS {
            return Err(Error::OutOfReach { block, head });
        }
        let headers = descend(node, cache, start, target, |_| ()).await?;
        Ok(Way { ancestry: Bytes::new(), headers })
    };
    match means {
        Some(Means::Headers(_)) => by_headers().await,
        Some(Means::KeptHash) => match remembered(node, start, target).await {
            Ok(ancestry) => Ok(Way { ancestry, headers: vec![target.rlp().into()] }),
            // A chain that keeps no hashes, or a node without that state; headers are dearer, but there.
            Err(Error::OtherBlock { .. }) if distance >= MAX_HEADERS => {
                Err(Error::Reorganized { block: target.hash(), head: start.hash() })
            }
            Err(refused) if distance >= MAX_HEADERS => Err(refused),
            Err(_) => by_headers().await,
        },
        _ => Err(Error::OutOfReach { block, head }),
    }
}

/// RLP headers from `start` down to `target`, by parent hashes. `progress` is told how many were fetched so far.
///
/// # Errors
///
/// [`Error::NotYet`], [`Error::Reorganized`], those of the node.
pub async fn descend(
    node: &dyn Node,
    cache: &Cache,
    start: &Block,
    target: &Block,
    mut progress: impl FnMut(u64) + Send,
) -> Result<Vec<Bytes>, Error> {
    let (head, block) = (start.number(), target.number());
    let distance = head.checked_sub(block).ok_or(Error::NotYet { block, head })?;
    let mut headers = vec![Bytes::from(start.rlp())];
    let (mut hash, mut parent) = (start.hash(), start.parent_hash());
    for done in 1..=distance {
        let current = cache.block(node, parent).await?;
        headers.push(Bytes::from(current.rlp()));
        (hash, parent) = (current.hash(), current.parent_hash());
        progress(done);
    }
    if hash == target.hash() {
        return Ok(headers);
    }
    Err(Error::Reorganized { block: target.hash(), head: start.hash() })
}

/// The proof that the state of `start` keeps the hash of `target` (ANC-4); no byte for the block itself.
///
/// # Errors
///
/// [`Error::NotYet`], [`Error::OutOfReach`], [`Error::OtherBlock`], [`Error::Ancestry`], those of the node.
pub async fn remembered(node: &dyn Node, start: &Block, target: &Block) -> Result<Bytes, Error> {
    const METHOD: &str = "eth_getProof";
    let (head, block) = (start.number(), target.number());
    let distance = head.checked_sub(block).ok_or(Error::NotYet { block, head })?;
    if distance > HISTORY_LENGTH {
        return Err(Error::OutOfReach { block, head });
    }
    if distance == 0 {
        return Ok(Bytes::new());
    }
    let (account, _) =
        ask::account_proof(node, HISTORY_ADDRESS, &[history_slot(block)], start).await?;
    let wrong = |e| NodeError::mismatch(METHOD, e);
    let proof = kept_hash(&start.rlp(), block, &account).map_err(wrong)?;
    let got = ancestor_hash(&start.hash(), &proof)?;
    if got == target.hash() {
        Ok(proof)
    } else {
        Err(Error::OtherBlock { block: target.hash(), got })
    }
}
