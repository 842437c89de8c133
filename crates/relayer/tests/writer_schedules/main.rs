//! The plan of nonces and the bids, against a chain that does what chains do: raises its price, forgets, reorders, reorganises, mines an
//! older form or another's transaction, and a process that dies between any two effects.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "a test that cannot go on fails, and its numbers are small"
)]

mod chain;
mod writer;

use chain::{Chain, What};
use proptest::prelude::*;
use relayer::writer::{fees, fees::Caps};
use std::collections::{BTreeMap, BTreeSet};
use writer::{State, Writer};

#[derive(Clone, Debug)]
enum Event {
    /// A call is queued.
    Queue,
    /// A call is no longer wanted.
    Unwant(usize),
    /// The writer takes a step, with nodes that are so many blocks behind, and dies after so many effects.
    Step { lag: usize, fuse: Option<usize> },
    /// A block with at most so many of ours.
    Mine(usize),
    /// A block with an older form of the next transaction.
    MineOld(usize),
    /// A block with a transaction of our key that is not ours.
    MineForeign,
    /// What the next block costs.
    BaseFee(u128),
    /// Nodes forget what they hold.
    Forget(usize),
    /// Blocks are replaced.
    Reorg(usize, bool),
    /// So many blocks stay not final.
    Finalize(usize),
}

fn event(foreign: bool) -> impl Strategy<Value = Event> {
    let fuse = prop_oneof![2 => Just(None), 1 => (0usize..6).prop_map(Some)];
    prop_oneof![
        4 => Just(Event::Queue),
        1 => any::<usize>().prop_map(Event::Unwant),
        10 => (prop_oneof![6 => Just(0usize), 1 => 1usize..4], fuse)
            .prop_map(|(lag, fuse)| Event::Step { lag, fuse }),
        6 => (0usize..4).prop_map(Event::Mine),
        1 => any::<usize>().prop_map(Event::MineOld),
        u32::from(foreign) => Just(Event::MineForeign),
        2 => (LEAST..CAP * 3 / 2).prop_map(Event::BaseFee),
        2 => any::<usize>().prop_map(Event::Forget),
        2 => (1usize..5, any::<bool>()).prop_map(|(depth, kept)| Event::Reorg(depth, kept)),
        2 => (0usize..6).prop_map(Event::Finalize),
    ]
}

const CAP: u128 = 1_000_000;
/// Least that gas costs: whoever bids at half the price in the end can raise it that far by the cap on raises.
const LEAST: u128 = 500;
const CAPS: Caps = Caps { max_fee: CAP, max_raise: 4000, bump_percent: 12, min_tip: 1 };

/// What happened, for the checks.
#[derive(Debug, Default)]
struct Told {
    unwanted: BTreeSet<i64>,
    foreign: bool,
    /// Steps in a row with old answers: nodes catch up in the end.
    behind: u32,
}

fn play(events: &[Event]) -> (Chain, Writer, Told) {
    let mut chain = Chain::new(1000);
    let (mut writer, mut told) = (Writer::new(CAPS), Told::default());
    chain.mine(0);
    for event in events {
        happen(event, &mut chain, &mut writer, &mut told);
    }
    // Then all is well for long enough.
    chain.base_fee = 1000;
    for _ in 0..60 {
        writer.step(&mut chain);
        chain.mine(9);
        chain.finalized = chain.blocks.len().saturating_sub(2);
    }
    writer.step(&mut chain);
    (chain, writer, told)
}

fn happen(event: &Event, chain: &mut Chain, writer: &mut Writer, told: &mut Told) {
    match *event {
        Event::Queue => {
            writer.queue(false);
        }
        Event::Unwant(pick) => {
            let calls: Vec<usize> =
                (0..writer.rows.len()).filter(|at| !writer.rows[*at].nothing).collect();
            if let Some(&at) = calls.get(pick % calls.len().max(1)) {
                writer.rows[at].wanted = false;
                told.unwanted.insert(writer.rows[at].id);
            }
        }
        Event::Step { lag, fuse } => {
            told.behind = if lag > 0 { told.behind + 1 } else { 0 };
            let caught_up = told.behind >= relayer::writer::nonce::LOST_AFTER;
            writer.lag = if caught_up { 0 } else { lag };
            told.behind = if caught_up { 0 } else { told.behind };
            writer.fuse = fuse;
            writer.step(chain);
        }
        Event::Mine(most) => chain.mine(most),
        Event::MineOld(pick) => chain.mine_old(pick),
        Event::MineForeign => {
            told.foreign = true;
            chain.mine_foreign();
        }
        Event::BaseFee(wei) => chain.base_fee = wei,
        Event::Forget(pick) => {
            if let Some(&nonce) = chain.mempool.keys().nth(pick % 4) {
                chain.mempool.remove(&nonce);
            } else {
                chain.mempool.clear();
            }
        }
        Event::Reorg(depth, kept) => chain.reorg(depth, kept),
        Event::Finalize(behind) => {
            chain.finalized = chain.finalized.max(chain.blocks.len().saturating_sub(behind));
        }
    }
}

fn check(chain: &Chain, writer: &Writer, told: &Told) -> Result<(), TestCaseError> {
    let included: Vec<usize> = (0..chain.latest()).filter_map(|nonce| chain.at(nonce)).collect();
    for row in &writer.rows {
        let times = included.iter().filter(|tx| chain.txs[**tx].what == What::Ours(row.id)).count();
        match row.state {
            State::Final => prop_assert_eq!(times, 1, "{:?}", row),
            State::Lost | State::Abandoned => prop_assert_eq!(times, 0, "{:?}", row),
            _ => prop_assert!(row.nothing && row.nonce.is_none(), "left open: {row:?}"),
        }
        if row.nothing {
            continue;
        }
        if row.state == State::Abandoned {
            prop_assert!(told.unwanted.contains(&row.id), "given up: {row:?}");
        }
        if row.state == State::Lost {
            let winner = chain.at(row.nonce.unwrap()).unwrap();
            let other = chain.txs[winner].what;
            prop_assert_eq!(other, What::Foreign, "{:?}", row);
        }
    }
    // Nonces are used without a hole, and each was signed for one call at most.
    prop_assert_eq!(writer.next, chain.latest());
    let mut calls: BTreeMap<u64, i64> = BTreeMap::new();
    for row in writer.rows.iter().filter(|row| !row.nothing) {
        if let Some(nonce) = row.nonce {
            let first = *calls.entry(nonce).or_insert(row.id);
            prop_assert_eq!(first, row.id, "two calls for nonce {}", nonce);
        }
        let bids: Vec<_> = row.bids.iter().map(|tx| chain.txs[*tx].price).collect();
        prop_assert!(bids.iter().all(|bid| bid.max_fee <= CAPS.call_ceiling()));
        prop_assert!(bids.iter().all(|bid| bid.max_fee * 1000 <= bids[0].max_fee * CAPS.max_raise));
        prop_assert!(bids.len() <= fees::MAX_BIDS);
    }
    let all = writer.rows.iter().flat_map(|row| &row.bids).map(|tx| chain.txs[*tx].price);
    prop_assert!(all.into_iter().all(|bid| bid.max_fee <= CAP));
    Ok(())
}

fn cases(default: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig::with_cases(cases.unwrap_or(default))
}

proptest! {
    #![proptest_config(cases(4000))]

    /// Every call is included once, unless it was no longer wanted.
    #[test]
    fn l5_l6_includes_every_wanted_call_once(events in proptest::collection::vec(event(false), 1..80)) {
        let (chain, writer, told) = play(&events);
        check(&chain, &writer, &told)?;
        let lost = writer.rows.iter().any(|row| row.state == State::Lost && !row.nothing);
        prop_assert!(!lost && !told.foreign);
    }

    /// The same with others who use the key: what they take is lost, by final blocks, and nothing else is.
    #[test]
    fn l5_l6_loses_only_what_others_have_taken(events in proptest::collection::vec(event(true), 1..80)) {
        let (chain, writer, told) = play(&events);
        check(&chain, &writer, &told)?;
    }
}
