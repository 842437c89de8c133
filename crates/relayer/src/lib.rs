//! The relayer: it follows chains, keeps light clients fresh, proves messages and delivers them, and carries back what became of them.
//!
//! Nothing on chain rests on it. Whatever it does, contracts accept a message only with a proof; all that a bad relayer can do is nothing.
//! What it promises its operator is that no message is lost, none is paid for twice, and of each it is known where it is and why.
//!
//! How it is made:
//!
//! * Everything is a row. A message, a transaction, a light client that needs an update: each is a row of the [`store`] with a time at
//!   which it is due. There is no queue in memory and no task that sleeps on behalf of a message, so a process can be killed anywhere.
//! * Facts and work are apart. What chains say, event by event, is kept as [`Sighting`](domain::Sighting)s, taken away again when a
//!   block is orphaned. The [`Stage`](domain::Stage) of a message follows from its sightings; work only fills what is between.
//! * Roles take what is due, under a lease, a step at a time. MAP's names for them are Maintainer (here keeper) and Messenger; CCMP's
//!   are Daemon, Signer, Writer and Checker. One process runs all or some of them.
//! * What can be decided without a chain is a function without one: which blocks to read, which nonce to use, what to bid.

#![forbid(unsafe_code)]

pub mod api;
pub mod attestor;
pub mod chain;
pub mod checker;
pub mod clock;
pub mod config;
pub mod domain;
pub mod indexer;
pub mod keeper;
pub mod keys;
pub mod lane;
pub mod messenger;
pub mod metrics;
pub mod role;
pub mod service;
pub mod store;
pub mod writer;
