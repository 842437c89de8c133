//! Execution headers: the roots of a block, read out of the bytes its hash commits to. Clauses HDR-1 to HDR-4.
//!
//! Those of Ethereum have 15 items or more; those of the MAP relay chain, as hashed, 13 or 14.

use alloy_primitives::{B256, keccak256};
use mpt_proof::{
    Fault,
    rlp::{self, Items, list_exact},
};

/// Items of the oldest header of the MAP relay chain, which has no uncles and no difficulty.
const MIN_ITEMS: usize = 13;

/// Items of the newest header there is.
const MAX_ITEMS: usize = 23;

/// Place of the parent beacon block root (EIP-4788), the last item that Cancun appended.
const PARENT_BEACON_ROOT: usize = 19;

/// Names of the items of Ethereum's headers in JSON-RPC, in the order of the RLP list.
pub const ITEM_NAMES: [&str; MAX_ITEMS] = [
    "parentHash",
    "sha3Uncles",
    "miner",
    "stateRoot",
    "transactionsRoot",
    "receiptsRoot",
    "logsBloom",
    "difficulty",
    "number",
    "gasLimit",
    "gasUsed",
    "timestamp",
    "extraData",
    "mixHash",
    "nonce",
    "baseFeePerGas",
    "withdrawalsRoot",
    "blobGasUsed",
    "excessBlobGas",
    "parentBeaconBlockRoot",
    "requestsHash",
    "blockAccessListHash",
    "slotNumber",
];

/// The same of the MAP relay chain's headers.
pub const MAP_ITEM_NAMES: [&str; 14] = [
    "parentHash",
    "miner",
    "stateRoot",
    "transactionsRoot",
    "receiptsRoot",
    "logsBloom",
    "number",
    "gasLimit",
    "gasUsed",
    "timestamp",
    "extraData",
    "mixHash",
    "nonce",
    "baseFeePerGas",
];

/// Where the items are that are read.
struct Places {
    state_root: usize,
    transactions_root: usize,
    receipts_root: usize,
    number: usize,
    timestamp: usize,
}

impl Places {
    const ETHEREUM: Self =
        Self { state_root: 3, transactions_root: 4, receipts_root: 5, number: 8, timestamp: 11 };

    const MAP: Self =
        Self { state_root: 2, transactions_root: 3, receipts_root: 4, number: 6, timestamp: 9 };

    /// The verified hash leaves no choice of the bytes, so the count of items tells the two kinds apart.
    const fn of(items: usize) -> &'static Self {
        if items <= MAP_ITEM_NAMES.len() { &Self::MAP } else { &Self::ETHEREUM }
    }
}

/// What is read from an execution header. The rest is bound by the hash and not interpreted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Hash of the parent block.
    pub parent_hash: B256,
    /// Root of the state after the block.
    pub state_root: B256,
    /// Root of the receipts of the block.
    pub receipts_root: B256,
    /// Number of the block.
    pub number: u64,
    /// Time of the block in Unix seconds.
    pub timestamp: u64,
}

/// The roots of a block's body, which proofs of transactions and withdrawals start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyRoots {
    /// Root of the transactions of the block.
    pub transactions: B256,
    /// Root of the withdrawals of the block; none before Shanghai.
    pub withdrawals: Option<B256>,
}

/// Why bytes are not the header of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// HDR-1: the bytes are not those that were hashed.
    #[error("header hash {got}, {expected} expected")]
    HashMismatch {
        /// The trusted hash.
        expected: B256,
        /// keccak256 of the bytes.
        got: B256,
    },
    /// HDR-2: fewer items than a header has, or more than a known one has.
    #[error("header of {got} items, 13 to 23 expected")]
    ItemCount {
        /// Items, counted no further than 24.
        got: u64,
    },
    /// HDR-4: the header is from before Cancun and names no beacon block.
    #[error("header without a parent beacon block root")]
    NoParentBeaconRoot,
    /// RLP-1 to RLP-8: the bytes are not canonical RLP of a header.
    #[error(transparent)]
    Rlp(#[from] rlp::Error),
}

impl Error {
    /// Always [`Fault::Prover`].
    #[must_use]
    pub const fn fault(&self) -> Fault {
        Fault::Prover
    }
}

impl Header {
    /// Reads the header whose keccak256 is `expected`.
    ///
    /// # Errors
    ///
    /// HDR-1; RLP-1 to RLP-6 of the list and the headers of its items; HDR-2; RLP-6 to RLP-8 of what is read, in the order of
    /// the fields.
    pub fn open(bytes: &[u8], expected: &B256) -> Result<Self, Error> {
        let items = items_of(bytes, expected)?;
        let read = items.as_slice();
        let places = Places::of(read.len());
        Ok(Self {
            parent_hash: read[0].word()?,
            state_root: read[places.state_root].word()?,
            receipts_root: read[places.receipts_root].word()?,
            number: read[places.number].u64()?,
            timestamp: read[places.timestamp].u64()?,
        })
    }
}

impl BodyRoots {
    /// Reads the roots of the body in the header whose keccak256 is `expected`. The fields of [`Header`] are not looked at.
    ///
    /// # Errors
    ///
    /// HDR-1; RLP-1 to RLP-6 of the list and the headers of its items; HDR-2; then HDR-3: RLP-6 and RLP-8 of the two roots.
    pub fn open(bytes: &[u8], expected: &B256) -> Result<Self, Error> {
        let items = items_of(bytes, expected)?;
        let read = items.as_slice();
        Ok(Self {
            transactions: read[Places::of(read.len()).transactions_root].word()?,
            withdrawals: read.get(16).map(|root| root.word()).transpose()?,
        })
    }
}

/// Reads the parent beacon block root (EIP-4788) in the header whose keccak256 is `expected`.
///
/// This is the root of the beacon block before the one that the execution block belongs to. The fields of [`Header`] are not
/// looked at.
///
/// # Errors
///
/// HDR-1; RLP-1 to RLP-6 of the list and the headers of its items; HDR-2; then HDR-4: no such item; RLP-6 and RLP-8 of the root.
pub fn parent_beacon_root(bytes: &[u8], expected: &B256) -> Result<B256, Error> {
    let items = items_of(bytes, expected)?;
    let root = items.as_slice().get(PARENT_BEACON_ROOT).ok_or(Error::NoParentBeaconRoot)?;
    Ok(root.word()?)
}

/// The items of the header whose keccak256 is `expected`, at least [`MIN_ITEMS`] of them (HDR-1, HDR-2).
fn items_of<'a>(bytes: &'a [u8], expected: &B256) -> Result<Items<'a, { MAX_ITEMS + 1 }>, Error> {
    let got = keccak256(bytes);
    if got != *expected {
        return Err(Error::HashMismatch { expected: *expected, got });
    }
    let items = Items::read(list_exact(bytes)?)?;
    if (MIN_ITEMS..=MAX_ITEMS).contains(&items.as_slice().len()) {
        Ok(items)
    } else {
        Err(Error::ItemCount { got: items.count() })
    }
}
