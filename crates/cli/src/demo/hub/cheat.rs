//! Ways to cheat on the way over the hub. Each is tried on the Rust libraries, on the contract without a transaction, and in a
//! transaction that is mined; both must refuse with the same revert data.

use super::{
    super::{anvil::Anvil, cheat::refused, message::send_by, report::Report},
    chain::{EPOCH, Hub, Plan, SEED, simulator},
    message::{self, Relayed},
    stage::{Stage, Way},
    story::{self, OnItsWay},
};
use crate::error::{Error, Result};
use alloy_primitives::{Address, Bytes, U256, bytes};
use alloy_sol_types::SolCall;
use bindings::{Assumption, IMapLightClient, IMessageService};
use mos::{DeliveryProof, MESSAGE_SENT, Route};
use serde_json::Value;
use testkit::map::{Sealed, Set, Update, Validator};

/// A contract that logs whatever it is told to, topics first.
const FORGER: Address = Address::repeat_byte(0xf0);

/// Its code on A: `LOG2` with topics and data from calldata.
const LOG2: Bytes = bytes!("60403603806040600037602035600035826000a200");

/// Its code on the hub's chain: `LOG4`.
const LOG4: Bytes = bytes!("60803603806080600037606035604035602035600035846000a400");

/// Tries all of them but one, which comes before there is a route.
pub(super) async fn all(
    stage: &mut Stage<'_>,
    first: &OnItsWay,
    report: &mut Report,
) -> Result<()> {
    too_few(stage, report).await?;
    outsider(stage, report).await?;
    another_key(stage, report).await?;
    forged_event(stage, first, report).await?;
    forged_message(stage, first, report).await?;
    other_hub(stage, first, report).await?;
    delivery(stage, &first.proof, "cheat: the same delivery again", report).await
}

/// A routed delivery before anyone has set a route.
pub(super) async fn no_route(
    stage: &Stage<'_>,
    proof: &DeliveryProof,
    report: &mut Report,
) -> Result<()> {
    delivery(stage, proof, "cheat: over a hub that nobody has named", report).await
}

/// A routed delivery.
pub(super) async fn delivery(
    stage: &Stage<'_>,
    proof: &DeliveryProof,
    name: &str,
    report: &mut Report,
) -> Result<()> {
    let (way, now) = ((Way::Routed, stage.chain_a()), stage.b.now().await?);
    let rust = stage.twins.refuses_delivery(way, proof, now)?;
    let call = (stage.on_b.base.message_service, stage.deliver_call(Way::Routed, proof));
    refused((stage.b, stage.admin), call, &rust, name, report).await
}

async fn update(stage: &Stage<'_>, update: &Update, name: &str, report: &mut Report) -> Result<()> {
    let encoded = Bytes::from(update.encode());
    let rust = stage.twins.of_hub.refuses_update(&encoded, stage.b.now().await?)?;
    let call = IMapLightClient::updateCall { encoded }.abi_encode();
    refused((stage.b, stage.admin), (stage.on_b.client_of_hub, call), &rust, name, report).await
}

/// A head that one validator too few has signed, correctly; with one more it is accepted.
async fn too_few(stage: &Stage<'_>, report: &mut Report) -> Result<()> {
    let (set, header) = newest(&stage.hub)?;
    let quorum = set.quorum();
    let with = |signers: usize| {
        let signers: Vec<usize> = (0..signers).collect();
        Update::new(set, vec![Sealed::sign(set, &signers, header.clone(), Vec::new())])
    };
    let name = format!("cheat: signed by {} of {}", quorum - 1, set.size());
    update(stage, &with(quorum - 1), &name, report).await?;

    let encoded = Bytes::from(with(quorum).encode());
    let block = stage.twins.of_hub.verify_update(&encoded, stage.b.now().await?)?;
    let call = IMapLightClient::verifyUpdateCall { encoded };
    let answer = stage.b.call(stage.on_b.client_of_hub, &call).await?;
    if (answer.number, answer.blockHash, answer.receiptsRoot_)
        != (block.number, block.hash, block.receipts_root)
    {
        return Err(Error::Demo("Rust and the contract verify different blocks".into()));
    }
    report.note(format_args!("with one signer more, both accept: block {}", block.number));
    Ok(())
}

/// A quorum of which one is no validator, though the bitmap says that another was it.
async fn outsider(stage: &Stage<'_>, report: &mut Report) -> Result<()> {
    let (set, header) = newest(&stage.hub)?;
    let stranger = Validator::derive(1, 1);
    let with_stranger = set.changed(&[0], &[]);
    let mut members = vec![stranger];
    members.extend_from_slice(with_stranger.validators());
    let signed = Sealed::sign(&Set::new(members), &set.fewest(), header, Vec::new());
    let forged = Update::new(set, vec![signed]);
    update(stage, &forged, "cheat: an outsider signs in a validator's place", report).await
}

/// The end of an epoch whose newcomer has another key than the one that was signed.
async fn another_key(stage: &mut Stage<'_>, report: &mut Report) -> Result<()> {
    let end = (stage.hub.anvil.height().await? / EPOCH + 1) * EPOCH;
    stage.hub.plan(end, Plan { joins: vec![90], ..Plan::default() });
    stage.hub.advance_to(end).await?;
    let mut forged = stage.hub.update(stage.twins.of_hub.trusted.epoch, end)?;
    let honest = Validator::derive(SEED, 90).g1();
    let other = Validator::derive(SEED, 91).g1();
    let epoch = stage.hub.chain.network().epoch(end);
    let set = stage.hub.set(epoch)?;
    let changed = forged.headers.last_mut().and_then(|last| {
        let place = last.header.windows(honest.len()).position(|window| window == honest)?;
        last.header.get_mut(place..place + other.len())?.copy_from_slice(&other);
        // The hints are of the header as it is now, so that nothing but the signature is wrong.
        let (header, round) = (last.header.clone(), last.round.clone());
        last.hints = Sealed::sign(set, &set.fewest(), header, round).hints;
        Some(())
    });
    changed.ok_or_else(|| Error::Demo("the header does not bring the newcomer's key".into()))?;
    update(stage, &forged, "cheat: another key for a validator who joins", report).await
}

/// The words of the hub, from another contract on its chain.
async fn forged_event(stage: &mut Stage<'_>, first: &OnItsWay, report: &mut Report) -> Result<()> {
    set_code(&stage.hub.anvil, LOG4).await?;
    let call = (FORGER, first.relayed.said.calldata());
    let forged = message::emit(&stage.hub, call, first.proof.nonce).await?;
    let proof = show(stage, &forged).await?;
    delivery(stage, &proof, "cheat: another contract says what the hub would", report).await
}

/// A message that no gateway sent, relayed by the hub, which says of every contract what it has said.
async fn forged_message(
    stage: &mut Stage<'_>,
    first: &OnItsWay,
    report: &mut Report,
) -> Result<()> {
    let a = &stage.source.anvil;
    set_code(a, LOG2).await?;
    let said = &first.relayed.said;
    let topics = said.topics.get(1).map(|id| [MESSAGE_SENT, *id].concat()).unwrap_or_default();
    let call = (FORGER, [&topics[..], &said.data].concat());
    let sent = send_by(a, call, (&first.sent.text, first.sent.nonce)).await?;
    stage.source.finalize(sent.number).await?;
    let proof = story::follow_a(stage, (&sent, Way::Routed), report).await?;
    let relayed = message::relay(stage, FORGER, (&sent, &proof)).await?;
    let proof = show(stage, &relayed).await?;
    delivery(stage, &proof, "cheat: a message of no gateway, relayed by the hub", report).await
}

async fn set_code(chain: &Anvil, code: Bytes) -> Result<()> {
    let _: Value = chain.rpc.request("anvil_setCode", (FORGER, code)).await?;
    Ok(())
}

/// The hub's words, when the route names another contract.
async fn other_hub(stage: &mut Stage<'_>, first: &OnItsWay, report: &mut Report) -> Result<()> {
    set_route(stage, FORGER).await?;
    delivery(stage, &first.proof, "cheat: the route leads over another contract", report).await?;
    set_route(stage, stage.on_hub.hub).await
}

/// Has messages of A come by the word of another contract on the hub's chain, as only an admin can.
async fn set_route(stage: &mut Stage<'_>, hub: Address) -> Result<()> {
    let source_chain_id = U256::from(stage.chain_a());
    let hub_chain_id = U256::from(stage.hub.anvil.chain_id);
    let call = IMessageService::setRouteCall {
        sourceChainId: source_chain_id,
        route_: IMessageService::Route {
            hubChainId: hub_chain_id,
            hub,
            assumption: Assumption::MapValidators,
        },
    };
    let service = stage.on_b.base.message_service;
    stage.b.send(stage.admin, service, call.abi_encode()).await?;
    let route = Route { hub_chain_id, hub, assumption: story::MAP_VALIDATORS };
    stage.twins.inbox.lanes.set_route(source_chain_id, route);
    Ok(())
}

/// Shows B the block of an event on the hub's chain, honestly, and proves the event.
async fn show(stage: &mut Stage<'_>, event: &Relayed) -> Result<DeliveryProof> {
    stage.hub.advance_to(event.number).await?;
    let encoded = stage.hub.packed(stage.twins.of_hub.trusted.epoch, event.number)?;
    let head = stage.twins.of_hub.update(&encoded, stage.b.now().await?)?;
    let call = IMapLightClient::updateCall { encoded }.abi_encode();
    stage.b.send(stage.admin, stage.on_b.client_of_hub, call).await?;
    stage.expect_same_trust().await?;
    message::prove(&stage.hub, event, (head.id(), event.number))
}

/// The set that signs the newest block, and its header as hashed.
fn newest(hub: &Hub) -> Result<(&Set, Vec<u8>)> {
    let head = hub.chain.head().ok_or_else(|| Error::Demo("the hub has no block".into()))?;
    let set = hub.chain.set(hub.chain.network().epoch(head.number)).map_err(simulator)?;
    Ok((set, head.rlp_as_hashed()))
}
