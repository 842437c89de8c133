//! The proof that a message was sent. Clauses MSG-3 to MSG-6 and MSG-8.

use crate::{Error, EvmAddress, Lane, MESSAGE_SENT, Message, MessageSent};
use alloc::vec::Vec;
use alloy_primitives::{Address, B256, Bytes, U256};
use light_client::beacon::{Config, Head};
use mpt_proof::receipt::{self, TypePolicy};

/// The last address at which chains have precompiles.
const LAST_PRECOMPILE: u64 = 0x1ff;

/// What a relayer supplies. Nothing in it is believed before it is verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryProof {
    /// Head of the source chain's light client that the proof starts from.
    pub head_id: u64,
    /// From that head's block to an older one, as [`Head::ancestor`] takes it; empty for the head's own block.
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
}

/// Establishes that the source gateway of `lane` sent the message in `head`'s block or in an ancestor of it.
///
/// `config` is that of the client which verified the head. Assumed: what `head` assumes, and that `lane` names the right gateway.
/// Whether the recipient has code is known on chain only.
///
/// # Errors
///
/// The first violated clause of: ANC-2 to ANC-4, ANC-1, HDR-1, HDR-2, MPT-1 to MPT-13, RCT-2 to RCT-9, MSG-4, MSG-3, MSG-5, MSG-6, MSG-8. Before
/// them [`Error::WrongChain`] for a head of another chain than the lane's, which on chain the registry of clients rules out.
pub fn verify_delivery<'p>(
    lane: &Lane,
    config: &Config<'_>,
    head: &Head,
    proof: &'p DeliveryProof,
) -> Result<Delivery<'p>, Error> {
    let delivery = verify_sent(lane, config, head, proof)?;
    verify_recipient(lane, &delivery)?;
    Ok(delivery)
}

/// All of a delivery but its recipient: MSG-7 comes between.
pub(crate) fn verify_sent<'p>(
    lane: &Lane,
    config: &Config<'_>,
    head: &Head,
    proof: &'p DeliveryProof,
) -> Result<Delivery<'p>, Error> {
    verify_chain(lane.source_chain_id, U256::from(head.chain_id()))?;
    let block = head.ancestor(config, &proof.ancestry)?.open(&proof.headers)?;
    let log = receipt::prove(
        &block.receipts_root(),
        proof.transaction_index,
        &proof.receipt_proof,
        TypePolicy::Known,
    )?
    .select(proof.log_index, &lane.source_gateway, &MESSAGE_SENT)
    .map_err(mpt_proof::Error::from)?;
    let sent = MessageSent::decode(&log)?;

    let sender = EvmAddress::decode(sent.sender)?;
    let recipient = EvmAddress::decode(sent.recipient)?;
    verify_chain(lane.source_chain_id, sender.chain_id())?;
    verify_chain(lane.destination_chain_id, recipient.chain_id())?;

    let MessageSent { id: expected, payload, .. } = sent;
    let id = Message {
        lane: *lane,
        nonce: proof.nonce,
        sender: sent.sender,
        recipient: sent.recipient,
        payload,
    }
    .id();
    if id != expected {
        return Err(Error::IdMismatch { expected, got: id });
    }
    Ok(Delivery { id, nonce: proof.nonce, sender, recipient, payload })
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
