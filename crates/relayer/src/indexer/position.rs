//! Where a chain is read from, and whether that is still part of it.

use super::{Indexer, Memory, Position, Step, reference};
use crate::{chain::Heads, clock::Millis, domain::BlockRef, role::Failed, store};
use alloy_primitives::B256;
use prover::{Block, ask};

/// What a person does about a chain that is halted.
pub fn advice(chain: &str) -> String {
    format!("find out why, then resume it: heliograph queue resume {chain}")
}

impl Indexer {
    /// Where the chain is read from, and the newest block as it is stored; `None` while nothing of the chain is.
    pub(super) async fn position(&self, heads: &Heads) -> Result<(Position, Option<u64>), Failed> {
        let stored =
            self.store.cursor(self.chain.id()).await.map_err(|error| self.unstored(error))?;
        let Some(cursor) = stored else {
            let first = self.chain.config().start_block.max(1);
            let before = (first - 1).min(heads.finalized.number);
            let final_block = reference(&self.block_at(before).await?);
            return Ok((Position { next_block: before + 1, final_block, pins: Vec::new() }, None));
        };
        if let Some(why) = cursor.halted {
            return Err(self.halted(&why));
        }
        let pins = self.store.pins(self.chain.id()).await.map_err(|error| self.unstored(error))?;
        let position =
            Position { next_block: cursor.next_block, final_block: cursor.final_block, pins };
        Ok((position, Some(cursor.head)))
    }

    /// The chain does not come from what was final, as one question says: if a quorum says so too, it is read no further.
    pub(super) async fn broken(&self, step: &Step<'_>) -> Failed {
        let read = step.position.final_block;
        let found = match self.block_at(read.number).await {
            Ok(found) if found.hash() != read.hash => found.hash(),
            Ok(_) => {
                let what = format!(
                    "chain {}: its newest block does not come from its final one: nodes disagree",
                    self.chain.name()
                );
                return Failed::because(what);
            }
            Err(error) => return error,
        };
        let why = format!(
            "block {} was final as {}, and is {found} now: the chain has taken back what was final, or was followed on a wrong one",
            read.number, read.hash
        );
        tracing::error!(chain = self.chain.name(), block = read.number, read = %read.hash, %found, "final block replaced: halted");
        metrics::counter!("heliograph_halts_total", "chain" => self.chain.name().to_owned())
            .increment(1);
        match self.store.halt(self.chain.id(), step.lease, &why).await {
            // What was never read is not halted: it starts from what is final now.
            Ok(()) | Err(store::Error::Unknown { .. }) => {}
            Err(error) => return self.unstored(error),
        }
        self.halted(&why)
    }

    fn halted(&self, why: &str) -> Failed {
        let name = self.chain.name();
        Failed::because(format!("chain {name} is not read any more: {why}; {}", advice(name)))
    }

    pub(super) async fn is_canonical(&self, block: BlockRef) -> Result<bool, Failed> {
        Ok(self.block_at(block.number).await?.hash() == block.hash)
    }

    /// The block that a quorum has at a number.
    pub(super) async fn block_at(&self, number: u64) -> Result<Block, Failed> {
        let block = self
            .chain
            .header_at(number)
            .await
            .map_err(|error| self.failed("a block cannot be read", error))?;
        let none = || {
            Failed::because(format!("chain {}: nodes have no block {number}", self.chain.name()))
        };
        block.ok_or_else(none)
    }

    /// The block with a hash, from the first node that has it.
    pub(super) async fn block_of(&self, hash: B256) -> Result<Block, Failed> {
        let mut last = None;
        for node in self.chain.nodes() {
            match ask::block_by_hash(&*node, hash).await {
                Ok(block) => return Ok(block),
                Err(error) => last = Some(error),
            }
        }
        Err(match last {
            Some(error) => {
                self.failed("its newest block cannot be read", self.chain.node_error(error))
            }
            None => Failed::because(format!(
                "chain {}: no endpoint agrees with the quorum",
                self.chain.name()
            )),
        })
    }

    /// Forgets what is found out again.
    pub(super) fn forget(&self, memory: &mut Memory) {
        (memory.watched, memory.audited) = (None, None);
        memory.gaps.clear();
        self.show_gaps(memory);
    }

    pub(super) fn measure(&self, step: &Step<'_>) {
        let gauge = |name: &'static str, value: u64| {
            metrics::gauge!(name, "chain" => self.chain.name().to_owned())
                .set(crate::chain::precise(value));
        };
        let next = step.position.next_block;
        gauge("heliograph_cursor_block", next.saturating_sub(1));
        gauge("heliograph_cursor_lag_blocks", (step.heads.latest.number + 1).saturating_sub(next));
        gauge("heliograph_cursor_final_block", step.position.final_block.number);
    }

    pub(super) fn poll(&self) -> Millis {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "between a tenth of a second and twelve of them"
        )]
        let millis = (self.chain.config().block_seconds * 500.0).clamp(100.0, 12_000.0) as Millis;
        millis
    }
}
