//! A chain and its mempool, as far as one account is concerned, that do whatever chains do.

use relayer::writer::fees::Price;
use std::collections::BTreeMap;

/// What a transaction of the account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A signed form of a row of ours.
    Ours(i64),
    /// Signed with our key by someone else.
    Foreign,
}

/// A transaction. Its number stands for its hash.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tx {
    pub(crate) nonce: u64,
    pub(crate) what: What,
    pub(crate) price: Price,
}

/// A block. Its number of creation stands for its hash.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    pub(crate) hash: u64,
    pub(crate) txs: Vec<usize>,
}

/// What a node says to a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Accepted,
    NonceTooLow,
    Underpriced,
}

/// The chain.
#[derive(Debug, Default)]
pub(crate) struct Chain {
    pub(crate) blocks: Vec<Block>,
    /// How many of them are final.
    pub(crate) finalized: usize,
    pub(crate) base_fee: u128,
    /// All that was ever signed, ours and foreign.
    pub(crate) txs: Vec<Tx>,
    /// What a node holds for each nonce.
    pub(crate) mempool: BTreeMap<u64, usize>,
    /// What was ever sent: public for good.
    pub(crate) public: Vec<usize>,
    made: u64,
}

impl Chain {
    pub(crate) fn new(base_fee: u128) -> Self {
        Self { base_fee, ..Self::default() }
    }

    /// Transactions of the account in the first blocks.
    pub(crate) fn count(&self, blocks: usize) -> u64 {
        self.blocks.iter().take(blocks).map(|block| block.txs.len() as u64).sum()
    }

    pub(crate) fn latest(&self) -> u64 {
        self.count(self.blocks.len())
    }

    /// With what the mempool has without a gap.
    pub(crate) fn pending(&self) -> u64 {
        (self.latest()..).find(|nonce| !self.mempool.contains_key(nonce)).unwrap()
    }

    /// The transaction that used a nonce.
    pub(crate) fn at(&self, nonce: u64) -> Option<usize> {
        self.blocks.iter().flat_map(|block| &block.txs).copied().nth(nonce as usize)
    }

    /// Number of the block that has it, among the first.
    pub(crate) fn block_of(&self, tx: usize, blocks: usize) -> Option<usize> {
        self.blocks.iter().take(blocks).position(|block| block.txs.contains(&tx))
    }

    /// A node's rules: the nonce is not used, and what replaces another bids a tenth more on both fields.
    pub(crate) fn send(&mut self, tx: usize) -> Answer {
        let new = self.txs[tx];
        if new.nonce < self.latest() {
            return Answer::NonceTooLow;
        }
        if let Some(&old) = self.mempool.get(&new.nonce)
            && old != tx
        {
            let old = self.txs[old].price;
            let enough = |new: u128, old: u128| new > old && new * 100 >= old * 110;
            if !enough(new.price.max_fee, old.max_fee) || !enough(new.price.tip, old.tip) {
                return Answer::Underpriced;
            }
        }
        self.mempool.insert(new.nonce, tx);
        self.public.push(tx);
        Answer::Accepted
    }

    /// A block with what the mempool has in order, as far as it pays.
    pub(crate) fn mine(&mut self, most: usize) {
        let mut txs = Vec::new();
        let count = self.latest();
        for nonce in (count..).take(most) {
            let Some(&tx) = self.mempool.get(&nonce) else { break };
            if self.txs[tx].price.max_fee < self.base_fee {
                break;
            }
            txs.push(tx);
        }
        self.close(txs);
    }

    /// A block with a transaction that was sent once and is not what the mempool has, if there is one.
    pub(crate) fn mine_old(&mut self, pick: usize) {
        let count = self.latest();
        let pays = |tx: &&usize| {
            self.txs[**tx].nonce == count && self.txs[**tx].price.max_fee >= self.base_fee
        };
        let old: Vec<usize> = self.public.iter().filter(pays).copied().collect();
        let txs = if old.is_empty() { Vec::new() } else { vec![old[pick % old.len()]] };
        self.close(txs);
    }

    /// A block with a transaction of someone else with our key.
    pub(crate) fn mine_foreign(&mut self) {
        let price = Price { max_fee: self.base_fee, tip: 0 };
        self.txs.push(Tx { nonce: self.latest(), what: What::Foreign, price });
        self.close(vec![self.txs.len() - 1]);
    }

    fn close(&mut self, txs: Vec<usize>) {
        self.made += 1;
        self.blocks.push(Block { hash: self.made, txs });
        let count = self.latest();
        self.mempool.retain(|nonce, _| *nonce >= count);
    }

    /// Replaces blocks that are not final by empty ones, one more than there were. Their transactions are back in the mempool, or forgotten.
    pub(crate) fn reorg(&mut self, depth: usize, kept: bool) {
        let keep = self.blocks.len().saturating_sub(depth).max(self.finalized);
        let gone: Vec<Block> = self.blocks.drain(keep..).collect();
        for tx in gone.iter().flat_map(|block| &block.txs).filter(|_| kept) {
            self.mempool.entry(self.txs[*tx].nonce).or_insert(*tx);
        }
        for _ in 0..=gone.len() {
            self.close(Vec::new());
        }
    }
}
