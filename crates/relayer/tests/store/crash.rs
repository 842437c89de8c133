//! A process can be killed anywhere. Here the killing is the dropping of a future at its n-th poll, for all n until it ends by itself.

use crate::support::{A, B, MINUTE, Site, id, index, on_b, read, sent};
use alloy_primitives::{Address, B256, U256, keccak256};
use relayer::{
    clock::Clock,
    domain::{Bid, Decision, Fact, NewOutgoing, OutgoingState, Reason, Stage, Verdict},
    store::{Lease, Mark, Store},
};
use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::Mutex,
    task::{Context, Poll},
};

const SIGNER: Address = Address::with_last_byte(5);

/// A future that is dropped at its n-th poll, unless it has ended before.
struct Fuse<F> {
    inner: Pin<Box<F>>,
    left: usize,
}

impl<F: Future> Future for Fuse<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        self.inner.as_mut().poll(context).map(Some)
    }
}

/// What is outside of the process: the key that each nonce was used for, and which messages were delivered how often.
#[derive(Default)]
struct World {
    nonces: BTreeMap<u64, String>,
    delivered: BTreeMap<B256, usize>,
}

impl World {
    /// A node takes a transaction. Told twice, it is the same one.
    fn broadcast(&mut self, nonce: u64, key: &str, messages: &[B256]) {
        match self.nonces.get(&nonce) {
            Some(known) => assert_eq!(known, key, "one nonce for two transactions"),
            None => {
                self.nonces.insert(nonce, key.to_owned());
                for message in messages {
                    *self.delivered.entry(*message).or_default() += 1;
                }
            }
        }
    }
}

/// All roles once, each doing what the store says is due.
async fn pass(store: &Store, world: &Mutex<World>) {
    if store.cursor(A).await.unwrap().is_none() {
        index(store, A, read(1, 3, 2, vec![sent(0, 1, 0), sent(1, 1, 0), sent(2, 2, 0)])).await;
    }
    while let Some(claim) = store.claim(B, &[Stage::Final], None, 10, MINUTE).await.unwrap() {
        let key = format!("deliver:{}", claim.messages[0].block().number);
        let verdicts = claim.messages.iter().map(|message| (message.id, Verdict::Submit)).collect();
        store
            .decide(&claim, Decision { verdicts, outgoing: Some(crate::support::call(&key)) })
            .await
            .unwrap();
    }
    if let Some(lease) = store.lease("writer", MINUTE).await.unwrap() {
        write(store, &lease, world).await;
    }
    let all = world.lock().unwrap().delivered.len() == 3;
    if all && store.cursor(B).await.unwrap().is_none() {
        let seen = (0..3).map(|nonce| on_b(nonce, 5, 0, Fact::Delivered(SIGNER))).collect();
        index(store, B, read(5, 6, 5, seen)).await;
    }
    while let Some(claim) = store.claim(A, &[Stage::Settled], None, 10, MINUTE).await.unwrap() {
        let verdicts = claim.messages.iter().map(|message| (message.id, Verdict::Rest)).collect();
        store.decide(&claim, Decision { verdicts, outgoing: None }).await.unwrap();
    }
}

async fn write(store: &Store, lease: &Lease, world: &Mutex<World>) {
    for queued in store.outgoing_due(B, None, 10).await.unwrap() {
        let nonce = store.account(B, SIGNER).await.unwrap().unwrap_or_default();
        let hash = keccak256([queued.id.to_be_bytes(), nonce.to_be_bytes()].concat());
        let bid = Bid { hash, raw: hash.into(), max_fee: 1, tip: 1, at: 0 };
        store.sign(lease, queued.id, SIGNER, nonce, bid, nonce + 1).await.unwrap();
    }
    for open in store.outgoing_open(B, SIGNER).await.unwrap() {
        let NewOutgoing { key, .. } = &open.call;
        match open.state {
            OutgoingState::Signed => {
                let messages = store.messages_of(open.id).await.unwrap();
                world.lock().unwrap().broadcast(open.nonce.unwrap(), key, &messages);
                store.mark(lease, open.id, Mark::Sent).await.unwrap();
            }
            OutgoingState::Sent => {
                store.mark(lease, open.id, Mark::Mined(crate::support::block(5, 0))).await.unwrap();
            }
            _ => store
                .mark(lease, open.id, Mark::Final { gas_used: 1, wei: U256::from(7) })
                .await
                .unwrap(),
        }
    }
}

/// Three messages in two transactions, from their events until nothing is left to do.
async fn work(store: &Store, site: &Site, world: &Mutex<World>) {
    for _ in 0..20 {
        pass(store, world).await;
        site.clock.advance(MINUTE / 3);
        let mut done = true;
        for nonce in 0..3 {
            let message = store.message(id(nonce)).await.unwrap().unwrap();
            done &= (message.stage, message.reason, message.outgoing)
                == (Stage::Settled, Reason::Done, None);
        }
        if done {
            return;
        }
    }
    panic!("it does not end");
}

/// What people are told of a message, and whether a transaction is named. Which nonce that has depends on what was cut off.
type Told = Vec<(Stage, Reason, bool)>;

/// What the store and the world have to be like in the end. Answers with the histories.
async fn check(store: &Store, world: &Mutex<World>) -> Vec<Told> {
    assert_eq!(world.lock().unwrap().delivered, (0..3).map(|nonce| (id(nonce), 1)).collect());
    assert_eq!(store.spent(B, crate::support::START / 86_400_000).await.unwrap(), U256::from(14));
    for number in 1..=2 {
        assert_eq!(store.outgoing(number).await.unwrap().state, OutgoingState::Final);
    }
    assert!(store.outgoing(3).await.is_err());
    let mut told = Vec::new();
    for nonce in 0..3 {
        assert_eq!(store.sightings(id(nonce)).await.unwrap().len(), 2);
        let history = store.history(id(nonce)).await.unwrap();
        told.push(
            history.iter().map(|entry| (entry.stage, entry.reason, entry.tx.is_some())).collect(),
        );
    }
    told
}

/// Kills at the n-th poll, goes on with the same connections or with a store that is opened anew, and compares the end.
async fn killed_at(
    site: &Site,
    polls: usize,
    reopened: bool,
    expected: Option<&Vec<Told>>,
) -> (bool, Vec<Told>) {
    let world = Mutex::default();
    let mut store = site.open("one").await;
    let ended = Fuse { inner: Box::pin(work(&store, site, &world)), left: polls }.await.is_some();
    if !ended {
        // Whatever was in hand is free again, and leases of the one that was killed have run out.
        site.clock.advance(MINUTE);
        if reopened {
            drop(store);
            store = site.open("one").await;
        }
        work(&store, site, &world).await;
    }
    let told = check(&store, &world).await;
    if let Some(expected) = expected {
        assert_eq!(&told, expected, "killed at poll {polls}");
    }
    store.close().await;
    (ended, told)
}

/// With every `stride`-th poll, until it ends before it is killed.
async fn killed_everywhere(sites: impl AsyncFn() -> Site, stride: usize, reopened: bool) {
    let (_, expected) = killed_at(&sites().await, usize::MAX, false, None).await;
    let mut polls = 0;
    while !killed_at(&sites().await, polls, reopened, Some(&expected)).await.0 {
        polls += stride;
    }
    // A future of so few polls would have been cut nowhere.
    assert!(polls > 50, "{polls}");
}

#[tokio::test]
async fn l5_a_kill_at_any_poll_loses_and_repeats_nothing_on_sqlite() {
    killed_everywhere(async || Site::memory(), 1, false).await;
}

#[tokio::test]
async fn l5_a_kill_and_a_restart_lose_and_repeat_nothing_on_sqlite() {
    killed_everywhere(async || Site::sqlite(), 7, true).await;
}

#[tokio::test]
async fn l5_a_kill_at_a_poll_loses_and_repeats_nothing_on_postgres() {
    if Site::postgres().is_some() {
        killed_everywhere(async || Site::postgres().unwrap(), 11, false).await;
    }
}

#[tokio::test]
async fn l5_a_kill_and_a_restart_lose_and_repeat_nothing_on_postgres() {
    if Site::postgres().is_some() {
        killed_everywhere(async || Site::postgres().unwrap(), 37, true).await;
    }
}

#[test]
fn times_of_the_test_are_of_one_day() {
    let site = Site::memory();
    site.clock.advance(MINUTE);
    assert_eq!(site.clock.now() / 86_400_000, crate::support::START / 86_400_000);
}
