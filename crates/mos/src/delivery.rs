//! The proof that a message was sent, on the source chain or by the word of a hub. Clauses MSG-3 to MSG-6, MSG-8, MSG-12 to MSG-14, MSG-17.

mod prove;

use crate::{Attestors, Attributes, Body, Error, EvmAddress, Lane, Route, Terms};
use alloc::vec::Vec;
use alloy_primitives::{B256, Bytes};
use light_client::{Path, ancestry::Ancestor};

pub(crate) use prove::{
    bind, prove_log, verify_batch, verify_chain, verify_recipient, verify_relayed, verify_sent,
};

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
    /// Nonce of the message in its lane, where a message is delivered; bound by the message id. Elsewhere not looked at.
    pub nonce: u64,
    /// Signatures of attestors, where the lane asks for them; else empty.
    pub attestations: Bytes,
}

/// What a relayer supplies for many messages of one block. Fields as in [`DeliveryProof`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchProof {
    /// Head of the source chain's light client that the proof starts from.
    pub head_id: u64,
    /// From that head's block to an older one.
    pub ancestry: Bytes,
    /// RLP headers from the block so proven down to the block of the messages.
    pub headers: Vec<Bytes>,
    /// Trie nodes of all receipts, each once: see [`mpt_proof::batch`].
    pub nodes: Vec<Bytes>,
    /// In the order of the receipts' keys, 1 to 127, 0, 128 and so on; those of one receipt behind each other, in any order.
    pub items: Vec<BatchItem>,
}

/// One message of a batch. Fields as in [`DeliveryProof`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchItem {
    /// Place of the transaction in its block.
    pub transaction_index: u64,
    /// Place of the log in the receipt.
    pub log_index: u64,
    /// Nonce of the message in its lane.
    pub nonce: u64,
    /// Signatures of attestors.
    pub attestations: Bytes,
}

/// A message that was sent on a lane.
///
/// Only this crate makes one: having it is the proof. Whether it may be delivered now is the [`Inbox`](crate::Inbox)'s matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery<'a> {
    id: B256,
    nonce: u64,
    sender: EvmAddress,
    recipient: EvmAddress,
    payload: &'a [u8],
    attributes: Attributes<'a>,
    terms: Terms,
    path: Option<Path>,
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

    /// The attributes that it carries.
    pub const fn attributes(&self) -> Attributes<'a> {
        self.attributes
    }

    /// What it asks of its delivery: what the attributes say.
    pub const fn terms(&self) -> Terms {
        self.terms
    }

    /// What was assumed, root first, besides that the lane names the right gateway. `None` for a message that is retried: what its
    /// first delivery rested on is not kept.
    pub const fn path(&self) -> Option<Path> {
        self.path
    }

    /// All of the message but its lane.
    #[must_use]
    pub fn body(&self) -> Body {
        Body {
            nonce: self.nonce,
            sender: self.sender.encode().into(),
            recipient: self.recipient.encode().into(),
            payload: Bytes::copy_from_slice(self.payload),
            attributes: self.attributes.iter().map(Bytes::copy_from_slice).collect(),
        }
    }
}

/// Establishes that the source gateway of `lane` sent the message in `block` or in an ancestor of it, to a recipient that may be called.
///
/// `block` is what `Head::ancestor` of the source chain's client makes of the proof's ancestry, whatever family the chain is of.
/// `attestors` have to have signed as well; with `None` nobody is asked, and the proof must hold no signatures.
/// Assumed: what [`Ancestor::path`] says, and that `lane` names the right gateway. Whether the recipient has code is known on chain
/// only; whether the message is due, and was not settled before, by the [`Inbox`](crate::Inbox).
///
/// # Errors
///
/// The first violated clause of: ANC-1, HDR-1, HDR-2, MPT-1 to MPT-13, RCT-2 to RCT-9, MSG-4, MSG-3, MSG-5, MSG-6, MSG-17 with ATT-1 to
/// ATT-4, MSG-2, MSG-13, MSG-14, MSG-8. Before them [`Error::WrongChain`] for a block of another chain than the lane's, which on chain
/// the registry of clients rules out.
pub fn verify_delivery<'p>(
    lane: &Lane,
    attestors: Option<&dyn Attestors>,
    block: &Ancestor,
    proof: &'p DeliveryProof,
) -> Result<Delivery<'p>, Error> {
    let delivery = verify_sent(lane, attestors, block, proof)?;
    verify_recipient(lane, &delivery)?;
    Ok(delivery)
}

/// As [`verify_delivery`], by the word of the hub that `route` names: `block` and the proof are of its chain.
///
/// [`Delivery::path`] ends in the hub. The route's assumption is compared by the [`Inbox`](crate::Inbox).
///
/// # Errors
///
/// As of [`verify_delivery`], with MSG-12 after MSG-4; [`Error::UnknownRoute`] for a block whose path is too long to have a hub
/// at its end.
pub fn verify_routed<'p>(
    lane: &Lane,
    route: &Route,
    attestors: Option<&dyn Attestors>,
    block: &Ancestor,
    proof: &'p DeliveryProof,
) -> Result<Delivery<'p>, Error> {
    let delivery = verify_relayed(lane, route, attestors, block, proof)?;
    verify_recipient(lane, &delivery)?;
    Ok(delivery)
}
