//! All receipts of a block, in the trie whose root its header has.

use crate::{
    Block, Event, Node, NodeError, ask,
    node::until_it_holds,
    receipt::{Log, RawLog},
};
use alloy_primitives::{Address, B256, Bloom, Bytes, U64};
use light_client::map::builder::receipts_trie;
use mpt_proof::{
    builder::{Batch, Error, OrderedTrie},
    receipt::{Receipt, TypePolicy},
};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

const METHOD: &str = "eth_getBlockReceipts";

/// Numbers of JSON-RPC errors: there is no such method, and it does not take such parameters.
const NO_METHOD: i64 = -32601;
const NO_PARAMS: i64 = -32602;

/// All receipts of a block. Having it establishes that their trie has the root in the header of that block.
#[derive(Clone, Debug)]
pub struct Receipts {
    block: (B256, u64),
    trie: OrderedTrie,
}

impl Receipts {
    /// Asks for the receipts of a block, in whichever way the node answers: by hash, by number, or one by one; of a MAP chain with
    /// that of the block itself, which the last block of an epoch has.
    ///
    /// # Errors
    ///
    /// [`NodeError::Mismatch`] for receipts that are not those of the block, [`NodeError::Missing`], [`NodeError::Unreadable`], those
    /// of the node.
    pub async fn of(node: &dyn Node, block: &Block) -> Result<Self, NodeError> {
        let (hash, root) = (block.hash(), block.receipts_root());
        let trie = until_it_holds(node, || async {
            let text = text(node, block).await?;
            let trie = match receipts_trie(&text, None, &root) {
                // Of other chains there is no such receipt to ask for.
                Err(Error::Root { .. }) if block.is_map() => {
                    let own = block_receipt(node, hash).await?;
                    receipts_trie(&text, own.as_deref(), &root)
                }
                other => other,
            };
            trie.map_err(|error| match error {
                Error::Root { .. } => NodeError::mismatch(METHOD, error),
                other => NodeError::unreadable(METHOD, other),
            })
        });
        Ok(Self { block: (hash, block.number()), trie: trie.await? })
    }

    /// Hash of the block.
    #[must_use]
    pub const fn block_hash(&self) -> B256 {
        self.block.0
    }

    /// The trie.
    #[must_use]
    pub const fn trie(&self) -> &OrderedTrie {
        &self.trie
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.trie.values().len() as u64
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.trie.values().is_empty()
    }

    /// The nodes from the root to the receipt at a place, or to where it would be.
    #[must_use]
    pub fn proof(&self, index: u64) -> Vec<Bytes> {
        self.trie.proof(index)
    }

    /// The nodes of several receipts, each once, and the places in the order of their keys.
    ///
    /// # Errors
    ///
    /// Those of [`OrderedTrie::batch`].
    pub fn batch(&self, indices: impl IntoIterator<Item = u64>) -> Result<Batch<u64>, Error> {
        self.trie.batch(indices)
    }

    /// The logs of the receipt at a place; none of a failed transaction, or when there is no such receipt.
    ///
    /// # Errors
    ///
    /// [`NodeError::Unreadable`] for a receipt that the verifiers do not read either.
    pub fn logs(&self, index: u64) -> Result<Vec<Log>, NodeError> {
        let wrong = |e| NodeError::unreadable(METHOD, format_args!("receipt {index}: {e}"));
        let value = usize::try_from(index).ok().and_then(|index| self.trie.values().get(index));
        let Some(value) = value else { return Ok(Vec::new()) };
        let receipt = Receipt::decode(value, TypePolicy::Known).map_err(wrong)?;
        let logs = receipt.logs().map(|log| {
            let log = log.map_err(wrong)?;
            Ok(Log {
                address: log.address,
                topics: log.topics().to_vec(),
                data: Bytes::copy_from_slice(log.data),
            })
        });
        logs.collect()
    }

    /// The place of a log that a node has found: it is there, word for word.
    ///
    /// # Errors
    ///
    /// [`NodeError::Mismatch`] for a log that is not in the block, or not where the node says; [`NodeError::Unreadable`].
    pub fn locate(&self, log: &RawLog) -> Result<Event, NodeError> {
        let (hash, number) = self.block;
        let wrong = |problem: String| NodeError::mismatch("eth_getLogs", problem);
        if (log.block_hash, log.block_number) != self.block {
            let RawLog { block_hash, block_number, .. } = log;
            return Err(wrong(format!("a log of block {block_number} ({block_hash}), not {hash}")));
        }
        let mut before = 0;
        for index in 0..log.transaction_index.min(self.len()) {
            before += self.logs(index)?.len() as u64;
        }
        let is_it = |there: &Log| {
            there.address == log.address && there.topics == log.topics && there.data == log.data
        };
        let logs = self.logs(log.transaction_index)?;
        let places = (0..).zip(&logs).filter(|(_, there)| is_it(there));
        let places: Vec<u64> = places.map(|(place, _)| place).collect();
        // Nodes number the logs of a block; where one numbers those of each transaction the content tells.
        let due = log.log_index.checked_sub(before);
        let place = due.filter(|due| places.contains(due)).or(match places[..] {
            [only] => Some(only),
            _ => None,
        });
        let place = place.ok_or_else(|| {
            let RawLog { log_index, transaction_index, .. } = log;
            wrong(format!("log {log_index} is not in transaction {transaction_index} of {hash}"))
        })?;
        Ok(Event {
            block_hash: hash,
            block_number: number,
            transaction_index: log.transaction_index,
            log_index_in_receipt: place,
        })
    }

    /// About how many bytes of memory it takes: the values, and the nodes that hold them once more.
    pub(crate) fn weight(&self) -> usize {
        const ENTRY: usize = 256;
        let values = self.trie.values().iter();
        values.map(|value| 2 * value.len() + ENTRY).fold(ENTRY, usize::saturating_add)
    }
}

/// All receipts of a block as the node writes them.
async fn text(node: &dyn Node, block: &Block) -> Result<String, NodeError> {
    let by = async |place: Value| {
        let text: Option<Box<RawValue>> = ask::answer(node, METHOD, (place,)).await?;
        Ok(text.ok_or_else(|| ask::missing_block(METHOD, block.hash()))?.get().to_owned())
    };
    match by(json!(block.hash())).await {
        Err(NodeError::Answered { code: NO_PARAMS, .. }) => {
            by(json!(U64::from(block.number()))).await
        }
        Err(NodeError::Answered { code: NO_METHOD, .. }) => one_by_one(node, block.hash()).await,
        other => other,
    }
}

/// The same from a node that does not answer for a whole block.
async fn one_by_one(node: &dyn Node, block: B256) -> Result<String, NodeError> {
    const METHOD: &str = "eth_getTransactionReceipt";
    #[derive(Deserialize)]
    struct Hashes {
        transactions: Vec<B256>,
    }
    let text = ask::block_text(node, block, false).await?;
    let hashes: Hashes =
        serde_json::from_str(&text).map_err(|e| NodeError::unreadable("eth_getBlockByHash", e))?;
    let mut receipts = Vec::new();
    for hash in hashes.transactions {
        let receipt: Option<Box<RawValue>> = ask::answer(node, METHOD, (hash,)).await?;
        let missing = || NodeError::missing(METHOD, format_args!("receipt of {hash}"));
        receipts.push(receipt.ok_or_else(missing)?);
    }
    serde_json::to_string(&receipts).map_err(|e| NodeError::unreadable(METHOD, e))
}

/// All receipts of a block by its hash, as the node writes them. Nothing is verified.
///
/// # Errors
///
/// [`NodeError::Missing`], those of [`ask::answer`].
pub async fn receipts_text(node: &dyn Node, block: B256) -> Result<String, NodeError> {
    let text: Option<Box<RawValue>> = ask::answer(node, METHOD, (block,)).await?;
    Ok(text.ok_or_else(|| ask::missing_block(METHOD, block))?.get().to_owned())
}

/// A log that no transaction has made.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Own {
    address: Address,
    topics: Vec<B256>,
    data: Bytes,
    transaction_hash: B256,
}

/// The receipt of a block itself, if it has logged anything, as JSON: made of those logs whose transaction has the hash zero, or that
/// of the block. Whether it is right is told by the root that all receipts lead to.
///
/// # Errors
///
/// Those of [`ask::answer`].
pub async fn block_receipt(node: &dyn Node, block: B256) -> Result<Option<String>, NodeError> {
    const METHOD: &str = "eth_getLogs";
    let logs: Vec<Value> = ask::answer(node, METHOD, (json!({ "blockHash": block }),)).await?;
    let mut own = Vec::new();
    let mut bloom = Bloom::ZERO;
    for value in logs {
        let log = Own::deserialize(&value).map_err(|e| NodeError::unreadable(METHOD, e))?;
        if log.transaction_hash.is_zero() || log.transaction_hash == block {
            let Own { address, topics, data, .. } = log;
            bloom.accrue_log(&alloy_primitives::Log::new_unchecked(address, topics, data));
            own.push(value);
        }
    }
    if own.is_empty() {
        return Ok(None);
    }
    // What is not part of the encoding is there because answers have it.
    let receipt = json!({
        "type": "0x0", "status": "0x1", "cumulativeGasUsed": "0x0", "logs": own, "logsBloom": bloom,
        "transactionHash": B256::ZERO, "transactionIndex": "0x0", "blockHash": block, "blockNumber": "0x0",
        "gasUsed": "0x0", "effectiveGasPrice": "0x0", "from": Address::ZERO, "to": null,
        "contractAddress": null,
    });
    Ok(Some(receipt.to_string()))
}
