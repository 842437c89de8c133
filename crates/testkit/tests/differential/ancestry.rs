//! ANC-2 to ANC-4: from a head to an older block, in the client's contract and in Rust. The honest proofs by beacon block roots are
//! those of `vectors/beacon/ancestry.json`.

use crate::session::{Session, artifact, cases};
use alloy_primitives::{Address, B256, Bytes, FixedBytes, keccak256};
use alloy_sol_types::{SolCall, SolValue};
use bindings::{IBeaconLightClient as sol, ILightClient, Revert};
use light_client::{
    ancestry::{HISTORY_ADDRESS, HISTORY_LENGTH, history_slot},
    beacon::{BeaconHeader, Bootstrap, Client, Config, Fork, Head, IndexSet},
    crypto::DefaultBls,
    ssz::branch_root,
};
use mpt_proof::builder::{Trie, packed};
use serde_json::Value;
use testkit::{
    beacon::ExecutionBlock,
    dice::Dice,
    rlp::{Mutation, Rlp},
};

/// Slot of the bootstrap of every client, and time of the calls.
const SLOT: u64 = 800;
const NOW: u64 = 12 * SLOT;

/// A network and the proofs from heads of it.
struct Network {
    slots_per_epoch: u64,
    slots_per_historical_root: u64,
    forks: Vec<Fork>,
    proofs: Vec<(B256, Bytes)>,
}

impl Network {
    fn config(&self) -> Config<'_> {
        Config {
            chain_id: 7,
            genesis_time: 0,
            genesis_validators_root: B256::repeat_byte(7),
            seconds_per_slot: 12,
            slots_per_epoch: self.slots_per_epoch,
            epochs_per_period: 256,
            committee_size: 512,
            slots_per_historical_root: self.slots_per_historical_root,
            trusting_period: 1_000_000,
            forks: &self.forks,
        }
    }
}

#[test]
fn h10_anc_3_block_roots() {
    let mut session = Session::new("ancestry by block roots");
    let mut networks = networks();
    for _ in 0..cases() / 4 {
        let place = session.dice.below(networks.len());
        let kept = networks[place].forks.clone();
        let network = &mut networks[place];
        let choice = session.dice.below(network.proofs.len());
        let (mut head, proof) = network.proofs[choice].clone();
        let mut bytes = proof.to_vec();
        let name = spoil(&mut session.dice, network, &mut head, &mut bytes);
        compare(&mut session, network, head, name, bytes);
        networks[place].forks = kept;
    }
    session.finish();
}

#[test]
fn h10_anc_4_history() {
    let mut session = Session::new("ancestry by kept hashes");
    let network = networks().swap_remove(0);
    for _ in 0..cases() / 4 {
        let (name, header, mut bytes) = history(&mut session.dice);
        let mut head = keccak256(&header);
        let name = if session.dice.one_in(3) {
            flip(&mut session.dice, &mut head, &mut bytes)
        } else {
            name
        };
        compare(&mut session, &network, head, name, bytes);
    }
    session.finish();
}

/// Asks both clients, the head of which has this hash.
fn compare(
    session: &mut Session,
    network: &Network,
    head: B256,
    name: impl core::fmt::Display,
    proof: Vec<u8>,
) {
    let (contract, rust_head) = deploy(session, network, head);
    let rust = rust_head.ancestor(&network.config(), &proof);
    let call = ILightClient::ancestorHashCall { id: 1, proof: proof.into() };
    let rust = rust.map(|block| block.block_hash().0.into()).map_err(Revert::from);
    session.compare_encoded(&[contract], name, &call.abi_encode(), rust);
}

/// The same client twice, by a bootstrap with this execution block.
fn deploy(session: &mut Session, network: &Network, block_hash: B256) -> (Address, Head) {
    let config = network.config();
    let set = config.fork_at(SLOT).unwrap().index_set;
    let (committee, zero) = (B256::repeat_byte(2), [B256::ZERO; 11]);
    let branch = |gindex: u64| &zero[..usize::try_from(gindex.ilog2()).unwrap()];
    let (state, body) = (set.current_committee(), set.execution_block_hash());
    let header = BeaconHeader {
        slot: SLOT,
        state_root: branch_root(&committee, branch(state), state).unwrap(),
        body_root: branch_root(&block_hash, branch(body), body).unwrap(),
        ..BeaconHeader::default()
    };
    let bootstrap = Bootstrap {
        header,
        current_committee_root: committee,
        current_committee_branch: branch(state),
        execution_block_hash: block_hash,
        execution_branch: branch(body),
    };
    let root = header.hash_tree_root();
    let arguments = (
        sol::Config::from(&config),
        sol::Bootstrap::from(&bootstrap),
        root,
        Address::repeat_byte(1),
    );
    session.evm.set_timestamp(NOW);
    let contract =
        session.evm.deploy(&artifact("BeaconLightClient"), &arguments.abi_encode_params());
    let client = Client::new(config, DefaultBls::default()).unwrap();
    (contract, client.bootstrap(&bootstrap, &root, NOW).unwrap().1.unwrap())
}

/// Changes one thing, or nothing.
fn spoil(
    dice: &mut Dice,
    network: &mut Network,
    head: &mut B256,
    bytes: &mut Vec<u8>,
) -> &'static str {
    let number =
        |bytes: &[u8], at: usize| u64::from_be_bytes(bytes[at..at + 8].try_into().unwrap());
    match dice.below(12) {
        0 | 1 => "honest",
        2 => {
            // Slots, and with them the place and the forks.
            let at = 5 + 16 * dice.below(2);
            let length = network.slots_per_historical_root;
            let slot = number(bytes, at);
            let changed = *dice.one_of(&[
                slot.wrapping_sub(1),
                slot + 1,
                slot + length,
                slot.wrapping_sub(length),
                number(bytes, 26 - at),
                0,
                u64::MAX,
            ]);
            bytes[at..at + 8].copy_from_slice(&changed.to_be_bytes());
            "another slot"
        }
        3 => {
            // A row earlier or later: other indices, or none.
            let row = dice.below(network.forks.len());
            let other = 1 + dice.number() % 20;
            let set = *dice.one_of(&IndexSet::ALL);
            if dice.one_in(2) {
                network.forks[row].index_set = set;
            } else if row == 0 {
                network.forks[row].epoch =
                    network.forks.get(1).map_or(other, |next| other.min(next.epoch - 1));
            }
            // The bootstrap needs a block.
            let last = network.forks.len() - 1;
            if !network.forks[last].index_set.has_execution() {
                network.forks[last].index_set = IndexSet::Gloas;
            }
            "other fork rows"
        }
        4 => {
            bytes[3 + dice.below(2)] = dice.byte();
            "another count"
        }
        5 => {
            bytes[1] = dice.byte();
            "another header length"
        }
        6 => {
            // One node more or less, counted rightly.
            let at = 3 + dice.below(2);
            let nodes = usize::from(bytes[3]);
            let place = if at == 3 { 165 } else { 165 + 32 * nodes };
            if dice.one_in(2) {
                bytes[at] += 1;
                bytes.splice(place..place, [7; 32]);
            } else {
                bytes[at] -= 1;
                bytes.drain(place..place + 32);
            }
            "a node more or less"
        }
        7 => {
            let header = bytes.len() - usize::from(u16::from_be_bytes([bytes[1], bytes[2]]));
            let mut rlp = Rlp::decode(&bytes[header..]).unwrap();
            if dice.one_in(2) {
                let items = 13 + dice.below(13);
                rlp.items().unwrap().resize(items, Rlp::bytes([1; 32]));
            } else {
                let place = dice.below(rlp.count());
                let mutation = *dice.one_of(&Mutation::ALL);
                mutation.apply(rlp.at(place).unwrap(), dice);
            }
            let rlp = rlp.encode();
            bytes.truncate(header);
            bytes[1..3].copy_from_slice(&u16::try_from(rlp.len()).unwrap().to_be_bytes());
            bytes.extend(&rlp);
            *head = keccak256(&rlp);
            "another header"
        }
        _ => flip(dice, head, bytes),
    }
}

/// Changes bytes wherever they are.
fn flip(dice: &mut Dice, head: &mut B256, bytes: &mut Vec<u8>) -> &'static str {
    let place = dice.below(bytes.len());
    match dice.below(6) {
        0 => {
            bytes.truncate(place);
            "cut"
        }
        1 => {
            bytes.push(dice.byte());
            "a byte more"
        }
        2 => {
            bytes[0] = dice.byte() % 4;
            "another kind"
        }
        3 => {
            head[dice.below(32)] ^= 1 << dice.below(8);
            "another head"
        }
        4 => {
            bytes[place.min(13)] ^= 1 << dice.below(8);
            "a bit of the first bytes"
        }
        _ => {
            bytes[place] ^= 1 << dice.below(8);
            "a bit"
        }
    }
}

/// A proof of a kept hash, with something wrong in most cases; and the header of the newer block.
fn history(dice: &mut Dice) -> (&'static str, Vec<u8>, Vec<u8>) {
    let newer = 1 + dice.number() % 20_000;
    let distances = [1, 1 + dice.number() % HISTORY_LENGTH, HISTORY_LENGTH, HISTORY_LENGTH + 1, 0];
    let number = newer.wrapping_sub(*dice.one_of(&distances));
    let hash = B256::from_slice(&dice.bytes(32));
    let mut name = "honest";
    let mut value = Rlp::bytes(hash).encode();
    if dice.one_in(6) {
        let length = dice.below(34);
        value = Rlp::bytes(dice.bytes(length)).encode();
        name = "another value";
    }
    let mut kept = vec![(keccak256(history_slot(number)), value)];
    if dice.one_in(5) {
        kept.clear();
        name = "nothing kept";
    }
    for _ in 0..dice.below(20) {
        kept.push((B256::from_slice(&dice.bytes(32)), vec![1 + dice.byte() % 0x7f]));
    }
    let storage = Trie::new(kept).unwrap();
    let mut fields = vec![
        Rlp::bytes([]),
        Rlp::bytes([5]),
        Rlp::bytes(storage.root()),
        Rlp::bytes(keccak256([])),
    ];
    if dice.one_in(10) {
        fields.pop();
        name = "an account of three fields";
    }
    let mut account = Rlp::List(fields);
    if dice.one_in(10) {
        let place = dice.below(account.count());
        let mutation = *dice.one_of(&Mutation::ALL);
        mutation.apply(account.at(place).unwrap(), dice);
        name = "another account";
    }
    let key = keccak256(HISTORY_ADDRESS);
    let mut accounts = vec![(B256::from_slice(&dice.bytes(32)), vec![1])];
    if dice.one_in(10) {
        name = "no account";
    } else {
        let encoded = account.encode();
        accounts.push((key, if encoded.is_empty() { vec![1] } else { encoded }));
    }
    let state = Trie::new(accounts).unwrap();
    let block = ExecutionBlock::synthetic(B256::ZERO, newer, NOW).with_state_root(state.root());
    let header = block.header_rlp();
    let account = packed(&state.proof(key.as_slice()));
    let proof = [
        &[2][..],
        &u16::try_from(header.len()).unwrap().to_be_bytes(),
        &u16::try_from(account.len()).unwrap().to_be_bytes(),
        &number.to_be_bytes(),
        &header,
        &account,
        &packed(&storage.proof(keccak256(history_slot(number)).as_slice())),
    ]
    .concat();
    (name, header, proof)
}

fn networks() -> Vec<Network> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/beacon/ancestry.json");
    let json: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let networks = json["networks"].as_array().unwrap().iter();
    networks
        .map(|network| {
            let config = &network["config"];
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let fork = |row: &Value| Fork {
                epoch: row["epoch"].as_u64().unwrap(),
                version: text(&row["version"]).parse::<FixedBytes<4>>().unwrap().0,
                index_set: match row["indexSet"].as_str().unwrap() {
                    "capella" => IndexSet::Capella,
                    "deneb" => IndexSet::Deneb,
                    "electra" => IndexSet::Electra,
                    _ => IndexSet::Gloas,
                },
            };
            let proof = |case: &Value| {
                (text(&case["head"]).parse().unwrap(), text(&case["proof"]).parse().unwrap())
            };
            Network {
                slots_per_epoch: config["slotsPerEpoch"].as_u64().unwrap(),
                slots_per_historical_root: config["slotsPerHistoricalRoot"].as_u64().unwrap(),
                forks: config["forks"].as_array().unwrap().iter().map(fork).collect(),
                proofs: network["blockRoots"].as_array().unwrap().iter().map(proof).collect(),
            }
        })
        .collect()
}
