//! The state of an EVM as a node would prove it.

use super::Evm;
use crate::rlp::Rlp;
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use mpt_proof::builder::Trie;
use revm::context::ContextTr;
use std::collections::BTreeMap;

/// All accounts and all slots, at one moment.
#[derive(Clone, Debug)]
pub struct State {
    accounts: Trie,
    storage: BTreeMap<Address, Storage>,
}

/// The slots of one account that are not zero.
#[derive(Clone, Debug)]
struct Storage {
    trie: Trie,
    slots: BTreeMap<B256, U256>,
}

impl State {
    /// The state root.
    pub fn root(&self) -> B256 {
        self.accounts.root()
    }

    /// The nodes that prove an account, or that there is none.
    pub fn account_proof(&self, address: Address) -> Vec<Bytes> {
        self.accounts.proof(keccak256(address).as_slice())
    }

    /// The nodes that prove a slot of an account, or that it is zero. None for an account without storage: nothing can be proven
    /// under the root of the empty trie.
    pub fn storage_proof(&self, address: Address, slot: B256) -> Vec<Bytes> {
        let storage = self.storage.get(&address);
        storage.map(|storage| storage.trie.proof(keccak256(slot).as_slice())).unwrap_or_default()
    }

    /// What a slot holds.
    pub fn slot(&self, address: Address, slot: B256) -> U256 {
        let storage = self.storage.get(&address);
        storage.and_then(|storage| storage.slots.get(&slot)).copied().unwrap_or_default()
    }
}

impl Evm {
    /// The state as it is now, of every account that has ever been touched and is not empty.
    pub fn state(&mut self) -> State {
        let mut storage = BTreeMap::new();
        let mut entries = Vec::new();
        for (address, account) in &self.inner.ctx.db_mut().cache.accounts {
            if account.info.is_empty() {
                continue;
            }
            let slots = account.storage.iter().filter(|(_, value)| !value.is_zero());
            let slots = slots.map(|(slot, value)| (B256::from(*slot), *value));
            let of_account = Storage::new(slots.collect());
            let body = Rlp::List(vec![
                Rlp::integer(account.info.nonce),
                Rlp::bytes(account.info.balance.to_be_bytes_trimmed_vec()),
                Rlp::bytes(of_account.trie.root()),
                Rlp::bytes(account.info.code_hash),
            ]);
            entries.push((keccak256(address), body.encode()));
            storage.insert(*address, of_account);
        }
        State { accounts: trie(entries), storage }
    }
}

impl Storage {
    fn new(slots: BTreeMap<B256, U256>) -> Self {
        let entries = slots.iter().map(|(slot, value)| {
            (keccak256(slot), Rlp::bytes(value.to_be_bytes_trimmed_vec()).encode())
        });
        Self { trie: trie(entries), slots }
    }
}

#[expect(clippy::expect_used, reason = "keys are hashes and values RLP")]
fn trie(entries: impl IntoIterator<Item = (B256, Vec<u8>)>) -> Trie {
    Trie::new(entries).expect("values of at least one byte")
}

#[cfg(test)]
mod tests {
    use super::*;
    use mpt_proof::state::{account, account_absent};

    /// `SSTORE(1, 7); SSTORE(2, 9); SSTORE(2, 0); STOP`.
    const STORES: [u8; 17] =
        alloy_primitives::hex!("6007600155" "6009600255" "5f600255" "00" "0000");

    #[test]
    fn accounts_and_slots_are_proven() {
        let (at, other) = (Address::repeat_byte(0xc0), Address::repeat_byte(0xc1));
        let mut evm = Evm::new(1);
        evm.etch(at, Bytes::from_static(&STORES));
        let _ = evm.call_commit(at, Bytes::new()).into_result();
        let state = evm.state();
        let proven = account(&state.root(), &at, &state.account_proof(at)).unwrap();
        assert_eq!(proven.code_hash, keccak256(STORES));
        let slot = |slot: u64| B256::from(U256::from(slot));
        let nodes = |slot| state.storage_proof(at, slot);
        assert_eq!(proven.storage(&slot(1), &nodes(slot(1))), Ok(U256::from(7)));
        assert_eq!(state.slot(at, slot(1)), U256::from(7));
        assert!(proven.storage_absent(&slot(2), &nodes(slot(2))).is_ok());
        assert_eq!(state.slot(at, slot(2)), U256::ZERO);
        assert!(account_absent(&state.root(), &other, &state.account_proof(other)).is_ok());
    }
}
