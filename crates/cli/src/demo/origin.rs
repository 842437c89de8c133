//! The source's checker, as the Rust libraries keep its state.

use super::follower::{BeaconFollower, Registry, refused};
use crate::{error::Result, refusal::refuse};
use alloy_primitives::{B256, Bytes, U256};
use mos::{
    Body, Context, DeliveryProof, Error, Outbox,
    outcome::{Checker, ExpiryProof, Outcome},
};

/// A light client of the destination and a checker in Rust.
#[derive(Debug)]
pub(super) struct Origin<'c> {
    /// The light client of the destination chain.
    pub follower: BeaconFollower<'c>,
    checker: Checker,
}

/// What is proven of a message.
#[derive(Clone, Copy, Debug)]
pub(super) enum Claim<'p> {
    /// It was delivered.
    Delivered(&'p DeliveryProof),
    /// It was not delivered by its deadline.
    Expired(&'p Body, &'p ExpiryProof),
}

impl<'c> Origin<'c> {
    /// The state after bootstrap.
    pub(super) const fn new(follower: BeaconFollower<'c>) -> Self {
        Self { follower, checker: Checker::new() }
    }

    /// Takes over an outcome, as the contract does.
    pub(super) fn prove(
        &mut self,
        (service, chain): (&Outbox, u64),
        claim: Claim<'_>,
        now: u64,
    ) -> Result<(B256, Outcome)> {
        let mut checker = self.checker.clone();
        let outcome = self.decided(&mut checker, (service, chain), claim, now);
        let outcome = outcome.map_err(|error| refuse("outcome", error))?;
        self.checker = checker;
        Ok(outcome)
    }

    /// Why Rust refuses an outcome, as revert data.
    pub(super) fn refuses(
        &self,
        service: (&Outbox, u64),
        claim: Claim<'_>,
        now: u64,
    ) -> Result<Bytes> {
        refused(self.decided(&mut self.checker.clone(), service, claim, now))
    }

    fn decided(
        &self,
        checker: &mut Checker,
        (service, chain): (&Outbox, u64),
        claim: Claim<'_>,
        now: u64,
    ) -> std::result::Result<(B256, Outcome), Error> {
        let clients = Registry(&[&self.follower], now);
        let (context, chain) =
            (Context { clients: &clients, attestors: &(), now }, U256::from(chain));
        match claim {
            Claim::Delivered(proof) => checker.acknowledge(service, chain, proof, &context),
            Claim::Expired(body, proof) => {
                checker.prove_expired(service, chain, body, proof, &context)
            }
        }
    }
}
