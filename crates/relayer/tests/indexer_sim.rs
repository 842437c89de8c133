//! The indexer on a chain that is made up: blocks, reorganisations and finality come in any order, nodes fail and lie, steps are cut off
//! anywhere. In the end the store has what the chain has, event by event.
#![allow(clippy::panic, clippy::unwrap_in_result, reason = "tests")]

mod chain_sim;
#[path = "chain_sim/resumed.rs"]
mod resumed;

use alloy_primitives::{B256, U256};
use chain_sim::{Fault, Happening, ID, Made, OTHER, OTHER_SERVICE, SERVICE, Sim, SimNode, config};
use mos::{EvmAddress, Lane, MESSAGE_SENT};
use proptest::prelude::*;
use prover::Node;
use relayer::{
    chain::Chain,
    clock::ManualClock,
    domain::{BlockRef, Fact, Place, Sighting},
    indexer::{Indexer, Way},
    role::{Failed, Pace, Role},
    store::{Cursor, Store},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    pin::pin,
    sync::Arc,
    task::Poll,
};

/// A store, a chain, and who follows it.
struct World {
    sim: Arc<Sim>,
    nodes: Vec<Arc<SimNode>>,
    clock: Arc<ManualClock>,
    store: Store,
    start_block: u64,
    indexer: Indexer,
}

impl World {
    async fn new(sim: Arc<Sim>, faults: Vec<Vec<Fault>>, start_block: u64) -> Self {
        let clock = Arc::new(ManualClock::new(1_000_000));
        let store = Store::open("sqlite::memory:", "here", clock.clone()).await.expect("a store");
        let nodes =
            faults.into_iter().map(|faults| SimNode::with(&sim, faults)).collect::<Vec<_>>();
        let indexer = indexer(&nodes, &store, &clock, start_block);
        Self { sim, nodes, clock, store, start_block, indexer }
    }

    /// As after a crash: what the indexer remembered is gone.
    fn restart(&mut self) {
        self.indexer = indexer(&self.nodes, &self.store, &self.clock, self.start_block);
    }

    async fn step(&self) -> Result<Pace, Failed> {
        self.clock.advance(1_000);
        self.indexer.step().await
    }

    /// Steps until there is nothing to do, which has to come soon.
    async fn settle(&self) {
        let mut last = None;
        for _ in 0..200 {
            match self.step().await {
                Ok(Pace::At(_)) => return,
                Ok(Pace::Again) => {}
                Err(error) => last = Some(shown(&error)),
            }
        }
        panic!("200 steps were not enough: {last:?}");
    }

    async fn cursor(&self) -> Cursor {
        self.store.cursor(ID).await.expect("a store").expect("a cursor")
    }

    /// That the store has every event of the chain, and of no block that is not part of it.
    async fn check(&self) {
        let canonical = self.sim.canonical();
        let mut expected: BTreeMap<B256, Vec<Sighting>> = BTreeMap::new();
        for block in canonical.iter().filter(|block| block.header.number >= self.start_block) {
            for sighting in events(block) {
                expected.entry(sighting.message).or_default().push(sighting);
            }
        }
        let mut ids: BTreeSet<B256> = self
            .sim
            .all()
            .iter()
            .flat_map(|block| events(block))
            .map(|seen| seen.message)
            .collect();
        ids.insert(B256::ZERO);
        for id in ids {
            let mut seen = self.store.sightings(id).await.expect("a store");
            seen.sort_by_key(|sighting| (sighting.place.block.number, sighting.place.log_index));
            assert_eq!(seen, expected.remove(&id).unwrap_or_default(), "{id}");
        }
        assert!(expected.is_empty());
        let cursor = self.cursor().await;
        assert_eq!((cursor.next_block, cursor.head), (self.sim.head() + 1, self.sim.head()));
        assert_eq!(Some(cursor.final_block.hash), self.sim.hash_at(cursor.final_block.number));
    }
}

fn indexer(
    nodes: &[Arc<SimNode>],
    store: &Store,
    clock: &Arc<ManualClock>,
    start_block: u64,
) -> Indexer {
    let nodes = nodes.iter().map(|node| Arc::clone(node) as Arc<dyn Node>).collect();
    let chain =
        Chain::with_nodes("home", &config(start_block), nodes, clock.clone()).expect("a chain");
    Indexer::new(
        store.clone(),
        Arc::new(chain),
        &BTreeMap::from([(OTHER, OTHER_SERVICE)]),
        clock.clone(),
    )
}

/// The events of the service in a block, as they are to be stored. Written down from the block itself.
fn events(block: &Made) -> Vec<Sighting> {
    let mut seen = Vec::new();
    for (index, transaction, log_index, (address, topics, data)) in block.logs() {
        if *address != SERVICE {
            continue;
        }
        let place = Place {
            chain: ID,
            block: BlockRef { number: block.header.number, hash: block.hash },
            transaction,
            transaction_index: index as u64,
            log_index,
        };
        let fact = if topics[0] == MESSAGE_SENT {
            let sent = block.sent.iter().find(|(id, _)| *id == topics[1]).expect("a message");
            let body = sent.1.clone();
            Fact::Sent(Box::new(relayer::domain::SentMessage {
                gateway: SERVICE,
                destination: OTHER,
                body,
            }))
        } else if topics[0] == mos::MESSAGE_DELIVERED {
            let payee = alloy_primitives::Address::from_slice(&data[44..64]);
            Fact::Delivered(payee)
        } else if topics[0] == mos::MESSAGE_CANCELLED {
            Fact::Cancelled
        } else {
            Fact::CancellationRequested
        };
        seen.push(Sighting { message: topics[1], place, fact });
    }
    seen
}

fn shown(error: &Failed) -> String {
    error.source.as_ref().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

/// Runs a future for so many polls, and drops it then.
async fn cut<F: Future>(future: F, polls: u32) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

/// What may come next.
#[derive(Clone, Debug)]
enum Event {
    Mine(Vec<Happening>),
    Reorg {
        depth: u64,
        blocks: Vec<Vec<Happening>>,
    },
    Finalize {
        behind: u64,
    },
    /// The liar does this from now on.
    Lie(Fault),
    /// An honest node is like this from now on.
    Trouble(usize, Option<Fault>),
    Step,
    Cut(u32),
    Restart,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        4 => (0usize..80).prop_map(Happening::Sent),
        2 => (0u64..6).prop_map(Happening::Delivered),
        1 => (0u64..6).prop_map(Happening::Cancelled),
        1 => (0u64..6).prop_map(Happening::CancellationRequested),
        1 => Just(Happening::Foreign),
        2 => Just(Happening::Nothing),
    ]
}

fn block() -> impl Strategy<Value = Vec<Happening>> {
    prop_oneof![3 => Just(Vec::new()), 3 => proptest::collection::vec(happening(), 1..3)]
}

fn lie() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::Dead),
        Just(Fault::Silent),
        Just(Fault::Garbage),
        Just(Fault::WrongChain(1)),
        Just(Fault::EmptyLogs),
        Just(Fault::MadeUpLogs),
        Just(Fault::OtherTransactions),
        (0u64..9).prop_map(Fault::Calls),
        (0u64..9).prop_map(Fault::Lag),
        any::<u64>().prop_map(Fault::Mischief),
    ]
}

fn trouble() -> impl Strategy<Value = Option<Fault>> {
    prop_oneof![
        2 => Just(None),
        1 => Just(Some(Fault::Dead)),
        1 => Just(Some(Fault::Silent)),
        1 => Just(Some(Fault::RateLimited)),
        1 => Just(Some(Fault::NoReceipts)),
        1 => Just(Some(Fault::TooMany(1))),
        2 => (1u64..4).prop_map(|lag| Some(Fault::Lag(lag))),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        5 => block().prop_map(Event::Mine),
        2 => (1u64..5, proptest::collection::vec(block(), 1..6)).prop_map(|(depth, blocks)| Event::Reorg { depth, blocks }),
        2 => (0u64..4).prop_map(|behind| Event::Finalize { behind }),
        1 => lie().prop_map(Event::Lie),
        2 => (1usize..3, trouble()).prop_map(|(node, fault)| Event::Trouble(node, fault)),
        4 => Just(Event::Step),
        4 => (1u32..60).prop_map(Event::Cut),
        1 => Just(Event::Restart),
    ]
}

async fn run(before: u64, start_block: u64, events: Vec<Event>) {
    let sim = Sim::new();
    // What was there before it is followed: long enough for ranges.
    for number in 0..before {
        let happenings = if number % 7 == 3 {
            vec![Happening::Sent(5), Happening::Delivered(1)]
        } else {
            Vec::new()
        };
        // What was sent before the start is none of it.
        sim.mine(if number + 1 < start_block { &[] } else { &happenings });
    }
    sim.finalize(before.saturating_sub(2));
    let mut world =
        World::new(Arc::clone(&sim), vec![Vec::new(), Vec::new(), Vec::new()], start_block).await;
    for event in events {
        match event {
            Event::Mine(happenings) => drop(sim.mine(&happenings)),
            Event::Reorg { depth, blocks } => {
                sim.drop_blocks(depth.min(sim.head() - sim.finalized()));
                blocks.iter().for_each(|happenings| drop(sim.mine(happenings)));
            }
            Event::Finalize { behind } => sim.finalize(sim.head().saturating_sub(behind)),
            Event::Lie(fault) => world.nodes[0].set(vec![fault]),
            Event::Trouble(node, fault) => world.nodes[node].set(fault.into_iter().collect()),
            Event::Step => drop(world.step().await),
            Event::Cut(polls) => {
                world.clock.advance(1_000);
                drop(cut(world.indexer.step(), polls).await);
            }
            Event::Restart => world.restart(),
        }
    }
    world.nodes[1..].iter().for_each(|node| node.set(Vec::new()));
    // The liar goes on; those that it has driven away may come back.
    world.clock.advance(120_000);
    world.settle().await;
    world.check().await;
    assert_eq!(world.cursor().await.halted, None);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, max_shrink_iters: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn l3_l4_l5_the_store_has_what_the_chain_has(
        before in prop_oneof![2 => 0u64..6, 1 => 70u64..110],
        start_block in 0u64..4,
        events in proptest::collection::vec(event(), 1..24),
    ) {
        runtime().block_on(run(before, start_block, events));
    }
}

#[test]
fn the_stored_head_catches_up_although_nothing_is_left_to_read() {
    let events = vec![
        Event::Trouble(1, Some(Fault::Lag(1))),
        Event::Mine(Vec::new()),
        Event::Mine(Vec::new()),
        Event::Step,
        Event::Trouble(2, Some(Fault::Dead)),
        Event::Finalize { behind: 1 },
        Event::Step,
    ];
    runtime().block_on(run(0, 0, events));
}

/// A chain of so many blocks with a message in every third, all but the last two final.
fn world_of(blocks: u64) -> Arc<Sim> {
    let sim = Sim::new();
    for number in 0..blocks {
        sim.mine(if number % 3 == 0 { &[Happening::Sent(3)] } else { &[] });
    }
    sim.finalize(blocks.saturating_sub(2));
    sim
}

#[tokio::test]
async fn l4_halts_when_a_final_block_is_replaced_and_goes_on_when_it_is_back() {
    let sim = world_of(12);
    let world = World::new(Arc::clone(&sim), vec![Vec::new(); 3], 0).await;
    world.settle().await;
    let read = world.cursor().await;
    assert_eq!(read.final_block.number, 10);
    let other = sim.fork();
    other.drop_blocks(4);
    (0..6).for_each(|_| drop(other.mine(&[Happening::Sent(9)])));
    other.finalize(12);
    world.nodes.iter().for_each(|node| node.set(vec![Fault::Fork(Arc::clone(&other))]));
    let error = world.step().await.expect_err("another final block").to_string();
    let (was, is) = (read.final_block.hash, other.hash_at(10).expect("a block"));
    let why = format!(
        "block 10 was final as {was}, and is {is} now: the chain has taken back what was final, or was followed on a wrong one"
    );
    assert_eq!(
        error,
        format!(
            "chain home is not read any more: {why}; find out why, then resume it: heliograph queue resume home"
        )
    );
    let halted = world.cursor().await;
    assert_eq!(
        (halted.halted.as_deref(), halted.next_block),
        (Some(why.as_str()), read.next_block)
    );
    // It stays so, whatever nodes say, until a person has looked at it.
    world.nodes.iter().for_each(|node| node.set(Vec::new()));
    assert_eq!(world.step().await.expect_err("halted").to_string(), error);
    let way = world.indexer.way_on(None).await.expect("a way");
    let expected = Way { halted: why, was: read.final_block, kept: read.final_block, messages: 0 };
    assert_eq!(way, expected, "what was final is final again");
    world.indexer.resume(&way).await.expect("it goes on");
    world.settle().await;
    world.check().await;
}

#[tokio::test]
async fn l4_one_node_with_another_final_block_halts_nothing() {
    let sim = world_of(12);
    let world = World::new(Arc::clone(&sim), vec![Vec::new(); 3], 0).await;
    world.settle().await;
    let other = sim.fork();
    other.drop_blocks(4);
    (0..6).for_each(|_| drop(other.mine(&[Happening::Sent(9)])));
    other.finalize(12);
    world.nodes[0].set(vec![Fault::Fork(other)]);
    sim.mine(&[Happening::Sent(1)]);
    world.settle().await;
    world.check().await;
    assert_eq!(world.cursor().await.halted, None);
}

#[tokio::test]
async fn l4_what_was_orphaned_while_nobody_looked_is_taken_back() {
    let sim = world_of(12);
    let world = World::new(Arc::clone(&sim), vec![Vec::new(); 3], 0).await;
    sim.mine(&[Happening::Sent(40)]);
    world.settle().await;
    assert_eq!(world.store.pins(ID).await.expect("a store").len(), 3);
    // The last blocks are replaced, and so many come after them that what was read is far below what is final.
    sim.drop_blocks(2);
    (0..90).for_each(|place| drop(sim.mine(&[Happening::Sent(place)])));
    sim.finalize(95);
    world.settle().await;
    world.check().await;
}

#[tokio::test]
async fn never_goes_on_past_what_it_could_not_read() {
    let sim = world_of(4);
    let world = World::new(Arc::clone(&sim), vec![Vec::new(); 3], 0).await;
    world.settle().await;
    let before = world.cursor().await;
    sim.mine(&[Happening::Sent(1)]);
    for fault in [Fault::Dead, Fault::Silent, Fault::Garbage, Fault::RateLimited] {
        world.nodes[1..].iter().for_each(|node| node.set(vec![fault.clone()]));
        for _ in 0..3 {
            let error = shown(&world.step().await.expect_err("one of three nodes"));
            assert!(error.starts_with("chain home: its heads are not known: chain home: 2 of 3 nodes have to agree on "), "{error}");
        }
        assert_eq!(world.cursor().await, before, "{fault:?}");
    }
    world.nodes[1..].iter().for_each(|node| node.set(Vec::new()));
    world.clock.advance(60_000);
    world.settle().await;
    world.check().await;
}

#[tokio::test]
async fn one_empty_answer_is_not_believed() {
    let sim = world_of(3);
    // All nodes find no logs; the filters and receipts of blocks say otherwise.
    let world = World::new(Arc::clone(&sim), vec![vec![Fault::EmptyLogs]; 3], 0).await;
    world.settle().await;
    world.check().await;
    assert!(world.nodes.iter().map(|node| node.count("eth_getBlockReceipts")).sum::<u64>() > 0);
}

#[tokio::test]
async fn nodes_are_not_asked_for_logs_where_the_filter_of_a_block_says_that_there_are_none() {
    let sim = Sim::new();
    (0..20).for_each(|_| drop(sim.mine(&[Happening::Nothing, Happening::Foreign])));
    let world = World::new(Arc::clone(&sim), vec![Vec::new(); 3], 0).await;
    world.settle().await;
    world.check().await;
    for method in ["eth_getBlockReceipts", "eth_getLogs"] {
        assert_eq!(world.nodes.iter().map(|node| node.count(method)).sum::<u64>(), 0, "{method}");
    }
}

#[tokio::test]
async fn ranges_are_halved_until_nodes_answer() {
    let sim = world_of(200);
    let world = World::new(Arc::clone(&sim), vec![vec![Fault::TooMany(1)]; 3], 0).await;
    world.settle().await;
    world.check().await;
}

#[tokio::test]
async fn blocks_with_many_events_are_stored_in_parts() {
    let sim = Sim::new();
    for _ in 0..90 {
        sim.mine(&vec![Happening::Sent(1); 120]);
    }
    sim.finalize(88);
    let world = World::new(Arc::clone(&sim), vec![Vec::new(); 3], 0).await;
    let mut reached = vec![1];
    while world.step().await.expect("a step") == Pace::Again {
        reached.push(world.cursor().await.next_block);
    }
    world.check().await;
    // Eight blocks are asked for, and then all of the newest: five of them have more than is stored at once.
    assert_eq!(reached, (1..91).step_by(5).collect::<Vec<_>>());
    assert_eq!(world.cursor().await.next_block, 91);
}

#[tokio::test]
async fn l3_messages_that_ranges_have_left_out_are_found_by_their_nonces() {
    let sim = world_of(150);
    // Every node leaves out all logs in ranges: more than a quorum allows for. The nonces of the lane tell.
    let world = World::new(Arc::clone(&sim), vec![vec![Fault::EmptyLogs]; 3], 0).await;
    world.settle().await;
    world.check().await;
    assert_eq!(world.store.next_nonce_seen(ID, SERVICE, OTHER).await.expect("a store"), 50);
}

#[tokio::test]
async fn l7_a_message_that_no_nonce_makes_stalls_nothing() {
    let sim = world_of(3);
    let lane = Lane {
        source_chain_id: U256::from(ID),
        source_gateway: SERVICE,
        destination_chain_id: U256::from(OTHER),
        destination_gateway: OTHER_SERVICE,
    };
    // Its id is that of another lane.
    let to = EvmAddress::new(U256::from(OTHER), SERVICE).expect("an id").encode();
    let body = mos::Body {
        nonce: 1,
        sender: to.clone().into(),
        recipient: to.into(),
        ..mos::Body::default()
    };
    let id = body.on(Lane { source_chain_id: U256::from(9), ..lane }).id();
    let data = mos::event::encode(&body.sender, &body.recipient, &[], mos::Attributes::NONE);
    sim.mine(&[
        Happening::Raw(vec![MESSAGE_SENT, id], data.into()),
        Happening::Raw(vec![MESSAGE_SENT], vec![1].into()),
    ]);
    sim.mine(&[Happening::Sent(4)]);
    let world = World::new(Arc::clone(&sim), vec![Vec::new(); 3], 0).await;
    world.settle().await;
    assert_eq!(world.store.sightings(id).await.expect("a store"), Vec::new());
    assert_eq!(world.cursor().await.next_block, 6);
    assert_eq!(world.store.next_nonce_seen(ID, SERVICE, OTHER).await.expect("a store"), 2);
}

#[tokio::test]
async fn one_of_two_indexers_of_a_chain_waits() {
    let sim = world_of(3);
    let world = World::new(Arc::clone(&sim), vec![Vec::new(); 3], 0).await;
    let other = indexer(&world.nodes, &world.store.as_owner("there"), &world.clock, 0);
    world.settle().await;
    let asked = world.nodes[0].count("eth_getBlockByNumber");
    assert!(matches!(other.step().await, Ok(Pace::At(_))));
    assert_eq!(world.nodes[0].count("eth_getBlockByNumber"), asked);
    // Until the first is gone for as long as its lease.
    world.clock.advance(61_000);
    sim.mine(&[Happening::Sent(2)]);
    other.step().await.expect("its turn");
    assert_eq!(world.cursor().await.next_block, 5);
    assert!(matches!(world.indexer.step().await, Ok(Pace::At(_))));
}
