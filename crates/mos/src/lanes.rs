//! What one end holds of its lanes and routes, as its contract keeps it. Clauses MSG-1, MSG-11 and MSG-15.

use crate::{Error, Lane};
use alloc::collections::BTreeMap;
use alloy_primitives::{Address, U256};

/// The other end of a lane, and what is asked of a delivery from there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LaneEnd {
    /// Message service there; zero: there is no lane.
    pub gateway: Address,
    /// What the light client of that chain has to rest on: [`Assumption::code`](light_client::Assumption::code); 0: no direct
    /// delivery.
    pub assumption: u8,
    /// Whether attestors have to sign as well.
    pub attested: bool,
    /// Nothing is sent for now.
    pub sending_paused: bool,
    /// Nothing is delivered for now.
    pub delivering_paused: bool,
}

impl LaneEnd {
    /// Whether messages from there are delivered without a hub.
    pub(crate) const fn delivers_directly(&self) -> bool {
        self.assumption != 0
    }
}

/// Where else than on the source chain itself the messages of a lane may be proven: by the word of a hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Route {
    /// Chain that the hub is on.
    pub hub_chain_id: U256,
    /// The hub: a contract that is believed to relay only what it has proven.
    pub hub: Address,
    /// What the light client of the hub's chain has to rest on, as in [`LaneEnd`].
    pub assumption: u8,
}

/// One of the two ways on a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To the other chain.
    Sending,
    /// From the other chain.
    Delivering,
}

/// The lanes of one message service, by the chain at their other end, and its routes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lanes {
    chain_id: U256,
    gateway: Address,
    ends: BTreeMap<U256, LaneEnd>,
    routes: BTreeMap<U256, Route>,
}

impl Lanes {
    /// Those of the message service `gateway` on the chain `chain_id`: none yet.
    #[must_use]
    pub const fn new(chain_id: U256, gateway: Address) -> Self {
        Self { chain_id, gateway, ends: BTreeMap::new(), routes: BTreeMap::new() }
    }

    /// The chain that the message service is on.
    pub const fn chain_id(&self) -> U256 {
        self.chain_id
    }

    /// The message service.
    pub const fn gateway(&self) -> Address {
        self.gateway
    }

    /// Opens or moves the lane to and from a chain; a gateway of zero closes it. Pauses stay as they are.
    pub fn set_lane(&mut self, chain_id: U256, gateway: Address, assumption: u8, attested: bool) {
        let end = self.ends.entry(chain_id).or_default();
        *end = LaneEnd { gateway, assumption, attested, ..*end };
    }

    /// Sets the hub by whose word messages of a chain may be delivered too; a hub of zero closes the route.
    pub fn set_route(&mut self, source_chain_id: U256, route: Route) {
        self.routes.insert(source_chain_id, route);
    }

    /// Pauses one direction of a lane.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownLane`] (MSG-1).
    pub fn pause(&mut self, chain_id: U256, direction: Direction) -> Result<(), Error> {
        self.set_paused(chain_id, direction, true)
    }

    /// Unpauses one direction of a lane.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownLane`] (MSG-1).
    pub fn unpause(&mut self, chain_id: U256, direction: Direction) -> Result<(), Error> {
        self.set_paused(chain_id, direction, false)
    }

    /// The other end of the lane to and from a chain.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownLane`] (MSG-1).
    pub fn end(&self, chain_id: U256) -> Result<LaneEnd, Error> {
        let end = self.ends.get(&chain_id).filter(|end| !end.gateway.is_zero());
        end.copied().ok_or(Error::UnknownLane { chain_id })
    }

    /// The lane to a chain.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownLane`] (MSG-1).
    pub fn to(&self, chain_id: U256) -> Result<Lane, Error> {
        Ok(Lane {
            source_chain_id: self.chain_id,
            source_gateway: self.gateway,
            destination_chain_id: chain_id,
            destination_gateway: self.end(chain_id)?.gateway,
        })
    }

    /// The lane from a chain.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownLane`] (MSG-1).
    pub fn from(&self, chain_id: U256) -> Result<Lane, Error> {
        Ok(Lane {
            source_chain_id: chain_id,
            source_gateway: self.end(chain_id)?.gateway,
            destination_chain_id: self.chain_id,
            destination_gateway: self.gateway,
        })
    }

    /// The lane to a chain, on which may be sent.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownLane`] (MSG-1), [`Error::SendingPaused`] (MSG-15).
    pub fn sending(&self, chain_id: U256) -> Result<Lane, Error> {
        if self.end(chain_id)?.sending_paused {
            return Err(Error::SendingPaused { chain_id });
        }
        self.to(chain_id)
    }

    /// The other end of the lane from a chain, from which may be delivered.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownLane`] (MSG-1), [`Error::DeliveringPaused`] (MSG-15).
    pub fn delivering(&self, chain_id: U256) -> Result<LaneEnd, Error> {
        let end = self.end(chain_id)?;
        if end.delivering_paused { Err(Error::DeliveringPaused { chain_id }) } else { Ok(end) }
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

    fn set_paused(
        &mut self,
        chain_id: U256,
        direction: Direction,
        paused: bool,
    ) -> Result<(), Error> {
        let mut end = self.end(chain_id)?;
        match direction {
            Direction::Sending => end.sending_paused = paused,
            Direction::Delivering => end.delivering_paused = paused,
        }
        self.ends.insert(chain_id, end);
        Ok(())
    }
}
