//! What was fetched and verified lately.

use crate::{Block, Node, NodeError, Receipts, ask};
use alloy_primitives::B256;
use std::{fmt, sync::Arc};

/// Bytes of memory that a block takes, about.
const BLOCK: u32 = 1_536;

/// Blocks and receipts by block hash, bounded by the memory that they take. Everything in it was held against its hash when it came, so
/// it may be shared by all chains; it can be lost at any time.
#[derive(Clone)]
pub struct Cache(moka::sync::Cache<Key, Kept>);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Block(B256),
    Receipts(B256),
}

#[derive(Clone)]
enum Kept {
    Block(Arc<Block>),
    Receipts(Arc<Receipts>),
}

impl Cache {
    /// One that takes about so many bytes at most.
    #[must_use]
    pub fn new(max_bytes: u64) -> Self {
        let weigh = |_: &Key, kept: &Kept| match kept {
            Kept::Block(_) => BLOCK,
            Kept::Receipts(receipts) => u32::try_from(receipts.weight()).unwrap_or(u32::MAX),
        };
        Self(moka::sync::Cache::builder().max_capacity(max_bytes).weigher(weigh).build())
    }

    /// One that keeps nothing.
    #[must_use]
    pub fn none() -> Self {
        Self::new(0)
    }

    /// The block with this hash, from here or from the node.
    ///
    /// # Errors
    ///
    /// Those of [`ask::block_by_hash`].
    pub async fn block(&self, node: &dyn Node, hash: B256) -> Result<Arc<Block>, NodeError> {
        if let Some(Kept::Block(block)) = self.0.get(&Key::Block(hash)) {
            return Ok(block);
        }
        let block = Arc::new(ask::block_by_hash(node, hash).await?);
        self.0.insert(Key::Block(hash), Kept::Block(Arc::clone(&block)));
        Ok(block)
    }

    /// All receipts of the block with this hash, from here or from the node.
    ///
    /// # Errors
    ///
    /// Those of [`ask::receipts`].
    pub async fn receipts(&self, node: &dyn Node, block: B256) -> Result<Arc<Receipts>, NodeError> {
        if let Some(Kept::Receipts(receipts)) = self.0.get(&Key::Receipts(block)) {
            return Ok(receipts);
        }
        let header = self.block(node, block).await?;
        let receipts = Arc::new(Receipts::of(node, &header).await?);
        self.0.insert(Key::Receipts(block), Kept::Receipts(Arc::clone(&receipts)));
        Ok(receipts)
    }

    /// Bytes of memory that its content takes, about.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.run_pending_tasks();
        self.0.weighted_size()
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("entries", &self.0.entry_count()).finish_non_exhaustive()
    }
}
