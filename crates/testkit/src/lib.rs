//! What Heliograph's tests are made of. Not published, and no library depends on it outside its tests.
//!
//! * [`beacon`]: a beacon chain simulator.
//! * [`vectors`]: where real chain data is found, when it is there.

pub mod beacon;
pub mod vectors;
