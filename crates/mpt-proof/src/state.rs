//! Accounts and their storage (ACC-1, ACC-2).
//!
//! Source: yellow paper section 4.1. Keys are hashed here, never supplied.

use crate::{
    Absence, Fault, Keccak,
    keccak::DEFAULT,
    proof,
    rlp::{self, Items},
};
use alloy_primitives::{Address, B256, U256};

mod slots;

pub use slots::{slots, storage};

/// Why a value is not an account or a storage value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Error {
    /// The value is not the canonical RLP that is due (RLP-1…8).
    #[error(transparent)]
    Rlp(#[from] rlp::Error),
    /// ACC-1: an account of other than four items.
    #[error("account of {got} fields")]
    AccountFieldCount {
        /// ACC-1: items, counted no further than 5.
        got: u64,
    },
    /// ACC-2: a slot that is present and zero.
    #[error("zero in a slot that is present")]
    ZeroSlotValue,
}

/// An account at one state root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Account {
    /// Transactions sent, or contracts created.
    pub nonce: u64,
    /// In wei.
    pub balance: U256,
    /// The root under which this account's slots are proven.
    pub storage_root: B256,
    /// Keccak-256 of the code.
    pub code_hash: B256,
}

/// Establishes the account at `address` in the state with this root.
///
/// # Errors
///
/// MPT-1…13, then those of [`Account::decode`].
pub fn account<N: AsRef<[u8]>>(
    state_root: &B256,
    address: &Address,
    nodes: &[N],
) -> Result<Account, crate::Error> {
    let key = account_key(address);
    Ok(Account::decode(proof::inclusion(state_root, key.as_slice(), nodes)?)?)
}

/// Establishes that the state with this root has no account at `address`.
///
/// # Errors
///
/// MPT-1…12, MPT-14.
pub fn account_absent<N: AsRef<[u8]>>(
    state_root: &B256,
    address: &Address,
    nodes: &[N],
) -> Result<Absence, crate::Error> {
    let key = account_key(address);
    Ok(proof::exclusion(state_root, key.as_slice(), nodes)?)
}

/// The key of an account in the state trie (ACC-1).
#[must_use]
pub fn account_key(address: &Address) -> B256 {
    DEFAULT.keccak256(address.as_slice())
}

/// The key of a slot in a storage trie (ACC-2). Batches of slots are in the order of these.
#[must_use]
pub fn slot_key(slot: &B256) -> B256 {
    DEFAULT.keccak256(slot.as_slice())
}

/// Reads the value of a storage trie, which is never zero.
///
/// # Errors
///
/// ACC-2: RLP-1…4, RLP-6, RLP-5, RLP-7, then the zero.
pub fn slot_value(value: &[u8]) -> Result<U256, Error> {
    let value = rlp::string_exact(value)?.u256()?;
    if value.is_zero() { Err(Error::ZeroSlotValue) } else { Ok(value) }
}

impl Account {
    /// Reads the value of a state trie.
    ///
    /// # Errors
    ///
    /// ACC-1: RLP-1…6 for the list, its count, then RLP-6…8 for the fields in order.
    pub fn decode(value: &[u8]) -> Result<Self, Error> {
        let fields = Items::<5>::read(rlp::list_exact(value)?)?;
        let [nonce, balance, storage_root, code_hash] = fields.as_slice() else {
            return Err(Error::AccountFieldCount { got: fields.count() });
        };
        Ok(Self {
            nonce: nonce.u64()?,
            balance: balance.u256()?,
            storage_root: storage_root.word()?,
            code_hash: code_hash.word()?,
        })
    }

    /// Establishes the value of `slot`, which is not zero.
    ///
    /// # Errors
    ///
    /// MPT-1…13, then those of [`slot_value`].
    pub fn storage<N: AsRef<[u8]>>(&self, slot: &B256, nodes: &[N]) -> Result<U256, crate::Error> {
        let key = slot_key(slot);
        Ok(slot_value(proof::inclusion(&self.storage_root, key.as_slice(), nodes)?)?)
    }

    /// Establishes that `slot` is zero.
    ///
    /// # Errors
    ///
    /// MPT-1…12, MPT-14.
    pub fn storage_absent<N: AsRef<[u8]>>(
        &self,
        slot: &B256,
        nodes: &[N],
    ) -> Result<Absence, crate::Error> {
        let key = slot_key(slot);
        Ok(proof::exclusion(&self.storage_root, key.as_slice(), nodes)?)
    }
}

impl Error {
    /// Always [`Fault::Prover`].
    #[must_use]
    pub const fn fault(&self) -> Fault {
        Fault::Prover
    }
}
