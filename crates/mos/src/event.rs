//! The events that carry a message, in canonical ABI encoding: `MessageSent` of ERC-7786, and a hub's `MessageRelayed`. Clause MSG-4.

use crate::{
    Error,
    message::{length_word, padding},
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
const HEAD: usize = 5 * 32;

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
}

impl<'a> MessageSent<'a> {
    /// Reads a log whose emitter and first topic have been checked.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedEvent`] (MSG-4): not two topics, or data that the ABI would not have written: an offset out of
    /// sequence, padding that is not zero, a value, an attribute, bytes left over.
    pub fn decode(log: &Log<'a>) -> Result<Self, Error> {
        let &[_, id] = log.topics() else {
            return Err(Error::MalformedEvent);
        };
        Self::read(id, log.data)
    }

    /// The message with this id whose fields are `data`.
    fn read(id: B256, data: &'a [u8]) -> Result<Self, Error> {
        let (sender, recipient, payload) = fields(data).ok_or(Error::MalformedEvent)?;
        Ok(Self { id, sender, recipient, payload })
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

/// The data of either event without value and attributes, as [`MessageSent::decode`] requires it.
pub fn encode(sender: &[u8], recipient: &[u8], payload: &[u8]) -> Vec<u8> {
    let fields = [sender, recipient, payload];
    let mut data = Vec::new();
    let mut offset = HEAD;
    for field in fields {
        data.extend_from_slice(&length_word(offset));
        offset += 32 + field.len().next_multiple_of(32);
    }
    data.extend_from_slice(&[0; 32]);
    data.extend_from_slice(&length_word(offset));
    for field in fields {
        data.extend_from_slice(&length_word(field.len()));
        data.extend_from_slice(field);
        data.extend_from_slice(padding(field.len()));
    }
    data.extend_from_slice(&[0; 32]);
    data
}

/// Sender, recipient and payload, if `data` is canonical.
fn fields(data: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (sender, next) = field(data, 0x00, HEAD)?;
    let (recipient, next) = field(data, 0x20, next)?;
    let (payload, next) = field(data, 0x40, next)?;
    // The attributes are an array of length zero, and the last word of the data.
    let canonical = data.len() == next + 32
        && number(data, 0x60)? == 0
        && number(data, 0x80)? == next
        && number(data, next)? == 0;
    canonical.then_some((sender, recipient, payload))
}

/// The field whose offset is the word at `head` and has to be `offset`, and where the following one is due.
fn field(data: &[u8], head: usize, offset: usize) -> Option<(&[u8], usize)> {
    if number(data, head)? != offset {
        return None;
    }
    let length = number(data, offset)?;
    let start = offset + 32;
    let field = data.get(start..)?.get(..length)?;
    let next = start + length.next_multiple_of(32);
    let padded = data.get(start + length..next)?;
    padded.iter().all(|&byte| byte == 0).then_some((field, next))
}

/// The word at `offset`, if there is one and it is a number that can index memory.
fn number(data: &[u8], offset: usize) -> Option<usize> {
    let word = data.get(offset..)?.get(..32)?;
    usize::try_from(U256::from_be_slice(word)).ok()
}
