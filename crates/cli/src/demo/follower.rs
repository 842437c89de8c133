//! Light clients in Rust beside their contracts.

use crate::{
    error::{Error, Result},
    refusal::refuse,
};
use alloy_primitives::{B256, Bytes, U256};
use bindings::Revert;
use light_client::{
    Assumption,
    ancestry::Ancestor,
    beacon::{self, Client, Heads, Trusted, Update, builder::OwnedBootstrap},
    client,
    crypto::{DefaultBls, bn254::DefaultBn254},
    map,
};

/// What a message service asks of a light client.
pub(super) trait Follower {
    /// Id of the chain that it follows.
    fn chain_id(&self) -> u64;

    /// What it rests on.
    fn assumption(&self) -> Assumption;

    /// What `ancestorHash` of the contract answers.
    fn ancestor(&self, head: (u64, &[u8]), now: u64) -> std::result::Result<Ancestor, mos::Error>;
}

/// Light clients as their registry answers for them, at one time.
pub(super) struct Registry<'f>(pub &'f [&'f dyn Follower], pub u64);

impl Registry<'_> {
    fn client(&self, chain_id: U256) -> std::result::Result<&dyn Follower, mos::Error> {
        let found = self.0.iter().find(|follower| U256::from(follower.chain_id()) == chain_id);
        let unknown = client::Error::UnknownChain { chain_id: chain_id.saturating_to() };
        Ok(*found.ok_or(unknown)?)
    }
}

impl mos::Clients for Registry<'_> {
    fn assumption(&self, chain_id: U256) -> std::result::Result<Assumption, mos::Error> {
        Ok(self.client(chain_id)?.assumption())
    }

    fn ancestor(
        &self,
        chain_id: U256,
        head: u64,
        proof: &[u8],
    ) -> std::result::Result<Ancestor, mos::Error> {
        self.client(chain_id)?.ancestor((head, proof), self.1)
    }
}

/// A light client of a beacon chain.
#[derive(Debug)]
pub(super) struct BeaconFollower<'c> {
    /// The client's rules.
    pub client: Client<'c, DefaultBls>,
    /// What it trusts.
    pub trusted: Trusted,
    heads: Heads,
}

impl<'c> BeaconFollower<'c> {
    /// The state after bootstrap.
    pub(super) fn new(
        client: Client<'c, DefaultBls>,
        bootstrap: &OwnedBootstrap,
        now: u64,
    ) -> Result<Self> {
        let root = bootstrap.header.hash_tree_root();
        let started = client.bootstrap(&bootstrap.as_bootstrap(), &root, now);
        let (trusted, head) = started.map_err(|error| refuse("bootstrap", error))?;
        let mut heads = Heads::new();
        head.iter().for_each(|head| heads.push(head));
        Ok(Self { client, trusted, heads })
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
        refused(self.verified(update, now))
    }

    /// The finalized root that an update proves.
    pub(super) fn verify_update(&self, update: &[u8], now: u64) -> Result<B256> {
        self.verified(update, now).map_err(|error| refuse("light-client update", error))
    }

    fn verified(&self, update: &[u8], now: u64) -> std::result::Result<B256, beacon::Error> {
        self.client.verify_update(&self.trusted, &Update::decode(update)?, now)
    }
}

impl Follower for BeaconFollower<'_> {
    fn chain_id(&self) -> u64 {
        self.client.config().chain_id
    }

    fn assumption(&self) -> Assumption {
        Assumption::SyncCommittee { chain_id: self.chain_id() }
    }

    fn ancestor(
        &self,
        (head, proof): (u64, &[u8]),
        now: u64,
    ) -> std::result::Result<Ancestor, mos::Error> {
        let head = self.client.head(&self.trusted, &self.heads, head, now)?;
        Ok(head.ancestor(self.client.config(), proof)?)
    }
}

/// A light client of a MAP relay chain.
#[derive(Debug)]
pub(super) struct MapFollower {
    /// The client's rules.
    pub client: map::Client<DefaultBn254>,
    /// What it trusts.
    pub trusted: map::Trusted,
    heads: map::Heads,
}

impl MapFollower {
    /// The state after deployment.
    pub(super) fn new(
        client: map::Client<DefaultBn254>,
        checkpoint: &map::Checkpoint<'_>,
        commitment: &B256,
        now: u64,
    ) -> Result<Self> {
        let started = client.checkpoint(checkpoint, commitment, now);
        let trusted = started.map_err(|error| refuse("checkpoint", error))?;
        Ok(Self { client, trusted, heads: map::Heads::new() })
    }

    /// Takes over an update, as the contract does.
    pub(super) fn update(&mut self, update: &[u8], now: u64) -> Result<map::Head> {
        let advanced = self.client.update(&self.trusted, update, now);
        let (trusted, head) = advanced.map_err(|error| refuse("light-client update", error))?;
        self.trusted = trusted;
        self.heads.push(&head);
        Ok(head)
    }

    /// Why Rust refuses an update, as revert data.
    pub(super) fn refuses_update(&self, update: &[u8], now: u64) -> Result<Bytes> {
        refused(self.client.verify_update(&self.trusted, update, now))
    }

    /// The block that an update proves.
    pub(super) fn verify_update(&self, update: &[u8], now: u64) -> Result<map::Block> {
        let block = self.client.verify_update(&self.trusted, update, now);
        block.map_err(|error| refuse("light-client update", error))
    }
}

impl Follower for MapFollower {
    fn chain_id(&self) -> u64 {
        self.client.config().chain_id
    }

    fn assumption(&self) -> Assumption {
        Assumption::MapValidators { chain_id: self.chain_id() }
    }

    fn ancestor(
        &self,
        (head, proof): (u64, &[u8]),
        now: u64,
    ) -> std::result::Result<Ancestor, mos::Error> {
        let head = self.client.head(&self.trusted, &self.heads, head, now)?;
        Ok(head.ancestor(proof)?)
    }
}

/// The revert data of what must be refused.
pub(super) fn refused<T>(outcome: std::result::Result<T, impl Into<Revert>>) -> Result<Bytes> {
    match outcome {
        Ok(_) => Err(Error::Demo("Rust accepted what it must refuse".into())),
        Err(error) => Ok(error.into().data),
    }
}
