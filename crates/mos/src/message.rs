//! Lanes, routes, messages and their ids.

use alloy_primitives::{Address, B256, Keccak256, U256, b256};

/// Separates message ids from every other hash: keccak256 of `heliograph.message.v1`.
pub const DOMAIN: B256 = b256!("8bbb9d2a780a0bc122f84f1fbeba58dc7e1d7ade32db723478101a9fa54efa85");

/// The two ends between which messages are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lane {
    /// Chain that messages are sent on.
    pub source_chain_id: U256,
    /// Message service on it.
    pub source_gateway: Address,
    /// Chain that messages are delivered on.
    pub destination_chain_id: U256,
    /// Message service on it.
    pub destination_gateway: Address,
}

/// Where else than on the source chain itself the messages of a lane may be proven: by the word of a hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Route {
    /// Chain that the hub is on.
    pub hub_chain_id: U256,
    /// The hub: a contract that is believed to relay only what it has proven.
    pub hub: Address,
}

/// A message as its id binds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Message<'a> {
    /// The lane it travels.
    pub lane: Lane,
    /// Its number in the lane, from 0.
    pub nonce: u64,
    /// Who sent it: ERC-7930 bytes.
    pub sender: &'a [u8],
    /// Who receives it: ERC-7930 bytes.
    pub recipient: &'a [u8],
    /// What it says.
    pub payload: &'a [u8],
}

impl Message<'_> {
    /// keccak256 of the ABI encoding of the domain and all fields.
    ///
    /// Every dynamic field is preceded by its length, so no two messages share a preimage.
    pub fn id(&self) -> B256 {
        const HEAD: usize = 9 * 32;
        let Lane { source_chain_id, source_gateway, destination_chain_id, destination_gateway } =
            self.lane;
        let mut hasher = Keccak256::new();
        hasher.update(DOMAIN);
        hasher.update(source_chain_id.to_be_bytes::<32>());
        hasher.update(source_gateway.into_word());
        hasher.update(destination_chain_id.to_be_bytes::<32>());
        hasher.update(destination_gateway.into_word());
        hasher.update(word(self.nonce));

        let fields = [self.sender, self.recipient, self.payload];
        let mut offset = HEAD;
        for field in fields {
            hasher.update(length_word(offset));
            offset += 32 + field.len().next_multiple_of(32);
        }
        for field in fields {
            hasher.update(length_word(field.len()));
            hasher.update(field);
            hasher.update(padding(field.len()));
        }
        hasher.finalize()
    }
}

/// A number as the ABI writes it.
pub(crate) fn word(number: u64) -> [u8; 32] {
    U256::from(number).to_be_bytes()
}

/// A length or an offset as the ABI writes it.
pub(crate) fn length_word(length: usize) -> [u8; 32] {
    U256::from(length).to_be_bytes()
}

/// The zeros between the end of a field of this length and the end of its last word.
pub(crate) fn padding(length: usize) -> &'static [u8] {
    &[0; 32][..length.next_multiple_of(32) - length]
}
