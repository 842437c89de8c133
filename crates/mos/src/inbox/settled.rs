//! One bit per nonce, 256 to a word, as the contract keeps them. Clause MSG-7.

use alloc::collections::BTreeMap;
use alloy_primitives::{Address, U256};

/// Which messages have been delivered or cancelled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Settled(BTreeMap<Word, U256>);

/// Source chain, source gateway, and the nonce without its lowest byte.
type Word = (U256, Address, u64);

impl Settled {
    pub(super) const fn new() -> Self {
        Self(BTreeMap::new())
    }

    pub(super) fn contains(&self, source_chain_id: U256, gateway: Address, nonce: u64) -> bool {
        let (word, bit) = locate(source_chain_id, gateway, nonce);
        self.0.get(&word).is_some_and(|bits| bits.bit(bit))
    }

    pub(super) fn insert(&mut self, source_chain_id: U256, gateway: Address, nonce: u64) {
        let (word, bit) = locate(source_chain_id, gateway, nonce);
        *self.0.entry(word).or_default() |= U256::ONE << bit;
    }
}

/// Where the bit of a nonce is kept.
fn locate(source_chain_id: U256, gateway: Address, nonce: u64) -> (Word, usize) {
    ((source_chain_id, gateway, nonce >> 8), usize::from(nonce.to_le_bytes()[0]))
}
