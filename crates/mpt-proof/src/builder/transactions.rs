//! The transactions trie of a block, from what an RPC endpoint gives.

use super::{Error, Kind, OrderedTrie, answer};
use crate::{Keccak, Sha3};
use alloy_eips::eip2718::Encodable2718;
use alloy_primitives::{B256, Bytes};
use alloy_rpc_types_eth::Transaction;
use serde_json::Value;
use std::vec::Vec;

/// The newest type whose encoding is known here.
const NEWEST: u64 = 4;

/// What a blob transaction carries on the wire only (EIP-4844, EIP-7594).
const SIDECAR: [&str; 4] = ["blobs", "commitments", "proofs", "cellProofs"];

/// Reads a block with its transactions in full, as `eth_getBlockByNumber` with `true` answers, or
/// their list alone; either in the JSON-RPC response around it or not. In a list each transaction
/// may also be its bytes, as `eth_getRawTransactionByHash` answers.
///
/// Returns the values of the trie: the EIP-2718 encodings.
///
/// # Errors
///
/// [`Error::Json`], [`Error::Answer`], and for the first transaction in question
/// [`Error::UnknownType`], [`Error::Malformed`], [`Error::Place`] when it states an index that is
/// not its place, or [`Error::TransactionHash`] when it states a hash that is not its own.
pub fn from_json(text: &str) -> Result<Vec<Bytes>, Error> {
    let list = answer::list(text, "transactions")?;
    (0..).zip(list).map(|(place, transaction)| read(place, transaction)).collect()
}

/// The trie of all transactions, as values, of the block whose header has `transactions_root`.
///
/// # Errors
///
/// [`Error::Root`] when they are not those of the block, [`Error::EmptyValue`].
pub fn trie<V: AsRef<[u8]>>(
    transactions: &[V],
    transactions_root: &B256,
) -> Result<OrderedTrie, Error> {
    answer::rooted(Kind::Transaction, transactions, transactions_root)
}

fn read(place: u64, mut transaction: Value) -> Result<Bytes, Error> {
    let kind = Kind::Transaction;
    let malformed = |problem: &dyn std::fmt::Display| answer::malformed(kind, place, problem);
    if transaction.is_string() {
        let bytes: Bytes = serde_json::from_value(transaction).map_err(|e| malformed(&e))?;
        // No transaction is as short as a hash: its signature alone has 64 bytes.
        return match bytes.len() {
            32 => Err(malformed(&"only its hash is there; ask for the block in full")),
            _ => Ok(bytes),
        };
    }
    answer::known_type(kind, place, &transaction, NEWEST)?;
    // Some nodes add the blobs, which are not in the block.
    if let Some(fields) = transaction.as_object_mut() {
        SIDECAR.iter().for_each(|field| _ = fields.remove(*field));
    }
    let stated = transaction.get("hash").cloned();
    let read: Transaction = serde_json::from_value(transaction).map_err(|e| malformed(&e))?;
    if let Some(got) = read.transaction_index.filter(|index| *index != place) {
        return Err(Error::Place { kind, place, got: Some(got) });
    }
    let bytes = read.inner.encoded_2718();
    let expected = stated.map(serde_json::from_value::<B256>).transpose();
    let got = Sha3.keccak256(&bytes);
    match expected.map_err(|e| malformed(&e))? {
        Some(expected) if expected != got => Err(Error::TransactionHash { place, expected, got }),
        _ => Ok(bytes.into()),
    }
}
