//! A simulated MAP relay chain: four validators, one joins with the end of the first epoch and one leaves with that of the
//! second, in round 1; and what its nodes serve.

use super::Folder;
use alloy_primitives::{Log, hex, keccak256};
use mpt_proof::builder::receipts;
use serde_json::{Value, json};
use testkit::map::{Block, Chain, Execution, Network, Proposal, Receipts, Set, Validator};

/// Time of the chain's start.
pub(crate) const START: u64 = 1_700_000_000;

/// Blocks of an epoch.
pub(crate) const EPOCH: u64 = 10;

/// A chain of three epochs and a half.
pub(crate) struct Relay {
    pub(crate) chain: Chain,
    pub(crate) folder: Folder,
    /// The receipts of block 20, the last one of its epoch, without the block's own, and that one.
    pub(crate) receipts: (Value, Value),
}

impl Relay {
    pub(crate) fn new() -> Self {
        let network = Network {
            chain_id: 31_338,
            epoch_size: EPOCH,
            fork_height: 1,
            trusting_period: 604_800,
        };
        let mut chain = Chain::new(network, 1, Set::derive(7, 4), START);
        let (receipts, trie) = with_block_receipt();
        for number in 1..=35 {
            let mut execution = Execution::empty(number, START + 5 * number);
            if number == 20 {
                execution = execution.with_receipts(&trie);
            }
            let mut proposal = Proposal::new(number, execution);
            match number {
                10 => {
                    proposal.added = vec![Validator::derive(7, 4)];
                    proposal.absent = vec![2];
                }
                20 => {
                    proposal.removed = vec![1];
                    proposal.round = 1;
                }
                _ => {}
            }
            chain.propose(proposal).expect("a block");
        }
        Self { chain, folder: Folder::new(), receipts }
    }

    pub(crate) fn block(&self, number: u64) -> &Block {
        self.chain.block(number).expect("a block")
    }

    /// A block as a node answers.
    pub(crate) fn json(&self, number: u64) -> String {
        let answer = json!({ "jsonrpc": "2.0", "id": 1, "result": self.block(number).json() });
        text(&self.folder.write_json(&format!("{number}.json"), &answer))
    }

    /// A header as nodes pass it on, in hexadecimal.
    pub(crate) fn rlp(&self, number: u64) -> String {
        let rlp = hex::encode_prefixed(self.block(number).rlp());
        text(&self.folder.write(&format!("{number}.hex"), rlp))
    }

    /// A time after all of it.
    pub(crate) fn now(&self) -> String {
        (START + 1000).to_string()
    }

    /// The arguments that start from the first validators.
    pub(crate) fn start(&self) -> Vec<String> {
        let set = self.chain.set(1).expect("a set");
        let validators = set.validators().iter().map(|member| {
            json!({
                "Address": member.address(),
                "BLSPublicKey": hex::encode_prefixed(member.g2()),
                "BLSG1PublicKey": hex::encode_prefixed(member.g1()),
            })
        });
        let file = json!({ "epoch": 1, "validators": validators.collect::<Vec<_>>() });
        let file = text(&self.folder.write_json("validators.json", &file));
        let mut args: Vec<String> =
            ["--chain-id", "31338", "--epoch-size", "10", "--fork-height", "1"]
                .map(Into::into)
                .into();
        args.extend(["--validators".into(), file, "--time".into(), START.to_string()]);
        args.extend(["--now".into(), self.now()]);
        args
    }

    /// A record of some headers, in the order given.
    pub(crate) fn record(&self, numbers: &[u64]) -> Value {
        let set = self.chain.set(1).expect("a set");
        let word = |key: [u8; 64], at: usize| hex::encode_prefixed(&key[32 * at..32 * (at + 1)]);
        let validators = set.validators().iter().map(|member| {
            let (x, y) = (word(member.g1(), 0), word(member.g1(), 1));
            json!({ "g1_pub_key": { "x": x, "y": y }, "_BLSPublicKey": hex::encode_prefixed(member.g2()) })
        });
        let headers = numbers.iter().map(|number| {
            let block = self.block(*number);
            json!({
                "number": number, "header_rlp": hex::encode_prefixed(block.rlp()),
                "hash": block.hash(), "round": block.seal().round,
            })
        });
        json!({
            "chainId": 31_338, "epochSize": "10",
            "init": { "epoch": "1", "validators": validators.collect::<Vec<_>>() },
            "headers": headers.collect::<Vec<_>>(),
        })
    }
}

/// Three receipts as nodes answer, and the block's own; and their trie.
fn with_block_receipt() -> ((Value, Value), Receipts) {
    let block = super::Block::plain();
    let of_transactions = Value::Array(block.receipts.as_array().expect("a list")[..3].to_vec());
    let read = receipts::from_json(&of_transactions.to_string()).expect("receipts");
    let log = Log::new_unchecked(super::EMITTER, vec![keccak256("epoch")], vec![1, 2].into());
    let own = Receipts::new(Vec::new(), std::slice::from_ref(&log)).expect("a receipt");
    assert_eq!(own.encoded().len(), 1);
    let all =
        Receipts::new(read.iter().map(receipts::encode).collect(), std::slice::from_ref(&log));
    let mut receipt = of_transactions[0].clone();
    for (field, value) in [("type", "0x0"), ("cumulativeGasUsed", "0x0")] {
        receipt[field] = value.into();
    }
    receipt["transactionHash"] = json!(alloy_primitives::B256::ZERO);
    receipt["logs"][0]["topics"] = json!(log.topics());
    receipt["logs"][0]["data"] = json!(log.data.data);
    receipt["logs"][0]["transactionHash"] = json!(alloy_primitives::B256::ZERO);
    let mut bloom = alloy_primitives::Bloom::ZERO;
    bloom.accrue_log(&log);
    receipt["logsBloom"] = json!(bloom);
    ((of_transactions, receipt), all.expect("a trie"))
}

fn text(path: &std::path::Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}
