//! A message sent through a lane, or by the word of a hub: the light client's clauses, ANC-1…4, then MSG-3…8, MSG-12.

use super::{Trust, Verified, map_update, update};
use crate::{
    error::{Error, Result},
    file::{Anchor, DeliveryFile},
    refusal::refuse,
};
use alloy_primitives::{Bytes, U256};
use light_client::ancestry::Ancestor;
use mos::{Delivery, DeliveryProof, EvmAddress, Lane, Route};
use serde_json::json;

/// Verifies the file.
pub(super) fn verify(file: &DeliveryFile, trust: &Trust) -> Result<Verified> {
    let mut verified = Verified::new("delivery");
    let (lane, (head_id, block)) = (lane(file), start(file, trust, &mut verified)?);
    let proof = proof(file, head_id);
    let delivery = match route(file) {
        None => mos::verify_delivery(&lane, &block, &proof),
        Some(route) => mos::verify_routed(&lane, &route, &block, &proof),
    };
    let delivery = delivery.map_err(|error| refuse("delivery proof", error))?;
    if let Some(route) = route(file) {
        verified.assume(format!(
            "{} on chain {} is a hub, and its light client of chain {} is right",
            route.hub, route.hub_chain_id, lane.source_chain_id
        ));
    }
    verified.assume(format!(
        "{} is the message service of chain {} at the other end of the lane",
        lane.source_gateway, lane.source_chain_id
    ));
    let block = block.open(&proof.headers).map_err(|error| refuse("headers", error))?;
    verified.fact("chain", block.chain_id());
    verified.fact("block", block.number());
    verified.fact("block_hash", block.hash());
    verified.fact("rests_on", delivery.path());
    message(&delivery, &mut verified);
    Ok(verified)
}

/// The head that the file's update proves, and the block that its ancestry leads to from there.
fn start(file: &DeliveryFile, trust: &Trust, verified: &mut Verified) -> Result<(u64, Ancestor)> {
    let older = file.block.ancestry();
    let (id, block) = match (&file.block.anchor, trust.block_hash) {
        (Anchor::Update(from), None) => {
            let head = update::head(from, trust.now)?;
            update::assume(from, verified);
            (head.id(), head.ancestor(&from.network.as_config(), &older))
        }
        (Anchor::MapUpdate(from), None) => {
            let head = map_update::head(from, trust.now)?;
            map_update::assume(from, verified);
            (head.id(), head.ancestor(&older))
        }
        _ => {
            let problem =
                "a delivery is verified from a light-client update, not from a block hash";
            return Err(Error::Usage(problem.into()));
        }
    };
    Ok((id, block.map_err(|error| refuse("delivery proof", error))?))
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
        source_chain_id: U256::from(
            file.route
                .as_ref()
                .map_or_else(|| file.block.chain_id(), |route| route.source_chain_id),
        ),
        source_gateway: file.lane.source_gateway,
        destination_chain_id: U256::from(file.lane.destination_chain_id),
        destination_gateway: file.lane.destination_gateway,
    }
}

/// The route that the file names, if the message came by one.
fn route(file: &DeliveryFile) -> Option<Route> {
    let hub = file.route.as_ref()?.hub;
    Some(Route { hub_chain_id: U256::from(file.block.chain_id()), hub })
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
