//! A message on a simulated chain, with the update that makes its block final.

use super::{Block, proof_file};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use light_client::{
    ancestry::{HISTORY, HISTORY_ADDRESS, history_slot},
    beacon::{self, Client, Trusted},
    crypto::DefaultBls,
};
use mos::{Attribute, Body, EvmAddress, Lane, MESSAGE_SENT, Message};
use mpt_proof::builder::{Trie, packed, receipts};
use serde_json::{Value, json};
use testkit::{
    beacon::{Chain, ExecutionBlock, Network},
    rlp::Rlp,
};

const SOURCE: Address = Address::repeat_byte(0x51);
const DESTINATION: Address = Address::repeat_byte(0xd1);
const NONCE: u64 = 4;

/// Slot of the first trusted block, and of the one that the update finalizes.
const SLOTS: [u64; 2] = [32, 64];

/// Number of the block with the message.
const NUMBER: u64 = 1000;

/// A chain on which a message was sent.
pub(crate) struct Relay {
    chain: Chain,
    block: Block,
    /// From there to the message's block.
    ancestry: Bytes,
    trusted: Trusted,
}

impl Relay {
    /// A message in the block that the update finalizes.
    pub(crate) fn new() -> Self {
        let block = Block::new(&[log(0), log(1), log(2), message()]);
        let head = block.execution.clone();
        Self::ending_in(block, head, Bytes::new())
    }

    /// A message some blocks before it, whose hash the state keeps (ANC-4).
    pub(crate) fn remembered() -> Self {
        let block = Block::new(&[log(0), log(1), log(2), message()]);
        let slots = Trie::new([(
            keccak256(history_slot(NUMBER)),
            alloy_rlp::encode(U256::from_be_bytes(block.execution.hash().0)),
        )]);
        let slots = slots.expect("slots");
        let contract = (keccak256(HISTORY_ADDRESS), account(slots.root()));
        let state =
            Trie::new([contract, (keccak256(SOURCE), account(B256::ZERO))]).expect("a state");
        let parent = B256::repeat_byte(9);
        let head = ExecutionBlock::synthetic(parent, NUMBER + 20, 1_700_000_768)
            .with_state_root(state.root());
        let header = head.header_rlp();
        let accounts = packed(&state.proof(keccak256(HISTORY_ADDRESS).as_slice()));
        let storage = packed(&slots.proof(keccak256(history_slot(NUMBER)).as_slice()));
        let length = |bytes: &[u8]| u16::try_from(bytes.len()).expect("short").to_be_bytes();
        let proof = [
            &[HISTORY][..],
            &length(&header),
            &length(&accounts),
            &NUMBER.to_be_bytes(),
            &header,
            &accounts,
            &storage,
        ];
        Self::ending_in(block, head, proof.concat().into())
    }

    fn ending_in(block: Block, head: ExecutionBlock, ancestry: Bytes) -> Self {
        let mut chain = Chain::new(Network::default(), 5);
        let first = ExecutionBlock::synthetic(B256::ZERO, 1, chain.network().time(SLOTS[0]));
        chain.propose(SLOTS[0], first).expect("a block");
        let hash = head.hash();
        chain.propose(SLOTS[1], head).expect("a block");
        let last = ExecutionBlock::synthetic(hash, NUMBER + 21, chain.network().time(128));
        chain.propose(128, last).expect("a block");
        let bootstrap = chain.bootstrap(SLOTS[0]).expect("a bootstrap");
        let network = chain.network().clone();
        let client = Client::new(network.config(), DefaultBls::default()).expect("a network");
        let root = bootstrap.header.hash_tree_root();
        let started = client.bootstrap(&bootstrap.as_bootstrap(), &root, network.time(129));
        Self { chain, block, ancestry, trusted: started.expect("a start").0 }
    }

    /// The update, signed by all but these members.
    pub(crate) fn update(&self, absent: &[usize]) -> Value {
        let network = beacon::Network::from(self.chain.network().config());
        let update = self.chain.finality_update(SLOTS[1], absent).expect("an update");
        let update = Bytes::from(update.encode());
        json!({ "network": network, "trusted": self.trusted, "update": update })
    }

    /// A time at which the update is valid.
    pub(crate) fn now(&self) -> String {
        self.chain.network().time(200).to_string()
    }

    pub(crate) fn update_file(&self, absent: &[usize]) -> Value {
        proof_file("beacon-update", &self.update(absent))
    }

    pub(crate) fn delivery_file(&self) -> Value {
        let read = receipts::from_json(&self.block.receipts.to_string()).expect("receipts");
        let values = read.iter().map(receipts::encode);
        let trie = mpt_proof::builder::OrderedTrie::new(values).expect("a trie");
        proof_file(
            "delivery",
            &json!({
                "block": {
                    "anchor": { "update": self.update(&[1, 2]) },
                    "ancestry": self.ancestry,
                    "headers": [Bytes::from(self.block.execution.header_rlp())],
                },
                "lane": {
                    "source_gateway": SOURCE,
                    "destination_chain_id": 7,
                    "destination_gateway": DESTINATION,
                },
                "transaction_index": 3,
                "receipt_proof": trie.proof(3),
                "log_index": 0,
                "nonce": NONCE,
            }),
        )
    }
}

/// An account with this storage.
pub(crate) fn account(storage_root: B256) -> Vec<u8> {
    let (root, code) = (Rlp::bytes(storage_root), Rlp::bytes(keccak256("code")));
    Rlp::List(vec![Rlp::integer(1), Rlp::integer(7), root, code]).encode()
}

fn log(i: u8) -> (Address, Vec<B256>, Bytes) {
    (SOURCE, vec![B256::with_last_byte(i)], Bytes::new())
}

/// What the message asks of its delivery.
pub(crate) const fn asked() -> [Attribute; 3] {
    [
        Attribute::MinGasLimit(100_000),
        Attribute::DeliverBefore(1_800_000_000),
        Attribute::RevertBehavior(true),
    ]
}

/// The lane that the message is sent on.
pub(crate) fn lane() -> Lane {
    Lane {
        source_chain_id: U256::from(Network::default().chain_id),
        source_gateway: SOURCE,
        destination_chain_id: U256::from(7),
        destination_gateway: DESTINATION,
    }
}

/// Id of the message.
pub(crate) fn id() -> B256 {
    body().on(lane()).id()
}

fn body() -> Body {
    let address =
        |chain: U256, account| EvmAddress::new(chain, account).expect("an id").encode().into();
    Body {
        nonce: NONCE,
        sender: address(lane().source_chain_id, Address::repeat_byte(0x52)),
        recipient: address(lane().destination_chain_id, Address::repeat_byte(0xd2)),
        payload: Bytes::from_static(b"light"),
        attributes: asked().iter().map(Attribute::encode).collect(),
    }
}

fn message() -> (Address, Vec<B256>, Bytes) {
    let body = body();
    let Message { sender, recipient, payload, attributes, .. } = body.on(lane());
    let data = mos::event::encode(sender, recipient, payload, attributes);
    (SOURCE, vec![MESSAGE_SENT, body.on(lane()).id()], data.into())
}
