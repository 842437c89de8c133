//! A message on a simulated chain, with the update that makes its block final.

use super::{Block, proof_file};
use alloy_primitives::{Address, B256, Bytes, U256};
use light_client::{
    beacon::{Client, Trusted},
    crypto::DefaultBls,
};
use mos::{EvmAddress, Lane, MESSAGE_SENT, Message};
use mpt_proof::builder::receipts;
use serde_json::{Value, json};
use testkit::beacon::{Chain, ExecutionBlock, Network};

const SOURCE: Address = Address::repeat_byte(0x51);
const DESTINATION: Address = Address::repeat_byte(0xd1);
const NONCE: u64 = 4;

/// Slot of the first trusted block, and of the one that the update finalizes.
const SLOTS: [u64; 2] = [32, 64];

/// A chain on which a message was sent.
pub(crate) struct Relay {
    chain: Chain,
    block: Block,
    trusted: Trusted,
}

impl Relay {
    pub(crate) fn new() -> Self {
        let block = Block::new(&[log(0), log(1), log(2), message()]);
        let mut chain = Chain::new(Network::default(), 5);
        let first = ExecutionBlock::synthetic(B256::ZERO, 1, chain.network().time(SLOTS[0]));
        chain.propose(SLOTS[0], first).expect("a block");
        chain.propose(SLOTS[1], block.execution.clone()).expect("a block");
        let last =
            ExecutionBlock::synthetic(block.execution.hash(), 1001, chain.network().time(128));
        chain.propose(128, last).expect("a block");
        let bootstrap = chain.bootstrap(SLOTS[0]).expect("a bootstrap");
        let network = chain.network().clone();
        let client = Client::new(network.config(), DefaultBls::default()).expect("a network");
        let root = bootstrap.header.hash_tree_root();
        let started = client.bootstrap(&bootstrap.as_bootstrap(), &root, network.time(129));
        Self { chain, block, trusted: started.expect("a start").0 }
    }

    /// The update, signed by all but these members.
    pub(crate) fn update(&self, absent: &[usize]) -> Value {
        let network = self.chain.network();
        let network = json!({
            "chain_id": network.chain_id,
            "genesis_time": network.genesis_time,
            "genesis_validators_root": network.genesis_validators_root,
            "seconds_per_slot": network.seconds_per_slot,
            "slots_per_epoch": network.slots_per_epoch,
            "epochs_per_period": network.epochs_per_period,
            "trusting_period": network.trusting_period,
            "forks": network.forks,
        });
        let update = self.chain.finality_update(SLOTS[1], absent).expect("an update");
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

fn log(i: u8) -> (Address, Vec<B256>, Bytes) {
    (SOURCE, vec![B256::with_last_byte(i)], Bytes::new())
}

fn message() -> (Address, Vec<B256>, Bytes) {
    let source = Network::default().chain_id;
    let address = |chain: u64, account| EvmAddress::new(U256::from(chain), account).expect("an id");
    let sender = address(source, Address::repeat_byte(0x52)).encode();
    let recipient = address(7, Address::repeat_byte(0xd2)).encode();
    let lane = Lane {
        source_chain_id: U256::from(source),
        source_gateway: SOURCE,
        destination_chain_id: U256::from(7),
        destination_gateway: DESTINATION,
    };
    let payload = b"light";
    let message = Message { lane, nonce: NONCE, sender: &sender, recipient: &recipient, payload };
    let data = mos::event::encode(&sender, &recipient, payload);
    (SOURCE, vec![MESSAGE_SENT, message.id()], data.into())
}
