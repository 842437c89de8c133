//! Questions to a node. What has a hash is hashed before it is returned; what has none is only what the node says.

use crate::{Block, Node, NodeError, Receipt, Receipts, node::until_it_holds, receipt::RawLog};
use alloy_primitives::{Address, B256, Bytes, U64, U256};
use light_client::Header;
use mpt_proof::{
    builder::accounts::{self, AccountProof},
    state::Account,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json, value::RawValue};
use std::fmt;

/// A block by its number or by what it is to the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockTag {
    /// By number.
    Number(u64),
    /// The newest.
    Latest,
    /// The newest that is justified.
    Safe,
    /// The newest that is final.
    Finalized,
    /// The first.
    Earliest,
}

/// A block by hash, number or tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockId {
    /// By hash.
    Hash(B256),
    /// By number or tag.
    Tag(BlockTag),
}

impl From<B256> for BlockId {
    fn from(hash: B256) -> Self {
        Self::Hash(hash)
    }
}

impl From<BlockTag> for BlockId {
    fn from(tag: BlockTag) -> Self {
        Self::Tag(tag)
    }
}

impl BlockTag {
    fn json(self) -> Value {
        self.to_string().into()
    }
}

/// As JSON-RPC writes it.
impl fmt::Display for BlockTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "0x{number:x}"),
            Self::Latest => f.write_str("latest"),
            Self::Safe => f.write_str("safe"),
            Self::Finalized => f.write_str("finalized"),
            Self::Earliest => f.write_str("earliest"),
        }
    }
}

impl BlockId {
    /// As EIP-1898 has it.
    fn json(self) -> Value {
        match self {
            Self::Hash(hash) => json!({ "blockHash": hash }),
            Self::Tag(tag) => tag.json(),
        }
    }
}

/// Which logs: those of one of the addresses, with one of the topics in each place. What is empty asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Contracts that logged.
    pub addresses: Vec<Address>,
    /// By place, up to four.
    pub topics: Vec<Vec<B256>>,
    /// The blocks.
    pub within: Within,
}

/// Blocks to look for logs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// One block.
    Block(B256),
    /// From a block up to another one, both included.
    Range(BlockTag, BlockTag),
}

impl Default for Within {
    fn default() -> Self {
        Self::Range(BlockTag::Latest, BlockTag::Latest)
    }
}

impl Filter {
    fn json(&self) -> Value {
        let mut filter = match self.within {
            Within::Block(hash) => json!({ "blockHash": hash }),
            Within::Range(from, to) => json!({ "fromBlock": from.json(), "toBlock": to.json() }),
        };
        if !self.addresses.is_empty() {
            filter["address"] = json!(self.addresses);
        }
        if !self.topics.is_empty() {
            let any = |place: &Vec<B256>| if place.is_empty() { Value::Null } else { json!(place) };
            filter["topics"] = self.topics.iter().map(any).collect();
        }
        filter
    }

    /// Whether a log is among those that are asked for, as far as it says itself.
    fn is_met(&self, log: &RawLog) -> bool {
        let is_one = |of: &[B256], topic: Option<&B256>| {
            of.is_empty() || topic.is_some_and(|topic| of.contains(topic))
        };
        let mut topics = self.topics.iter().enumerate();
        let within = match self.within {
            Within::Block(hash) => log.block_hash == hash,
            Within::Range(from, to) => {
                let at_least = matches!(from, BlockTag::Number(from) if log.block_number < from);
                let at_most = matches!(to, BlockTag::Number(to) if log.block_number > to);
                !at_least && !at_most
            }
        };
        within
            && (self.addresses.is_empty() || self.addresses.contains(&log.address))
            && topics.all(|(place, of)| is_one(of, log.topics.get(place)))
    }
}

/// Any question: parameters as a tuple or a value, and the answer read as `R`.
///
/// # Errors
///
/// Those of the node; [`NodeError::Unreadable`].
pub async fn answer<R: DeserializeOwned>(
    node: &dyn Node,
    method: &'static str,
    params: impl Serialize + Send,
) -> Result<R, NodeError> {
    let params = serde_json::to_value(params).map_err(|e| NodeError::unreadable(method, e))?;
    let raw = node.request(method, params).await?;
    serde_json::from_str(raw.get())
        .map_err(|e| NodeError::unreadable(method, format_args!("unreadable answer: {e}")))
}

/// Chain id, as the node says.
///
/// # Errors
///
/// Those of [`answer`].
pub async fn chain_id(node: &dyn Node) -> Result<u64, NodeError> {
    let id: U64 = answer(node, "eth_chainId", ()).await?;
    Ok(id.to())
}

/// The block with this hash: its header is rebuilt and hashed.
///
/// # Errors
///
/// [`NodeError::Missing`], [`NodeError::Mismatch`], those of [`answer`].
pub async fn block_by_hash(node: &dyn Node, hash: B256) -> Result<Block, NodeError> {
    const METHOD: &str = "eth_getBlockByHash";
    until_it_holds(node, || async {
        let block: Option<Block> = answer(node, METHOD, (hash, false)).await?;
        let block = block.ok_or_else(|| missing_block(METHOD, hash))?;
        block.expect_hash(hash).map_err(|problem| NodeError::mismatch(METHOD, problem))?;
        Ok(block)
    })
    .await
}

/// The block at this number or tag: its header is rebuilt and has the hash that the node says. Which block that is, is the
/// node's word.
///
/// # Errors
///
/// [`NodeError::Mismatch`], those of [`answer`].
pub async fn block_by_number(node: &dyn Node, tag: BlockTag) -> Result<Option<Block>, NodeError> {
    const METHOD: &str = "eth_getBlockByNumber";
    let block: Option<Block> = answer(node, METHOD, (tag.json(), false)).await?;
    let Some(block) = block else { return Ok(None) };
    let wrong = |problem| NodeError::mismatch(METHOD, problem);
    block.expect_hash(block.hash()).map_err(wrong)?;
    match tag {
        BlockTag::Number(number) if number != block.number() => {
            Err(wrong(format!("block {} in place of {number}", block.number())))
        }
        _ => Ok(Some(block)),
    }
}

/// The block with this hash as the node writes it, with its transactions in full or by hash.
///
/// # Errors
///
/// [`NodeError::Missing`], those of [`answer`].
pub async fn block_text(node: &dyn Node, hash: B256, full: bool) -> Result<String, NodeError> {
    const METHOD: &str = "eth_getBlockByHash";
    let text: Option<Box<RawValue>> = answer(node, METHOD, (hash, full)).await?;
    Ok(text.ok_or_else(|| missing_block(METHOD, hash))?.get().to_owned())
}

/// All receipts of a block: their trie has the root in its header.
///
/// # Errors
///
/// Those of [`block_by_hash`] and of [`Receipts::of`].
pub async fn receipts(node: &dyn Node, block: B256) -> Result<Receipts, NodeError> {
    Receipts::of(node, &block_by_hash(node, block).await?).await
}

/// The receipt of a transaction, if it is in a block, as the node says.
///
/// # Errors
///
/// Those of [`answer`].
pub async fn receipt(node: &dyn Node, transaction: B256) -> Result<Option<Receipt>, NodeError> {
    answer(node, "eth_getTransactionReceipt", (transaction,)).await
}

/// Logs that the node finds. Each is one that was asked for; that they exist is shown by [`Receipts::locate`], that none is left out
/// by nothing but the receipts of all blocks.
///
/// # Errors
///
/// [`NodeError::Mismatch`] for a log that was not asked for, those of [`answer`].
pub async fn logs(node: &dyn Node, filter: &Filter) -> Result<Vec<RawLog>, NodeError> {
    const METHOD: &str = "eth_getLogs";
    let logs: Vec<RawLog> = answer(node, METHOD, (filter.json(),)).await?;
    match logs.iter().find(|log| !filter.is_met(log)) {
        Some(log) => {
            let problem = format!(
                "a log that was not asked for: {} in block {}",
                log.log_index, log.block_hash
            );
            Err(NodeError::mismatch(METHOD, problem))
        }
        None => Ok(logs),
    }
}

/// Trie nodes for an account and some of its slots in the state of a block, as the node writes them.
///
/// # Errors
///
/// Those of [`answer`].
pub async fn account_text(
    node: &dyn Node,
    account: Address,
    slots: &[B256],
    number: u64,
) -> Result<String, NodeError> {
    let answer: Box<RawValue> =
        answer(node, "eth_getProof", (account, slots, U256::from(number))).await?;
    Ok(answer.get().to_owned())
}

/// An account and some of its slots in the state of a block, in the one form that is accepted; verified under the state root in its
/// header. No account when it is absent, which no slots can be asked of.
///
/// # Errors
///
/// [`NodeError::Mismatch`] for nodes that prove nothing there, [`NodeError::Unreadable`], those of [`answer`].
pub async fn account_proof(
    node: &dyn Node,
    account: Address,
    slots: &[B256],
    block: &Block,
) -> Result<(AccountProof, Option<Account>), NodeError> {
    const METHOD: &str = "eth_getProof";
    let header = Header::open(&block.rlp(), &block.hash());
    let header = header.map_err(|e| NodeError::unreadable(METHOD, e))?;
    let wrong = |problem: String| NodeError::mismatch(METHOD, problem);
    until_it_holds(node, || async {
        let text = account_text(node, account, slots, block.number()).await?;
        let proof = accounts::from_json(&text).map_err(|e| NodeError::unreadable(METHOD, e))?;
        if proof.address != account {
            return Err(wrong(format!("a proof of the account {}, not {account}", proof.address)));
        }
        let is_there = |slot: &B256| proof.slots.iter().any(|got| got.slot == *slot);
        if let Some(slot) = slots.iter().find(|slot| !is_there(slot)) {
            return Err(wrong(format!("no proof of the slot {slot}")));
        }
        proof.normalize(&header.state_root).map_err(|e| wrong(e.to_string()))
    })
    .await
}

/// What a call answers in the state of a block, as the node says. A call that reverts is [`NodeError::Answered`] with the data.
///
/// # Errors
///
/// Those of [`answer`].
pub async fn call(
    node: &dyn Node,
    to: Address,
    data: Bytes,
    at: impl Into<BlockId> + Send,
) -> Result<Bytes, NodeError> {
    let call = json!({ "to": to, "input": data });
    answer(node, "eth_call", (call, at.into().json())).await
}

/// That there is no such block.
pub(crate) fn missing_block(method: &'static str, hash: B256) -> NodeError {
    NodeError::missing(method, format_args!("block {hash}"))
}
