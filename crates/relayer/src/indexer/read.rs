//! What a chain has logged: asked of nodes, believed of none.
//!
//! A block's header has its hash, which a quorum or the block after it says. Its filter says when there is nothing to read. Else all its
//! receipts are read, which have the root in the header: nothing in them is made up, and nothing is left out. Only where no node has
//! receipts is it enough that a quorum finds the same logs.
//!
//! In ranges of final blocks nodes are asked where there is something: as many as the quorum have to answer, each while it has the last
//! block of the range, and what any of them finds is looked at as above.

use super::events::{Watched, topics};
use crate::{
    chain::{Chain, Class, Endpoint, Error, classify},
    domain::BlockRef,
};
use alloy_primitives::{Address, B256, Bytes};
use futures_util::{StreamExt, stream};
use prover::{Block, BlockTag, Filter, Node, NodeError, Receipts, Within, ask};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Questions for blocks that are open at the same time.
const AT_ONCE: usize = 8;

/// A log and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) address: Address,
    pub(super) topics: Vec<B256>,
    pub(super) data: Bytes,
    pub(super) transaction: B256,
    pub(super) transaction_index: u64,
    pub(super) log_index: u64,
}

/// Why a range was not read.
#[derive(Debug)]
pub(super) enum Unread {
    /// It is too long for a node.
    TooMuch,
    /// For another reason.
    Failed(Error),
}

impl From<Error> for Unread {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// The blocks from `low` up to `top`, ascending, each the parent of the next.
pub(super) async fn linked(chain: &Chain, top: Block, low: u64) -> Result<Vec<Block>, Error> {
    let node = chain.node();
    let numbers = stream::iter(low..top.number()).map(|number| {
        let node = Arc::clone(&node);
        async move { ask::block_by_number(&*node, BlockTag::Number(number)).await.ok().flatten() }
    });
    let likely = numbers.buffer_unordered(AT_ONCE).filter_map(|block| async move { block });
    let mut likely: BTreeMap<u64, Block> =
        likely.map(|block| (block.number(), block)).collect().await;
    let mut blocks = vec![top];
    while let Some(lowest) = blocks.last().filter(|lowest| lowest.number() > low) {
        let (number, hash) = (lowest.number() - 1, lowest.parent_hash());
        let block = match likely.remove(&number).filter(|block| block.hash() == hash) {
            Some(block) => block,
            None => parent(chain, lowest).await?,
        };
        blocks.push(block);
    }
    blocks.reverse();
    Ok(blocks)
}

/// The block before this one.
pub(super) async fn parent(chain: &Chain, block: &Block) -> Result<Block, Error> {
    let parent = ask::block_by_hash(&*chain.node(), block.parent_hash()).await;
    parent.map_err(|error| chain.node_error(error))
}

/// The logs of the watched contracts in a block, in order.
pub(super) async fn block(
    chain: &Chain,
    watched: &Watched,
    block: &Block,
) -> Result<Vec<Found>, Error> {
    if !watched.may_be_in(block.logs_bloom()) {
        return Ok(Vec::new());
    }
    let mut found = match Receipts::of(&*chain.node(), block).await {
        Ok(receipts) => of_receipts(&receipts, watched).map_err(|error| chain.node_error(error))?,
        Err(error) => {
            tracing::debug!(chain = chain.name(), block = block.number(), %error, "no receipts: the logs are those that a quorum finds");
            return agreed_logs(chain, watched, block).await;
        }
    };
    if !found.is_empty() {
        name_transactions(chain, block, &mut found).await?;
    }
    Ok(found)
}

fn of_receipts(receipts: &Receipts, watched: &Watched) -> Result<Vec<Found>, NodeError> {
    let mut addresses: BTreeSet<Address> = watched.addresses().into_iter().collect();
    let (mut found, mut log_index) = (Vec::new(), 0);
    for transaction_index in 0..receipts.len() {
        for log in receipts.logs(transaction_index)? {
            // A contract that fees are paid into from here on is read from here on.
            if let Ok(super::events::Said::Fees(fees)) =
                watched.read(&log.address, &log.topics, &log.data)
            {
                addresses.insert(fees);
            }
            if addresses.contains(&log.address) {
                let (address, topics, data) = (log.address, log.topics, log.data);
                found.push(Found {
                    address,
                    topics,
                    data,
                    transaction: B256::ZERO,
                    transaction_index,
                    log_index,
                });
            }
            log_index += 1;
        }
    }
    Ok(found)
}

/// The hashes of the transactions, as a quorum names them: receipts do not have them.
async fn name_transactions(chain: &Chain, block: &Block, found: &mut [Found]) -> Result<(), Error> {
    #[derive(serde::Deserialize)]
    struct Named {
        transactions: Vec<B256>,
    }
    let hash = block.hash();
    let due: BTreeSet<u64> = found.iter().map(|found| found.transaction_index).collect();
    let asked = |endpoint: Arc<Endpoint>| {
        let due = &due;
        async move {
            const METHOD: &str = "eth_getBlockByHash";
            let named: Option<Named> = ask::answer(&*endpoint, METHOD, (hash, false)).await?;
            let named =
                named.ok_or_else(|| NodeError::missing(METHOD, format_args!("block {hash}")))?;
            let at = |index: &u64| {
                usize::try_from(*index).ok().and_then(|index| named.transactions.get(index))
            };
            // What the last block of an epoch of a MAP chain logs is of no transaction.
            Ok(due
                .iter()
                .map(|index| at(index).copied().unwrap_or_default())
                .collect::<Vec<B256>>())
        }
    };
    let names =
        chain.agree(&format!("the transactions of block {}", block.number()), asked).await?;
    let names: BTreeMap<u64, B256> = due.iter().copied().zip(names).collect();
    for found in found {
        found.transaction = names.get(&found.transaction_index).copied().unwrap_or_default();
    }
    Ok(())
}

/// The logs of a block that a quorum finds.
async fn agreed_logs(chain: &Chain, watched: &Watched, block: &Block) -> Result<Vec<Found>, Error> {
    let filter = Filter {
        addresses: watched.addresses(),
        topics: Vec::new(),
        within: Within::Block(block.hash()),
    };
    let asked = |endpoint: Arc<Endpoint>| {
        let filter = &filter;
        async move {
            let mut logs = ask::logs(&*endpoint, filter).await?;
            logs.sort_by_key(|log| log.log_index);
            let found = logs.into_iter().map(|log| Found {
                address: log.address,
                topics: log.topics,
                data: log.data,
                transaction: log.transaction_hash,
                transaction_index: log.transaction_index,
                log_index: log.log_index,
            });
            Ok(found.collect::<Vec<Found>>())
        }
    };
    chain.agree(&format!("the logs of block {}", block.number()), asked).await
}

/// The numbers of blocks of a range in which a node finds something: of as many nodes as the quorum, while each has the last block.
pub(super) async fn range(
    chain: &Chain,
    watched: &Watched,
    from: u64,
    to: BlockRef,
) -> Result<BTreeSet<u64>, Unread> {
    let within = Within::Range(BlockTag::Number(from), BlockTag::Number(to.number));
    let filter = Filter { addresses: watched.addresses(), topics: vec![topics().to_vec()], within };
    let asked = |endpoint: Arc<Endpoint>| {
        let filter = &filter;
        async move {
            let node: &dyn Node = &*endpoint;
            has(node, to).await?;
            let logs = ask::logs(node, filter).await?;
            // It may be several nodes behind one address, of which one is behind.
            has(node, to).await?;
            Ok(logs.into_iter().map(|log| log.block_number).collect::<BTreeSet<u64>>())
        }
    };
    let enough = |answers: &[(usize, Result<BTreeSet<u64>, NodeError>)]| {
        answers.iter().filter(|(_, answer)| answer.is_ok()).count() >= chain.quorum()
    };
    let answers = chain.ask_all(asked, enough).await;
    if enough(&answers) {
        return Ok(answers.into_iter().filter_map(|(_, answer)| answer.ok()).flatten().collect());
    }
    let is_too_much = |error: &NodeError| {
        let class = classify(error.method(), error);
        class == Class::TooMuch || matches!(error, NodeError::Timeout { .. })
    };
    if answers.iter().filter_map(|(_, answer)| answer.as_ref().err()).any(is_too_much) {
        return Err(Unread::TooMuch);
    }
    let given = answers.iter().filter(|(_, answer)| answer.is_ok()).count();
    Err(Unread::Failed(chain.no_quorum(
        &format!("the logs of blocks {from} to {}", to.number),
        given,
        &answers,
    )))
}

/// That a node has a block at its number.
async fn has(node: &dyn Node, block: BlockRef) -> Result<(), NodeError> {
    let found = ask::block_by_number(node, BlockTag::Number(block.number)).await?;
    match found {
        Some(found) if found.hash() == block.hash => Ok(()),
        Some(found) => {
            let problem = format!("{} in place of block {}", found.hash(), block.hash);
            Err(NodeError::mismatch("eth_getBlockByNumber", problem))
        }
        None => {
            Err(NodeError::missing("eth_getBlockByNumber", format_args!("block {}", block.number)))
        }
    }
}
