//! Where a chain that is halted goes on from: what a person decides on, and what is done then.

use super::{Indexer, reference};
use crate::{domain::BlockRef, role::Failed, store::Cursor};

/// Blocks that are read from the store at once while one is looked for that the chain still has.
const PAGE: usize = 64;

/// How a chain that is halted can go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Why it is halted.
    pub halted: String,
    /// The block that was final.
    pub was: BlockRef,
    /// The last block that is kept: a quorum has it, and says that it is final.
    pub kept: BlockRef,
    /// How many messages something was seen of in later blocks: all that is taken back.
    pub messages: u64,
}

impl Indexer {
    /// Where a chain that is halted can go on: after the newest block that the store and a quorum of nodes have both, or before
    /// `from`, which may be earlier. Blocks in which nothing was seen are not stored, so it may be before the first that was replaced.
    /// Nothing is changed.
    ///
    /// # Errors
    ///
    /// [`Failed`]: it is not halted, nodes do not agree, or `from` is after a block that was replaced.
    pub async fn way_on(&self, from: Option<u64>) -> Result<Way, Failed> {
        let name = self.chain.name();
        let cursor = self.store.cursor(self.chain.id()).await;
        let cursor = cursor.map_err(|error| self.unread(error))?;
        let Some((cursor, halted)) =
            cursor.and_then(|cursor| cursor.halted.clone().map(|halted| (cursor, halted)))
        else {
            return Err(Failed::because(format!("chain {name} is not halted")));
        };
        let heads = self.chain.heads().await;
        let heads = heads.map_err(|error| self.failed("its heads are not known", error))?;
        let most = heads.finalized.number.min(cursor.next_block.saturating_sub(1));
        let newest = match self.newest_kept(&cursor, most).await? {
            Some(kept) => kept,
            // Nothing that was seen is left: it is read from the start.
            None => {
                let first = self.chain.config().start_block.max(1);
                reference(&self.block_at((first - 1).min(most)).await?)
            }
        };
        let kept = match from {
            Some(from) if from > newest.number.saturating_add(1) => {
                return Err(Failed::because(format!(
                    "chain {name} has to be read again from block {} on, not from block {from}: what was seen after block {} is \
                     not known to be on the chain still",
                    newest.number.saturating_add(1),
                    newest.number
                )));
            }
            Some(from) if from <= newest.number => {
                reference(&self.block_at(from.saturating_sub(1)).await?)
            }
            _ => newest,
        };
        let messages = self.store.messages_after(self.chain.id(), kept.number).await;
        let messages = messages.map_err(|error| self.unread(error))?;
        Ok(Way { halted, was: cursor.final_block, kept, messages })
    }

    /// Goes that way. Answers how many messages are concerned.
    ///
    /// # Errors
    ///
    /// [`Failed`]; then nothing was changed.
    pub async fn resume(&self, way: &Way) -> Result<u64, Failed> {
        let name = self.chain.name();
        let resumed = self.store.resume(self.chain.id(), way.kept).await;
        let messages = resumed
            .map_err(|error| Failed::new(format!("chain {name} cannot be resumed"), error))?;
        let (block, hash) = (way.kept.number, way.kept.hash);
        tracing::warn!(chain = name, block, %hash, messages, "resumed: read again after this block");
        Ok(messages)
    }

    /// The newest block that was stored, up to this number, and is still on the chain.
    async fn newest_kept(&self, cursor: &Cursor, most: u64) -> Result<Option<BlockRef>, Failed> {
        let last = cursor.final_block;
        if last.number <= most && self.is_canonical(last).await? {
            return Ok(Some(last));
        }
        let mut up_to = most.min(last.number);
        loop {
            let page = self.store.blocks_seen(self.chain.id(), up_to, PAGE).await;
            let page = page.map_err(|error| self.unread(error))?;
            let Some(oldest) = page.last().copied() else { return Ok(None) };
            if !self.is_canonical(oldest).await? {
                let Some(below) = oldest.number.checked_sub(1) else { return Ok(None) };
                up_to = below;
                continue;
            }
            // Those that the chain still has come after those that it has not.
            let (mut kept, mut open) = (oldest, page.as_slice());
            while let Some((middle, after)) =
                open.get(open.len() / 2..).and_then(<[_]>::split_first)
            {
                if self.is_canonical(*middle).await? {
                    kept = *middle;
                    open = open.get(..open.len() / 2).unwrap_or_default();
                } else {
                    open = after;
                }
            }
            return Ok(Some(kept));
        }
    }

    fn unread(&self, error: crate::store::Error) -> Failed {
        let what = format!("chain {}: what was read of it is not known", self.chain.name());
        Failed::new(what, error)
    }
}
