//! The messenger between a chain in memory, whose node may lie, and a destination that our own core plays.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::unwrap_in_result,
    clippy::type_complexity,
    reason = "a test that cannot go on fails"
)]
#![recursion_limit = "256"]

#[path = "../../../prover/tests/support/mod.rs"]
mod source;

mod attest;
mod carried;
mod destination;
mod home;
mod rules;
mod seeded;
mod together;
mod watch;

use alloy_primitives::{B256, Bytes};
use destination::Destination;
use mos::Fate;
use prover::{Cache, Head, Node};
use relayer::{
    attestor::Collector,
    chain::Chain,
    clock::ManualClock,
    config::Lane,
    domain::{Class, Outgoing, Purpose, Reason, Stage, Tracked},
    lane::Inbound,
    messenger::{Messenger, Served},
    role::Role,
    store::Store,
};
use seeded::{LIES, SourceNode, chain, chain_of, seed};
use serde_json::json;
use source::{DESTINATION, SOURCE, World};
use std::{
    collections::BTreeSet,
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    task::Poll,
};

struct Bench {
    store: Store,
    clock: Arc<ManualClock>,
    source: Arc<SourceNode>,
    destination: Arc<Destination>,
    to: Arc<Chain>,
    served: Served,
    messenger: Messenger,
    sent: Vec<B256>,
    _folder: tempfile::TempDir,
}

impl Bench {
    /// So many messages in one final block, and a head of the light client some blocks later.
    async fn new(count: usize, batch: usize) -> Self {
        let world = World::new(count, 3);
        let head = world.head();
        Self::of(world, vec![head], batch).await
    }

    async fn of(world: World, heads: Vec<Head>, batch: usize) -> Self {
        Self::behind(&[], world, heads, batch).await
    }

    /// The same, where these nodes of the source are asked before two that answer alike.
    async fn behind(
        first: &[Arc<SourceNode>],
        world: World,
        heads: Vec<Head>,
        batch: usize,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(ManualClock::new(1_700_000_000_000));
        let url = format!("sqlite:{}", folder.path().join("store.db").display());
        let store = Store::open(&url, "test", clock.clone()).await.expect("a store");
        let sent = seed(&store, &world, true).await;
        let source = SourceNode::new(world);
        let destination = Arc::new(Destination::new(heads));
        let mut nodes: Vec<Arc<dyn Node>> = vec![source.clone(); 2];
        nodes.splice(0..0, first.iter().map(|node| Arc::clone(node) as _));
        let from = chain_of("home", SOURCE, nodes, &clock);
        let to = chain("away", DESTINATION, destination.clone(), &clock);
        let rules = json!({ "from": "home", "to": "away", "batch": batch });
        let rules: Lane = serde_json::from_value(rules).expect("a lane");
        let inbound = Inbound::new(to.clone(), from, Cache::none());
        let served = Served { inbound, rules };
        let messenger = Messenger::new(
            store.clone(),
            clock.clone(),
            to.clone(),
            [served.clone()],
            None,
            Class::Live,
        );
        Self { store, clock, source, destination, to, served, messenger, sent, _folder: folder }
    }

    /// Asks these attestors from now on.
    fn collect(&mut self, attestors: Collector) {
        let (store, clock, to) = (self.store.clone(), self.clock.clone(), self.to.clone());
        let (lanes, attestors) = ([self.served.clone()], Some(Arc::new(attestors)));
        self.messenger = Messenger::new(store, clock, to, lanes, attestors, Class::Live);
    }

    /// Takes steps until there is nothing to do, and answers with the transactions that are asked for.
    async fn run(&self) -> Vec<Outgoing> {
        for _ in 0..100 {
            if self.messenger.step().await.expect("a step") != relayer::role::Pace::Again {
                return self.store.outgoing_all_open(DESTINATION.0).await.expect("rows");
            }
        }
        panic!("it does not come to rest");
    }

    async fn message(&self, place: usize) -> Tracked {
        self.store.message(self.sent[place]).await.expect("a store").expect("a message")
    }

    async fn stages(&self) -> Vec<(Stage, Reason)> {
        let mut stages = Vec::new();
        for place in 0..self.sent.len() {
            let Tracked { stage, reason, .. } = self.message(place).await;
            stages.push((stage, reason));
        }
        stages
    }
}

/// The messages, as an indexer would have seen them.
fn delivered(fates: &[(B256, Fate)]) -> BTreeSet<B256> {
    fates.iter().filter(|(_, fate)| *fate == Fate::Delivered).map(|(id, _)| *id).collect()
}

#[tokio::test]
async fn delivers_the_messages_of_a_block_together() {
    let bench = Bench::new(12, 16).await;
    let [outgoing] = &bench.run().await[..] else { panic!("one transaction") };
    assert_eq!((outgoing.call.purpose, outgoing.call.to), (Purpose::DeliverBatch, DESTINATION.1));
    assert!(outgoing.call.gas > 900_000 + 200_000, "{}", outgoing.call.gas);
    assert!(
        bench.stages().await.iter().all(|stage| *stage == (Stage::Submitted, Reason::InFlight))
    );
    let fates = bench.destination.send(&outgoing.call.data);
    assert_eq!(delivered(&fates), bench.sent.iter().copied().collect());
}

#[tokio::test]
async fn delivers_one_message_by_itself_and_no_more_together_than_the_lane_allows() {
    let bench = Bench::new(1, 16).await;
    let [outgoing] = &bench.run().await[..] else { panic!("one transaction") };
    assert_eq!(outgoing.call.purpose, Purpose::Deliver);
    assert_eq!(delivered(&bench.destination.send(&outgoing.call.data)).len(), 1);

    let bench = Bench::new(11, 4).await;
    let sent = bench.run().await;
    let counts: Vec<usize> = sent
        .iter()
        .map(|outgoing| delivered(&bench.destination.send(&outgoing.call.data)).len())
        .collect();
    assert_eq!(counts, [4, 4, 3]);
}

#[tokio::test]
async fn l1_l2_rejects_what_a_lying_node_says_and_asks_for_nothing() {
    for lie in LIES {
        let bench = Bench::new(4, 16).await;
        bench.source.lie(Some(lie)).await;
        assert!(bench.run().await.is_empty(), "{lie:?}");
        assert!(bench.destination.state().simulated.is_empty(), "{lie:?}");
        for (stage, reason) in bench.stages().await {
            assert_eq!((stage, reason), (Stage::Final, Reason::Nodes), "{lie:?}");
        }
        // Once it tells the truth all goes on.
        bench.source.lie(None).await;
        bench.clock.advance(60_000);
        let [outgoing] = &bench.run().await[..] else { panic!("{lie:?}") };
        assert_eq!(delivered(&bench.destination.send(&outgoing.call.data)).len(), 4, "{lie:?}");
    }
}

#[tokio::test]
async fn l3_l8_delivers_although_the_first_node_of_three_lies() {
    for lie in LIES {
        let (liar, world) = (SourceNode::new(World::new(4, 3)), World::new(4, 3));
        liar.lie(Some(lie)).await;
        let head = world.head();
        let bench = Bench::behind(&[liar], world, vec![head], 16).await;
        let [outgoing] = &bench.run().await[..] else { panic!("{lie:?}") };
        assert_eq!(delivered(&bench.destination.send(&outgoing.call.data)).len(), 4, "{lie:?}");
    }
}

#[tokio::test]
async fn l2_rejects_a_message_that_was_never_sent_and_delivers_those_beside_it() {
    let mut world = World::new(4, 3);
    // As an indexer would store it that was lied to: the event of another message under this id.
    let (head, false_id) = (world.head(), world.sent[2].1);
    world.sent[2].0.payload = Bytes::from_static(b"another one");
    let bench = Bench::of(world, vec![head], 16).await;
    let [outgoing] = &bench.run().await[..] else { panic!("one transaction") };
    let fates = delivered(&bench.destination.send(&outgoing.call.data));
    assert_eq!(fates.len(), 3);
    assert!(!fates.contains(&false_id));
    let Tracked { stage, reason, attempts, .. } = bench.message(2).await;
    assert_eq!((stage, reason, attempts), (Stage::Final, Reason::ProofInvalid, 1));
}

#[tokio::test]
async fn l7_a_recipient_that_fails_is_in_nobodys_way() {
    let bench = Bench::new(8, 16).await;
    bench.destination.state().failing.extend([bench.sent[1], bench.sent[6]]);
    let [outgoing] = &bench.run().await[..] else { panic!("one transaction") };
    let fates = delivered(&bench.destination.send(&outgoing.call.data));
    assert_eq!(fates.len(), 6);
    let stages = bench.stages().await;
    for (place, stage) in stages.into_iter().enumerate() {
        let poisoned = matches!(place, 1 | 6);
        let due = (Stage::Final, Reason::RecipientFails);
        assert_eq!(stage, if poisoned { due } else { (Stage::Submitted, Reason::InFlight) });
    }
    // When they accept they go too, each alone.
    bench.destination.state().failing.clear();
    bench.clock.advance(60_000);
    let sent = bench.run().await;
    let later: Vec<Purpose> = sent[1..].iter().map(|outgoing| outgoing.call.purpose).collect();
    assert_eq!(later, [Purpose::Deliver, Purpose::Deliver]);
    assert!(
        sent[1..]
            .iter()
            .all(|outgoing| delivered(&bench.destination.send(&outgoing.call.data)).len() == 1)
    );
}

#[tokio::test]
async fn l7_a_message_that_would_make_every_batch_revert_is_found_and_left_out() {
    let bench = Bench::new(9, 16).await;
    bench.destination.state().bombs.insert(bench.sent[5]);
    let sent = bench.run().await;
    let mut reached = BTreeSet::new();
    for outgoing in &sent {
        reached.extend(delivered(&bench.destination.send(&outgoing.call.data)));
    }
    let expected: BTreeSet<B256> =
        bench.sent.iter().copied().filter(|id| *id != bench.sent[5]).collect();
    assert_eq!(reached, expected);
    let Tracked { stage, reason, .. } = bench.message(5).await;
    assert_eq!((stage, reason), (Stage::Final, Reason::Gas));
}

#[tokio::test]
async fn waits_for_what_is_in_the_way_and_says_what_it_is() {
    let bench = Bench::new(2, 16).await;
    bench.destination.pause(true);
    assert!(bench.run().await.is_empty());
    assert_eq!(bench.stages().await, [(Stage::Final, Reason::LanePaused); 2]);
    bench.destination.pause(false);
    bench.destination.state().paused = true;
    bench.clock.advance(60_000);
    assert!(bench.run().await.is_empty());
    assert_eq!(bench.stages().await, [(Stage::Final, Reason::ClientDown); 2]);
    assert_eq!(
        bench.message(0).await.detail,
        format!("ClientPaused {{ chainId: {} }} (CLI-5)", SOURCE.0)
    );
    bench.destination.state().paused = false;
    bench.clock.advance(60_000);
    assert_eq!(bench.run().await.len(), 1);
}

#[tokio::test]
async fn waits_for_a_head_and_goes_on_when_it_is_woken() {
    let world = World::new(3, 3);
    let head = world.head();
    let bench = Bench::of(world, Vec::new(), 16).await;
    assert!(bench.run().await.is_empty());
    assert_eq!(bench.stages().await, [(Stage::Final, Reason::Header); 3]);
    let demand = bench.store.demand(SOURCE.0, DESTINATION.0).await.expect("a store");
    assert_eq!(
        demand.map(|demand| (demand.count, demand.highest_block)),
        Some((3, source::NUMBER))
    );
    bench.destination.state().heads.push(head);
    let woken = bench.store.wake(SOURCE.0, DESTINATION.0, head.number, Reason::Header).await;
    assert_eq!(woken.expect("a store"), 3);
    assert_eq!(bench.run().await.len(), 1);
}

#[tokio::test]
async fn asks_for_nothing_twice_and_for_nothing_that_is_delivered_already() {
    let bench = Bench::new(3, 16).await;
    let [outgoing] = &bench.run().await[..] else { panic!("one transaction") };
    bench.clock.advance(3_600_000);
    assert_eq!(bench.run().await.len(), 1, "it is under way");

    let other = Bench::new(3, 16).await;
    other.destination.send(&outgoing.call.data);
    assert!(other.run().await.is_empty());
    assert_eq!(other.stages().await, [(Stage::Final, Reason::InFlight); 3]);
}

#[tokio::test]
async fn l5_a_step_that_is_cut_off_anywhere_loses_nothing_and_asks_for_nothing_twice() {
    let mut cuts = 0;
    loop {
        let bench = Bench::new(3, 16).await;
        let finished = polled(bench.messenger.step(), cuts).await;
        // Whoever was cut off has its messages until its time is up.
        bench.clock.advance(120_000);
        let sent = bench.run().await;
        assert_eq!(sent.len(), 1, "cut off after {cuts} polls");
        assert_eq!(delivered(&bench.destination.send(&sent[0].call.data)).len(), 3);
        if finished {
            break;
        }
        cuts += 1;
    }
    assert!(cuts > 2, "{cuts}");
}

/// Polls a step so many times and once more, each when what it waits for is there, and drops it. Whether it has come to its end.
async fn polled(step: impl Future, times: usize) -> bool {
    let mut step = pin!(step);
    let mut left = times;
    poll_fn(|context| match step.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(true),
        Poll::Pending if left == 0 => Poll::Ready(false),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}
