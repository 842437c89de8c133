//! A message whose recipient fails and one that comes too late: what B makes of them, and what A learns.

use super::{
    cheat::refused,
    deploy::Forge,
    files,
    follower::BeaconFollower,
    message::{self, Sent},
    origin::{Claim, Origin},
    report::Report,
    source::{EPOCH, SLOT},
    stage::Stage,
    story::{ABSENT, LEAD, submit_update},
};
use crate::{
    error::{Error, Result},
    file::{Anchor, UpdateFile},
    rpc::Log,
};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::{SolCall, SolEvent};
use bindings::{
    IBeaconLightClient,
    IMessageChecker::{self, Outcome},
    IMessageService,
};
use light_client::{
    beacon::{Client, Network},
    crypto::DefaultBls,
};
use mos::{
    Answer, Attribute, Body, DeliveryProof, Fate,
    outcome::{ExpiryProof, settled_slot},
};
use prover::settled;

/// How often the word is repeated that is too long for the gas that recipients get.
const REPEATED: usize = 160;

/// Gas that a retry gives the recipient, and gas of its transaction.
const RETRY_GAS: u64 = 3_000_000;
const RETRY_LIMIT: u64 = 5_000_000;

/// Slots after sending: until the one message expires before it is final, and the earliest end of the other.
const SOON: u64 = 20;
const LATER: u64 = 128;

/// A message that was sent, and how it is proven.
struct Message {
    sent: Sent,
    body: Body,
}

/// A head of B's light client on A.
#[derive(Clone)]
struct Head {
    id: u64,
    block: B256,
    /// The update that has brought it.
    anchor: Anchor,
}

/// What A needs to prove what became of messages.
struct Back<'c> {
    origin: Origin<'c>,
    /// The light client of B.
    client: Address,
}

/// Tells both.
pub(super) async fn tell<'s>(
    stage: &mut Stage<'s>,
    client: Client<'s, DefaultBls>,
    forge: &Forge,
    report: &mut Report,
) -> Result<()> {
    report.chapter("A message whose recipient fails, and one that comes too late");
    let mut back = follow_b(stage, client, forge, report).await?;
    let (failing, late, deadline) = send(stage, report).await?;
    let (proof, late_proof) = prove(stage, [&failing, &late], forge, report).await?;
    stage.b.advance_to(deadline - 4).await?;
    fail(stage, &failing, &proof, report).await?;
    let delivered = retry(stage, &failing, report).await?;
    too_late(stage, &late_proof, report).await?;

    report.chapter("Back on A: what became of them");
    let head = follow(stage, &mut back, delivered.number, report).await?;
    acknowledge(stage, &mut back, (&delivered, &head), forge, report).await?;
    expire(stage, &mut back, [&failing, &late], (&head, forge), report).await
}

/// B's light client on A.
async fn follow_b<'s>(
    stage: &mut Stage<'s>,
    client: Client<'s, DefaultBls>,
    forge: &Forge,
    report: &mut Report,
) -> Result<Back<'s>> {
    stage.align().await?;
    let slot = stage.b.slot().await?.next_multiple_of(EPOCH);
    stage.b.advance_to(slot).await?;
    stage.align().await?;
    let (bootstrap, root) = stage.b.bootstrap(slot)?;
    let a = &stage.source.anvil;
    let height = a.height().await?;
    let config = (client.config(), &bootstrap, root);
    let manager = stage.on_a.light_client_manager;
    let deployed = forge.beacon_client(a, stage.admin, manager, config).await?;
    let gas = a.gas_since(height).await?;
    let follower = BeaconFollower::new(client, &bootstrap, a.now().await?)?;
    report.done("deploy B's light client on A", format!("trusts the block root {root}"), Some(gas));
    Ok(Back { origin: Origin::new(follower), client: deployed })
}

/// Sends both messages, and returns them with the slot that is the deadline of the first.
async fn send(stage: &mut Stage<'_>, report: &mut Report) -> Result<(Message, Message, u64)> {
    let boundary = (stage.source.slot().await? + LEAD).next_multiple_of(EPOCH);
    stage.source.advance_to(boundary - LEAD).await?;
    stage.align().await?;
    let slot = stage.b.slot().await?;
    let time = |slot| stage.b.network().genesis_time + slot * SLOT;
    let deadline = (slot + LATER).next_multiple_of(EPOCH) - 2;
    let long = "hello ".repeat(REPEATED);
    let kept = [Attribute::RevertBehavior(true), Attribute::DeliverBefore(time(deadline))];
    let soon = [Attribute::DeliverBefore(time(slot + SOON))];
    let failing = send_one(stage, long.trim(), &kept).await?;
    let result =
        format!("{} bytes of text, in block {}", failing.sent.text.len(), failing.sent.number);
    let asked = "a failure shall be recorded, and there is a deadline";
    report.done("send a long message on A", format!("{result}; {asked}"), Some(failing.sent.gas));
    let late = send_one(stage, "too late", &soon).await?;
    let result = format!("its deadline is {} seconds from now", SOON * SLOT);
    report.done("send an urgent message on A", result, Some(late.sent.gas));
    Ok((failing, late, deadline))
}

async fn send_one(stage: &mut Stage<'_>, text: &str, asked: &[Attribute]) -> Result<Message> {
    let recipient = stage.recipient()?;
    let (a, service) = (&stage.source.anvil, stage.on_a.message_service);
    let sent = message::send_with(a, service, (&recipient, asked), text).await?;
    let body = stage.expect_same_message(stage.admin, asked, &sent)?;
    Ok(Message { sent, body })
}

/// Waits until both are final, shows B that, and proves both.
async fn prove(
    stage: &mut Stage<'_>,
    [failing, late]: [&Message; 2],
    forge: &Forge,
    report: &mut Report,
) -> Result<(DeliveryProof, DeliveryProof)> {
    let boundary = stage.source.finalize(late.sent.number).await?;
    stage.align().await?;
    let update = stage.source.update(boundary, &ABSENT, false)?;
    let before = stage.mirror.follower.trusted;
    submit_update(stage, &update, report).await?;
    let head = (stage.mirror.follower.trusted.latest_head, update.pair.execution_block_hash);
    let proof = message::prove(&stage.source, &failing.sent, head.0, head.1).await?;
    files::write(stage, (before, &update.encode().into()), &proof, &forge.folder)?;
    let late = message::prove(&stage.source, &late.sent, head.0, head.1).await?;
    Ok((proof, late))
}

/// The long message takes more gas than recipients get, and is kept as failed.
async fn fail(
    stage: &mut Stage<'_>,
    message: &Message,
    proof: &DeliveryProof,
    report: &mut Report,
) -> Result<()> {
    let (b, service, chain) =
        (&stage.b.anvil, stage.on_b.message_service, stage.source.anvil.chain_id);
    if stage.mirror.deliver(chain, proof, b.now().await?, Answer::Failed)? != Fate::Failed {
        return Err(Error::Demo("Rust does not record the failure".into()));
    }
    let receipt = b.send(stage.admin, service, stage.deliver_call(proof)).await?;
    let failed = Some(&IMessageService::MessageFailed::SIGNATURE_HASH);
    let is_event = |log: &Log| log.address == service && log.topics.first() == failed;
    let kept = b.call(service, &IMessageService::hasFailedCall { id: message.sent.id }).await?;
    if !kept || !receipt.logs.iter().any(is_event) {
        return Err(Error::Demo("the failure is not on record".into()));
    }
    let result = "the recipient runs out of its gas; the message is kept, and nothing else happens";
    report.done("deliver the long message on B", result, Some(receipt.gas_used.to()));
    Ok(())
}

/// Anyone may try again, with more gas and the very same message.
async fn retry(stage: &mut Stage<'_>, message: &Message, report: &mut Report) -> Result<Sent> {
    let (b, service, chain) =
        (&stage.b.anvil, stage.on_b.message_service, stage.source.anvil.chain_id);
    let call = |body: &Body| {
        let (source, limit) = (U256::from(chain), U256::from(RETRY_GAS));
        let (body, payee) = (body.into(), stage.admin);
        IMessageService::retryCall { sourceChainId: source, body, gasLimit: limit, payee }
            .abi_encode()
    };
    let mut other = message.body.clone();
    other.payload = Bytes::from_static(b"goodbye");
    let rust = stage.mirror.refuses_retry(chain, &other, b.now().await?)?;
    let name = "cheat: retry with another text";
    refused((b, stage.admin), (service, call(&other)), &rust, name, report).await?;

    let topic = IMessageService::MessageDelivered::SIGNATURE_HASH;
    let retry = ((service, call(&message.body)), RETRY_LIMIT);
    let delivered = message::emitted(b, (service, topic), retry, ("", 0)).await?;
    if stage.mirror.retry(chain, &message.body, b.now().await?)? != Fate::Delivered {
        return Err(Error::Demo("Rust does not deliver the message".into()));
    }
    let greeting = message::greeting(b, stage.on_b.greeter).await?;
    if greeting != message.sent.text || delivered.id != message.sent.id {
        return Err(Error::Demo("B's greeter does not say what the long message says".into()));
    }
    let result = format!("with {RETRY_GAS} gas B's greeter says all of it");
    report.done("retry the long message on B", result, Some(delivered.gas));
    Ok(delivered)
}

async fn too_late(stage: &Stage<'_>, proof: &DeliveryProof, report: &mut Report) -> Result<()> {
    let (b, chain) = (&stage.b.anvil, stage.source.anvil.chain_id);
    let rust = stage.mirror.refuses_delivery(chain, proof, b.now().await?)?;
    let call = (stage.on_b.message_service, stage.deliver_call(proof));
    let name = "cheat: deliver the urgent message too late";
    refused((b, stage.admin), call, &rust, name, report).await
}

/// Shows A the epoch boundary of B after a block, once it is final; returns the head and its block.
async fn follow(
    stage: &mut Stage<'_>,
    back: &mut Back<'_>,
    number: u64,
    report: &mut Report,
) -> Result<Head> {
    let boundary = stage.b.finalize(number).await?;
    stage.align().await?;
    let a = &stage.source.anvil;
    let update = stage.b.update(boundary, &ABSENT, false)?;
    let (packed, before) = (Bytes::from(update.encode()), back.origin.follower.trusted);
    back.origin.follower.update(&packed, a.now().await?)?;
    let call = IBeaconLightClient::updateCall { encoded: packed.clone() }.abi_encode();
    let receipt = a.send(stage.admin, back.client, call).await?;
    let result = format!("slot {boundary}, {} bytes", packed.len());
    report.done("update B's light client on A", result, Some(receipt.gas_used.to()));
    let network = Network::from(stage.b.config());
    let file = UpdateFile { network, trusted: before, update: packed };
    Ok(Head {
        id: back.origin.follower.trusted.latest_head,
        block: update.pair.execution_block_hash,
        anchor: Anchor::Update(Box::new(file)),
    })
}

/// A is shown that the long message was delivered, and by whom.
async fn acknowledge(
    stage: &Stage<'_>,
    back: &mut Back<'_>,
    (delivered, head): (&Sent, &Head),
    forge: &Forge,
    report: &mut Report,
) -> Result<()> {
    let proof = message::prove(&stage.b, delivered, head.id, head.block).await?;
    let claim = Claim::Delivered(&proof);
    let (call, service) =
        (acknowledge_call(stage, &proof), (&stage.outbox, stage.b.anvil.chain_id));
    let a = &stage.source.anvil;
    let (id, _) = back.origin.prove(service, claim, a.now().await?)?;
    let receipt = a.send(stage.admin, stage.on_a.message_checker, call.clone()).await?;
    expect_outcome(stage, id, (Outcome::Delivered, stage.admin)).await?;
    files::write_acknowledgement(stage, &head.anchor, &proof, &forge.folder)?;
    let result = format!("A's checker says: delivered by {}", stage.admin);
    report.done("acknowledge the long message on A", result, Some(receipt.gas_used.to()));

    let rust = back.origin.refuses(service, claim, a.now().await?)?;
    let call = (stage.on_a.message_checker, call);
    refused((a, stage.admin), call, &rust, "cheat: acknowledge it again", report).await
}

/// A is shown that the urgent message was not delivered by its deadline; of the other one that cannot be shown.
async fn expire(
    stage: &Stage<'_>,
    back: &mut Back<'_>,
    [failing, late]: [&Message; 2],
    (head, forge): (&Head, &Forge),
    report: &mut Report,
) -> Result<()> {
    let (a, b) = (&stage.source.anvil, &stage.b.anvil);
    let block = b.rpc.block_by_hash(head.block).await?;
    let (chain, gateway) = (U256::from(a.chain_id), stage.on_a.message_service);
    let slot = settled_slot(chain, gateway, late.body.nonce);
    let word = settled(b.rpc.node(), stage.on_b.message_service, slot, &block).await?;
    let proof = ExpiryProof {
        head_id: head.id,
        headers: vec![block.rlp().into()],
        account_proof: word.account_proof,
        storage_proof: word.storage_proof,
        absent: word.absent,
        ..ExpiryProof::default()
    };
    let service = (&stage.outbox, b.chain_id);
    let checker = stage.on_a.message_checker;

    let claim = Claim::Expired(&failing.body, &proof);
    let rust = back.origin.refuses(service, claim, a.now().await?)?;
    let call = (checker, expire_call(stage, &failing.body, &proof));
    let name = "cheat: a refund for the message that was delivered";
    refused((a, stage.admin), call, &rust, name, report).await?;

    let claim = Claim::Expired(&late.body, &proof);
    let (id, _) = back.origin.prove(service, claim, a.now().await?)?;
    let call = expire_call(stage, &late.body, &proof);
    let receipt = a.send(stage.admin, checker, call).await?;
    expect_outcome(stage, id, (Outcome::Expired, Address::ZERO)).await?;
    files::write_expiry(stage, &head.anchor, (&late.body, &proof), &forge.folder)?;
    let nodes = (proof.account_proof.len(), proof.storage_proof.len());
    let result = format!(
        "{} and {} trie nodes; A's checker says: expired, so what was paid may be taken back",
        nodes.0, nodes.1
    );
    report.done("prove that the urgent message never came", result, Some(receipt.gas_used.to()));
    Ok(())
}

/// What A's checker answers.
async fn expect_outcome(stage: &Stage<'_>, id: B256, expected: (Outcome, Address)) -> Result<()> {
    let call = IMessageChecker::outcomeOfCall { id };
    let answer = stage.source.anvil.call(stage.on_a.message_checker, &call).await?;
    if (answer.outcome, answer.payee) == expected {
        return Ok(());
    }
    Err(Error::Demo(format!("A's checker says {:?}, not {:?}", answer.outcome, expected.0)))
}

fn acknowledge_call(stage: &Stage<'_>, proof: &DeliveryProof) -> Vec<u8> {
    let chain = U256::from(stage.b.anvil.chain_id);
    IMessageChecker::acknowledgeCall { destinationChainId: chain, proof: proof.into() }.abi_encode()
}

fn expire_call(stage: &Stage<'_>, body: &Body, proof: &ExpiryProof) -> Vec<u8> {
    let chain = U256::from(stage.b.anvil.chain_id);
    let (body, proof) = (body.into(), proof.into());
    IMessageChecker::proveExpiredCall { destinationChainId: chain, body, proof }.abi_encode()
}
