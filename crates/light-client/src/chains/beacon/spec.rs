//! The light client objects of the consensus specs, from Altair to Gloas, with committees of 512 or of 32: for provers.
//!
//! SSZ is read strictly: every length and every offset is the one canonical value. JSON is that of the beacon
//! API, where an object comes [`Versioned`]. Nothing of it is verified, save in [`store`].
//!
//! Source: consensus-specs `light-client` of `altair`, `capella`, `deneb`, `electra`, `gloas`; beacon-APIs.

mod codec;
mod committee;
mod execution;
mod header;
mod objects;
pub mod store;
mod tree;
mod version;

pub use codec::Error;
pub use committee::{SyncAggregate, SyncCommittee};
pub use execution::{BlobGas, ExecutionPayloadHeader};
pub use header::{Execution, LightClientHeader};
pub use objects::{
    LightClientBootstrap, LightClientFinalityUpdate, LightClientOptimisticUpdate, LightClientUpdate,
};
pub use tree::Tree;
pub use version::{Form, Object, Preset, Version, Versioned};
