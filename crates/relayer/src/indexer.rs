//! The indexer: it follows a chain and stores what its contracts log about messages. CCMP calls it a Daemon.
//!
//! It reads blocks one by one near the head, each by its hash, and by ranges far behind it. What it stores is of the chain that a quorum
//! of nodes has: an orphaned block takes its events with it, and a chain that takes back what was final is read no further until a
//! person has looked at it. It never goes on past what it could not read.
//!
//! That nothing was left out is shown by the nonces of lanes: when the contract has sent more than was seen, the blocks that can have the
//! rest are read again by their headers and receipts, and an alarm stands until it is found.

mod audit;
mod bind;
mod events;
mod plan;
mod position;
mod read;
mod rescan;
mod resume;
mod understand;

pub use plan::{Joint, Plan, Position, Span, Target};
pub use position::advice;
pub use resume::Way;

use crate::{
    chain::{Chain, Error, Heads},
    clock::{Clock, Millis},
    config,
    domain::{BlockRef, Class, Sighting},
    role::{Failed, Pace, Role},
    store::{Advance, Lease, Store},
};
use alloy_primitives::{Address, B256};
use async_trait::async_trait;
use bind::{Gap, Lanes};
use events::Watched;
use prover::Block;
use read::Unread;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use tokio::sync::{Mutex, watch};

/// Blocks that are read one by one at most in a step.
const WINDOW: u64 = 64;

/// As many events as this are stored together, with what else is in the block of the last one.
const AT_ONCE: usize = 500;

/// How long an indexer is the only one of its chain without saying so again.
const LEASE: Millis = 60_000;

/// Follows one chain.
#[derive(Debug)]
pub struct Indexer {
    store: Store,
    chain: Arc<Chain>,
    clock: Arc<dyn Clock>,
    memory: Mutex<Memory>,
}

/// What it would find out again if it forgot it.
#[derive(Debug)]
struct Memory {
    watched: Option<Watched>,
    lanes: Lanes,
    span: Span,
    gaps: Vec<Gap>,
    /// The last block at which nonces were compared.
    audited: Option<B256>,
}

/// What a step is done with.
struct Step<'a> {
    lease: &'a Lease,
    heads: Heads,
    position: Position,
    /// The newest block as it is stored; `None` while nothing of the chain is.
    stored_head: Option<u64>,
}

impl Indexer {
    /// The indexer of a chain. `peers` are the message services of other chains, by id, as far as they are configured.
    pub fn new(
        store: Store,
        chain: Arc<Chain>,
        peers: &BTreeMap<u64, Address>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let mut lanes = Lanes::default();
        for (chain, gateway) in peers {
            lanes.gateway(*chain, *gateway);
        }
        let span = Span::new(chain.config().log_range);
        // What is counted seldom is there from the start: that it grows from nothing to one is no growth to Prometheus.
        for name in ["heliograph_halts_total", "heliograph_reorgs_total"] {
            metrics::counter!(name, "chain" => chain.name().to_owned()).increment(0);
        }
        let memory = Memory { watched: None, lanes, span, gaps: Vec::new(), audited: None };
        Self { store, chain, clock, memory: Mutex::new(memory) }
    }

    /// Whether there is more to read at once.
    async fn advance(&self, memory: &mut Memory, step: &mut Step<'_>) -> Result<bool, Failed> {
        match step.position.plan(&step.heads, WINDOW) {
            // Nodes that were behind when their heads were stored have caught up with what was read before.
            Plan::Rest if step.stored_head.is_none_or(|head| head < step.heads.latest.number) => {
                let Position { next_block: next, final_block, .. } = step.position;
                self.put(step, Read { next, final_block, ..Read::default() }, Class::Live).await?;
                Ok(false)
            }
            Plan::Rest => Ok(false),
            Plan::Settle(block) => {
                let next = step.position.next_block;
                self.put(step, Read { next, final_block: block, ..Read::default() }, Class::Live)
                    .await?;
                Ok(false)
            }
            Plan::Review => self.review(step).await,
            Plan::Range { from, to } => self.range(memory, step, from, to).await,
            Plan::Walk(target) => self.walk(memory, step, target).await,
            Plan::Halt { .. } => Err(self.broken(step).await),
        }
    }

    /// What was read last is below what is final: the last of it that is on the chain is kept, and is final.
    async fn review(&self, step: &mut Step<'_>) -> Result<bool, Failed> {
        let mut low = step.position.final_block;
        if !self.is_canonical(low).await? {
            return Err(self.broken(step).await);
        }
        let mut open = step.position.pins.as_slice();
        while !open.is_empty() {
            let (before, rest) = open.split_at(open.len() / 2);
            let Some((middle, after)) = rest.split_first() else { break };
            if self.is_canonical(*middle).await? {
                (low, open) = (*middle, after);
            } else {
                open = before;
            }
        }
        let next = low.number.saturating_add(1);
        let kept = (next < step.position.next_block).then_some(low.number);
        self.put(step, Read { kept, next, final_block: low, ..Read::default() }, Class::Backlog)
            .await?;
        Ok(true)
    }

    /// Final blocks, far behind the newest.
    async fn range(
        &self,
        memory: &mut Memory,
        step: &mut Step<'_>,
        from: u64,
        last: u64,
    ) -> Result<bool, Failed> {
        if !self.is_canonical(step.position.final_block).await? {
            return Err(self.broken(step).await);
        }
        let to = last.min(from.saturating_add(memory.span.get() - 1));
        let mut to = match to == step.heads.finalized.number {
            true => step.heads.finalized.into(),
            false => reference(&self.block_at(to).await?),
        };
        let mut sightings = Vec::new();
        loop {
            let watched = self.watched(memory)?;
            let numbers = match read::range(&self.chain, &watched, from, to).await {
                Ok(numbers) => numbers,
                Err(Unread::TooMuch) if memory.span.shrink(to.number - from + 1) => {
                    tracing::debug!(
                        chain = self.chain.name(),
                        from,
                        to = to.number,
                        "range too long: shorter from now on"
                    );
                    return Ok(true);
                }
                // One block is read whatever nodes find in it.
                Err(Unread::TooMuch) => BTreeSet::from([from]),
                Err(Unread::Failed(error)) => {
                    return Err(self.failed("its logs cannot be read", error));
                }
            };
            sightings.clear();
            memory.lanes.forget();
            for number in numbers {
                let block = self.block_at(number).await?;
                sightings.extend(self.read_block(memory, step, &block).await?);
                // What is stored at once is held in memory, and keeps others from storing.
                if sightings.len() >= AT_ONCE && number < to.number {
                    to = reference(&block);
                    break;
                }
            }
            // Where fees are paid into has changed on the way: what the new contract has logged was not asked for.
            if memory.watched.as_ref() == Some(&watched) {
                break;
            }
        }
        if sightings.len() >= AT_ONCE {
            memory.span.fit(to.number - from + 1);
        } else {
            memory.span.grow();
        }
        let next = to.number.saturating_add(1);
        self.put(
            step,
            Read { next, final_block: to, sightings, ..Read::default() },
            Class::Backlog,
        )
        .await?;
        Ok(true)
    }

    /// Blocks one by one, down to one that was read.
    async fn walk(
        &self,
        memory: &mut Memory,
        step: &mut Step<'_>,
        target: Target,
    ) -> Result<bool, Failed> {
        let top = match target {
            Target::Head(head) => self.block_of(head.hash).await?,
            Target::Number(number) => self.block_at(number).await?,
        };
        let low = step.position.next_block.min(top.number());
        let unread = |error| self.failed("its blocks cannot be read", error);
        let mut blocks = read::linked(&self.chain, top.clone(), low).await.map_err(unread)?;
        let kept = loop {
            let Some(lowest) = blocks.first() else { return Ok(false) };
            match step.position.join(lowest.number(), lowest.parent_hash()) {
                Joint::Joined(kept) => break kept,
                Joint::Lower => {
                    let parent = read::parent(&self.chain, lowest).await.map_err(unread)?;
                    blocks.insert(0, parent);
                }
                Joint::Broken => return Err(self.broken(step).await),
            }
        };
        if let Some(kept) = kept {
            let depth = step.position.next_block - 1 - kept;
            tracing::warn!(
                chain = self.chain.name(),
                kept,
                depth,
                "reorganisation: blocks that were read are orphaned"
            );
            metrics::counter!("heliograph_reorgs_total", "chain" => self.chain.name().to_owned())
                .increment(1);
        }
        let (mut sightings, mut read) = (Vec::new(), Vec::new());
        for block in &blocks {
            sightings.extend(self.read_block(memory, step, block).await?);
            read.push(reference(block));
            if sightings.len() >= AT_ONCE {
                break;
            }
        }
        let Some(last) = read.last().copied() else { return Ok(false) };
        let finalized = BlockRef::from(step.heads.finalized);
        let is_below = |block: BlockRef| {
            block.number < finalized.number
                && blocks.iter().any(|block| block.hash() == finalized.hash)
        };
        let finalized = match target {
            // A block that a quorum has at a number below that of the final one is final, and so is what it comes from.
            Target::Number(number) if number <= finalized.number => last,
            _ if is_below(last) => last,
            _ => finalized,
        };
        let final_block = step.position.finality(kept, &read, finalized);
        let is_head = matches!(target, Target::Head(_));
        let class = if is_head { Class::Live } else { Class::Backlog };
        let next = last.number.saturating_add(1);
        self.put(step, Read { kept, next, final_block, sightings, pins: read }, class).await?;
        Ok(!is_head || last.number < top.number())
    }

    /// Stores what was read, and is there from then on.
    async fn put(&self, step: &mut Step<'_>, read: Read, class: Class) -> Result<(), Failed> {
        let Read { kept, next, final_block, sightings, pins } = read;
        let pins: Vec<BlockRef> =
            pins.into_iter().filter(|pin| pin.number > final_block.number).collect();
        let seen = sightings.len();
        let advance = Advance {
            expect_next: step.position.next_block,
            roll_back_to: kept,
            pins: pins.clone(),
            sightings,
            next_block: next,
            final_block,
            head: (step.heads.latest.number, step.heads.latest.time),
            class,
        };
        self.store
            .advance(self.chain.id(), step.lease, advance)
            .await
            .map_err(|error| self.unstored(error))?;
        let position = &mut step.position;
        tracing::debug!(
            chain = self.chain.name(),
            from = position.next_block,
            next,
            final_block = final_block.number,
            seen,
            "read"
        );
        position.pins.retain(|pin| {
            pin.number > final_block.number && kept.is_none_or(|kept| pin.number <= kept)
        });
        position.pins.extend(pins);
        (position.next_block, position.final_block) = (next, final_block);
        Ok(())
    }

    fn watched(&self, memory: &Memory) -> Result<Watched, Failed> {
        let none = || {
            Failed::because(format!("chain {}: its contracts are not known yet", self.chain.name()))
        };
        memory.watched.clone().ok_or_else(none)
    }

    fn failed(&self, what: &str, error: Error) -> Failed {
        Failed::new(format!("chain {}: {what}", self.chain.name()), error)
    }

    fn unstored(&self, error: crate::store::Error) -> Failed {
        Failed::new(format!("chain {}: what was read cannot be stored", self.chain.name()), error)
    }
}

/// What was read since the last time.
#[derive(Debug)]
struct Read {
    kept: Option<u64>,
    next: u64,
    final_block: BlockRef,
    sightings: Vec<Sighting>,
    pins: Vec<BlockRef>,
}

impl Default for Read {
    fn default() -> Self {
        let final_block = BlockRef { number: 0, hash: B256::ZERO };
        Self { kept: None, next: 0, final_block, sightings: Vec::new(), pins: Vec::new() }
    }
}

fn reference(block: &Block) -> BlockRef {
    BlockRef { number: block.number(), hash: block.hash() }
}

#[async_trait]
impl Role for Indexer {
    fn kind(&self) -> config::Role {
        config::Role::Indexer
    }

    fn name(&self) -> String {
        format!("indexer of {}", self.chain.name())
    }

    fn wakes(&self) -> Vec<watch::Receiver<u64>> {
        vec![self.chain.wakes()]
    }

    async fn step(&self) -> Result<Pace, Failed> {
        let name = format!("indexer:{}", self.chain.id());
        let Some(lease) =
            self.store.lease(&name, LEASE).await.map_err(|error| self.unstored(error))?
        else {
            return Ok(Pace::At(self.clock.now() + LEASE / 2));
        };
        let heads = self
            .chain
            .heads()
            .await
            .map_err(|error| self.failed("its heads are not known", error))?;
        let mut memory = self.memory.lock().await;
        // What comes next on a lane is what is stored: the last step may have been cut off.
        memory.lanes.forget();
        let position = self.position(&heads).await;
        if position.is_err() {
            // When the chain is halted, what was found out of it may be of blocks that it has no more.
            self.forget(&mut memory);
        }
        let (position, stored_head) = position?;
        let mut step = Step { lease: &lease, heads, position, stored_head };
        self.learn(&mut memory, &heads).await?;
        let more = self.advance(&mut memory, &mut step).await?;
        self.measure(&step);
        let more = self.audit(&mut memory, &mut step, more).await? || more;
        Ok(if more { Pace::Again } else { Pace::At(self.clock.now() + self.poll()) })
    }
}
