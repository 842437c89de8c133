//! Receipts and their logs (RCT-1…9).
//!
//! Sources: EIP-2718 (types), EIP-658 (status), yellow paper section 4.4.1.

use crate::{
    Absence, proof,
    rlp::{self, Item, Items},
};
use alloy_primitives::{Address, B256};

mod error;
mod log;
mod many;

pub use error::Error;
pub use log::{Log, Logs};
pub use many::{in_key_order, prove_each, prove_many};

/// Which receipt types are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TypePolicy {
    /// Types 0 to 4, whose body is known.
    #[default]
    Known,
    /// Every type up to `0x7f`, read with the same body of four fields.
    Any,
}

/// A receipt whose four fields are decoded. Logs are read when asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt<'a> {
    /// EIP-2718 type; 0 for a legacy receipt.
    pub tx_type: u8,
    /// Whether the transaction succeeded (EIP-658).
    pub success: bool,
    /// Gas used in the block up to and with this transaction.
    pub cumulative_gas_used: u64,
    /// The bloom filter as it stands, not compared with the logs.
    pub bloom: &'a [u8; 256],
    logs: &'a [u8],
}

/// Establishes the receipt of the transaction at `transaction_index` of the block with this root.
///
/// The key is derived from the index, never supplied (RCT-1).
///
/// # Errors
///
/// MPT-1…13, then those of [`Receipt::decode`].
pub fn prove<'p, N: AsRef<[u8]>>(
    receipts_root: &B256,
    transaction_index: u64,
    nodes: &'p [N],
    policy: TypePolicy,
) -> Result<Receipt<'p>, crate::Error> {
    let key = index_key(transaction_index);
    Ok(Receipt::decode(proof::inclusion(receipts_root, key.as_ref(), nodes)?, policy)?)
}

/// Establishes that the block with this root has no transaction at `transaction_index`, and so
/// that it has no more than that many.
///
/// # Errors
///
/// MPT-1…12, MPT-14.
pub fn prove_absent<N: AsRef<[u8]>>(
    receipts_root: &B256,
    transaction_index: u64,
    nodes: &[N],
) -> Result<Absence, crate::Error> {
    Ok(proof::exclusion(receipts_root, index_key(transaction_index).as_ref(), nodes)?)
}

/// The key of a receipt or transaction in its trie: the RLP of its index (RCT-1).
#[must_use]
pub fn index_key(index: u64) -> IndexKey {
    // Zero is the empty string, and a byte below 0x80 its own encoding.
    let (header, width) = match index {
        0 => (Some(0x80), 0),
        1..0x80 => (None, 1),
        _ => {
            let width = 8 - index.leading_zeros() / 8;
            (Some(0x80 | width.to_le_bytes()[0]), width)
        }
    };
    let digits = (0..width).rev().map(|place| (index >> (8 * place)).to_le_bytes()[0]);
    let mut key = IndexKey { bytes: [0; 9], length: 0 };
    for (to, from) in key.bytes.iter_mut().zip(header.into_iter().chain(digits)) {
        *to = from;
        key.length += 1;
    }
    key
}

/// A trie key made by [`index_key`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IndexKey {
    bytes: [u8; 9],
    length: usize,
}

impl AsRef<[u8]> for IndexKey {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl<'a> Receipt<'a> {
    /// Reads the value of a receipts trie.
    ///
    /// # Errors
    ///
    /// RLP-1 when there is no byte; RCT-2; RLP-1…6 and RCT-3 for the body; RCT-4 with RLP-6…8 for
    /// the fields in order.
    pub fn decode(value: &'a [u8], policy: TypePolicy) -> Result<Self, Error> {
        let (&first_byte, rest) = value.split_first().ok_or(rlp::Error::InputTooShort)?;
        let (tx_type, body) = match (first_byte, policy) {
            (0xc0.., _) => (0, value),
            (1..=4, _) | (5..0x80, TypePolicy::Any) => (first_byte, rest),
            _ => return Err(Error::UnknownType { first_byte }),
        };
        let fields = Items::<5>::read(rlp::list_exact(body)?)?;
        let [status, gas, bloom, logs] = fields.as_slice() else {
            return Err(Error::FieldCount { got: fields.count() });
        };
        Ok(Self {
            tx_type,
            success: read_status(*status)?,
            cumulative_gas_used: gas.u64()?,
            bloom: bloom.fixed()?,
            logs: logs.list()?,
        })
    }

    /// The log at `index`, counted within this receipt.
    ///
    /// # Errors
    ///
    /// RCT-5, RCT-6 with RLP-1…4 for the headers up to it, then RCT-7 with RLP-1…6 and RLP-8.
    pub fn log(&self, index: u64) -> Result<Log<'a>, Error> {
        if !self.success {
            return Err(Error::Failed);
        }
        let mut rest = self.logs;
        let mut count = 0;
        while !rest.is_empty() {
            let item = Item::read(&mut rest)?;
            if count == index {
                return Log::decode(item);
            }
            count += 1;
        }
        Err(Error::LogMissing { index, count })
    }

    /// The log at `index`, when `emitter` emitted it and its first topic is `topic0`.
    ///
    /// # Errors
    ///
    /// Those of [`Receipt::log`], then RCT-8, then RCT-9.
    pub fn select(&self, index: u64, emitter: &Address, topic0: &B256) -> Result<Log<'a>, Error> {
        let log = self.log(index)?;
        if log.address != *emitter {
            return Err(Error::LogEmitter { expected: *emitter, got: log.address });
        }
        let got = log.topics().first().copied().unwrap_or_default();
        if log.topics().is_empty() || got != *topic0 {
            return Err(Error::LogTopic { expected: *topic0, got });
        }
        Ok(log)
    }

    /// All logs in order, also those of a failed receipt; ends after the first error.
    #[must_use]
    pub const fn logs(&self) -> Logs<'a> {
        Logs::new(self.logs)
    }
}

fn read_status(item: Item<'_>) -> Result<bool, Error> {
    match item.string()? {
        [] => Ok(false),
        [1] => Ok(true),
        status if status.len() == 32 => Err(Error::StateRoot),
        _ => Err(Error::Status),
    }
}
