//! Every figure that a bar names, in one run: tables to print, and `target/bench.json`, a flat map from figure to number.

#![expect(
    clippy::cast_precision_loss,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a program that measures small numbers, and stops at what it did not expect"
)]

use alloy_primitives::{Address, Bytes, keccak256};
use alloy_sol_types::{SolCall, SolValue, sol};
use benches::{alloy, bare_alloy, bare_sha3, fixture, fixture::Fixture, ours, ratio::ratio};
use bindings::contracts::IBeaconLightClient;
use std::{collections::BTreeMap, fs, hint::black_box, path::PathBuf};
use testkit::{
    beacon::{Chain, ExecutionBlock, Network, OwnedUpdate},
    evm::{Artifact, Evm},
};

sol! {
    function inclusion(bytes32 root, bytes calldata key, bytes[] calldata nodes) returns (uint256 length);
}

/// Absent members for which an update is measured.
const ABSENT: [usize; 9] = [0, 1, 2, 5, 10, 25, 50, 100, 170];

/// Names and numbers, as they are written to `target/bench.json`.
type Figures = BTreeMap<String, f64>;

fn main() {
    let mut figures = Figures::new();
    proofs(&mut figures);
    receipt_gas(&mut figures);
    update_gas(&mut figures);
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/bench.json");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, serde_json::to_string_pretty(&figures).unwrap()).unwrap();
    println!("\nwritten: target/bench.json, {} figures", figures.len());
}

/// Rust: time as ratios, and allocations.
fn proofs(figures: &mut Figures) {
    println!(
        "\n| proof (Rust) | nodes | bytes | ns | ÷ alloy-trie | ÷ its own bare keccak | alloy-trie ÷ its own bare keccak | allocations |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for fixture in fixture::measured() {
        let (of_alloy, nanoseconds) = ratio(|| ours(&fixture), || alloy(&fixture));
        let (of_hash, _) = ratio(|| ours(&fixture), || bare_sha3(&fixture));
        let (alloy_of_hash, _) = ratio(|| alloy(&fixture), || bare_alloy(&fixture));
        let allocations = allocations(|| ours(&fixture));
        let (name, nodes, bytes) = (fixture.name, fixture.proof.len(), fixture.bytes());
        println!(
            "| {name} | {nodes} | {bytes} | {nanoseconds:.0} | {of_alloy:.2} | {of_hash:.2} | {alloy_of_hash:.2} | {allocations} |"
        );
        figures.insert(format!("rust.{name}.ratio_alloy"), of_alloy);
        figures.insert(format!("rust.{name}.ratio_own_hash"), of_hash);
        figures.insert(format!("rust.{name}.allocs"), allocations as f64);
    }
}

fn allocations<T>(run: impl FnOnce() -> T) -> u64 {
    allocation_counter::measure(|| {
        black_box(run());
    })
    .count_total
}

/// Solidity: a proof's gas, beside OpenZeppelin's `TrieProof` on the same bytes.
fn receipt_gas(figures: &mut Figures) {
    let mut evm = Evm::new(1);
    let ours = evm.deploy(&artifact("ReceiptGas", "InclusionGas"), &[]);
    let theirs = evm.deploy(&artifact("ReceiptGas", "InclusionGasOpenZeppelin"), &[]);
    println!(
        "\n| proof (Solidity) | execution gas | OpenZeppelin | ÷ | whole transaction | OpenZeppelin |"
    );
    println!("|---|---|---|---|---|---|");
    for fixture in fixture::measured() {
        let call = call_of(&fixture);
        let (mine, peer) = (evm.gas(ours, call.clone()), evm.gas(theirs, call));
        let quotient = mine.execution as f64 / peer.execution as f64;
        let name = fixture.name;
        println!(
            "| {name} | {} | {} | {quotient:.2} | {} | {} |",
            mine.execution, peer.execution, mine.transaction, peer.transaction
        );
        figures.insert(format!("sol.{name}.gas"), mine.execution as f64);
        figures.insert(format!("sol.{name}.gas_openzeppelin"), peer.execution as f64);
    }
}

fn call_of(fixture: &Fixture) -> Bytes {
    let (root, key, nodes) = (fixture.root, fixture.key.clone(), fixture.proof.clone());
    inclusionCall { root, key, nodes }.abi_encode().into()
}

/// Solidity: a whole update transaction in the steady state, in which every slot that is written has been written before.
fn update_gas(figures: &mut Figures) {
    let chain = simulated(Network { chain_id: 1, ..Network::default() });
    let (mut evm, client) = deployed(&chain);
    let first = chain.finality_update(64, &[]).unwrap();
    submit(&mut evm, client, &first);
    let steady = evm.snapshot();
    println!("\n| update of a beacon client (Solidity), absent of 512 | whole transaction |");
    println!("|---|---|");
    for count in ABSENT {
        evm.restore(steady.clone());
        let gas = submit(&mut evm, client, &chain.finality_update(96, &spread(count)).unwrap());
        println!("| {count} | {gas} |");
        figures.insert(format!("sol.beacon.update.k{count}"), gas as f64);
    }
    evm.restore(steady);
    let learning =
        chain.with_next_committee(chain.finality_update(96, &spread(0)).unwrap()).unwrap();
    println!(
        "| 0, and the next committee into a fresh slot | {} |",
        submit(&mut evm, client, &learning)
    );
}

/// A chain with a block at every epoch boundary that is needed.
fn simulated(network: Network) -> Chain {
    let mut chain = Chain::new(network, 1);
    let mut parent = Default::default();
    for (number, slot) in (1..).zip([32, 64, 96, 128, 160]) {
        let block = ExecutionBlock::synthetic(parent, number, chain.network().time(slot));
        parent = block.hash();
        chain.propose(slot, block).unwrap();
    }
    chain
}

fn deployed(chain: &Chain) -> (Evm, Address) {
    let mut evm = Evm::new(2);
    evm.set_timestamp(chain.network().time(200));
    let bootstrap = chain.bootstrap(32).unwrap();
    let config = IBeaconLightClient::Config::from(&chain.network().config());
    let start = IBeaconLightClient::Bootstrap::from(&bootstrap.as_bootstrap());
    let arguments = (config, start, chain.block(32).unwrap().root()).abi_encode_params();
    let client = evm.deploy(&Artifact::load("BeaconLightClient").unwrap(), &arguments);
    (evm, client)
}

fn submit(evm: &mut Evm, client: Address, update: &OwnedUpdate) -> u64 {
    let update_ = IBeaconLightClient::Update::from(&update.as_update());
    let executed = evm.call_commit(client, IBeaconLightClient::updateCall { update_ }.abi_encode());
    let gas = executed.gas;
    executed.into_result().unwrap();
    gas
}

/// `count` members spread over the committee as absence is: at random, but the same ones every time.
fn spread(count: usize) -> Vec<usize> {
    let mut members: Vec<usize> = (0..512).collect();
    members.sort_by_key(|member| keccak256((*member as u64).to_be_bytes()));
    members.truncate(count);
    members.sort_unstable();
    members
}

fn artifact(file: &str, name: &str) -> Artifact {
    Artifact::load_from(file, name).unwrap_or_else(|error| panic!("{error}"))
}
