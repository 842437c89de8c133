//! The contract and the Rust client from their checkpoint until they are frozen or expired.

use super::Twin;
use crate::session::{Session, cases};
use std::sync::Arc;
use testkit::{
    map::Chain,
    mutate::map::{FIRST_EPOCH, LAST_EPOCH, Mutation, Scene, histories},
};

/// Steps of one client's life.
const STEPS: usize = 25;

#[test]
fn h10_map_lifetimes() {
    let mut session = Session::new("MAP lifetimes");
    let all = [4, 7].map(|size| histories(size).unwrap());
    for round in 0..(cases() / 8).div_ceil(STEPS) {
        let histories = &all[round % 2];
        let mut twin = Twin::start(&mut session, &histories[0], FIRST_EPOCH);
        let mut after_the_end = 3;
        for _ in 0..STEPS {
            step(&mut session, &mut twin, histories);
            let over = twin.client.verify_active(&twin.trusted, twin.now).is_err();
            after_the_end -= usize::from(over);
            if after_the_end == 0 {
                break;
            }
        }
    }
    session.finish();
}

/// More heads than the rings hold: the oldest are gone in both.
#[test]
fn cli_3_rejects_heads_that_were_overwritten() {
    let mut session = Session::new("MAP heads");
    let [chain, _] = histories(4).unwrap();
    let mut twin = Twin::start(&mut session, &chain, FIRST_EPOCH);
    let first = chain.network().last_block(FIRST_EPOCH - 1) + 1;
    twin.now = chain.head().unwrap().execution.time;
    for number in first..=first + 67 {
        let epoch = chain.network().epoch(number);
        let update = chain.update(epoch, number).unwrap();
        twin.update(&mut session, "block by block", &update.encode()).unwrap();
    }
    for id in 0..70 {
        twin.head(&mut session, id);
    }
    session.finish();
}

/// An update, a query, evidence, or time.
fn step(session: &mut Session, twin: &mut Twin, histories: &[Arc<Chain>; 2]) {
    match session.dice.below(14) {
        0 | 1 => {
            let id = session.dice.number() % (twin.trusted.latest_head + 2);
            twin.head(session, id);
        }
        2 => twin.now += session.dice.number() % 100_000,
        3 if session.dice.one_in(8) => twin.now += 20 * 24 * 60 * 60,
        3 => misbehave(session, twin, histories),
        _ => {
            let (name, scene) = near(session, twin, histories);
            let bytes = scene.encoded();
            let verdict = twin.verify(session, &name, &bytes);
            let updated = twin.update(session, &name, &bytes);
            assert_eq!(updated, verdict);
        }
    }
}

/// An update of either history for the client as it is.
fn near(session: &mut Session, twin: &mut Twin, histories: &[Arc<Chain>; 2]) -> (String, Scene) {
    let dice = &mut session.dice;
    // Mostly the first history; after all, both are signed by the same sets.
    let chain = &histories[usize::from(dice.one_in(4))];
    let newest = twin.trusted.epoch.min(LAST_EPOCH);
    let mut scene = Scene::honest(chain, newest, dice).unwrap();
    let mutation = if dice.one_in(3) { *dice.one_of(Mutation::ALL) } else { Mutation::Honest };
    let name = match mutation.apply(&mut scene, dice) {
        Some(_) => mutation.to_string(),
        None => "Honest".into(),
    };
    let times_matter = matches!(
        mutation,
        Mutation::Expired | Mutation::AlmostExpired | Mutation::Future | Mutation::Present
    );
    // Time goes back for who asks about it only.
    twin.now = if times_matter { scene.now } else { twin.now.max(scene.now) };
    (name, scene)
}

fn misbehave(session: &mut Session, twin: &mut Twin, histories: &[Arc<Chain>; 2]) {
    let (name, a) = near(session, twin, histories);
    let (_, mut b) = near(session, twin, histories);
    if session.dice.one_in(2) {
        // The same number in the other history.
        let other = &histories[usize::from(Arc::ptr_eq(&a.chain, &histories[0]))];
        let first = other.network().epoch(a.numbers[0]);
        let number = *a.numbers.last().unwrap();
        b = Scene::of(other, a.newest, first, number, &mut session.dice).unwrap();
    }
    twin.misbehaviour(session, &name, &a.encoded(), &b.encoded());
}
