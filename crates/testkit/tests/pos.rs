//! Chains that ran: what consensus clients served, what execution clients built, and what was proven of it, replayed
//! in Rust and in the contracts. `heliograph demo-pos --record` writes such records.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_in_result,
    reason = "a panic is a failed test"
)]

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::{SolCall, SolValue};
use bindings::{IBeaconLightClient as sol, ILightClient, Revert};
use light_client::{
    Assumption, Header,
    ancestry::{self, Ancestor, BEACON},
    beacon::{
        self, Client, Heads, IndexSet, Network, Trusted, Update,
        builder::{OwnedBootstrap, OwnedUpdate},
        spec::{
            LightClientBootstrap, LightClientFinalityUpdate, LightClientUpdate, SyncCommittee,
            Versioned,
        },
    },
    crypto::{self, DefaultBls},
};
use mos::{Answer, Clients, Context, DeliveryProof, Inbox, Lanes};
use mpt_proof::{
    builder::{OrderedTrie, receipts},
    receipt::{self, TypePolicy},
};
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, fs};
use testkit::{
    evm::{Artifact, Evm},
    vectors::workspace,
};

/// What the lanes of the records ask for: `Assumption::code`.
const SYNC_COMMITTEE: u8 = 1;

/// A run of a chain: see `vectors/README.md`.
#[derive(Deserialize)]
struct Record {
    network: Network,
    trusted_root: B256,
    bootstrap: Versioned<LightClientBootstrap>,
    updates: Vec<RecordedUpdate>,
    lane: Option<Lane>,
    #[serde(default)]
    deliveries: Vec<Delivery>,
    log: Option<Log>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", content = "object", rename_all = "snake_case")]
enum RecordedUpdate {
    Update(Box<Versioned<LightClientUpdate>>),
    FinalityUpdate(Box<Versioned<LightClientFinalityUpdate>>),
}

#[derive(Deserialize)]
struct Lane {
    source_gateway: Address,
    destination_chain_id: u64,
    destination_gateway: Address,
}

#[derive(Deserialize)]
struct Block {
    hash: B256,
    header: Bytes,
}

/// A message, and how it was proven when so many updates had been taken.
#[derive(Deserialize)]
struct Delivery {
    after_updates: usize,
    block: Block,
    receipts: Value,
    proof: Proof,
}

#[derive(Deserialize)]
struct Proof {
    head_id: u64,
    ancestry: Bytes,
    headers: Vec<Bytes>,
    transaction_index: u64,
    log_index: u64,
    nonce: u64,
}

/// A log of a chain without messages.
#[derive(Deserialize)]
struct Log {
    after_updates: usize,
    block: Block,
    receipts: Value,
    headers: Vec<Bytes>,
    transaction_index: u64,
    emitter: Address,
    topic: B256,
    data: Bytes,
}

impl Record {
    fn read(fork: &str) -> Self {
        let path = workspace().join(format!("vectors/beacon/pos/{fork}.json"));
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }
}

/// Rust and the contract, side by side.
struct Twin<'c> {
    client: Client<'c, DefaultBls>,
    trusted: Trusted,
    heads: Heads,
    now: u64,
    evm: Evm,
    at: Address,
}

impl<'c> Twin<'c> {
    fn start(network: &'c Network, bootstrap: &OwnedBootstrap, root: &B256) -> Self {
        let config = network.as_config();
        let client = Client::new(config, DefaultBls::default()).unwrap();
        let now = config.genesis_time + config.seconds_per_slot * (bootstrap.header.slot + 1);
        let (trusted, head) = client.bootstrap(&bootstrap.as_bootstrap(), root, now).unwrap();
        let mut heads = Heads::new();
        heads.push(&head.expect("a block of a fork with execution"));

        let mut evm = Evm::new(31_337);
        evm.set_timestamp(now);
        let bootstrap = sol::Bootstrap::from(&bootstrap.as_bootstrap());
        let arguments = (sol::Config::from(&config), bootstrap, *root, Address::repeat_byte(1));
        let artifact = Artifact::load("BeaconLightClient").unwrap_or_else(|e| panic!("{e}"));
        let at = evm.deploy(&artifact, &arguments.abi_encode_params());
        let mut twin = Self { client, trusted, heads, now, evm, at };
        twin.expect_same_trust();
        twin
    }

    fn update(&mut self, update: &OwnedUpdate) {
        self.now = self.time(update.signature_slot);
        self.evm.set_timestamp(self.now);
        // Before it is taken: a signed update cannot be made to prove another block. Its state root would
        // be another, and that is where the next committee is looked for first.
        let mut changed = update.clone();
        changed.pair.execution_block_hash.0[0] ^= 1;
        let error = self.refuse(&changed.encode());
        let expected = match update.next_committee {
            Some(_) => beacon::Error::NextCommitteeBranch,
            None => beacon::Error::from(crypto::Error::InvalidSignature),
        };
        assert_eq!(error, Revert::from(expected));
        let mut short = update.encode();
        short.pop();
        self.refuse(&short);

        let bytes = update.encode();
        let decoded = Update::decode(&bytes).unwrap();
        let (trusted, head) = self.client.update(&self.trusted, &decoded, self.now).unwrap();
        let call = sol::updateCall { encoded: bytes.into() }.abi_encode();
        self.evm
            .call_commit(self.at, call)
            .into_result()
            .unwrap_or_else(|e| panic!("{}", Revert { data: e }));
        self.trusted = trusted;
        head.iter().for_each(|head| self.heads.push(head));
        self.expect_same_trust();
    }

    /// Both refuse an update, with the same error, which is returned.
    fn refuse(&mut self, bytes: &[u8]) -> Revert {
        let rust = Update::decode(bytes)
            .and_then(|update| self.client.update(&self.trusted, &update, self.now));
        let rust = Revert::from(rust.unwrap_err());
        let call = sol::updateCall { encoded: Bytes::copy_from_slice(bytes) }.abi_encode();
        let contract = self.evm.call(self.at, call).into_result().unwrap_err();
        assert_eq!(Revert { data: contract }, rust);
        rust
    }

    /// The block that both prove from a head, or the error of both.
    fn ancestor(&mut self, head_id: u64, proof: &Bytes) -> Result<B256, ancestry::Error> {
        let head = self.client.head(&self.trusted, &self.heads, head_id, self.now).unwrap();
        let rust = head.ancestor(self.client.config(), proof).map(|block| block.block_hash());
        let call = ILightClient::ancestorHashCall { id: head_id, proof: proof.clone() };
        let contract = self.evm.call(self.at, call.abi_encode()).into_result();
        match &rust {
            Ok(hash) => assert_eq!(contract.unwrap(), hash.abi_encode()),
            Err(error) => assert_eq!(contract.unwrap_err(), Revert::from(*error).data),
        }
        rust
    }

    const fn time(&self, slot: u64) -> u64 {
        let config = self.client.config();
        config.genesis_time + config.seconds_per_slot * slot
    }

    fn expect_same_trust(&mut self) {
        let call = sol::trustedCall {}.abi_encode();
        let answer = self.evm.call(self.at, call).into_result().unwrap();
        let contract = sol::trustedCall::abi_decode_returns(&answer).unwrap();
        assert_eq!(contract, sol::Trusted::from(&self.trusted));
    }
}

/// The client of the one chain there is.
impl Clients for Twin<'_> {
    fn assumption(&self, chain_id: U256) -> Result<Assumption, mos::Error> {
        assert_eq!(chain_id, U256::from(self.client.config().chain_id));
        Ok(Assumption::SyncCommittee { chain_id: self.client.config().chain_id })
    }

    fn ancestor(&self, _: U256, head_id: u64, ancestry: &[u8]) -> Result<Ancestor, mos::Error> {
        let head = self.client.head(&self.trusted, &self.heads, head_id, self.now)?;
        Ok(head.ancestor(self.client.config(), ancestry)?)
    }
}

/// What was replayed, to be compared with what the record is meant to hold.
#[derive(Debug, Default, PartialEq, Eq)]
struct Replayed {
    rotations: usize,
    by_parents: usize,
    by_block_roots: usize,
    logs: usize,
    header_fields: usize,
}

/// Takes every update of a record, and every proof at its place among them.
fn replay(fork: &str, index_set: IndexSet) -> Replayed {
    let record = Record::read(fork);
    let network = &record.network;
    assert_eq!(network.forks.last().unwrap().index_set, index_set);
    assert_eq!((network.committee_size, network.slots_per_historical_root), (32, 64));
    let bootstrap = OwnedBootstrap::new(&record.bootstrap.data);
    let mut twin = Twin::start(network, &bootstrap, &record.trusted_root);
    let period = |slot| network.as_config().period(slot);
    let first = record.bootstrap.data.current_sync_committee.clone();
    let mut committees = BTreeMap::from([(period(bootstrap.header.slot), first)]);
    let mut inbox = record.lane.as_ref().map(|lane| {
        let here = U256::from(lane.destination_chain_id);
        let mut lanes = Lanes::new(here, lane.destination_gateway);
        lanes.set_lane(U256::from(network.chain_id), lane.source_gateway, SYNC_COMMITTEE, false);
        Inbox::new(lanes)
    });

    let mut replayed = Replayed::default();
    for (number, update) in (1..).zip(&record.updates) {
        let before = twin.trusted.current_committee_root;
        twin.update(&made(network, update, &mut committees));
        replayed.rotations += usize::from(twin.trusted.current_committee_root != before);
        for delivery in record.deliveries.iter().filter(|item| item.after_updates == number) {
            deliver(&mut twin, inbox.as_mut().expect("a lane"), delivery, &mut replayed);
        }
        for log in record.log.iter().filter(|log| log.after_updates == number) {
            prove(&twin, log, &mut replayed);
        }
    }
    replayed
}

/// The packed form of a recorded update.
fn made(
    network: &Network,
    update: &RecordedUpdate,
    committees: &mut BTreeMap<u64, SyncCommittee>,
) -> OwnedUpdate {
    let config = network.as_config();
    match update {
        RecordedUpdate::Update(update) => {
            let update = &update.data;
            let period = config.period(update.signature_slot);
            let made = OwnedUpdate::new(&config, update, &committees[&period], true).unwrap();
            committees.insert(period + 1, update.next_sync_committee.clone());
            made
        }
        RecordedUpdate::FinalityUpdate(update) => {
            let signing = &committees[&config.period(update.data.signature_slot)];
            OwnedUpdate::from_finality_update(&config, &update.data, signing).unwrap()
        }
    }
}

/// A message is delivered once; not with another ancestry.
fn deliver(twin: &mut Twin<'_>, inbox: &mut Inbox, recorded: &Delivery, replayed: &mut Replayed) {
    let Delivery { block, proof, receipts, .. } = recorded;
    let trie = open(block, receipts, replayed);
    let proof = DeliveryProof {
        head_id: proof.head_id,
        ancestry: proof.ancestry.clone(),
        headers: proof.headers.clone(),
        transaction_index: proof.transaction_index,
        receipt_proof: trie.proof(proof.transaction_index),
        log_index: proof.log_index,
        nonce: proof.nonce,
        attestations: Bytes::new(),
    };
    let from = twin.ancestor(proof.head_id, &proof.ancestry).unwrap();
    assert_eq!(from, alloy_primitives::keccak256(&proof.headers[0]));
    if proof.ancestry.is_empty() {
        replayed.by_parents += 1;
    } else {
        assert_eq!(proof.ancestry[0], BEACON);
        assert_eq!(from, block.hash);
        let mut changed = proof.ancestry.to_vec();
        // The last byte of the pair: of the execution block hash.
        changed[5 + 191] ^= 1;
        let error = twin.ancestor(proof.head_id, &changed.into()).unwrap_err();
        assert!(matches!(error, ancestry::Error::BeaconRoot { .. }), "{error:?}");
        replayed.by_block_roots += 1;
    }

    let chain = U256::from(twin.client.config().chain_id);
    let context = Context { clients: &*twin, attestors: &(), now: twin.now };
    let mut deliver = |proof: &DeliveryProof| {
        let delivered = inbox.deliver(chain, proof, &context, |_| Answer::Accepted);
        delivered.map(|(delivery, _)| delivery.id())
    };
    let mut other = proof.clone();
    other.nonce += 1;
    assert!(matches!(deliver(&other), Err(mos::Error::IdMismatch { .. })));
    let id = deliver(&proof).unwrap();
    assert_eq!(deliver(&proof), Err(mos::Error::AlreadySettled { id }));
}

/// A log is where it was, and no other is.
fn prove(twin: &Twin<'_>, log: &Log, replayed: &mut Replayed) {
    let id = twin.trusted.latest_head;
    let head = twin.client.head(&twin.trusted, &twin.heads, id, twin.now).unwrap();
    let block = head.open(&log.headers).unwrap();
    assert_eq!(block.hash(), log.block.hash);
    let trie = open(&log.block, &log.receipts, replayed);
    let nodes = trie.proof(log.transaction_index);
    let root = block.receipts_root();
    let receipt = receipt::prove(&root, log.transaction_index, &nodes, TypePolicy::Known).unwrap();
    assert_eq!(receipt.select(0, &log.emitter, &log.topic).unwrap().data, &log.data[..]);
    let wrong = receipt.select(0, &Address::ZERO, &log.topic).unwrap_err();
    assert!(matches!(wrong, receipt::Error::LogEmitter { .. }), "{wrong:?}");
    replayed.logs += 1;
}

/// The receipts that a block's header commits to.
fn open(block: &Block, receipts: &Value, replayed: &mut Replayed) -> OrderedTrie {
    let header = Header::open(&block.header, &block.hash).unwrap();
    let mut fields = 0;
    let mut items = &block.header[..];
    let mut items = alloy_rlp::Header::decode_bytes(&mut items, true).unwrap();
    while !items.is_empty() {
        let item = alloy_rlp::Header::decode(&mut items).unwrap();
        items = &items[item.payload_length..];
        fields += 1;
    }
    replayed.header_fields = fields;
    let receipts = receipts::from_json(&receipts.to_string()).unwrap();
    receipts::trie(&receipts, &header.receipts_root).unwrap()
}

#[test]
fn h12_capella_by_lodestar_over_ethereumjs() {
    let replayed = replay("capella", IndexSet::Capella);
    let expected = Replayed { logs: 1, header_fields: 17, ..Replayed::default() };
    assert_eq!(replayed, expected);
}

#[test]
fn h12_fulu_by_the_spec_over_ethereumjs() {
    let replayed = replay("fulu", IndexSet::Electra);
    let expected = Replayed {
        rotations: 1,
        by_parents: 1,
        by_block_roots: 2,
        header_fields: 21,
        ..Replayed::default()
    };
    assert_eq!(replayed, expected);
}

#[test]
fn h12_gloas_by_the_spec_over_ethrex() {
    let replayed = replay("gloas", IndexSet::Gloas);
    let expected = Replayed {
        rotations: 1,
        by_parents: 1,
        by_block_roots: 2,
        header_fields: 23,
        ..Replayed::default()
    };
    assert_eq!(replayed, expected);
}
