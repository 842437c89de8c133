//! Which messages go together: played against chains on which any of them may be bad in any way (L7).

use alloy_primitives::{B256, U256};
use proptest::prelude::*;
use relayer::messenger::{
    batch::{Item, Outcome, choose, halve, sort},
    policy::{TRANSACTION_GAS, floor},
};
use std::collections::BTreeSet;

/// What is wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Good,
    /// Its recipient fails.
    Fails,
    /// The same, and its sender wants that recorded.
    FailsAndRecords,
    /// Something is in its way.
    Left,
    /// Whatever it is in reverts as a whole.
    Bomb,
}

/// What becomes of messages: transactions that went out, and what was put off.
#[derive(Debug, Default)]
struct Played {
    out: Vec<Vec<B256>>,
    put_off: BTreeSet<B256>,
    rounds: usize,
}

/// Decides round after round, as the messenger does, until every message has gone out or was put off.
fn play(all: &[(Item, Kind)], most: usize, gas: u64) -> Played {
    let kind =
        |id: B256| all.iter().find(|(item, _)| item.id == id).map(|(_, kind)| *kind).unwrap();
    let mut due: Vec<Item> = all.iter().map(|(item, _)| *item).collect();
    let mut played = Played::default();
    while !due.is_empty() {
        played.rounds += 1;
        assert!(played.rounds <= 4 * all.len() + 1, "it does not end");
        let mut choice = choose(&due, most, gas);
        assert!(!choice.together.is_empty());
        loop {
            let tried: Vec<Item> =
                due.iter().copied().filter(|item| choice.together.contains(&item.id)).collect();
            let needs: u64 = tried.iter().map(|item| floor(item.gas)).sum();
            assert!(tried.len() == 1 || (needs <= gas.min(TRANSACTION_GAS) && tried.len() <= most));
            if tried.iter().any(|item| kind(item.id) == Kind::Bomb) {
                if halve(&mut choice) {
                    continue;
                }
                played.put_off.extend(choice.together.iter().copied());
                break;
            }
            let outcomes = tried.iter().map(|item| {
                let outcome = match kind(item.id) {
                    Kind::Good => Outcome::Delivered,
                    Kind::Left => Outcome::Left,
                    _ => Outcome::Failed,
                };
                (*item, outcome)
            });
            let sorted = sort(&outcomes.collect::<Vec<_>>());
            played.put_off.extend(sorted.fail.iter().chain(&sorted.left).copied());
            let out =
                if sorted.go.is_empty() { sorted.record.into_iter().collect() } else { sorted.go };
            if !out.is_empty() {
                played.out.push(out);
            }
            break;
        }
        let done: BTreeSet<B256> =
            played.out.iter().flatten().chain(&played.put_off).copied().collect();
        due.retain(|item| !done.contains(&item.id));
    }
    played
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![
        6 => Just(Kind::Good),
        1 => Just(Kind::Fails),
        1 => Just(Kind::FailsAndRecords),
        1 => Just(Kind::Left),
        1 => Just(Kind::Bomb),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn l7_what_is_good_goes_out_whatever_is_beside_it(
        all in prop::collection::vec((kinds(), 0_u64..10_000_000, any::<bool>()), 1..40),
        most in 1_usize..20,
        gas in 500_000_u64..20_000_000,
    ) {
        let all: Vec<(Item, Kind)> = (1_u64..).zip(all).map(|(place, (kind, gas, suspect))| {
            let records_failure = kind == Kind::FailsAndRecords;
            (Item { id: U256::from(place).into(), gas, suspect, records_failure }, kind)
        }).collect();
        let played = play(&all, most, gas);
        let out: Vec<B256> = played.out.iter().flatten().copied().collect();
        let once: BTreeSet<B256> = out.iter().copied().collect();
        prop_assert_eq!(once.len(), out.len(), "nothing goes out twice");
        for (item, kind) in &all {
            let goes = matches!(kind, Kind::Good | Kind::FailsAndRecords);
            prop_assert_eq!(once.contains(&item.id), goes, "{:?}", kind);
            prop_assert_eq!(played.put_off.contains(&item.id), !goes, "{:?}", kind);
        }
        // What is to fail, and what something is known against, goes alone.
        for group in played.out.iter().filter(|group| group.len() > 1) {
            for id in group {
                let (item, kind) = all.iter().find(|(item, _)| item.id == *id).unwrap();
                prop_assert!(*kind == Kind::Good && !item.suspect);
            }
        }
    }
}

#[test]
fn l7_many_good_messages_go_in_as_few_transactions_as_there_is_room_for() {
    let item = |place: u64| Item {
        id: U256::from(place).into(),
        gas: 100_000,
        suspect: false,
        records_failure: false,
    };
    let all: Vec<(Item, Kind)> = (1..=40).map(|place| (item(place), Kind::Good)).collect();
    let played = play(&all, 16, 12_000_000);
    let counts: Vec<usize> = played.out.iter().map(Vec::len).collect();
    assert_eq!(counts, [16, 16, 8]);
    assert!(played.put_off.is_empty());
}
