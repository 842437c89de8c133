//! Updates, honest ones and every mutation of them, for clients of several ages.

use super::{Twin, config, keys};
use crate::session::{Session, cases};
use alloy_primitives::{B256, keccak256};
use bindings::Revert;
use light_client::{
    crypto::bn254::G1,
    map::{Checkpoint, Config},
};
use std::sync::Arc;
use testkit::{
    dice::Dice,
    map::{Chain, Execution, Network, Proposal, Sealed, Set, Update},
    mutate::map::{FIRST_EPOCH, Mutation, Outcome, Scene, histories},
};

/// Rounds for one client before it is another's turn.
const ROUNDS: usize = 40;

#[test]
fn h10_map_updates() {
    updates("MAP updates", 4, cases() / 4);
}

#[test]
fn h10_map_updates_of_large_sets() {
    updates("MAP updates of 30", 30, cases() / 8);
}

fn updates(family: &'static str, size: u64, rounds: usize) {
    let mut session = Session::new(family);
    let [chain, _] = histories(size).unwrap();
    let mut twins = ages(&mut session, &chain);
    let mut untried: Vec<Mutation> = Mutation::ALL.to_vec();
    for round in 0..rounds {
        let (snapshot, twin) = &mut twins[round / ROUNDS % 5];
        if round % ROUNDS == 0 {
            session.evm.restore(snapshot.clone());
        }
        // Every mutation in turn, and an honest update between them.
        let mutation = match round % 4 {
            0 => Mutation::Honest,
            _ => Mutation::ALL[(round - round / 4) % Mutation::ALL.len()],
        };
        let Some((scene, outcome)) =
            mutated(mutation, &chain, twin.trusted.epoch, &mut session.dice)
        else {
            continue;
        };
        untried.retain(|untried| *untried != mutation);
        twin.now = scene.now;
        let verdict = twin.verify(&mut session, &mutation.to_string(), &scene.encoded());
        expect(mutation, outcome, &verdict);
    }
    assert!(rounds < 2 * Mutation::ALL.len() || untried.is_empty(), "never tried: {untried:?}");
    session.finish();
}

/// A scene that has what the mutation changes.
fn mutated(
    mutation: Mutation,
    chain: &Arc<Chain>,
    newest: u64,
    dice: &mut Dice,
) -> Option<(Scene, Outcome)> {
    (0..64).find_map(|_| {
        let mut scene = Scene::honest(chain, newest, dice).unwrap();
        mutation.apply(&mut scene, dice).map(|outcome| (scene, outcome))
    })
}

fn expect(mutation: Mutation, outcome: Outcome, verdict: &Result<(), Revert>) {
    let refused = verdict.as_ref().err().and_then(|revert| Revert::decode(&revert.data));
    match outcome {
        Outcome::Accepted => assert!(verdict.is_ok(), "{mutation}: {refused:?}"),
        Outcome::Refused(error) => {
            assert_eq!(refused.map(|error| error.name).as_deref(), Some(error), "{mutation}");
        }
        Outcome::Open => {}
    }
}

type Snapshot = revm::database::CacheDB<revm::database::EmptyDB>;

/// Clients that know one set, a few, as many as they hold, and more than that.
fn ages(session: &mut Session, chain: &Arc<Chain>) -> Vec<(Snapshot, Twin)> {
    let epochs = [0, 1, 4, 7, 12].map(|age| FIRST_EPOCH + age);
    let ages = epochs.map(|epoch| {
        let mut twin = Twin::start(session, chain, FIRST_EPOCH);
        while twin.trusted.epoch < epoch {
            let last = chain.network().last_block((twin.trusted.epoch + 2).min(epoch - 1));
            let update = chain.update(twin.trusted.epoch, last).unwrap();
            twin.now = chain.block(last).unwrap().execution.time;
            twin.update(session, "to come of age", &update.encode()).unwrap();
        }
        (session.evm.snapshot(), twin)
    });
    ages.into()
}

/// C6: one update through several epochs leads to what several updates lead to, but for the heads.
#[test]
fn map_13_accepts_epochs_together_and_one_by_one() {
    let mut session = Session::new("MAP epochs together and apart");
    let [chain, _] = histories(4).unwrap();
    for through in 1..=12 {
        let mut together = Twin::start(&mut session, &chain, FIRST_EPOCH);
        let mut apart = Twin::start(&mut session, &chain, FIRST_EPOCH);
        let last = chain.network().last_block(FIRST_EPOCH + through - 1);
        (together.now, apart.now) = (together.now + 10_000, apart.now + 10_000);
        let update = chain.update(FIRST_EPOCH, last).unwrap().encode();
        together.update(&mut session, "together", &update).unwrap();
        for epoch in FIRST_EPOCH..FIRST_EPOCH + through {
            let update = chain.update(epoch, chain.network().last_block(epoch)).unwrap().encode();
            apart.update(&mut session, "apart", &update).unwrap();
        }
        assert_eq!(apart.trusted.latest_head, through);
        apart.trusted.latest_head = 1;
        assert_eq!(together.trusted, apart.trusted);
    }
    session.finish();
}

/// BNS-2: two keys that add up to nothing, so that there is no key to hold the signature to.
#[test]
fn bns_2_rejects_signers_whose_keys_add_up_to_nothing() {
    let mut session = Session::new("MAP keys that cancel out");
    let mut chain = Chain::new(Network::default(), 1, Set::derive(3, 1), 1_700_000_000);
    let key = chain.set(1).unwrap().keys()[0];
    let mut opposite = key;
    opposite[32..].copy_from_slice(&testkit::map::curve::negate(key.last_chunk().unwrap()));
    let set = [key, opposite];
    let commitment = keccak256([set.concat().as_slice(), &[0; 64]].concat());
    let checkpoint = Checkpoint { epoch: 1, time: 1_700_000_000, keys: &set.map(G1) };
    let twin = Twin::deploy(
        &mut session,
        "keys that cancel out",
        config(&chain),
        &checkpoint,
        commitment,
        1_700_000_000,
    );
    let mut twin = twin.unwrap();
    twin.now += 100;
    chain.extend_to(1).unwrap();
    let sealed = Sealed::of(chain.block(1).unwrap());
    for (name, change) in [("alone", false), ("and a signature that is nothing", true)] {
        let mut sealed = Sealed { signers: vec![3], ..sealed.clone() };
        if change {
            sealed.signature = [0; 64];
        }
        let update = Update { size: 2, keys: set.to_vec(), total: [0; 64], headers: vec![sealed] };
        let verdict = twin.verify(&mut session, name, &update.encode());
        expect(Mutation::Honest, Outcome::Refused("Bn254Infinity"), &verdict);
    }
    session.finish();
}

/// MAP-14, MAP-16.
#[test]
fn map_14_map_16_checkpoints() {
    let mut session = Session::new("MAP checkpoints");
    let [chain, _] = histories(5).unwrap();
    for _ in 0..cases() / 8 {
        let epoch = FIRST_EPOCH + session.dice.below(8) as u64;
        let set = chain.set(epoch).unwrap();
        let (mut config, mut keys, mut commitment) = (config(&chain), keys(set), set.commitment());
        let (mut epoch, mut time) = (epoch, chain.brought_at(epoch).unwrap());
        let mut now = time + session.dice.number() % 1000;
        let name = spoil(
            &mut session,
            &mut config,
            &mut keys,
            &mut commitment,
            (&mut epoch, &mut time, &mut now),
        );
        let checkpoint = Checkpoint { epoch, time, keys: &keys };
        Twin::deploy(&mut session, name, config, &checkpoint, commitment, now);
    }
    session.finish();
}

fn spoil(
    session: &mut Session,
    config: &mut Config,
    keys: &mut Vec<G1>,
    commitment: &mut B256,
    (epoch, time, now): (&mut u64, &mut u64, &mut u64),
) -> &'static str {
    let dice = &mut session.dice;
    let place = dice.below(keys.len());
    match dice.below(20) {
        0 => {
            commitment[dice.below(32)] ^= 1;
            "another commitment"
        }
        1 => {
            keys.clear();
            "nobody"
        }
        2 => {
            *keys = vec![keys[0]; 257];
            "257"
        }
        3 => {
            *keys = Set::derive(12, 256).keys().into_iter().map(G1).collect();
            "256"
        }
        4 => {
            keys[place].0[63] ^= 1;
            "off the curve"
        }
        5 => {
            keys[place] = G1([0; 64]);
            "a zero"
        }
        6 => {
            keys[place].0[..32].fill(0xff);
            "beyond p"
        }
        7 => {
            let again = keys[place];
            keys.push(again);
            "twice"
        }
        8 => {
            keys.reverse();
            "out of order"
        }
        9 => {
            config.fork_height = config.epoch_size * *epoch + 1 - dice.below(2) as u64;
            "at the fork"
        }
        10 => {
            *now = *time + config.trusting_period + dice.below(2) as u64;
            "as it expires"
        }
        11 => {
            match dice.below(3) {
                0 => config.chain_id = 0,
                1 => config.epoch_size = 0,
                _ => config.trusting_period = 0,
            }
            "no network"
        }
        12 => {
            *epoch = u64::MAX - dice.below(2) as u64;
            config.epoch_size = 1 + dice.below(3) as u64;
            "the last epochs"
        }
        13 => {
            *time = u64::MAX;
            "the end of time"
        }
        14 => {
            config.trusting_period = u64::MAX;
            "for ever"
        }
        15 => {
            *epoch = 0;
            config.fork_height = dice.below(2) as u64;
            "before the first block"
        }
        _ => "as it is",
    }
}

/// Numbers end where 64 bits do: the last block of all, and the epoch end before it.
#[test]
fn map_4_accepts_the_last_block_of_all() {
    let mut session = Session::new("MAP at the end of numbers");
    let network = Network { epoch_size: 2, ..Network::default() };
    let (first, last) = (u64::MAX / 2 - 1, u64::MAX);
    let mut chain = Chain::new(network, first, Set::derive(4, 4), 1_700_000_000);
    for number in [last - 3, last - 1, last] {
        chain.propose(Proposal::new(number, Execution::empty(number, 1_700_000_100))).unwrap();
    }
    let mut twin = Twin::start(&mut session, &chain, first);
    twin.now += 200;
    for epoch in first..=first + 2 {
        let whole = chain.update(first, last).unwrap();
        twin.verify(&mut session, "through the last epoch", &whole.encode()).unwrap();
        let number = epoch.saturating_mul(2);
        let update = chain.update(epoch, number).unwrap().encode();
        twin.update(&mut session, "one by one", &update).unwrap();
    }
    assert_eq!(twin.trusted.epoch, u64::MAX / 2 + 1);
    session.finish();
}
