//! Messages between chains, proven by the light client of the chain they were sent on.
//!
//! What is verified, in which order, and which error reports which violated clause is written in `spec/message.md`; the Solidity
//! message service follows the same text and returns the same first error. Untrusted input cannot make anything here panic.
//!
//! * [`address`]: the canonical form of an account on a chain.
//! * [`attributes`]: what a message asks of its delivery.
//! * [`message`]: lanes, messages and their ids.
//! * [`event`]: the events that carry a message; [`notice`]: those that say what became of one.
//! * [`context`]: whom a message service asks: light clients, attestors, the clock.
//! * [`delivery`]: from a verified block and a proof to the message that was sent. Which light client verified the block is not asked
//!   here: what it rests on goes along in its path.
//! * [`hub`]: what a hub says of a message that it has proven.
//! * [`lanes`], [`outbox`], [`inbox`]: what the contracts at the two ends keep: which lanes there are, what has been sent, and what has
//!   been delivered, has failed, was cancelled or passed over.
//! * [`outcome`]: what is proven, back on the source chain, of what became of a message.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod abi;
pub mod address;
pub mod attributes;
pub mod context;
pub mod delivery;
mod error;
pub mod event;
pub mod hub;
pub mod inbox;
pub mod lanes;
pub mod message;
pub mod notice;
pub mod outbox;
pub mod outcome;

pub use address::EvmAddress;
pub use attributes::{Attribute, Attributes, Terms};
pub use context::{Attestors, Clients, Context};
pub use delivery::{
    BatchItem, BatchProof, Delivery, DeliveryProof, verify_delivery, verify_routed,
};
pub use error::Error;
pub use event::{MESSAGE_RELAYED, MESSAGE_SENT, MessageRelayed, MessageSent};
pub use hub::Relayed;
pub use inbox::{Answer, Fate, Inbox};
pub use lanes::{Direction, LaneEnd, Lanes, Route};
pub use message::{Body, DOMAIN, Lane, Message};
pub use notice::{
    CANCELLATION_REQUESTED, CancellationRequested, MESSAGE_CANCELLED, MESSAGE_DELIVERED,
    MessageCancelled, MessageDelivered,
};
pub use outbox::{Outbox, Sent};
pub use outcome::{Checker, ExpiryProof, Outcome};
