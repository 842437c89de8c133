//! What an operator changes, and how changes are told.

use crate::{Bench, TOKEN, With};
use relayer::service::Telemetry;
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn nothing_can_be_changed_without_a_token() {
    let closed = Bench::new(1, true, With::default()).await;
    let body = json!({ "stage": "quarantined" });
    for token in [None, Some(TOKEN)] {
        let answer = closed.post("/v1/requeue", token, body.clone()).await;
        answer.expect_problem(403, "the configuration has no api.token");
    }
    let open = Bench::new(1, true, With { token: Some(TOKEN), ..With::default() }).await;
    for token in [None, Some("another"), Some("")] {
        let answer = open.post("/v1/requeue", token, body.clone()).await;
        answer.expect_problem(401, "send the token");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
        assert!(!answer.text.contains(TOKEN));
    }
    assert_eq!(open.post("/v1/requeue", Some(TOKEN), body).await.json(), json!({ "due": 0 }));
}

#[tokio::test]
async fn what_was_put_aside_is_due_again_when_it_is_requeued() {
    let bench = Bench::new(3, true, With { token: Some(TOKEN), ..With::default() }).await;
    bench.quarantine().await;
    let requeue = |body: Value| bench.post("/v1/requeue", Some(TOKEN), body);
    requeue(json!({})).await.expect_problem(400, "say which messages");
    requeue(json!({ "ids": ["0x12"] })).await.expect_problem(422, "ids");
    requeue(json!({ "reason": "header", "all": true }))
        .await
        .expect_problem(422, "unknown field `all`");
    assert_eq!(requeue(json!({ "reason": "header" })).await.json()["due"], 0);
    let one = json!({ "ids": [bench.sent[0]], "class": "live" });
    assert_eq!(requeue(one).await.json()["due"], 1);
    let message = bench.get(&format!("/v1/messages/{}", bench.sent[0])).await.json();
    assert_eq!((&message["stage"], &message["class"]), (&json!("final"), &json!("live")));
    let rest = json!({ "stage": "quarantined", "source": "home", "destination": "away" });
    assert_eq!(requeue(rest).await.json()["due"], 2);
    let tx = json!({ "tx": alloy_primitives::B256::repeat_byte(8) });
    requeue(tx).await.expect_problem(404, "no message of transaction");
}

#[tokio::test]
async fn what_is_logged_can_be_changed_while_it_runs() {
    let telemetry = Telemetry::start(&relayer::config::Telemetry::default()).expect("logs");
    let level = telemetry.level();
    let bench = Bench::new(1, true, With { token: Some(TOKEN), level: Some(level) }).await;
    let set = |level: &str| bench.post("/v1/log-level", Some(TOKEN), json!({ "level": level }));
    assert_eq!(set("warn,relayer=debug").await.json(), json!({ "level": "warn,relayer=debug" }));
    set("relayer=loud").await.expect_problem(400, "is no filter");
    let closed = bench.post("/v1/log-level", None, json!({ "level": "info" })).await;
    closed.expect_problem(401, "send the token");
}

/// The next event of a stream: its name and what it says.
async fn next(stream: &mut reqwest::Response, left: &mut String) -> (String, Value) {
    let read = async {
        loop {
            if let Some((event, rest)) = left.clone().split_once("\n\n") {
                *left = rest.to_owned();
                let part = |name: &str| {
                    event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
                };
                let (Some(name), Some(data)) = (part("event:"), part("data:")) else { continue };
                return (name.to_owned(), serde_json::from_str(data).expect("JSON"));
            }
            let more = stream.chunk().await.expect("a stream").expect("more");
            left.push_str(std::str::from_utf8(&more).expect("UTF-8"));
        }
    };
    tokio::time::timeout(Duration::from_secs(30), read).await.expect("an event in time")
}

#[tokio::test]
async fn tells_changes_as_they_happen_and_ends_with_the_process() {
    let bench = Bench::new(2, true, With::default()).await;
    let open = |path: String| bench.http.get(format!("{}{path}", bench.url)).send();
    let mut all = open("/v1/stream".into()).await.expect("a stream");
    let mut one = open(format!("/v1/stream?id={}", bench.sent[0])).await.expect("a stream");
    let (mut all_left, mut one_left) = (String::new(), String::new());
    let (name, summary) = next(&mut all, &mut all_left).await;
    assert_eq!((name.as_str(), &summary["stages"]), ("summary", &json!({ "final": 2 })));
    let (name, message) = next(&mut one, &mut one_left).await;
    assert_eq!((name.as_str(), &message["stage"]), ("message", &json!("final")));

    bench.quarantine().await;
    let (_, summary) = next(&mut all, &mut all_left).await;
    assert_eq!(summary["stages"], json!({ "quarantined": 2 }));
    let (_, message) = next(&mut one, &mut one_left).await;
    assert_eq!(message["reason"], "proof_invalid");

    bench.end.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(30), all.chunk()).await;
    assert!(matches!(ended, Ok(Ok(None) | Err(_))), "the stream goes on");
}
