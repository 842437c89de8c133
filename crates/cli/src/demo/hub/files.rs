//! The proofs of the demonstration as files, for `heliograph verify` and `heliograph inspect`.

use super::stage::Stage;
use crate::{
    error::Result,
    file::{self, Anchor, Block, DeliveryFile, LaneFile, MapUpdateFile, ProofFile, RouteFile},
    verify::{self, Trust},
};
use alloy_primitives::Bytes;
use light_client::map::Trusted;
use mos::DeliveryProof;
use std::path::Path;

/// Writes an update of the hub's light client and the proof of what the hub said, and verifies both as `heliograph verify` does.
pub(super) fn write(
    stage: &Stage<'_>,
    (trusted, update): (Trusted, &Bytes),
    proof: &DeliveryProof,
    folder: &Path,
) -> Result<()> {
    let update = MapUpdateFile { network: stage.hub.config(), trusted, update: update.clone() };
    let delivery = DeliveryFile {
        block: Block {
            anchor: Anchor::MapUpdate(Box::new(update.clone())),
            ancestry: Some(proof.ancestry.clone()).filter(|proof| !proof.is_empty()),
            headers: proof.headers.clone(),
        },
        lane: LaneFile {
            source_gateway: stage.gateway(),
            destination_chain_id: stage.b.chain_id,
            destination_gateway: stage.on_b.base.message_service,
        },
        transaction_index: proof.transaction_index,
        receipt_proof: proof.receipt_proof.clone(),
        log_index: proof.log_index,
        nonce: proof.nonce,
        route: Some(RouteFile { source_chain_id: stage.chain_a(), hub: stage.on_hub.hub }),
    };
    for file in [ProofFile::MapUpdate(Box::new(update)), ProofFile::Delivery(delivery)] {
        let path = folder.join(format!("{}-{}.json", file.kind(), proof.nonce));
        let (name, text) = (path.display().to_string(), file.to_text()?);
        file::write(&path, &text)?;
        verify::verify(&ProofFile::parse(&name, &text)?, &Trust::now(None))?;
    }
    Ok(())
}
