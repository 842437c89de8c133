//! The destination's contracts, as the Rust libraries keep their state: what Rust says beside what
//! the contracts say.

use super::follower::{BeaconFollower, Registry, refused};
use crate::{
    error::{Error, Refusal, Result},
    refusal::{describe, refuse, words},
};
use alloy_primitives::{Address, Bytes, U256};
use bindings::Revert;
use mos::{Answer, Body, Context, DeliveryProof, Fate, Inbox, Lanes};

/// What a lane asks of the light client: a sync committee (MSG-16).
pub(super) const SYNC_COMMITTEE: u8 = 1;

/// A light client and an inbox in Rust.
#[derive(Debug)]
pub(super) struct Mirror<'c> {
    /// The light client of the source chain.
    pub follower: BeaconFollower<'c>,
    inbox: Inbox,
}

impl<'c> Mirror<'c> {
    /// The state after bootstrap, of the message service on a chain.
    pub(super) const fn new(follower: BeaconFollower<'c>, service: (U256, Address)) -> Self {
        Self { follower, inbox: Inbox::new(Lanes::new(service.0, service.1)) }
    }

    /// Opens the lane from a chain.
    pub(super) fn set_lane(&mut self, chain: u64, gateway: Address) {
        self.inbox.lanes.set_lane(U256::from(chain), gateway, SYNC_COMMITTEE, false);
    }

    /// Takes over a delivery, as the contract does, whose recipient answers so; returns what becomes of it.
    pub(super) fn deliver(
        &mut self,
        chain: u64,
        proof: &DeliveryProof,
        now: u64,
        answer: Answer,
    ) -> Result<Fate> {
        let mut inbox = self.inbox.clone();
        let outcome = self.asked(now, |context| {
            inbox.deliver(U256::from(chain), proof, context, |_| answer).map(|(_, fate)| fate)
        });
        let fate = outcome.map_err(|error| refuse("delivery", error))?;
        self.inbox = inbox;
        Ok(fate)
    }

    /// Takes over a retry, as the contract does, whose recipient accepts it.
    pub(super) fn retry(&mut self, chain: u64, body: &Body, now: u64) -> Result<Fate> {
        let mut inbox = self.inbox.clone();
        let outcome = self.asked(now, |context| {
            let retried = inbox.retry(U256::from(chain), body, context, |_| Answer::Accepted);
            retried.map(|(_, fate)| fate)
        });
        let fate = outcome.map_err(|error| refuse("retry", error))?;
        self.inbox = inbox;
        Ok(fate)
    }

    /// Why Rust refuses a delivery, as revert data.
    pub(super) fn refuses_delivery(
        &self,
        chain: u64,
        proof: &DeliveryProof,
        now: u64,
    ) -> Result<Bytes> {
        // On a copy, since what is not refused is delivered.
        let mut inbox = self.inbox.clone();
        refused(self.asked(now, |context| {
            inbox.deliver(U256::from(chain), proof, context, |_| Answer::Accepted).map(drop)
        }))
    }

    /// Why Rust refuses a retry, as revert data.
    pub(super) fn refuses_retry(&self, chain: u64, body: &Body, now: u64) -> Result<Bytes> {
        let mut inbox = self.inbox.clone();
        refused(self.asked(now, |context| {
            inbox.retry(U256::from(chain), body, context, |_| Answer::Accepted).map(drop)
        }))
    }

    fn asked<T>(&self, now: u64, ask: impl FnOnce(&Context<'_>) -> T) -> T {
        let clients = Registry(&[&self.follower], now);
        ask(&Context { clients: &clients, attestors: &(), now })
    }
}

/// The one error that Rust and the contract agree on, in words of both.
pub(super) fn agreed(rust: &Bytes, contract: &Bytes) -> Result<String> {
    if rust != contract {
        let (rust, contract) = (words(rust), words(contract));
        return Err(Error::Demo(format!("Rust refuses with {rust}, the contract with {contract}")));
    }
    let refusal = describe("", &Revert { data: rust.clone() });
    if refusal.clause.is_empty() {
        return Err(Error::Demo(format!("refused without a named error: {}", words(rust))));
    }
    let Refusal { clause, rust, solidity, .. } = refusal;
    Ok(format!("refused by both, {clause}\nrust      {rust}\nsolidity  {solidity}"))
}
