//! `vectors/map/updates.json`: updates of a simulated MAP relay chain, honest ones and every mutation of them, made here and read
//! by the contracts' tests too. What each mutation must cause is known before it is tried.
//!
//! `HELIOGRAPH_BLESS=1 cargo test -p testkit --test map_vectors` writes the file; otherwise it is compared.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use alloy_primitives::hex;
use alloy_sol_types::SolValue;
use bindings::{IMapLightClient as sol, Revert};
use light_client::{
    crypto::bn254::{DefaultBn254, G1},
    map::{Checkpoint, Client, Config, Trusted},
};
use serde_json::{Value, json};
use std::{env, fs, sync::Arc};
use testkit::{
    dice::Dice,
    map::Chain,
    mutate::map::{FIRST_EPOCH, Mutation, Outcome, Scene, histories},
};

/// Longer updates are left to the differential tests.
const MAX_LENGTH: usize = 5000;

/// Newest epochs that the file's updates lead to.
const AGES: [u64; 4] = [FIRST_EPOCH, FIRST_EPOCH + 1, FIRST_EPOCH + 4, FIRST_EPOCH + 10];

#[test]
fn map_1_map_13_bns_1_bns_3_every_vector_has_the_outcome_of_its_mutation() {
    let path = testkit::vectors::workspace().join("vectors/map/updates.json");
    let text = format!("{:#}\n", vectors());
    if env::var_os("HELIOGRAPH_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &text).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap() == text, "HELIOGRAPH_BLESS=1 writes the file anew");
}

fn vectors() -> Value {
    let [chain, _] = histories(5).unwrap();
    let (client, checkpoint, mut trusted, start) = start(&chain);
    let mut before = Vec::new();
    let mut states = vec![trusted];
    for epoch in &AGES[1..] {
        let number = chain.network().last_block(epoch - 1);
        let update = chain.update(trusted.epoch, number).unwrap().encode();
        let now = chain.block(number).unwrap().execution.time;
        trusted = client.update(&trusted, &update, now).unwrap().0;
        states.push(trusted);
        before.push(json!({ "now": now, "update": hex::encode_prefixed(update) }));
    }
    let mut dice = Dice::new(0x6d61_7076);
    let cases: Vec<Value> = Mutation::ALL
        .iter()
        .filter_map(|mutation| case(&client, &chain, &states, *mutation, &mut dice))
        .collect();
    assert!(cases.len() + 2 > Mutation::ALL.len(), "{} of {}", cases.len(), Mutation::ALL.len());
    let names: Vec<&Value> = cases.iter().map(|case| &case["name"]).collect();
    json!({
        "generator": "crates/testkit/tests/map_vectors.rs",
        "about": "Updates of a simulated MAP relay chain. A case applies to a client at the checkpoint that has taken \
            over the first `after` updates of `before`. `error` is the revert data, or nothing.",
        "config": hex::encode_prefixed(sol::Config::from(client.config()).abi_encode()),
        "checkpoint": hex::encode_prefixed(checkpoint.abi_encode()),
        "commitment": chain.set(FIRST_EPOCH).unwrap().commitment(),
        "start": start,
        "before": before,
        "names": names,
        "cases": cases,
    })
}

/// A client at the checkpoint, with the checkpoint and its time.
fn start(chain: &Chain) -> (Client<DefaultBn254>, sol::Checkpoint, Trusted, u64) {
    let network = chain.network();
    let config = Config {
        chain_id: network.chain_id,
        epoch_size: network.epoch_size,
        fork_height: network.fork_height,
        trusting_period: network.trusting_period,
    };
    let (set, time) = (chain.set(FIRST_EPOCH).unwrap(), chain.brought_at(FIRST_EPOCH).unwrap());
    let keys: Vec<G1> = set.keys().into_iter().map(G1).collect();
    let checkpoint = Checkpoint { epoch: FIRST_EPOCH, time, keys: &keys };
    let client = Client::new(config, DefaultBn254::default()).unwrap();
    let trusted = client.checkpoint(&checkpoint, &set.commitment(), time).unwrap();
    (client, (&checkpoint).into(), trusted, time)
}

/// The first scene that has what the mutation changes, and what the client says to it.
fn case(
    client: &Client<DefaultBn254>,
    chain: &Arc<Chain>,
    states: &[Trusted],
    mutation: Mutation,
    dice: &mut Dice,
) -> Option<Value> {
    (0..200).find_map(|_| {
        let after = dice.below(states.len());
        let trusted = &states[after];
        let mut scene = Scene::honest(chain, trusted.epoch, dice).unwrap();
        let outcome = mutation.apply(&mut scene, dice)?;
        let update = scene.encoded();
        if update.len() > MAX_LENGTH {
            return None;
        }
        let verdict = client.verify_update(trusted, &update, scene.now);
        let error = verdict.err().map(|error| Revert::from(error).data).unwrap_or_default();
        let name = Revert::decode(&error).map(|error| error.name);
        match outcome {
            Outcome::Accepted => assert_eq!(name, None, "{mutation}"),
            Outcome::Refused(expected) => assert_eq!(name.as_deref(), Some(expected), "{mutation}"),
            Outcome::Open => {}
        }
        let mut case = json!({
            "name": mutation.to_string(),
            "after": after,
            "now": scene.now,
            "update": hex::encode_prefixed(update),
            "error": error,
        });
        if let Ok(block) = verdict {
            case["number"] = block.number.into();
            case["blockHash"] = json!(block.hash);
            case["receiptsRoot"] = json!(block.receipts_root);
        }
        Some(case)
    })
}
