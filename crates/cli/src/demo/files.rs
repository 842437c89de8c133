//! The proofs of the demonstration as files, for `heliograph verify` and `heliograph inspect`.

use super::stage::Stage;
use crate::{
    error::Result,
    file::{self, Anchor, Block, DeliveryFile, LaneFile, ProofFile, RouteFile, UpdateFile},
    verify::{self, Trust},
};
use alloy_primitives::Bytes;
use light_client::beacon::{Network, Trusted};
use mos::DeliveryProof;
use std::path::Path;

/// Writes the update and the delivery to `folder`.
pub(super) fn write(
    stage: &Stage<'_>,
    (trusted, update): (Trusted, &Bytes),
    proof: &DeliveryProof,
    folder: &Path,
) -> Result<()> {
    let network = Network::from(stage.source.config());
    let update = Box::new(UpdateFile { network, trusted, update: update.clone() });
    let lane = LaneFile {
        source_gateway: stage.on_a.message_service,
        destination_chain_id: stage.b.chain_id,
        destination_gateway: stage.on_b.message_service,
    };
    let delivery = delivery(Anchor::Update(update.clone()), lane, None, proof);
    keep([ProofFile::BeaconUpdate(update), ProofFile::Delivery(delivery)], proof.nonce, folder)
}

/// The proof of a delivery, directly or by a route.
pub(super) fn delivery(
    anchor: Anchor,
    lane: LaneFile,
    route: Option<RouteFile>,
    proof: &DeliveryProof,
) -> DeliveryFile {
    DeliveryFile {
        block: Block {
            anchor,
            ancestry: Some(proof.ancestry.clone()).filter(|proof| !proof.is_empty()),
            headers: proof.headers.clone(),
        },
        lane,
        transaction_index: proof.transaction_index,
        receipt_proof: proof.receipt_proof.clone(),
        log_index: proof.log_index,
        nonce: proof.nonce,
        route,
    }
}

/// Writes the files about the message with this nonce to `folder`, and verifies each as `heliograph verify` does.
pub(super) fn keep(files: [ProofFile; 2], nonce: u64, folder: &Path) -> Result<()> {
    for file in files {
        let path = folder.join(format!("{}-{nonce}.json", file.kind()));
        let (name, text) = (path.display().to_string(), file.to_text()?);
        file::write(&path, &text)?;
        verify::verify(&ProofFile::parse(&name, &text)?, &Trust::now(None))?;
    }
    Ok(())
}
