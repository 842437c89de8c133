//! The events that say what became of a message: `MessageDelivered`, `MessageCancelled` and `CancellationRequested`. Clause MSG-4.
//!
//! Each has three topics, the id of the message and the chain at the other end among them, and data of words alone.

use crate::{
    Error,
    abi::{WORD, bounded, word},
};
use alloc::vec::Vec;
use alloy_primitives::{Address, B256, U256, b256};
use mpt_proof::receipt::Log;

/// First topic: keccak256 of `MessageDelivered(bytes32,uint256,uint64,address)`.
pub const MESSAGE_DELIVERED: B256 =
    b256!("40bd1eb007bfa46722298fd92843f4a0854ae3d06840c5d7ed221c10e02e898c");

/// First topic: keccak256 of `MessageCancelled(bytes32,uint256,uint64)`.
pub const MESSAGE_CANCELLED: B256 =
    b256!("583a8ec5b3c5ba520b366955ee3e6c11f24c7d6cd5b4726991fd591620c20342");

/// First topic: keccak256 of `CancellationRequested(bytes32,uint256,uint64)`.
pub const CANCELLATION_REQUESTED: B256 =
    b256!("d00e4b279c051664a389bdb2c9e027e45a11b9fa92e0f0c4e2c12a05faa1d57d");

/// At the destination: a message was delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessageDelivered {
    /// Id of the message.
    pub id: B256,
    /// Chain that it was sent on.
    pub source_chain_id: U256,
    /// Its number in the lane.
    pub nonce: u64,
    /// Who earns what was paid for its delivery.
    pub payee: Address,
}

/// At the destination: a message can never be delivered, as its sender has asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessageCancelled {
    /// Id of the message.
    pub id: B256,
    /// Chain that it was sent on.
    pub source_chain_id: U256,
    /// Its number in the lane.
    pub nonce: u64,
}

/// At the source: the sender asks that a message be not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CancellationRequested {
    /// Id of the message.
    pub id: B256,
    /// Chain that it was to be delivered on.
    pub destination_chain_id: U256,
    /// Its number in the lane.
    pub nonce: u64,
}

impl MessageDelivered {
    /// Reads a log whose emitter and first topic have been checked.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedEvent`] (MSG-4): not three topics, or data other than a nonce and an address as words.
    pub fn decode(log: &Log<'_>) -> Result<Self, Error> {
        let (id, source_chain_id, words) = open(log)?;
        let [nonce, payee] = words else { return Err(Error::MalformedEvent) };
        let nonce = read_nonce(nonce)?;
        let address = Address::from_word(payee.into());
        let payee = Some(address).filter(|address| address.into_word() == *payee);
        Ok(Self { id, source_chain_id, nonce, payee: payee.ok_or(Error::MalformedEvent)? })
    }

    /// The topics of the event.
    #[must_use]
    pub fn topics(&self) -> [B256; 3] {
        [MESSAGE_DELIVERED, self.id, self.source_chain_id.into()]
    }

    /// The data of the event.
    #[must_use]
    pub fn data(&self) -> Vec<u8> {
        [word(self.nonce), *self.payee.into_word()].concat()
    }
}

impl MessageCancelled {
    /// Reads a log whose emitter and first topic have been checked.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedEvent`] (MSG-4): not three topics, or data other than a nonce as a word.
    pub fn decode(log: &Log<'_>) -> Result<Self, Error> {
        let (id, source_chain_id, nonce) = open_nonce(log)?;
        Ok(Self { id, source_chain_id, nonce })
    }

    /// The topics of the event.
    #[must_use]
    pub fn topics(&self) -> [B256; 3] {
        [MESSAGE_CANCELLED, self.id, self.source_chain_id.into()]
    }

    /// The data of the event.
    #[must_use]
    pub fn data(&self) -> Vec<u8> {
        word(self.nonce).to_vec()
    }
}

impl CancellationRequested {
    /// Reads a log whose emitter and first topic have been checked.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedEvent`] (MSG-4): not three topics, or data other than a nonce as a word.
    pub fn decode(log: &Log<'_>) -> Result<Self, Error> {
        let (id, destination_chain_id, nonce) = open_nonce(log)?;
        Ok(Self { id, destination_chain_id, nonce })
    }

    /// The topics of the event.
    #[must_use]
    pub fn topics(&self) -> [B256; 3] {
        [CANCELLATION_REQUESTED, self.id, self.destination_chain_id.into()]
    }

    /// The data of the event.
    #[must_use]
    pub fn data(&self) -> Vec<u8> {
        word(self.nonce).to_vec()
    }
}

/// Second and third topic, and the words of the data.
fn open<'a>(log: &Log<'a>) -> Result<(B256, U256, &'a [[u8; WORD]]), Error> {
    let (&[_, id, chain_id], (words, [])) = (log.topics(), log.data.as_chunks()) else {
        return Err(Error::MalformedEvent);
    };
    Ok((id, chain_id.into(), words))
}

/// The same of data that is a nonce alone.
fn open_nonce(log: &Log<'_>) -> Result<(B256, U256, u64), Error> {
    let (id, chain_id, words) = open(log)?;
    let [nonce] = words else { return Err(Error::MalformedEvent) };
    Ok((id, chain_id, read_nonce(nonce)?))
}

fn read_nonce(word: &[u8; WORD]) -> Result<u64, Error> {
    bounded(word, u64::MAX).ok_or(Error::MalformedEvent)
}
