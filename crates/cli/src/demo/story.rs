//! What happens, in order: two chains, a light client, two messages with a rotation between them.

use super::{
    cheat,
    deploy::Forge,
    files,
    follower::BeaconFollower,
    life,
    message::{self, Delivered, Sent},
    mirror::{Mirror, SYNC_COMMITTEE},
    report::Report,
    source::{EPOCH, PERIOD, Source},
    stage::Stage,
};
use crate::{
    error::{Error, Result},
    refusal::refuse,
    rpc::Log,
};
use alloy_primitives::{Bytes, U256};
use alloy_sol_types::SolEvent;
use bindings::IMessageService;
use light_client::{
    beacon::{Client, builder::OwnedUpdate},
    crypto::DefaultBls,
};
use mos::{Answer, DeliveryProof, Fate, Lanes, Outbox};
use testkit::beacon::Network;

/// The epoch boundary that the deployer of the client trusts.
const BOOTSTRAP_SLOT: u64 = EPOCH;

/// Blocks from before a message to the epoch boundary that makes it final: one more than the
/// headers of its proof.
pub(super) const LEAD: u64 = 5;

/// Members of each committee that do not sign.
pub(super) const ABSENT: [usize; 7] = [3, 77, 78, 200, 311, 400, 511];

/// Runs everything and returns chain A; an error is a step that did not do what it says.
pub(super) async fn tell(
    source: Source,
    b: Source,
    forge: &Forge,
    report: &mut Report,
) -> Result<[Source; 2]> {
    let networks = [source.network().clone(), b.network().clone()];
    let [of_a, of_b] = &networks;
    let mut stage = set_up((source, b), forge, new_client(of_a)?, report).await?;
    let first = stage.mirror.follower.trusted;

    report.chapter("A message, under the committee that the light client started with");
    deliver_one(&mut stage, forge, report, ("hello from A", true)).await?;

    report.chapter("A message, under the next committee");
    let next_period = PERIOD * EPOCH;
    stage.source.advance_to(next_period).await?;
    let result = format!("slot {next_period} begins a period; mainnet's are {} epochs", 256);
    report.done("let a sync committee period pass on A", result, None);
    let last = deliver_one(&mut stage, forge, report, ("hello again from A", true)).await?;
    if stage.mirror.follower.trusted.current_committee_root == first.current_committee_root {
        return Err(Error::Demo("the light client still trusts its first committee".into()));
    }
    report.note("the light client follows the second committee, which the first one has named");

    report.chapter("Four ways to cheat: Rust and the contract refuse each with the same error");
    cheat::all(&mut stage, &last, &ABSENT, report).await?;

    life::tell(&mut stage, new_client(of_b)?, forge, report).await?;
    Ok([stage.source, stage.b])
}

fn new_client(network: &Network) -> Result<Client<'_, DefaultBls>> {
    let client = Client::new(network.config(), DefaultBls::default());
    client.map_err(|error| refuse("network", error))
}

async fn set_up<'s>(
    (mut source, b): (Source, Source),
    forge: &Forge,
    client: Client<'s, DefaultBls>,
    report: &mut Report,
) -> Result<Stage<'s>> {
    let admin = source.anvil.admin().await?;
    let on_a = forge.deploy(&source.anvil, admin).await?;
    let gas = source.anvil.gas_since(0).await?;
    report.done("deploy on A", format!("message service {}", on_a.message_service), Some(gas));
    let on_b = forge.deploy(&b.anvil, admin).await?;
    let gas = b.anvil.gas_since(0).await?;
    report.done("deploy on B", format!("message service {}", on_b.message_service), Some(gas));

    source.advance_to(BOOTSTRAP_SLOT).await?;
    let (bootstrap, root) = source.bootstrap(BOOTSTRAP_SLOT)?;
    let result = format!("slots 0 to {BOOTSTRAP_SLOT}, a sync committee of 512 BLS keys");
    report.done("wrap A's blocks in a beacon chain", result, None);

    let anvil = &b.anvil;
    let height = anvil.height().await?;
    let config = (client.config(), &bootstrap, root);
    let deployed = forge.beacon_client(anvil, admin, on_b.light_client_manager, config).await?;
    let follower = BeaconFollower::new(client, &bootstrap, anvil.now().await?)?;
    let mirror = Mirror::new(follower, (U256::from(anvil.chain_id), on_b.message_service));
    let outbox = Outbox::new(Lanes::new(U256::from(source.anvil.chain_id), on_a.message_service));
    let mut stage = Stage { source, b, on_a, on_b, client: deployed, admin, mirror, outbox };
    stage.expect_same_trust().await?;
    let gas = stage.b.anvil.gas_since(height).await?;
    report.done("deploy A's light client on B", format!("trusts the block root {root}"), Some(gas));
    open_lane(&mut stage, forge, report).await?;
    Ok(stage)
}

async fn open_lane(stage: &mut Stage<'_>, forge: &Forge, report: &mut Report) -> Result<()> {
    let (a, b, admin) = (&stage.source.anvil, &stage.b.anvil, stage.admin);
    let (on_a, on_b) = (stage.on_a.message_service, stage.on_b.message_service);
    let heights = (a.height().await?, b.height().await?);
    forge.open_lane(a, admin, on_a, (b.chain_id, on_b), false).await?;
    forge.open_lane(b, admin, on_b, (a.chain_id, on_a), false).await?;
    let gas = a.gas_since(heights.0).await? + b.gas_since(heights.1).await?;
    stage.mirror.set_lane(a.chain_id, on_a);
    stage.outbox.lanes.set_lane(U256::from(b.chain_id), on_b, SYNC_COMMITTEE, false);
    let result = format!("chain {} to chain {} and back", a.chain_id, b.chain_id);
    report.done("open the lane on both ends", result, Some(gas));
    Ok(())
}

/// Sends a message, and proves and delivers it when it is final.
async fn deliver_one(
    stage: &mut Stage<'_>,
    forge: &Forge,
    report: &mut Report,
    (text, with_next_committee): (&str, bool),
) -> Result<Delivered> {
    let boundary = (stage.source.slot().await? + LEAD).next_multiple_of(EPOCH);
    stage.source.advance_to(boundary - LEAD).await?;
    let to = (stage.b.anvil.chain_id, stage.on_b.greeter);
    let sent = message::send(&stage.source.anvil, &stage.on_a, to, text).await?;
    stage.expect_same_message(stage.on_a.greeter, &[], &sent)?;
    let result = format!("{text:?} in block {}, nonce {}", sent.number, sent.nonce);
    report.done("send a message on A", result, Some(sent.gas));

    let boundary = stage.source.finalize(sent.number).await?;
    stage.align().await?;
    let result = format!("slot {boundary} is, {} blocks after it", boundary - sent.number);
    report.done("wait until it is final", result, None);

    let update = stage.source.update(boundary, &ABSENT, with_next_committee)?;
    let before = stage.mirror.follower.trusted;
    submit_update(stage, &update, report).await?;

    let (head_id, head) =
        (stage.mirror.follower.trusted.latest_head, update.pair.execution_block_hash);
    let proof = message::prove(&stage.source, &sent, head_id, head).await?;
    files::write(stage, (before, &update.encode().into()), &proof, &forge.folder)?;
    let (headers, nodes) = (proof.headers.len(), proof.receipt_proof.len());
    report.done("prove it", format!("{headers} headers, {nodes} trie nodes, verified here"), None);
    submit_delivery(stage, &sent, &proof, report).await?;
    Ok(Delivered { sent, proof })
}

pub(super) async fn submit_update(
    stage: &mut Stage<'_>,
    update: &OwnedUpdate,
    report: &mut Report,
) -> Result<()> {
    let now = stage.b.anvil.now().await?;
    let packed = Bytes::from(update.encode());
    stage.mirror.follower.update(&packed, now)?;
    let receipt = stage.b.anvil.send(stage.admin, stage.client, stage.update_call(&packed)).await?;
    stage.expect_same_trust().await?;
    let signers = 512 - ABSENT.len();
    let next = update.next_committee.as_ref().map_or("", |_| ", names the next committee");
    let (slot, length) = (update.pair.inner_slot, packed.len());
    let result = format!("slot {slot}, signed by {signers} of 512, {length} bytes{next}");
    report.done("update A's light client on B", result, Some(receipt.gas_used.to()));
    Ok(())
}

async fn submit_delivery(
    stage: &mut Stage<'_>,
    sent: &Sent,
    proof: &DeliveryProof,
    report: &mut Report,
) -> Result<()> {
    let (service, now) = (stage.on_b.message_service, stage.b.anvil.now().await?);
    let chain = stage.source.anvil.chain_id;
    if stage.mirror.deliver(chain, proof, now, Answer::Accepted)? != Fate::Delivered {
        return Err(Error::Demo("Rust does not deliver the message".into()));
    }
    let receipt = stage.b.anvil.send(stage.admin, service, stage.deliver_call(proof)).await?;
    let delivered = Some(&IMessageService::MessageDelivered::SIGNATURE_HASH);
    let is_event = |log: &Log| log.address == service && log.topics.first() == delivered;
    if !receipt.logs.iter().any(is_event) {
        return Err(Error::Demo("no MessageDelivered in the receipt of the delivery".into()));
    }
    let greeting = message::greeting(&stage.b.anvil, stage.on_b.greeter).await?;
    if greeting != sent.text {
        return Err(Error::Demo(format!("B's greeter says {greeting:?}, not {:?}", sent.text)));
    }
    let result = format!("B's greeter now says {greeting:?}");
    report.done("deliver it on B", result, Some(receipt.gas_used.to()));
    Ok(())
}
