//! Blocks of a chain that an EVM runs: its receipts, its state.

use alloy_primitives::{B256, Bytes};
use mpt_proof::builder::OrderedTrie;
use testkit::{
    beacon::ExecutionBlock,
    evm::State,
    tries::{LogEntry, ReceiptEntry},
};

/// A block.
pub(super) struct Block {
    pub(super) number: u64,
    pub(super) hash: B256,
    pub(super) header: Bytes,
    pub(super) receipts: Vec<ReceiptEntry>,
    pub(super) trie: OrderedTrie,
    pub(super) state: State,
}

impl Block {
    /// The block after `parent`, or the first one, whose number is 1.
    pub(super) fn new(
        parent: Option<&Self>,
        mut receipts: Vec<ReceiptEntry>,
        state: State,
        time: u64,
    ) -> Self {
        if receipts.is_empty() {
            let logs = Vec::new();
            receipts.push(ReceiptEntry { tx_type: 0, success: true, cumulative_gas_used: 1, logs });
        }
        let trie = OrderedTrie::new(receipts.iter().map(ReceiptEntry::encode)).unwrap();
        let (hash, number) = parent.map_or((B256::ZERO, 1), |block| (block.hash, block.number + 1));
        let block = ExecutionBlock::synthetic(hash, number, time)
            .with_receipts_root(trie.root())
            .with_state_root(state.root());
        let header = block.header_rlp().into();
        Self { number, hash: block.hash(), header, receipts, trie, state }
    }

    /// Where in the block this event is: transaction, log, and the log itself.
    pub(super) fn find(&self, topic: B256) -> Vec<(usize, usize, &LogEntry)> {
        let receipts = self.receipts.iter().enumerate();
        let logs = receipts.flat_map(|(transaction, receipt)| {
            let logs = receipt.logs.iter().enumerate();
            logs.map(move |(index, log)| (transaction, index, log))
        });
        logs.filter(|(_, _, log)| log.topics.first() == Some(&topic)).collect()
    }
}
