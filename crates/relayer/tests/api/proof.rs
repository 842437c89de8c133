//! Calldata for whoever delivers a message without this relayer.

use crate::{
    Bench, With,
    source::{DESTINATION, SOURCE},
};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolCall;
use bindings::IMessageService::deliverCall;
use mos::Fate;
use serde_json::json;

fn path(bench: &Bench, place: usize) -> String {
    format!("/v1/messages/{}/proof", bench.sent[place])
}

#[tokio::test]
async fn l2_the_calldata_of_a_message_delivers_it() {
    let bench = Bench::new(3, true, With::default()).await;
    let payee = Address::repeat_byte(0x77);
    let answer = bench.get(&format!("{}?payee={payee}", path(&bench, 1))).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let call = answer.json();
    assert_eq!((&call["to"], &call["purpose"]), (&json!(DESTINATION.1), &json!("deliver")));
    assert_eq!((&call["chain"]["name"], &call["failure"]), (&json!("away"), &json!("")));
    assert!(call["gas"].as_u64().expect("gas") > 100_000, "{call}");
    let data: Bytes = serde_json::from_value(call["data"].clone()).expect("bytes");
    assert_eq!(call["calldata_bytes"], data.len());
    let decoded = deliverCall::abi_decode(&data).expect("a call of deliver");
    assert_eq!((decoded.sourceChainId, decoded.payee), (U256::from(SOURCE.0), payee));
    assert_eq!(bench.destination.send(&data), [(bench.sent[1], Fate::Delivered)]);
}

#[tokio::test]
async fn what_cannot_be_delivered_yet_has_a_reason_in_place_of_calldata() {
    let recent = Bench::new(1, false, With::default()).await;
    let answer = recent.get(&path(&recent, 0)).await;
    answer.expect_problem(409, "the message is observed");
    assert_eq!(answer.json()["reason"], "finality");
    assert_eq!(answer.json()["advice"], "nothing: it goes on when its block is final");

    let headless = Bench::new(1, true, With::default()).await;
    headless.destination.state().heads.clear();
    let answer = headless.get(&path(&headless, 0)).await;
    answer.expect_problem(409, "the light client knows none yet");
    assert_eq!(answer.json()["reason"], "header");

    let paused = Bench::new(1, true, With::default()).await;
    paused.destination.pause(true);
    let answer = paused.get(&path(&paused, 0)).await;
    answer.expect_problem(409, "the lane is paused");
    assert_eq!(answer.json()["reason"], "lane_paused");

    let down = Bench::new(1, true, With::default()).await;
    down.destination.state().paused = true;
    let answer = down.get(&path(&down, 0)).await;
    answer.expect_problem(409, "ClientPaused");
    assert_eq!(answer.json()["reason"], "client_down");

    let delivered = Bench::new(1, true, With::default()).await;
    let call = delivered.get(&path(&delivered, 0)).await.json();
    let data: Bytes = serde_json::from_value(call["data"].clone()).expect("bytes");
    delivered.destination.send(&data);
    let answer = delivered.get(&path(&delivered, 0)).await;
    answer.expect_problem(409, "MessageAlreadySettled");
    assert_eq!(answer.json()["reason"], "in_flight");
}

#[tokio::test]
async fn the_calldata_of_a_failing_recipient_says_what_it_fails_with() {
    let bench = Bench::new(1, true, With::default()).await;
    bench.destination.state().failing.insert(bench.sent[0]);
    let call = bench.get(&path(&bench, 0)).await.json();
    assert_eq!(call["gas"], json!(null), "{call}");
    let failure = call["failure"].as_str().expect("text");
    assert!(failure.contains("MessageRecipientReverted"), "{failure}");
    bench.get(&format!("{}?payee=0x12", path(&bench, 0))).await.expect_problem(400, "payee");
}
