//! What is asked about messages, lanes, chains and the process.

use crate::{Bench, START, With, source::SOURCE};
use alloy_primitives::{Address, B256};
use async_trait::async_trait;
use relayer::{
    clock::Millis,
    config::Role as Kind,
    domain::BlockRef,
    role::{Failed, Pace, Role},
    store::ClientRow,
};
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn says_of_each_message_where_it_is_why_and_what_can_be_done() {
    let bench = Bench::new(3, true, With::default()).await;
    let found = bench.get(&format!("/v1/messages/{}", bench.sent[1])).await;
    assert_eq!(found.status, 200, "{}", found.text);
    let message = found.json();
    assert_eq!(message["id"], json!(bench.sent[1]));
    assert_eq!((&message["stage"], &message["reason"]), (&json!("final"), &json!("due")));
    assert_eq!(message["advice"], "nothing: it is about to be worked on");
    assert_eq!(message["source"], json!({ "id": SOURCE.0, "name": "home" }));
    assert_eq!((&message["since"], &message["attempts"]), (&json!(START), &json!(0)));
    assert_eq!(message["sent"]["block"], bench.block.number);
    assert_eq!(message["sightings"][0]["fact"], "sent");
    assert_eq!(message["last_error"], json!(null));
    assert!(!message["history"].as_array().expect("a list").is_empty());

    bench.quarantine().await;
    let message = bench.get(&format!("/v1/messages/{}", bench.sent[1])).await.json();
    assert_eq!(
        (&message["stage"], &message["next_attempt"]),
        (&json!("quarantined"), &json!(null))
    );
    assert_eq!(message["advice"], "report it: what nodes say of it does not prove it");
    assert_eq!(message["last_error"]["detail"], "MptHashMismatch { index: 3 } (MPT-5)");
}

#[tokio::test]
async fn finds_messages_by_id_transaction_account_stage_and_lane_a_page_at_a_time() {
    let bench = Bench::new(5, true, With::default()).await;
    let all = bench.get("/v1/messages").await.json();
    assert_eq!(all["messages"].as_array().expect("a list").len(), 5);
    assert_eq!(all["next"], json!(null));

    let mut seen = Vec::new();
    let mut path = "/v1/messages?limit=2".to_owned();
    loop {
        let page = bench.get(&path).await.json();
        let ids = page["messages"].as_array().expect("a list").iter();
        seen.extend(ids.map(|message| message["id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/messages?limit=2&before={next}");
    }
    let listed: Vec<_> = all["messages"].as_array().expect("a list").iter().collect();
    assert_eq!(seen, listed.iter().map(|message| message["id"].clone()).collect::<Vec<_>>());

    let one = &listed[2];
    let count = |query: String| {
        let bench = &bench;
        async move {
            let answer = bench.get(&format!("/v1/messages?{query}")).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            answer.json()["messages"].as_array().expect("a list").len()
        }
    };
    let text = |name: &str| one[name].as_str().expect("text").to_owned();
    assert_eq!(count(format!("id={}", text("id"))).await, 1);
    let tx = one["sent"]["transaction"].as_str().expect("a hash");
    assert!(count(format!("tx={tx}")).await >= 1);
    assert_eq!(count(format!("tx={}", B256::repeat_byte(9))).await, 0);
    assert!(count(format!("sender={}", text("sender"))).await >= 1);
    assert!(
        count(format!("recipient={}", text("recipient").to_uppercase().replace("0X", "0x"))).await
            >= 1
    );
    assert_eq!(count("stage=final&source=home&destination=away".into()).await, 5);
    assert_eq!(count("stage=failed".into()).await, 0);
    assert_eq!(count("reason=header".into()).await, 0);
}

#[tokio::test]
async fn refuses_what_it_cannot_read_with_a_problem_that_says_why() {
    let bench = Bench::new(1, true, With::default()).await;
    bench.get("/v1/messages?limit=501").await.expect_problem(400, "limit is from 1 to 500");
    bench.get("/v1/messages?limit=0").await.expect_problem(400, "limit is from 1 to 500");
    bench.get("/v1/messages?stage=lost").await.expect_problem(400, "unknown variant `lost`");
    bench.get("/v1/messages?colour=red").await.expect_problem(400, "unknown field `colour`");
    bench.get("/v1/messages?source=home").await.expect_problem(400, "only together");
    let lane = "/v1/messages?source=home&destination=nowhere";
    bench.get(lane).await.expect_problem(400, "there is no chain \"nowhere\"");
    bench.get("/v1/messages/0x12").await.expect_problem(400, "\"0x12\" is no id of a message");
    let unknown = format!("/v1/messages/{}", B256::repeat_byte(7));
    bench.get(&unknown).await.expect_problem(404, "was not seen");
    bench.get("/v2").await.expect_problem(404, "there is nothing at /v2");
    bench.post("/v1/lanes", None, json!({})).await.expect_problem(405, "another method");
}

#[tokio::test]
async fn shows_lanes_chains_clients_and_what_waits_for_them() {
    let bench = Bench::new(4, true, With::default()).await;
    let lanes = bench.get("/v1/lanes").await.json();
    let lane = &lanes[0];
    assert_eq!((&lane["source"]["name"], &lane["served"]), (&json!("home"), &json!(true)));
    assert_eq!((&lane["stages"], &lane["oldest"]), (&json!({ "final": 4 }), &json!(START)));

    let chains = bench.get("/v1/chains").await.json();
    let home = chains.as_array().expect("a list").iter().find(|it| it["chain"]["name"] == "home");
    let home = home.expect("the chain");
    assert_eq!(home["head"], bench.block.number + 5);
    assert_eq!((&home["lag"], &home["quorum"]), (&json!(5), &json!(1)));
    assert_eq!(home["endpoints"][0]["origin"], "node 0");

    let row = ClientRow {
        on_chain: crate::DESTINATION.0,
        follows: SOURCE.0,
        address: Address::repeat_byte(0xc2),
        head_id: 3,
        head: BlockRef { number: 1, hash: B256::repeat_byte(2) },
        head_time: 1_699_999_900,
        expires_at: Some(1_700_000_060),
        detail: String::new(),
        checked_at: START,
    };
    bench.store.put_client(row).await.expect("a row");
    let clients = bench.get("/v1/clients").await.json();
    let client = &clients[0];
    assert_eq!(
        (&client["on"]["name"], &client["follows"]["name"]),
        (&json!("away"), &json!("home"))
    );
    assert_eq!((&client["age_seconds"], &client["seconds_to_expiry"]), (&json!(100), &json!(60)));
    assert_eq!(client["waiting"], json!(null));
    assert_eq!(bench.get("/v1/outgoing").await.json(), json!([]));
    assert_eq!(bench.get("/v1/outgoing?chain=away").await.json(), json!([]));
    bench.get("/v1/outgoing?chain=x").await.expect_problem(400, "there is no chain \"x\"");
}

#[tokio::test]
async fn counts_messages_by_lane_and_stage_for_prometheus() {
    let bench = Bench::new(2, true, With::default()).await;
    bench.clock.advance(30_000);
    let counted = bench.get("/metrics").await;
    assert_eq!(counted.status, 200);
    let mut samples = counted.text.lines().filter(|line| line.starts_with("heliograph_messages{"));
    let labels = ["source=\"home\"", "destination=\"away\"", "stage=\"final\""];
    let counted_ours = samples.any(|line| labels.iter().all(|label| line.contains(label)));
    assert!(counted_ours, "{}", counted.text);
    assert!(counted.text.contains("# TYPE heliograph_messages gauge"), "{}", counted.text);
    assert!(counted.text.contains("# HELP heliograph_messages Messages of a lane in a stage."));
}

/// Waits until this holds.
async fn until(holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), waiting).await.expect("it comes to hold");
}

/// A role whose step does not end.
#[derive(Debug)]
struct Stuck;

#[async_trait]
impl Role for Stuck {
    fn kind(&self) -> Kind {
        Kind::Indexer
    }

    fn name(&self) -> String {
        "indexer of home".into()
    }

    async fn step(&self) -> Result<Pace, Failed> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn does_not_live_when_a_step_does_not_end() {
    let mut bench = Bench::new(1, true, With::default()).await;
    assert_eq!(bench.get("/healthz").await.status, 200);
    let supervisor = bench.supervisor.take().expect("it was not run");
    let end = CancellationToken::new();
    let running = tokio::spawn(supervisor.run(vec![Arc::new(Stuck)], end.clone()));
    until(|| !bench.health.conditions().is_empty()).await;
    assert_eq!(bench.get("/healthz").await.status, 200);
    let ready = bench.get("/readyz").await;
    assert_eq!(ready.status, 503);
    let first = json!({ "indexer of home": "at its first step" });
    assert_eq!(ready.json()["unwell"], first);
    bench.clock.advance(300_001);
    let health = bench.get("/healthz").await;
    assert_eq!(health.status, 503);
    let state = health.json();
    assert_eq!(state["unwell"], json!({ "indexer of home": "its step does not end" }));
    assert_eq!(state["roles"][0]["name"], "indexer of home");
    assert_eq!(bench.get("/readyz").await.status, 503);
    running.abort();
}

/// A role whose chain is down until it is told otherwise.
#[derive(Debug)]
struct Failing(AtomicBool);

#[async_trait]
impl Role for Failing {
    fn kind(&self) -> Kind {
        Kind::Indexer
    }

    fn name(&self) -> String {
        "indexer of home".into()
    }

    async fn step(&self) -> Result<Pace, Failed> {
        match self.0.load(Ordering::SeqCst) {
            true => Err(Failed::new("chain home", "no node answers")),
            false => Ok(Pace::At(Millis::MAX)),
        }
    }
}

#[tokio::test]
async fn lives_and_is_not_ready_while_a_chain_is_down() {
    let mut bench = Bench::new(1, true, With::default()).await;
    assert_eq!(bench.get("/readyz").await.status, 200, "there is no role");
    let supervisor = bench.supervisor.take().expect("it was not run");
    let role = Arc::new(Failing(AtomicBool::new(true)));
    let running =
        tokio::spawn(supervisor.run(vec![Arc::clone(&role) as _], CancellationToken::new()));
    let failures = || bench.health.conditions().get("indexer of home").map(|role| role.failures);
    // It may have failed again by the time that it is looked at.
    until(|| failures() >= Some(1)).await;
    let (lives, ready) = (bench.get("/healthz").await, bench.get("/readyz").await);
    assert_eq!((lives.status, ready.status), (200, 503));
    let why = json!({ "indexer of home": "chain home: no node answers" });
    assert_eq!(ready.json()["unwell"], why);
    role.0.store(false, Ordering::SeqCst);
    until(|| failures() == Some(0)).await;
    let (lives, ready) = (bench.get("/healthz").await, bench.get("/readyz").await);
    assert_eq!((lives.status, ready.status), (200, 200));
    running.abort();
}

#[tokio::test]
async fn describes_every_path_that_it_has() {
    let bench = Bench::new(1, true, With::default()).await;
    let document = bench.get("/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().expect("paths");
    let id = bench.sent[0].to_string();
    for (path, methods) in paths {
        let asked = path.replace("{id}", &id);
        let answer = if methods.get("get").is_some() {
            if path == "/v1/stream" {
                continue;
            }
            bench.get(&asked).await
        } else {
            bench.post(&asked, None, json!({})).await
        };
        assert!(![404, 405, 500].contains(&answer.status), "{path}: {}", answer.text);
    }
    assert_eq!(paths.len(), 16, "{:?}", paths.keys());
    let problem = &document["components"]["schemas"]["Problem"]["properties"];
    assert!(problem["advice"].is_object(), "{problem}");
}
