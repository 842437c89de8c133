//! The events that carry a message, in canonical ABI encoding: `MessageSent` of ERC-7786, and a hub's `MessageRelayed`. Clause MSG-4.

use crate::{
    Attributes, Error,
    abi::{WORD, field, length_word, number, padded, write_field},
};
use alloc::vec::Vec;
use alloy_primitives::{B256, U256, b256};
use mpt_proof::receipt::Log;

/// First topic: keccak256 of `MessageSent(bytes32,bytes,bytes,bytes,uint256,bytes[])`.
pub const MESSAGE_SENT: B256 =
    b256!("7446eaa0a0dda80670b3bfe972bfbefab659bcfb67abad4e0b64dc4630a70481");

/// First topic: keccak256 of `MessageRelayed(bytes32,uint256,address,bytes,bytes,bytes,uint256,bytes[])`.
pub const MESSAGE_RELAYED: B256 =
    b256!("3683e3033fa77ea0994df50a79209928eb465543c735983108c302a93f507d0a");

/// Bytes of the head: three offsets, the value, one offset.
const HEAD: usize = 5 * WORD;

/// What a canonical `MessageSent` says. Fields are borrowed from the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageSent<'a> {
    /// Second topic: the id the gateway gave the message.
    pub id: B256,
    /// ERC-7930 bytes of the sender, not yet decoded.
    pub sender: &'a [u8],
    /// ERC-7930 bytes of the recipient, not yet decoded.
    pub recipient: &'a [u8],
    /// The payload.
    pub payload: &'a [u8],
    /// The attributes that the message carries, not yet decoded.
    pub attributes: Attributes<'a>,
}

impl<'a> MessageSent<'a> {
    /// Reads a log whose emitter and first topic have been checked.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedEvent`] (MSG-4): not two topics, or data that the ABI would not have written: an offset out of
    /// sequence, padding that is not zero, a value, bytes left over.
    pub fn decode(log: &Log<'a>) -> Result<Self, Error> {
        let &[_, id] = log.topics() else {
            return Err(Error::MalformedEvent);
        };
        Self::read(id, log.data)
    }

    /// The message with this id whose fields are `data`.
    fn read(id: B256, data: &'a [u8]) -> Result<Self, Error> {
        let fields = |data| {
            let (sender, next) = field(data, 0x00, HEAD)?;
            let (recipient, next) = field(data, 0x20, next)?;
            let (payload, next) = field(data, 0x40, next)?;
            let canonical = number(data, 0x60)? == 0 && number(data, 0x80)? == next;
            let attributes = data.get(next..).filter(|_| canonical).and_then(Attributes::decode)?;
            Some(Self { id, sender, recipient, payload, attributes })
        };
        fields(data).ok_or(Error::MalformedEvent)
    }
}

/// What a canonical `MessageRelayed` says: which gateway sent what, on which chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageRelayed<'a> {
    /// Third topic: the chain on which it was sent.
    pub source_chain_id: U256,
    /// Fourth topic: the gateway that sent it. The word as it stands, which need not be an address.
    pub source_gateway: B256,
    /// What was sent; its id is the second topic.
    pub sent: MessageSent<'a>,
}

impl<'a> MessageRelayed<'a> {
    /// Reads a log whose emitter and first topic have been checked.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedEvent`] (MSG-12, MSG-4): not four topics, or data that is not that of a [`MessageSent`].
    pub fn decode(log: &Log<'a>) -> Result<Self, Error> {
        let &[_, id, source_chain_id, source_gateway] = log.topics() else {
            return Err(Error::MalformedEvent);
        };
        let sent = MessageSent::read(id, log.data)?;
        Ok(Self { source_chain_id: source_chain_id.into(), source_gateway, sent })
    }
}

/// The data of either event without value, as [`MessageSent::decode`] requires it.
#[must_use]
pub fn encode(
    sender: &[u8],
    recipient: &[u8],
    payload: &[u8],
    attributes: Attributes<'_>,
) -> Vec<u8> {
    let fields = [sender, recipient, payload];
    let mut data = Vec::new();
    let mut offset = HEAD;
    for field in fields {
        data.extend_from_slice(&length_word(offset));
        offset += WORD + padded(field.len());
    }
    data.extend_from_slice(&[0; WORD]);
    data.extend_from_slice(&length_word(offset));
    let mut sink = |bytes: &[u8]| data.extend_from_slice(bytes);
    fields.iter().for_each(|field| write_field(field, &mut sink));
    attributes.write(&mut sink);
    data
}
