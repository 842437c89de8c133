//! The destination's contracts, as the Rust libraries keep their state: what Rust says beside what
//! the contracts say.

use crate::{
    error::{Error, Refusal, Result},
    refusal::{describe, refuse, words},
};
use alloy_primitives::{Address, B256, Bytes, U256};
use bindings::Revert;
use light_client::{
    beacon::{self, Client, Heads, Trusted, Update, builder::OwnedBootstrap},
    crypto::DefaultBls,
};
use mos::{DeliveryProof, Inbox};

/// A light client and an inbox in Rust.
#[derive(Debug)]
pub(super) struct Mirror<'c> {
    /// The client's rules.
    pub client: Client<'c, DefaultBls>,
    /// What it trusts.
    pub trusted: Trusted,
    heads: Heads,
    inbox: Inbox,
}

impl<'c> Mirror<'c> {
    /// The state after bootstrap.
    pub(super) fn new(
        client: Client<'c, DefaultBls>,
        bootstrap: &OwnedBootstrap,
        inbox: Inbox,
        now: u64,
    ) -> Result<Self> {
        let root = bootstrap.header.hash_tree_root();
        let started = client.bootstrap(&bootstrap.as_bootstrap(), &root, now);
        let (trusted, head) = started.map_err(|error| refuse("bootstrap", error))?;
        let mut heads = Heads::new();
        head.iter().for_each(|head| heads.push(head));
        Ok(Self { client, trusted, heads, inbox })
    }

    /// Opens the lane from a chain.
    pub(super) fn set_lane(&mut self, chain: u64, gateway: Address) {
        self.inbox.set_lane(U256::from(chain), gateway);
    }

    /// Takes over an update, as the contract does.
    pub(super) fn update(&mut self, update: &[u8], now: u64) -> Result<()> {
        let advanced = Update::decode(update)
            .and_then(|update| self.client.update(&self.trusted, &update, now));
        let (trusted, head) = advanced.map_err(|error| refuse("light-client update", error))?;
        self.trusted = trusted;
        head.iter().for_each(|head| self.heads.push(head));
        Ok(())
    }

    /// Why Rust refuses an update, as revert data.
    pub(super) fn refuses_update(&self, update: &[u8], now: u64) -> Result<Bytes> {
        refused(self.verified(update, now).err().map(Revert::from))
    }

    /// The finalized root that an update proves.
    pub(super) fn verify_update(&self, update: &[u8], now: u64) -> Result<B256> {
        self.verified(update, now).map_err(|error| refuse("light-client update", error))
    }

    fn verified(&self, update: &[u8], now: u64) -> std::result::Result<B256, beacon::Error> {
        self.client.verify_update(&self.trusted, &Update::decode(update)?, now)
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
        let mut inbox = self.inbox.clone();
        let outcome = self.deliver_to(&mut inbox, chain, proof, now);
        refused(outcome.err().map(Revert::from))
    }

    fn deliver_to(
        &self,
        inbox: &mut Inbox,
        chain: u64,
        proof: &DeliveryProof,
        now: u64,
    ) -> std::result::Result<(), mos::Error> {
        let Self { client, trusted, heads, .. } = self;
        let delivery = inbox.deliver(U256::from(chain), proof, |id, ancestry| {
            Ok(client.head(trusted, heads, id, now)?.ancestor(client.config(), ancestry)?)
        });
        delivery.map(drop)
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

fn refused(revert: Option<Revert>) -> Result<Bytes> {
    let accepted = || Error::Demo("Rust accepted what it must refuse".into());
    revert.map(|revert| revert.data).ok_or_else(accepted)
}
