//! Four ways to cheat. Each is tried on the Rust libraries, on the contract without a transaction,
//! and in a transaction that is mined; both must refuse with the same revert data.

use super::{
    anvil::Anvil, message::Delivered, mirror::agreed, report::Report, source::EPOCH, stage::Stage,
};
use crate::error::{Error, Result};
use alloy_primitives::{Address, Bytes};
use bindings::IBeaconLightClient;
use light_client::beacon::COMMITTEE_SIZE;
use mos::DeliveryProof;

/// Tries all four.
pub(super) async fn all(
    stage: &mut Stage<'_>,
    delivered: &Delivered,
    absent: &[usize],
    report: &mut Report,
) -> Result<()> {
    let changed = with_changed_payload(delivered)?;
    delivery(stage, &changed, "cheat: another payload in the receipt", report).await?;

    let mut truncated = delivered.proof.clone();
    truncated.receipt_proof.pop();
    delivery(stage, &truncated, "cheat: a proof without its last node", report).await?;

    too_few(stage, absent, report).await?;
    delivery(stage, &delivered.proof, "cheat: the same delivery again", report).await
}

/// The proof with one bit of the message's text changed, where the receipt holds it.
fn with_changed_payload(delivered: &Delivered) -> Result<DeliveryProof> {
    let Delivered { sent, mut proof } = delivered.clone();
    let leaf = proof.receipt_proof.last_mut();
    let changed = leaf.and_then(|leaf| {
        let text = sent.text.as_bytes();
        let place = leaf.windows(text.len()).position(|window| window == text)?;
        let mut bytes = leaf.to_vec();
        *bytes.get_mut(place)? ^= 1;
        *leaf = Bytes::from(bytes);
        Some(())
    });
    changed.ok_or_else(|| Error::Demo("the receipt does not hold the message's text".into()))?;
    Ok(proof)
}

async fn delivery(
    stage: &Stage<'_>,
    proof: &DeliveryProof,
    name: &str,
    report: &mut Report,
) -> Result<()> {
    let (source, now) = (stage.source.anvil.chain_id, stage.b.anvil.now().await?);
    let rust = stage.mirror.refuses_delivery(source, proof, now)?;
    let call = stage.deliver_call(proof);
    let call = (stage.on_b.message_service, call);
    refused((&stage.b.anvil, stage.admin), call, &rust, name, report).await
}

/// An update that one member too few has signed, correctly; with one more it is accepted.
async fn too_few(stage: &mut Stage<'_>, absent: &[usize], report: &mut Report) -> Result<()> {
    let slot = stage.mirror.follower.trusted.finalized_slot + 1;
    let boundary = stage.source.finalize(slot).await?;
    stage.align().await?;
    let others = (0..COMMITTEE_SIZE).filter(|member| !absent.contains(member));
    let quorum = usize::try_from(stage.source.config().quorum()).unwrap_or(COMMITTEE_SIZE);
    let silent = COMMITTEE_SIZE - quorum + 1;
    let mut missing: Vec<usize> = absent.iter().copied().chain(others).take(silent).collect();

    let now = stage.b.anvil.now().await?;
    let update = Bytes::from(stage.source.update(boundary, &missing, false)?.encode());
    let rust = stage.mirror.follower.refuses_update(&update, now)?;
    let name = format!("cheat: signed by {} of {COMMITTEE_SIZE}", quorum - 1);
    let call = stage.update_call(&update);
    refused((&stage.b.anvil, stage.admin), (stage.client, call), &rust, &name, report).await?;

    missing.pop();
    let update = Bytes::from(stage.source.update(boundary, &missing, false)?.encode());
    let root = stage.mirror.follower.verify_update(&update, now)?;
    let call = IBeaconLightClient::verifyUpdateCall { encoded: update };
    if stage.b.anvil.call(stage.client, &call).await? != root {
        return Err(Error::Demo("Rust and the contract verify different roots".into()));
    }
    report.note(format_args!("with one signer more, both accept: epoch {}", boundary / EPOCH));
    Ok(())
}

/// The contract refuses a call as Rust does, asked and in a transaction.
pub(super) async fn refused(
    (chain, from): (&Anvil, Address),
    (to, call): (Address, Vec<u8>),
    rust: &Bytes,
    name: &str,
    report: &mut Report,
) -> Result<()> {
    let contract = chain.refusal(to, call.clone()).await?;
    let result = agreed(rust, &contract)?;
    let receipt = chain.send_refused(from, to, call).await?;
    report.done(name, result, Some(receipt.gas_used.to()));
    Ok(())
}
