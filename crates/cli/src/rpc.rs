//! The node of a command: the prover's, with the errors of commands.

pub(crate) use prover::{Block, BlockTag, Log, Receipt};

use crate::error::{Error, Result};
use alloy_primitives::{Address, B256};
use prover::{Node, NodeError, ask, receipts};
use serde::{Serialize, de::DeserializeOwned};

/// A node.
#[derive(Clone, Debug)]
pub(crate) struct Rpc(prover::Rpc);

impl Rpc {
    /// A client for the node at `url`. Nothing is sent yet.
    pub(crate) fn new(url: &str) -> Result<Self> {
        prover::Rpc::new(url).map(Self).map_err(|error| endpoint("--rpc", error))
    }

    /// The node itself.
    pub(crate) fn node(&self) -> &dyn Node {
        &self.0
    }

    /// One call.
    pub(crate) async fn request<R: DeserializeOwned>(
        &self,
        method: &'static str,
        params: impl Serialize + Send,
    ) -> Result<R> {
        Ok(ask::answer(&self.0, method, params).await?)
    }

    /// Chain id the node says it is on.
    pub(crate) async fn chain_id(&self) -> Result<u64> {
        Ok(ask::chain_id(&self.0).await?)
    }

    /// The block with this hash, its header rebuilt and hashed.
    pub(crate) async fn block_by_hash(&self, hash: B256) -> Result<Block> {
        Ok(ask::block_by_hash(&self.0, hash).await?)
    }

    /// The block at this number or tag, its header rebuilt and hashed.
    pub(crate) async fn block_by_number(&self, tag: BlockTag) -> Result<Block> {
        let block = ask::block_by_number(&self.0, tag).await?;
        let missing = || NodeError::missing("eth_getBlockByNumber", format_args!("block {tag}"));
        Ok(block.ok_or_else(missing)?)
    }

    /// The block with this hash as the node writes it, with its transactions in full or by hash.
    pub(crate) async fn block_text(&self, block: B256, full: bool) -> Result<String> {
        Ok(ask::block_text(&self.0, block, full).await?)
    }

    /// All receipts of a block, in order, as the node writes them.
    pub(crate) async fn receipts(&self, block: B256) -> Result<String> {
        Ok(receipts::receipts_text(&self.0, block).await?)
    }

    /// The receipt of the block itself, if it has logged anything.
    pub(crate) async fn block_receipt(&self, block: B256) -> Result<Option<String>> {
        Ok(receipts::block_receipt(&self.0, block).await?)
    }

    /// Receipt of a transaction, if it is in a block.
    pub(crate) async fn receipt(&self, transaction: B256) -> Result<Option<Receipt>> {
        Ok(ask::receipt(&self.0, transaction).await?)
    }

    /// Trie nodes for an account and some of its slots, as the node writes them.
    pub(crate) async fn proof(
        &self,
        address: Address,
        slots: &[B256],
        number: u64,
    ) -> Result<String> {
        Ok(ask::account_text(&self.0, address, slots, number).await?)
    }
}

/// An address that an argument gives and that cannot be used.
pub(crate) fn endpoint(argument: &str, error: NodeError) -> Error {
    match error {
        NodeError::Endpoint { problem } => Error::Usage(format!("{argument} {problem}")),
        other => other.into(),
    }
}
