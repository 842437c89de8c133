//! The client: checkpoint, update, misbehaviour.

use super::{
    Block, Checkpoint, Config, Error, Head, Heads, Trusted, Update, set::Set, verify::Walk,
};
use crate::{client, consensus::Consensus, crypto::bn254::Bn254};
use alloy_primitives::B256;

/// A light client of one network. It holds the configuration and the backend; the trusted state is an argument.
#[derive(Clone, Copy, Debug)]
pub struct Client<B> {
    config: Config,
    bn254: B,
}

impl<B: Bn254> Client<B> {
    /// A client of the network described by `config`.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] (MAP-16).
    pub fn new(config: Config, bn254: B) -> Result<Self, Error> {
        config.validate()?;
        Ok(Self { config, bn254 })
    }

    /// The network followed.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The first trusted state, from a set of validators whose commitment the caller trusts. There is no head yet.
    ///
    /// Assumed: `trusted_commitment` is that of the set of the epoch, known from outside, and the time is that of the header
    /// that brought it.
    ///
    /// # Errors
    ///
    /// MAP-14, in this order: the keys, the commitment, [`Error::PreFork`], CLI-2.
    pub fn checkpoint(
        &self,
        checkpoint: &Checkpoint<'_>,
        trusted_commitment: &B256,
        now: u64,
    ) -> Result<Trusted, Error> {
        let Checkpoint { epoch, time, keys } = *checkpoint;
        let got = Set::checked(&self.bn254, keys)?.commitment();
        if got != *trusted_commitment {
            return Err(Error::SetCommitment { expected: *trusted_commitment, got });
        }
        // A number above 64 bits is above the fork too.
        if let Some(number) = epoch.checked_mul(self.config.epoch_size) {
            self.config.verify_fork(number)?;
        }
        let mut trusted = Trusted { epoch, time, ..Trusted::default() };
        trusted.sets.hold(epoch, got);
        self.verify_active(&trusted, now)?;
        Ok(trusted)
    }

    /// The next trusted state, and the head: the block of the last header in the update (MAP-1).
    ///
    /// Established: two thirds of the set of its epoch signed each header, and a set whose commitment is trusted signed the first.
    /// Assumed: two thirds of each of these sets follow the protocol. The proposer's own signature is not looked at.
    ///
    /// # Errors
    ///
    /// The first violated clause of MAP-1 as far as the set, CLI-1, CLI-2, MAP-1 to MAP-13.
    pub fn update(
        &self,
        trusted: &Trusted,
        update: &[u8],
        now: u64,
    ) -> Result<(Trusted, Head), Error> {
        let (mut next, block) = self.establish(trusted, update, now)?;
        next.latest_head = trusted.latest_head.saturating_add(1);
        let head = Head {
            chain_id: self.config.chain_id,
            id: next.latest_head,
            number: block.number,
            block_hash: block.hash,
            receipts_root: block.receipts_root,
        };
        Ok((next, head))
    }

    /// Verifies an update as [`update`](Self::update) does and returns the block that it proves.
    ///
    /// # Errors
    ///
    /// As for [`update`](Self::update).
    pub fn verify_update(
        &self,
        trusted: &Trusted,
        update: &[u8],
        now: u64,
    ) -> Result<Block, Error> {
        self.establish(trusted, update, now).map(|(_, block)| block)
    }

    /// The frozen state, from two valid updates that prove different blocks of one number (MAP-15).
    ///
    /// # Errors
    ///
    /// For `a` and after it for `b` those of [`update`](Self::update), except that a set change may lead to another set than the one
    /// held; then [`Error::NotMisbehaviour`].
    pub fn misbehaviour(
        &self,
        trusted: &Trusted,
        a: &[u8],
        b: &[u8],
        now: u64,
    ) -> Result<Trusted, Error> {
        let a = self.walk(trusted, a, now)?.of_evidence().run()?;
        let b = self.walk(trusted, b, now)?.of_evidence().run()?;
        if a.number != b.number || a.hash == b.hash {
            return Err(Error::NotMisbehaviour);
        }
        Ok(Trusted { frozen_at: now, ..*trusted })
    }

    /// A head that the client has verified and still keeps.
    ///
    /// # Errors
    ///
    /// CLI-1 to CLI-3.
    pub fn head(
        &self,
        trusted: &Trusted,
        heads: &Heads,
        id: u64,
        now: u64,
    ) -> Result<Head, client::Error> {
        self.verify_active(trusted, now)?;
        heads.get(self.config.chain_id, id)
    }

    /// Whether the client answers at all.
    ///
    /// # Errors
    ///
    /// CLI-1, CLI-2.
    pub fn verify_active(&self, trusted: &Trusted, now: u64) -> Result<(), client::Error> {
        client::verify_active(trusted.frozen_at, self.config.expiry(trusted.time), now)
    }

    /// MAP-1, CLI-1, CLI-2, MAP-2 to MAP-13.
    fn establish(
        &self,
        trusted: &Trusted,
        update: &[u8],
        now: u64,
    ) -> Result<(Trusted, Block), Error> {
        let mut walk = self.walk(trusted, update, now)?;
        let block = walk.run()?;
        Ok((walk.trusted, block))
    }

    /// MAP-1 as far as the set, CLI-1, CLI-2; what remains is to run it.
    fn walk<'u>(
        &self,
        trusted: &Trusted,
        update: &'u [u8],
        now: u64,
    ) -> Result<Walk<'_, 'u, B>, Error> {
        let update = Update::decode(update)?;
        self.verify_active(trusted, now)?;
        Ok(Walk::new(&self.config, &self.bn254, trusted, update, now))
    }
}

impl<B: Bn254> Consensus for Client<B> {
    type Trusted = Trusted;
    type Update<'a> = &'a [u8];
    type Head = Head;
    type Error = Error;

    fn verify(
        &self,
        trusted: &Trusted,
        update: &&[u8],
        now: u64,
    ) -> Result<(Trusted, Option<Head>), Error> {
        self.update(trusted, update, now).map(|(trusted, head)| (trusted, Some(head)))
    }
}
