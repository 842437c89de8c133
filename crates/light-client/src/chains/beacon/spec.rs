//! The light client objects of the consensus specs, from Deneb to Fulu, in the mainnet preset: for provers.
//!
//! SSZ is read strictly: every length and every offset is the one canonical value. JSON is that of the beacon
//! API, where an object comes [`Versioned`]. Nothing here is verified.
//!
//! Source: consensus-specs `deneb/light-client`, `electra/light-client`; beacon-APIs.

mod codec;
mod committee;
mod execution;
mod header;
mod objects;
mod tree;

pub use codec::Error;
pub use committee::{SyncAggregate, SyncCommittee};
pub use execution::ExecutionPayloadHeader;
pub use header::LightClientHeader;
pub use objects::{
    LightClientBootstrap, LightClientFinalityUpdate, LightClientOptimisticUpdate,
    LightClientUpdate, Version, Versioned,
};
pub use tree::Tree;
