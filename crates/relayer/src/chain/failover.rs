//! One node after the other.

use super::{classify, endpoint::Endpoint};
use async_trait::async_trait;
use prover::{Node, NodeError};
use serde_json::{Value, value::RawValue};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

/// Questions whose answer is `null` when the node does not have the thing: another one may.
const MAY_BE_NULL: [&str; 5] = [
    "eth_getBlockByHash",
    "eth_getBlockByNumber",
    "eth_getBlockReceipts",
    "eth_getTransactionByHash",
    "eth_getTransactionReceipt",
];

/// The endpoints of a chain behind one face, for one who holds each answer against a hash.
#[derive(Debug)]
pub(crate) struct Failover {
    endpoints: Vec<Arc<Endpoint>>,
    /// How many have been first, and had an answer that did not hold.
    turned: AtomicUsize,
    /// Who has answered last.
    last: Mutex<Option<Arc<Endpoint>>>,
}

impl Failover {
    pub(crate) fn new(endpoints: Vec<Arc<Endpoint>>) -> Self {
        Self { endpoints, turned: AtomicUsize::new(0), last: Mutex::default() }
    }

    /// Those that can be asked: the ones that are well first, else as configured.
    pub(crate) fn in_order(&self) -> Vec<Arc<Endpoint>> {
        let mut usable: Vec<_> =
            self.endpoints.iter().filter(|endpoint| !endpoint.is_out()).cloned().collect();
        usable.sort_by_key(|endpoint| !endpoint.is_ok());
        let turned = self.turned.load(Ordering::Relaxed).checked_rem(usable.len());
        usable.rotate_left(turned.unwrap_or_default());
        usable
    }

    fn answered(&self, by: Option<Arc<Endpoint>>) -> Option<Arc<Endpoint>> {
        std::mem::replace(&mut *self.last.lock().unwrap_or_else(PoisonError::into_inner), by)
    }
}

#[async_trait]
impl Node for Failover {
    async fn request(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        let (mut null, mut last) = (None, None);
        for endpoint in self.in_order() {
            let answer = match endpoint.admit().await {
                Ok(()) => endpoint.request(method, params.clone()).await,
                Err(error) => Err(error),
            };
            match answer {
                Ok(answer) if MAY_BE_NULL.contains(&method) && answer.get() == "null" => {
                    null = Some(answer);
                }
                Ok(answer) => {
                    self.answered(Some(endpoint));
                    return Ok(answer);
                }
                Err(error) if classify(method, &error).is_of_endpoint() => last = Some(error),
                Err(error) => return Err(error),
            }
        }
        let nobody = || NodeError::Transport {
            method: method.into(),
            problem: "there is no endpoint that agrees with the quorum".to_owned(),
            retryable: true,
        };
        null.ok_or_else(|| last.unwrap_or_else(nobody))
    }

    fn turn(&self) -> bool {
        if let Some(endpoint) = self.answered(None) {
            endpoint.is_wrong();
        }
        self.turned.fetch_add(1, Ordering::Relaxed) + 1 < self.endpoints.len()
    }
}
