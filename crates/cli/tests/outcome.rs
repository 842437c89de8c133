//! `heliograph prove acknowledgement` and `heliograph prove expiry`, against a node and a beacon chain that are made up.

mod support;

use alloy_primitives::{Address, B256, Bytes, U256, hex, keccak256};
use alloy_sol_types::SolCall;
use bindings::IMessageChecker::{acknowledgeCall, proveExpiredCall};
use light_client::{
    ancestry::{HISTORY_ADDRESS, history_slot},
    beacon::{self, Client},
    crypto::DefaultBls,
};
use mos::{Attribute, Body, EvmAddress, Lane, MessageDelivered, outcome::settled_slot};
use mpt_proof::builder::Trie;
use serde_json::{Value, json};
use std::{path::PathBuf, time::SystemTime};
use support::{
    Block, Ended, Folder, flip, heliograph, node::block_json, proof_file, read, relay::account,
    server::serve_rpc, verify,
};
use testkit::beacon::{Chain, ExecutionBlock, Network};

/// Where messages are sent from.
const SOURCE: (u64, Address) = (5, Address::repeat_byte(0x51));

/// Their service on the chain of the node.
const SERVICE: Address = Address::repeat_byte(0xd1);

/// Who earns something for a delivery.
const PAYEE: Address = Address::repeat_byte(0x9e);

/// A nonce whose message is settled, and one whose message is not.
const NONCES: [u64; 2] = [3, 4];

/// Time of the block that the update finalizes, whatever its slot says.
const TIME: u64 = 1_800_000_001;

/// The chain that messages are sent to, and a node of it.
struct Node {
    folder: Folder,
    /// The block with the deliveries; another one after it is final.
    block: Block,
    lane: Lane,
    update: Value,
    url: String,
}

impl Node {
    fn new() -> Self {
        // A client that is asked by the clock's time has to trust the chain at that time.
        let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a time");
        let network = Network {
            genesis_time: clock.as_secs() - 1200,
            slots_per_epoch: 8,
            epochs_per_period: 8,
            committee_size: 32,
            slots_per_historical_root: 64,
            ..Network::default()
        };
        let lane = Lane {
            source_chain_id: U256::from(SOURCE.0),
            source_gateway: SOURCE.1,
            destination_chain_id: U256::from(network.chain_id),
            destination_gateway: SERVICE,
        };
        let delivered = |nonce: u64| {
            let (id, source_chain_id) = (B256::repeat_byte(7), lane.source_chain_id);
            let event = MessageDelivered { id, source_chain_id, nonce, payee: PAYEE };
            (SERVICE, event.topics().to_vec(), event.data().into())
        };
        let other = (SERVICE, vec![keccak256("another event")], Bytes::new());
        let block = Block::new(&[other, delivered(3), delivered(9)]);

        let word = |nonce| settled_slot(lane.source_chain_id, lane.source_gateway, nonce);
        let bits = alloy_rlp::encode(U256::from(1) << NONCES[0]);
        let bits = Trie::new([(keccak256(word(0)), bits)]).expect("slots");
        let number = block.execution.number();
        let kept = alloy_rlp::encode(U256::from_be_bytes(block.execution.hash().0));
        let kept = Trie::new([(keccak256(history_slot(number)), kept)]).expect("slots");
        let state = Trie::new([
            (keccak256(SERVICE), account(bits.root())),
            (keccak256(HISTORY_ADDRESS), account(kept.root())),
        ]);
        let state = state.expect("a state");
        let head = ExecutionBlock::synthetic(block.execution.hash(), number + 1, TIME)
            .with_state_root(state.root());

        let chain_id = U256::from(network.chain_id);
        let update = update(network, &head);
        let (blocks, receipts) = ([block.execution.clone(), head], block.receipts.clone());
        let url = serve_rpc(move |method, params| {
            let find = |is: &dyn Fn(&ExecutionBlock) -> bool| {
                blocks.iter().find(|block| is(block)).map_or(Value::Null, block_json)
            };
            match method {
                "eth_chainId" => json!(chain_id),
                "eth_getBlockByHash" => find(&|block| json!(block.hash()) == params[0]),
                "eth_getBlockByNumber" => {
                    find(&|block| json!(format!("0x{:x}", block.number())) == params[0])
                }
                "eth_getBlockReceipts" => receipts.clone(),
                "eth_getTransactionReceipt" => {
                    let list = receipts.as_array().expect("a list");
                    let found = list.iter().find(|one| one["transactionHash"] == params[0]);
                    let mut receipt = found.cloned().unwrap_or_default();
                    if !receipt.is_null() {
                        receipt["blockHash"] = json!(blocks[0].hash());
                    }
                    receipt
                }
                "eth_getProof" => {
                    let is_service = params[0] == json!(SERVICE);
                    let (at, slots) =
                        if is_service { (SERVICE, &bits) } else { (HISTORY_ADDRESS, &kept) };
                    let slot: B256 = serde_json::from_value(params[1][0].clone()).expect("a slot");
                    json!({
                        "address": at, "balance": "0x7", "nonce": "0x1", "codeHash": keccak256("code"),
                        "storageHash": slots.root(),
                        "accountProof": state.proof(keccak256(at).as_slice()),
                        "storageProof": [{
                            "key": slot, "value": "0x0", "proof": slots.proof(keccak256(slot).as_slice()),
                        }],
                    })
                }
                _ => Value::Null,
            }
        });
        Self { folder: Folder::new(), block, lane, update, url }
    }

    /// `prove WHAT` on the lane, from the update, into a file.
    fn prove(&self, what: &str, args: &[&str]) -> (PathBuf, Ended) {
        let update = self.folder.write_json("update.json", &self.update);
        let file = self.folder.path("proof.json");
        let (update, out) = (update.display().to_string(), file.display().to_string());
        let lane = [SOURCE.0.to_string(), SOURCE.1.to_string(), SERVICE.to_string()];
        let mut all = vec!["prove", what, "--rpc", &self.url, "--update", &update];
        let names = ["--source-chain", "--source-gateway", "--gateway"];
        for (name, value) in names.into_iter().zip(&lane) {
            if !args.contains(&name) {
                all.extend([name, value]);
            }
        }
        if !args.contains(&"--calldata") {
            all.extend(["-o", &out]);
        }
        let ended = heliograph(all.iter().chain(args));
        (file, ended)
    }

    fn transaction(&self, place: usize) -> String {
        self.block.receipts[place]["transactionHash"].as_str().expect("a hash").to_owned()
    }

    /// A message with a deadline, as a file.
    fn sent(&self, nonce: u64, deadline: u64) -> (Body, String) {
        let address = |chain: U256, byte| {
            let address = EvmAddress::new(chain, Address::repeat_byte(byte));
            Bytes::from(address.expect("an id").encode())
        };
        let body = Body {
            nonce,
            sender: address(self.lane.source_chain_id, 0x52),
            recipient: address(self.lane.destination_chain_id, 0xd2),
            payload: Bytes::from_static(b"light"),
            attributes: vec![Attribute::DeliverBefore(deadline).encode()],
        };
        let file = json!({
            "nonce": nonce, "sender": body.sender, "recipient": body.recipient,
            "payload": body.payload, "attributes": body.attributes,
        });
        (body, self.folder.write_json("sent.json", &file).display().to_string())
    }

    fn tampered(&self, file: &std::path::Path, change: impl FnOnce(&mut Value)) -> Ended {
        let mut proof = read(file);
        change(&mut proof["proof"]);
        verify(&self.folder.write_json("tampered.json", &proof), &[])
    }
}

/// An update that makes a block final, for a client that trusts the one before it.
fn update(network: Network, head: &ExecutionBlock) -> Value {
    let mut chain = Chain::new(network, 11);
    let first = ExecutionBlock::synthetic(B256::ZERO, 1, chain.network().time(8));
    chain.propose(8, first).expect("a block");
    chain.propose(16, head.clone()).expect("a block");
    let last = ExecutionBlock::synthetic(head.hash(), head.number() + 1, chain.network().time(32));
    chain.propose(32, last).expect("a block");
    let bootstrap = chain.bootstrap(8).expect("a bootstrap");
    let client = Client::new(chain.network().config(), DefaultBls::default()).expect("a network");
    let (root, now) = (bootstrap.header.hash_tree_root(), chain.network().time(33));
    let started = client.bootstrap(&bootstrap.as_bootstrap(), &root, now).expect("a start");
    let update = chain.finality_update(16, &[1]).expect("an update");
    let network = beacon::Network::from(chain.network().config());
    let update = Bytes::from(update.encode());
    proof_file(
        "beacon-update",
        &json!({ "network": network, "trusted": started.0, "update": update }),
    )
}

/// The bytes that a command prints.
fn printed(ended: &Ended) -> Vec<u8> {
    assert_eq!(ended.status, 0, "{}", ended.err);
    hex::decode(ended.out.trim()).expect("hexadecimal")
}

#[test]
fn proves_that_a_message_was_delivered() {
    let node = Node::new();
    let tx = node.transaction(1);
    for (way, headers) in [("headers", 2), ("history", 1), ("cheapest", 2)] {
        let (file, ended) = node.prove("acknowledgement", &["--tx", &tx, "--way", way]);
        assert_eq!(ended.status, 0, "{}", ended.err);
        let verified = verify(&file, &["--json"]).json();
        let proves = &verified["proves"];
        assert_eq!(
            (&verified["kind"], &proves["outcome"]),
            (&json!("acknowledgement"), &json!("delivered"))
        );
        assert_eq!(proves["message_id"], json!(B256::repeat_byte(7)));
        assert_eq!(proves["payee"], PAYEE.to_string());
        assert_eq!(proves["block"], node.block.execution.number().to_string());
        let proof = read(&file)["proof"].take();
        assert_eq!(proof["block"]["headers"].as_array().map(Vec::len), Some(headers), "{way}");
        assert_eq!((&proof["transaction_index"], &proof["log_index"]), (&json!(1), &json!(0)));

        node.tampered(&file, |proof| proof["transaction_index"] = json!(2)).expect_clause("MPT-5");
        node.tampered(&file, |proof| proof["log_index"] = json!(1)).expect_clause("RCT-6");
        node.tampered(&file, |proof| flip(&mut proof["lane"]["destination_gateway"], 0))
            .expect_clause("RCT-8");
        node.tampered(&file, |proof| proof["lane"]["source_chain_id"] = json!(6))
            .expect_clause("MSG-5");
        node.tampered(&file, |proof| proof["attestations"] = json!("0x00")).expect_clause("ATT-2");
    }
}

#[test]
fn prints_what_the_checker_is_called_with() {
    let node = Node::new();
    let tx = node.transaction(2);
    let (file, ended) = node.prove("acknowledgement", &["--tx", &tx]);
    assert_eq!(ended.status, 0, "{}", ended.err);
    let (_, ended) = node.prove("acknowledgement", &["--tx", &tx, "--calldata"]);
    let call = acknowledgeCall::abi_decode(&printed(&ended)).expect("a call");
    let written = read(&file)["proof"].take();
    assert_eq!(call.destinationChainId, node.lane.destination_chain_id);
    assert_eq!((call.proof.transactionIndex, call.proof.logIndex), (2, U256::ZERO));
    assert_eq!(json!(call.proof.receiptProof), written["receipt_proof"]);
    assert_eq!(json!(call.proof.headers), written["block"]["headers"]);

    let (body, sent) = node.sent(NONCES[1], TIME - 1);
    let (file, ended) = node.prove("expiry", &["--sent", &sent]);
    assert_eq!(ended.status, 0, "{}", ended.err);
    let (_, ended) = node.prove("expiry", &["--sent", &sent, "--calldata"]);
    let call = proveExpiredCall::abi_decode(&printed(&ended)).expect("a call");
    let written = read(&file)["proof"].take();
    assert_eq!(call.destinationChainId, node.lane.destination_chain_id);
    assert_eq!((call.body.nonce, &call.body.payload), (body.nonce, &body.payload));
    assert_eq!(json!(call.proof.accountProof), written["account_proof"]);
    assert_eq!(json!(call.proof.storageProof), written["storage_proof"]);
    let needs = ["prove", "acknowledgement", "--rpc", &node.url, "--tx", &tx, "--calldata"];
    heliograph(needs).expect(2, "--update <FILE>");
}

#[test]
fn names_what_a_transaction_does_not_deliver() {
    let node = Node::new();
    let nothing = "delivers fewer messages than that";
    let tx = node.transaction(0);
    node.prove("acknowledgement", &["--tx", &tx]).1.expect(3, nothing);
    let tx = node.transaction(1);
    node.prove("acknowledgement", &["--tx", &tx, "--place", "1"]).1.expect(3, nothing);
    let gateway = PAYEE.to_string();
    node.prove("acknowledgement", &["--tx", &tx, "--gateway", &gateway]).1.expect(3, nothing);
    let unknown = B256::repeat_byte(1).to_string();
    node.prove("acknowledgement", &["--tx", &unknown]).1.expect(3, "is in no block");
    // Of a lane from elsewhere it is refused before it is written.
    let ended = node.prove("acknowledgement", &["--tx", &tx, "--source-chain", "6"]).1;
    ended.expect_clause("MSG-5");
    assert!(!node.folder.path("proof.json").exists());
}

#[test]
fn proves_that_a_message_has_expired() {
    let node = Node::new();
    // A bit of a word that is there, and one of a word that is absent.
    for (nonce, absent) in [(NONCES[1], false), (700, true)] {
        let (body, sent) = node.sent(nonce, TIME - 1);
        let (file, ended) = node.prove("expiry", &["--sent", &sent]);
        assert_eq!(ended.status, 0, "{}", ended.err);
        let proves = verify(&file, &["--json"]).json()["proves"].take();
        assert_eq!(proves["outcome"], format!("not delivered by {}", TIME - 1));
        assert_eq!(proves["message_id"], json!(body.on(node.lane).id()));
        assert_eq!(proves["nonce"], nonce.to_string());
        assert_eq!(read(&file)["proof"]["absent"], json!(absent));

        node.tampered(&file, |proof| proof["absent"] = json!(!absent)).expect_clause(if absent {
            "MPT-13"
        } else {
            "MPT-14"
        });
        node.tampered(&file, |proof| flip(&mut proof["account_proof"][0], 3))
            .expect_clause("MPT-5");
        let settled = Body { nonce: NONCES[0], ..body }.on(node.lane).id();
        // Of another nonce the word is another one, or the same with another bit.
        let expected = match absent {
            true => "mpt_proof::proof::Error::".to_owned(),
            false => format!("mos::Error::AlreadySettled {{ id: {settled} }}"),
        };
        node.tampered(&file, |proof| proof["body"]["nonce"] = json!(NONCES[0]))
            .expect(1, &expected);
    }
}

#[test]
fn refuses_what_has_not_expired_or_is_settled() {
    let node = Node::new();
    let refused = |(body, sent): (Body, String), error: &str, rest: &str| {
        let error = format!("mos::Error::{error} {{ id: {}{rest} }}", body.on(node.lane).id());
        node.prove("expiry", &["--sent", &sent]).1.expect(1, &error);
    };
    let late = format!(", deadline: {TIME}, time: {TIME}");
    refused(node.sent(NONCES[1], TIME), "NotExpired", &late);
    refused(node.sent(NONCES[0], TIME - 1), "AlreadySettled", "");
    assert!(!node.folder.path("proof.json").exists());
    // Before the block that is final the state is another one, which this node has not.
    let (_, sent) = node.sent(NONCES[1], TIME - 1);
    let block = node.block.execution.number().to_string();
    node.prove("expiry", &["--sent", &sent, "--block", &block]).1.expect(3, "eth_getProof: ");
    let elsewhere = PAYEE.to_string();
    node.prove("expiry", &["--sent", &sent, "--gateway", &elsewhere]).1.expect(3, "eth_getProof: ");

    let wrong = node.folder.write_json("wrong.json", &node.update).display().to_string();
    node.prove("expiry", &["--sent", &wrong]).1.expect(3, "not of the kind delivery");
    let wrong = node.folder.write_json("wrong.json", &json!({ "nonce": 4 })).display().to_string();
    node.prove("expiry", &["--sent", &wrong]).1.expect(3, "wrong.json: missing field");
}
