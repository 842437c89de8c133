//! A message sent through a lane, or by the word of a hub: the light client's clauses, ANC-1…4, then MSG-2…8, MSG-12…14, MSG-16, MSG-17.

use super::{Trust, Verified, map_update, policy::attestations, update};
use crate::{
    error::{Error, Result},
    file::{Anchor, Block, BodyFile, DeliveryFile},
    refusal::refuse,
};
use alloy_primitives::{Bytes, U256, hex, keccak256};
use light_client::{Header, ancestry::Ancestor};
use mos::{
    Attribute, Delivery, DeliveryProof, EvmAddress, Lane, MessageSent, Route, attributes::Side,
};
use mpt_proof::receipt::{self, TypePolicy};
use serde_json::json;

/// Verifies the file.
pub(super) fn verify(file: &DeliveryFile, trust: &Trust) -> Result<Verified> {
    let mut verified = Verified::new("delivery");
    let (head_id, block) = start(&file.block, trust, &mut verified)?;
    trust.policy.expect_assumption(&block)?;
    let (lane, proof) = (lane(file), proof(file, head_id));
    let chains = (lane.source_chain_id, lane.destination_chain_id);
    let route = route(file, trust.policy.assumption(&block));
    let delivery = trust.policy.with_attestors(chains, |attestors| match &route {
        None => mos::verify_delivery(&lane, attestors, &block, &proof),
        Some(route) => mos::verify_routed(&lane, route, attestors, &block, &proof),
    })?;
    let delivery = delivery.map_err(|error| refuse("delivery proof", error))?;
    if let Some(route) = &route {
        verified.assume(format!(
            "{} on chain {} is a hub, and its light client of chain {} is right",
            route.hub, route.hub_chain_id, lane.source_chain_id
        ));
    }
    assume_policy(trust, lane.source_chain_id, &mut verified);
    verified.assume(format!(
        "{} is the message service of chain {} at the other end of the lane",
        lane.source_gateway, lane.source_chain_id
    ));
    let block = block.open(&proof.headers).map_err(|error| refuse("headers", error))?;
    verified.fact("chain", block.chain_id());
    verified.fact("block", block.number());
    verified.fact("block_hash", block.hash());
    if let Some(path) = delivery.path() {
        verified.fact("rests_on", path);
    }
    message(&delivery, &mut verified);
    Ok(verified)
}

/// Adds what attestors are believed about.
pub(super) fn assume_policy(trust: &Trust, chain: U256, verified: &mut Verified) {
    if trust.policy.is_attested() {
        verified.assume(format!(
            "or, in place of what the light client of chain {chain} rests on, its attestors tell the truth: both were asked"
        ));
    }
}

/// The head that an update proves, and the block that the ancestry leads to from there.
pub(super) fn start(
    block: &Block,
    trust: &Trust,
    verified: &mut Verified,
) -> Result<(u64, Ancestor)> {
    let older = block.ancestry();
    let (id, block) = match (&block.anchor, trust.block_hash) {
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
            let problem = "what is said of a message is verified from a light-client update, not from a block hash";
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
    attributes(&delivery.body().attributes, verified);
}

/// The message that a file is about, taken out of its receipt. That it was sent is not verified.
pub(crate) fn body(file: &DeliveryFile) -> Result<BodyFile> {
    let absent = || Error::input("the file", "holds no message");
    let rlp = file.block.headers.last().ok_or_else(absent)?;
    let header = Header::open(rlp, &keccak256(rlp)).map_err(|e| refuse("header", e))?;
    let receipt = receipt::prove(
        &header.receipts_root,
        file.transaction_index,
        &file.receipt_proof,
        TypePolicy::Known,
    );
    let receipt = receipt.map_err(|error| refuse("receipt proof", error))?;
    let log = receipt.log(file.log_index).map_err(|error| refuse("log", error))?;
    let sent = MessageSent::decode(&log).map_err(|error| refuse("message", error))?;
    Ok(BodyFile {
        nonce: file.nonce,
        sender: Bytes::copy_from_slice(sent.sender),
        recipient: Bytes::copy_from_slice(sent.recipient),
        payload: Bytes::copy_from_slice(sent.payload),
        attributes: sent.attributes.iter().map(Bytes::copy_from_slice).collect(),
    })
}

/// What a message asks of its delivery, by name.
pub(super) fn attributes(listed: &[Bytes], verified: &mut Verified) {
    if listed.is_empty() {
        return;
    }
    let lines: Vec<String> = listed.iter().map(|attribute| described(attribute)).collect();
    verified.fact_as("attributes", lines.join("\n"), json!(lines));
}

/// One attribute, as it is carried.
pub(crate) fn described(bytes: &[u8]) -> String {
    match Attribute::read(bytes, Side::Delivering) {
        Ok(Attribute::MinGasLimit(gas)) => format!("gas limit {gas}"),
        Ok(Attribute::DeliverAfter(time)) => format!("not before {time}"),
        Ok(Attribute::DeliverBefore(time)) => format!("not after {time}"),
        Ok(Attribute::RevertBehavior(true)) => "a failure is recorded".to_owned(),
        Ok(Attribute::RevertBehavior(false)) => "a failure reverts the delivery".to_owned(),
        Ok(Attribute::Cancellable(true)) => "its sender may cancel".to_owned(),
        Ok(Attribute::Cancellable(false)) => "its sender may not cancel".to_owned(),
        Ok(Attribute::Place(place)) => format!("place {place} in the order of its sender"),
        Ok(Attribute::InOrder | Attribute::RequestRelay(_)) | Err(_) => {
            format!("unknown: {}", hex::encode_prefixed(bytes))
        }
    }
}

pub(super) fn account(address: &EvmAddress) -> String {
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
fn route(file: &DeliveryFile, assumption: u8) -> Option<Route> {
    let hub = file.route.as_ref()?.hub;
    Some(Route { hub_chain_id: U256::from(file.block.chain_id()), hub, assumption })
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
        attestations: attestations(file.attestations.as_ref()),
    }
}
