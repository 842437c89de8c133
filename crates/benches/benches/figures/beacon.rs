//! Updates of the beacon light client.

use crate::Figures;
use alloy_primitives::{Address, keccak256};
use alloy_sol_types::{SolCall, SolValue};
use bindings::contracts::IBeaconLightClient;
use testkit::{
    beacon::{Chain, ExecutionBlock, Network, OwnedUpdate},
    evm::{Artifact, Evm},
};

/// Absent members for which an update is measured.
const ABSENT: [usize; 9] = [0, 1, 2, 5, 10, 25, 50, 100, 170];

/// Solidity: a whole update transaction in the steady state, in which every slot that is written has been written before.
pub(crate) fn measure(figures: &mut Figures) {
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
