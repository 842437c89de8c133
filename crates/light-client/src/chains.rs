//! One module per family of consensus. Families do not use one another.

pub mod attested;
pub mod beacon;
pub mod map;
