//! The updates of `vectors/beacon/updates.json`, made by a third implementation, in Rust: what the file says of each is what the
//! contracts' tests hold too.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use alloy_primitives::{B256, hex};
use alloy_sol_types::SolValue;
use bindings::{IBeaconLightClient as sol, Revert};
use light_client::{
    beacon::{
        BeaconHeader, Client, Fork, IndexSet, Network, Trusted, Update,
        builder::{OwnedBootstrap, OwnedUpdate},
    },
    crypto::DefaultBls,
};
use serde_json::Value;
use std::fs;

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

/// The entry of a list with this name.
fn named<'v>(list: &'v Value, name: &Value) -> &'v Value {
    list.as_array().unwrap().iter().find(|entry| entry["name"] == *name).unwrap()
}

const fn fork(row: &sol::Fork) -> Fork {
    let index_set = match row.indexSet {
        sol::IndexSet::Altair => IndexSet::Altair,
        sol::IndexSet::Capella => IndexSet::Capella,
        sol::IndexSet::Deneb => IndexSet::Deneb,
        sol::IndexSet::Electra => IndexSet::Electra,
        sol::IndexSet::Gloas | sol::IndexSet::__Invalid => IndexSet::Gloas,
    };
    Fork { epoch: row.epoch, version: row.version.0, index_set }
}

fn network(encoded: &Value) -> Network {
    let config = sol::Config::abi_decode(&bytes(encoded)).unwrap();
    Network {
        chain_id: config.chainId.to(),
        genesis_time: config.genesisTime,
        genesis_validators_root: config.genesisValidatorsRoot,
        seconds_per_slot: config.secondsPerSlot,
        slots_per_epoch: config.slotsPerEpoch,
        epochs_per_period: config.epochsPerPeriod,
        committee_size: config.committeeSize,
        slots_per_historical_root: config.slotsPerHistoricalRoot,
        trusting_period: config.trustingPeriod,
        forks: config.forks.iter().map(fork).collect(),
    }
}

fn bootstrap(encoded: &Value) -> OwnedBootstrap {
    let sol::Bootstrap {
        header,
        currentCommitteeRoot: current_committee_root,
        currentCommitteeBranch: current_committee_branch,
        executionBlockHash: execution_block_hash,
        executionBranch: execution_branch,
    } = sol::Bootstrap::abi_decode(&bytes(encoded)).unwrap();
    OwnedBootstrap {
        header: BeaconHeader {
            slot: header.slot,
            proposer_index: header.proposerIndex,
            parent_root: header.parentRoot,
            state_root: header.stateRoot,
            body_root: header.bodyRoot,
        },
        current_committee_root,
        current_committee_branch,
        execution_block_hash,
        execution_branch,
    }
}

/// The state to which a case applies: after its bootstrap and the cases it names. And the network with the appended rows.
fn before(file: &Value, case: &Value) -> (Network, Trusted) {
    let start = named(&file["bootstraps"], &case["bootstrap"]);
    let of = named(&file["networks"], &start["network"]);
    let mut network = network(&of["config"]);
    let root = B256::from_slice(&bytes(&start["trustedRoot"]));
    let bootstrap = bootstrap(&start["bootstrap"]);
    let now = network.genesis_time + network.seconds_per_slot * bootstrap.header.slot;
    let client = Client::new(network.as_config(), DefaultBls::default()).unwrap();
    let (mut trusted, _) = client.bootstrap(&bootstrap.as_bootstrap(), &root, now).unwrap();
    let later = Vec::<sol::Fork>::abi_decode(&bytes(&of["later"])).unwrap();
    let appended = usize::try_from(case["appended"].as_u64().unwrap()).unwrap();
    for row in &later[..appended] {
        assert_eq!(network.as_config().verify_append(&trusted, &fork(row)), Ok(()));
        network.forks.push(fork(row));
    }
    let client = Client::new(network.as_config(), DefaultBls::default()).unwrap();
    for name in case["after"].as_array().unwrap() {
        let case = named(&file["cases"], name);
        let update = bytes(&case["update"]);
        let update = Update::decode(&update).unwrap();
        trusted = client.update(&trusted, &update, case["now"].as_u64().unwrap()).unwrap().0;
    }
    (network, trusted)
}

#[test]
fn upd_1_bcn_13_every_vector_has_the_outcome_that_its_file_says() {
    let path = testkit::vectors::workspace().join("vectors/beacon/updates.json");
    let file: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() > 50);
    for case in cases {
        let (network, trusted) = before(&file, case);
        let client = Client::new(network.as_config(), DefaultBls::default()).unwrap();
        let encoded = bytes(&case["update"]);
        let update = Update::decode(&encoded).unwrap();
        assert_eq!(update.absent.len() as u64, case["absent"].as_u64().unwrap());
        assert_eq!(OwnedUpdate::decode(&encoded).unwrap().encode(), encoded);
        let verdict = client.update(&trusted, &update, case["now"].as_u64().unwrap());
        let revert = verdict.err().map_or_else(Vec::new, |error| Revert::from(error).data.into());
        assert_eq!(revert, bytes(&case["error"]), "{}", case["name"]);
    }
}
