//! Which messages have been sent: the source's side of every lane. Clauses MSG-1 to MSG-3.

use crate::{Error, EvmAddress, Lane, Message, event};
use alloc::{collections::BTreeMap, vec::Vec};
use alloy_primitives::{Address, B256, U256};

/// The state of a message service that sending reads and writes, as its contract keeps it.
///
/// The contract takes attributes too, and refuses any (MSG-2); here there is no way to state one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbox {
    chain_id: U256,
    gateway: Address,
    lanes: BTreeMap<U256, Address>,
    next_nonce: BTreeMap<U256, u64>,
}

/// A message that was sent: its `MessageSent` event and where it stands in its lane.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sent {
    /// Id of the message, and second topic of the event.
    pub id: B256,
    /// Number of the message in its lane.
    pub nonce: u64,
    /// Data of the event.
    pub data: Vec<u8>,
}

impl Outbox {
    /// The outbox of the message service `gateway` on the chain `chain_id`, without lanes.
    pub const fn new(chain_id: U256, gateway: Address) -> Self {
        Self { chain_id, gateway, lanes: BTreeMap::new(), next_nonce: BTreeMap::new() }
    }

    /// Opens or moves the lane to a chain; the zero address closes it.
    pub fn set_lane(&mut self, destination_chain_id: U256, gateway: Address) {
        self.lanes.insert(destination_chain_id, gateway);
    }

    /// Nonce of the next message to a chain.
    pub fn next_nonce(&self, destination_chain_id: U256) -> u64 {
        self.next_nonce.get(&destination_chain_id).copied().unwrap_or_default()
    }

    /// Sends a message from the account `sender` with the call's `value`.
    ///
    /// On an error nothing has changed.
    ///
    /// # Errors
    ///
    /// The first violated clause: MSG-2, MSG-3, MSG-1.
    pub fn send(
        &mut self,
        sender: Address,
        value: U256,
        recipient: &[u8],
        payload: &[u8],
    ) -> Result<Sent, Error> {
        if !value.is_zero() {
            return Err(Error::ValueNotAccepted { value });
        }
        let chain_id = EvmAddress::decode(recipient)?.chain_id();
        let gateway = self.lanes.get(&chain_id).filter(|gateway| !gateway.is_zero());
        let &destination_gateway = gateway.ok_or(Error::UnknownLane { chain_id })?;
        let lane = Lane {
            source_chain_id: self.chain_id,
            source_gateway: self.gateway,
            destination_chain_id: chain_id,
            destination_gateway,
        };

        let sender = EvmAddress::new(self.chain_id, sender)?.encode();
        let nonce = self.next_nonce(chain_id);
        let id = Message { lane, nonce, sender: &sender, recipient, payload }.id();
        self.next_nonce.insert(chain_id, nonce.saturating_add(1));
        Ok(Sent { id, nonce, data: event::encode(&sender, recipient, payload) })
    }
}
