//! Execution blocks: the RLP header, and the payload that a beacon block commits to.

mod json;

use super::ssz;
use alloy_primitives::{Address, B256, Bytes, FixedBytes, U256, keccak256};
use alloy_rlp::{Encodable, Header};
use light_client::{
    beacon::{
        IndexSet,
        spec::{BlobGas, ExecutionPayloadHeader},
    },
    header::ITEM_NAMES,
};

/// Which items of the header are integers: JSON-RPC writes them minimally, RLP without leading zeros.
const INTEGERS: [usize; 9] = [7, 8, 9, 10, 11, 15, 17, 18, 22];

/// keccak256 of the RLP of an empty list: the ommers of every block since the merge.
const NO_OMMERS: &str = "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347";
/// Root of the empty trie.
const EMPTY_TRIE: &str = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421";
/// SHA-256 of nothing: the requests hash of a block without requests.
const NO_REQUESTS: &str = "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Why bytes or JSON are not an execution block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidBlock(String);

impl core::fmt::Display for InvalidBlock {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "not an execution block: {}", self.0)
    }
}

impl core::error::Error for InvalidBlock {}

/// A validator withdrawal, as in the execution payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Withdrawal {
    /// Number of the withdrawal since the first one.
    pub index: u64,
    /// The validator.
    pub validator_index: u64,
    /// Where the amount goes.
    pub address: Address,
    /// Gwei.
    pub amount: u64,
}

impl Withdrawal {
    fn root(&self) -> B256 {
        let fields = [
            ssz::uint64(self.index),
            ssz::uint64(self.validator_index),
            ssz::right_padded(self.address.as_slice()),
            ssz::uint64(self.amount),
        ];
        ssz::merkleize(&fields, 2)
    }
}

/// An execution block: the items of its RLP header and what the payload has beyond them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutionBlock {
    items: Vec<Vec<u8>>,
    transactions: Vec<Bytes>,
    withdrawals: Vec<Withdrawal>,
}

impl ExecutionBlock {
    /// An Osaka block (21 items) without transactions whose other fields follow from the arguments.
    pub fn synthetic(parent_hash: B256, number: u64, timestamp: u64) -> Self {
        Self::of_fork(IndexSet::Electra, parent_hash, number, timestamp)
    }

    /// The same with as many items as headers have in a fork: 16 before Capella, 17, 20, 21, and 23 in Gloas.
    pub fn of_fork(set: IndexSet, parent_hash: B256, number: u64, timestamp: u64) -> Self {
        let randao = keccak256(number.to_be_bytes());
        let count = match set {
            IndexSet::Altair => 16,
            IndexSet::Capella => 17,
            IndexSet::Deneb => 20,
            IndexSet::Electra => 21,
            IndexSet::Gloas => 23,
        };
        let items = ITEM_NAMES[..count].iter().enumerate().map(|(index, name)| match *name {
            "parentHash" => parent_hash.to_vec(),
            "sha3Uncles" => hex(NO_OMMERS),
            "miner" => vec![0x11; 20],
            "transactionsRoot" | "receiptsRoot" | "withdrawalsRoot" => hex(EMPTY_TRIE),
            "logsBloom" => vec![0; 256],
            "number" => minimal(&number.to_be_bytes()),
            "gasLimit" => minimal(&60_000_000u64.to_be_bytes()),
            "timestamp" => minimal(&timestamp.to_be_bytes()),
            "baseFeePerGas" => vec![7],
            "extraData" => b"heliograph".to_vec(),
            "mixHash" => randao.to_vec(),
            "nonce" => vec![0; 8],
            "requestsHash" => hex(NO_REQUESTS),
            "stateRoot" => keccak256(randao).to_vec(),
            _ if INTEGERS.contains(&index) => Vec::new(),
            _ => vec![0; 32],
        });
        Self { items: items.collect(), transactions: Vec::new(), withdrawals: Vec::new() }
    }

    /// Reads a header in RLP.
    ///
    /// # Errors
    /// If it is not a list of 17 to 23 strings, or not in canonical form.
    pub fn from_rlp(mut rlp: &[u8]) -> Result<Self, InvalidBlock> {
        let whole = rlp;
        let invalid = |error: alloy_rlp::Error| InvalidBlock(error.to_string());
        let mut body = Header::decode_bytes(&mut rlp, true).map_err(invalid)?;
        let mut items = Vec::new();
        while !body.is_empty() {
            items.push(Header::decode_bytes(&mut body, false).map_err(invalid)?.to_vec());
        }
        let block = Self { items, transactions: Vec::new(), withdrawals: Vec::new() };
        if !(17..=23).contains(&block.items.len()) || block.header_rlp() != whole {
            return Err(InvalidBlock("header of another form".into()));
        }
        Ok(block)
    }

    /// With these transactions in the payload, each in its EIP-2718 encoding. The header's own
    /// transactions root is left as it is.
    pub fn with_transactions(mut self, transactions: Vec<Bytes>) -> Self {
        self.transactions = transactions;
        self
    }

    /// With these withdrawals in the payload. The header's own withdrawals root is left as it is.
    pub fn with_withdrawals(mut self, withdrawals: Vec<Withdrawal>) -> Self {
        self.withdrawals = withdrawals;
        self
    }

    /// With another receipts root, and so with another hash.
    pub fn with_receipts_root(mut self, root: B256) -> Self {
        self.items[5] = root.to_vec();
        self
    }

    /// With another state root, and so with another hash.
    pub fn with_state_root(mut self, root: B256) -> Self {
        self.items[3] = root.to_vec();
        self
    }

    /// With another parent beacon block root (EIP-4788), and so with another hash; as it is if the header has no such item.
    pub fn with_parent_beacon_root(mut self, root: B256) -> Self {
        if let Some(item) = self.items.get_mut(19) {
            *item = root.to_vec();
        }
        self
    }

    /// The header in RLP: keccak256 of it is the block hash.
    pub fn header_rlp(&self) -> Vec<u8> {
        let items = self.items.iter().map(Vec::as_slice);
        let payload_length = items.clone().map(Encodable::length).sum();
        let mut out = Vec::with_capacity(payload_length + 4);
        Header { list: true, payload_length }.encode(&mut out);
        for item in items {
            item.encode(&mut out);
        }
        out
    }

    /// The block hash.
    pub fn hash(&self) -> B256 {
        keccak256(self.header_rlp())
    }

    /// Hash of the parent block.
    pub fn parent_hash(&self) -> B256 {
        B256::from_slice(&self.items[0])
    }

    /// Block number.
    pub fn number(&self) -> u64 {
        self.integer(8)
    }

    /// Timestamp in seconds.
    pub fn timestamp(&self) -> u64 {
        self.integer(11)
    }

    /// A string item of the header by its place in the list.
    pub(super) fn item(&self, index: usize) -> &[u8] {
        self.items.get(index).map_or(&[], Vec::as_slice)
    }

    /// An integer item of the header by its place; an item that the header does not have is zero.
    pub(super) fn integer(&self, index: usize) -> u64 {
        self.item(index).iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
    }

    /// `hash_tree_root` of the payload's transactions.
    pub fn transactions_root(&self) -> B256 {
        let roots: Vec<B256> =
            self.transactions.iter().map(|bytes| ssz::byte_list(bytes, 25)).collect();
        ssz::list(&roots, 20)
    }

    /// `hash_tree_root` of the payload's withdrawals.
    pub fn withdrawals_root(&self) -> B256 {
        let roots: Vec<B256> = self.withdrawals.iter().map(Withdrawal::root).collect();
        ssz::list(&roots, 4)
    }

    /// `ExecutionPayloadHeader` of the consensus specs, as Capella has it or as later forks do.
    pub fn payload_header(&self, set: IndexSet) -> ExecutionPayloadHeader {
        let word = |index| B256::from_slice(self.item(index));
        ExecutionPayloadHeader {
            parent_hash: word(0),
            fee_recipient: Address::from_slice(self.item(2)),
            state_root: word(3),
            receipts_root: word(5),
            logs_bloom: FixedBytes::from_slice(self.item(6)),
            prev_randao: word(13),
            block_number: self.integer(8),
            gas_limit: self.integer(9),
            gas_used: self.integer(10),
            timestamp: self.integer(11),
            extra_data: Bytes::copy_from_slice(self.item(12)),
            base_fee_per_gas: U256::from_be_slice(self.item(15)),
            block_hash: self.hash(),
            transactions_root: self.transactions_root(),
            withdrawals_root: self.withdrawals_root(),
            blob_gas: (set > IndexSet::Capella)
                .then(|| BlobGas { used: self.integer(17), excess: self.integer(18) }),
        }
    }

    /// Field roots of `ExecutionPayload`, which are those of `ExecutionPayloadHeader`: 15 in Capella, 17 from Deneb to Fulu.
    pub fn payload_fields(&self, set: IndexSet) -> Vec<B256> {
        let word = |index| B256::from_slice(self.item(index));
        let integer = |index| ssz::uint64(self.integer(index));
        let base_fee: Vec<u8> = self.item(15).iter().rev().copied().collect();
        let mut fields = vec![
            word(0),
            ssz::right_padded(self.item(2)),
            word(3),
            word(5),
            ssz::chunks(self.item(6), 3),
            word(13),
            integer(8),
            integer(9),
            integer(10),
            integer(11),
            ssz::byte_list(self.item(12), 0),
            ssz::right_padded(&base_fee),
            self.hash(),
            self.transactions_root(),
            self.withdrawals_root(),
            integer(17),
            integer(18),
        ];
        fields.truncate(if set > IndexSet::Capella { 17 } else { 15 });
        fields
    }
}

fn minimal(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().skip_while(|byte| *byte == 0).collect()
}

fn hex(text: &str) -> Vec<u8> {
    alloy_primitives::hex::decode(text).unwrap_or_default()
}
