//! A chain as it would be after calls that nobody has sent.

use super::{Chain, Error};
use crate::clock::Clock;
use alloy_primitives::{Address, Bytes, U64};
use async_trait::async_trait;
use prover::{Node, NodeError};
use serde::Deserialize;
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use std::sync::Arc;

/// What is asked in place of a call.
const SIMULATE: &str = "eth_simulateV1";

/// A call that comes before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// The contract.
    pub to: Address,
    /// What it is called with.
    pub data: Bytes,
}

/// A node that makes these calls, each in a block of its own, before it answers what a call would answer. Nothing of it stays.
#[derive(Debug)]
struct After {
    node: Arc<dyn Node>,
    before: Vec<Before>,
}

/// What became of a call in a simulation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    status: U64,
    return_data: Bytes,
    gas_used: U64,
    error: Option<Failure>,
}

#[derive(Debug, Deserialize)]
struct Failure {
    #[serde(default)]
    message: String,
    data: Option<Bytes>,
}

#[derive(Debug, Deserialize)]
struct Simulated {
    calls: Vec<Outcome>,
}

impl Chain {
    /// The same chain after these calls: what is called, and what gas is estimated, is so by simulations of nodes that know
    /// `eth_simulateV1`; everything else is as it is.
    ///
    /// # Errors
    ///
    /// [`Error::Quorum`], which this chain would have had.
    pub fn after(&self, before: &[Before], clock: &Arc<dyn Clock>) -> Result<Self, Error> {
        let nodes = self.endpoints.iter().map(|endpoint| {
            let node = Arc::clone(endpoint) as Arc<dyn Node>;
            let after: Arc<dyn Node> = Arc::new(After { node, before: before.to_vec() });
            (endpoint.origin().to_owned(), after)
        });
        Self::with(&self.name, &self.config, nodes.collect(), clock)
    }

    /// Why nothing can be simulated, if so: no node knows how.
    ///
    /// # Errors
    ///
    /// What the nodes say.
    pub async fn can_simulate(&self) -> Result<(), NodeError> {
        let nothing = json!([{ "blockStateCalls": [{ "calls": [] }] }, "latest"]);
        self.node().request(SIMULATE, nothing).await.map(|_| ())
    }
}

impl After {
    async fn simulate(&self, method: &'static str, params: Value) -> Result<Outcome, NodeError> {
        let mut params = match params {
            Value::Array(params) => params.into_iter(),
            _ => return Err(NodeError::unreadable(method, "a call has parameters")),
        };
        let (call, block) = (params.next(), params.next().unwrap_or_else(|| json!("latest")));
        let before =
            self.before.iter().map(|Before { to, data }| json!({ "to": to, "input": data }));
        let each: Vec<Value> = before.chain(call).map(|call| json!({ "calls": [call] })).collect();
        let asked = json!([{ "blockStateCalls": each, "validation": false }, block]);
        let answer = self.node.request(SIMULATE, asked).await?;
        let blocks: Vec<Simulated> = serde_json::from_str(answer.get())
            .map_err(|error| NodeError::unreadable(SIMULATE, error))?;
        let mut outcomes: Vec<Outcome> = blocks.into_iter().flat_map(|block| block.calls).collect();
        if outcomes.len() != self.before.len() + 1 {
            let problem = format!("{} calls were answered as {}", each.len(), outcomes.len());
            return Err(NodeError::unreadable(SIMULATE, problem));
        }
        let last = outcomes.pop();
        if let Some(place) = outcomes.iter().position(|outcome| outcome.status.is_zero()) {
            let problem = format!("call {} of those that come before fails", place + 1);
            return Err(NodeError::unreadable(SIMULATE, problem));
        }
        last.ok_or_else(|| NodeError::unreadable(SIMULATE, "no call was answered"))
    }
}

#[async_trait]
impl Node for After {
    async fn request(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        if !matches!(method, "eth_call" | "eth_estimateGas") {
            return self.node.request(method, params).await;
        }
        let outcome = self.simulate(method, params).await?;
        if outcome.status.is_zero() {
            let (message, data) = match outcome.error {
                Some(Failure { message, data }) => (message, data),
                None => (String::new(), None),
            };
            let data = data.filter(|data| !data.is_empty()).unwrap_or(outcome.return_data);
            let message = format!("execution reverted: {message}");
            return Err(NodeError::Answered {
                method: method.into(),
                code: 3,
                message,
                data: Some(data),
            });
        }
        let answer = match method {
            "eth_call" => to_raw_value(&outcome.return_data),
            _ => to_raw_value(&outcome.gas_used),
        };
        answer.map_err(|error| NodeError::unreadable(method, error))
    }
}
