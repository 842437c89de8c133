//! What the builder says an update will cost, beside what the contract takes for it.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use alloy_primitives::{Address, Bytes};
use alloy_sol_types::{SolCall, SolValue};
use bindings::IBeaconLightClient as sol;
use light_client::beacon::{
    Client, Fork, IndexSet, Trusted, Update,
    builder::{Cost, GLAMSTERDAM, OSAKA},
};
use light_client::crypto::DefaultBls;
use testkit::{
    beacon::{Chain, Network, OwnedUpdate},
    evm::{Artifact, Evm},
};

/// A client that has been updated once, in Rust and on chain.
struct Pair {
    chain: Chain,
    evm: Evm,
    contract: Address,
    trusted: Trusted,
}

impl Pair {
    fn new(network: Network) -> Self {
        let mut chain = Chain::new(network, 1);
        let epoch = chain.network().slots_per_epoch;
        for number in 1..=12 {
            let block = chain.next_execution(number * epoch, number).unwrap();
            chain.propose(number * epoch, block).unwrap();
        }
        let bootstrap = chain.bootstrap(epoch).unwrap();
        let root = chain.block(epoch).unwrap().root();
        let now = chain.network().time(13 * epoch);
        let client = Client::new(chain.network().config(), DefaultBls::default()).unwrap();
        let (trusted, _) = client.bootstrap(&bootstrap.as_bootstrap(), &root, now).unwrap();
        let mut evm = Evm::new(2);
        evm.set_timestamp(now);
        let config = sol::Config::from(&chain.network().config());
        let start = sol::Bootstrap::from(&bootstrap.as_bootstrap());
        let arguments = (config, start, root, Address::ZERO).abi_encode_params();
        let artifact = Artifact::load("BeaconLightClient").unwrap();
        let contract = evm.deploy(&artifact, &arguments);
        let mut pair = Self { chain, evm, contract, trusted };
        pair.compare("first", &pair.update(2, &[]));
        pair
    }

    /// The update that finalizes the first block of an epoch.
    fn update(&self, epoch: u64, absent: &[usize]) -> OwnedUpdate {
        self.chain.finality_update(epoch * self.chain.network().slots_per_epoch, absent).unwrap()
    }

    /// Applies an update on both sides. The estimate is within two hundredths of the gas.
    fn compare(&mut self, what: &str, update: &OwnedUpdate) {
        let config = self.chain.network().config();
        let estimate = Cost::of(&config, &self.trusted, update, &OSAKA);
        let encoded = update.encode();
        let client = Client::new(config, DefaultBls::default()).unwrap();
        let now = self.chain.network().time(13 * config.slots_per_epoch);
        let decoded = Update::decode(&encoded).unwrap();
        (self.trusted, _) = client.update(&self.trusted, &decoded, now).unwrap();
        let call = sol::updateCall { encoded: Bytes::from(encoded) }.abi_encode();
        let executed = self.evm.call_commit(self.contract, call);
        let gas = executed.gas;
        executed.into_result().unwrap();
        let allowed = gas / 50;
        assert!(gas.abs_diff(estimate.total) <= allowed, "{what}: {gas} gas, {estimate:?}");
    }
}

#[test]
fn absent_members_of_mainnets_committees() {
    for absent in [0, 1, 5, 25, 100, 170] {
        let mut pair = Pair::new(Network { chain_id: 1, ..Network::default() });
        let members: Vec<usize> = (0..absent).map(|member| member * 3 % 512).collect();
        pair.compare(&format!("{absent} absent"), &pair.update(3, &members));
    }
}

#[test]
fn learning_and_rotation() {
    let mut pair = Pair::new(Network { epochs_per_period: 6, ..Network::default() });
    let learning = pair.chain.with_next_committee(pair.update(3, &[])).unwrap();
    pair.compare("learning", &learning);
    let rotating = pair.chain.with_next_committee(pair.update(6, &[7])).unwrap();
    pair.compare("rotation", &rotating);
}

#[test]
fn gloas_and_small_committees() {
    let forks = vec![Fork { epoch: 0, version: [7, 0, 0, 0], index_set: IndexSet::Gloas }];
    let mut pair = Pair::new(Network { forks, ..Network::default() });
    pair.compare("Gloas", &pair.update(3, &[1, 2]));
    let mut pair = Pair::new(Network {
        committee_size: 32,
        slots_per_epoch: 8,
        epochs_per_period: 8,
        slots_per_historical_root: 64,
        ..Network::default()
    });
    pair.compare("32 members", &pair.update(3, &[1, 2, 30]));
}

#[test]
fn glamsterdam_is_bound_by_bytes_when_many_are_absent() {
    let pair = Pair::new(Network { chain_id: 1, ..Network::default() });
    let members: Vec<usize> = (0..170).map(|member| member * 3).collect();
    let update = pair.update(3, &members);
    let cost = Cost::of(&pair.chain.network().config(), &pair.trusted, &update, &GLAMSTERDAM);
    assert_eq!(cost.total, cost.floor);
    assert_eq!(cost.bytes, update.encode().len() as u64);
    // Selector, offset, length, and the bytes in whole words, at 64 each.
    assert_eq!(cost.floor, 15_000 + 64 * (68 + cost.bytes.next_multiple_of(32)));
}
