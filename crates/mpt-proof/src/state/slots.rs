//! Slots proven under the storage root of an account that is proven in the same call.

use super::{Account, account, slot_key, slot_value};
use crate::{
    Outcome,
    batch::{Batch, Error},
};
use alloy_primitives::{Address, B256, U256};

/// Establishes the value of `slot`, which is not zero, of the account at `address` in the state with
/// this root.
///
/// # Errors
///
/// Those of [`account`], then those of [`Account::storage`].
pub fn storage<N: AsRef<[u8]>, M: AsRef<[u8]>>(
    state_root: &B256,
    address: &Address,
    account_nodes: &[N],
    slot: &B256,
    storage_nodes: &[M],
) -> Result<U256, crate::Error> {
    account(state_root, address, account_nodes)?.storage(slot, storage_nodes)
}

/// Establishes the values of `slots` of the account at `address` in the state with this root; zero
/// for each that is absent.
///
/// # Errors
///
/// Those of [`account`], then those of [`Account::slots`].
pub fn slots<C: FromIterator<U256>, N: AsRef<[u8]>, M: AsRef<[u8]>>(
    state_root: &B256,
    address: &Address,
    account_nodes: &[N],
    slots: impl IntoIterator<Item = B256>,
    storage_nodes: &[M],
) -> Result<C, crate::Error> {
    Ok(account(state_root, address, account_nodes)?.slots(slots, storage_nodes)?)
}

impl Account {
    /// Establishes the values of `slots`, out of the nodes of all their proofs, each listed once;
    /// zero for each that is absent.
    ///
    /// The slots come in the order of their keys: see [`slot_key`].
    ///
    /// # Errors
    ///
    /// Those of [`Batch::walk`], with that of [`slot_value`] for each item behind those of its walk.
    pub fn slots<C: FromIterator<U256>, N: AsRef<[u8]>>(
        &self,
        slots: impl IntoIterator<Item = B256>,
        nodes: &[N],
    ) -> Result<C, Error> {
        let keys = slots.into_iter().map(|slot| slot_key(&slot));
        Batch::new(&self.storage_root, nodes).read(keys, |item, outcome| match outcome {
            Outcome::Value(value) => {
                slot_value(value).map_err(|error| Error::State { item, error })
            }
            Outcome::Absent(_) => Ok(U256::ZERO),
        })
    }
}
