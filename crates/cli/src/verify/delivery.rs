//! A message sent through a lane: the light client's clauses, ANC-1…4, then MSG-3…8.

use super::{Trust, Verified, update};
use crate::{
    error::{Error, Result},
    file::{Anchor, DeliveryFile},
    refusal::refuse,
};
use alloy_primitives::{Bytes, U256};
use mos::{Delivery, DeliveryProof, EvmAddress, Lane};
use serde_json::json;

/// Verifies the file.
pub(super) fn verify(file: &DeliveryFile, trust: &Trust) -> Result<Verified> {
    let (Anchor::Update(from), None) = (&file.block.anchor, trust.block_hash) else {
        let problem = "a delivery is verified from a light-client update, not from a block hash";
        return Err(Error::Usage(problem.into()));
    };
    let mut verified = Verified::new("delivery");
    let head = update::head(from, trust.now)?;
    update::assume(from, &mut verified);
    let (lane, proof) = (lane(file), proof(file, head.id()));
    let block = head.ancestor(&from.network.as_config(), &proof.ancestry);
    let block = block.map_err(|error| refuse("delivery proof", error))?;
    let delivery = mos::verify_delivery(&lane, &block, &proof)
        .map_err(|error| refuse("delivery proof", error))?;
    verified.assume(format!(
        "{} is the message service of chain {} at the other end of the lane",
        lane.source_gateway, lane.source_chain_id
    ));
    let block = block.open(&proof.headers).map_err(|error| refuse("headers", error))?;
    verified.fact("chain", block.chain_id());
    verified.fact("block", block.number());
    verified.fact("block_hash", block.hash());
    message(&delivery, &mut verified);
    Ok(verified)
}

fn message(delivery: &Delivery<'_>, verified: &mut Verified) {
    let payload = Bytes::copy_from_slice(delivery.payload());
    verified.fact("message_id", delivery.id());
    verified.fact("nonce", delivery.nonce());
    verified.fact("sender", account(&delivery.sender()));
    verified.fact("recipient", account(&delivery.recipient()));
    let shown = match std::str::from_utf8(&payload) {
        Ok(text) if text.chars().all(|c| !c.is_control()) => format!("{payload} ({text:?})"),
        _ => payload.to_string(),
    };
    verified.fact_as("payload", shown, json!(payload));
}

fn account(address: &EvmAddress) -> String {
    format!("{} on chain {}", address.account(), address.chain_id())
}

/// The lane that the file names.
pub(crate) fn lane(file: &DeliveryFile) -> Lane {
    Lane {
        source_chain_id: U256::from(file.block.chain_id()),
        source_gateway: file.lane.source_gateway,
        destination_chain_id: U256::from(file.lane.destination_chain_id),
        destination_gateway: file.lane.destination_gateway,
    }
}

/// The proof as the libraries and the contract take it.
pub(crate) fn proof(file: &DeliveryFile, head_id: u64) -> DeliveryProof {
    DeliveryProof {
        head_id,
        ancestry: file.block.ancestry(),
        headers: file.block.headers.clone(),
        transaction_index: file.transaction_index,
        receipt_proof: file.receipt_proof.clone(),
        log_index: file.log_index,
        nonce: file.nonce,
    }
}
