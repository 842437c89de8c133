//! The proofs of the way over the hub as files, for `heliograph verify` and `heliograph inspect`.

use super::stage::Stage;
use crate::{
    demo::files::{delivery, keep},
    error::Result,
    file::{Anchor, LaneFile, MapUpdateFile, ProofFile, RouteFile},
};
use alloy_primitives::Bytes;
use light_client::map::Trusted;
use mos::DeliveryProof;
use std::path::Path;

/// Writes an update of the hub's light client and the proof of what the hub said to `folder`.
pub(super) fn write(
    stage: &Stage<'_>,
    (trusted, update): (Trusted, &Bytes),
    proof: &DeliveryProof,
    folder: &Path,
) -> Result<()> {
    let network = stage.hub.config();
    let update = Box::new(MapUpdateFile { network, trusted, update: update.clone() });
    let lane = LaneFile {
        source_gateway: stage.gateway(),
        destination_chain_id: stage.b.chain_id,
        destination_gateway: stage.on_b.base.message_service,
    };
    let route = RouteFile { source_chain_id: stage.chain_a(), hub: stage.on_hub.hub };
    let delivery = delivery(Anchor::MapUpdate(update.clone()), lane, Some(route), proof);
    keep([ProofFile::MapUpdate(update), ProofFile::Delivery(delivery)], proof.nonce, folder)
}
