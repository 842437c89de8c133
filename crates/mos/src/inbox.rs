//! Which messages have been delivered: the destination's side of every lane. Clauses MSG-1 and MSG-7.

use crate::{
    Delivery, DeliveryProof, Error, Lane,
    delivery::{verify_recipient, verify_sent},
};
use alloc::collections::BTreeMap;
use alloy_primitives::{Address, U256};
use light_client::{
    beacon::{Config, Head},
    client,
};

/// The state of a message service that deliveries read and write, as its contract keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbox {
    chain_id: U256,
    gateway: Address,
    lanes: BTreeMap<U256, Address>,
    delivered: BTreeMap<Word, U256>,
}

/// Source chain, source gateway, and the nonce without its lowest byte: 256 nonces to a word of bits.
type Word = (U256, Address, u64);

impl Inbox {
    /// The inbox of the message service `gateway` on the chain `chain_id`, without lanes.
    pub const fn new(chain_id: U256, gateway: Address) -> Self {
        Self { chain_id, gateway, lanes: BTreeMap::new(), delivered: BTreeMap::new() }
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

    /// Delivers a message: at most once. `head` answers for the source chain's light client, whose configuration is `config`.
    ///
    /// On an error nothing has changed. The call to the recipient, which on chain may undo the delivery, is not modelled.
    ///
    /// # Errors
    ///
    /// The first violated clause: MSG-1, then what `head` returns, then as [`verify_delivery`](crate::verify_delivery) with
    /// MSG-7 before MSG-8.
    pub fn deliver<'p>(
        &mut self,
        source_chain_id: U256,
        config: &Config<'_>,
        proof: &'p DeliveryProof,
        head: impl FnOnce(u64) -> Result<Head, client::Error>,
    ) -> Result<Delivery<'p>, Error> {
        let lane = self.lane(source_chain_id)?;
        let head = head(proof.head_id)?;
        let delivery = verify_sent(&lane, config, &head, proof)?;

        let (word, bit) = place(source_chain_id, lane.source_gateway, proof.nonce);
        let bits = self.delivered.get(&word).copied().unwrap_or_default();
        if bits.bit(bit) {
            return Err(Error::AlreadyDelivered { id: delivery.id() });
        }
        verify_recipient(&lane, &delivery)?;
        self.delivered.insert(word, bits | (U256::ONE << bit));
        Ok(delivery)
    }

    /// Whether the message with this nonce from this gateway has been delivered.
    pub fn is_delivered(&self, source_chain_id: U256, gateway: Address, nonce: u64) -> bool {
        let (word, bit) = place(source_chain_id, gateway, nonce);
        self.delivered.get(&word).is_some_and(|bits| bits.bit(bit))
    }
}

/// Where the bit of a nonce is kept.
fn place(source_chain_id: U256, gateway: Address, nonce: u64) -> (Word, usize) {
    ((source_chain_id, gateway, nonce >> 8), usize::from(nonce.to_le_bytes()[0]))
}
