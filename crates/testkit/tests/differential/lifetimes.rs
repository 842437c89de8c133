//! BCN-15 to BCN-18, CLI-1 to CLI-3: the contract and the Rust client side by side, from their bootstrap until they are
//! frozen or expired.

use crate::session::{Session, artifact, cases};
use alloy_primitives::{Address, Bytes};
use alloy_sol_types::{SolCall, SolValue};
use bindings::{IBeaconLightClient as sol, ILightClient, Revert};
use light_client::{
    beacon::{Client, Heads, Trusted},
    crypto::DefaultBls,
};
use std::sync::Arc;
use testkit::{
    beacon::{Chain, Network, OwnedBootstrap},
    dice::Dice,
    evm::Verdict,
    mutate::update::{Mutation, Scene, histories},
};

/// Steps of one client's life.
const STEPS: usize = 25;

/// One client, twice.
struct Life {
    at: Address,
    trusted: Trusted,
    heads: Heads,
    now: u64,
}

impl Life {
    /// Frozen or expired.
    const fn is_over(&self, network: &Network) -> bool {
        let age = self.now.saturating_sub(network.time(self.trusted.finalized_slot));
        self.trusted.frozen_at != 0 || age > network.trusting_period
    }
}

#[test]
fn h10_lifetimes() {
    let mut session = Session::new("lifetimes");
    let histories = histories().unwrap();
    for _ in 0..(cases() / 10).div_ceil(STEPS) {
        let Some(mut life) = begin(&mut session, &histories[0]) else { continue };
        let mut after_the_end = 3;
        for _ in 0..STEPS {
            step(&mut session, &mut life, &histories);
            compare_state(&mut session, &life);
            after_the_end -= usize::from(life.is_over(histories[0].network()));
            if after_the_end == 0 {
                break;
            }
        }
    }
    session.finish();
}

#[test]
fn bcn16_bootstraps() {
    let mut session = Session::new("bootstraps");
    let histories = histories().unwrap();
    for _ in 0..cases() / 10 {
        begin(&mut session, &histories[0]);
    }
    session.finish();
}

/// Deploys a client; half of the time it must not come to be.
fn begin(session: &mut Session, chain: &Arc<Chain>) -> Option<Life> {
    let dice = &mut session.dice;
    // Slots that are checkpoints: a client that starts from another one cannot be contradicted at it.
    let blocks = chain.blocks().map(|block| block.header().slot);
    let slots: Vec<u64> =
        blocks.filter(|slot| chain.attested_for(*slot).is_ok()).take(30).collect();
    let slot = *dice.one_of(&slots);
    let mut bootstrap = chain.bootstrap(slot).unwrap();
    let mut root = chain.block(slot).unwrap().root();
    let mut network = chain.network().clone();
    let mut now = network.time(slot) + dice.number() % 100_000;
    let name = spoil_bootstrap(&mut bootstrap, &mut root, dice);
    match dice.below(20) {
        0 => network.forks.clear(),
        1 => network.forks.swap(0, 1),
        2 => network.seconds_per_slot = 0,
        3 => network.genesis_validators_root.0 = [0; 32],
        4 => network.trusting_period = 0,
        5 => network.slots_per_epoch = 0,
        6 => now += network.trusting_period,
        7 => drop(network.forks.remove(0)),
        _ => {}
    }
    let config = network.config();
    let rust = Client::new(config, DefaultBls::default())
        .and_then(|client| client.bootstrap(&bootstrap.as_bootstrap(), &root, now));
    let arguments =
        (sol::Config::from(&config), sol::Bootstrap::from(&bootstrap.as_bootstrap()), root);
    let arguments = arguments.abi_encode_params();
    session.evm.set_timestamp(now);
    let executed = session.evm.create(&artifact("BeaconLightClient"), &arguments);
    // What a deployment returns is its code, which is not compared.
    let verdict = match executed.verdict {
        Verdict::Returned(_) => Verdict::Returned(Bytes::new()),
        verdict => verdict,
    };
    let encoded = rust.map(|_| Bytes::new()).map_err(|error| Revert::from(error).data);
    session.record(&format!("bootstrap: {name}"), &encoded, &verdict, &arguments);
    let (trusted, head) = rust.ok().filter(|_| network == *chain.network())?;
    let mut heads = Heads::new();
    heads.push(&head);
    Some(Life { at: executed.created?, trusted, heads, now })
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

/// An update, a query, evidence, or time.
fn step(session: &mut Session, life: &mut Life, histories: &[Arc<Chain>; 2]) {
    match session.dice.below(12) {
        0 => head(session, life),
        1 => life.now += session.dice.number() % 100_000,
        2 if session.dice.one_in(8) => life.now += 20 * 24 * 60 * 60,
        2 => misbehave(session, life, histories),
        _ => update(session, life, histories),
    }
}

/// An update near the trusted slot, of either history.
fn near(session: &mut Session, life: &mut Life, histories: &[Arc<Chain>; 2]) -> (String, Scene) {
    // Mostly the first history, so that the client gets on.
    let chain = &histories[usize::from(session.dice.one_in(4))];
    let slot = life.trusted.finalized_slot.min(1200);
    // While the next committee is unknown, whatever is finalized in the period helps: the trusted slot too (BCN-15).
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
    let periods = [update.signature_slot, update.finalized.slot].map(|slot| network.period(slot));
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
    let config = scene.chain.network().config();
    let client = Client::new(config, DefaultBls::default()).unwrap();
    let update = scene.update.as_update();
    let rust = client.update(&life.trusted, &update, life.now).map_err(Revert::from);
    let proven = client.verify_update(&life.trusted, &update, life.now).map_err(Revert::from);
    session.evm.set_timestamp(life.now);
    let update_ = sol::Update::from(&update);
    let verify = sol::verifyUpdateCall { update_: update_.clone() };
    session.compare(&[life.at], format!("verify: {name}"), &verify, proven);

    let data = sol::updateCall { update_ }.abi_encode();
    let verdict = session.evm.call_commit(life.at, data.clone()).verdict;
    let answer = match rust {
        Ok((trusted, head)) => {
            life.trusted = trusted;
            if let Some(head) = &head {
                life.heads.push(head);
            }
            Ok(trusted.latest_head.abi_encode().into())
        }
        Err(revert) => Err(revert.data),
    };
    session.record(&format!("update: {name}"), &answer, &verdict, &data);
}

fn misbehave(session: &mut Session, life: &mut Life, histories: &[Arc<Chain>; 2]) {
    let (name, a) = near(session, life, histories);
    let (_, mut b) = near(session, life, histories);
    if session.dice.one_in(2) {
        // The same slot on the other history.
        let attested = a.update.attested.slot;
        let other = &histories[usize::from(Arc::ptr_eq(&a.chain, &histories[0]))];
        b.update = other.update_at(attested, attested + 1, &[3]).unwrap();
    }
    let client = Client::new(a.chain.network().config(), DefaultBls::default()).unwrap();
    let (first, second) = (a.update.as_update(), b.update.as_update());
    let rust = client.misbehaviour(&life.trusted, &first, &second, life.now).map_err(Revert::from);
    session.evm.set_timestamp(life.now);
    let call = sol::submitMisbehaviourCall { a: (&first).into(), b: (&second).into() };
    let data = call.abi_encode();
    let verdict = session.evm.call_commit(life.at, data.clone()).verdict;
    if let Ok(frozen) = &rust {
        life.trusted = *frozen;
    }
    let answer = rust.map(|_| Bytes::new()).map_err(|revert| revert.data);
    session.record(&format!("misbehaviour: {name}"), &answer, &verdict, &data);
}

fn head(session: &mut Session, life: &Life) {
    let id = session.dice.number() % (life.trusted.latest_head + 2);
    let histories = histories().unwrap();
    let client = Client::new(histories[0].network().config(), DefaultBls::default()).unwrap();
    let rust = client.head(&life.trusted, &life.heads, id, life.now);
    let rust = rust.map(|head| head.block_hash()).map_err(Revert::from);
    session.evm.set_timestamp(life.now);
    session.compare(&[life.at], "head", &ILightClient::headHashCall { id }, rust);
}

fn compare_state(session: &mut Session, life: &Life) {
    let answer = session.evm.call(life.at, sol::trustedCall {}.abi_encode()).into_result().unwrap();
    let contract = sol::trustedCall::abi_decode_returns(&answer).unwrap();
    assert_eq!(contract, sol::Trusted::from(&life.trusted));
}
