//! What a hub says: which gateway sent what. Section 4 of `spec/message.md`.

use crate::{
    DeliveryProof, Error, MESSAGE_RELAYED, MESSAGE_SENT, MessageSent, delivery::prove_log,
};
use alloy_primitives::{Address, B256, U256};
use light_client::ancestry::Ancestor;

/// The `MessageRelayed` event of a hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Relayed<'p> {
    /// [`MESSAGE_RELAYED`], id of the message, its source chain, its source gateway.
    pub topics: [B256; 4],
    /// Data of the event: that of the `MessageSent`, there being one encoding.
    pub data: &'p [u8],
}

/// Establishes that `source_gateway` sent a message in `block` or in an ancestor of it, and says so as the hub's contract does.
///
/// A hub has no state: whether anybody takes that gateway for one is for others to ask, and the same message may be relayed again. The
/// proof's nonce is not looked at, being in no event; the id binds it where the message is delivered. Nor are its attestations: they are
/// asked for there.
///
/// # Errors
///
/// The first violated clause of: ANC-1, HDR-1, HDR-2, MPT-1 to MPT-13, RCT-2 to RCT-9, MSG-4.
pub fn relay<'p>(
    source_gateway: &Address,
    block: &Ancestor,
    proof: &'p DeliveryProof,
) -> Result<Relayed<'p>, Error> {
    let log = prove_log(block, proof, source_gateway, &MESSAGE_SENT)?;
    let MessageSent { id, .. } = MessageSent::decode(&log)?;
    let chain_id = U256::from(block.chain_id());
    let topics = [MESSAGE_RELAYED, id, chain_id.into(), source_gateway.into_word()];
    Ok(Relayed { topics, data: log.data })
}
