//! Messages between chains, proven by the light client of the chain they were sent on.
//!
//! What is verified, in which order, and which error reports which violated clause is written in `spec/message.md`; the Solidity
//! message service follows the same text and returns the same first error. Untrusted input cannot make anything here panic.
//!
//! * [`address`]: the canonical form of an account on a chain.
//! * [`message`]: lanes, routes, messages and their ids.
//! * [`event`]: the events that carry a message.
//! * [`delivery`]: from a verified block and a proof to the message that was sent. Which light client verified the block is not asked
//!   here: what it rests on goes along in its path.
//! * [`hub`]: what a hub says of a message that it has proven.
//! * [`outbox`], [`inbox`]: which messages have been sent and delivered, as the contracts at the two ends keep it.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod address;
pub mod delivery;
mod error;
pub mod event;
pub mod hub;
pub mod inbox;
pub mod message;
pub mod outbox;

pub use address::EvmAddress;
pub use delivery::{Delivery, DeliveryProof, verify_delivery, verify_routed};
pub use error::Error;
pub use event::{MESSAGE_RELAYED, MESSAGE_SENT, MessageRelayed, MessageSent};
pub use hub::Relayed;
pub use inbox::Inbox;
pub use message::{DOMAIN, Lane, Message, Route};
pub use outbox::{Outbox, Sent};
