//! The contracts as Rust types, and every Rust error as the revert data of its Solidity twin.
//!
//! * [`contracts`]: what the contracts' interfaces declare.
//! * [`errors`]: the custom errors of `spec/errors.toml`.
//! * [`Revert`]: from a Rust error to revert data, and from revert data to words.
//!
//! There is no logic here but encoding. Tests compare the types with the compiled contracts, and the errors with
//! `spec/errors.toml` and the contracts' sources, in both directions.

pub mod contracts;
mod convert;
pub mod errors;
pub mod revert;
mod table;

pub use contracts::{
    Assumption, IAttestors, IBeaconLightClient, ILightClient, ILightClientManager, IMapLightClient,
    IMessageChecker, IMessageHub, IMessageService, IRelayFees,
};
pub use revert::{Decoded, Revert};
