//! The proofs of the demonstration as files, for `heliograph verify` and `heliograph inspect`.

use super::stage::Stage;
use crate::{
    error::Result,
    file::{
        self, AcknowledgementFile, Anchor, Block, DeliveryFile, ExpiryFile, LaneFile, OriginFile,
        ProofFile, RouteFile, UpdateFile,
    },
    verify::{self, Trust},
};
use alloy_primitives::Bytes;
use light_client::beacon::{Network, Trusted};
use mos::{Body, DeliveryProof, outcome::ExpiryProof};
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
        destination_chain_id: stage.b.anvil.chain_id,
        destination_gateway: stage.on_b.message_service,
    };
    let delivery = delivery(Anchor::Update(update.clone()), lane, None, proof);
    keep([ProofFile::BeaconUpdate(update), ProofFile::Delivery(delivery)], proof.nonce, folder)
}

/// Writes the proof that a message was delivered to `folder`.
pub(super) fn write_acknowledgement(
    stage: &Stage<'_>,
    anchor: &Anchor,
    proof: &DeliveryProof,
    folder: &Path,
) -> Result<()> {
    let file = AcknowledgementFile {
        block: Block::descended(anchor.clone(), proof.headers.clone()),
        lane: origin(stage),
        transaction_index: proof.transaction_index,
        receipt_proof: proof.receipt_proof.clone(),
        log_index: proof.log_index,
        attestations: None,
    };
    keep_one(&ProofFile::Acknowledgement(file), proof.nonce, folder)
}

/// Writes the proof that a message was not delivered by its deadline to `folder`.
pub(super) fn write_expiry(
    stage: &Stage<'_>,
    anchor: &Anchor,
    (body, proof): (&Body, &ExpiryProof),
    folder: &Path,
) -> Result<()> {
    let file = ExpiryFile {
        block: Block::descended(anchor.clone(), proof.headers.clone()),
        lane: origin(stage),
        body: body.into(),
        account_proof: proof.account_proof.clone(),
        storage_proof: proof.storage_proof.clone(),
        absent: proof.absent,
        attestations: None,
    };
    keep_one(&ProofFile::Expiry(Box::new(file)), body.nonce, folder)
}

const fn origin(stage: &Stage<'_>) -> OriginFile {
    OriginFile {
        source_chain_id: stage.source.anvil.chain_id,
        source_gateway: stage.on_a.message_service,
        destination_gateway: stage.on_b.message_service,
    }
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
        attestations: None,
        route,
    }
}

/// Writes the files about the message with this nonce to `folder`, and verifies each as `heliograph verify` does.
pub(super) fn keep(files: [ProofFile; 2], nonce: u64, folder: &Path) -> Result<()> {
    files.into_iter().try_for_each(|file| keep_one(&file, nonce, folder))
}

fn keep_one(file: &ProofFile, nonce: u64, folder: &Path) -> Result<()> {
    let path = folder.join(format!("{}-{nonce}.json", file.kind()));
    let (name, text) = (path.display().to_string(), file.to_text()?);
    file::write(&path, &text)?;
    verify::verify(&ProofFile::parse(&name, &text)?, &Trust::now(None)).map(drop)
}
