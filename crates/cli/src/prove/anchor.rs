//! Where a proof starts: the block itself, a later block, or what a light-client update finalizes.

use crate::{
    error::{Error, Result},
    file::{self, Anchor, Block, ProofFile},
    output::progress,
    refusal::refuse,
    rpc::{self, BlockTag, Rpc},
    verify::{Trust, map_head},
};
use alloy_primitives::{B256, Bytes};
use clap::Args;
use light_client::{
    ancestry::{
        HISTORY_LENGTH,
        builder::{Means, Place, cheapest},
    },
    beacon::networks::MAINNET,
};
use prover::{Cache, way};
use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

/// More headers than this are hardly meant.
const MAX_HEADERS: u64 = 8192;

/// Where the proof starts.
#[derive(Debug, Args)]
pub(super) struct AnchorArgs {
    /// Start from this later block, by hash, number or tag, and prove the way down to the block.
    #[arg(long, value_name = "BLOCK", conflicts_with = "update")]
    anchor: Option<BlockName>,
    /// Start from the block that this light-client update proves, and bundle the update: then no
    /// block hash is assumed. FILE is a proof file of kind `beacon-update` or `map-update`.
    #[arg(long, value_name = "FILE")]
    update: Option<PathBuf>,
    /// How to get from there to the block.
    #[arg(long, value_enum, default_value_t = Way::Headers)]
    way: Way,
}

/// From a later block to an older one.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Way {
    /// Each block names its parent: as many headers as there are blocks between.
    Headers,
    /// The state keeps the hashes of the last 8191 blocks (EIP-2935): one proof, however far.
    History,
    /// Of the two that which costs less on chain: a few headers, or else the proof.
    Cheapest,
}

impl Way {
    /// The way itself, once the two blocks are known.
    fn between(self, start: &rpc::Block, target: &rpc::Block) -> Self {
        let place = |block: &rpc::Block| Place { number: block.number(), slot: None };
        match self {
            // Without slots it does not matter of which network the blocks are.
            Self::Cheapest => match cheapest(&MAINNET, place(start), place(target)) {
                Some(Means::KeptHash) => Self::History,
                _ => Self::Headers,
            },
            other => other,
        }
    }
}

/// A block by hash, number or tag.
#[derive(Clone, Debug)]
pub(super) enum BlockName {
    /// By hash.
    Hash(B256),
    /// By number or tag.
    Tag(BlockTag),
}

impl FromStr for BlockName {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let tag = match text {
            "latest" => Some(BlockTag::Latest),
            "safe" => Some(BlockTag::Safe),
            "finalized" => Some(BlockTag::Finalized),
            "earliest" => Some(BlockTag::Earliest),
            _ => None,
        };
        if let Some(tag) = tag {
            return Ok(Self::Tag(tag));
        }
        if text.len() == 66 {
            return text.parse().map(Self::Hash).map_err(|e| format!("not a block hash: {e}"));
        }
        let number = match text.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16),
            None => text.parse(),
        };
        let number = number.map_err(|_| "neither a block hash nor a number nor a tag".to_owned());
        Ok(Self::Tag(BlockTag::Number(number?)))
    }
}

impl BlockName {
    /// The block, its header hashed.
    pub(super) async fn fetch(&self, rpc: &Rpc) -> Result<rpc::Block> {
        match self {
            Self::Hash(hash) => rpc.block_by_hash(*hash).await,
            Self::Tag(tag) => rpc.block_by_number(*tag).await,
        }
    }
}

impl AnchorArgs {
    /// The block that the proof starts from; without an anchor the newest one.
    pub(super) async fn start(&self, rpc: &Rpc, chain_id: u64) -> Result<rpc::Block> {
        match (&self.anchor, &self.update) {
            (_, Some(path)) => Ok(finalized(rpc, chain_id, path).await?.1),
            (Some(name), None) => name.fetch(rpc).await,
            (None, None) => rpc.block_by_number(BlockTag::Latest).await,
        }
    }

    /// The way from the anchor down to `target`.
    pub(super) async fn lead_to(
        &self,
        rpc: &Rpc,
        chain_id: u64,
        target: rpc::Block,
    ) -> Result<Block> {
        let (anchor, start) = match (&self.anchor, &self.update) {
            (_, Some(path)) => finalized(rpc, chain_id, path).await?,
            (name, None) => {
                let start = match name {
                    Some(name) => name.fetch(rpc).await?,
                    None => target.clone(),
                };
                (Anchor::Block { chain_id, hash: start.hash() }, start)
            }
        };
        match self.way.between(&start, &target) {
            Way::Headers | Way::Cheapest => {
                Ok(Block::descended(anchor, descend(rpc, &start, &target).await?))
            }
            Way::History => {
                let ancestry = remembered(rpc, &start, &target).await?;
                Ok(Block { anchor, ancestry, headers: vec![target.rlp().into()] })
            }
        }
    }
}

/// The block that an update proves, and the update as the anchor.
async fn finalized(rpc: &Rpc, chain_id: u64, path: &Path) -> Result<(Anchor, rpc::Block)> {
    let name = path.display().to_string();
    let (anchor, hash) = match ProofFile::parse(&name, &file::read_text(path)?)? {
        ProofFile::BeaconUpdate(update) => {
            let hash = update.execution_block_hash()?;
            (Anchor::Update(update), hash)
        }
        ProofFile::MapUpdate(update) => {
            let hash = map_head(&update, Trust::now(None).now)?.block_hash();
            (Anchor::MapUpdate(update), hash)
        }
        _ => return Err(Error::input(name, "not of the kind beacon-update or map-update")),
    };
    let of = Block::descended(anchor, Vec::new());
    if of.chain_id() != chain_id {
        let problem = format!("is about chain {}, the node is on {chain_id}", of.chain_id());
        return Err(Error::input(name, problem));
    }
    Ok((of.anchor, rpc.block_by_hash(hash).await?))
}

/// How many blocks a block is before the one that the proof starts from.
fn distance(start: &rpc::Block, target: &rpc::Block, most: u64) -> Result<u64> {
    let distance = start.number().checked_sub(target.number());
    distance.filter(|distance| *distance < most).ok_or_else(|| {
        let (start, target) = (start.number(), target.number());
        Error::Usage(format!(
            "the proof would start from block {start}: it must be block {target}, which is proven, or less than \
             {most} later"
        ))
    })
}

/// RLP headers from `start` down to `target`, by parent hashes.
async fn descend(rpc: &Rpc, start: &rpc::Block, target: &rpc::Block) -> Result<Vec<Bytes>> {
    let distance = distance(start, target, MAX_HEADERS)?;
    let told = |done| {
        if done % 100 == 0 {
            progress(format_args!("{done} of {distance} headers"));
        }
    };
    let headers = way::descend(rpc.node(), &Cache::none(), start, target, told).await;
    headers.map_err(|error| match error {
        prover::Error::Reorganized { block, .. } => {
            let problem = format!("block {block} is not its ancestor: there was a reorganization");
            Error::input("the anchor", problem)
        }
        other => other.into(),
    })
}

/// The proof that the state of `start` keeps the hash of `target` (ANC-4); none for the block itself.
async fn remembered(rpc: &Rpc, start: &rpc::Block, target: &rpc::Block) -> Result<Option<Bytes>> {
    if distance(start, target, HISTORY_LENGTH + 1)? == 0 {
        return Ok(None);
    }
    let proof = way::remembered(rpc.node(), start, target).await;
    proof.map(Some).map_err(|error| match error {
        prover::Error::OtherBlock { got, .. } => {
            Error::input("the anchor", format!("its state keeps {got} in that place"))
        }
        prover::Error::Ancestry(error) => refuse("way to an older block", error),
        other => other.into(),
    })
}
