//! Proofs of accounts and their slots, from what `eth_getProof` gives (EIP-1186).

use super::{Batch, Error, answer, batch, forms::Keyed, normalize};
use crate::{Keccak, Outcome, Sha3, proof, state::Account};
use alloy_primitives::{Address, B256, Bytes};
use alloy_rpc_types_eth::EIP1186AccountProofResponse;
use std::{format, vec::Vec};

/// The nodes for an account and some of its slots. What a node says of them besides is not kept:
/// the proofs say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountProof {
    /// The account.
    pub address: Address,
    /// The nodes from the state root down.
    pub nodes: Vec<Bytes>,
    /// One for each slot that was asked for.
    pub slots: Vec<SlotProof>,
}

/// The nodes for one slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotProof {
    /// The slot, not hashed.
    pub slot: B256,
    /// The nodes from the account's storage root down.
    pub nodes: Vec<Bytes>,
}

/// Reads the answer to `eth_getProof`, with or without the JSON-RPC response around it, as it is.
///
/// # Errors
///
/// [`Error::Json`], [`Error::Answer`].
pub fn from_json(text: &str) -> Result<AccountProof, Error> {
    let read: EIP1186AccountProofResponse = serde_json::from_value(answer::read(text)?)
        .map_err(|error| answer::problem(format!("no answer to eth_getProof: {error}")))?;
    let slots = read.storage_proof.into_iter();
    let slots = slots.map(|entry| SlotProof { slot: entry.key.as_b256(), nodes: entry.proof });
    Ok(AccountProof { address: read.address, nodes: read.account_proof, slots: slots.collect() })
}

impl AccountProof {
    /// The same proofs in the one form that is accepted, under `state_root`: see [`normalize`].
    /// Returns what they prove of the account too; none when it is absent.
    ///
    /// # Errors
    ///
    /// [`Error::Proof`] when nodes are missing or are not under the root, [`Error::State`], and
    /// [`Error::AccountAbsent`] when there are slots of an account that is absent.
    pub fn normalize(&self, state_root: &B256) -> Result<(Self, Option<Account>), Error> {
        let key = Sha3.keccak256(self.address.as_slice());
        let nodes = normalize(state_root, key.as_slice(), &self.nodes)?;
        let account = match proof::walk(state_root, key.as_slice(), &nodes)? {
            Outcome::Value(value) => Some(Account::decode(value)?),
            Outcome::Absent(_) if self.slots.is_empty() => None,
            Outcome::Absent(_) => return Err(Error::AccountAbsent),
        };
        let root = account.map_or(proof::EMPTY_ROOT, |account| account.storage_root);
        let slots = self.slots.iter().map(|SlotProof { slot, nodes }| {
            let key = Sha3.keccak256(slot.as_slice());
            Ok(SlotProof { slot: *slot, nodes: normalize(&root, key.as_slice(), nodes)? })
        });
        let slots = slots.collect::<Result<_, Error>>()?;
        Ok((Self { address: self.address, nodes, slots }, account))
    }

    /// The proofs of all slots as one batch, with the slots in the order of their keys, which are
    /// their hashes. The proofs must be in the one form that is accepted.
    ///
    /// # Errors
    ///
    /// [`Error::Proof`], [`Error::OtherRoot`].
    pub fn slot_batch(&self) -> Result<Batch<B256>, Error> {
        let slots = self.slots.iter().map(|SlotProof { slot, nodes }| {
            (Keyed { key: Sha3.keccak256(slot.as_slice()), item: *slot }, nodes)
        });
        Ok(batch(slots)?.map(|keyed| keyed.item))
    }
}
