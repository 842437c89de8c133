//! Which messages have been delivered: the destination's side of every lane. Clauses MSG-1, MSG-7 and MSG-11.

use crate::{
    Delivery, DeliveryProof, Error, Lane, Route,
    delivery::{verify_recipient, verify_relayed, verify_sent},
};
use alloc::collections::BTreeMap;
use alloy_primitives::{Address, U256};
use light_client::ancestry::Ancestor;

/// The state of a message service that deliveries read and write, as its contract keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbox {
    chain_id: U256,
    gateway: Address,
    lanes: BTreeMap<U256, Address>,
    routes: BTreeMap<U256, Route>,
    delivered: BTreeMap<Word, U256>,
}

/// Source chain, source gateway, and the nonce without its lowest byte: 256 nonces to a word of bits.
type Word = (U256, Address, u64);

impl Inbox {
    /// The inbox of the message service `gateway` on the chain `chain_id`, without lanes and routes.
    pub const fn new(chain_id: U256, gateway: Address) -> Self {
        Self {
            chain_id,
            gateway,
            lanes: BTreeMap::new(),
            routes: BTreeMap::new(),
            delivered: BTreeMap::new(),
        }
    }

    /// Opens or moves the lane from a chain; the zero address closes it.
    pub fn set_lane(&mut self, source_chain_id: U256, gateway: Address) {
        self.lanes.insert(source_chain_id, gateway);
    }

    /// The lane from a chain.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownLane`] (MSG-1).
    pub fn lane(&self, source_chain_id: U256) -> Result<Lane, Error> {
        let gateway = self.lanes.get(&source_chain_id).filter(|gateway| !gateway.is_zero());
        let &source_gateway = gateway.ok_or(Error::UnknownLane { chain_id: source_chain_id })?;
        Ok(Lane {
            source_chain_id,
            source_gateway,
            destination_chain_id: self.chain_id,
            destination_gateway: self.gateway,
        })
    }

    /// Sets the hub by whose word messages of a chain may be delivered too; the zero address closes the route.
    pub fn set_route(&mut self, source_chain_id: U256, route: Route) {
        self.routes.insert(source_chain_id, route);
    }

    /// The route from a chain.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownRoute`] (MSG-11).
    pub fn route(&self, source_chain_id: U256) -> Result<Route, Error> {
        let route = self.routes.get(&source_chain_id).filter(|route| !route.hub.is_zero());
        route.copied().ok_or(Error::UnknownRoute { chain_id: source_chain_id })
    }

    /// Delivers a message: at most once, whichever way it comes.
    ///
    /// `ancestor` answers for the source chain's light client, as `ILightClient.ancestorHash` does on chain: given a head and a proof
    /// of an older block, that block. On an error nothing has changed. The call to the recipient, which on chain may undo the
    /// delivery, is not modelled.
    ///
    /// # Errors
    ///
    /// The first violated clause: MSG-1, then what `ancestor` returns, then as [`verify_delivery`](crate::verify_delivery) with
    /// MSG-7 before MSG-8.
    pub fn deliver<'p>(
        &mut self,
        source_chain_id: U256,
        proof: &'p DeliveryProof,
        ancestor: impl FnOnce(u64, &[u8]) -> Result<Ancestor, Error>,
    ) -> Result<Delivery<'p>, Error> {
        let lane = self.lane(source_chain_id)?;
        let block = ancestor(proof.head_id, &proof.ancestry)?;
        self.finish(&lane, verify_sent(&lane, &block, proof)?)
    }

    /// As [`Inbox::deliver`], by the word of the hub that the route from the chain names. `ancestor` answers for the light client of the
    /// hub's chain.
    ///
    /// # Errors
    ///
    /// The first violated clause: MSG-1, MSG-11, then what `ancestor` returns, then as [`verify_routed`](crate::verify_routed)
    /// with MSG-7 before MSG-8.
    pub fn deliver_routed<'p>(
        &mut self,
        source_chain_id: U256,
        proof: &'p DeliveryProof,
        ancestor: impl FnOnce(u64, &[u8]) -> Result<Ancestor, Error>,
    ) -> Result<Delivery<'p>, Error> {
        let lane = self.lane(source_chain_id)?;
        let route = self.route(source_chain_id)?;
        let block = ancestor(proof.head_id, &proof.ancestry)?;
        self.finish(&lane, verify_relayed(&lane, &route, &block, proof)?)
    }

    /// Whether the message with this nonce from this gateway has been delivered.
    pub fn is_delivered(&self, source_chain_id: U256, gateway: Address, nonce: u64) -> bool {
        let (word, bit) = place(source_chain_id, gateway, nonce);
        self.delivered.get(&word).is_some_and(|bits| bits.bit(bit))
    }

    /// Where both ways end: MSG-7, MSG-8, and the bit is set.
    fn finish<'p>(&mut self, lane: &Lane, delivery: Delivery<'p>) -> Result<Delivery<'p>, Error> {
        let (word, bit) = place(lane.source_chain_id, lane.source_gateway, delivery.nonce());
        let bits = self.delivered.get(&word).copied().unwrap_or_default();
        if bits.bit(bit) {
            return Err(Error::AlreadyDelivered { id: delivery.id() });
        }
        verify_recipient(lane, &delivery)?;
        self.delivered.insert(word, bits | (U256::ONE << bit));
        Ok(delivery)
    }
}

/// Where the bit of a nonce is kept.
fn place(source_chain_id: U256, gateway: Address, nonce: u64) -> (Word, usize) {
    ((source_chain_id, gateway, nonce >> 8), usize::from(nonce.to_le_bytes()[0]))
}
