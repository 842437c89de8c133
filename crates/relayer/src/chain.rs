//! A chain as the relayer sees it: several nodes, none of which is believed alone.
//!
//! What everything rests on is asked of all nodes, and as many as the quorum have to say the same: which block is final, which is the
//! newest, which one has a number ([`Chain::heads`], [`Chain::header_at`]). The quorum is of the nodes that are configured. It is never
//! lowered because some of them are down: then there is no answer. Up to `quorum - 1` nodes may lie, in concert, and nothing that is
//! returned is other than what some honest node said.
//!
//! What has a hash is asked of one node after the other until one has it ([`Chain::node`]): the hash is checked by whoever asks.
//! Transactions go to all of them.
//!
//! How often a node is asked is limited for each; there is no retry here but with the next node, since all that is undone is a row and is
//! done again when it is due.

mod after;
mod broadcast;
mod calls;
mod class;
mod endpoint;
mod error;
mod failover;
mod heads;
mod health;
mod poll;
mod wake;

pub use after::Before;
pub use broadcast::SendAnswer;
pub use calls::{FeeView, Spot, Tag};
pub use class::{Class, classify};
pub use error::{CallError, Error};
pub use heads::{Header, Heads};
pub use health::EndpointHealth;

pub(crate) use endpoint::{Endpoint, precise};

use crate::{clock::Clock, config};
use failover::Failover;
use futures_util::{StreamExt, stream::FuturesUnordered};
use prover::{Node, NodeError, Rpc};
use secrecy::{ExposeSecret, SecretString};
use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use wake::Bell;

/// How long those who are slower are waited for when as many have answered as are needed.
const GRACE: Duration = Duration::from_millis(750);

/// A chain and its nodes.
#[derive(Debug)]
pub struct Chain {
    name: String,
    config: config::Chain,
    quorum: usize,
    endpoints: Vec<Arc<Endpoint>>,
    last: Mutex<Option<Heads>>,
    bell: Bell,
}

impl Chain {
    /// The chain with this name and configuration. `urls` are its endpoints in their order, secrets resolved. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`Error::Endpoint`], [`Error::Quorum`].
    #[expect(clippy::needless_pass_by_value, reason = "each endpoint keeps it")]
    pub fn new(
        name: &str,
        config: &config::Chain,
        urls: &[SecretString],
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        let timeout = timeout(config);
        let open = |url: &SecretString| {
            let rpc = Rpc::with(url.expose_secret(), timeout, None);
            let rpc = rpc.map_err(|source| Error::Endpoint { chain: name.to_owned(), source })?;
            Ok((rpc.origin().to_owned(), Arc::new(rpc) as Arc<dyn Node>))
        };
        let nodes: Result<Vec<_>, Error> = urls.iter().map(open).collect();
        Self::with(name, config, nodes?, &clock)
    }

    /// The same with other nodes than those that are configured. For tests.
    ///
    /// # Errors
    ///
    /// [`Error::Quorum`].
    #[expect(clippy::needless_pass_by_value, reason = "each endpoint keeps it")]
    pub fn with_nodes(
        name: &str,
        config: &config::Chain,
        nodes: Vec<Arc<dyn Node>>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        let named =
            (0..).zip(nodes).map(|(place, node): (usize, _)| (format!("node {place}"), node));
        Self::with(name, config, named.collect(), &clock)
    }

    fn with(
        name: &str,
        config: &config::Chain,
        nodes: Vec<(String, Arc<dyn Node>)>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        let quorum = config.rpc.quorum.unwrap_or(nodes.len() / 2 + 1);
        if nodes.is_empty() || quorum == 0 || quorum > nodes.len() {
            return Err(Error::Quorum { chain: name.to_owned(), quorum, nodes: nodes.len() });
        }
        let open = |(origin, node)| {
            Arc::new(Endpoint::new(name, origin, node, config, timeout(config), Arc::clone(clock)))
        };
        let endpoints: Vec<_> = nodes.into_iter().map(open).collect();
        let (name, config) = (name.to_owned(), config.clone());
        let (last, bell) = (Mutex::new(None), Bell::default());
        Ok(Self { name, config, quorum, endpoints, last, bell })
    }

    /// Its id.
    pub const fn id(&self) -> u64 {
        self.config.id
    }

    /// Its name in the configuration.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its configuration.
    pub const fn config(&self) -> &config::Chain {
        &self.config
    }

    /// How many nodes have to agree.
    pub const fn quorum(&self) -> usize {
        self.quorum
    }

    /// The nodes one after the other, until one has an answer: for what is held against a hash by whoever asks, who turns to the next one
    /// when it does not hold. A node that contradicts the others on what is final, or is of another chain, is not asked.
    pub fn node(&self) -> Arc<dyn Node> {
        Arc::new(Failover::new(self.endpoints.clone()))
    }

    /// Each node that is of this chain, so that one can be asked what another one has left out. The best first.
    pub fn nodes(&self) -> Vec<Arc<dyn Node>> {
        let all = Failover::new(self.endpoints.clone()).in_order();
        all.into_iter().map(|endpoint| endpoint as Arc<dyn Node>).collect()
    }

    /// How the endpoints are.
    pub fn health(&self) -> Vec<EndpointHealth> {
        self.endpoints.iter().map(|endpoint| endpoint.health()).collect()
    }

    /// The heads when they were last asked for.
    pub fn last_heads(&self) -> Option<Heads> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, heads: Heads) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(heads);
    }

    /// Asks these endpoints at the same time. When the answers so far are enough, the slower ones have a little more time. Endpoints that
    /// are of another chain have no answer.
    async fn ask<T, F, A>(
        &self,
        places: impl IntoIterator<Item = usize>,
        question: A,
        enough: impl Fn(&[(usize, Result<T, NodeError>)]) -> bool,
    ) -> Vec<(usize, Result<T, NodeError>)>
    where
        F: Future<Output = Result<T, NodeError>>,
        A: Fn(Arc<Endpoint>) -> F,
    {
        let mut open = FuturesUnordered::new();
        let mut waiting = Vec::new();
        for place in places {
            let Some(endpoint) = self.endpoints.get(place).map(Arc::clone) else { continue };
            waiting.push(place);
            let question = &question;
            open.push(async move {
                let answer = match endpoint.admit().await {
                    Ok(()) => question(endpoint).await,
                    Err(error) => Err(error),
                };
                (place, answer)
            });
        }
        let mut answers = Vec::new();
        let mut patience = None;
        loop {
            let next = match patience {
                None => open.next().await,
                Some(until) => match tokio::time::timeout_at(until, open.next()).await {
                    Ok(next) => next,
                    Err(_) => break,
                },
            };
            let Some((place, answer)) = next else { break };
            waiting.retain(|other| *other != place);
            answers.push((place, answer));
            if patience.is_none() && enough(&answers) {
                patience = Some(tokio::time::Instant::now() + GRACE);
            }
        }
        for endpoint in waiting.into_iter().filter_map(|place| self.endpoints.get(place)) {
            endpoint.is_slow();
        }
        answers.sort_by_key(|(place, _)| *place);
        answers
    }

    /// The same of all endpoints.
    pub(crate) async fn ask_all<T, F, A>(
        &self,
        question: A,
        enough: impl Fn(&[(usize, Result<T, NodeError>)]) -> bool,
    ) -> Vec<(usize, Result<T, NodeError>)>
    where
        F: Future<Output = Result<T, NodeError>>,
        A: Fn(Arc<Endpoint>) -> F,
    {
        self.ask(0..self.endpoints.len(), question, enough).await
    }

    /// That as many as the quorum say the same, of what all are asked.
    pub(crate) async fn agree<T, F, A>(&self, what: &str, question: A) -> Result<T, Error>
    where
        T: Clone + PartialEq + std::fmt::Debug,
        F: Future<Output = Result<T, NodeError>>,
        A: Fn(Arc<Endpoint>) -> F,
    {
        let enough = |answers: &[(usize, Result<T, NodeError>)]| self.tally(answers).is_ok();
        let answers = self.ask_all(question, enough).await;
        self.tally(&answers).map_err(|agree| self.no_quorum(what, agree, &answers))
    }

    /// The one answer that as many as the quorum have given; else how many have at most given the same.
    fn tally<T: Clone + PartialEq>(
        &self,
        answers: &[(usize, Result<T, NodeError>)],
    ) -> Result<T, usize> {
        let given: Vec<&T> =
            answers.iter().filter_map(|(_, answer)| answer.as_ref().ok()).collect();
        let votes = |value: &T| given.iter().filter(|other| **other == value).count();
        let most = given.iter().map(|value| votes(value)).max().unwrap_or_default();
        if most < self.quorum {
            return Err(most);
        }
        // With a quorum of half or less two answers may have it: then none has.
        let mut winners = given.iter().filter(|value| votes(value) >= self.quorum);
        match winners.next() {
            Some(first) if winners.all(|other| other == first) => Ok((*first).clone()),
            _ => Err(most),
        }
    }

    /// That too few agree, and what each has said.
    pub(crate) fn no_quorum<T: std::fmt::Debug>(
        &self,
        what: &str,
        agree: usize,
        answers: &[(usize, Result<T, NodeError>)],
    ) -> Error {
        let said = |(place, endpoint): (usize, &Arc<Endpoint>)| {
            let answer =
                answers.iter().find(|(other, _)| *other == place).map(|(_, answer)| answer);
            let origin = endpoint.origin();
            match answer {
                Some(Ok(value)) => format!("{origin} says {value:?}"),
                Some(Err(error)) => format!("{origin}: {error}"),
                None => format!("{origin} is silent"),
            }
        };
        let said: Vec<String> = self.endpoints.iter().enumerate().map(said).collect();
        let (chain, quorum) = (self.name.clone(), self.quorum);
        let nodes = self.endpoints.len();
        Error::NoQuorum {
            chain,
            what: what.to_owned(),
            quorum,
            nodes,
            agree,
            said: said.join("; "),
        }
    }
}

fn timeout(config: &config::Chain) -> Duration {
    Duration::try_from_secs_f64(config.rpc.timeout_seconds).unwrap_or(Duration::from_secs(20))
}
