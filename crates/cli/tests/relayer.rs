//! The verbs that ask a relayer over HTTP, against the interface of one.
#![allow(clippy::panic, reason = "a test that cannot go on fails")]

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use relayer::{
    api::{self, Sources},
    clock::{Clock, SystemClock},
    domain::{
        BlockRef, Class, Decision, Fact, Place, Reason, SentMessage, Sighting, Stage, Verdict,
    },
    metrics::Metrics,
    service::Supervisor,
    store::{Advance, Store},
};
use serde_json::{Value, json};
use std::{process::Command, sync::Arc};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const A: u64 = 900_001;
const B: u64 = 900_002;
const TOKEN: &str = "a-token-of-a-test";

struct Bench {
    store: Store,
    url: String,
    folder: tempfile::TempDir,
}

struct Ended {
    status: i32,
    out: String,
    err: String,
}

impl Ended {
    #[track_caller]
    fn expect(&self, status: i32, part: &str) {
        assert_eq!(self.status, status, "{}{}", self.out, self.err);
        assert!(
            self.out.contains(part) || self.err.contains(part),
            "{part:?} is not in {}{}",
            self.out,
            self.err
        );
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("JSON: {}{}", self.out, self.err))
    }
}

fn id(nonce: u64) -> B256 {
    keccak256(nonce.to_be_bytes())
}

fn sent(nonce: u64) -> Sighting {
    let account = |last| {
        mos::EvmAddress::new(U256::from(A), Address::with_last_byte(last))
            .expect("an address")
            .encode()
    };
    let body = mos::Body {
        nonce,
        sender: account(1).into(),
        recipient: account(2).into(),
        payload: Bytes::from_static(b"hello"),
        attributes: Vec::new(),
    };
    let block = BlockRef { number: 7, hash: B256::repeat_byte(7) };
    let place = Place {
        chain: A,
        block,
        transaction: B256::repeat_byte(0x77),
        transaction_index: 0,
        log_index: nonce,
    };
    let sent = SentMessage { gateway: Address::with_last_byte(9), destination: B, body };
    Sighting { message: id(nonce), place, fact: Fact::Sent(Box::new(sent)) }
}

impl Bench {
    /// Three messages, final on their source; the interface wants a token for changes.
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let url = format!("sqlite:{}", folder.path().join("store.db").display());
        let store = Store::open(&url, "test", Arc::clone(&clock)).await.expect("a store");
        let lease = store.lease("indexer", 60_000).await.expect("a store").expect("a lease");
        let advance = Advance {
            expect_next: 0,
            roll_back_to: None,
            pins: Vec::new(),
            sightings: (0..3).map(sent).collect(),
            next_block: 8,
            final_block: BlockRef { number: 7, hash: B256::repeat_byte(7) },
            head: (7, 1),
            class: Class::Live,
        };
        store.advance(A, &lease, advance).await.expect("an advance");
        let end = CancellationToken::new();
        let supervisor = Supervisor::new(Arc::clone(&clock), store.changes());
        let sources = Sources {
            store: store.clone(),
            chains: Default::default(),
            lanes: Vec::new(),
            clock,
            cache: prover::Cache::none(),
            attestors: None,
            health: supervisor.health(),
            metrics: Metrics::start().expect("metrics"),
            level: None,
            indexes: false,
            token: Some(TOKEN.into()),
            end: end.clone(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(api::serve(listener, api::router(sources), end));
        Self { store, url, folder }
    }

    async fn run(&self, args: &[&str]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_heliograph"));
        command.args(args).args(["--api", &self.url]);
        command.env("TOKEN_OF_THE_TEST", TOKEN).current_dir(self.folder.path());
        let ended = tokio::task::spawn_blocking(move || command.output());
        let ended = ended.await.expect("a thread").expect("the program starts");
        Ended {
            status: ended.status.code().expect("a status"),
            out: String::from_utf8(ended.stdout).expect("UTF-8"),
            err: String::from_utf8(ended.stderr).expect("UTF-8"),
        }
    }

    async fn quarantine(&self) {
        let claim = self.store.claim(B, &[Stage::Final], None, 10, 60_000).await;
        let claim = claim.expect("a store").expect("messages");
        let why = || Verdict::Quarantine(Reason::RecipientFails, "its recipient fails".into());
        let verdicts = claim.messages.iter().map(|message| (message.id, why())).collect();
        self.store.decide(&claim, Decision { verdicts, outgoing: None }).await.expect("a decision");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn says_where_messages_are_and_what_can_be_done() {
    let bench = Bench::new().await;
    bench.quarantine().await;
    let one = id(1).to_string();
    let shown = bench.run(&["query", "message", &one]).await;
    shown.expect(0, "recipient_fails: its recipient fails");
    shown.expect(0, "make the recipient accept it; then requeue it");
    let found = bench.run(&["query", "message", &one, "--json"]).await.json();
    assert_eq!((&found["id"], &found["stage"]), (&json!(one), &json!("quarantined")));
    let tx = B256::repeat_byte(0x77).to_string();
    let found = bench.run(&["query", "tx", &tx, "--json"]).await.json();
    assert_eq!(found["messages"].as_array().map(Vec::len), Some(3));
    let lane = ["query", "lane", "900001", "900002", "--limit", "2"];
    bench.run(&lane).await.expect(0, "there are more: --before 0x");
    bench.run(&["queue", "dead"]).await.expect(0, &one);
    bench.run(&["queue", "list", "--stage", "final"]).await.expect(0, "no message fits");
    bench.run(&["query", "message", &B256::ZERO.to_string()]).await.expect(3, "was not seen");
    bench.run(&["query", "message", "0x12"]).await.expect(2, "'0x12'");
    bench.run(&["queue", "list", "--stage", "lost"]).await.expect(2, "\"lost\" is no Stage");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_were_put_aside_are_due_again_for_whoever_has_the_token() {
    let bench = Bench::new().await;
    bench.quarantine().await;
    let one = id(0).to_string();
    bench.run(&["queue", "requeue"]).await.expect(2, "required");
    bench.run(&["queue", "requeue", &one]).await.expect(3, "send the token");
    let token = ["--token", "env:TOKEN_OF_THE_TEST"];
    let again = ["queue", "requeue", &one, token[0], token[1]];
    bench.run(&again).await.expect(0, "1 messages are due now");
    let tx = B256::repeat_byte(0x77).to_string();
    let front = bench.run(&["relay", "--tx", &tx, "--json", token[0], token[1]]).await.json();
    assert_eq!(front["due"], 3);
    assert!(
        front["messages"]
            .as_array()
            .expect("a list")
            .iter()
            .all(|message| message["class"] == "live")
    );
    let reason = ["queue", "requeue", "--reason", "header", token[0], token[1]];
    bench.run(&reason).await.expect(0, "0 messages are due now");
    let clear = ["clear", "--chain", "900001", "--from-block", "1", token[0], token[1]];
    bench.run(&clear).await.expect(3, "this process follows no chain");
    let call = ["prove", "message", "--id", &one];
    bench.run(&call).await.expect(3, "chain 900001 is none of this relayer's");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn says_how_a_relayer_does_or_that_nothing_answers() {
    let bench = Bench::new().await;
    bench.run(&["health"]).await.expect(0, "roles make progress");
    bench.run(&["status"]).await.expect(0, "final 3");
    let status = bench.run(&["status", "--json"]).await.json();
    assert_eq!(status["lanes"][0]["stages"], json!({ "final": 3 }));
    let away = Bench { url: "http://127.0.0.1:1".into(), ..bench };
    away.run(&["health"]).await.expect(3, "nothing answers at http://127.0.0.1:1");
}

#[test]
fn every_verb_explains_itself_with_an_example() {
    let verbs: [&[&str]; 8] = [
        &["start"],
        &["status"],
        &["health"],
        &["query"],
        &["queue"],
        &["relay"],
        &["clear"],
        &["prove", "message"],
    ];
    for verb in verbs {
        let mut command = Command::new(env!("CARGO_BIN_EXE_heliograph"));
        let ended = command.args(verb).arg("--help").output().expect("the program starts");
        let out = String::from_utf8(ended.stdout).expect("UTF-8");
        assert!(ended.status.success() && out.contains("Examples:"), "{verb:?}: {out}");
    }
}
