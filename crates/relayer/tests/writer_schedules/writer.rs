//! The writer's decisions, carried out on rows in memory. What a crash takes is what the real one keeps in memory.

use crate::chain::{Answer, Chain, Tx, What};
use alloy_primitives::{B256, U256};
use relayer::{
    domain::BlockRef,
    writer::{
        fees::{self, Caps, Market, Price, Purse},
        nonce::{Action, Counts, Found, Progress, Slot, View},
    },
};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Queued,
    Open(Progress),
    Final,
    Lost,
    Abandoned,
}

impl State {
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, Self::Final | Self::Lost | Self::Abandoned)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) nothing: bool,
    pub(crate) wanted: bool,
    pub(crate) state: State,
    pub(crate) nonce: Option<u64>,
    pub(crate) bids: Vec<usize>,
}

/// The process died.
#[derive(Debug)]
pub(crate) struct Crash;

/// A writer and its store.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) rows: Vec<Row>,
    pub(crate) next: u64,
    pub(crate) caps: Caps,
    /// Effects that are left before the process dies.
    pub(crate) fuse: Option<usize>,
    /// By how many blocks what is said of the head is old.
    pub(crate) lag: usize,
    memory: Memory,
}

#[derive(Debug, Default)]
struct Memory {
    offered: BTreeMap<usize, usize>,
    missing: BTreeMap<u64, (u64, u32)>,
    head: u64,
}

pub(crate) const BUMP_BLOCKS: u32 = 2;
pub(crate) const IN_FLIGHT: usize = 3;
const PURSE: Purse = Purse { gas: 100_000, worth: None, limit: None };

impl Writer {
    pub(crate) fn new(caps: Caps) -> Self {
        Self { rows: Vec::new(), next: 0, caps, fuse: None, lag: 0, memory: Memory::default() }
    }

    pub(crate) fn queue(&mut self, nothing: bool) -> i64 {
        let id = self.rows.len() as i64;
        let state = State::Queued;
        self.rows.push(Row { id, nothing, wanted: true, state, nonce: None, bids: Vec::new() });
        id
    }

    /// A step, perhaps cut short.
    pub(crate) fn step(&mut self, chain: &mut Chain) {
        if self.try_step(chain).is_err() {
            self.memory = Memory::default();
        }
        (self.fuse, self.lag) = (None, 0);
    }

    const fn effect(&mut self) -> Result<(), Crash> {
        match &mut self.fuse {
            Some(0) => Err(Crash),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn try_step(&mut self, chain: &mut Chain) -> Result<(), Crash> {
        for at in 0..self.rows.len() {
            if self.rows[at].state == State::Queued && !self.rows[at].wanted {
                self.mark(at as i64, State::Abandoned)?;
            }
        }
        let seen = chain.blocks.len().saturating_sub(self.lag);
        let head = chain.blocks.last().map_or(0, |block| block.hash);
        let counts = Counts {
            finalized: chain.count(chain.finalized),
            latest: chain.count(seen),
            pending: chain.pending(),
        };
        let moved = head != self.memory.head;
        self.memory.head = head;
        let market = Market { base_fee: chain.base_fee, tip: 1 };
        let slots: Vec<Slot> = (0..self.rows.len())
            .filter_map(|at| self.slot(at, chain, seen, head, counts, market))
            .collect();
        let ready: Vec<i64> = self
            .rows
            .iter()
            .filter(|row| row.state == State::Queued && !row.nothing)
            .map(|row| row.id)
            .collect();
        let view = View {
            counts,
            next: self.next,
            slots: &slots,
            ready: &ready,
            in_flight: IN_FLIGHT,
            bump_blocks: BUMP_BLOCKS,
            moved,
        };
        for action in view.plan() {
            self.act(action, chain, market)?;
        }
        Ok(())
    }

    fn slot(
        &mut self,
        at: usize,
        chain: &Chain,
        seen: usize,
        head: u64,
        counts: Counts,
        market: Market,
    ) -> Option<Slot> {
        let row = self.rows[at].clone();
        let State::Open(progress) = row.state else { return None };
        let nonce = row.nonce?;
        let found = row.bids.iter().find_map(|tx| chain.block_of(*tx, seen)).map_or(
            Found::Nowhere,
            |number| {
                let block =
                    BlockRef { number: number as u64, hash: hash(chain.blocks[number].hash) };
                if number < chain.finalized { Found::Final(block) } else { Found::Recent(block) }
            },
        );
        let last = *row.bids.last()?;
        let offered = *self.memory.offered.entry(last).or_insert(chain.blocks.len());
        let missing = self.memory.missing.entry(nonce).or_default();
        if found != Found::Nowhere || nonce >= counts.finalized {
            *missing = (head, 0);
        } else if missing.0 != head {
            *missing = (head, missing.1 + 1);
        }
        Some(Slot {
            id: row.id,
            nonce,
            nothing: row.nothing,
            progress,
            found,
            wanted: row.wanted,
            pays: fees::pays(chain.txs[last].price, market),
            waited: chain.blocks.len().saturating_sub(offered) as u32,
            missing: missing.1,
        })
    }

    fn act(&mut self, action: Action, chain: &mut Chain, market: Market) -> Result<(), Crash> {
        match action {
            Action::Finish(id) => self.mark(id, State::Final),
            Action::Yield(id) => self.mark(id, State::Abandoned),
            Action::Lose(id) => self.mark(id, State::Lost),
            Action::Adopt(id, block) => self.mark(id, State::Open(Progress::Mined(block))),
            Action::Unmine(id) => self.mark(id, State::Open(Progress::Sent)),
            Action::Resync(next) => {
                self.effect()?;
                assert!(next > self.next, "the next nonce goes down from {} to {next}", self.next);
                self.next = next;
                Ok(())
            }
            Action::Fill(nonce) => match fees::nothing(market, &self.caps, None) {
                Ok(price) => {
                    let id = self.queue_nothing()?;
                    self.sign(id, nonce, price, chain)?;
                    self.broadcast(id, chain)
                }
                Err(_) => Ok(()),
            },
            Action::Cancel(call, nonce) => {
                let last = self.prices(call, chain).last().copied();
                match fees::nothing(market, &self.caps, last) {
                    Ok(price) => {
                        let id = self.queue_nothing()?;
                        self.sign(id, nonce, price, chain)?;
                        self.broadcast(id, chain)
                    }
                    Err(_) => Ok(()),
                }
            }
            Action::Broadcast(id) => self.broadcast(id, chain),
            Action::Raise(id) => {
                let row = &self.rows[id as usize];
                let (nonce, nothing) = (row.nonce.unwrap(), row.nothing);
                let prices = self.prices(id, chain);
                let bids = (prices[0], *prices.last().unwrap(), prices.len());
                let purse = (!nothing).then_some(&PURSE);
                if let Ok(price) = fees::next(bids, market, &self.caps, purse) {
                    self.sign(id, nonce, price, chain)?;
                }
                self.broadcast(id, chain)
            }
            Action::Take(id, nonce) => match fees::first(market, &self.caps, &PURSE) {
                Ok(price) => {
                    self.sign(id, nonce, price, chain)?;
                    self.broadcast(id, chain)
                }
                Err(_) => Ok(()),
            },
        }
    }

    fn prices(&self, id: i64, chain: &Chain) -> Vec<Price> {
        self.rows[id as usize].bids.iter().map(|tx| chain.txs[*tx].price).collect()
    }

    fn queue_nothing(&mut self) -> Result<i64, Crash> {
        self.effect()?;
        Ok(self.queue(true))
    }

    /// One step of the store.
    fn sign(&mut self, id: i64, nonce: u64, price: Price, chain: &mut Chain) -> Result<(), Crash> {
        self.effect()?;
        let row = &mut self.rows[id as usize];
        if row.state == State::Queued {
            row.state = State::Open(Progress::Signed);
            row.nonce = Some(nonce);
            assert!(row.nothing || nonce == self.next, "took {nonce}, not {}", self.next);
            self.next = self.next.max(nonce + 1);
        }
        assert_eq!(row.nonce, Some(nonce));
        chain.txs.push(Tx { nonce, what: What::Ours(id), price });
        row.bids.push(chain.txs.len() - 1);
        Ok(())
    }

    fn broadcast(&mut self, id: i64, chain: &mut Chain) -> Result<(), Crash> {
        self.effect()?;
        let tx = *self.rows[id as usize].bids.last().unwrap();
        if chain.send(tx) == Answer::Accepted
            && self.rows[id as usize].state == State::Open(Progress::Signed)
        {
            self.mark(id, State::Open(Progress::Sent))?;
        }
        Ok(())
    }

    fn mark(&mut self, id: i64, state: State) -> Result<(), Crash> {
        self.effect()?;
        let row = &mut self.rows[id as usize];
        assert!(!row.state.is_over(), "{row:?} is over and would be {state:?}");
        row.state = state;
        Ok(())
    }
}

fn hash(of: u64) -> B256 {
    B256::from(U256::from(of))
}
