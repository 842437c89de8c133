//! Two chains that grow, are replaced and become final, read in any order, while workers decide and transactions end: where each
//! message stands is what a simple reading of both chains says.

use crate::support::{A, B, MINUTE, Site, at, bid, block, call, id, index, lease, sent};
use alloy_primitives::{Address, U256};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};
use relayer::{
    domain::{
        BlockRef, Class, Decision, End, Fact, Facts, Place, ProvenOutcome, Reason, Seen, Sighting,
        Stage, Verdict,
    },
    store::{Advance, Mark, Requeue, Store, live},
};
use std::collections::BTreeMap;

const WHO: Address = Address::with_last_byte(4);

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A block with events about messages, as the numbers choose.
    Mine { chain: usize, choice: [u8; 2] },
    /// So many unfinal blocks are replaced by fewer.
    Replace { chain: usize, depth: u8 },
    /// So many more blocks are final.
    Finalise { chain: usize, count: u8 },
    /// The indexer reads, as far as there is something.
    Read { chain: usize },
    /// A worker takes what is due and decides.
    Work { verdict: u8, on: usize },
    /// A transaction ends.
    End { how: u8 },
    /// Someone asks for what was put aside.
    Requeue,
    /// Time passes.
    Wait,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let chain = 0..2usize;
    let step = prop_oneof![
        6 => (chain.clone(), any::<[u8; 2]>()).prop_map(|(chain, choice)| Step::Mine { chain, choice }),
        2 => (chain.clone(), 1..5u8).prop_map(|(chain, depth)| Step::Replace { chain, depth }),
        4 => (chain.clone(), 1..4u8).prop_map(|(chain, count)| Step::Finalise { chain, count }),
        8 => chain.clone().prop_map(|chain| Step::Read { chain }),
        4 => (any::<u8>(), chain).prop_map(|(verdict, on)| Step::Work { verdict, on }),
        2 => any::<u8>().prop_map(|how| Step::End { how }),
        1 => Just(Step::Requeue),
        1 => Just(Step::Wait),
    ];
    vec(step, 10..60)
}

const IDS: [u64; 2] = [A, B];

/// A chain as it is, and what was read of it.
#[derive(Default)]
struct Chain {
    /// Events of the blocks from 1, each with the fork that it is of.
    blocks: Vec<(u8, Vec<Sighting>)>,
    final_count: usize,
    /// The same, as it was when it was read last.
    read: Vec<(u8, Vec<Sighting>)>,
    read_final: usize,
    forks: u8,
}

impl Chain {
    fn place(&self, chain: usize, log_index: u64) -> Place {
        let number = self.blocks.len() as u64 + 1;
        at(IDS[chain], block(number, self.forks), log_index)
    }

    fn events(&self) -> impl Iterator<Item = &Sighting> {
        self.blocks.iter().flat_map(|(_, events)| events)
    }
}

/// What contracts allow to happen next.
struct World {
    chains: [Chain; 2],
}

impl World {
    fn new() -> Self {
        Self { chains: [Chain::default(), Chain::default()] }
    }

    fn mine(&mut self, chain: usize, choice: [u8; 2]) {
        let mut events: Vec<Sighting> = Vec::new();
        for (log_index, choice) in choice.into_iter().enumerate() {
            let place = self.chains[chain].place(chain, log_index as u64);
            let event = if chain == 0 {
                self.on_source(choice, &events)
            } else {
                self.on_destination(choice, &events)
            };
            if let Some((nonce, fact)) = event {
                events.push(Sighting { message: id(nonce), place, fact });
            }
        }
        let chain = &mut self.chains[chain];
        chain.blocks.push((chain.forks, events));
    }

    fn has(
        &self,
        chain: usize,
        more: &[Sighting],
        nonce: u64,
        fits: impl Fn(&Fact) -> bool,
    ) -> bool {
        self.chains[chain]
            .events()
            .chain(more)
            .any(|event| event.message == id(nonce) && fits(&event.fact))
    }

    fn on_source(&self, choice: u8, more: &[Sighting]) -> Option<(u64, Fact)> {
        let nonce = u64::from(choice >> 3) % 4;
        let was_sent = self.has(0, more, nonce, |fact| matches!(fact, Fact::Sent(_)));
        let proven = self.has(0, more, nonce, |fact| matches!(fact, Fact::Outcome(..)));
        match choice % 8 {
            0..4 if !was_sent => Some((nonce, sent(nonce, 1, 0).fact)),
            4 if was_sent => Some((nonce, Fact::CancellationRequested)),
            5 if was_sent => Some((nonce, Fact::FeePaid(WHO, U256::from(choice)))),
            6 if was_sent && !proven => Some((nonce, Fact::Outcome(ProvenOutcome::Delivered, WHO))),
            7 if was_sent && !proven && choice > 200 => {
                Some((nonce, Fact::Outcome(ProvenOutcome::Expired, WHO)))
            }
            _ => None,
        }
    }

    fn on_destination(&self, choice: u8, more: &[Sighting]) -> Option<(u64, Fact)> {
        let nonce = u64::from(choice >> 3) % 4;
        let over =
            self.has(1, more, nonce, |fact| matches!(fact, Fact::Delivered(_) | Fact::Cancelled));
        let failed = self.has(1, more, nonce, |fact| matches!(fact, Fact::Failed(_)));
        match choice % 8 {
            0..3 if !over => Some((nonce, Fact::Delivered(WHO))),
            3..5 if !over && !failed => Some((nonce, Fact::Failed(format!("0x{choice:02x}")))),
            5 if !over && !failed => Some((nonce, Fact::Cancelled)),
            6 if !over => Some((nonce, Fact::Skipped)),
            _ => None,
        }
    }

    /// What was read of the chains, message by message, as a person would read it.
    fn expected(&self, nonce: u64) -> Facts {
        let mut facts = Facts::default();
        let mut failed = Seen::No;
        for (chain, read) in self.chains.iter().enumerate() {
            for (index, (_, events)) in read.read.iter().enumerate() {
                let seen = if index < read.read_final { Seen::Final } else { Seen::Recent };
                for event in events.iter().filter(|event| event.message == id(nonce)) {
                    match (&event.fact, chain) {
                        (Fact::Sent(_), 0) => facts.sent = seen,
                        (Fact::Outcome(ProvenOutcome::Delivered, _), 0) => {
                            facts.acknowledged = seen;
                        }
                        (Fact::Outcome(..), 0) => facts.refundable = seen,
                        (Fact::Delivered(_), 1) => facts.end = End::Delivered(seen),
                        (Fact::Cancelled, 1) => facts.end = End::Cancelled(seen),
                        (Fact::Failed(_), 1) => failed = seen,
                        _ => {}
                    }
                }
            }
        }
        if facts.end == End::Open && failed != Seen::No {
            facts.end = End::Failed(failed);
        }
        if facts.sent == Seen::No { Facts::default() } else { facts }
    }
}

async fn read(store: &Store, world: &mut World, chain: usize) {
    let on = &mut world.chains[chain];
    let known = on.read.len().min(on.blocks.len());
    let common = (0..known).take_while(|&index| on.read[index].0 == on.blocks[index].0).count();
    let number = |index: usize| index as u64 + 1;
    let pin = |index: usize| BlockRef {
        number: number(index),
        hash: block(number(index), on.blocks[index].0).hash,
    };
    let new = common..on.blocks.len();
    let final_block = match on.final_count {
        0 => block(0, 0),
        count => pin(count - 1),
    };
    let advance = Advance {
        expect_next: on.read.len() as u64 + 1,
        roll_back_to: (common < on.read.len()).then_some(common as u64),
        pins: new.clone().map(pin).collect(),
        sightings: new.flat_map(|index| on.blocks[index].1.clone()).collect(),
        next_block: on.blocks.len() as u64 + 1,
        final_block,
        head: (on.blocks.len() as u64, 0),
        class: Class::Live,
    };
    index(store, IDS[chain], advance).await;
    on.read.clone_from(&on.blocks);
    on.read_final = on.final_count;
}

const WORK: [Stage; 6] = [
    Stage::Final,
    Stage::Failed,
    Stage::Settled,
    Stage::Expired,
    Stage::Cancelled,
    Stage::Acknowledged,
];

async fn decide(store: &Store, verdict: u8, on: usize, count: &mut u64) {
    let Some(claim) = store.claim(IDS[on], &WORK, None, 3, MINUTE).await.unwrap() else { return };
    let stage = claim.messages[0].stage;
    let verdict_of = |index: usize| match verdict.wrapping_add(u8::try_from(index).unwrap()) % 6 {
        0 | 1 => Verdict::Submit,
        2 => Verdict::Wait { reason: Reason::Order, detail: String::new(), until: 0, tried: true },
        3 if stage == Stage::Final => Verdict::Quarantine(Reason::ProofInvalid, String::new()),
        4 if stage == Stage::Final => Verdict::Filter(String::new()),
        5 if stage == Stage::Final => Verdict::Expire(String::new()),
        _ => Verdict::Rest,
    };
    *count += 1;
    let verdicts = claim
        .messages
        .iter()
        .enumerate()
        .map(|(index, message)| (message.id, verdict_of(index)))
        .collect();
    let new = relayer::domain::NewOutgoing { chain: IDS[on], ..call(&format!("call {count}")) };
    store.decide(&claim, Decision { verdicts, outgoing: Some(new) }).await.unwrap();
}

async fn end(store: &Store, site: &Site, how: u8) {
    let writer = lease(store, "writer").await;
    for chain in IDS {
        let Some(open) = store.outgoing_all_open(chain).await.unwrap().into_iter().next() else {
            continue;
        };
        let signer = Address::with_last_byte(5);
        let nonce = open.id.unsigned_abs();
        if open.nonce.is_none() {
            let bid = relayer::domain::Bid {
                hash: alloy_primitives::keccak256(nonce.to_be_bytes()),
                ..bid(1, 5, &site.clock)
            };
            store.sign(&writer, open.id, signer, nonce, bid, nonce + 1).await.unwrap();
        }
        let mark = match how % 4 {
            0 => Mark::Lost,
            1 => Mark::Final { gas_used: 1, wei: U256::ONE },
            2 => Mark::Reverted { gas_used: 1, wei: U256::ONE, detail: "no".into() },
            _ => Mark::Mined(block(1, how)),
        };
        store.mark(&writer, open.id, mark).await.unwrap();
    }
}

async fn check(store: &Store, world: &World) -> Result<(), TestCaseError> {
    for nonce in 0..4 {
        let facts = world.expected(nonce);
        let Some(message) = store.message(id(nonce)).await.unwrap() else {
            prop_assert_eq!(facts.sent, Seen::No, "message {} is lost", nonce);
            continue;
        };
        match facts.stage() {
            Some(stage) => {
                prop_assert_eq!(message.stage, stage, "message {}: {:?}", nonce, message);
            }
            None => {
                let open = [
                    Stage::Final,
                    Stage::Submitted,
                    Stage::Filtered,
                    Stage::Quarantined,
                    Stage::Expired,
                ];
                prop_assert!(open.contains(&message.stage), "message {}: {:?}", nonce, message);
            }
        }
        // Nothing is forgotten: what has work is due at some time, is under way, or was said to have none.
        let held = message.run_at.is_some()
            || message.outgoing.is_some()
            || message.reason == Reason::Done;
        prop_assert!(
            held || !message.stage.has_work(),
            "message {} is held by nothing: {:?}",
            nonce,
            message
        );
        prop_assert!(
            message.stage != Stage::Submitted || message.outgoing.is_some(),
            "{:?}",
            message
        );
    }
    Ok(())
}

async fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let site = Site::memory();
    let store = site.open("one").await;
    let mut world = World::new();
    let mut count = 0;
    for step in steps {
        match *step {
            Step::Mine { chain, choice } => world.mine(chain, choice),
            Step::Replace { chain, depth } => {
                let on = &mut world.chains[chain];
                let kept = on.blocks.len().saturating_sub(depth.into()).max(on.final_count);
                on.blocks.truncate(kept);
                on.forks += 1;
            }
            Step::Finalise { chain, count } => {
                let on = &mut world.chains[chain];
                on.final_count = (on.final_count + usize::from(count)).min(on.blocks.len());
            }
            Step::Read { chain } => read(&store, &mut world, chain).await,
            Step::Work { verdict, on } => decide(&store, verdict, on, &mut count).await,
            Step::End { how } => end(&store, &site, how).await,
            Step::Requeue => {
                for stage in [Stage::Quarantined, Stage::Filtered] {
                    store
                        .requeue(
                            &Requeue { stage: Some(stage), ..Requeue::default() },
                            Class::Backlog,
                        )
                        .await
                        .unwrap();
                }
            }
            Step::Wait => site.clock.advance(2 * MINUTE),
        }
        check(&store, &world).await?;
    }
    // In the end all is read: the sightings are the events of both chains, no more and no fewer.
    for chain in 0..2 {
        read(&store, &mut world, chain).await;
    }
    check(&store, &world).await?;
    let mut canonical: BTreeMap<u64, Vec<Sighting>> = BTreeMap::new();
    for event in world.chains.iter().flat_map(Chain::events) {
        let nonce = (0..4).find(|&nonce| id(nonce) == event.message).unwrap();
        canonical.entry(nonce).or_default().push(event.clone());
    }
    for nonce in 0..4 {
        let stored = store.sightings(id(nonce)).await.unwrap();
        prop_assert_eq!(stored, canonical.remove(&nonce).unwrap_or_default());
    }
    Ok(())
}

/// How many schedules: `PROPTEST_CASES` of them, or this.
fn cases(usual: u32) -> Config {
    let cases =
        std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual);
    Config { cases, failure_persistence: None, ..Config::default() }
}

#[test]
fn l4_l5_messages_stand_where_a_simple_reading_of_the_chains_says() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(cases(300));
    runner.run(&steps(), |steps| runtime.block_on(run(&steps))).unwrap();
}

#[test]
fn l4_the_life_of_a_message_does_not_depend_on_the_order_of_what_is_seen() {
    let mut runner = TestRunner::new(cases(3000));
    let mined = vec((0..2usize, any::<[u8; 2]>()), 0..40);
    let given = (mined, any::<[prop::sample::Index; 2]>(), any::<u64>());
    runner
        .run(&given, |(mined, finals, seed)| {
            let mut world = World::new();
            for (chain, choice) in mined {
                world.mine(chain, choice);
            }
            let mut last = BTreeMap::new();
            for (chain, index) in finals.iter().enumerate() {
                let on = &mut world.chains[chain];
                on.final_count = index.index(on.blocks.len() + 1);
                on.read.clone_from(&on.blocks);
                on.read_final = on.final_count;
                last.insert(IDS[chain], on.final_count as u64);
            }
            let mut sightings: Vec<Sighting> =
                world.chains.iter().flat_map(Chain::events).cloned().collect();
            let ordered = sightings.clone();
            sightings.sort_by_key(|sighting| {
                alloy_primitives::keccak256(
                    [
                        seed,
                        sighting.place.block.number,
                        sighting.place.log_index,
                        sighting.place.chain,
                    ]
                    .map(u64::to_be_bytes)
                    .concat(),
                )
            });
            sightings.extend(ordered.first().cloned());
            for nonce in 0..4 {
                let life = live(id(nonce), &sightings, &last);
                prop_assert_eq!(&life, &live(id(nonce), &ordered, &last));
                prop_assert_eq!(life.facts, world.expected(nonce));
                prop_assert_eq!(life.sent.is_some(), life.facts.sent != Seen::No);
                prop_assert_eq!(life.failure.is_some(), matches!(life.facts.end, End::Failed(_)));
                prop_assert_eq!(life.end_block.is_some(), life.facts.end != End::Open);
            }
            // On the wrong chain nothing counts.
            let turned: Vec<Sighting> = ordered
                .iter()
                .filter(|sighting| !matches!(sighting.fact, Fact::Sent(_)))
                .map(|sighting| Sighting {
                    place: Place { chain: A + B - sighting.place.chain, ..sighting.place },
                    ..sighting.clone()
                })
                .chain(
                    ordered
                        .iter()
                        .filter(|sighting| matches!(sighting.fact, Fact::Sent(_)))
                        .cloned(),
                )
                .collect();
            for nonce in 0..4 {
                let Facts { end, acknowledged, refundable, .. } =
                    live(id(nonce), &turned, &last).facts;
                prop_assert_eq!((end, acknowledged, refundable), (End::Open, Seen::No, Seen::No));
            }
            Ok(())
        })
        .unwrap();
}
