//! What a chain has in its blocks that concerns a relayer: messages, deliveries, and the relayer's own transactions.

use super::record::{End, Record};
use crate::{error::Result, rpc::Rpc};
use alloy_primitives::{Address, B256, Bytes, U64, U256};
use alloy_sol_types::{SolEvent as _, SolValue as _};
use bindings::IMessageService;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;

/// A log as nodes write it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Log {
    topics: Vec<B256>,
    data: Bytes,
    block_number: U64,
    transaction_hash: B256,
}

/// An event about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// The message.
    pub id: B256,
    /// The block.
    pub number: u64,
    /// The transaction.
    pub transaction: B256,
}

/// What was sent from a chain to another one.
pub(super) async fn sent(rpc: &Rpc, end: &End, to: u64) -> Result<Vec<Seen>> {
    let logs = logs(rpc, end, [Some(IMessageService::MessageSent::SIGNATURE_HASH), None, None]);
    let is_for = |log: &Log| {
        type Data = (Bytes, Bytes, Bytes, U256, Vec<Bytes>);
        let recipient = Data::abi_decode_params(&log.data).ok().map(|data| data.1);
        let recipient = recipient.and_then(|bytes| mos::EvmAddress::decode(&bytes).ok());
        recipient.is_some_and(|recipient| recipient.chain_id() == U256::from(to))
    };
    Ok(logs.await?.iter().filter(|log| is_for(log)).map(seen).collect())
}

/// What was delivered on a chain from another one.
pub(super) async fn delivered(rpc: &Rpc, end: &End, from: u64) -> Result<Vec<Seen>> {
    let event = IMessageService::MessageDelivered::SIGNATURE_HASH;
    let from = B256::from(U256::from(from));
    Ok(logs(rpc, end, [Some(event), None, Some(from)]).await?.iter().map(seen).collect())
}

fn seen(log: &Log) -> Seen {
    Seen {
        id: log.topics.get(1).copied().unwrap_or_default(),
        number: log.block_number.to(),
        transaction: log.transaction_hash,
    }
}

async fn logs(rpc: &Rpc, end: &End, topics: [Option<B256>; 3]) -> Result<Vec<Log>> {
    let (address, from) = (end.message_service, U64::from(end.start_block));
    let filter =
        json!({ "address": address, "fromBlock": from, "toBlock": "latest", "topics": topics });
    rpc.request("eth_getLogs", (filter,)).await
}

/// A transaction that the relayer paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Paid {
    /// Its gas.
    pub gas: u64,
    /// Whether it did what it was for.
    pub succeeded: bool,
}

/// The blocks of a chain since its deployment.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocks {
    /// Number and time of each, oldest first.
    pub times: Vec<(u64, u64)>,
    /// What the relayer's signers sent, by hash.
    pub paid: BTreeMap<B256, Paid>,
}

#[derive(Debug, Deserialize)]
struct Block {
    timestamp: U64,
    transactions: Vec<Transaction>,
}

#[derive(Debug, Deserialize)]
struct Transaction {
    hash: B256,
    from: Address,
}

impl Blocks {
    /// Reads them all. What a reorganisation takes back while they are read is left away: it is none of the chain's any more.
    pub(super) async fn read(rpc: &Rpc, end: &End, record: &Record) -> Result<Self> {
        const METHOD: &str = "eth_getBlockByNumber";
        let head: U64 = rpc.request("eth_blockNumber", ()).await?;
        let mut blocks = Self::default();
        for number in end.start_block..=head.to() {
            let block: Option<Block> = rpc.request(METHOD, (U64::from(number), true)).await?;
            let Some(block) = block else { break };
            blocks.times.push((number, block.timestamp.to()));
            for Transaction { hash, from } in block.transactions {
                if !record.signers.contains(&from) {
                    continue;
                }
                let Some(receipt) = rpc.receipt(hash).await? else { continue };
                let paid = Paid { gas: receipt.gas_used.to(), succeeded: receipt.succeeded() };
                blocks.paid.insert(hash, paid);
            }
        }
        Ok(blocks)
    }

    /// Time of a block.
    pub(super) fn time(&self, number: u64) -> Option<u64> {
        let place = self.times.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        self.times.get(place).map(|(_, time)| *time)
    }

    /// Number of the block that was newest at a time.
    pub(super) fn newest_at(&self, time: u64) -> Option<u64> {
        let after = self.times.partition_point(|(_, other)| *other <= time);
        self.times.get(after.checked_sub(1)?).map(|(number, _)| *number)
    }
}

#[cfg(test)]
mod tests {
    use super::Blocks;
    use std::collections::BTreeMap;

    #[test]
    fn the_newest_block_at_a_time_is_the_last_one_that_is_not_later() {
        let blocks = Blocks { times: vec![(5, 100), (6, 102), (7, 108)], paid: BTreeMap::new() };
        let newest = [99, 100, 101, 102, 107, 108, 900].map(|time| blocks.newest_at(time));
        assert_eq!(newest, [None, Some(5), Some(5), Some(6), Some(6), Some(7), Some(7)]);
        assert_eq!([5, 7, 8].map(|number| blocks.time(number)), [Some(100), Some(108), None]);
    }
}
