//! Lanes, messages and their ids. Clause MSG-6.

use crate::{
    Attributes,
    abi::{WORD, length_word, padded, word, write_field},
};
use alloc::vec::Vec;
use alloy_primitives::{Address, B256, Bytes, Keccak256, U256, b256};

/// Separates message ids from every other hash: keccak256 of `heliograph.message.v2`.
pub const DOMAIN: B256 = b256!("21744e36b52e2cfe513c9592f2c404fd7ccbca622ea5945ac864210f0b35c2b6");

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
    /// What it asks of its delivery: the attributes that it carries.
    pub attributes: Attributes<'a>,
}

/// All of a message but its lane, in bytes of its own: what it takes to retry, to cancel or to prove an expiry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Body {
    /// Its number in the lane, from 0.
    pub nonce: u64,
    /// Who sent it: ERC-7930 bytes.
    pub sender: Bytes,
    /// Who receives it: ERC-7930 bytes.
    pub recipient: Bytes,
    /// What it says.
    pub payload: Bytes,
    /// The attributes that it carries, as `MessageSent` names them.
    pub attributes: Vec<Bytes>,
}

impl Body {
    /// The message with this body on a lane.
    #[must_use]
    pub fn on(&self, lane: Lane) -> Message<'_> {
        let Self { nonce, sender, recipient, payload, attributes } = self;
        let attributes = Attributes::new(attributes);
        Message { lane, nonce: *nonce, sender, recipient, payload, attributes }
    }
}

impl Message<'_> {
    /// keccak256 of the ABI encoding of the domain and all fields.
    ///
    /// Every dynamic field is preceded by its length, and so is each attribute, so no two messages share a preimage.
    #[must_use]
    pub fn id(&self) -> B256 {
        const HEAD: usize = 10 * WORD;
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
            offset += WORD + padded(field.len());
        }
        hasher.update(length_word(offset));
        let mut sink = |bytes: &[u8]| hasher.update(bytes);
        fields.iter().for_each(|field| write_field(field, &mut sink));
        self.attributes.write(&mut sink);
        hasher.finalize()
    }
}
