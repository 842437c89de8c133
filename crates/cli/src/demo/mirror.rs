//! The destination's contracts, as the Rust libraries keep their state: what Rust says beside what
//! the contracts say.

use super::follower::{BeaconFollower, refused};
use crate::{
    error::{Error, Refusal, Result},
    refusal::{describe, refuse, words},
};
use alloy_primitives::{Address, Bytes, U256};
use bindings::Revert;
use mos::{DeliveryProof, Inbox};

/// A light client and an inbox in Rust.
#[derive(Debug)]
pub(super) struct Mirror<'c> {
    /// The light client of the source chain.
    pub follower: BeaconFollower<'c>,
    inbox: Inbox,
}

impl<'c> Mirror<'c> {
    /// The state after bootstrap.
    pub(super) const fn new(follower: BeaconFollower<'c>, inbox: Inbox) -> Self {
        Self { follower, inbox }
    }

    /// Opens the lane from a chain.
    pub(super) fn set_lane(&mut self, chain: u64, gateway: Address) {
        self.inbox.set_lane(U256::from(chain), gateway);
    }

    /// Takes over a delivery, as the contract does.
    pub(super) fn deliver(&mut self, chain: u64, proof: &DeliveryProof, now: u64) -> Result<()> {
        let mut inbox = self.inbox.clone();
        let outcome = self.deliver_to(&mut inbox, chain, proof, now);
        outcome.map_err(|error| refuse("delivery", error))?;
        self.inbox = inbox;
        Ok(())
    }

    /// Why Rust refuses a delivery, as revert data.
    pub(super) fn refuses_delivery(
        &self,
        chain: u64,
        proof: &DeliveryProof,
        now: u64,
    ) -> Result<Bytes> {
        // On a copy, since what is not refused is delivered.
        refused(self.deliver_to(&mut self.inbox.clone(), chain, proof, now))
    }

    fn deliver_to(
        &self,
        inbox: &mut Inbox,
        chain: u64,
        proof: &DeliveryProof,
        now: u64,
    ) -> std::result::Result<(), mos::Error> {
        let ancestor = |id, older: &[u8]| self.follower.ancestor((id, older), now);
        inbox.deliver(U256::from(chain), proof, ancestor).map(drop)
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
