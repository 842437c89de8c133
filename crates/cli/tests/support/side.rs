//! One end of a devnet's lanes as a test uses it: what its contracts say, and messages of the test's own.

use super::devnet::{Devnet, wait};
use alloy_primitives::{Address, B256, Bytes, LogData, U64, U256};
use alloy_sol_types::{SolCall, SolEvent};
use bindings::{
    IMessageChecker::{self, Outcome},
    IMessageService,
};
use mos::{Attribute, EvmAddress};
use prover::{Node as _, Rpc};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// An account of every anvil that the devnet sends nothing from.
const SENDER: usize = 1;

/// One end of the lane.
pub(crate) struct Side {
    pub(crate) rpc: Rpc,
    pub(crate) chain: u64,
    pub(crate) service: Address,
    pub(crate) checker: Address,
    pub(crate) fees: Address,
    pub(crate) start: u64,
}

impl Side {
    pub(crate) fn of(devnet: &Devnet, name: &str) -> Self {
        let end = devnet.end(name);
        let address = |name: &str| serde_json::from_value(end[name].clone()).expect("an address");
        Self {
            rpc: devnet.rpc(name),
            chain: end["chainId"].as_u64().expect("an id"),
            service: address("messageService"),
            checker: address("messageChecker"),
            fees: address("relayFees"),
            start: end["startBlock"].as_u64().expect("a number"),
        }
    }

    pub(crate) fn ask(&self, method: &'static str, params: Value) -> Value {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let answer = runtime.expect("a runtime").block_on(self.rpc.request(method, params));
        serde_json::from_str(answer.expect("an answer").get()).expect("JSON")
    }

    pub(crate) fn call<C: SolCall>(&self, to: Address, call: &C) -> C::Return {
        let input = Bytes::from(call.abi_encode());
        let answer = self.ask("eth_call", json!([{ "to": to, "input": input }, "latest"]));
        let answer: Bytes = serde_json::from_value(answer).expect("bytes");
        C::abi_decode_returns(&answer).expect("an answer")
    }

    pub(crate) fn sender(&self) -> Address {
        let accounts = self.ask("eth_accounts", json!([]));
        serde_json::from_value(accounts[SENDER].clone()).expect("an account")
    }

    /// Sends a transaction and waits until it has succeeded.
    pub(crate) fn transact(&self, to: Address, value: u64, call: &impl SolCall) {
        let (input, from) = (Bytes::from(call.abi_encode()), self.sender());
        let transaction = json!({ "from": from, "to": to, "input": input, "value": U256::from(value), "gas": U64::from(500_000) });
        let hash = self.ask("eth_sendTransaction", json!([transaction]));
        let receipt = wait("a transaction", || {
            Some(self.ask("eth_getTransactionReceipt", json!([hash]))).filter(|it| !it.is_null())
        });
        assert_eq!(receipt["status"], "0x1", "{receipt}");
    }

    pub(crate) fn set_code(&self, account: Address, code: &[u8]) {
        let _ = self.ask("anvil_setCode", json!([account, Bytes::copy_from_slice(code)]));
    }

    /// Logs of a contract with an event of this signature, as the node has them.
    pub(crate) fn logs(&self, of: Address, event: B256) -> Vec<Value> {
        let filter =
            json!({ "address": of, "fromBlock": U64::from(self.start), "topics": [event] });
        self.ask("eth_getLogs", json!([filter])).as_array().expect("logs").clone()
    }

    /// Messages with an event of this signature, whose id is its first topic.
    pub(crate) fn seen(&self, of: Address, event: B256) -> Vec<B256> {
        let id = |log: &Value| serde_json::from_value(log["topics"][1].clone()).expect("an id");
        self.logs(of, event).iter().map(id).collect()
    }

    /// The log of the message service with an event of this kind about a message.
    pub(crate) fn log_about(&self, event: B256, id: B256) -> Value {
        let mut logs = self.logs(self.service, event).into_iter();
        logs.find(|log| log["topics"][1] == json!(id)).expect("a log")
    }

    pub(crate) fn outcome(&self, id: B256) -> Outcome {
        self.call(self.checker, &IMessageChecker::outcomeOfCall { id }).outcome
    }
}

/// A message from A to B.
pub(crate) struct Sent {
    pub(crate) id: B256,
    pub(crate) body: IMessageService::Body,
}

/// Sends one to this recipient. Its place in the order of its sender, if it asks for one, is `place`.
pub(crate) fn send(
    (a, b): (&Side, &Side),
    to: Address,
    attributes: &[Attribute],
    place: u64,
) -> Sent {
    let destination = U256::from(b.chain);
    let next = IMessageService::nextNonceCall { destinationChainId: destination };
    let nonce = a.call(a.service, &next);
    let address = |chain: u64, account| {
        let address = EvmAddress::new(U256::from(chain), account).expect("an address");
        Bytes::from(address.encode())
    };
    let (sender, recipient) = (address(a.chain, a.sender()), address(b.chain, to));
    let payload = Bytes::from(format!("number {nonce}").into_bytes());
    let call = IMessageService::sendMessageCall {
        recipient: recipient.clone(),
        payload: payload.clone(),
        attributes: attributes.iter().map(Attribute::encode).collect(),
    };
    a.transact(a.service, 0, &call);
    let carried = attributes.iter().map(|attribute| match attribute {
        Attribute::InOrder => Attribute::Place(place).encode(),
        other => other.encode(),
    });
    let body =
        IMessageService::Body { nonce, sender, recipient, payload, attributes: carried.collect() };
    let id = IMessageChecker::idOfCall { destinationChainId: destination, body: body.clone() };
    let id = a.call(a.checker, &id);
    assert!(a.seen(a.service, IMessageService::MessageSent::SIGNATURE_HASH).contains(&id));
    Sent { id, body }
}

/// So many seconds from now: chains go by the clock.
pub(crate) fn after(seconds: u64) -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs() + seconds
}

/// An event as a node has its log.
pub(crate) fn event<E: SolEvent>(log: &Value) -> E {
    let topics = serde_json::from_value(log["topics"].clone()).expect("topics");
    let data = serde_json::from_value(log["data"].clone()).expect("data");
    E::decode_log_data(&LogData::new_unchecked(topics, data)).expect("an event")
}
