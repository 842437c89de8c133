//! Where a proof starts: the block itself, a later block, or what a light-client update finalizes.

use crate::{
    error::{Error, Result},
    file::{self, Anchor, Block, ProofFile},
    output::progress,
    refusal::refuse,
    rpc::{self, Rpc},
    verify::{Trust, map_head},
};
use alloy_primitives::{B256, Bytes, U256};
use clap::Args;
use light_client::{
    ancestry::{
        HISTORY_ADDRESS, HISTORY_LENGTH, ancestor_hash,
        builder::{Means, Place, cheapest, kept_hash},
        history_slot,
    },
    beacon::networks::MAINNET,
};
use mpt_proof::builder::accounts;
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
    /// The block that the proof starts from; without an anchor the newest one.
    pub(super) async fn start(&self, rpc: &Rpc, chain_id: u64) -> Result<rpc::Block> {
        match (&self.anchor, &self.update) {
            (_, Some(path)) => Ok(finalized(rpc, chain_id, path).await?.1),
            (Some(name), None) => name.fetch(rpc).await,
            (None, None) => rpc.block_by_number("latest").await,
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
                Ok(Block::descended(anchor, descend(rpc, start, &target).await?))
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
async fn descend(rpc: &Rpc, start: rpc::Block, target: &rpc::Block) -> Result<Vec<Bytes>> {
    let distance = distance(&start, target, MAX_HEADERS)?;
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

/// The proof that the state of `start` keeps the hash of `target` (ANC-4); none for the block itself.
async fn remembered(rpc: &Rpc, start: &rpc::Block, target: &rpc::Block) -> Result<Option<Bytes>> {
    if distance(start, target, HISTORY_LENGTH + 1)? == 0 {
        return Ok(None);
    }
    let (header, number) = (start.rlp(), target.number());
    let block = U256::from(start.number());
    let answer = rpc.proof(HISTORY_ADDRESS, &[history_slot(number)], block).await?;
    let answer = accounts::from_json(&answer).map_err(|e| Error::rpc("eth_getProof", e))?;
    let proof = kept_hash(&header, number, &answer).map_err(|e| Error::rpc("eth_getProof", e))?;
    match ancestor_hash(&start.hash(), &proof) {
        Ok(hash) if hash == target.hash() => Ok(Some(proof)),
        Ok(hash) => {
            Err(Error::input("the anchor", format!("its state keeps {hash} in that place")))
        }
        Err(error) => Err(refuse("way to an older block", error)),
    }
}
