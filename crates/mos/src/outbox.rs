//! What has been sent and asked back: the source's side of every lane. Section 2 of `spec/message.md`.

use crate::{
    Attributes, Body, CancellationRequested, Error, EvmAddress, Lanes, Message, Terms,
    attributes::{Relay, Side, carried},
    event,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};

/// The state of a message service that sending reads and writes, as its contract keeps it. On an error nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbox {
    /// Lanes.
    pub lanes: Lanes,
    /// Whether the service has a contract for fees: without one no relay can be requested.
    pub has_fees: bool,
    next_nonce: BTreeMap<U256, u64>,
    next_place: BTreeMap<Order, u64>,
    committed: BTreeSet<B256>,
}

/// Destination gateway, sender and recipient: the messages among which there is an order. A gateway that takes the place of another
/// starts from 0, and so do its orders.
type Order = (Address, EvmAddress, EvmAddress);

/// A message that was sent: its `MessageSent` event, where it stands in its lane, and what is to be paid for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sent {
    /// Id of the message, and second topic of the event.
    pub id: B256,
    /// All of it but its lane, with the attributes that it carries.
    pub body: Body,
    /// Data of the event.
    pub data: Vec<u8>,
    /// What the fee contract is asked for, with the call's value. What it answers is not modelled.
    pub relay: Option<Relay>,
}

impl Outbox {
    /// That of the message service with these lanes. Nothing has been sent.
    #[must_use]
    pub const fn new(lanes: Lanes) -> Self {
        Self {
            lanes,
            has_fees: false,
            next_nonce: BTreeMap::new(),
            next_place: BTreeMap::new(),
            committed: BTreeSet::new(),
        }
    }

    /// Nonce of the next message to a chain.
    #[must_use]
    pub fn next_nonce(&self, destination_chain_id: U256) -> u64 {
        self.next_nonce.get(&destination_chain_id).copied().unwrap_or_default()
    }

    /// Whether a message with a deadline, or a cancellable one, was sent.
    #[must_use]
    pub fn is_committed(&self, id: &B256) -> bool {
        self.committed.contains(id)
    }

    /// Sends a message from the account `sender` with the call's `value`, in wei.
    ///
    /// # Errors
    ///
    /// The first violated clause: MSG-2 with MSG-13 and MSG-14 of the attributes, MSG-2 of the value, MSG-3, MSG-1, MSG-15.
    pub fn send(
        &mut self,
        sender: Address,
        value: U256,
        recipient: &[u8],
        payload: &[u8],
        attributes: &[Bytes],
    ) -> Result<Sent, Error> {
        let side = Side::Sending { fees: self.has_fees };
        let terms = Terms::read(Attributes::new(attributes).iter(), side)?;
        if terms.relay.is_none() && !value.is_zero() {
            return Err(Error::ValueNotAccepted { value });
        }
        let to = EvmAddress::decode(recipient)?;
        let lane = self.lanes.sending(to.chain_id())?;

        let from = EvmAddress::new(self.lanes.chain_id(), sender)?;
        let (nonce, order) = (self.next_nonce(to.chain_id()), (lane.destination_gateway, from, to));
        let place = self.next_place.get(&order).copied().unwrap_or_default();
        let body = Body {
            nonce,
            sender: from.encode().into(),
            recipient: Bytes::copy_from_slice(recipient),
            payload: Bytes::copy_from_slice(payload),
            attributes: carried(attributes, place),
        };
        let message = body.on(lane);
        let Message { sender, attributes, .. } = message;
        let (id, data) = (message.id(), event::encode(sender, recipient, payload, attributes));

        self.next_nonce.insert(to.chain_id(), nonce.saturating_add(1));
        if terms.in_order {
            self.next_place.insert(order, place.saturating_add(1));
        }
        if terms.is_committed() {
            self.committed.insert(id);
        }
        Ok(Sent { id, body, data, relay: terms.relay })
    }

    /// Asks, for the account `caller`, that a message be not delivered. As often as it likes; nothing is changed by it.
    ///
    /// # Errors
    ///
    /// The first violated clause: MSG-1, MSG-23.
    pub fn cancel(
        &self,
        destination_chain_id: U256,
        caller: Address,
        body: &Body,
    ) -> Result<CancellationRequested, Error> {
        let message = body.on(self.lanes.to(destination_chain_id)?);
        let caller = EvmAddress::new(self.lanes.chain_id(), caller)?.encode();
        if caller != message.sender {
            let (expected, got) = (keccak256(message.sender), keccak256(caller));
            return Err(Error::NotSender { expected, got });
        }
        let id = message.id();
        if !self.is_committed(&id) {
            return Err(Error::NotCancellable { id });
        }
        let terms = Terms::read(message.attributes.iter(), Side::Delivering)?;
        if !terms.cancellable {
            return Err(Error::NotCancellable { id });
        }
        Ok(CancellationRequested { id, destination_chain_id, nonce: message.nonce })
    }
}
