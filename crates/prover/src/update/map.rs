//! The same of a MAP relay chain: headers with the seals of its validators, from one epoch to the next.

use super::Error;
use crate::{Block, Node, NodeError, ask, ask::BlockTag, validators};
use alloy_primitives::{B256, Bytes};
use light_client::{
    crypto::bn254::{DefaultBn254, G1},
    map::{
        Client, Config, SealedHeader, Trusted,
        builder::{OwnedUpdate, Validator, commitment, next_set},
    },
};
use serde_json::Value;

/// Most epochs that one update leads over: each takes a header with the keys that it brings.
pub const MAX_EPOCHS: u64 = 8;

/// An update that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedMap {
    /// As the contract takes it (MAP-1).
    pub bytes: Bytes,
    /// Number of the block that it proves.
    pub number: u64,
    /// Its hash.
    pub block_hash: B256,
    /// What is trusted afterwards.
    pub trusted: Trusted,
    /// The validators of the newest epoch that is trusted afterwards: what the next update is made with.
    pub validators: Vec<Validator>,
}

/// An update of a client of a MAP relay chain to the block at `target`, verified at `now` (Unix seconds); none for a block that is not
/// newer than `newest`, the number of the client's head.
///
/// `validators` are those of the newest epoch that is trusted, in their order. A client that is many epochs behind is led over
/// [`MAX_EPOCHS`] of them, to the last block of the last, by one call.
///
/// # Errors
///
/// [`Error::NoValidators`], [`Error::MapHeaders`], [`Error::MapRefused`], those of the node.
pub async fn map(
    node: &dyn Node,
    config: &Config,
    (trusted, validators): (&Trusted, &[Validator]),
    newest: u64,
    target: BlockTag,
    now: u64,
) -> Result<Option<PreparedMap>, Error> {
    let client = Client::new(*config, DefaultBn254::default())?;
    let keys: Vec<G1> = validators.iter().map(|one| one.g1).collect();
    let held = trusted.commitment(trusted.epoch);
    if held.is_none() || commitment(&keys).ok() != held {
        let commitment = held.unwrap_or_default();
        return Err(Error::NoValidators { epoch: trusted.epoch, commitment });
    }
    let target = ask::block_by_number(node, target).await?;
    // Of an older epoch than the newest the keys are not known here; what is so old is hardly wanted.
    let is_due =
        |block: &Block| block.number() > newest && config.epoch(block.number()) >= trusted.epoch;
    let Some(target) = target.filter(is_due) else { return Ok(None) };
    let headers = headers(node, config, (trusted.epoch, MAX_EPOCHS), &target, |_, _| ()).await?;
    let (packed, validators) = OwnedUpdate::new(config, validators, &headers)?;
    let bytes = packed.encode();
    let (trusted, head) = client.update(trusted, &bytes, now)?;
    let (number, block_hash) = (head.number(), head.block_hash());
    Ok(Some(PreparedMap { bytes: bytes.into(), number, block_hash, trusted, validators }))
}

/// The headers that lead from the validators of an epoch to a block, with their seals: the last of each epoch between, and that of the
/// block itself; but of no more than so many epochs. `progress` is told the number of each last block and its epoch.
///
/// # Errors
///
/// [`NodeError::Missing`], [`NodeError::Unreadable`] for blocks of another family of chains, those of the node.
pub async fn headers(
    node: &dyn Node,
    config: &Config,
    (first, most): (u64, u64),
    target: &Block,
    mut progress: impl FnMut(u64, u64) + Send,
) -> Result<Vec<Bytes>, NodeError> {
    const METHOD: &str = "eth_getBlockByNumber";
    let last = config.epoch(target.number());
    let mut headers = Vec::new();
    let reached = last.min(first.saturating_add(most));
    for epoch in first..reached {
        let end = epoch.saturating_mul(config.epoch_size);
        let block = ask::block_by_number(node, BlockTag::Number(end)).await?;
        let missing = || NodeError::missing(METHOD, format_args!("block {end}"));
        progress(end, epoch);
        headers.push(sealed(&block.ok_or_else(missing)?)?);
    }
    if reached == last {
        headers.push(sealed(target)?);
    }
    Ok(headers)
}

/// The validators of epoch `to`, from those of an earlier one and the headers that end the epochs between. Whether they are is shown by
/// nothing but the commitment that is trusted ([`commitment`]).
///
/// # Errors
///
/// [`Error::MapHeaders`], those of [`headers`].
pub async fn validators_later(
    node: &dyn Node,
    config: &Config,
    (epoch, set): (u64, &[Validator]),
    to: u64,
) -> Result<Vec<Validator>, Error> {
    const METHOD: &str = "eth_getBlockByNumber";
    let mut set = set.to_vec();
    for epoch in epoch..to {
        let end = epoch.saturating_mul(config.epoch_size);
        let block = ask::block_by_number(node, BlockTag::Number(end)).await?;
        let missing = || NodeError::missing(METHOD, format_args!("block {end}"));
        let header = sealed(&block.ok_or_else(missing)?)?;
        let header =
            SealedHeader::split(&header).map_err(light_client::map::builder::Error::from)?;
        set = next_set(&set, &header.as_hashed())?;
    }
    Ok(set)
}

/// The validators of an epoch as a node lists them. They are its word, as above.
///
/// # Errors
///
/// [`NodeError::Unreadable`], those of the node: not all of them answer this.
pub async fn validators_listed(
    node: &dyn Node,
    config: &Config,
    epoch: u64,
) -> Result<Vec<Validator>, NodeError> {
    const METHOD: &str = "istanbul_getSnapshot";
    let before = epoch.saturating_sub(1).saturating_mul(config.epoch_size);
    let answer: Value = ask::answer(node, METHOD, (format!("{before:#x}"),)).await?;
    let listed = validators::read(&answer).map_err(|e| NodeError::unreadable(METHOD, e))?;
    Ok(listed.validators.iter().map(validators::Validator::to_builder).collect())
}

fn sealed(block: &Block) -> Result<Bytes, NodeError> {
    let header = block.sealed_rlp().map(Bytes::from);
    let other = || NodeError::unreadable("eth_getBlockByNumber", "not a node of a MAP relay chain");
    header.ok_or_else(other)
}
