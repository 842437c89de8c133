//! What has been delivered, cancelled and passed over: the destination's side of every lane. Section 3 of `spec/message.md`.

mod settled;

use crate::{
    BatchProof, Body, CANCELLATION_REQUESTED, CancellationRequested, Context, Delivery,
    DeliveryProof, Error, EvmAddress, Lane, Lanes, MessageCancelled,
    context::verify_attestations,
    delivery::{
        bind, prove_log, verify_batch, verify_chain, verify_recipient, verify_relayed, verify_sent,
    },
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use alloy_primitives::{Address, B256, U256};
use light_client::attestation::Statement;
use settled::Settled;

/// The state of a message service that deliveries read and write, as its contract keeps it.
///
/// The call to the recipient is the caller's: each method that makes one takes what answers it, and calls that where the contract
/// makes the call. Gas (MSG-9) is not modelled. On an error nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbox {
    /// Lanes and routes.
    pub lanes: Lanes,
    settled: Settled,
    failed: BTreeSet<B256>,
    places: BTreeMap<Order, u64>,
}

/// Source chain, source gateway, sender and recipient: the messages among which there is an order.
type Order = (U256, Address, EvmAddress, EvmAddress);

/// What the account of a recipient makes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// It answers with its selector: the message is delivered.
    Accepted,
    /// It reverts, or answers something else (MSG-10).
    Failed,
    /// It is not called: it has no code, or is one of the contracts beside the service (MSG-8, the part known on chain only).
    Forbidden,
}

/// What became of a message that was to be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "a message that is left has not been delivered"]
pub enum Fate {
    /// It is as it was. On chain a call for this message alone reverts (MSG-10).
    Left,
    /// It was delivered.
    Delivered,
    /// Its recipient failed, and it is kept for a retry.
    Failed,
}

/// Whether the failure of a recipient is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recorded {
    Never,
    AsAsked,
    Always,
}

impl Inbox {
    /// That of the message service with these lanes. Nothing has been delivered.
    #[must_use]
    pub const fn new(lanes: Lanes) -> Self {
        Self { lanes, settled: Settled::new(), failed: BTreeSet::new(), places: BTreeMap::new() }
    }

    /// Delivers a message: at most once, whichever way it comes.
    ///
    /// # Errors
    ///
    /// The first violated clause: MSG-1, MSG-15, MSG-16, what the client answers, then as
    /// [`verify_delivery`](crate::verify_delivery) with MSG-7, MSG-18 and MSG-19 before MSG-8.
    pub fn deliver<'p>(
        &mut self,
        source_chain_id: U256,
        proof: &'p DeliveryProof,
        context: &Context<'_>,
        call: impl FnOnce(&Delivery<'p>) -> Answer,
    ) -> Result<(Delivery<'p>, Fate), Error> {
        let delivery = self.verify(source_chain_id, proof, context)?;
        self.finish(source_chain_id, delivery, context.now, call)
    }

    /// As [`Inbox::deliver`], by the word of the hub that the route from the chain names.
    ///
    /// # Errors
    ///
    /// The first violated clause: MSG-1, MSG-15, MSG-11, MSG-16 with the route's assumption, what the client of the hub's chain answers,
    /// then as [`verify_routed`](crate::verify_routed) with MSG-7, MSG-18 and MSG-19 before MSG-8.
    pub fn deliver_routed<'p>(
        &mut self,
        source_chain_id: U256,
        proof: &'p DeliveryProof,
        context: &Context<'_>,
        call: impl FnOnce(&Delivery<'p>) -> Answer,
    ) -> Result<(Delivery<'p>, Fate), Error> {
        let delivery = self.verify_routed(source_chain_id, proof, context)?;
        self.finish(source_chain_id, delivery, context.now, call)
    }

    /// Delivers many messages of one block: what is wrong in the proof of one is an error of all; what is wrong with a message or its
    /// recipient concerns that one only. Failures are recorded, whatever the messages ask for.
    ///
    /// # Errors
    ///
    /// The first violated clause: MSG-22, MSG-1, MSG-15, MSG-16, what the client answers, ANC-1, HDR-1, HDR-2; of each receipt in
    /// turn MPT-1 to MPT-13, BAT-1 to BAT-3 and RCT-2 to RCT-9; then of each item in turn MSG-4, MSG-3, MSG-5, MSG-6, MSG-17, MSG-2,
    /// MSG-13, MSG-14.
    pub fn deliver_batch<'p>(
        &mut self,
        source_chain_id: U256,
        batch: &'p BatchProof,
        context: &Context<'_>,
        mut call: impl FnMut(&Delivery<'p>) -> Answer,
    ) -> Result<Vec<(Delivery<'p>, Fate)>, Error> {
        if batch.items.is_empty() {
            return Err(Error::EmptyBatch);
        }
        let end = self.lanes.delivering(source_chain_id)?;
        let lane = self.lanes.from(source_chain_id)?;
        let BatchProof { head_id, ancestry, .. } = batch;
        let block = context.block(source_chain_id, end.assumption, *head_id, ancestry)?;
        let deliveries = verify_batch(&lane, context.attestors(end.attested), &block, batch)?;
        let fates = deliveries.into_iter().map(|delivery| {
            let fate = self.execute(&lane, &delivery, context.now, Recorded::Always, &mut call);
            (delivery, fate.unwrap_or(Fate::Left))
        });
        Ok(fates.collect())
    }

    /// Calls the recipient of a message again that has failed: with the very same message in place of a proof. A failure leaves it as it
    /// is. That the call may be given more gas is not modelled.
    ///
    /// # Errors
    ///
    /// The first violated clause: MSG-1, MSG-15, MSG-11 on a lane without direct delivery, CLI-4, MSG-20, MSG-7, MSG-18, MSG-19, MSG-8.
    pub fn retry<'p>(
        &mut self,
        source_chain_id: U256,
        body: &'p Body,
        context: &Context<'_>,
        call: impl FnOnce(&Delivery<'p>) -> Answer,
    ) -> Result<(Delivery<'p>, Fate), Error> {
        let direct = self.lanes.delivering(source_chain_id)?.delivers_directly();
        let heard_on =
            if direct { source_chain_id } else { self.lanes.route(source_chain_id)?.hub_chain_id };
        // What it rests on does not matter any more, only that there is one.
        context.clients.assumption(heard_on)?;
        let lane = self.lanes.from(source_chain_id)?;
        let message = body.on(lane);
        let id = message.id();
        if !self.failed.contains(&id) {
            return Err(Error::NotFailed { id });
        }
        let delivery = bind(&message, id)?;
        let fate = self.execute(&lane, &delivery, context.now, Recorded::Never, call)?;
        Ok((delivery, fate))
    }

    /// Passes over the next message of an order, which has expired. It is not settled by that.
    ///
    /// # Errors
    ///
    /// As of [`Inbox::deliver`], or of [`Inbox::deliver_routed`] on a lane without direct delivery, up to MSG-14; then MSG-21.
    pub fn skip<'p>(
        &mut self,
        source_chain_id: U256,
        proof: &'p DeliveryProof,
        context: &Context<'_>,
    ) -> Result<Delivery<'p>, Error> {
        let delivery = if self.lanes.delivering(source_chain_id)?.delivers_directly() {
            self.verify(source_chain_id, proof, context)?
        } else {
            self.verify_routed(source_chain_id, proof, context)?
        };
        let (id, terms, time) = (delivery.id(), delivery.terms(), context.now);
        let got = terms.place.ok_or(Error::OutOfOrder { id, expected: 0, got: 0 })?;
        if !terms.is_expired(time) {
            return Err(Error::NotExpired { id, deadline: terms.deadline, time });
        }
        let order = order(&self.lanes.from(source_chain_id)?, &delivery);
        self.verify_place(&order, id, got)?;
        self.places.insert(order, got.saturating_add(1));
        Ok(delivery)
    }

    /// Takes note that a sender has asked to cancel: the message can then never be delivered.
    ///
    /// # Errors
    ///
    /// The first violated clause: MSG-1, MSG-15, MSG-16, what the client answers, ANC-1, HDR-1, HDR-2, MPT-1 to MPT-13, RCT-2 to RCT-9,
    /// MSG-4, MSG-5, MSG-17, MSG-7.
    pub fn accept_cancellation(
        &mut self,
        source_chain_id: U256,
        proof: &DeliveryProof,
        context: &Context<'_>,
    ) -> Result<MessageCancelled, Error> {
        let end = self.lanes.delivering(source_chain_id)?;
        let DeliveryProof { head_id, ancestry, attestations, .. } = proof;
        let block = context.block(source_chain_id, end.assumption, *head_id, ancestry)?;
        verify_chain(source_chain_id, U256::from(block.chain_id()))?;
        let log = prove_log(&block, proof, &end.gateway, &CANCELLATION_REQUESTED)?;
        let CancellationRequested { id, destination_chain_id, nonce } =
            CancellationRequested::decode(&log)?;
        verify_chain(self.lanes.chain_id(), destination_chain_id)?;
        let (attestors, statement) =
            (context.attestors(end.attested), Statement::CancellationRequested);
        verify_attestations(attestors, source_chain_id, statement, &id, attestations)?;
        if self.settled.contains(source_chain_id, end.gateway, nonce) {
            return Err(Error::AlreadySettled { id });
        }
        self.settle(source_chain_id, end.gateway, nonce, &id);
        Ok(MessageCancelled { id, source_chain_id, nonce })
    }

    /// Whether the message with this nonce from this gateway has been delivered or cancelled.
    #[must_use]
    pub fn is_settled(&self, source_chain_id: U256, gateway: Address, nonce: u64) -> bool {
        self.settled.contains(source_chain_id, gateway, nonce)
    }

    /// Whether a message has failed and can be retried.
    #[must_use]
    pub fn has_failed(&self, id: &B256) -> bool {
        self.failed.contains(id)
    }

    /// Place of the next message of an order that may be delivered.
    #[must_use]
    pub fn next_place(
        &self,
        source_chain_id: U256,
        gateway: Address,
        sender: EvmAddress,
        recipient: EvmAddress,
    ) -> u64 {
        self.place_of(&(source_chain_id, gateway, sender, recipient))
    }

    /// MSG-1, MSG-15, MSG-16, the proof, up to MSG-14.
    fn verify<'p>(
        &self,
        source_chain_id: U256,
        proof: &'p DeliveryProof,
        context: &Context<'_>,
    ) -> Result<Delivery<'p>, Error> {
        let end = self.lanes.delivering(source_chain_id)?;
        let lane = self.lanes.from(source_chain_id)?;
        let DeliveryProof { head_id, ancestry, .. } = proof;
        let block = context.block(source_chain_id, end.assumption, *head_id, ancestry)?;
        verify_sent(&lane, context.attestors(end.attested), &block, proof)
    }

    /// MSG-1, MSG-15, MSG-11, MSG-16, the proof by the word of the hub, up to MSG-14.
    fn verify_routed<'p>(
        &self,
        source_chain_id: U256,
        proof: &'p DeliveryProof,
        context: &Context<'_>,
    ) -> Result<Delivery<'p>, Error> {
        let end = self.lanes.delivering(source_chain_id)?;
        let (lane, route) = (self.lanes.from(source_chain_id)?, self.lanes.route(source_chain_id)?);
        let DeliveryProof { head_id, ancestry, .. } = proof;
        let block = context.block(route.hub_chain_id, route.assumption, *head_id, ancestry)?;
        verify_relayed(&lane, &route, context.attestors(end.attested), &block, proof)
    }

    /// Where both ways of a single message end.
    fn finish<'p>(
        &mut self,
        source_chain_id: U256,
        delivery: Delivery<'p>,
        now: u64,
        call: impl FnOnce(&Delivery<'p>) -> Answer,
    ) -> Result<(Delivery<'p>, Fate), Error> {
        let lane = self.lanes.from(source_chain_id)?;
        let fate = self.execute(&lane, &delivery, now, Recorded::AsAsked, call)?;
        Ok((delivery, fate))
    }

    /// The one way to a recipient: MSG-7, MSG-18, MSG-19, MSG-8, the call, and what follows from its answer.
    fn execute<'p>(
        &mut self,
        lane: &Lane,
        delivery: &Delivery<'p>,
        now: u64,
        recorded: Recorded,
        call: impl FnOnce(&Delivery<'p>) -> Answer,
    ) -> Result<Fate, Error> {
        let (id, terms, order) = (delivery.id(), delivery.terms(), order(lane, delivery));
        let Lane { source_chain_id, source_gateway, .. } = *lane;
        if self.settled.contains(source_chain_id, source_gateway, delivery.nonce()) {
            return Err(Error::AlreadySettled { id });
        }
        terms.verify_time(id, now)?;
        terms.place.map_or(Ok(()), |got| self.verify_place(&order, id, got))?;
        verify_recipient(lane, delivery)?;
        match call(delivery) {
            Answer::Forbidden => {
                let recipient = delivery.recipient().account();
                return Err(Error::ForbiddenRecipient { recipient });
            }
            Answer::Failed => {
                let kept = match recorded {
                    Recorded::Never => false,
                    Recorded::AsAsked => terms.records_failure,
                    Recorded::Always => true,
                };
                if !kept {
                    return Ok(Fate::Left);
                }
                self.failed.insert(id);
                return Ok(Fate::Failed);
            }
            Answer::Accepted => {}
        }
        self.settle(source_chain_id, source_gateway, delivery.nonce(), &id);
        if let Some(place) = terms.place {
            self.places.insert(order, place.saturating_add(1));
        }
        Ok(Fate::Delivered)
    }

    /// The bit is set, and that the message had failed is forgotten.
    fn settle(&mut self, source_chain_id: U256, gateway: Address, nonce: u64, id: &B256) {
        self.settled.insert(source_chain_id, gateway, nonce);
        self.failed.remove(id);
    }

    /// MSG-19: the place is the next of its order.
    fn verify_place(&self, order: &Order, id: B256, got: u64) -> Result<(), Error> {
        let expected = self.place_of(order);
        if got == expected { Ok(()) } else { Err(Error::OutOfOrder { id, expected, got }) }
    }

    fn place_of(&self, order: &Order) -> u64 {
        self.places.get(order).copied().unwrap_or_default()
    }
}

/// The order that a message of the lane is in, if it has a place.
const fn order(lane: &Lane, delivery: &Delivery<'_>) -> Order {
    (lane.source_chain_id, lane.source_gateway, delivery.sender(), delivery.recipient())
}
