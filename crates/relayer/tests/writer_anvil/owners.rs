//! Two processes with one key.

use crate::{
    anvil::Tap,
    site::{SIGNERS, Site, TIMEOUT_MILLIS},
};
use relayer::{
    domain::OutgoingState,
    role::Role,
    writer::{Desk, Writer},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering},
};

/// Longer than the lease of one that is gone, and than it takes to go on with its signer: five seconds and three time-outs.
const LEASE: i64 = 5_000 + 3 * TIMEOUT_MILLIS + 1_000;

async fn process(site: &Site, owner: &str) -> (Arc<Tap>, Writer) {
    let tap = Tap::new(&site.anvil);
    let writer =
        site.writer_of(0, site.store.as_owner(owner), tap.clone(), Arc::new(Desk::new())).await;
    (tap, writer)
}

#[tokio::test]
async fn one_of_two_sends_and_the_other_takes_over_when_its_lease_ends() {
    let site = Site::new().await;
    let (tap_a, a) = process(&site, "a").await;
    let (tap_b, b) = process(&site, "b").await;
    let first = site.queue(1).await;
    for _ in 0..5 {
        site.step(&a).await;
        site.step(&b).await;
    }
    assert_eq!((tap_a.count(), tap_b.count()), (1, 0));
    // The first is gone. What is queued now is sent within its lease by the other one.
    let second = site.queue(2).await;
    let from = relayer::clock::Clock::now(&*site.clock);
    while site.state(second).await == OutgoingState::Queued {
        site.step(&b).await;
        assert!(
            relayer::clock::Clock::now(&*site.clock) - from < LEASE,
            "not taken over within the lease"
        );
    }
    assert_eq!(tap_b.count(), 1);
    for (word, id) in [(1, first), (2, second)] {
        let row = site.finish(&b, id).await;
        assert_eq!(
            (row.state, row.signer, site.anvil.calls(word).await),
            (OutgoingState::Final, Some(SIGNERS[0].0), 1)
        );
    }
    // Back again, it only watches.
    let third = site.queue(3).await;
    site.step(&a).await;
    assert_eq!((site.state(third).await, tap_a.count()), (OutgoingState::Queued, 1));
}

#[tokio::test]
async fn who_was_stopped_in_the_middle_changes_nothing_after_that() {
    let site = Site::new().await;
    let (tap_a, a) = process(&site, "a").await;
    let (_, b) = process(&site, "b").await;
    tap_a.hangs.store(true, Ordering::SeqCst);
    let id = site.queue(1).await;
    // The first has stored its signature and waits for its node; meanwhile its lease ends, and another one takes over.
    let slow = tokio::spawn(async move { (a.step().await, a) });
    tap_a.hung.notified().await;
    assert_eq!(site.state(id).await, OutgoingState::Signed);
    site.clock.advance(LEASE);
    site.step(&b).await;
    let row = site.row(id).await;
    assert_eq!((row.state, row.bids.len()), (OutgoingState::Sent, 1));
    tap_a.hangs.store(false, Ordering::SeqCst);
    let (ended, a) = slow.await.unwrap();
    ended.unwrap();
    site.step(&a).await;
    assert_eq!(site.finish(&b, id).await.state, OutgoingState::Final);
    assert_eq!((site.anvil.calls(1).await, site.anvil.nonce(SIGNERS[0].0).await), (1, 1));
}

#[tokio::test]
async fn two_at_once_never_sign_two_calls_for_one_nonce() {
    let site = Site::new().await;
    let (_, a) = process(&site, "a").await;
    let (_, b) = process(&site, "b").await;
    let mut ids = Vec::new();
    for round in 0..24 {
        ids.push(site.queue(round).await);
        let (one, two) = tokio::join!(a.step(), b.step());
        one.unwrap();
        two.unwrap();
        // Now and then one of them is away for longer than its lease.
        site.clock.advance(if round % 5 == 4 { LEASE } else { 600 });
        site.anvil.mine(1).await;
    }
    let mut nonces = BTreeSet::new();
    for (word, id) in (0..).zip(ids) {
        let mut row = site.row(id).await;
        for _ in 0..40 {
            if row.state.is_over() {
                break;
            }
            let _ = tokio::join!(a.step(), b.step());
            site.clock.advance(600);
            site.anvil.mine(1).await;
            row = site.row(id).await;
        }
        assert_eq!((row.state, site.anvil.calls(word).await), (OutgoingState::Final, 1));
        assert!(nonces.insert(row.nonce), "{row:?}");
    }
}

#[tokio::test]
async fn an_instance_that_has_no_signer_is_given_one_of_several() {
    let site = Site::new().await;
    let mut writers = Vec::new();
    let mut taps = Vec::new();
    for owner in ["a", "b"] {
        let (tap, desk) = (Tap::new(&site.anvil), Arc::new(Desk::new()));
        for signer in 0..2 {
            let store = site.store.as_owner(owner);
            writers.push(site.writer_of(signer, store, tap.clone(), desk.clone()).await);
        }
        taps.push(tap);
    }
    // While nobody else is there one sends for both; each has said that it is there.
    site.step(&writers[0]).await;
    site.step(&writers[1]).await;
    let ids = [site.queue(1).await, site.queue(2).await];
    for _ in 0..4 {
        site.step(&writers[0]).await;
        site.step(&writers[1]).await;
    }
    let signers = async || {
        let rows = [site.row(ids[0]).await, site.row(ids[1]).await];
        rows.into_iter().filter_map(|row| row.signer).collect::<BTreeSet<_>>()
    };
    assert_eq!(signers().await.len(), 2);
    assert_eq!((taps[0].count(), taps[1].count()), (2, 0));
    // The other one has come: each sends for one of them, and goes on with what was under way.
    for _ in 0..3 {
        for writer in &writers {
            site.step(writer).await;
        }
    }
    let mut rows = Vec::new();
    for word in 3..9 {
        rows.push(site.queue(word).await);
        // Who comes first takes it: the one and the other in turn.
        writers.reverse();
        for writer in &writers {
            site.step(writer).await;
        }
        site.anvil.mine(1).await;
    }
    assert_eq!((taps[0].count(), taps[1].count()), (5, 3));
    for (word, id) in (1..).zip(ids.into_iter().chain(rows)) {
        for _ in 0..40 {
            if site.state(id).await.is_over() {
                break;
            }
            for writer in &writers {
                site.step(writer).await;
            }
            site.anvil.mine(1).await;
        }
        assert_eq!(
            (site.state(id).await, site.anvil.calls(word).await),
            (OutgoingState::Final, 1),
            "{word}"
        );
    }
}
