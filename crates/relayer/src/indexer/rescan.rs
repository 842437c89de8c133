//! Final blocks that are read once more, beside what is read at the head.

use super::{
    Indexer, LEASE, Step,
    read::{self, Unread},
    reference,
};
use crate::{
    domain::Class,
    role::Failed,
    store::{Advance, Error},
};

/// How often what was read is stored anew when the head has moved in between.
const TRIES: u32 = 50;

impl Indexer {
    /// Reads final blocks from this one on again, some at a time, and stores what was not stored. What is new is of the backlog, and
    /// the head goes on being read meanwhile. Answers with the block to go on from, `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Failed`]; it can then be read again from the same block.
    pub async fn reread(&self, from: u64) -> Result<Option<u64>, Failed> {
        let name = format!("indexer:{}", self.chain.id());
        let lease = self.store.lease(&name, LEASE).await.map_err(|error| self.unstored(error))?;
        let Some(lease) = lease else {
            let what =
                format!("chain {} is read by another process: ask that one", self.chain.name());
            return Err(Failed::because(what));
        };
        let heads = self.chain.heads().await;
        let heads = heads.map_err(|error| self.failed("its heads are not known", error))?;
        let mut memory = self.memory.lock().await;
        let (position, stored_head) = self.position(&heads).await?;
        let last = position.final_block;
        let from = from.max(self.chain.config().start_block);
        if stored_head.is_none() || from > last.number {
            return Ok(None);
        }
        let step = Step { lease: &lease, heads, position, stored_head };
        memory.lanes.forget();
        self.learn(&mut memory, &heads).await?;
        let to = last.number.min(from.saturating_add(memory.span.get() - 1));
        let to = reference(&self.block_at(to).await?);
        let watched = self.watched(&memory)?;
        let numbers = match read::range(&self.chain, &watched, from, to).await {
            Ok(numbers) => numbers,
            Err(Unread::TooMuch) if memory.span.shrink(to.number - from + 1) => {
                return Ok(Some(from));
            }
            Err(Unread::TooMuch) => [from].into(),
            Err(Unread::Failed(error)) => {
                return Err(self.failed("its logs cannot be read", error));
            }
        };
        let mut sightings = Vec::new();
        for number in numbers {
            let block = self.block_at(number).await?;
            sightings.extend(self.read_block(&mut memory, &step, &block).await?);
        }
        let seen = sightings.len();
        for tries in 0.. {
            let cursor = self.store.cursor(self.chain.id()).await;
            let Some(cursor) = cursor.map_err(|error| self.unstored(error))? else { break };
            if cursor.final_block.number < last.number {
                let what = format!(
                    "chain {}: it was resumed from an earlier block meanwhile: ask again",
                    self.chain.name()
                );
                return Err(Failed::because(what));
            }
            let advance = Advance {
                expect_next: cursor.next_block,
                roll_back_to: None,
                pins: Vec::new(),
                sightings: sightings.clone(),
                next_block: cursor.next_block,
                final_block: cursor.final_block,
                head: (cursor.head, cursor.head_time),
                class: Class::Backlog,
            };
            match self.store.advance(self.chain.id(), &lease, advance).await {
                Ok(()) => break,
                Err(Error::Moved { .. }) if tries < TRIES => {}
                Err(error) => return Err(self.unstored(error)),
            }
        }
        tracing::info!(chain = self.chain.name(), from, to = to.number, seen, "read once more");
        let next = to.number.saturating_add(1);
        Ok((next <= last.number).then_some(next))
    }
}
