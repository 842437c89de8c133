//! Messages between chains, proven by the light client of the chain they were sent on.
//!
//! What is verified, in which order, and which error reports which violated clause is written in `spec/message.md`; the Solidity
//! message service follows the same text and returns the same first error. Untrusted input cannot make anything here panic.
//!
//! * [`address`]: the canonical form of an account on a chain.
//! * [`message`]: lanes, messages and their ids.
//! * [`event`]: the event that carries a message.
//! * [`delivery`]: from a verified head and a proof to the message that was sent.
//! * [`outbox`], [`inbox`]: which messages have been sent and delivered, as the contracts at the two ends keep it.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod address;
pub mod delivery;
mod error;
pub mod event;
pub mod inbox;
pub mod message;
pub mod outbox;

pub use address::EvmAddress;
pub use delivery::{Delivery, DeliveryProof, verify_delivery};
pub use error::Error;
pub use event::{MESSAGE_SENT, MessageSent};
pub use inbox::Inbox;
pub use message::{DOMAIN, Lane, Message};
pub use outbox::{Outbox, Sent};
