//! One endpoint: asked no more often than allowed, no longer than allowed, and watched.

use super::{Class, EndpointHealth, classify, health::Health};
use crate::{
    clock::{Clock, Millis},
    config,
};
use alloy_primitives::B256;
use async_trait::async_trait;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use prover::{Node, NodeError, ask};
use serde_json::{Value, value::RawValue};
use std::{
    fmt,
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How long an endpoint's word on which chain it is of is believed.
const ADMITTED: Millis = 10 * 60 * 1000;

/// How long one that is of another chain is not asked again.
const REFUSED: Millis = 60 * 1000;

/// An endpoint of a chain.
pub(crate) struct Endpoint {
    chain: String,
    chain_id: u64,
    origin: String,
    node: Arc<dyn Node>,
    limiter: Option<DefaultDirectRateLimiter>,
    timeout: Duration,
    clock: Arc<dyn Clock>,
    health: Mutex<Health>,
}

impl Endpoint {
    pub(crate) fn new(
        chain: &str,
        origin: String,
        node: Arc<dyn Node>,
        config: &config::Chain,
        timeout: Duration,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let rate = NonZeroU32::new(config.rpc.requests_per_second);
        let limiter = rate.map(|rate| RateLimiter::direct(quota(rate)));
        let (chain, chain_id) = (chain.to_owned(), config.id);
        Self { chain, chain_id, origin, node, limiter, timeout, clock, health: Mutex::default() }
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    pub(crate) fn health(&self) -> EndpointHealth {
        self.state().shown(&self.origin, self.clock.now())
    }

    pub(crate) fn is_ok(&self) -> bool {
        self.state().is_ok(self.clock.now())
    }

    pub(crate) fn is_out(&self) -> bool {
        self.state().is_out()
    }

    /// That it is of this chain, as it says itself: asked before anything else, and again now and then.
    pub(crate) async fn admit(&self) -> Result<(), NodeError> {
        let (known, now) = (self.state().chain_id, self.clock.now());
        let id = match known {
            Some((id, at)) if id == self.chain_id && now < at + ADMITTED => return Ok(()),
            Some((id, at)) if id != self.chain_id && now < at + REFUSED => id,
            _ => {
                let id = ask::chain_id(self).await?;
                self.state().chain_id = Some((id, now));
                id
            }
        };
        let mut state = self.state();
        if id == self.chain_id {
            if known.is_some_and(|(before, _)| before != id) {
                state.quarantined = None;
            }
            return Ok(());
        }
        let problem = format!("{} is of chain {id}, not {}", self.origin, self.chain_id);
        if state.quarantined.is_none() {
            tracing::error!(
                chain = self.chain,
                endpoint = self.origin,
                id,
                "endpoint of another chain: it is not asked"
            );
        }
        state.quarantined = Some(problem.clone());
        Err(NodeError::mismatch("eth_chainId", problem))
    }

    /// It says that the newest block is this, and the quorum that.
    pub(crate) fn at_head(&self, own: Option<u64>, quorum: u64) {
        let mut state = self.state();
        state.head = own.or(state.head);
        state.lag = state.head.map(|head| quorum.saturating_sub(head));
        if let Some(lag) = state.lag {
            metrics::gauge!("heliograph_endpoint_lag_blocks", "chain" => self.chain.clone(), "endpoint" => self.origin.clone())
                .set(precise(lag));
        }
    }

    /// It says that the block with this number, which is final, has this hash.
    pub(crate) fn confront(&self, number: u64, own: B256, quorum: B256) {
        let mut state = self.state();
        if own == quorum {
            if state.quarantined.take().is_some() {
                tracing::info!(
                    chain = self.chain,
                    endpoint = self.origin,
                    number,
                    "endpoint agrees with the quorum again"
                );
            }
            return;
        }
        let why = format!("says that block {number} is {own}, where the quorum says {quorum}");
        if state.quarantined.is_none() {
            tracing::error!(chain = self.chain, endpoint = self.origin, number, %own, %quorum, "endpoint contradicts the quorum: it is not asked");
        }
        state.quarantined = Some(why);
    }

    /// It had no answer while enough others had.
    pub(crate) fn is_slow(&self) {
        self.state().failed("has not answered while the others did".to_owned());
    }

    /// An answer of it does not have the hash that was asked for.
    pub(crate) fn is_wrong(&self) {
        let problem = "an answer does not have the hash that was asked for";
        tracing::warn!(
            chain = self.chain,
            endpoint = self.origin,
            "{problem}: another one is asked"
        );
        self.note("", &NodeError::mismatch("", problem), self.clock.now());
    }

    fn state(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, method: &'static str, error: &NodeError, now: Millis) {
        let class = classify(method, error);
        let labels = [
            ("chain", self.chain.clone()),
            ("endpoint", self.origin.clone()),
            ("class", format!("{class:?}")),
        ];
        metrics::counter!("heliograph_rpc_errors_total", &labels).increment(1);
        let mut state = self.state();
        match class {
            // The endpoint is well: what it was asked is not.
            _ if !class.is_of_endpoint() => state.answered(0.0),
            Class::NotThere | Class::Pruned | Class::NoMethod => {}
            Class::RateLimited => {
                let after = match error {
                    NodeError::RateLimited { retry_after: Some(after), .. } => {
                        Millis::try_from(after.as_millis()).unwrap_or(Millis::MAX)
                    }
                    _ => state.rest(),
                };
                state.failed(error.to_string());
                state.rest_until = now.saturating_add(after);
            }
            _ => state.failed(error.to_string()),
        }
    }
}

/// No more than so many requests in any second: about a tenth of them at once, the others one by one. As many at once as are allowed in a
/// second would be twice as many in the first one.
fn quota(rate: NonZeroU32) -> Quota {
    let at_once = NonZeroU32::MIN.saturating_add(rate.get() / 10);
    let steadily = NonZeroU32::new(rate.get() - (at_once.get() - 1)).unwrap_or(NonZeroU32::MIN);
    Quota::per_second(steadily).allow_burst(at_once)
}

#[async_trait]
impl Node for Endpoint {
    async fn request(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Box<RawValue>, NodeError> {
        if let Some(limiter) = &self.limiter {
            limiter.until_ready().await;
        }
        let labels = [("chain", self.chain.clone()), ("endpoint", self.origin.clone())];
        metrics::counter!("heliograph_rpc_requests_total", &labels).increment(1);
        let started = tokio::time::Instant::now();
        let answer = tokio::time::timeout(self.timeout, self.node.request(method, params)).await;
        let answer = answer.unwrap_or_else(|_| {
            let problem = format!("no answer within {:?} ({})", self.timeout, self.origin);
            Err(NodeError::Timeout { method: method.into(), problem })
        });
        let took = started.elapsed();
        metrics::histogram!("heliograph_rpc_seconds", &labels).record(took.as_secs_f64());
        match &answer {
            Ok(_) => self.state().answered(took.as_secs_f64() * 1000.0),
            Err(error) => self.note(method, error, self.clock.now()),
        }
        answer
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// A number as a metric.
#[expect(clippy::cast_precision_loss, reason = "no chain has so many blocks")]
pub(crate) const fn precise(number: u64) -> f64 {
    number as f64
}
