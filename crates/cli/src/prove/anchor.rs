//! Where a proof starts: the block itself, a later block, or what a light-client update finalizes.

use crate::{
    error::{Error, Result},
    file::{self, Anchor, Block, ProofFile},
    output::progress,
    rpc::{self, Rpc},
};
use alloy_primitives::{B256, Bytes};
use clap::Args;
use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

/// More headers than this are hardly meant.
const MAX_HEADERS: u64 = 8192;

/// Where the proof starts.
#[derive(Debug, Args)]
pub(super) struct AnchorArgs {
    /// Start from this later block, by hash, number or tag, and prove the way down to the
    /// transaction's block by headers.
    #[arg(long, value_name = "BLOCK", conflicts_with = "update")]
    anchor: Option<BlockName>,
    /// Start from the block that this light-client update finalizes, and bundle the update: then no
    /// block hash is assumed. FILE is a proof file of kind `beacon-update`.
    #[arg(long, value_name = "FILE")]
    update: Option<PathBuf>,
}

/// A block by hash, number or tag.
#[derive(Clone, Debug)]
pub(super) enum BlockName {
    /// By hash.
    Hash(B256),
    /// By number in hexadecimal, or by tag.
    Number(String),
}

impl FromStr for BlockName {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        if ["latest", "safe", "finalized", "earliest"].contains(&text) {
            return Ok(Self::Number(text.to_owned()));
        }
        if text.len() == 66 {
            return text.parse().map(Self::Hash).map_err(|e| format!("not a block hash: {e}"));
        }
        let number = match text.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16),
            None => text.parse(),
        };
        let number = number.map_err(|_| "neither a block hash nor a number nor a tag".to_owned());
        Ok(Self::Number(format!("0x{:x}", number?)))
    }
}

impl BlockName {
    /// The block, its header hashed.
    pub(super) async fn fetch(&self, rpc: &Rpc) -> Result<rpc::Block> {
        match self {
            Self::Hash(hash) => rpc.block_by_hash(*hash).await,
            Self::Number(number) => rpc.block_by_number(number).await,
        }
    }
}

impl AnchorArgs {
    /// The headers from the anchor down to `target`.
    pub(super) async fn lead_to(
        &self,
        rpc: &Rpc,
        chain_id: u64,
        target: rpc::Block,
    ) -> Result<Block> {
        let start = match (&self.anchor, &self.update) {
            (Some(name), _) => name.fetch(rpc).await?,
            (None, Some(path)) => return bundle(rpc, chain_id, path, &target).await,
            (None, None) => target.clone(),
        };
        let anchor = Anchor::Block { chain_id, hash: start.hash() };
        let headers = descend(rpc, start, &target).await?;
        Ok(Block::descended(anchor, headers))
    }
}

/// Starts from the block that an update finalizes, and takes the update along.
async fn bundle(rpc: &Rpc, chain_id: u64, path: &Path, target: &rpc::Block) -> Result<Block> {
    let name = path.display().to_string();
    let ProofFile::BeaconUpdate(update) = ProofFile::parse(&name, &file::read_text(path)?)? else {
        return Err(Error::input(name, "not of the kind beacon-update"));
    };
    if update.network.chain_id != chain_id {
        let problem =
            format!("is about chain {}, the node is on {chain_id}", update.network.chain_id);
        return Err(Error::input(name, problem));
    }
    let start = rpc.block_by_hash(update.execution_block_hash()?).await?;
    let headers = descend(rpc, start, target).await?;
    Ok(Block::descended(Anchor::Update(update), headers))
}

/// RLP headers from `start` down to `target`, by parent hashes.
async fn descend(rpc: &Rpc, start: rpc::Block, target: &rpc::Block) -> Result<Vec<Bytes>> {
    let distance = start.number().checked_sub(target.number());
    let distance = distance.filter(|distance| *distance < MAX_HEADERS).ok_or_else(|| {
        let (start, target) = (start.number(), target.number());
        Error::Usage(format!(
            "the proof would start from block {start}: it must be block {target}, the \
             transaction's, or less than {MAX_HEADERS} later"
        ))
    })?;
    let mut headers = vec![Bytes::from(start.rlp())];
    let mut current = start;
    for done in 1..=distance {
        current = rpc.block_by_hash(current.parent_hash()).await?;
        headers.push(Bytes::from(current.rlp()));
        if done % 100 == 0 {
            progress(format_args!("{done} of {distance} headers"));
        }
    }
    if current.hash() != target.hash() {
        let problem =
            format!("block {} is not its ancestor: there was a reorganization", target.hash());
        return Err(Error::input("the anchor", problem));
    }
    Ok(headers)
}
