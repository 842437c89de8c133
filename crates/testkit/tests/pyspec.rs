//! The simulator's objects against the executable consensus specs. Not run by default: it needs Python 3.12 or newer with
//! the packages `eth-consensus-specs` (1.7.0b4) and `ckzg`.
//!
//! ```sh
//! HELIOGRAPH_PYSPEC=path/to/venv/bin/python cargo test -p testkit --test pyspec -- --ignored --nocapture
//! ```
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use light_client::beacon::{Fork, IndexSet, networks::MINIMAL, spec::Object};
use serde_json::json;
use std::{env, fs, path::Path, process::Command};
use testkit::beacon::{Chain, Network};

/// What the specs call a fork, its number in versions, and its indices.
const FORKS: [(&str, u8, IndexSet); 5] = [
    ("altair", 1, IndexSet::Altair),
    ("capella", 3, IndexSet::Capella),
    ("deneb", 4, IndexSet::Deneb),
    ("electra", 5, IndexSet::Electra),
    ("gloas", 7, IndexSet::Gloas),
];

/// A network of one fork. In the minimal preset versions end in 1.
fn network(preset: &str, number: u8, index_set: IndexSet) -> Network {
    let forks = |last| vec![Fork { epoch: 0, version: [number, 0, 0, last], index_set }];
    match preset {
        "minimal" => Network {
            seconds_per_slot: MINIMAL.seconds_per_slot,
            slots_per_epoch: MINIMAL.slots_per_epoch,
            epochs_per_period: MINIMAL.epochs_per_period,
            committee_size: MINIMAL.committee_size,
            slots_per_historical_root: MINIMAL.slots_per_historical_root,
            forks: forks(1),
            ..Network::default()
        },
        _ => Network { forks: forks(0), ..Network::default() },
    }
}

/// With blocks in the beginning of two sync committee periods.
fn chain(network: Network) -> Chain {
    let (epoch, period) = (network.slots_per_epoch, network.epochs_per_period);
    let mut chain = Chain::new(network, 5);
    for start in [0, period] {
        for slot in (1..=5).flat_map(|place| [0, 7].map(|slot| epoch * (start + place) + slot)) {
            let block = chain.next_execution(slot, slot).unwrap();
            chain.propose(slot, block).unwrap();
        }
    }
    chain
}

#[test]
#[ignore = "needs the executable consensus specs: see the top of the file"]
fn the_executable_specs_accept_what_the_simulator_makes() {
    for (fork, number, index_set) in FORKS {
        for preset in ["mainnet", "minimal"] {
            accept(fork, preset, &chain(network(preset, number, index_set)));
        }
    }
}

fn accept(fork: &str, preset: &str, chain: &Chain) {
    let python = env::var("HELIOGRAPH_PYSPEC").expect("HELIOGRAPH_PYSPEC: a Python with the specs");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pyspec-{fork}-{preset}"));
    fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, bytes: Vec<u8>| fs::write(folder.join(name), bytes).unwrap();
    let epoch = chain.network().slots_per_epoch;
    let bootstrap = chain.light_client_bootstrap(epoch).unwrap();
    write("bootstrap.ssz", bootstrap.to_ssz());
    let (members, second) = (chain.committee(0).size(), chain.network().epochs_per_period);
    let mut steps = Vec::new();
    for (place, kind, absent) in [
        (2, "update", vec![]),
        (3, "finality_update", vec![0, members - 1]),
        (second + 2, "update", (0..members / 3).collect()),
        (second + 3, "finality_update", vec![17]),
    ] {
        let slot = epoch * place;
        let file = format!("{kind}_{slot}.ssz");
        let ssz = match kind {
            "update" => chain.light_client_update(slot, &absent).unwrap().to_ssz(),
            _ => chain.light_client_finality_update(slot, &absent).unwrap().to_ssz(),
        };
        write(&file, ssz);
        let root = chain.block(slot).unwrap().root();
        steps.push(json!({ "kind": kind, "file": file, "finalized_root": root.to_string() }));
    }
    let meta = json!({
        "fork": fork,
        "preset": preset,
        "genesis_validators_root": chain.network().genesis_validators_root.to_string(),
        "trusted_root": chain.block(epoch).unwrap().root().to_string(),
        "steps": steps,
    });
    write("meta.json", meta.to_string().into_bytes());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pyspec_check.py");
    let status = Command::new(python).arg(script).arg(&folder).status().unwrap();
    assert!(status.success(), "{fork}, {preset}");
}
