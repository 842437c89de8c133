//! The proof that a message was sent, on the source chain or by the word of a hub. Clauses MSG-3 to MSG-6, MSG-8 and MSG-12.

use crate::{
    Error, EvmAddress, Lane, MESSAGE_RELAYED, MESSAGE_SENT, Message, MessageRelayed, MessageSent,
    Route,
};
use alloc::vec::Vec;
use alloy_primitives::{Address, B256, Bytes, U256};
use light_client::{Assumption, Path, ancestry::Ancestor};
use mpt_proof::receipt::{self, Log, TypePolicy};

/// The last address at which chains have precompiles.
const LAST_PRECOMPILE: u64 = 0x1ff;

/// What a relayer supplies. Nothing in it is believed before it is verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryProof {
    /// Head of the light client that the proof starts from: the source chain's, or on a route that of the hub's chain.
    pub head_id: u64,
    /// From that head's block to an older one, as `Head::ancestor` of the chain's family takes it; empty for the head's own block.
    pub ancestry: Bytes,
    /// RLP headers from the block so proven down to the block of the message, newest first.
    pub headers: Vec<Bytes>,
    /// Place of the transaction in its block.
    pub transaction_index: u64,
    /// Trie nodes from the receipts root to the receipt.
    pub receipt_proof: Vec<Bytes>,
    /// Place of the log in the receipt.
    pub log_index: u64,
    /// Nonce of the message in its lane; bound by the message id.
    pub nonce: u64,
}

/// A message that was sent, and to a recipient that may be called.
///
/// Only this crate makes one: having it is the proof. Whether it was delivered before is the [`Inbox`](crate::Inbox)'s matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery<'a> {
    id: B256,
    nonce: u64,
    sender: EvmAddress,
    recipient: EvmAddress,
    payload: &'a [u8],
    path: Path,
}

impl<'a> Delivery<'a> {
    /// Id of the message.
    pub const fn id(&self) -> B256 {
        self.id
    }

    /// Its number in the lane.
    pub const fn nonce(&self) -> u64 {
        self.nonce
    }

    /// Who sent it, on the source chain.
    pub const fn sender(&self) -> EvmAddress {
        self.sender
    }

    /// Who receives it, on the destination chain.
    pub const fn recipient(&self) -> EvmAddress {
        self.recipient
    }

    /// What it says.
    pub const fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// What was assumed, root first, besides that the lane names the right gateway.
    pub const fn path(&self) -> Path {
        self.path
    }
}

/// Establishes that the source gateway of `lane` sent the message in `block` or in an ancestor of it.
///
/// `block` is what `Head::ancestor` of the source chain's client makes of the proof's ancestry, whatever family the chain is of.
/// Assumed: what [`Ancestor::path`] says, and that `lane` names the right gateway. Whether the recipient has code is known on chain only.
///
/// # Errors
///
/// The first violated clause of: ANC-1, HDR-1, HDR-2, MPT-1 to MPT-13, RCT-2 to RCT-9, MSG-4, MSG-3, MSG-5, MSG-6, MSG-8. Before
/// them [`Error::WrongChain`] for a block of another chain than the lane's, which on chain the registry of clients rules out.
pub fn verify_delivery<'p>(
    lane: &Lane,
    block: &Ancestor,
    proof: &'p DeliveryProof,
) -> Result<Delivery<'p>, Error> {
    let delivery = verify_sent(lane, block, proof)?;
    verify_recipient(lane, &delivery)?;
    Ok(delivery)
}

/// As [`verify_delivery`], by the word of the hub that `route` names: `block` and the proof are of its chain.
///
/// [`Delivery::path`] ends in the hub.
///
/// # Errors
///
/// As of [`verify_delivery`], with MSG-12 after MSG-4; [`Error::UnknownRoute`] for a block whose path is too long to have a hub
/// at its end.
pub fn verify_routed<'p>(
    lane: &Lane,
    route: &Route,
    block: &Ancestor,
    proof: &'p DeliveryProof,
) -> Result<Delivery<'p>, Error> {
    let delivery = verify_relayed(lane, route, block, proof)?;
    verify_recipient(lane, &delivery)?;
    Ok(delivery)
}

/// All of a delivery but its recipient: MSG-7 comes between.
pub(crate) fn verify_sent<'p>(
    lane: &Lane,
    block: &Ancestor,
    proof: &'p DeliveryProof,
) -> Result<Delivery<'p>, Error> {
    verify_chain(lane.source_chain_id, U256::from(block.chain_id()))?;
    let log = prove_log(block, proof, &lane.source_gateway, &MESSAGE_SENT)?;
    bind(lane, &MessageSent::decode(&log)?, proof.nonce, block.path())
}

/// The same of a routed delivery.
pub(crate) fn verify_relayed<'p>(
    lane: &Lane,
    route: &Route,
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
    bind(lane, &relayed.sent, proof.nonce, path)
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

/// MSG-3, MSG-5, MSG-6: what was sent is a message of the lane, under this nonce.
fn bind<'p>(
    lane: &Lane,
    sent: &MessageSent<'p>,
    nonce: u64,
    path: Path,
) -> Result<Delivery<'p>, Error> {
    let MessageSent { id: expected, payload, .. } = *sent;
    let sender = EvmAddress::decode(sent.sender)?;
    let recipient = EvmAddress::decode(sent.recipient)?;
    verify_chain(lane.source_chain_id, sender.chain_id())?;
    verify_chain(lane.destination_chain_id, recipient.chain_id())?;

    let message =
        Message { lane: *lane, nonce, sender: sent.sender, recipient: sent.recipient, payload };
    let id = message.id();
    if id != expected {
        return Err(Error::IdMismatch { expected, got: id });
    }
    Ok(Delivery { id, nonce, sender, recipient, payload, path })
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

fn verify_chain(expected: U256, got: U256) -> Result<(), Error> {
    if got == expected { Ok(()) } else { Err(Error::WrongChain { expected, got }) }
}
