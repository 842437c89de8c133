//! From a block to the message, clause by clause.

use super::{BatchItem, BatchProof, Delivery, DeliveryProof};
use crate::{
    Attestors, Error, EvmAddress, Lane, MESSAGE_RELAYED, MESSAGE_SENT, Message, MessageRelayed,
    MessageSent, Route, Terms, attributes::Side, context::verify_attestations,
};
use alloc::vec::Vec;
use alloy_primitives::{Address, B256, U256};
use light_client::{Assumption, Path, ancestry::Ancestor, attestation::Statement};
use mpt_proof::{
    batch::Batch,
    receipt::{self, Log, TypePolicy},
};

/// The last address at which chains have precompiles.
const LAST_PRECOMPILE: u64 = 0x1ff;

/// All of a delivery but its recipient: what depends on the time and on what was delivered before comes between.
pub(crate) fn verify_sent<'p>(
    lane: &Lane,
    attestors: Option<&dyn Attestors>,
    block: &Ancestor,
    proof: &'p DeliveryProof,
) -> Result<Delivery<'p>, Error> {
    verify_chain(lane.source_chain_id, U256::from(block.chain_id()))?;
    let log = prove_log(block, proof, &lane.source_gateway, &MESSAGE_SENT)?;
    let sent = MessageSent::decode(&log)?;
    verify_message(lane, attestors, &sent, (proof.nonce, &proof.attestations), block.path())
}

/// The same of a routed delivery.
pub(crate) fn verify_relayed<'p>(
    lane: &Lane,
    route: &Route,
    attestors: Option<&dyn Attestors>,
    block: &Ancestor,
    proof: &'p DeliveryProof,
) -> Result<Delivery<'p>, Error> {
    verify_chain(route.hub_chain_id, U256::from(block.chain_id()))?;
    let log = prove_log(block, proof, &route.hub, &MESSAGE_RELAYED)?;
    let relayed = MessageRelayed::decode(&log)?;
    verify_chain(lane.source_chain_id, relayed.source_chain_id)?;
    let (expected, got) = (lane.source_gateway, relayed.source_gateway);
    if got != expected.into_word() {
        return Err(Error::RelayedGateway { expected, got });
    }
    let hub = Assumption::Hub { chain_id: block.chain_id(), hub: route.hub };
    let path = block.path().then(hub);
    let path = path.ok_or(Error::UnknownRoute { chain_id: lane.source_chain_id })?;
    verify_message(lane, attestors, &relayed.sent, (proof.nonce, &proof.attestations), path)
}

/// The same of all messages of a batch: first the logs of all, then each message.
pub(crate) fn verify_batch<'p>(
    lane: &Lane,
    attestors: Option<&dyn Attestors>,
    block: &Ancestor,
    batch: &'p BatchProof,
) -> Result<Vec<Delivery<'p>>, Error> {
    verify_chain(lane.source_chain_id, U256::from(block.chain_id()))?;
    let root = block.open(&batch.headers)?.receipts_root();
    let logs = prove_logs(&root, batch, &lane.source_gateway)?;
    let items = batch.items.iter().zip(logs.iter().flatten());
    let deliveries = items.map(|(item, log)| {
        let sent = MessageSent::decode(log)?;
        verify_message(lane, attestors, &sent, (item.nonce, &item.attestations), block.path())
    });
    deliveries.collect()
}

/// The logs of a batch, receipt by receipt: items of one receipt, which stand behind each other, ask for it once.
fn prove_logs<'p>(
    root: &B256,
    batch: &'p BatchProof,
    emitter: &Address,
) -> Result<Vec<Vec<Log<'p>>>, mpt_proof::Error> {
    let mut receipts = batch.items.chunk_by(|a, b| a.transaction_index == b.transaction_index);
    let indices = receipts.clone().filter_map(<[BatchItem]>::first);
    let logs = receipt::prove_each(
        Batch::new(root, &batch.nodes),
        indices.map(|item| item.transaction_index),
        TypePolicy::Known,
        |_, receipt| {
            let items = receipts.next().unwrap_or_default().iter();
            items.map(|item| receipt.select(item.log_index, emitter, &MESSAGE_SENT)).collect()
        },
    );
    Ok(logs?)
}

/// The log that `proof` points at, in `block` or in an ancestor of it.
pub(crate) fn prove_log<'p>(
    block: &Ancestor,
    proof: &'p DeliveryProof,
    emitter: &Address,
    topic: &B256,
) -> Result<Log<'p>, Error> {
    let block = block.open(&proof.headers)?;
    let receipt = receipt::prove(
        &block.receipts_root(),
        proof.transaction_index,
        &proof.receipt_proof,
        TypePolicy::Known,
    )?;
    Ok(receipt.select(proof.log_index, emitter, topic).map_err(mpt_proof::Error::from)?)
}

/// MSG-3, MSG-5, MSG-6, MSG-17, MSG-2, MSG-13, MSG-14: what was sent is a message of the lane, under this nonce, and the attestors say so.
fn verify_message<'p>(
    lane: &Lane,
    attestors: Option<&dyn Attestors>,
    sent: &MessageSent<'p>,
    (nonce, attestations): (u64, &[u8]),
    path: Path,
) -> Result<Delivery<'p>, Error> {
    let MessageSent { id: expected, sender, recipient, payload, attributes } = *sent;
    let message = Message { lane: *lane, nonce, sender, recipient, payload, attributes };
    let (sender, recipient) = addresses(&message)?;
    let id = message.id();
    if id != expected {
        return Err(Error::IdMismatch { expected, got: id });
    }
    let chain_id = lane.source_chain_id;
    verify_attestations(attestors, chain_id, Statement::Sent, &id, attestations)?;
    read(&message, id, (sender, recipient), Some(path))
}

/// A message whose id was proven before: MSG-3, MSG-5, MSG-2, MSG-13, MSG-14 all held then.
pub(crate) fn bind<'p>(message: &Message<'p>, id: B256) -> Result<Delivery<'p>, Error> {
    read(message, id, addresses(message)?, None)
}

/// MSG-3, MSG-5.
fn addresses(message: &Message<'_>) -> Result<(EvmAddress, EvmAddress), Error> {
    let sender = EvmAddress::decode(message.sender)?;
    let recipient = EvmAddress::decode(message.recipient)?;
    verify_chain(message.lane.source_chain_id, sender.chain_id())?;
    verify_chain(message.lane.destination_chain_id, recipient.chain_id())?;
    Ok((sender, recipient))
}

/// MSG-2, MSG-13, MSG-14.
fn read<'p>(
    message: &Message<'p>,
    id: B256,
    (sender, recipient): (EvmAddress, EvmAddress),
    path: Option<Path>,
) -> Result<Delivery<'p>, Error> {
    let Message { nonce, payload, attributes, .. } = *message;
    let terms = Terms::read(attributes.iter(), Side::Delivering)?;
    Ok(Delivery { id, nonce, sender, recipient, payload, attributes, terms, path })
}

/// MSG-8, as far as it can be known outside the chain.
pub(crate) fn verify_recipient(lane: &Lane, delivery: &Delivery<'_>) -> Result<(), Error> {
    let recipient = delivery.recipient.account();
    if recipient == lane.destination_gateway || is_precompile(&recipient) {
        return Err(Error::ForbiddenRecipient { recipient });
    }
    Ok(())
}

/// Whether it is the zero address or one that chains reserve for precompiles.
fn is_precompile(account: &Address) -> bool {
    U256::from_be_slice(account.as_slice()) <= U256::from(LAST_PRECOMPILE)
}

/// MSG-5.
pub(crate) fn verify_chain(expected: U256, got: U256) -> Result<(), Error> {
    if got == expected { Ok(()) } else { Err(Error::WrongChain { expected, got }) }
}
