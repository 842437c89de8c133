//! What Heliograph's tests are made of. Not published, and no library depends on it outside its tests.
//!
//! * [`beacon`]: a beacon chain simulator.
//! * `evm` (feature `evm`): the compiled contracts in an EVM.
//! * `tries`, `mutate` (feature `strategies`): honest proofs, and hostile ones by name.
//! * [`vectors`]: where real chain data is found, when it is there.

pub mod beacon;
#[cfg(feature = "evm")]
pub mod evm;
pub mod vectors;
