//! The HTTP interface, over a store with messages of a chain in memory and a destination that our own core plays.
#![allow(
    clippy::panic,
    clippy::unwrap_in_result,
    clippy::type_complexity,
    reason = "a test that cannot go on fails"
)]

#[path = "../work/destination.rs"]
#[allow(dead_code, reason = "the messenger's tests use all of it")]
mod destination;
#[path = "../work/seeded.rs"]
#[allow(dead_code, reason = "the messenger's tests use all of it")]
mod seeded;
#[path = "../../../prover/tests/support/mod.rs"]
mod source;

mod ask;
mod changes;
mod page;
mod proof;

use alloy_primitives::B256;
use destination::Destination;
use prover::Cache;
use relayer::{
    api::{self, Sources},
    clock::ManualClock,
    domain::BlockRef,
    metrics::Metrics,
    service::{Health, Supervisor},
    store::Store,
};
use seeded::{SourceNode, chain, seed};
use serde_json::{Value, json};
use source::{DESTINATION, SOURCE, World};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const START: i64 = 1_700_000_000_000;
const TOKEN: &str = "the-token-of-the-test";

/// A relayer's interface that listens.
struct Bench {
    store: Store,
    clock: Arc<ManualClock>,
    destination: Arc<Destination>,
    sent: Vec<B256>,
    block: BlockRef,
    supervisor: Option<Supervisor>,
    health: Health,
    end: CancellationToken,
    url: String,
    http: reqwest::Client,
    _folder: tempfile::TempDir,
}

/// An answer: its status, kind and text.
struct Answer {
    status: u16,
    kind: String,
    text: String,
    headers: reqwest::header::HeaderMap,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("JSON: {}", self.text))
    }

    /// That it is a problem with this status, about this.
    #[track_caller]
    fn expect_problem(&self, status: u16, about: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.kind, "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        let detail = problem["detail"].as_str().expect("a detail");
        assert!(detail.contains(about), "{about:?} is not in {detail:?}");
    }
}

/// What is different from one that is closed for changes.
#[derive(Default)]
struct With {
    token: Option<&'static str>,
    level: Option<relayer::service::Level>,
}

impl Bench {
    /// So many messages of one block, whose light client on the destination knows a head after it; final, or only seen.
    async fn new(count: usize, is_final: bool, with: With) -> Self {
        let world = World::new(count, 3);
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(ManualClock::new(START));
        let url = format!("sqlite:{}", folder.path().join("store.db").display());
        let store = Store::open(&url, "test", clock.clone()).await.expect("a store");
        let (hash, number) = world.block();
        let block = BlockRef { number, hash };
        let sent = seed(&store, &world, is_final).await;
        let destination = Arc::new(Destination::new(vec![world.head()]));
        let source = SourceNode::new(world);
        let home = chain("home", SOURCE, source, &clock);
        let away = chain("away", DESTINATION, destination.clone(), &clock);
        let lane = serde_json::from_value(json!({ "from": "home", "to": "away" }));
        let supervisor = Supervisor::new(clock.clone(), store.changes());
        let (health, end) = (supervisor.health(), CancellationToken::new());
        let sources = Sources {
            store: store.clone(),
            chains: [home, away].map(|chain| (chain.id(), chain)).into(),
            lanes: vec![lane.expect("a lane")],
            clock: clock.clone(),
            cache: Cache::none(),
            attestors: None,
            health: health.clone(),
            metrics: Metrics::start().expect("metrics"),
            level: with.level,
            indexes: false,
            token: with.token.map(Into::into),
            end: end.clone(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(api::serve(listener, api::router(sources), end.clone()));
        let http =
            prover::http_client(std::time::Duration::from_secs(60)).build().expect("a client");
        let supervisor = Some(supervisor);
        Self {
            store,
            clock,
            destination,
            sent,
            block,
            supervisor,
            health,
            end,
            url,
            http,
            _folder: folder,
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.answer(self.http.get(format!("{}{path}", self.url))).await
    }

    async fn post(&self, path: &str, token: Option<&str>, body: Value) -> Answer {
        let request = self.http.post(format!("{}{path}", self.url)).body(body.to_string());
        let request = request.header("content-type", "application/json");
        self.answer(match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        })
        .await
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let kind = headers.get("content-type").map(|kind| kind.to_str().expect("text").to_owned());
        let text = response.text().await.expect("text");
        Answer { status, kind: kind.unwrap_or_default(), text, headers }
    }

    /// Puts the messages aside, as a messenger would.
    async fn quarantine(&self) {
        use relayer::domain::{Decision, Reason, Stage, Verdict};
        let claim = self.store.claim(DESTINATION.0, &[Stage::Final], None, 100, 60_000).await;
        let claim = claim.expect("a store").expect("messages that are due");
        let aside = |message: &relayer::domain::Tracked| {
            let why = "MptHashMismatch { index: 3 } (MPT-5)".to_owned();
            (message.id, Verdict::Quarantine(Reason::ProofInvalid, why))
        };
        let verdicts = claim.messages.iter().map(aside).collect();
        let decision = Decision { verdicts, outgoing: None };
        self.store.decide(&claim, decision).await.expect("a decision");
    }
}
