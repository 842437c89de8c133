//! A chain in memory: a block with messages, blocks after it, the state of the last; and a node that serves it, or lies about it.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub(crate) mod node;
pub(crate) mod server;

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use async_trait::async_trait;
use light_client::ancestry::{HISTORY_ADDRESS, history_slot};
use mos::{
    Body, DOMAIN, EvmAddress, Lane, Lanes, MESSAGE_SENT, MessageDelivered, Outbox,
    outcome::settled_slot,
};
use mpt_proof::builder::{OrderedTrie, Trie, receipts};
pub(crate) use node::block_json;
use prover::{Event, Head, Node, NodeError};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use std::sync::Mutex;
use testkit::{beacon::ExecutionBlock, rlp::Rlp};

/// Chain that messages are sent on, and their service.
pub(crate) const SOURCE: (u64, Address) = (31_337, Address::repeat_byte(0x51));
/// Chain that they are delivered on, and the service there.
pub(crate) const DESTINATION: (u64, Address) = (7, Address::repeat_byte(0xd1));
/// Who earns something.
pub(crate) const PAYEE: Address = Address::repeat_byte(0x9e);
/// Number of the block with the messages.
pub(crate) const NUMBER: u64 = 1000;
/// Time of that block; twelve seconds pass between blocks.
pub(crate) const TIME: u64 = 1_700_000_000;
/// Id of the newest head.
pub(crate) const HEAD: u64 = 5;

/// How a node deceives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// A byte of a log is another one.
    Receipt,
    /// The last receipt is left out.
    FewerReceipts,
    /// A field of every header is another one.
    Header,
    /// In place of the block of the messages stands the one after it.
    OtherBlock,
    /// It does not know the block of the messages.
    NoBlock,
    /// It does not know the receipts.
    NoReceipts,
    /// A trie node of a proof is left out.
    ShortProof,
    /// The proof is of another slot.
    OtherSlot,
    /// The answer is something else altogether.
    Nonsense,
    /// It has no method for all receipts of a block.
    OneByOne,
    /// It takes numbers of blocks alone.
    ByNumber,
}

/// A chain, and a node for it.
#[derive(Debug)]
pub(crate) struct World {
    /// From the block with the messages up to the head's block.
    pub(crate) blocks: Vec<ExecutionBlock>,
    /// Those of the first block.
    pub(crate) receipts: Value,
    /// Messages of the first block, and where they are.
    pub(crate) sent: Vec<(Body, B256, Event)>,
    state: Trie,
    storages: Vec<(Address, Trie)>,
    /// What the node lies about.
    pub(crate) lie: Option<Lie>,
    /// What it was asked for.
    pub(crate) asked: Mutex<Vec<&'static str>>,
}

/// What a message service logs.
type LogEntry = (Address, Vec<B256>, Bytes);

impl World {
    /// `count` messages, two in every third transaction and none in every fifth; a head `distance` blocks later. The state of that
    /// block keeps the hash of the first one.
    pub(crate) fn new(count: usize, distance: u64) -> Self {
        Self::with_kept_hash(count, distance, true)
    }

    /// The same; `kept` says whether hashes are kept at all.
    pub(crate) fn with_kept_hash(count: usize, distance: u64, kept: bool) -> Self {
        let mut outbox = outbox();
        let mut transactions: Vec<Vec<LogEntry>> = Vec::new();
        let mut sent = Vec::new();
        while sent.len() < count {
            let due = match transactions.len() {
                place if place % 5 == 4 => 0,
                place if place % 3 == 2 => 2,
                _ => 1,
            };
            // A log of someone else stands first, so that places in the receipt differ from those of messages.
            let mut logs = vec![(Address::repeat_byte(0xee), vec![DOMAIN], Bytes::new())];
            for _ in 0..due.min(count - sent.len()) {
                let (body, id, log) = message(&mut outbox, sent.len());
                let place = (transactions.len() as u64, logs.len() as u64);
                sent.push((body, id, place));
                logs.push(log);
            }
            transactions.push(logs);
        }
        Self::of(&transactions, sent, distance, kept)
    }

    /// A delivery of each of these messages, in a transaction of its own.
    pub(crate) fn delivering(ids: &[(B256, u64)], distance: u64) -> Self {
        let delivered = ids.iter().map(|(id, nonce)| {
            let (source_chain_id, payee) = (U256::from(SOURCE.0), PAYEE);
            let event = MessageDelivered { id: *id, source_chain_id, nonce: *nonce, payee };
            vec![(DESTINATION.1, event.topics().to_vec(), event.data().into())]
        });
        let sent = (0..).zip(ids).map(|(place, (id, _))| (Body::default(), *id, (place, 0)));
        Self::of(&delivered.collect::<Vec<_>>(), sent.collect(), distance, true)
    }

    fn of(
        transactions: &[Vec<LogEntry>],
        sent: Vec<(Body, B256, (u64, u64))>,
        distance: u64,
        kept: bool,
    ) -> Self {
        let mut before = 0;
        let list = transactions.iter().enumerate().map(|(place, logs)| {
            let first = before;
            before += logs.len();
            receipt(place, logs, first)
        });
        let receipts = Value::Array(list.collect());
        let read = receipts::from_json(&receipts.to_string()).expect("receipts");
        let trie = OrderedTrie::new(read.iter().map(receipts::encode)).expect("a trie");
        let first = ExecutionBlock::synthetic(keccak256("parent"), NUMBER, TIME)
            .with_receipts_root(trie.root());

        let mut storages = vec![(DESTINATION.1, settled_bits())];
        if kept {
            let entry = alloy_rlp::encode(U256::from_be_bytes(first.hash().0));
            let slots = Trie::new([(keccak256(history_slot(NUMBER)), entry)]).expect("slots");
            storages.push((HISTORY_ADDRESS, slots));
        }
        let others = (1..=9).map(|i| (keccak256(Address::repeat_byte(i)), account(B256::ZERO)));
        let contracts = storages.iter().map(|(at, slots)| (keccak256(at), account(slots.root())));
        let state = Trie::new(others.chain(contracts)).expect("a state");
        let mut blocks = vec![first];
        for later in 1..=distance {
            let parent = blocks.last().expect("a block").hash();
            let block = ExecutionBlock::synthetic(parent, NUMBER + later, TIME + 12 * later);
            blocks.push(block.with_state_root(state.root()));
        }
        let block_hash = blocks[0].hash();
        let place = |(transaction_index, log_index_in_receipt)| Event {
            block_hash,
            block_number: NUMBER,
            transaction_index,
            log_index_in_receipt,
        };
        let sent = sent.into_iter().map(|(body, id, at)| (body, id, place(at))).collect();
        Self { blocks, receipts, sent, state, storages, lie: None, asked: Mutex::default() }
    }

    pub(crate) fn head(&self) -> Head {
        let block = self.blocks.last().expect("a block");
        Head { id: HEAD, hash: block.hash(), number: block.number() }
    }

    /// The block with the messages.
    pub(crate) fn block(&self) -> (B256, u64) {
        (self.blocks[0].hash(), NUMBER)
    }

    /// The places of all messages, with their nonces.
    pub(crate) fn items(&self) -> Vec<(Event, u64)> {
        self.sent.iter().map(|(body, _, at)| (*at, body.nonce)).collect()
    }

    /// How often a method was called.
    pub(crate) fn count(&self, method: &str) -> usize {
        self.asked.lock().expect("a lock").iter().filter(|asked| **asked == method).count()
    }

    /// The logs of the first block, as `eth_getLogs` answers.
    pub(crate) fn logs(&self) -> Vec<Value> {
        let receipts = self.receipts.as_array().expect("a list");
        let mut logs: Vec<Value> =
            receipts.iter().flat_map(|one| one["logs"].as_array().expect("logs").clone()).collect();
        for log in &mut logs {
            log["blockHash"] = json!(self.blocks[0].hash());
        }
        logs
    }

    fn answer(&self, method: &str, params: &Value) -> Result<Value, (i64, &'static str)> {
        let is_first = params[0] == json!(self.blocks[0].hash());
        let is_first = is_first || params[0] == json!(U256::from(NUMBER));
        Ok(match (method, self.lie) {
            (_, Some(Lie::Nonsense)) => json!([1, { "two": 3 }]),
            ("eth_chainId", _) => json!(U256::from(SOURCE.0)),
            ("eth_getBlockByHash", Some(Lie::NoBlock)) if is_first => Value::Null,
            ("eth_getBlockByHash", Some(Lie::OtherBlock)) if is_first => {
                block_json(&self.blocks[1])
            }
            ("eth_getBlockByHash", lie) => {
                let mut blocks = self.blocks.iter();
                let found = blocks.find(|block| json!(block.hash()) == params[0]);
                let mut json = found.map_or(Value::Null, block_json);
                if lie == Some(Lie::Header) && found.is_some() {
                    json["gasUsed"] = json!("0x1");
                }
                if is_first && found.is_some() {
                    let count = self.receipts.as_array().expect("a list").len();
                    json["transactions"] = (0..count).map(|at| json!(transaction(at))).collect();
                }
                json
            }
            ("eth_getBlockByNumber", _) => {
                let number = match params[0].as_str() {
                    Some("latest") => self.head().number,
                    text => text
                        .and_then(|text| {
                            u64::from_str_radix(text.trim_start_matches("0x"), 16).ok()
                        })
                        .unwrap_or_default(),
                };
                let mut blocks = self.blocks.iter();
                blocks.find(|block| block.number() == number).map_or(Value::Null, block_json)
            }
            ("eth_getBlockReceipts", Some(Lie::NoReceipts)) => Value::Null,
            ("eth_getBlockReceipts", Some(Lie::OneByOne)) => {
                return Err((-32601, "the method eth_getBlockReceipts does not exist"));
            }
            ("eth_getBlockReceipts", Some(Lie::ByNumber)) if params[0] != json!("0x3e8") => {
                return Err((-32602, "invalid argument 0: hex number > 64 bits"));
            }
            ("eth_getBlockReceipts", lie) if is_first => {
                let mut list = self.receipts.clone();
                let all = list.as_array_mut().expect("a list");
                match lie {
                    Some(Lie::Receipt) => all[0]["logs"][0]["data"] = json!("0x01"),
                    Some(Lie::FewerReceipts) => drop(all.pop()),
                    _ => {}
                }
                list
            }
            ("eth_getTransactionReceipt", _) => {
                let list = self.receipts.as_array().expect("a list");
                let found = list.iter().find(|one| one["transactionHash"] == params[0]);
                found.cloned().unwrap_or(Value::Null)
            }
            ("eth_getLogs", _) => self.logs().into(),
            ("eth_getProof", lie) => self.proof(params, lie),
            _ => Value::Null,
        })
    }

    fn proof(&self, params: &Value, lie: Option<Lie>) -> Value {
        let at: Address = serde_json::from_value(params[0].clone()).expect("an address");
        let slot: B256 = serde_json::from_value(params[1][0].clone()).expect("a slot");
        let slots = self.storages.iter().find(|(other, _)| *other == at).map(|(_, slots)| slots);
        let mut nodes =
            slots.map(|slots| slots.proof(keccak256(slot).as_slice())).unwrap_or_default();
        let mut key = slot;
        match lie {
            Some(Lie::ShortProof) => drop(nodes.pop()),
            Some(Lie::OtherSlot) => key = B256::ZERO,
            _ => {}
        }
        json!({
            "address": at, "balance": "0x7", "nonce": "0x1", "codeHash": keccak256("code"),
            "storageHash": slots.map_or(B256::ZERO, Trie::root),
            "accountProof": self.state.proof(keccak256(at).as_slice()),
            "storageProof": [{ "key": key, "value": "0x0", "proof": nodes }],
        })
    }
}

#[async_trait]
impl Node for World {
    async fn request(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        self.asked.lock().expect("a lock").push(method);
        match self.answer(method, &params) {
            Ok(answer) => Ok(to_raw_value(&answer).expect("JSON")),
            Err((code, message)) => {
                let (method, message) = (method.into(), message.to_owned());
                Err(NodeError::Answered { method, code, message, data: None })
            }
        }
    }
}

/// The lane of all messages.
pub(crate) fn lane() -> Lane {
    Lane {
        source_chain_id: U256::from(SOURCE.0),
        source_gateway: SOURCE.1,
        destination_chain_id: U256::from(DESTINATION.0),
        destination_gateway: DESTINATION.1,
    }
}

/// The lanes of the destination's service.
pub(crate) fn lanes() -> Lanes {
    let mut lanes = Lanes::new(U256::from(DESTINATION.0), DESTINATION.1);
    lanes.set_lane(U256::from(SOURCE.0), SOURCE.1, 1, false);
    lanes
}

fn outbox() -> Outbox {
    let mut lanes = Lanes::new(U256::from(SOURCE.0), SOURCE.1);
    lanes.set_lane(U256::from(DESTINATION.0), DESTINATION.1, 1, false);
    Outbox::new(lanes)
}

fn message(outbox: &mut Outbox, place: usize) -> (Body, B256, LogEntry) {
    let to = EvmAddress::new(U256::from(DESTINATION.0), Address::repeat_byte(0xd2));
    let to = to.expect("an id").encode();
    let (sender, payload) =
        (Address::repeat_byte(0x52), vec![u8::try_from(place).expect("few"); place]);
    let sent = outbox.send(sender, U256::ZERO, &to, &payload, &[]).expect("a message");
    let topics = vec![MESSAGE_SENT, sent.id];
    (sent.body, sent.id, (SOURCE.1, topics, sent.data.into()))
}

/// A message with a deadline.
pub(crate) fn dated(nonce: u64, deadline: u64) -> Body {
    let account = |chain: u64, byte| {
        let address = EvmAddress::new(U256::from(chain), Address::repeat_byte(byte));
        address.expect("an id").encode().into()
    };
    Body {
        nonce,
        sender: account(SOURCE.0, 0x52),
        recipient: account(DESTINATION.0, 0xd2),
        payload: Bytes::from_static(b"light"),
        attributes: vec![mos::Attribute::DeliverBefore(deadline).encode()],
    }
}

/// Nonces 0 to 255 but for 3 are open, and so are those from 512 on: the word of 256 to 511 is full.
fn settled_bits() -> Trie {
    let word = |first: u64, bits: U256| {
        let slot = settled_slot(U256::from(SOURCE.0), SOURCE.1, first);
        (keccak256(slot), alloy_rlp::encode(bits))
    };
    Trie::new([word(0, U256::from(8)), word(256, U256::MAX)]).expect("slots")
}

/// An account with this storage.
fn account(storage_root: B256) -> Vec<u8> {
    let (root, code) = (Rlp::bytes(storage_root), Rlp::bytes(keccak256("code")));
    Rlp::List(vec![Rlp::integer(1), Rlp::integer(7), root, code]).encode()
}

fn transaction(place: usize) -> B256 {
    keccak256(place.to_be_bytes())
}

fn receipt(place: usize, logs: &[LogEntry], first: usize) -> Value {
    let number = |value: usize| format!("0x{value:x}");
    let (block, transaction) = (B256::repeat_byte(0xbb), transaction(place));
    let logs = (first..).zip(logs).map(|(at, (address, topics, data))| {
        json!({
            "address": address, "topics": topics, "data": data, "blockNumber": json!(U256::from(NUMBER)),
            "transactionHash": transaction, "transactionIndex": number(place), "blockHash": block,
            "logIndex": number(at), "removed": false,
        })
    });
    json!({
        "type": "0x2", "status": "0x1", "cumulativeGasUsed": number(21_000 * (place + 1)),
        "logs": logs.collect::<Vec<_>>(), "logsBloom": Bytes::from(vec![0; 256]),
        "transactionHash": transaction, "transactionIndex": number(place), "blockHash": block,
        "blockNumber": json!(U256::from(NUMBER)), "gasUsed": "0x5208", "effectiveGasPrice": "0x7",
        "from": PAYEE, "to": PAYEE, "contractAddress": null,
    })
}
