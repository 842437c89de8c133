//! From what nodes answer to proofs that our own core has verified.
//!
//! Nothing that a node answers is believed: headers are hashed, receipts and state are held against the roots in them. What comes out is
//! verified once more by the libraries that the contracts are twins of ([`verify`]), so that nobody pays for a proof that is refused.
//!
//! * [`Node`]: whoever answers JSON-RPC; [`Rpc`] is one endpoint. [`ask`]: typed questions.
//! * [`delivery`], [`batch`], [`acknowledgement`], [`expiry`]: proofs from a light client's [`Head`] to an [`Event`]; [`Prover`] is the same
//!   with a [`Cache`].
//! * [`BeaconNode`], [`objects`], [`update`]: what keeps a light client fresh.

#![forbid(unsafe_code)]

pub mod ask;
mod beacon_node;
mod block;
mod cache;
mod error;
mod node;
pub mod objects;
mod prove;
mod receipt;
pub mod receipts;
mod rpc;
pub mod update;
pub mod validators;
pub mod verify;
pub mod way;

pub use ask::{BlockId, BlockTag, Filter, Within};
pub use beacon_node::BeaconNode;
pub use block::Block;
pub use cache::Cache;
pub use error::Error;
pub use node::{Node, NodeError};
pub use prove::{Event, Head, Prover, Settled, acknowledgement, batch, delivery, expiry, settled};
pub use receipt::{Log, RawLog, Receipt};
pub use receipts::Receipts;
pub use rpc::{Rpc, TIMEOUT, client as http_client};
pub use way::Ways;
