//! Our own core on our own proofs, before anyone pays for them: what it refuses the contracts refuse with the same error.
//!
//! Assumed: what the light client's contract says of its head. What is not known here is left to the contracts: what was delivered
//! before, what is paused, and the time.

use crate::Head;
use alloy_primitives::{Address, B256, U256};
use light_client::{
    Assumption,
    ancestry::Ancestor,
    attestation::{self, Domain},
    attested,
    beacon::{self, Network, networks::MAINNET},
    client,
    crypto::{DefaultBls, bn254::DefaultBn254, ecdsa::DefaultRecover},
    map,
};
use mos::{
    Answer, Attestors, BatchProof, Body, Checker, Clients, Context, Delivery, DeliveryProof, Error,
    ExpiryProof, Inbox, Lane, Lanes, MessageCancelled, Outbox, Outcome, Route, Terms,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A light client by what its contract says: one chain, what the client rests on, and one verified block.
#[derive(Clone, Copy, Debug)]
pub struct Client<'a> {
    /// The chain that it follows.
    pub chain_id: u64,
    /// What it rests on: [`Assumption::code`].
    pub assumption: u8,
    /// The network, where the chain has a beacon chain: proofs by block roots (ANC-3) depend on it. No such proof is made here.
    pub network: Option<&'a Network>,
    /// The block.
    pub head: &'a Head,
}

/// A message that was proven to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedMessage {
    /// Its id.
    pub id: B256,
    /// All of it but its lane.
    pub body: Body,
    /// What it asks of its delivery.
    pub terms: Terms,
}

impl From<&Delivery<'_>> for VerifiedMessage {
    fn from(delivery: &Delivery<'_>) -> Self {
        Self { id: delivery.id(), body: delivery.body(), terms: delivery.terms() }
    }
}

impl Client<'_> {
    /// The block that a proof starts from, as the contract answers.
    ///
    /// # Errors
    ///
    /// CLI-3 for a head whose number is 0, CLI-4 for a client that rests on something else than is known; ANC-2 to ANC-4.
    pub fn ancestor(&self, head_id: u64, proof: &[u8]) -> Result<Ancestor, Error> {
        let Head { id, hash, number } = *self.head;
        if head_id != id {
            return Err(client::Error::UnknownHead { id: head_id }.into());
        }
        let chain_id = self.chain_id;
        // A trusted state from the beginning of time is valid then: when the client expires is told by its contract.
        let now = 0;
        match self.assumption {
            1 => {
                let network = self.network.map_or(MAINNET, Network::as_config);
                let config = beacon::Config { chain_id, ..network };
                let client = beacon::Client::new(config, DefaultBls::default())
                    .map_err(light_client::ancestry::Error::from)?;
                let heads = held(id, json!({ "slot": 0, "block_hash": hash }))?;
                let head = client.head(&beacon::Trusted::default(), &heads, id, now)?;
                Ok(head.ancestor(client.config(), proof)?)
            }
            2 => {
                let config =
                    map::Config { chain_id, epoch_size: 2, fork_height: 0, trusting_period: 1 };
                let client = map::Client::new(config, DefaultBn254::default())
                    .map_err(|_| client::Error::UnknownChain { chain_id })?;
                let kept =
                    json!({ "number": number, "block_hash": hash, "receipts_root": B256::ZERO });
                let head = client.head(&map::Trusted::default(), &held(id, kept)?, id, now)?;
                Ok(head.ancestor(proof)?)
            }
            3 => {
                let domain = Domain::new(U256::ZERO, Address::ZERO);
                let nobody = attestation::Attestors::new(domain, &[], DefaultRecover::default());
                let client = attested::Client::new(chain_id, nobody);
                let heads = held(id, json!({ "number": number, "block_hash": hash }))?;
                Ok(client.head(&heads, id)?.ancestor(proof)?)
            }
            _ => Err(client::Error::UnknownChain { chain_id }.into()),
        }
    }

    fn expect(&self, chain_id: U256) -> Result<(), Error> {
        match U256::from(self.chain_id) == chain_id {
            true => Ok(()),
            false => Err(client::Error::UnknownChain { chain_id: chain_id.saturating_to() }.into()),
        }
    }
}

impl Clients for Client<'_> {
    fn assumption(&self, chain_id: U256) -> Result<Assumption, Error> {
        self.expect(chain_id)?;
        let chain_id = self.chain_id;
        match self.assumption {
            1 => Ok(Assumption::SyncCommittee { chain_id }),
            2 => Ok(Assumption::MapValidators { chain_id }),
            3 => Ok(Assumption::Attestors { chain_id }),
            _ => Err(client::Error::UnknownChain { chain_id }.into()),
        }
    }

    fn ancestor(&self, chain_id: U256, head_id: u64, proof: &[u8]) -> Result<Ancestor, Error> {
        self.expect(chain_id)?;
        Client::ancestor(self, head_id, proof)
    }
}

/// A ring with one head, as a client keeps it.
fn held<H: DeserializeOwned>(id: u64, mut head: Value) -> Result<H, Error> {
    head["id"] = id.into();
    serde_json::from_value(Value::Array(vec![head]))
        .map_err(|_| client::Error::UnknownHead { id }.into())
}

/// That a message was sent on a lane: see [`mos::verify_delivery`].
///
/// # Errors
///
/// Those of [`Client::ancestor`], then of [`mos::verify_delivery`].
pub fn delivery(
    lane: &Lane,
    client: &Client<'_>,
    attestors: Option<&dyn Attestors>,
    proof: &DeliveryProof,
) -> Result<VerifiedMessage, Error> {
    let block = client.ancestor(proof.head_id, &proof.ancestry)?;
    let delivery = mos::verify_delivery(lane, attestors, &block, proof)?;
    Ok(VerifiedMessage::from(&delivery))
}

/// The same by the word of a hub: see [`mos::verify_routed`]. The client is that of the hub's chain.
///
/// # Errors
///
/// Those of [`Client::ancestor`], then of [`mos::verify_routed`].
pub fn routed(
    lane: &Lane,
    route: &Route,
    client: &Client<'_>,
    attestors: Option<&dyn Attestors>,
    proof: &DeliveryProof,
) -> Result<VerifiedMessage, Error> {
    let block = client.ancestor(proof.head_id, &proof.ancestry)?;
    let delivery = mos::verify_routed(lane, route, attestors, &block, proof)?;
    Ok(VerifiedMessage::from(&delivery))
}

/// That messages of one block were sent on a lane, in the order of the items: see [`Inbox::deliver_batch`]. Recipients that must not
/// be called, and the times that messages ask for, are left to whoever delivers.
///
/// # Errors
///
/// Those of [`Inbox::deliver_batch`].
pub fn batch(
    lane: &Lane,
    client: &Client<'_>,
    attestors: Option<&dyn Attestors>,
    proof: &BatchProof,
) -> Result<Vec<VerifiedMessage>, Error> {
    let call = |_: &Delivery<'_>| Answer::Accepted;
    let (mut inbox, context) = inbox(lane, client, attestors);
    let fates = inbox.deliver_batch(lane.source_chain_id, proof, &context, call)?;
    Ok(fates.iter().map(|(delivery, _)| VerifiedMessage::from(delivery)).collect())
}

/// That a message was delivered, for the chain that it was sent from: see [`Checker::acknowledge`]. The client is that of the
/// destination's chain. Returns the message's id and what is proven of it.
///
/// # Errors
///
/// Those of [`Checker::acknowledge`].
pub fn acknowledgement(
    lane: &Lane,
    client: &Client<'_>,
    attestors: Option<&dyn Attestors>,
    proof: &DeliveryProof,
) -> Result<(B256, Outcome), Error> {
    checked(lane, client, attestors, |service, context| {
        Checker::new().acknowledge(service, lane.destination_chain_id, proof, context)
    })
}

/// The same of a cancellation: see [`Checker::prove_cancelled`].
///
/// # Errors
///
/// Those of [`Checker::prove_cancelled`].
pub fn cancelled(
    lane: &Lane,
    client: &Client<'_>,
    attestors: Option<&dyn Attestors>,
    proof: &DeliveryProof,
) -> Result<(B256, Outcome), Error> {
    checked(lane, client, attestors, |service, context| {
        Checker::new().prove_cancelled(service, lane.destination_chain_id, proof, context)
    })
}

/// That a sender has asked to cancel a message, for the chain that it was sent to: see [`Inbox::accept_cancellation`].
///
/// # Errors
///
/// Those of [`Inbox::accept_cancellation`].
pub fn cancellation(
    lane: &Lane,
    client: &Client<'_>,
    attestors: Option<&dyn Attestors>,
    proof: &DeliveryProof,
) -> Result<MessageCancelled, Error> {
    let (mut inbox, context) = inbox(lane, client, attestors);
    inbox.accept_cancellation(lane.source_chain_id, proof, &context)
}

/// That a message was not delivered by its deadline, for the chain that it was sent from: see [`mos::outcome::verify_expired`].
/// That it was sent is the source chain's to know. Returns its id.
///
/// # Errors
///
/// Those of [`Client::ancestor`], then of [`mos::outcome::verify_expired`].
pub fn expiry(
    lane: &Lane,
    client: &Client<'_>,
    attestors: Option<&dyn Attestors>,
    body: &Body,
    proof: &ExpiryProof,
) -> Result<B256, Error> {
    client.expect(lane.destination_chain_id)?;
    let block = client.ancestor(proof.head_id, &proof.ancestry)?;
    mos::outcome::verify_expired(lane, attestors, &block, body, proof, |_| true)
}

/// The chain that messages are delivered on, before anything was delivered there.
fn inbox<'a>(
    lane: &Lane,
    client: &'a Client<'_>,
    attestors: Option<&'a dyn Attestors>,
) -> (Inbox, Context<'a>) {
    let mut lanes = Lanes::new(lane.destination_chain_id, lane.destination_gateway);
    let (chain, gateway) = (lane.source_chain_id, lane.source_gateway);
    lanes.set_lane(chain, gateway, client.assumption, attestors.is_some());
    let context = Context { clients: client, attestors: attestors.unwrap_or(&()), now: 0 };
    (Inbox::new(lanes), context)
}

/// Asks a checker on the chain that messages are sent from.
fn checked<T>(
    lane: &Lane,
    client: &Client<'_>,
    attestors: Option<&dyn Attestors>,
    check: impl FnOnce(&Outbox, &Context<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut lanes = Lanes::new(lane.source_chain_id, lane.source_gateway);
    let (chain, gateway) = (lane.destination_chain_id, lane.destination_gateway);
    lanes.set_lane(chain, gateway, client.assumption, attestors.is_some());
    let context = Context { clients: client, attestors: attestors.unwrap_or(&()), now: 0 };
    check(&Outbox::new(lanes), &context)
}
