//! A node of a made-up chain: honest, faulty, or lying.

use super::{FEES, ID, Made, OTHER_SERVICE, SERVICE, Sim};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::{SolCall, SolValue};
use async_trait::async_trait;
use bindings::IMessageService;
use prover::{Node, NodeError};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// What is wrong with a node.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Nothing answers at its address.
    Dead,
    /// It takes the question and never answers.
    Silent,
    /// It answers something that is no answer.
    Garbage,
    /// It is of another chain.
    WrongChain(u64),
    /// It is so many blocks behind.
    Lag(u64),
    /// It serves another chain of blocks, whose final block is as it says.
    Fork(Arc<Sim>),
    /// It finds no logs, without saying that it does not know.
    EmptyLogs,
    /// It finds logs that nobody has made, in some block of the range.
    MadeUpLogs,
    /// It wants to be asked less often.
    RateLimited,
    /// More than so many logs are too many.
    TooMany(usize),
    /// It has no method for receipts, and no receipts.
    NoReceipts,
    /// The hashes of transactions that it names are others.
    OtherTransactions,
    /// It answers every call with this word.
    Calls(u64),
    /// Each of its answers is drawn: from this seed.
    Mischief(u64),
}

/// A node.
#[derive(Debug)]
pub(crate) struct SimNode {
    sim: Arc<Sim>,
    faults: Mutex<Vec<Fault>>,
    asked: Mutex<BTreeMap<String, u64>>,
}

impl SimNode {
    pub(crate) fn new(sim: &Arc<Sim>) -> Arc<Self> {
        Self::with(sim, Vec::new())
    }

    pub(crate) fn with(sim: &Arc<Sim>, faults: Vec<Fault>) -> Arc<Self> {
        let sim = Arc::clone(sim);
        Arc::new(Self { sim, faults: Mutex::new(faults), asked: Mutex::default() })
    }

    pub(crate) fn set(&self, faults: Vec<Fault>) {
        *self.faults.lock().expect("a lock") = faults;
    }

    /// How often a method was called.
    pub(crate) fn count(&self, method: &str) -> u64 {
        self.asked.lock().expect("a lock").get(method).copied().unwrap_or_default()
    }

    fn answer(
        &self,
        view: &View<'_>,
        method: &'static str,
        params: &Value,
    ) -> Result<Value, NodeError> {
        Ok(match method {
            "eth_chainId" => json!(U256::from(view.id)),
            "eth_getBlockByNumber" => {
                view.tagged(&params[0]).map_or(Value::Null, |block| block.json())
            }
            "eth_getBlockByHash" => {
                let mut block = view.hashed(&params[0]).map_or(Value::Null, |block| block.json());
                if view.other_transactions && block.is_object() {
                    let count = block["transactions"].as_array().map_or(0, Vec::len);
                    block["transactions"] =
                        (0..count).map(|at| json!(B256::from(U256::from(at)))).collect();
                }
                block
            }
            "eth_getBlockReceipts" if view.no_receipts => {
                return Err(said(
                    method,
                    -32601,
                    "the method eth_getBlockReceipts does not exist/is not available",
                ));
            }
            "eth_getTransactionReceipt" => Value::Null,
            "eth_getBlockReceipts" => {
                view.hashed(&params[0]).map_or(Value::Null, |block| block.receipts.clone())
            }
            "eth_getLogs" => return view.logs(method, &params[0]),
            "eth_call" => return view.call(method, params),
            "eth_getTransactionCount" => json!("0x5"),
            "eth_sendRawTransaction" => json!(B256::repeat_byte(0x77)),
            "eth_feeHistory" => {
                json!({ "baseFeePerGas": ["0x7", "0x8"], "reward": [["0x2"], ["0x3"], ["0x4"]] })
            }
            _ => return Err(said(method, -32601, "the method does not exist/is not available")),
        })
    }
}

#[async_trait]
impl Node for SimNode {
    async fn request(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        let number = {
            let mut asked = self.asked.lock().expect("a lock");
            let count = asked.entry(method.to_owned()).or_default();
            *count += 1;
            asked.values().sum::<u64>()
        };
        // So that steps that are dropped in between are dropped in many places.
        tokio::task::yield_now().await;
        let mut faults = self.faults.lock().expect("a lock").clone();
        if let Some(Fault::Mischief(seed)) =
            faults.iter().find(|fault| matches!(fault, Fault::Mischief(_))).cloned()
        {
            faults = mischief(seed.wrapping_add(number.wrapping_mul(0x9e37_79b9)), &self.sim);
        }
        let mut view = View::new(&self.sim);
        for fault in &faults {
            match fault {
                Fault::Dead => {
                    let problem = "connection refused".to_owned();
                    return Err(NodeError::Transport {
                        method: method.into(),
                        problem,
                        retryable: true,
                    });
                }
                Fault::Silent => std::future::pending().await,
                Fault::Garbage => return Ok(raw(&json!([1, { "two": 3 }]))),
                Fault::RateLimited => {
                    let problem = "Too many requests".to_owned();
                    return Err(NodeError::RateLimited {
                        method: method.into(),
                        problem,
                        retry_after: None,
                    });
                }
                Fault::WrongChain(id) => view.id = *id,
                Fault::Lag(lag) => view.lag = *lag,
                Fault::Fork(fork) => view.sim = fork,
                Fault::EmptyLogs => view.empty_logs = true,
                Fault::MadeUpLogs => view.made_up_logs = true,
                Fault::TooMany(most) => view.most = Some(*most),
                Fault::NoReceipts => view.no_receipts = true,
                Fault::OtherTransactions => view.other_transactions = true,
                Fault::Calls(word) => view.calls = Some(*word),
                Fault::Mischief(_) => {}
            }
        }
        self.answer(&view, method, &params).map(|value| raw(&value))
    }
}

/// What a liar does with one question.
fn mischief(draw: u64, sim: &Arc<Sim>) -> Vec<Fault> {
    let draw = draw ^ (draw >> 13);
    match draw % 12 {
        0 => vec![Fault::Dead],
        1 => vec![Fault::Garbage],
        2 => vec![Fault::Silent],
        3 => vec![Fault::Lag(draw >> 8 & 7)],
        4 => vec![Fault::WrongChain(1)],
        5 => vec![Fault::EmptyLogs],
        6 => vec![Fault::MadeUpLogs],
        7 => vec![Fault::RateLimited],
        // The same lies are told by all liars: what they fork is the same.
        8 | 9 => {
            let fork = sim.fork();
            fork.drop_blocks(draw >> 8 & 3);
            (0..=(draw >> 12 & 3)).for_each(|_| drop(fork.mine(&[super::Happening::Sent(1)])));
            fork.finalize(u64::MAX);
            vec![Fault::Fork(fork)]
        }
        10 => vec![Fault::Calls(draw >> 8 & 15), Fault::OtherTransactions],
        _ => Vec::new(),
    }
}

/// What a node has, or pretends to have.
#[derive(Debug)]
struct View<'a> {
    sim: &'a Sim,
    id: u64,
    lag: u64,
    empty_logs: bool,
    made_up_logs: bool,
    most: Option<usize>,
    no_receipts: bool,
    other_transactions: bool,
    calls: Option<u64>,
}

impl<'a> View<'a> {
    const fn new(sim: &'a Sim) -> Self {
        Self {
            sim,
            id: ID,
            lag: 0,
            empty_logs: false,
            made_up_logs: false,
            most: None,
            no_receipts: false,
            other_transactions: false,
            calls: None,
        }
    }

    fn head(&self) -> u64 {
        self.sim.head().saturating_sub(self.lag)
    }

    fn tagged(&self, tag: &Value) -> Option<Arc<Made>> {
        let number = match tag.as_str()? {
            "latest" | "pending" => self.head(),
            "finalized" | "safe" => self.sim.finalized().min(self.head()),
            "earliest" => 0,
            number => quantity(number)?,
        };
        self.sim.at(number).filter(|_| number <= self.head())
    }

    fn hashed(&self, hash: &Value) -> Option<Arc<Made>> {
        let hash: B256 = serde_json::from_value(hash.clone()).ok()?;
        self.sim.by_hash(&hash).filter(|block| block.header.number <= self.head())
    }

    fn logs(&self, method: &'static str, filter: &Value) -> Result<Value, NodeError> {
        let blocks: Vec<Arc<Made>> = match filter.get("blockHash") {
            Some(hash) => {
                vec![self.hashed(hash).ok_or_else(|| said(method, -32000, "unknown block"))?]
            }
            None => {
                let bound =
                    |name: &str| filter[name].as_str().and_then(quantity).expect("a number");
                // As nodes do that are behind: what they do not have yet has no logs.
                (bound("fromBlock")..=bound("toBlock").min(self.head()))
                    .filter_map(|number| self.sim.at(number))
                    .collect()
            }
        };
        let addresses: Option<Vec<Address>> =
            serde_json::from_value(filter["address"].clone()).ok();
        let wanted = |log: &Value| {
            let at: Address = serde_json::from_value(log["address"].clone()).expect("an address");
            addresses.as_ref().is_none_or(|addresses| addresses.contains(&at))
        };
        let mut logs: Vec<Value> =
            blocks.iter().flat_map(|block| block.log_json()).filter(wanted).collect();
        if self.most.is_some_and(|most| logs.len() > most) {
            return Err(said(method, -32005, "query returned more than 10000 results"));
        }
        if self.empty_logs {
            logs.clear();
        }
        if let Some(block) = blocks.first().filter(|_| self.made_up_logs) {
            logs.push(json!({
                "address": SERVICE, "topics": [mos::MESSAGE_DELIVERED, B256::ZERO, B256::ZERO], "data": "0x",
                "blockNumber": U256::from(block.header.number), "transactionHash": B256::ZERO,
                "transactionIndex": "0x0", "blockHash": block.hash, "logIndex": "0x0", "removed": false,
            }));
        }
        Ok(Value::Array(logs))
    }

    fn call(&self, method: &'static str, params: &Value) -> Result<Value, NodeError> {
        let at = match &params[1] {
            Value::Object(at) => self.hashed(&at["blockHash"]),
            tag => self.tagged(tag),
        };
        let at = at.ok_or_else(|| said(method, -32000, "header not found"))?;
        let data: Bytes = serde_json::from_value(params[0]["input"].clone()).expect("data");
        let selector: [u8; 4] =
            data.get(..4).and_then(|head| head.try_into().ok()).expect("a selector");
        if let Some(word) = self.calls {
            return Ok(json!(Bytes::from(U256::from(word).abi_encode())));
        }
        let answer = match selector {
            IMessageService::nextNonceCall::SELECTOR => {
                let call = IMessageService::nextNonceCall::abi_decode(&data).expect("a call");
                at.next_nonce(call.destinationChainId.to()).abi_encode()
            }
            IMessageService::feesCall::SELECTOR => FEES.abi_encode(),
            IMessageService::laneCall::SELECTOR => {
                let lane = IMessageService::Lane {
                    gateway: OTHER_SERVICE,
                    assumption: bindings::Assumption::SyncCommittee,
                    attested: false,
                    sendingPaused: false,
                    deliveringPaused: false,
                };
                lane.abi_encode()
            }
            _ => {
                return Err(NodeError::Answered {
                    method: method.into(),
                    code: 3,
                    message: "execution reverted".into(),
                    data: Some(Bytes::from_static(b"no")),
                });
            }
        };
        Ok(json!(Bytes::from(answer)))
    }
}

fn quantity(text: &str) -> Option<u64> {
    u64::from_str_radix(text.strip_prefix("0x")?, 16).ok()
}

fn said(method: &'static str, code: i64, message: &str) -> NodeError {
    NodeError::Answered { method: method.into(), code, message: message.into(), data: None }
}

fn raw(value: &Value) -> Box<RawValue> {
    to_raw_value(value).expect("JSON")
}
