//! Attempts to cheat. Each is tried on the Rust libraries, on the contract without a transaction, and in
//! a transaction that is mined; all must refuse with the same error.

use super::{
    message::Sent,
    source::{PATIENCE, PAUSE, Source},
    story::Stage,
};
use crate::{
    demo::report::Report,
    error::{Error, Result},
};
use alloy_primitives::Bytes;
use mos::DeliveryProof;
use tokio::time::{Instant, sleep};

/// Tries all.
pub(super) async fn all(
    source: &mut Source,
    stage: &Stage<'_>,
    sent: &Sent,
    proof: &DeliveryProof,
    report: &mut Report,
) -> Result<()> {
    delivery(stage, proof, "cheat: the same delivery again", report).await?;

    let changed = with_changed_payload(sent, proof)?;
    delivery(stage, &changed, "cheat: another payload in the receipt", report).await?;

    let mut other_block = proof.clone();
    let mut ancestry = proof.ancestry.to_vec();
    flip(&mut ancestry, PAIR_AT + HASH_IN_PAIR)?;
    other_block.ancestry = ancestry.into();
    delivery(stage, &other_block, "cheat: another block by the block roots", report).await?;

    updates(source, stage, report).await
}

/// Tries the next update with something changed.
pub(super) async fn updates(
    source: &mut Source,
    stage: &Stage<'_>,
    report: &mut Report,
) -> Result<()> {
    let update = next_update(source, stage).await?;
    let mut changed = update.clone();
    flip(&mut changed, 8 + HASH_IN_PAIR)?;
    refuse(stage, changed, "cheat: another block in a signed update", report).await?;

    let mut short = update;
    short.pop();
    refuse(stage, short, "cheat: an update without its last byte", report).await
}

/// Where the pair begins in an ancestry proof, and the execution block hash in a pair.
const PAIR_AT: usize = 5;
const HASH_IN_PAIR: usize = 160;

async fn delivery(
    stage: &Stage<'_>,
    proof: &DeliveryProof,
    name: &str,
    report: &mut Report,
) -> Result<()> {
    let (result, gas) = stage.twin.refuse_delivery(proof).await?;
    report.done(name, result, Some(gas));
    Ok(())
}

async fn refuse(stage: &Stage<'_>, update: Vec<u8>, name: &str, report: &mut Report) -> Result<()> {
    let (result, gas) = stage.twin.refuse_update(update).await?;
    report.done(name, result, Some(gas));
    Ok(())
}

/// An update that would be taken as it is.
async fn next_update(source: &mut Source, stage: &Stage<'_>) -> Result<Vec<u8>> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(update) = source.update(&stage.twin.trusted).await? {
            return Ok(update.encode());
        }
        source.expect_before(deadline, "further update")?;
        sleep(PAUSE).await;
    }
}

/// The proof with one bit of the message's text changed, where the receipt holds it.
fn with_changed_payload(sent: &Sent, proof: &DeliveryProof) -> Result<DeliveryProof> {
    let mut changed = proof.clone();
    let absent = || Error::Demo("the receipt does not hold the message's text".into());
    let leaf = changed.receipt_proof.last_mut().ok_or_else(absent)?;
    let text = sent.text.as_bytes();
    let place = leaf.windows(text.len()).position(|window| window == text).ok_or_else(absent)?;
    let mut bytes = leaf.to_vec();
    flip(&mut bytes, place)?;
    *leaf = Bytes::from(bytes);
    Ok(changed)
}

fn flip(bytes: &mut [u8], place: usize) -> Result<()> {
    let byte = bytes.get_mut(place);
    *byte.ok_or_else(|| Error::Demo("nothing to change there".into()))? ^= 1;
    Ok(())
}
