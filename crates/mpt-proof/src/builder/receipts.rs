//! The receipts trie of a block, from what an RPC endpoint gives.

use super::{Error, OrderedTrie};
use alloy_primitives::B256;
use alloy_rlp::Encodable;
use alloy_rpc_types_eth::TransactionReceipt;
use serde_json::Value;
use std::vec::Vec;

/// Reads the answer to `eth_getBlockReceipts`: the list, or the JSON-RPC response around it.
///
/// # Errors
///
/// [`Error::Json`], and for the first receipt in question [`Error::UnknownType`] or
/// [`Error::MalformedReceipt`].
pub fn from_json(text: &str) -> Result<Vec<TransactionReceipt>, Error> {
    let answer = serde_json::from_str(text)
        .map_err(|error| Error::Json { line: error.line(), column: error.column() })?;
    let list = match answer {
        Value::Object(mut response) => response.remove("result").unwrap_or_default(),
        list => list,
    };
    let Value::Array(list) = list else {
        return Err(Error::Json { line: 0, column: 0 });
    };
    (0..).zip(list).map(|(place, receipt)| read(place, receipt)).collect()
}

/// The trie of all receipts of the block whose header has `receipts_root`.
///
/// # Errors
///
/// [`Error::TransactionIndex`] when the receipts are not in the order of their transactions from
/// the first on, [`Error::ReceiptsRoot`] when they are not those of the block.
pub fn trie(receipts: &[TransactionReceipt], receipts_root: &B256) -> Result<OrderedTrie, Error> {
    for (place, receipt) in (0..).zip(receipts) {
        if receipt.transaction_index != Some(place) {
            return Err(Error::TransactionIndex { place, got: receipt.transaction_index });
        }
    }
    let trie = OrderedTrie::new(receipts.iter().map(encode))?;
    let got = trie.root();
    if got != *receipts_root {
        return Err(Error::ReceiptsRoot { expected: *receipts_root, got });
    }
    Ok(trie)
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

/// Types are looked at first: an unknown one has other fields, and a missing one is legacy.
fn read(place: u64, receipt: Value) -> Result<TransactionReceipt, Error> {
    let malformed = Error::MalformedReceipt { place };
    if let Some(stated) = receipt.get("type") {
        let digits = stated.as_str().and_then(|text| text.strip_prefix("0x")).ok_or(malformed)?;
        let tx_type = u64::from_str_radix(digits, 16).map_err(|_| malformed)?;
        if tx_type > 4 {
            return Err(Error::UnknownType { place, tx_type });
        }
    }
    serde_json::from_value(receipt).map_err(|_| malformed)
}
