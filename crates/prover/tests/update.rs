//! Updates of a light client from what a beacon node serves, over a simulated chain of three periods.

mod support;

use alloy_primitives::B256;
use light_client::{
    beacon::{
        self, Client, Error as Refused, Network as Owned, Trusted,
        builder::{GLAMSTERDAM, OwnedBootstrap},
    },
    crypto::{DefaultBls, Error as Signature},
};
use prover::{
    BeaconNode,
    update::{Error, Prepared},
};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use support::server::serve;
use testkit::beacon::{Chain, ExecutionBlock, Network};

/// Slot of the block that is trusted.
const TRUSTED: u64 = 8;

/// Slots that become final, one in each of three periods of 64 slots.
const FINAL: [u64; 3] = [16, 72, 136];

/// What a node serves, by path.
type Answers = Arc<Mutex<Vec<(String, Value)>>>;

struct Light {
    chain: Chain,
    network: Owned,
    answers: Answers,
    node: BeaconNode,
}

impl Light {
    fn new() -> Self {
        let network = Network {
            slots_per_epoch: 8,
            epochs_per_period: 8,
            committee_size: 32,
            slots_per_historical_root: 64,
            ..Network::default()
        };
        let mut chain = Chain::new(network, 11);
        let mut parent = B256::ZERO;
        let mut slots: Vec<u64> = FINAL.into_iter().chain(FINAL.map(|slot| slot + 16)).collect();
        slots.push(TRUSTED);
        slots.sort_unstable();
        for slot in slots {
            let block = ExecutionBlock::synthetic(parent, slot, chain.network().time(slot));
            parent = block.hash();
            chain.propose(slot, block).expect("a block");
        }
        let answers = Answers::default();
        let served = Arc::clone(&answers);
        let url = serve(move |path, _| {
            let answers = served.lock().expect("a lock");
            let found = answers.iter().find(|(known, _)| known == path);
            found.map(|(_, answer)| answer.clone())
        });
        let network = Owned::from(chain.network().config());
        Self { chain, network, answers, node: BeaconNode::new(&url).expect("an address") }
    }

    /// From now on this is the answer to a path.
    fn answers(&self, path: impl std::fmt::Display, answer: Value) {
        let path = format!("/eth/v1/beacon/{path}");
        let mut answers = self.answers.lock().expect("a lock");
        answers.retain(|(known, _)| *known != path);
        answers.push((path, answer));
    }

    /// The updates of two periods from one on.
    fn updates(&self, period: u64, answer: &[Value]) {
        self.answers(
            format_args!("light_client/updates?start_period={period}&count=2"),
            json!(answer),
        );
    }

    fn update(&self, period: usize, absent: &[usize]) -> Value {
        data(&self.chain.light_client_update(FINAL[period], absent).expect("an update"))
    }

    fn finality(&self, period: usize, absent: &[usize]) -> Value {
        data(&self.chain.light_client_finality_update(FINAL[period], absent).expect("an update"))
    }

    /// The block that is trusted, which the node has a bootstrap of.
    fn bootstrap(&self) {
        let root = self.chain.block(TRUSTED).expect("a block").root();
        let bootstrap = self.chain.light_client_bootstrap(TRUSTED).expect("a bootstrap");
        self.answers(format_args!("headers/{TRUSTED}"), json!({ "data": { "root": root } }));
        self.answers(format_args!("light_client/bootstrap/{root}"), data(&bootstrap));
    }

    const fn now(&self) -> u64 {
        self.chain.network().time(200)
    }

    fn trusted(&self) -> Trusted {
        let client = Client::new(self.network.as_config(), DefaultBls::default());
        let bootstrap = self.chain.light_client_bootstrap(TRUSTED).expect("a bootstrap");
        let bootstrap = OwnedBootstrap::new(&bootstrap);
        let root = bootstrap.header.hash_tree_root();
        let started = client.expect("a network");
        started.bootstrap(&bootstrap.as_bootstrap(), &root, self.now()).expect("a start").0
    }

    async fn asked(&self, trusted: &Trusted) -> Result<Option<Prepared>, Error> {
        let (node, network) = (&self.node, &self.network);
        prover::update::beacon(node, network, trusted, self.now(), false, None).await
    }

    /// What is trusted after the update, as a client says that is none of the prover's.
    fn taken(&self, trusted: &Trusted, update: &Prepared) -> Trusted {
        let client = Client::new(self.network.as_config(), DefaultBls::default());
        let packed = beacon::Update::decode(&update.bytes).expect("an update");
        let client = client.expect("a network");
        client.update(trusted, &packed, self.now()).expect("it holds").0
    }

    fn block_hash(&self, period: usize) -> B256 {
        self.chain.block(FINAL[period]).expect("a block").execution().hash()
    }
}

/// An object as the beacon API answers.
fn data(object: &impl Serialize) -> Value {
    json!({ "version": "electra", "data": object })
}

#[tokio::test]
async fn leads_a_client_from_period_to_period() {
    let light = Light::new();
    light.bootstrap();
    light.updates(0, &[light.update(0, &[]), light.update(1, &[3])]);
    light.updates(1, &[light.update(1, &[3]), light.update(2, &[])]);
    light.answers("light_client/finality_update", light.finality(2, &[7, 8]));
    let mut trusted = light.trusted();
    for (period, absent) in [(0, 0), (1, 1), (2, 0)] {
        let update = light.asked(&trusted).await.expect("an answer").expect("an update");
        assert_eq!((update.finalized_slot, update.rotates), (FINAL[period], period > 0));
        assert_eq!(update.execution_block_hash, light.block_hash(period));
        assert!(update.brings_head);
        let packed = beacon::Update::decode(&update.bytes).expect("an update");
        assert_eq!((packed.absent.len(), packed.next_committee.is_some()), (absent, true));
        let (cost, later) = (update.cost, update.cost_by(&light.network, &GLAMSTERDAM));
        assert_eq!(cost.bytes, update.bytes.len() as u64);
        assert_ne!(cost.total, later.total);
        assert_eq!(light.taken(&trusted, &update), update.trusted);
        trusted = update.trusted;
    }
    assert_eq!(light.asked(&trusted).await, Ok(None));
}

#[tokio::test]
async fn takes_the_update_with_the_fewest_absentees() {
    let light = Light::new();
    light.bootstrap();
    light.updates(0, &[light.update(0, &[1, 2])]);
    light.answers("light_client/finality_update", light.finality(0, &[5]));
    let (node, network) = (&light.node, &light.network);
    let (trusted, now) = (light.trusted(), light.now());
    let signers = |update: Result<Option<Prepared>, Error>| {
        let update = update.expect("an answer").expect("an update");
        let packed = beacon::Update::decode(&update.bytes).expect("an update");
        let absent: Vec<u16> = packed.absent.iter().map(|member| member.index).collect();
        (absent, packed.next_committee.is_some())
    };
    // While the next committee is unknown what brings it goes first, and afterwards where it is asked for.
    assert_eq!(signers(light.asked(&trusted).await), (vec![1, 2], true));
    let knows = Trusted { next_committee_root: light.chain.committee(1).root(), ..trusted };
    assert_eq!(signers(light.asked(&knows).await), (vec![5], false));
    let wanted = prover::update::beacon(node, network, &knows, now, true, None).await;
    assert_eq!(signers(wanted), (vec![1, 2], true));

    let since = |slot| prover::update::beacon(node, network, &knows, now, false, Some(slot));
    assert_eq!(signers(since(FINAL[0]).await), (vec![5], false));
    assert_eq!(since(FINAL[0] + 1).await, Ok(None));
}

#[tokio::test]
async fn rejects_updates_that_do_not_hold() {
    let light = Light::new();
    light.bootstrap();
    let knows = Trusted { next_committee_root: light.chain.committee(1).root(), ..light.trusted() };
    // The signature is that of another block.
    let mut wrong = light.finality(0, &[]);
    wrong["data"]["sync_aggregate"]["sync_committee_signature"] =
        light.finality(1, &[])["data"]["sync_aggregate"]["sync_committee_signature"].clone();
    light.answers("light_client/finality_update", wrong);
    light.updates(0, &[]);
    let signature = Refused::from(Signature::InvalidSignature);
    assert_eq!(light.asked(&knows).await, Err(Error::Refused(signature)));
    // Another one that holds is taken in its place.
    light.updates(0, &[light.update(0, &[4])]);
    let update = light.asked(&knows).await.expect("an answer").expect("an update");
    assert_eq!(light.taken(&knows, &update), update.trusted);

    // What cannot be read is nothing.
    light.updates(0, &[json!({ "data": { "next_sync_committee": 7 } })]);
    light.answers("light_client/finality_update", json!("nothing"));
    assert_eq!(light.asked(&knows).await, Ok(None));
}

#[tokio::test]
async fn rejects_keys_that_are_not_those_of_the_committee() {
    let light = Light::new();
    light.answers("light_client/finality_update", light.finality(0, &[]));
    let root = light.trusted().current_committee_root;
    assert_eq!(light.asked(&light.trusted()).await, Err(Error::NoKeys { root }));
    // A bootstrap of another period has other keys.
    let later = data(&light.chain.light_client_bootstrap(FINAL[1]).expect("a bootstrap"));
    let block = light.chain.block(FINAL[1]).expect("a block").root();
    light.answers("headers/finalized", json!({ "data": { "root": block } }));
    light.answers(format_args!("light_client/bootstrap/{block}"), later);
    assert_eq!(light.asked(&light.trusted()).await, Err(Error::NoKeys { root }));
    light.bootstrap();
    assert!(light.asked(&light.trusted()).await.is_ok_and(|update| update.is_some()));
}
