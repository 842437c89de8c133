//! The interfaces under `contracts/src/interfaces`, without what they inherit: a call of an inherited function is
//! encoded by the interface that declares it.
#![expect(missing_docs, reason = "generated; NatSpec is in the contracts")]
#![expect(
    clippy::too_many_arguments,
    reason = "generated; events have as many fields as they have"
)]

mod beside;
mod clients;
mod messages;

pub use beside::{IAttestors, IRelayFees};
pub use clients::{IBeaconLightClient, ILightClientManager, IMapLightClient};
pub use messages::{Assumption, ILightClient, IMessageChecker, IMessageHub, IMessageService};
