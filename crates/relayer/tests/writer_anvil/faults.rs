//! Nodes that forget, blocks that are replaced, keys that others have, processes that die.

use crate::{
    anvil::Tap,
    site::{GWEI, SIGNERS, Site},
};
use alloy_primitives::{B256, U64, U128};
use relayer::{domain::OutgoingState, role::Role, writer::Desk};
use serde_json::json;
use std::{
    future::poll_fn,
    pin::pin,
    sync::{Arc, atomic::Ordering},
    task::Poll,
};

#[tokio::test]
async fn l5_offers_again_what_a_pool_has_forgotten() {
    let site = Site::new().await;
    let writer = site.writer().await;
    let ids = [site.queue(1).await, site.queue(2).await];
    site.step(&writer).await;
    assert_eq!(site.anvil.pooled().await, 2);
    // The first of two alone, then both.
    let first: B256 = site.row(ids[0]).await.bids[0].hash;
    site.anvil.set("anvil_dropTransaction", json!([first])).await;
    assert!(site.anvil.pooled().await < 2);
    site.anvil.mine(1).await;
    site.step(&writer).await;
    assert_eq!(site.anvil.pooled().await, 2);
    site.anvil.set("anvil_dropAllTransactions", json!([])).await;
    for (word, id) in (1..).zip(ids) {
        let row = site.finish(&writer, id).await;
        assert_eq!((row.state, site.anvil.calls(word).await), (OutgoingState::Final, 1));
    }
}

#[tokio::test]
async fn l5_is_not_misled_by_a_node_that_swallows() {
    let site = Site::new().await;
    let tap = Tap::new(&site.anvil);
    let writer = site.writer_of(0, site.store.clone(), tap.clone(), Arc::new(Desk::new())).await;
    tap.swallows.store(true, Ordering::SeqCst);
    let id = site.queue(1).await;
    site.step(&writer).await;
    assert_eq!((site.state(id).await, site.anvil.pooled().await), (OutgoingState::Sent, 0));
    tap.swallows.store(false, Ordering::SeqCst);
    assert_eq!(site.finish(&writer, id).await.state, OutgoingState::Final);
    assert_eq!(site.anvil.calls(1).await, 1);
}

#[tokio::test]
async fn loses_a_nonce_to_another_user_of_the_key_and_goes_on() {
    let site = Site::new().await;
    let writer = site.writer().await;
    let (lost, behind) = (site.queue(1).await, site.queue(2).await);
    site.step(&writer).await;
    let hash: B256 = site.row(lost).await.bids[0].hash;
    site.anvil.set("anvil_dropTransaction", json!([hash])).await;
    let foreign = json!([{
        "from": SIGNERS[0].0, "to": SIGNERS[1].0, "nonce": U64::ZERO, "gas": U64::from(21_000),
        "maxFeePerGas": U128::from(50 * GWEI), "maxPriorityFeePerGas": U128::from(GWEI),
    }]);
    site.anvil.set("eth_sendTransaction", foreign).await;
    site.anvil.mine(1).await;
    site.step(&writer).await;
    // At the head it is not decided yet.
    assert_eq!(site.state(lost).await, OutgoingState::Sent);
    assert_eq!(site.finish(&writer, lost).await.state, OutgoingState::Lost);
    assert_eq!(site.finish(&writer, behind).await.state, OutgoingState::Final);
    assert_eq!((site.anvil.calls(1).await, site.anvil.calls(2).await), (0, 1));
    // Its key is free: what it was for is queued again, and sent.
    let again = site.queue(1).await;
    assert_eq!(site.finish(&writer, again).await.nonce, Some(2));
    assert_eq!(site.anvil.calls(1).await, 1);
}

#[tokio::test]
async fn passes_over_nonces_that_others_have_used() {
    let site = Site::new().await;
    let writer = site.writer().await;
    let first = site.queue(1).await;
    site.finish(&writer, first).await;
    site.anvil
        .set("eth_sendTransaction", json!([{ "from": SIGNERS[0].0, "to": SIGNERS[1].0 }]))
        .await;
    site.anvil.mine(1).await;
    let next = site.queue(2).await;
    assert_eq!(site.finish(&writer, next).await.nonce, Some(2));
    assert_eq!(site.anvil.calls(2).await, 1);
}

#[tokio::test]
async fn l4_follows_a_transaction_whose_block_is_replaced() {
    let site = Site::with("").await;
    let writer = site.writer().await;
    let id = site.queue(1).await;
    site.step(&writer).await;
    site.anvil.mine(1).await;
    site.step(&writer).await;
    let mined = site.row(id).await;
    assert_eq!((mined.state, mined.mined.is_some()), (OutgoingState::Mined, true));
    site.anvil.set("anvil_reorg", json!([1, []])).await;
    assert_eq!(site.anvil.calls(1).await, 0);
    site.step(&writer).await;
    let row = site.row(id).await;
    assert_eq!((row.state, row.mined), (OutgoingState::Sent, None));
    let row = site.finish(&writer, id).await;
    assert_eq!((row.state, row.bids.len()), (OutgoingState::Final, 1));
    assert_ne!(row.mined, mined.mined);
    assert_eq!(site.anvil.calls(1).await, 1);
}

#[tokio::test]
async fn fills_a_nonce_that_a_replaced_block_has_freed() {
    let site = Site::new().await;
    let writer = site.writer().await;
    // Someone else uses the first nonce; ours is the second. Then the block of theirs is gone.
    site.anvil
        .set("eth_sendTransaction", json!([{ "from": SIGNERS[0].0, "to": SIGNERS[1].0 }]))
        .await;
    site.anvil.mine(1).await;
    let id = site.queue(1).await;
    site.step(&writer).await;
    assert_eq!(site.row(id).await.nonce, Some(1));
    site.anvil.set("anvil_reorg", json!([1, []])).await;
    site.anvil.set("anvil_dropAllTransactions", json!([])).await;
    assert_eq!(site.anvil.nonce(SIGNERS[0].0).await, 0);
    assert_eq!(site.finish(&writer, id).await.state, OutgoingState::Final);
    assert_eq!((site.anvil.calls(1).await, site.anvil.nonce(SIGNERS[0].0).await), (1, 2));
}

#[tokio::test]
async fn l5_a_death_between_the_signature_and_the_nodes_loses_nothing() {
    let site = Site::new().await;
    let tap = Tap::new(&site.anvil);
    let writer = site.writer_of(0, site.store.clone(), tap.clone(), Arc::new(Desk::new())).await;
    tap.hangs.store(true, Ordering::SeqCst);
    let id = site.queue(1).await;
    tokio::select! {
        ended = writer.step() => panic!("the step was not cut short: {ended:?}"),
        () = tap.hung.notified() => {}
    }
    drop(writer);
    let row = site.row(id).await;
    assert_eq!((row.state, row.nonce, row.bids.len()), (OutgoingState::Signed, Some(0), 1));
    assert_eq!(site.anvil.pooled().await, 0);
    let writer = site.writer().await;
    let done = site.finish(&writer, id).await;
    assert_eq!((done.state, done.bids), (OutgoingState::Final, row.bids));
    assert_eq!((site.anvil.calls(1).await, site.anvil.nonce(SIGNERS[0].0).await), (1, 1));
}

#[tokio::test]
async fn l5_a_death_at_any_point_of_a_step_loses_and_doubles_nothing() {
    let site = Site::new().await;
    let mut ids = Vec::new();
    let (mut polls, mut whole) = (0, 0);
    while whole < 3 {
        ids.push(site.queue(ids.len() as u64).await);
        let writer = site.writer().await;
        whole = if dies_after(polls, writer.step()).await { whole + 1 } else { 0 };
        site.clock.advance(600);
        // Every other time what was cut short is met by a block before it is met by the next process.
        if ids.len() % 2 == 0 {
            site.anvil.mine(1).await;
        }
        site.step(&site.writer().await).await;
        site.anvil.mine(1).await;
        polls += 1 + polls / 12;
        assert!(polls < 5_000, "a step has no end");
    }
    let writer = site.writer().await;
    for (word, id) in (0..).zip(&ids) {
        let row = site.finish(&writer, *id).await;
        assert_eq!((row.state, site.anvil.calls(word).await), (OutgoingState::Final, 1));
    }
    assert_eq!(site.anvil.nonce(SIGNERS[0].0).await, ids.len() as u64);
}

/// Polls a future so often, then drops it; whether it was done before.
async fn dies_after<F: Future>(polls: u64, future: F) -> bool {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        future.as_mut().poll(context).map(|_| true)
    })
    .await
}
