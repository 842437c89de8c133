//! The relayer as an operator runs it: between two chains whose nodes are faulty and which are reorganised, killed again and again.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../../relayer/tests/common/postgres.rs"]
mod postgres;
mod support;

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher as _, Hasher as _},
    thread::sleep,
    time::Duration,
};
use support::{
    devnet::{Devnet, workspace},
    relayer::{Relayer, all_arrive},
};
use testkit::dice::Dice;

/// Messages in each direction.
const MESSAGES: u64 = 60;

/// How often the relayer is killed.
const KILLS: usize = 6;

/// Longest time that it runs between, in milliseconds.
const LONGEST: usize = 5_000;

/// Whatever nodes answer and whenever the process dies, every message arrives, and none twice.
fn everything_arrives(variables: &[(&str, &str)]) {
    let Some(root) = workspace() else { return };
    let seed = RandomState::new().build_hasher().finish();
    let mut dice = Dice::new(seed);
    let devnet = Devnet::start(&root, &["--faults", "--committee", "32"]);
    let mut relayer = Relayer::start(&root, &devnet, "relayer", variables);
    let count = MESSAGES.to_string();
    let (status, sent) = devnet.run(&root, &["devnet", "send", "--count", &count, "--both"]);
    assert_eq!(status, 0, "{sent}");
    let pauses: Vec<usize> = (0..KILLS).map(|_| dice.below(LONGEST)).collect();
    println!("killed after {pauses:?} milliseconds");
    for pause in pauses {
        relayer.kill();
        relayer = Relayer::start(&root, &devnet, "relayer", variables);
        sleep(Duration::from_millis(pause as u64));
    }
    all_arrive(&root, &devnet, MESSAGES, &[&relayer]);
    relayer.end();
}

#[test]
fn l1_l4_l5_everything_arrives_once_although_nodes_fail_chains_reorganise_and_the_relayer_is_killed()
 {
    everything_arrives(&[]);
}

#[test]
fn l1_l4_l5_everything_arrives_once_on_postgres_too() {
    let Some(url) = postgres::database() else { return };
    everything_arrives(&[("HELIOGRAPH_STORE__URL", &url)]);
}
