//! The event that carries a message: `MessageSent` of ERC-7786, in canonical ABI encoding. Clause MSG-4.

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
        let (sender, recipient, payload) = fields(log.data).ok_or(Error::MalformedEvent)?;
        Ok(Self { id, sender, recipient, payload })
    }
}

/// The data of a `MessageSent` without value and attributes, as [`MessageSent::decode`] requires it.
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
