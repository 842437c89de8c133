//! Transactions (TXN-1).
//!
//! Source: EIP-2718 (types). A transaction's fields are not read: its bytes are proven, and with
//! them its hash.

use crate::{Absence, Fault, Keccak, keccak::DEFAULT, proof, receipt::index_key, rlp};
use alloy_primitives::B256;

/// Why a value is not a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Error {
    /// The value is not the canonical RLP that is due (RLP-1).
    #[error(transparent)]
    Rlp(#[from] rlp::Error),
    /// TXN-1: a first byte that no transaction has.
    #[error("unknown transaction type {first_byte:#04x}")]
    UnknownType {
        /// TXN-1: the first byte of the value.
        first_byte: u8,
    },
}

/// A transaction as it stands in its block's trie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transaction<'p> {
    /// EIP-2718 type; 0 for a legacy transaction.
    pub tx_type: u8,
    /// The whole value: the type, if there is one, and what follows it. Not decoded further.
    pub bytes: &'p [u8],
}

/// Establishes the transaction at `index` of the block with this root.
///
/// The key is derived from the index, never supplied (RCT-1).
///
/// # Errors
///
/// MPT-1…13, then those of [`Transaction::decode`].
pub fn prove<'p, N: AsRef<[u8]>>(
    transactions_root: &B256,
    index: u64,
    nodes: &'p [N],
) -> Result<Transaction<'p>, crate::Error> {
    let key = index_key(index);
    Ok(Transaction::decode(proof::inclusion(transactions_root, key.as_ref(), nodes)?)?)
}

/// Establishes that the block with this root has no transaction at `index`, and so that it has no
/// more than that many.
///
/// # Errors
///
/// MPT-1…12, MPT-14.
pub fn prove_absent<N: AsRef<[u8]>>(
    transactions_root: &B256,
    index: u64,
    nodes: &[N],
) -> Result<Absence, crate::Error> {
    Ok(proof::exclusion(transactions_root, index_key(index).as_ref(), nodes)?)
}

impl<'p> Transaction<'p> {
    /// Reads the value of a transactions trie.
    ///
    /// # Errors
    ///
    /// TXN-1: RLP-1 when there is no byte, then the first byte.
    pub fn decode(value: &'p [u8]) -> Result<Self, Error> {
        match value.first() {
            None => Err(rlp::Error::InputTooShort.into()),
            Some(0xc0..) => Ok(Self { tx_type: 0, bytes: value }),
            Some(&tx_type @ 1..0x80) => Ok(Self { tx_type, bytes: value }),
            Some(&first_byte) => Err(Error::UnknownType { first_byte }),
        }
    }

    /// The transaction's hash: Keccak-256 of its bytes.
    #[must_use]
    pub fn hash(&self) -> B256 {
        DEFAULT.keccak256(self.bytes)
    }
}

impl Error {
    /// Always [`Fault::Prover`].
    #[must_use]
    pub const fn fault(&self) -> Fault {
        Fault::Prover
    }
}
