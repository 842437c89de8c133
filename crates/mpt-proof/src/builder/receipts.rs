//! The receipts trie of a block, from what an RPC endpoint gives.

use super::{Error, Kind, OrderedTrie, answer};
use alloy_primitives::B256;
use alloy_rlp::Encodable;
use alloy_rpc_types_eth::TransactionReceipt;
use serde_json::Value;
use std::vec::Vec;

/// The newest type whose receipt is known to have the four fields.
const NEWEST: u64 = 4;

/// Reads the answer to `eth_getBlockReceipts`: the list, or the JSON-RPC response around it.
///
/// # Errors
///
/// [`Error::Json`], [`Error::Answer`], and for the first receipt in question
/// [`Error::UnknownType`] or [`Error::Malformed`].
pub fn from_json(text: &str) -> Result<Vec<TransactionReceipt>, Error> {
    (0..)
        .zip(answer::list(text, "receipts")?)
        .map(|(place, receipt)| read(place, receipt))
        .collect()
}

/// The trie of all receipts of the block whose header has `receipts_root`.
///
/// # Errors
///
/// [`Error::Place`] when the receipts are not in the order of their transactions from the first
/// on, [`Error::Root`] when they are not those of the block.
pub fn trie(receipts: &[TransactionReceipt], receipts_root: &B256) -> Result<OrderedTrie, Error> {
    for (place, receipt) in (0..).zip(receipts) {
        if receipt.transaction_index != Some(place) {
            let got = receipt.transaction_index;
            return Err(Error::Place { kind: Kind::Receipt, place, got });
        }
    }
    answer::rooted(Kind::Receipt, receipts.iter().map(encode), receipts_root)
}

/// The EIP-2718 encoding of a receipt, which is its value in the trie.
#[must_use]
pub fn encode(receipt: &TransactionReceipt) -> Vec<u8> {
    let mut out = Vec::new();
    match u8::from(receipt.transaction_type()) {
        0 => {}
        tx_type => out.push(tx_type),
    }
    // The logs of RPC carry their place, which is not part of the receipt.
    if let Some(body) = receipt.inner.as_receipt_with_bloom() {
        body.clone().into_primitives_receipt().encode(&mut out);
    }
    out
}

fn read(place: u64, receipt: Value) -> Result<TransactionReceipt, Error> {
    answer::known_type(Kind::Receipt, place, &receipt, NEWEST)?;
    serde_json::from_value(receipt).map_err(|error| answer::malformed(Kind::Receipt, place, &error))
}
