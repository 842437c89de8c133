//! What happens, in order: a message over the hub across a change of its validators, one directly, and ways to cheat.

use super::{
    super::{
        deploy::Forge,
        message::{self, Sent},
        report::Report,
        source::EPOCH as SLOTS,
    },
    chain::{EPOCH, Plan, VALIDATORS},
    cheat, files,
    message::{self as hop, Relayed},
    stage::{Stage, Way},
};
use crate::{
    error::{Error, Result},
    rpc::Log,
};
use alloy_primitives::{Bytes, U256};
use alloy_sol_types::{SolCall, SolEvent};
use bindings::{IBeaconLightClient, IMapLightClient, IMessageService};
use mos::{DeliveryProof, Route};
use testkit::map::Set;

/// Blocks on A from before a message to the epoch boundary that makes it final.
const LEAD: u64 = 5;

/// Members of A's committees that do not sign.
const ABSENT: [usize; 7] = [3, 77, 78, 200, 311, 400, 511];

/// Blocks of the hub's chain after a relayed message, up to the one that becomes a head.
const BEHIND: u64 = 2;

/// What a route asks of the light client of the hub's chain (MSG-16).
pub(super) const MAP_VALIDATORS: u8 = 2;

/// A message that has been proven on the hub's chain.
#[derive(Clone, Debug)]
pub(super) struct OnItsWay {
    /// The message.
    pub sent: Sent,
    /// The hub's word.
    pub relayed: Relayed,
    /// Its proof from the hub's chain.
    pub proof: DeliveryProof,
}

/// Runs everything; an error is a step that did not do what it says.
pub(super) async fn tell(stage: &mut Stage<'_>, forge: &Forge, report: &mut Report) -> Result<()> {
    report.chapter("The hub's validators change, and nobody tells B");
    change_validators(stage, report).await?;

    report.chapter("A message from A over the hub to B");
    let sent = send(stage, "hello by way of the hub", report).await?;
    let proof = follow_a(stage, (&sent, Way::Routed), report).await?;
    let relayed = relay(stage, (&sent, &proof), report).await?;
    let proof = follow_hub(stage, &relayed, forge, report).await?;
    cheat::no_route(stage, &proof, report).await?;
    open_route(stage, forge, report).await?;
    deliver(stage, (Way::Routed, &sent), &proof, report).await?;
    let first = OnItsWay { sent, relayed, proof };

    report.chapter("A message directly, and then once more over the hub");
    let sent = send(stage, "hello without a stop", report).await?;
    let proof = follow_a(stage, (&sent, Way::Direct), report).await?;
    deliver(stage, (Way::Direct, &sent), &proof, report).await?;
    let proof = follow_a(stage, (&sent, Way::Routed), report).await?;
    let relayed = relay(stage, (&sent, &proof), report).await?;
    let proof = follow_hub(stage, &relayed, forge, report).await?;
    let name = "cheat: the message that came directly, over the hub";
    cheat::delivery(stage, &proof, name, report).await?;

    report.chapter("Ways to cheat: Rust and the contracts refuse each with the same error");
    cheat::all(stage, &first, report).await
}

/// A validator joins, in round 1, and with the next epoch one leaves; as few sign as may.
async fn change_validators(stage: &mut Stage<'_>, report: &mut Report) -> Result<()> {
    let absent = |size: u64| (0..usize::try_from(size / 3).unwrap_or_default()).collect();
    let join =
        Plan { round: 1, absent: absent(VALIDATORS), joins: vec![VALIDATORS], ..Plan::default() };
    let leave = Plan { leaves: vec![3], absent: absent(VALIDATORS + 1), ..Plan::default() };
    let first = stage.hub.anvil.height().await? / EPOCH + 1;
    stage.hub.plan(first * EPOCH, join);
    stage.hub.plan((first + 1) * EPOCH, leave);
    stage.hub.advance_to((first + 1) * EPOCH + 1).await?;
    let sizes = (first..first + 3).map(|epoch| stage.hub.set(epoch).map(Set::size));
    let [before, joined, left] = sizes.collect::<Result<Vec<_>>>()?[..] else {
        return Err(Error::Demo("the hub has not gone through three epochs".into()));
    };
    if (joined, left) != (before + 1, before) {
        return Err(Error::Demo("the hub's validators have not changed".into()));
    }
    let result = format!(
        "{before}, then {joined}, then {left} in epoch {}; mainnet's epochs are {} blocks",
        first + 2,
        50_000
    );
    report.done("let the hub's epochs pass", result, None);
    Ok(())
}

async fn send(stage: &mut Stage<'_>, text: &str, report: &mut Report) -> Result<Sent> {
    let boundary = (stage.source.slot().await? + LEAD).next_multiple_of(SLOTS);
    stage.source.advance_to(boundary - LEAD).await?;
    let to = (stage.b.chain_id, stage.on_b.base.greeter);
    let sent = message::send(&stage.source.anvil, &stage.on_a, to, text).await?;
    let result = format!("{text:?} in block {}, nonce {}", sent.number, sent.nonce);
    report.done("send a message on A", result, Some(sent.gas));
    let boundary = stage.source.finalize(sent.number).await?;
    let result = format!("slot {boundary} is, {} blocks after it", boundary - sent.number);
    report.done("wait until it is final", result, None);
    Ok(sent)
}

/// Shows A's block to one of its two clients, and proves the message from there.
pub(super) async fn follow_a(
    stage: &mut Stage<'_>,
    (sent, way): (&Sent, Way),
    report: &mut Report,
) -> Result<DeliveryProof> {
    let boundary = sent.number.next_multiple_of(SLOTS);
    let (chain, client, twin, place) = match way {
        Way::Direct => (stage.b, stage.on_b.client_of_a, &mut stage.twins.of_a, "B"),
        Way::Routed => {
            (&stage.hub.anvil, stage.on_hub.client_of_a, &mut stage.twins.on_hub, "the hub")
        }
    };
    // A client is told of the next committee once.
    let with_next = twin.trusted.next_committee_root.is_zero();
    let update = stage.source.update(boundary, &ABSENT, with_next)?;
    let packed = Bytes::from(update.encode());
    let call = IBeaconLightClient::updateCall { encoded: packed.clone() }.abi_encode();
    twin.update(&packed, chain.now().await?)?;
    let head = twin.trusted.latest_head;
    let receipt = chain.send(stage.admin, client, call).await?;
    let result = format!("slot {boundary}, {} bytes", packed.len());
    stage.expect_same_trust().await?;
    report.done(format!("update A's light client on {place}"), result, Some(receipt.gas_used.to()));
    message::prove(&stage.source, sent, head, update.pair.execution_block_hash).await
}

async fn relay(
    stage: &mut Stage<'_>,
    message: (&Sent, &DeliveryProof),
    report: &mut Report,
) -> Result<Relayed> {
    let relayed = hop::relay(stage, stage.gateway(), message).await?;
    let result = format!("MessageRelayed in block {}, as Rust has it", relayed.number);
    report.done("relay it on the hub", result, Some(relayed.gas));
    stage.hub.advance_to(relayed.number + BEHIND).await?;
    Ok(relayed)
}

/// Shows the hub's chain to its client on B, and proves the hub's event from there.
async fn follow_hub(
    stage: &mut Stage<'_>,
    relayed: &Relayed,
    forge: &Forge,
    report: &mut Report,
) -> Result<DeliveryProof> {
    let (before, number) = (stage.twins.of_hub.trusted, relayed.number + BEHIND);
    let update = stage.hub.packed(before.epoch, number)?;
    let head = stage.twins.of_hub.update(&update, stage.b.now().await?)?;
    let call = IMapLightClient::updateCall { encoded: update.clone() }.abi_encode();
    let receipt = stage.b.send(stage.admin, stage.on_b.client_of_hub, call).await?;
    stage.expect_same_trust().await?;
    let epochs = stage.twins.of_hub.trusted.epoch - before.epoch;
    let result = format!("block {number}, through {epochs} ends of epochs, {} bytes", update.len());
    report.done("update the hub's light client on B", result, Some(receipt.gas_used.to()));

    let proof = hop::prove(&stage.hub, relayed, (head.id(), number))?;
    files::write(stage, (before, &update), &proof, &forge.folder)?;
    let (headers, nodes) = (proof.headers.len(), proof.receipt_proof.len());
    report.done("prove what the hub said", format!("{headers} headers, {nodes} trie nodes"), None);
    Ok(proof)
}

async fn open_route(stage: &mut Stage<'_>, forge: &Forge, report: &mut Report) -> Result<()> {
    let (b, service, hub) = (stage.b, stage.on_b.base.message_service, stage.on_hub.hub);
    let (source, hub_chain, height) =
        (stage.chain_a(), stage.hub.anvil.chain_id, b.height().await?);
    forge.set_route(b, stage.admin, service, (source, hub_chain, hub)).await?;
    let route = Route { hub_chain_id: U256::from(hub_chain), hub, assumption: MAP_VALIDATORS };
    stage.twins.inbox.lanes.set_route(U256::from(source), route);
    let gas = b.gas_since(height).await?;
    report.done("set the route on B", format!("messages of A may come by {hub}"), Some(gas));
    Ok(())
}

async fn deliver(
    stage: &mut Stage<'_>,
    (way, sent): (Way, &Sent),
    proof: &DeliveryProof,
    report: &mut Report,
) -> Result<()> {
    let (service, now) = (stage.on_b.base.message_service, stage.b.now().await?);
    stage.twins.deliver((way, stage.chain_a()), proof, now)?;
    let receipt = stage.b.send(stage.admin, service, stage.deliver_call(way, proof)).await?;
    let delivered = Some(&IMessageService::MessageDelivered::SIGNATURE_HASH);
    let is_event = |log: &Log| log.address == service && log.topics.first() == delivered;
    if !receipt.logs.iter().any(is_event) {
        return Err(Error::Demo("no MessageDelivered in the receipt of the delivery".into()));
    }
    let greeting = message::greeting(stage.b, stage.on_b.base.greeter).await?;
    if greeting != sent.text {
        return Err(Error::Demo(format!("B's greeter says {greeting:?}, not {:?}", sent.text)));
    }
    let name = match way {
        Way::Direct => "deliver it on B, from A",
        Way::Routed => "deliver it on B, from the hub",
    };
    let result = format!("B's greeter now says {greeting:?}");
    report.done(name, result, Some(receipt.gas_used.to()));
    Ok(())
}
