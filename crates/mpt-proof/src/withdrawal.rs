//! Withdrawals from the beacon chain (WDL-1).
//!
//! Source: EIP-4895.

use crate::{
    Absence, Fault, proof,
    receipt::index_key,
    rlp::{self, Items},
};
use alloy_primitives::{Address, B256};

/// Why a value is not a withdrawal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Error {
    /// The value is not the canonical RLP that is due (RLP-1…8).
    #[error(transparent)]
    Rlp(#[from] rlp::Error),
    /// WDL-1: a withdrawal of other than four items.
    #[error("withdrawal of {got} fields")]
    FieldCount {
        /// WDL-1: items, counted no further than 5.
        got: u64,
    },
}

/// A withdrawal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Withdrawal {
    /// Its number among all withdrawals of the chain; not its place in the block.
    pub index: u64,
    /// The validator that it is from.
    pub validator_index: u64,
    /// The account whose balance it adds to.
    pub address: Address,
    /// In gwei, unlike all other amounts here.
    pub amount: u64,
}

/// Establishes the withdrawal in `place` of the block with this root.
///
/// The key is derived from the place, never supplied (RCT-1).
///
/// # Errors
///
/// MPT-1…13, then those of [`Withdrawal::decode`].
pub fn prove<N: AsRef<[u8]>>(
    withdrawals_root: &B256,
    place: u64,
    nodes: &[N],
) -> Result<Withdrawal, crate::Error> {
    let key = index_key(place);
    Ok(Withdrawal::decode(proof::inclusion(withdrawals_root, key.as_ref(), nodes)?)?)
}

/// Establishes that the block with this root has no withdrawal in `place`, and so that it has no
/// more than that many.
///
/// # Errors
///
/// MPT-1…12, MPT-14.
pub fn prove_absent<N: AsRef<[u8]>>(
    withdrawals_root: &B256,
    place: u64,
    nodes: &[N],
) -> Result<Absence, crate::Error> {
    Ok(proof::exclusion(withdrawals_root, index_key(place).as_ref(), nodes)?)
}

impl Withdrawal {
    /// Reads the value of a withdrawals trie.
    ///
    /// # Errors
    ///
    /// WDL-1: RLP-1…6 for the list, its count, then RLP-6…8 for the fields in order.
    pub fn decode(value: &[u8]) -> Result<Self, Error> {
        let fields = Items::<5>::read(rlp::list_exact(value)?)?;
        let [index, validator_index, address, amount] = fields.as_slice() else {
            return Err(Error::FieldCount { got: fields.count() });
        };
        Ok(Self {
            index: index.u64()?,
            validator_index: validator_index.u64()?,
            address: address.address()?,
            amount: amount.u64()?,
        })
    }
}

impl Error {
    /// Always [`Fault::Prover`].
    #[must_use]
    pub const fn fault(&self) -> Fault {
        Fault::Prover
    }
}
