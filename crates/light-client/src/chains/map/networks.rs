//! Public networks of the MAP relay chain.
//!
//! The trusting period is the deployer's choice; change it with struct update syntax: `Config { trusting_period: DAY, ..MAINNET }`.
//! It must be longer than an epoch lasts, which is under three days on the main network.
//!
//! Source: the chain's own Go client (`params`), and the heights at which it changed the hash to G1.

use super::Config;
use alloy_primitives::{B256, b256};

const WEEK: u64 = 7 * 24 * 60 * 60;

/// The main network.
pub const MAINNET: Config =
    Config { chain_id: 22_776, epoch_size: 50_000, fork_height: 2_350_001, trusting_period: WEEK };

/// Makalu, the test network.
pub const MAKALU: Config =
    Config { chain_id: 212, epoch_size: 4_000, fork_height: 20_000, trusting_period: WEEK };

/// The network of the chain's developers.
pub const DEVNET: Config =
    Config { chain_id: 213, epoch_size: 1_000, fork_height: 2_001, trusting_period: WEEK };

/// Where a client of a network may start: the keys behind the commitment come from a node, and need not be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// An epoch.
    pub epoch: u64,
    /// Commitment of its set.
    pub commitment: B256,
}

/// The start of [`DEVNET`]: the four validators with which its records begin.
pub const DEVNET_START: Start = Start {
    epoch: 3,
    commitment: b256!("507f0186c019200e8a3f55ecd17f8eae7402c6f76aac5d14565ee93454b7cf82"),
};
