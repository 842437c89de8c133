//! A light client of a MAP relay chain whose validators change, and where their keys come from.

use crate::{
    light::{Bench, Rules},
    site::{Blocks, Contracts, FOLLOWED},
};
use alloy_sol_types::{SolCall, SolValue};
use bindings::IMapLightClient::{self as sol, trustedCall};
use light_client::{
    crypto::bn254::{G1, G2},
    map::{
        Checkpoint, Config,
        builder::{Validator, commitment},
    },
};
use relayer::{domain::Purpose, keeper::Family};
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::map::{Chain, Execution, Network, Proposal, Set};

/// Time of the chain's start, and blocks of an epoch.
const START: u64 = 1_700_000_000;
const EPOCH: u64 = 10;

/// A chain of four epochs whose validators change at the end of the first and of the second.
fn relay_chain() -> Chain {
    let network =
        Network { chain_id: FOLLOWED, epoch_size: EPOCH, fork_height: 1, trusting_period: 604_800 };
    let mut chain = Chain::new(network, 1, Set::derive(7, 4), START);
    for number in 1..=39 {
        let mut proposal = Proposal::new(number, Execution::empty(number, START + 5 * number));
        match number {
            10 => proposal.added = vec![testkit::map::Validator::derive(7, 4)],
            20 => proposal.removed = vec![1],
            _ => {}
        }
        chain.propose(proposal).expect("a block");
    }
    chain
}

fn validators(chain: &Chain, epoch: u64) -> Vec<Validator> {
    let set = chain.set(epoch).expect("a set");
    let keys = set.validators().iter();
    keys.map(|one| Validator { g1: G1(one.g1()), g2: G2(one.g2()) }).collect()
}

fn node(chain: &Chain, finalized: u64, snapshots: Vec<(u64, Value)>) -> Arc<Blocks> {
    let blocks = Blocks::new(chain.blocks().map(testkit::map::Block::json).collect(), finalized);
    *blocks.snapshots.lock().expect("a lock") = snapshots;
    blocks
}

/// Updated as soon as its head is older than a second.
fn rules() -> Rules {
    Rules { keeper: json!({ "max_age_seconds": 1 }), ..Rules::default() }
}

async fn bench(chain: &Chain, start: Option<(u64, Vec<Validator>)>, node: Arc<Blocks>) -> Bench {
    let time = START + 1_000;
    let contracts = Contracts::start(time).await;
    let keys: Vec<G1> = validators(chain, 1).iter().map(|one| one.g1).collect();
    let trusted = commitment(&keys).expect("a set");
    let checkpoint = Checkpoint { epoch: 1, time: START, keys: &keys };
    let config =
        Config { chain_id: FOLLOWED, epoch_size: EPOCH, fork_height: 1, trusting_period: 604_800 };
    let arguments = (sol::Config::from(&config), sol::Checkpoint::from(&checkpoint), trusted);
    let client = contracts.deploy("MapLightClient", &arguments.abi_encode_params()).await;
    Bench::of((contracts, client, time), Family::Map(start), vec![node], &rules()).await
}

async fn trusted(bench: &Bench) -> sol::Trusted {
    let data = trustedCall {}.abi_encode();
    let answer = bench.contracts.call(bench.client, data).await.expect("an answer");
    trustedCall::abi_decode_returns(&answer).expect("a state")
}

/// Asks for one update and sends it; the head is then at this block.
async fn updated(bench: &Bench, number: u64) {
    bench.step().await;
    let [outgoing] = &bench.open().await[..] else { panic!("{}", bench.keeper.detail()) };
    assert_eq!((outgoing.call.purpose, outgoing.call.to), (Purpose::UpdateClient, bench.client));
    bench.send().await;
    bench.step().await;
    assert!(bench.open().await.is_empty());
    let row = bench.row().await.expect("a row");
    assert_eq!((row.head.number, row.detail.as_str()), (number, ""));
}

#[tokio::test]
async fn leads_a_client_on_by_the_validators_that_a_node_lists_and_keeps_them() {
    let chain = relay_chain();
    let listed = vec![(0, chain.snapshot(1).expect("a snapshot"))];
    let mut bench = bench(&chain, None, node(&chain, 25, listed)).await;
    updated(&bench, 25).await;
    assert_eq!(trusted(&bench).await.epoch, 3);
    // Another process, whose node lists nobody: those that are kept lead to those that are trusted.
    let later = node(&chain, 35, Vec::new());
    bench.restart(Family::Map(None), vec![Arc::clone(&later)], &rules());
    updated(&bench, 35).await;
    let asked = later.asked.lock().expect("a lock").clone();
    assert!(asked.contains(&"0xa".to_owned()) && asked.contains(&"0x14".to_owned()), "{asked:?}");
    assert!(!asked.contains(&"istanbul_getSnapshot".to_owned()), "{asked:?}");
    // The next one has them by then.
    let last = node(&chain, 39, Vec::new());
    bench.restart(Family::Map(None), vec![Arc::clone(&last)], &rules());
    updated(&bench, 39).await;
    let asked = last.asked.lock().expect("a lock").clone();
    assert!(!asked.contains(&"0xa".to_owned()), "{asked:?}");
}

#[tokio::test]
async fn leads_a_client_on_by_the_validators_that_a_person_names() {
    let chain = relay_chain();
    let start = Some((1, validators(&chain, 1)));
    let bench = bench(&chain, start, node(&chain, 25, Vec::new())).await;
    updated(&bench, 25).await;
}

#[tokio::test]
async fn rejects_validators_that_do_not_have_the_commitment_that_is_trusted() {
    let chain = relay_chain();
    let other = chain.snapshot(11).expect("a snapshot");
    for (start, listed) in [
        (None, Vec::new()),
        (None, vec![(0, other)]),
        (None, vec![(0, json!({ "validators": 7 }))]),
        (Some((1, validators(&chain, 2))), Vec::new()),
    ] {
        let bench = bench(&chain, start, node(&chain, 25, listed)).await;
        bench.step().await;
        assert!(bench.open().await.is_empty());
        // A client without a head has no row.
        let detail = bench.keeper.detail();
        assert!(detail.contains("the validators of epoch 1, whose commitment is 0x"), "{detail}");
        assert!(detail.contains("are not known: no node of followed lists them"), "{detail}");
    }
}

#[tokio::test]
async fn l9_freezes_a_client_whose_validators_have_sealed_another_block_than_nodes_have() {
    let chain = relay_chain();
    // The same validators seal two blocks of the number; nodes have one of them, and perhaps both.
    for knows_both in [false, true] {
        let mut other = Chain::new(*chain.network(), 1, Set::derive(7, 4), START);
        let mut lie = Proposal::new(7, Execution::empty(7, START + 36));
        lie.round = 1;
        let lie = other.propose(lie).expect("a block").json();
        let node = node(&chain, 25, vec![(0, chain.snapshot(1).expect("a snapshot"))]);
        if knows_both {
            node.unlisted.lock().expect("a lock").push(lie);
        }
        let bench = bench(&chain, None, node).await;
        let encoded = other.update(1, 7).expect("an update").encode().into();
        let data = sol::updateCall { encoded }.abi_encode().into();
        bench.contracts.send(bench.client, &data).await;
        bench.step().await;
        bench.step().await;
        let [outgoing] = &bench.open().await[..] else { panic!("{}", bench.keeper.detail()) };
        assert_eq!((outgoing.call.purpose, outgoing.call.to), (Purpose::Evidence, bench.client));
        let detail = bench.keeper.detail();
        assert!(detail.contains("two blocks of number 7 are signed as final"), "{detail}");
        bench.send().await;
        let at = trusted(&bench).await.frozenAt;
        assert_ne!(at, 0);
        bench.step().await;
        assert!(bench.open().await.is_empty());
        let detail = bench.keeper.detail();
        assert!(detail.starts_with(&format!("it was frozen at {at}")), "{detail}");
    }
}
