//! Accounts and storage of a made-up state.

use crate::rlp::Rlp;
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use mpt_proof::builder::Trie;
use proptest::{collection::btree_map, prelude::*};
use std::collections::BTreeMap;

/// An account without its storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountEntry {
    /// Transactions sent.
    pub nonce: u64,
    /// In wei.
    pub balance: U256,
    /// Root of its storage.
    pub storage_root: B256,
    /// Hash of its code.
    pub code_hash: B256,
}

impl AccountEntry {
    /// The value in the trie, as an RLP tree.
    pub fn body(&self) -> Rlp {
        Rlp::List(vec![
            Rlp::integer(self.nonce),
            Rlp::bytes(self.balance.to_be_bytes_trimmed_vec()),
            Rlp::bytes(self.storage_root),
            Rlp::bytes(self.code_hash),
        ])
    }
}

/// A trie whose keys are hashed: the state, or the storage of one account.
#[derive(Clone, Debug)]
pub struct StateTrie {
    /// The entries by their keys before hashing, encoded.
    pub entries: BTreeMap<Vec<u8>, Vec<u8>>,
    trie: Trie,
}

impl StateTrie {
    /// The trie of these entries.
    ///
    /// # Panics
    /// If a value is empty.
    #[expect(clippy::expect_used, reason = "no account and no storage value is")]
    pub fn new(entries: BTreeMap<Vec<u8>, Vec<u8>>) -> Self {
        let hashed = entries.iter().map(|(key, value)| (keccak256(key), value));
        let trie = Trie::new(hashed).expect("values of at least one byte");
        Self { entries, trie }
    }

    /// The root.
    pub fn root(&self) -> B256 {
        self.trie.root()
    }

    /// The nodes that prove an entry by its key before hashing, or that there is none.
    pub fn proof(&self, key: &[u8]) -> Vec<Bytes> {
        self.trie.proof(keccak256(key).as_slice())
    }
}

/// A state of a few accounts.
pub fn state_trie() -> impl Strategy<Value = StateTrie> {
    let account =
        (any::<u64>(), any::<[u64; 4]>(), any::<[u8; 32]>(), any::<[u8; 32]>(), 0..257u32);
    let account = account.prop_map(|(nonce, balance, storage_root, code_hash, shift)| {
        let balance = U256::from_limbs(balance).checked_shr(shift as usize).unwrap_or_default();
        let (storage_root, code_hash) = (storage_root.into(), code_hash.into());
        AccountEntry { nonce, balance, storage_root, code_hash }.body().encode()
    });
    let address = any::<[u8; 20]>().prop_map(|address| Address::from(address).to_vec());
    btree_map(address, account, 1..30).prop_map(StateTrie::new)
}

/// The storage of an account: slots that are not zero.
pub fn storage_trie() -> impl Strategy<Value = StateTrie> {
    let slot =
        prop_oneof![(0..40u64).prop_map(U256::from), any::<[u64; 4]>().prop_map(U256::from_limbs)];
    let slot = slot.prop_map(|slot| slot.to_be_bytes::<32>().to_vec());
    let value =
        prop_oneof![(1..300u64).prop_map(U256::from), any::<[u64; 4]>().prop_map(U256::from_limbs)];
    let value = value.prop_filter("a zero slot is absent", |value| !value.is_zero());
    let value = value.prop_map(|value| Rlp::bytes(value.to_be_bytes_trimmed_vec()).encode());
    btree_map(slot, value, 1..30).prop_map(StateTrie::new)
}
