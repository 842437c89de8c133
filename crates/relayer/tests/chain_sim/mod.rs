//! A chain that is made up, with a message service on it, and nodes that serve it well or badly.
#![allow(dead_code, reason = "each test binary uses a part of it")]

mod node;

pub(crate) use node::{Fault, SimNode};

use alloy_consensus::Header;
use alloy_primitives::{Address, B256, Bloom, Bytes, Log, U256, keccak256};
use mos::{
    Body, CancellationRequested, EvmAddress, Lanes, MESSAGE_SENT, MessageCancelled,
    MessageDelivered, Outbox,
};
use mpt_proof::builder::{OrderedTrie, receipts};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

/// The chain that is followed.
pub(crate) const ID: u64 = 31_337;
/// Where messages go.
pub(crate) const OTHER: u64 = 7;
/// The message service of the chain that is followed, and its checker and fees.
pub(crate) const SERVICE: Address = Address::repeat_byte(0x51);
pub(crate) const CHECKER: Address = Address::repeat_byte(0xc4);
pub(crate) const FEES: Address = Address::repeat_byte(0xfe);
/// The service at the other end.
pub(crate) const OTHER_SERVICE: Address = Address::repeat_byte(0xd1);
/// Somebody.
pub(crate) const SOMEBODY: Address = Address::repeat_byte(0x9e);

/// What a contract has logged.
pub(crate) type Entry = (Address, Vec<B256>, Bytes);

/// A block.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) header: Header,
    pub(crate) hash: B256,
    /// Hashes of transactions and what each has logged.
    pub(crate) transactions: Vec<(B256, Vec<Entry>)>,
    pub(crate) receipts: Value,
    /// The messages that it has sent, with their nonces.
    pub(crate) sent: Vec<(B256, Body)>,
    /// The service's lanes and nonces after it.
    outbox: Outbox,
}

/// A chain, with all its forks.
#[derive(Debug)]
pub(crate) struct Sim {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    blocks: HashMap<B256, Arc<Made>>,
    canonical: Vec<B256>,
    finalized: u64,
    salt: u64,
}

/// What can happen in a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Happening {
    /// A message is sent, with so long a payload.
    Sent(usize),
    /// A message of the other chain was delivered: its nonce.
    Delivered(u64),
    /// A cancellation was asked for, of a message with this nonce.
    CancellationRequested(u64),
    /// A message of the other chain was cancelled.
    Cancelled(u64),
    /// The service has logged this.
    Raw(Vec<B256>, Bytes),
    /// Somebody else has logged something that looks like a message.
    Foreign,
    /// A transaction that logs nothing.
    Nothing,
}

impl Sim {
    /// A chain of one block.
    pub(crate) fn new() -> Arc<Self> {
        let mut lanes = Lanes::new(U256::from(ID), SERVICE);
        lanes.set_lane(U256::from(OTHER), OTHER_SERVICE, 1, false);
        let genesis = make(None, 0, &[], Outbox::new(lanes));
        let hash = genesis.hash;
        let blocks = HashMap::from([(hash, Arc::new(genesis))]);
        let state = State { blocks, canonical: vec![hash], finalized: 0, salt: 0 };
        Arc::new(Self { state: Mutex::new(state) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("a lock")
    }

    /// Another chain with the same blocks so far.
    pub(crate) fn fork(&self) -> Arc<Self> {
        let state = self.state();
        let (blocks, canonical) = (state.blocks.clone(), state.canonical.clone());
        let state =
            State { blocks, canonical, finalized: state.finalized, salt: state.salt ^ 0x8000_0000 };
        Arc::new(Self { state: Mutex::new(state) })
    }

    /// Adds a block in which these things happen, each in a transaction of its own.
    pub(crate) fn mine(&self, happenings: &[Happening]) -> Arc<Made> {
        let mut state = self.state();
        state.salt += 1;
        let parent = state.head();
        let made = Arc::new(make(Some(&parent), state.salt, happenings, parent.outbox.clone()));
        state.canonical.push(made.hash);
        state.blocks.insert(made.hash, Arc::clone(&made));
        made
    }

    /// Takes so many blocks away, whether they are final or not.
    pub(crate) fn drop_blocks(&self, depth: u64) {
        let mut state = self.state();
        let keep =
            state.canonical.len().saturating_sub(usize::try_from(depth).expect("few")).max(1);
        state.canonical.truncate(keep);
        let head = keep as u64 - 1;
        state.finalized = state.finalized.min(head);
    }

    /// Finality goes up to this block, if it is there.
    pub(crate) fn finalize(&self, number: u64) {
        let mut state = self.state();
        let head = state.canonical.len() as u64 - 1;
        state.finalized = state.finalized.max(number.min(head));
    }

    pub(crate) fn head(&self) -> u64 {
        self.state().canonical.len() as u64 - 1
    }

    pub(crate) fn finalized(&self) -> u64 {
        self.state().finalized
    }

    pub(crate) fn hash_at(&self, number: u64) -> Option<B256> {
        self.state().canonical.get(usize::try_from(number).expect("few")).copied()
    }

    /// The blocks of the chain as it is, in order.
    pub(crate) fn canonical(&self) -> Vec<Arc<Made>> {
        let state = self.state();
        state.canonical.iter().map(|hash| Arc::clone(&state.blocks[hash])).collect()
    }

    pub(crate) fn at(&self, number: u64) -> Option<Arc<Made>> {
        let state = self.state();
        let hash = state.canonical.get(usize::try_from(number).ok()?)?;
        state.blocks.get(hash).cloned()
    }

    /// All blocks that there ever were.
    pub(crate) fn all(&self) -> Vec<Arc<Made>> {
        self.state().blocks.values().cloned().collect()
    }

    /// Any block that there ever was.
    pub(crate) fn by_hash(&self, hash: &B256) -> Option<Arc<Made>> {
        self.state().blocks.get(hash).cloned()
    }
}

impl State {
    fn head(&self) -> Arc<Made> {
        let hash = self.canonical.last().expect("a block");
        Arc::clone(&self.blocks[hash])
    }
}

impl Made {
    /// All logs with the place of their transaction, and their own place in the block.
    pub(crate) fn logs(&self) -> Vec<(usize, B256, u64, &Entry)> {
        let mut place = 0;
        let mut all = Vec::new();
        for (index, (hash, entries)) in self.transactions.iter().enumerate() {
            for entry in entries {
                all.push((index, *hash, place, entry));
                place += 1;
            }
        }
        all
    }

    /// As `eth_getBlockBy…` answers.
    pub(crate) fn json(&self) -> Value {
        let header = &self.header;
        let number = |value: u64| U256::from(value);
        json!({
            "hash": self.hash, "parentHash": header.parent_hash, "sha3Uncles": header.ommers_hash,
            "miner": header.beneficiary, "stateRoot": header.state_root, "transactionsRoot": header.transactions_root,
            "receiptsRoot": header.receipts_root, "logsBloom": header.logs_bloom, "difficulty": header.difficulty,
            "number": number(header.number), "gasLimit": number(header.gas_limit), "gasUsed": number(header.gas_used),
            "timestamp": number(header.timestamp), "extraData": header.extra_data, "mixHash": header.mix_hash,
            "nonce": header.nonce, "baseFeePerGas": number(header.base_fee_per_gas.expect("a base fee")),
            "transactions": self.transactions.iter().map(|(hash, _)| json!(hash)).collect::<Vec<_>>(),
        })
    }

    /// Its logs as `eth_getLogs` answers.
    pub(crate) fn log_json(&self) -> Vec<Value> {
        let log = |(index, hash, place, (address, topics, data)): (usize, B256, u64, &Entry)| {
            json!({
                "address": address, "topics": topics, "data": data, "blockNumber": U256::from(self.header.number),
                "transactionHash": hash, "transactionIndex": U256::from(index), "blockHash": self.hash,
                "logIndex": U256::from(place), "removed": false,
            })
        };
        self.logs().into_iter().map(log).collect()
    }

    pub(crate) fn next_nonce(&self, destination: u64) -> u64 {
        self.outbox.next_nonce(U256::from(destination))
    }
}

/// A block with these happenings after another one.
fn make(parent: Option<&Made>, salt: u64, happenings: &[Happening], mut outbox: Outbox) -> Made {
    let number = parent.map_or(0, |parent| parent.header.number + 1);
    let mut sent = Vec::new();
    let transaction = |(place, happening): (usize, &Happening)| {
        let hash = keccak256(format!("{salt} {number} {place} {happening:?}"));
        (hash, entries(happening, &mut outbox, &mut sent))
    };
    let transactions: Vec<(B256, Vec<Entry>)> =
        happenings.iter().enumerate().map(transaction).collect();
    let mut bloom = Bloom::ZERO;
    for (address, topics, data) in transactions.iter().flat_map(|(_, entries)| entries) {
        bloom.accrue_log(&Log::new_unchecked(*address, topics.clone(), data.clone()));
    }
    let receipts = receipts_json(number, &transactions);
    let read = receipts::from_json(&receipts.to_string()).expect("receipts");
    let root = OrderedTrie::new(read.iter().map(receipts::encode)).expect("a trie").root();
    let header = Header {
        parent_hash: parent.map_or(B256::ZERO, |parent| parent.hash),
        receipts_root: root,
        logs_bloom: bloom,
        number,
        gas_limit: 30_000_000,
        gas_used: 21_000 * transactions.len() as u64,
        timestamp: 1_700_000_000 + 12 * number,
        extra_data: salt.to_be_bytes().to_vec().into(),
        base_fee_per_gas: Some(7),
        ..Header::default()
    };
    let hash = header.hash_slow();
    Made { header, hash, transactions, receipts, sent, outbox }
}

fn entries(
    happening: &Happening,
    outbox: &mut Outbox,
    sent_here: &mut Vec<(B256, Body)>,
) -> Vec<Entry> {
    let chain = U256::from(OTHER);
    let id = |nonce: u64| keccak256(nonce.to_be_bytes());
    match happening {
        Happening::Sent(length) => {
            let to = EvmAddress::new(chain, SOMEBODY).expect("an id").encode();
            let sent = outbox
                .send(SOMEBODY, U256::ZERO, &to, &vec![0x61; *length], &[])
                .expect("a message");
            sent_here.push((sent.id, sent.body));
            // A log of someone else stands first, so that places in receipts differ from those of messages.
            let before = (Address::repeat_byte(0xee), vec![B256::repeat_byte(1)], Bytes::new());
            vec![before, (SERVICE, vec![MESSAGE_SENT, sent.id], sent.data.into())]
        }
        Happening::Delivered(nonce) => {
            let event = MessageDelivered {
                id: id(*nonce),
                source_chain_id: chain,
                nonce: *nonce,
                payee: SOMEBODY,
            };
            vec![(SERVICE, event.topics().to_vec(), event.data().into())]
        }
        Happening::Cancelled(nonce) => {
            let event = MessageCancelled { id: id(*nonce), source_chain_id: chain, nonce: *nonce };
            vec![(SERVICE, event.topics().to_vec(), event.data().into())]
        }
        Happening::CancellationRequested(nonce) => {
            let event = CancellationRequested {
                id: id(*nonce),
                destination_chain_id: chain,
                nonce: *nonce,
            };
            vec![(SERVICE, event.topics().to_vec(), event.data().into())]
        }
        Happening::Foreign => {
            let event =
                MessageDelivered { id: id(99), source_chain_id: chain, nonce: 99, payee: SOMEBODY };
            vec![(Address::repeat_byte(0xaa), event.topics().to_vec(), event.data().into())]
        }
        Happening::Raw(topics, data) => vec![(SERVICE, topics.clone(), data.clone())],
        Happening::Nothing => Vec::new(),
    }
}

fn receipts_json(number: u64, transactions: &[(B256, Vec<Entry>)]) -> Value {
    let quantity = |value: u64| format!("0x{value:x}");
    let mut place = 0;
    let mut list = Vec::new();
    for (index, (hash, entries)) in (0..).zip(transactions) {
        let mut bloom = Bloom::ZERO;
        let mut logs = Vec::new();
        for (address, topics, data) in entries {
            bloom.accrue_log(&Log::new_unchecked(*address, topics.clone(), data.clone()));
            logs.push(json!({
                "address": address, "topics": topics, "data": data, "blockNumber": quantity(number),
                "transactionHash": hash, "transactionIndex": quantity(index), "blockHash": B256::ZERO,
                "logIndex": quantity(place), "removed": false,
            }));
            place += 1;
        }
        list.push(json!({
            "type": "0x2", "status": "0x1", "cumulativeGasUsed": quantity(21_000 * (index + 1)), "logs": logs,
            "logsBloom": bloom, "transactionHash": hash, "transactionIndex": quantity(index),
            "blockHash": B256::ZERO, "blockNumber": quantity(number), "gasUsed": "0x5208",
            "effectiveGasPrice": "0x7", "from": SOMEBODY, "to": SERVICE, "contractAddress": null,
        }));
    }
    Value::Array(list)
}

/// A configuration of the chain that asks nodes quickly.
pub(crate) fn config(start_block: u64) -> relayer::config::Chain {
    let config = json!({
        "id": ID, "rpc": { "endpoints": [], "timeout_seconds": 0.002 }, "service": SERVICE, "checker": CHECKER,
        "start_block": start_block, "block_seconds": 1.0, "log_range": 8,
    });
    serde_json::from_value(config).expect("a configuration")
}
