//! BCN-14 to BCN-17, CLI-1 to CLI-3: the contract and the Rust client side by side, from their bootstrap until they are
//! frozen or expired.

use crate::session::{Session, artifact, cases};
use alloy_primitives::{Address, Bytes};
use alloy_sol_types::{SolCall, SolValue};
use bindings::{IBeaconLightClient as sol, ILightClient, Revert};
use light_client::{
    beacon::{Client, Config, Fork, Heads, IndexSet, Trusted, Update},
    crypto::DefaultBls,
};
use std::sync::Arc;
use testkit::{
    beacon::{Chain, Network, OwnedBootstrap},
    dice::Dice,
    evm::{SENDER, Verdict},
    mutate::update::{Mutation, Scene, histories},
};

/// Steps of one client's life.
const STEPS: usize = 25;

/// One client, twice.
struct Life {
    at: Address,
    /// The fork rows so far.
    forks: Vec<Fork>,
    trusted: Trusted,
    heads: Heads,
    now: u64,
}

impl Life {
    fn client<'c>(&'c self, network: &Network) -> Client<'c, DefaultBls> {
        Client::new(self.config(network), DefaultBls::default()).unwrap()
    }

    fn config(&self, network: &Network) -> Config<'_> {
        let Config {
            chain_id,
            genesis_time,
            genesis_validators_root,
            seconds_per_slot,
            slots_per_epoch,
            epochs_per_period,
            committee_size,
            slots_per_historical_root,
            trusting_period,
            ..
        } = network.config();
        Config {
            chain_id,
            genesis_time,
            genesis_validators_root,
            seconds_per_slot,
            slots_per_epoch,
            epochs_per_period,
            committee_size,
            slots_per_historical_root,
            trusting_period,
            forks: &self.forks,
        }
    }

    /// Frozen or expired.
    const fn is_over(&self, network: &Network) -> bool {
        let age = self.now.saturating_sub(network.time(self.trusted.finalized_slot));
        self.trusted.frozen_at != 0 || age > network.trusting_period
    }
}

#[test]
fn h10_lifetimes() {
    let mut session = Session::new("lifetimes");
    let authority = authority(&mut session);
    let all = [512, 32].map(|committee_size| histories(committee_size).unwrap());
    for round in 0..(cases() / 5).div_ceil(STEPS) {
        let histories = &all[round % 2];
        let Some(mut life) = begin(&mut session, &histories[0], authority) else { continue };
        let mut after_the_end = 3;
        for _ in 0..STEPS {
            step(&mut session, &mut life, histories);
            compare_state(&mut session, &life, histories[0].network());
            after_the_end -= usize::from(life.is_over(histories[0].network()));
            if after_the_end == 0 {
                break;
            }
        }
    }
    session.finish();
}

#[test]
fn bcn_14_bcn_16_bootstraps() {
    let mut session = Session::new("bootstraps");
    let authority = authority(&mut session);
    let chains = [512, 32].map(|committee_size| histories(committee_size).unwrap());
    for round in 0..cases() / 10 {
        begin(&mut session, &chains[round % 2][0], authority);
    }
    session.finish();
}

/// Who decides on fork rows: the sender of every transaction here.
fn authority(session: &mut Session) -> Address {
    session.evm.deploy(&artifact("AccessManager"), &SENDER.abi_encode())
}

/// Deploys a client; half of the time it must not come to be.
fn begin(session: &mut Session, chain: &Arc<Chain>, authority: Address) -> Option<Life> {
    let dice = &mut session.dice;
    // Slots that are checkpoints: a client that starts from another one cannot be contradicted at it.
    let blocks = chain.blocks().map(|block| block.header().slot);
    let slots: Vec<u64> =
        blocks.filter(|slot| chain.attested_for(*slot).is_ok()).take(40).collect();
    let slot = *dice.one_of(&slots);
    let mut bootstrap = chain.bootstrap(slot).unwrap();
    let mut root = chain.block(slot).unwrap().root();
    let mut network = chain.network().clone();
    // The rows that are known when the client is deployed; the rest is appended later.
    let epoch = network.epoch(slot);
    let needed = network.forks.iter().filter(|fork| fork.epoch <= epoch).count();
    let known = needed + dice.below(network.forks.len() - needed + 1);
    network.forks.truncate(known);
    let deployable = network.clone();
    let mut now = network.time(slot) + dice.number() % 100_000;
    let name = spoil_bootstrap(&mut bootstrap, &mut root, dice);
    match dice.below(30) {
        0 => network.forks.clear(),
        1 if known > 1 => network.forks.swap(0, 1),
        2 => network.seconds_per_slot = 0,
        3 => network.genesis_validators_root.0 = [0; 32],
        4 => network.trusting_period = 0,
        5 => network.slots_per_epoch = 0,
        6 => now += network.trusting_period,
        7 => drop(network.forks.remove(0)),
        8 => network.committee_size = *dice.one_of(&[0, 1, 3, 511, 1024, 1 << 40]),
        9 => network.slots_per_historical_root = *dice.one_of(&[0, 1, 65, 1 << 33, u64::MAX]),
        10 => network.forks.truncate(needed - 1),
        _ => {}
    }
    let config = network.config();
    let rust = Client::new(config, DefaultBls::default())
        .and_then(|client| client.bootstrap(&bootstrap.as_bootstrap(), &root, now));
    let bootstrap = sol::Bootstrap::from(&bootstrap.as_bootstrap());
    let arguments = (sol::Config::from(&config), bootstrap, root, authority).abi_encode_params();
    session.evm.set_timestamp(now);
    let executed = session.evm.create(&artifact("BeaconLightClient"), &arguments);
    // What a deployment returns is its code, which is not compared.
    let verdict = match executed.verdict {
        Verdict::Returned(_) => Verdict::Returned(Bytes::new()),
        verdict => verdict,
    };
    let encoded = rust.map(|_| Bytes::new()).map_err(|error| Revert::from(error).data);
    session.record(&format!("bootstrap: {name}"), &encoded, &verdict, &arguments);
    let (trusted, head) = rust.ok().filter(|_| network == deployable)?;
    let mut heads = Heads::new();
    if let Some(head) = &head {
        heads.push(head);
    }
    Some(Life { at: executed.created?, forks: network.forks, trusted, heads, now })
}

fn spoil_bootstrap(
    bootstrap: &mut OwnedBootstrap,
    root: &mut alloy_primitives::B256,
    dice: &mut Dice,
) -> &'static str {
    match dice.below(16) {
        0 => {
            root[dice.below(32)] ^= 1;
            "another root"
        }
        1 => {
            bootstrap.header.proposer_index += 1;
            "another header"
        }
        2 => {
            bootstrap.current_committee_root[dice.below(32)] ^= 1;
            "another committee"
        }
        3 => {
            bootstrap.current_committee_branch.pop();
            "committee branch short"
        }
        4 => {
            bootstrap.execution_block_hash[dice.below(32)] ^= 1;
            "another execution block"
        }
        5 => {
            bootstrap.execution_branch.push(*root);
            "execution branch long"
        }
        _ => "as it is",
    }
}

/// An update, a query, evidence, a fork row, or time.
fn step(session: &mut Session, life: &mut Life, histories: &[Arc<Chain>; 2]) {
    match session.dice.below(14) {
        0 => head(session, life, histories[0].network()),
        1 => life.now += session.dice.number() % 100_000,
        2 if session.dice.one_in(8) => life.now += 20 * 24 * 60 * 60,
        2 => misbehave(session, life, histories),
        3 | 4 => append(session, life, histories[0].network()),
        _ => update(session, life, histories),
    }
}

/// The next fork row of the network, or one that nobody knows.
fn append(session: &mut Session, life: &mut Life, network: &Network) {
    let dice = &mut session.dice;
    let known = life.forks.last().map_or(0, |fork| fork.epoch);
    let next = network.forks.iter().find(|fork| fork.epoch > known);
    let row = match next {
        Some(next) if !dice.one_in(3) => *next,
        _ => Fork {
            epoch: dice.number() % (known + 2),
            version: [dice.byte(), 0, 0, 1],
            index_set: *dice.one_of(&IndexSet::ALL),
        },
    };
    let rust = life.config(network).verify_append(&life.trusted, &row).map_err(Revert::from);
    let data = sol::appendForkCall { row: sol::Fork::from(&row) }.abi_encode();
    session.evm.set_timestamp(life.now);
    let verdict = session.evm.call_commit(life.at, data.clone()).verdict;
    if rust.is_ok() {
        life.forks.push(row);
    }
    let answer = rust.map(|()| Bytes::new()).map_err(|revert| revert.data);
    session.record(&"append a fork", &answer, &verdict, &data);
}

/// An update near the trusted slot, of either history.
fn near(session: &mut Session, life: &mut Life, histories: &[Arc<Chain>; 2]) -> (String, Scene) {
    // Mostly the first history, so that the client gets on.
    let chain = &histories[usize::from(session.dice.one_in(4))];
    let slot = life.trusted.finalized_slot.min(1450);
    // While the next committee is unknown, whatever is finalized in the period helps: the trusted slot too.
    let unknown = life.trusted.next_committee_root.is_zero();
    let network = chain.network();
    let start = network.period_start(network.period(slot)).max(41);
    let range = match session.dice.below(8) {
        0 => slot..slot + 64,
        _ if unknown => start..start + 64,
        _ => slot + 1..slot + 200,
    };
    let mut scene = Scene::within(chain, range, &mut session.dice).unwrap();
    let update = &scene.update;
    let periods = [update.signature_slot, update.pair.inner_slot].map(|slot| network.period(slot));
    if unknown && periods[0] == periods[1] {
        scene.update = chain.with_next_committee(scene.update).unwrap();
    }
    let mutations = Mutation::all();
    let mutation =
        if session.dice.one_in(4) { *session.dice.one_of(&mutations) } else { Mutation::Honest };
    let name = match mutation.apply(&mut scene, &mut session.dice) {
        Some(_) => mutation.to_string(),
        None => "Honest".into(),
    };
    life.now = life.now.max(chain.network().time(scene.update.signature_slot));
    (name, scene)
}

fn update(session: &mut Session, life: &mut Life, histories: &[Arc<Chain>; 2]) {
    let (name, scene) = near(session, life, histories);
    let bytes = scene.encoded();
    let decoded = Update::decode(&bytes);
    let client = life.client(scene.chain.network());
    let rust = decoded.and_then(|update| client.update(&life.trusted, &update, life.now));
    let proven = decoded.and_then(|update| client.verify_update(&life.trusted, &update, life.now));
    session.evm.set_timestamp(life.now);
    let verify = sol::verifyUpdateCall { encoded: bytes.clone().into() };
    session.compare(&[life.at], format!("verify: {name}"), &verify, proven.map_err(Revert::from));

    let data = sol::updateCall { encoded: bytes.clone().into() }.abi_encode();
    let verdict = session.evm.call_commit(life.at, data.clone()).verdict;
    let answer = match rust {
        Ok((trusted, head)) => {
            life.trusted = trusted;
            if let Some(head) = &head {
                life.heads.push(head);
            }
            Ok(trusted.latest_head.abi_encode().into())
        }
        Err(error) => Err(Revert::from(error).data),
    };
    session.record(&format!("update: {name}"), &answer, &verdict, &data);
}

fn misbehave(session: &mut Session, life: &mut Life, histories: &[Arc<Chain>; 2]) {
    let (name, a) = near(session, life, histories);
    let (_, mut b) = near(session, life, histories);
    if session.dice.one_in(2) {
        // The same slot on the other history.
        let attested = a.update.pair.outer_slot;
        let other = &histories[usize::from(Arc::ptr_eq(&a.chain, &histories[0]))];
        b.update = other.update_at(attested, attested + 1, &[3]).unwrap();
        b.bytes = None;
    }
    let (first, second) = (a.encoded(), b.encoded());
    let client = life.client(a.chain.network());
    let both = Update::decode(&first).and_then(|a| Ok((a, Update::decode(&second)?)));
    let rust = both.and_then(|(a, b)| client.misbehaviour(&life.trusted, &a, &b, life.now));
    session.evm.set_timestamp(life.now);
    let call = sol::submitMisbehaviourCall { a: first.clone().into(), b: second.clone().into() };
    let data = call.abi_encode();
    let verdict = session.evm.call_commit(life.at, data.clone()).verdict;
    if let Ok(frozen) = &rust {
        life.trusted = *frozen;
    }
    let answer = rust.map(|_| Bytes::new()).map_err(|error| Revert::from(error).data);
    session.record(&format!("misbehaviour: {name}"), &answer, &verdict, &data);
}

fn head(session: &mut Session, life: &Life, network: &Network) {
    let id = session.dice.number() % (life.trusted.latest_head + 2);
    let rust = life.client(network).head(&life.trusted, &life.heads, id, life.now);
    let rust = rust.map(|head| head.block_hash()).map_err(Revert::from);
    session.evm.set_timestamp(life.now);
    session.compare(&[life.at], "head", &ILightClient::headHashCall { id }, rust);
}

fn compare_state(session: &mut Session, life: &Life, network: &Network) {
    let answer = session.evm.call(life.at, sol::trustedCall {}.abi_encode()).into_result().unwrap();
    let contract = sol::trustedCall::abi_decode_returns(&answer).unwrap();
    assert_eq!(contract, sol::Trusted::from(&life.trusted));
    let answer = session.evm.call(life.at, sol::configCall {}.abi_encode()).into_result().unwrap();
    let contract = sol::configCall::abi_decode_returns(&answer).unwrap();
    assert_eq!(contract, sol::Config::from(&life.config(network)));
}
