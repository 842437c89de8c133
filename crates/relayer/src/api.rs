//! The HTTP interface: where each message is and why, for people and programs.
//!
//! What it answers is public on chains, or says how this relayer does; no secret is in it. Nothing can be changed without the token of
//! the configuration. All that is asked for is bounded: how much is answered, how many ask at a time, how long it may take. Errors are
//! problem objects (RFC 9457).

mod document;
mod guard;
mod messages;
mod network;
mod operate;
mod page;
mod problem;
mod proof;
mod rescan;
mod resume;
mod shape;
mod stream;
mod view;

pub use document::document;
pub use operate::{LogLevel, Requeued, health_only};
pub use problem::Problem;
pub use proof::Calldata;
pub use rescan::Rescanned;
pub use resume::{Numbered, Resumed};
pub use stream::Summary;
pub use view::{
    ChainName, ChainState, ClientState, Lane, Message, MessageDetail, MessageList, Offer,
    RoleState, Seen, ServiceState, Spot, Step, Transaction, Waiting,
};

use crate::{
    attestor::Collector,
    chain::Chain,
    clock::{Clock, Millis},
    config,
    metrics::Metrics,
    service::{Health, Level},
    store::Store,
};
use axum::{
    Router, middleware,
    routing::{get, post},
};
use prover::Cache;
use secrecy::SecretString;
use std::{collections::BTreeMap, sync::Arc};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::sync::CancellationToken;

/// Questions that are worked on at a time.
const AT_A_TIME: usize = 64;
/// Of these, proofs: each costs questions to nodes.
const PROOFS: usize = 4;
/// Streams that are open at a time.
const STREAMS: usize = 64;

/// What the interface answers from.
#[derive(Clone, Debug)]
pub struct Sources {
    /// The rows.
    pub store: Store,
    /// The chains by id.
    pub chains: BTreeMap<u64, Arc<Chain>>,
    /// The lanes that are served.
    pub lanes: Vec<config::Lane>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What was fetched and verified lately.
    pub cache: Cache,
    /// Who signs for lanes that ask for it.
    pub attestors: Option<Arc<Collector>>,
    /// How the roles of this process are.
    pub health: Health,
    /// What is counted.
    pub metrics: Metrics,
    /// What is logged, if that can be changed.
    pub level: Option<Level>,
    /// Whether this process follows chains.
    pub indexes: bool,
    /// What has to be shown to change anything; nothing can be changed without one.
    pub token: Option<SecretString>,
    /// When streams are to end.
    pub end: CancellationToken,
}

/// The sources, and how many may use them at a time.
#[derive(Clone, Debug)]
struct Desk {
    sources: Arc<Sources>,
    places: Arc<Semaphore>,
    proofs: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    rescans: Arc<Semaphore>,
}

impl Desk {
    fn store(&self) -> &Store {
        &self.sources.store
    }

    fn now(&self) -> Millis {
        self.sources.clock.now()
    }
}

/// The routes.
pub fn router(sources: Sources) -> Router {
    let desk = Desk {
        sources: Arc::new(sources),
        places: Arc::new(Semaphore::new(AT_A_TIME)),
        proofs: Arc::new(Semaphore::new(PROOFS)),
        streams: Arc::new(Semaphore::new(STREAMS)),
        rescans: Arc::new(Semaphore::new(1)),
    };
    let change = Router::new()
        .route("/v1/requeue", post(operate::requeue))
        .route("/v1/rescan", post(rescan::rescan))
        .route("/v1/resume", post(resume::resume))
        .route("/v1/log-level", post(operate::log_level))
        .layer(middleware::from_fn_with_state(desk.clone(), guard::token));
    let ask = Router::new()
        .route("/v1/messages", get(messages::list))
        .route("/v1/messages/{id}", get(messages::one))
        .route("/v1/messages/{id}/proof", get(proof::proof))
        .route("/v1/lanes", get(network::lanes))
        .route("/v1/chains", get(network::chains))
        .route("/v1/clients", get(network::clients))
        .route("/v1/outgoing", get(network::outgoing))
        .route("/v1/status", get(operate::status))
        .route("/v1/stream", get(stream::stream));
    let machine = Router::new()
        .route("/metrics", get(operate::metrics))
        .route("/healthz", get(operate::healthz))
        .route("/readyz", get(operate::readyz))
        .route("/openapi.json", get(document::openapi));
    let page = Router::new()
        .route("/", get(page::html))
        .route("/page.js", get(page::script))
        .route("/page.css", get(page::style));
    change
        .merge(ask)
        .merge(machine)
        .merge(page)
        .fallback(problem::nowhere)
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(middleware::from_fn_with_state(desk.clone(), guard::bounded))
        .with_state(desk)
}

/// Answers until `end` is cancelled.
///
/// # Errors
///
/// What the system says of the listener.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    end: CancellationToken,
) -> std::io::Result<()> {
    axum::serve(listener, router).with_graceful_shutdown(end.cancelled_owned()).await
}
