//! The simulator's objects against the executable consensus specs. Not run by default: it needs Python 3.12 or newer with
//! the packages `eth-consensus-specs` (1.7.0b4) and `ckzg`.
//!
//! ```sh
//! HELIOGRAPH_PYSPEC=path/to/venv/bin/python cargo test -p testkit --test pyspec -- --ignored --nocapture
//! ```
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use light_client::beacon::spec::Object;
use serde_json::json;
use std::{env, fs, path::Path, process::Command};
use testkit::beacon::{Chain, ExecutionBlock, Network};

/// Epochs with blocks: the beginning of two sync committee periods.
const EPOCHS: [u64; 10] = [1, 2, 3, 4, 5, 257, 258, 259, 260, 261];

fn chain() -> Chain {
    let mut chain = Chain::new(Network::default(), 5);
    for slot in EPOCHS.iter().flat_map(|epoch| [32 * epoch, 32 * epoch + 7]) {
        let time = chain.network().time(slot);
        let parent = chain.head().map(|head| head.execution().hash()).unwrap_or_default();
        chain.propose(slot, ExecutionBlock::synthetic(parent, slot, time)).unwrap();
    }
    chain
}

#[test]
#[ignore = "needs the executable consensus specs: see the top of the file"]
fn the_executable_specs_accept_what_the_simulator_makes() {
    let python = env::var("HELIOGRAPH_PYSPEC").expect("HELIOGRAPH_PYSPEC: a Python with the specs");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pyspec");
    fs::create_dir_all(&folder).unwrap();
    let chain = chain();
    let write = |name: &str, bytes: Vec<u8>| fs::write(folder.join(name), bytes).unwrap();
    let bootstrap = chain.light_client_bootstrap(32).unwrap();
    write("bootstrap.ssz", bootstrap.to_ssz());
    let mut steps = Vec::new();
    for (epoch, kind, absent) in [
        (2, "update", vec![]),
        (3, "finality_update", vec![0, 511]),
        (258, "update", (0..170).collect()),
        (259, "finality_update", vec![17]),
    ] {
        let slot = 32 * epoch;
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
        "genesis_validators_root": chain.network().genesis_validators_root.to_string(),
        "trusted_root": chain.block(32).unwrap().root().to_string(),
        "steps": steps,
    });
    write("meta.json", meta.to_string().into_bytes());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pyspec_check.py");
    let status = Command::new(python).arg(script).arg(&folder).status().unwrap();
    assert!(status.success());
}
