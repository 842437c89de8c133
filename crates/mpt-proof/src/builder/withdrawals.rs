//! The withdrawals trie of a block, from what an RPC endpoint gives.

use super::{Error, Kind, OrderedTrie, answer};
use crate::withdrawal::Withdrawal;
use alloy_primitives::B256;
use alloy_rlp::Encodable;
use std::vec::Vec;

/// Reads a block, as `eth_getBlockByNumber` answers, or the list of its withdrawals alone; either
/// in the JSON-RPC response around it or not.
///
/// # Errors
///
/// [`Error::Json`], [`Error::Answer`], and for the first withdrawal in question
/// [`Error::Malformed`].
pub fn from_json(text: &str) -> Result<Vec<Withdrawal>, Error> {
    let list = answer::list(text, "withdrawals")?;
    (0..)
        .zip(list)
        .map(|(place, withdrawal)| {
            let read: alloy_rpc_types_eth::Withdrawal = serde_json::from_value(withdrawal)
                .map_err(|error| answer::malformed(Kind::Withdrawal, place, &error))?;
            let alloy_rpc_types_eth::Withdrawal { index, validator_index, address, amount } = read;
            Ok(Withdrawal { index, validator_index, address, amount })
        })
        .collect()
}

/// The trie of all withdrawals of the block whose header has `withdrawals_root`.
///
/// # Errors
///
/// [`Error::Root`] when they are not those of the block.
pub fn trie(withdrawals: &[Withdrawal], withdrawals_root: &B256) -> Result<OrderedTrie, Error> {
    answer::rooted(Kind::Withdrawal, withdrawals.iter().map(encode), withdrawals_root)
}

/// The encoding of a withdrawal, which is its value in the trie (EIP-4895).
#[must_use]
pub fn encode(withdrawal: &Withdrawal) -> Vec<u8> {
    let Withdrawal { index, validator_index, address, amount } = *withdrawal;
    let mut out = Vec::new();
    alloy_rpc_types_eth::Withdrawal { index, validator_index, address, amount }.encode(&mut out);
    out
}
