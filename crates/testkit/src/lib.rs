//! What Heliograph's tests are made of. Not published, and no library depends on it outside its tests.
//!
//! * [`beacon`], [`map`]: simulators of a beacon chain and of the MAP relay chain.
//! * [`attestor`]: accounts that sign what happened on a chain.
//! * `evm` (feature `evm`): the compiled contracts in an EVM.
//! * `tries`, `mutate` (feature `strategies`): honest proofs, and hostile ones by name.
//! * [`faults`]: what nodes get wrong.
//! * [`Port`]: ports for what listens later.
//! * [`rlp`], [`dice`]: RLP that can be spoilt, and choices that repeat themselves.
//! * [`vectors`]: where real chain data is found, when it is there.

pub mod attestor;
pub mod beacon;
pub mod dice;
#[cfg(feature = "evm")]
pub mod evm;
pub mod faults;
pub mod map;
#[cfg(feature = "strategies")]
pub mod mutate;
mod port;
pub mod rlp;
#[cfg(feature = "strategies")]
pub mod tries;
pub mod vectors;

pub use port::Port;
