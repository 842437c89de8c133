//! What executing a block gives, and the receipt that the last block of an epoch has beyond those of its transactions.

use alloy_primitives::{B256, Bloom, Log, keccak256};
use mpt_proof::builder::{Error, OrderedTrie};

use crate::rlp::Rlp;
use serde_json::Value;

/// Root of the empty trie.
const EMPTY_TRIE: B256 =
    alloy_primitives::b256!("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");

/// The results that a header carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    /// Root of the state.
    pub state_root: B256,
    /// Root of the transactions' trie.
    pub transactions_root: B256,
    /// Root of the receipts' trie.
    pub receipts_root: B256,
    /// The bloom filter of all logs.
    pub bloom: Bloom,
    /// What the block may use.
    pub gas_limit: u64,
    /// What it has used.
    pub gas_used: u64,
    /// Unix time.
    pub time: u64,
    /// The base fee; a header without it has 13 items.
    pub base_fee: Option<u64>,
}

impl Execution {
    /// A block without transactions.
    pub fn empty(number: u64, time: u64) -> Self {
        Self {
            state_root: keccak256(number.to_be_bytes()),
            transactions_root: EMPTY_TRIE,
            receipts_root: EMPTY_TRIE,
            bloom: Bloom::ZERO,
            gas_limit: 8_000_000,
            gas_used: 0,
            time,
            base_fee: Some(100_000_000_000),
        }
    }

    /// Reads the answer of `eth_getBlockByNumber` of any execution client: what a block of this chain takes over from it.
    pub fn from_json(block: &Value) -> Option<Self> {
        let text = |name: &str| block[name].as_str();
        let integer = |name: &str| u64::from_str_radix(text(name)?.strip_prefix("0x")?, 16).ok();
        Some(Self {
            state_root: text("stateRoot")?.parse().ok()?,
            transactions_root: text("transactionsRoot")?.parse().ok()?,
            receipts_root: text("receiptsRoot")?.parse().ok()?,
            bloom: text("logsBloom")?.parse().ok()?,
            gas_limit: integer("gasLimit")?,
            gas_used: integer("gasUsed")?,
            time: integer("timestamp")?,
            base_fee: integer("baseFeePerGas"),
        })
    }

    /// With these receipts.
    #[must_use]
    pub fn with_receipts(mut self, receipts: &Receipts) -> Self {
        self.receipts_root = receipts.trie.root();
        self.bloom |= receipts.bloom;
        self
    }

    /// As before base fees: with 13 items.
    #[must_use]
    pub const fn without_base_fee(mut self) -> Self {
        self.base_fee = None;
        self
    }
}

/// The receipts of a block and their trie.
#[derive(Clone, Debug)]
pub struct Receipts {
    encoded: Vec<Vec<u8>>,
    trie: OrderedTrie,
    bloom: Bloom,
}

impl Receipts {
    /// The receipts of the transactions in their EIP-2718 encoding and, if the block itself has logged anything (the chain
    /// does at the end of an epoch), the *block receipt* behind them: its index is the number of transactions, and no
    /// transaction has made it.
    ///
    /// # Errors
    /// If a receipt is empty.
    pub fn new(transactions: Vec<Vec<u8>>, block_logs: &[Log]) -> Result<Self, Error> {
        let mut encoded = transactions;
        let mut bloom = Bloom::ZERO;
        if !block_logs.is_empty() {
            block_logs.iter().for_each(|log| bloom.accrue_log(log));
            encoded.push(block_receipt(block_logs, &bloom));
        }
        let trie = OrderedTrie::new(&encoded)?;
        Ok(Self { encoded, trie, bloom })
    }

    /// The encodings, in the order of the trie.
    pub fn encoded(&self) -> &[Vec<u8>] {
        &self.encoded
    }

    /// Their trie.
    pub const fn trie(&self) -> &OrderedTrie {
        &self.trie
    }
}

/// Legacy type, success, no gas.
fn block_receipt(logs: &[Log], bloom: &Bloom) -> Vec<u8> {
    let log = |log: &Log| {
        let topics = log.data.topics().iter().map(Rlp::bytes).collect();
        Rlp::List(vec![Rlp::bytes(log.address), Rlp::List(topics), Rlp::bytes(&log.data.data)])
    };
    let logs = logs.iter().map(log).collect();
    Rlp::List(vec![Rlp::integer(1), Rlp::integer(0), Rlp::bytes(bloom), Rlp::List(logs)]).encode()
}
