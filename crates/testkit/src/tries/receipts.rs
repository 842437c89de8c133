//! Receipts of a made-up block.

use crate::rlp::Rlp;
use alloy_primitives::{Address, B256, Bytes};
use mpt_proof::builder::OrderedTrie;
use proptest::{collection::vec, prelude::*};

/// A log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Who emitted it.
    pub address: Address,
    /// Up to four topics.
    pub topics: Vec<B256>,
    /// The data.
    pub data: Vec<u8>,
}

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptEntry {
    /// EIP-2718 type; 0 for a legacy receipt.
    pub tx_type: u8,
    /// Whether the transaction succeeded.
    pub success: bool,
    /// Gas used in the block so far.
    pub cumulative_gas_used: u64,
    /// Its logs.
    pub logs: Vec<LogEntry>,
}

impl ReceiptEntry {
    /// The body as an RLP tree: status, gas, bloom, logs.
    pub fn body(&self) -> Rlp {
        let log = |log: &LogEntry| {
            let topics = log.topics.iter().map(Rlp::bytes).collect();
            Rlp::List(vec![Rlp::bytes(log.address), Rlp::List(topics), Rlp::bytes(&log.data)])
        };
        Rlp::List(vec![
            Rlp::integer(self.success.into()),
            Rlp::integer(self.cumulative_gas_used),
            Rlp::bytes([0x42; 256]),
            Rlp::List(self.logs.iter().map(log).collect()),
        ])
    }

    /// The value in the trie.
    pub fn encode(&self) -> Vec<u8> {
        with_type(self.tx_type, &self.body())
    }
}

/// A body behind its type.
pub(crate) fn with_type(tx_type: u8, body: &Rlp) -> Vec<u8> {
    let prefix: &[u8] = if tx_type == 0 { &[] } else { &[tx_type] };
    [prefix, &body.encode()].concat()
}

/// The receipts of a block and their trie.
#[derive(Clone, Debug)]
pub struct ReceiptsTrie {
    /// The receipts, by transaction.
    pub receipts: Vec<ReceiptEntry>,
    trie: OrderedTrie,
}

impl ReceiptsTrie {
    /// The trie of these receipts.
    ///
    /// # Panics
    /// Never: no receipt is empty.
    #[expect(clippy::expect_used, reason = "see above")]
    pub fn new(receipts: Vec<ReceiptEntry>) -> Self {
        let trie = OrderedTrie::new(receipts.iter().map(ReceiptEntry::encode));
        Self { receipts, trie: trie.expect("no receipt is empty") }
    }

    /// The receipts root.
    pub fn root(&self) -> B256 {
        self.trie.root()
    }

    /// The nodes that prove the receipt of a transaction, or that there is none.
    pub fn proof(&self, transaction_index: u64) -> Vec<Bytes> {
        self.trie.proof(transaction_index)
    }
}

/// A receipt of any type that exists, with up to three logs.
pub fn receipt() -> impl Strategy<Value = ReceiptEntry> {
    let log = (any::<[u8; 20]>(), vec(any::<[u8; 32]>(), 0..5), vec(any::<u8>(), 0..70)).prop_map(
        |(address, topics, data)| LogEntry {
            address: address.into(),
            topics: topics.into_iter().map(B256::from).collect(),
            data,
        },
    );
    (0..5u8, prop::bool::weighted(0.9), any::<u64>(), vec(log, 0..4)).prop_map(
        |(tx_type, success, cumulative_gas_used, logs)| ReceiptEntry {
            tx_type,
            success,
            cumulative_gas_used,
            logs,
        },
    )
}

/// The receipts of a block: few, or just above one of the boundaries at which the form of keys changes.
pub fn receipts_trie() -> impl Strategy<Value = ReceiptsTrie> {
    prop_oneof![6 => vec(receipt(), 1..20), 1 => vec(receipt(), 126..132), 1 => vec(receipt(), 256..260)]
        .prop_map(ReceiptsTrie::new)
}
