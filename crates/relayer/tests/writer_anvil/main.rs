//! The writer against a real node that mines when it is told to: prices that move, pools that forget, blocks that are replaced, keys that
//! others use too, processes that die, and two at once.
// Futures within futures: their types are deeper than the compiler goes by itself.
#![recursion_limit = "256"]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod anvil;
mod faults;
mod owners;
mod prices;
mod site;

use alloy_sol_types::SolError;
use bindings::errors::MessageEmptyBatch;
use relayer::domain::OutgoingState;
use serde_json::json;
use site::{GWEI, SIGNERS, Site, call};

#[tokio::test]
async fn sends_what_is_queued_and_says_what_it_cost() {
    let site = Site::new().await;
    let writer = site.writer().await;
    let before = site.anvil.balance(SIGNERS[0].0).await;
    let ids = [site.queue(1).await, site.queue(2).await, site.queue(3).await];
    site.step(&writer).await;
    for (nonce, id) in (0..).zip(ids) {
        let row = site.row(id).await;
        assert_eq!((row.state, row.nonce, row.bids.len()), (OutgoingState::Sent, Some(nonce), 1));
    }
    site.anvil.mine(1).await;
    site.step(&writer).await;
    assert_eq!(site.state(ids[0]).await, OutgoingState::Mined);
    for id in ids {
        assert_eq!(site.finish(&writer, id).await.state, OutgoingState::Final);
    }
    assert_eq!(
        [site.anvil.calls(1).await, site.anvil.calls(2).await, site.anvil.calls(3).await],
        [1; 3]
    );
    assert_eq!(site.spent().await, before - site.anvil.balance(SIGNERS[0].0).await);
}

#[tokio::test]
async fn l2_refuses_what_would_revert_and_says_why() {
    let site = Site::new().await;
    let writer = site.writer().await;
    let fails_with = MessageEmptyBatch::SELECTOR;
    let id = site.store.queue(call(1, fails_with)).await.unwrap();
    let unknown = site.store.queue(call(2, [1, 2, 3, 4])).await.unwrap();
    let next = site.queue(3).await;
    site.step(&writer).await;
    let row = site.row(id).await;
    assert_eq!((row.state, row.nonce), (OutgoingState::Refused, None));
    assert!(row.detail.starts_with("reverted: MessageEmptyBatch"), "{}", row.detail);
    let row = site.row(unknown).await;
    assert_eq!(row.detail, "reverted: it reverts with 0x01020304 (4 bytes)");
    // L7: what is behind it goes on, with the first nonce.
    assert_eq!(site.row(next).await.nonce, Some(0));
}

#[tokio::test]
async fn says_what_failed_in_a_block() {
    let site = Site::new().await;
    let writer = site.writer().await;
    let before = site.anvil.balance(SIGNERS[0].0).await;
    let id = site.queue(1).await;
    site.step(&writer).await;
    // The contract changes its mind: it reverts with MessageEmptyBatch, whatever is asked.
    let [a, b, c, d] = MessageEmptyBatch::SELECTOR;
    let code = format!("0x63{a:02x}{b:02x}{c:02x}{d:02x}5f526004601cfd");
    site.anvil.set("anvil_setCode", json!([anvil::SERVICE, code])).await;
    let row = site.finish(&writer, id).await;
    assert_eq!(row.state, OutgoingState::Reverted);
    assert!(row.detail.contains("; now MessageEmptyBatch"), "{}", row.detail);
    assert_eq!(site.spent().await, before - site.anvil.balance(SIGNERS[0].0).await);
}

#[tokio::test]
async fn l6_keeps_within_the_day() {
    // One transaction of 100,000 gas at 2 × 1 gwei and the tip costs some 0.0002 ether at most.
    let site = Site::with("limits = { ether_per_day = 0.0003 }").await;
    let writer = site.writer().await;
    site.anvil.mine_at(GWEI).await;
    site.anvil.set_base_fee(GWEI).await;
    let (first, second) = (site.queue(1).await, site.queue(2).await);
    site.step(&writer).await;
    assert_eq!(site.state(first).await, OutgoingState::Sent);
    let row = site.row(second).await;
    assert_eq!((row.state, row.nonce), (OutgoingState::Queued, None));
    assert!(row.detail.starts_with("limit: with it the day could cost"), "{}", row.detail);
    // What was committed turns out cheaper: there is room again.
    site.finish(&writer, first).await;
    site.clock.advance(10_000);
    assert_eq!(site.finish(&writer, second).await.state, OutgoingState::Final);
}

#[tokio::test]
async fn gives_up_what_someone_asks_to_give_up() {
    let site = Site::new().await;
    let writer = site.writer().await;
    let sent = site.queue(1).await;
    site.step(&writer).await;
    let queued = site.queue(2).await;
    for id in [sent, queued] {
        let request = relayer::writer::abandon(&site.store, id).await.unwrap();
        assert_eq!(relayer::writer::abandon(&site.store, id).await.unwrap(), request);
    }
    site.step(&writer).await;
    let row = site.row(queued).await;
    assert_eq!((row.state, row.nonce), (OutgoingState::Refused, None));
    let row = site.finish(&writer, sent).await;
    assert_eq!(row.state, OutgoingState::Abandoned);
    assert_eq!((site.anvil.calls(1).await, site.anvil.calls(2).await), (0, 0));
    // Its nonce is used, and the next call has the one after it.
    let next = site.queue(3).await;
    assert_eq!(site.finish(&writer, next).await.nonce, Some(1));
    let over = relayer::writer::abandon(&site.store, sent).await.unwrap_err();
    let want = format!("transaction {sent} of ours cannot be abandoned: it is abandoned");
    assert_eq!(over.to_string(), want);
    assert_eq!(site.store.outgoing_all_open(anvil::CHAIN).await.unwrap(), []);
}
