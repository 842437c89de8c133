//! The client: bootstrap, update, misbehaviour.

use super::{
    Bootstrap, Config, Error, Head, Heads, Trusted, Update,
    verify::{Established, verify_newer, verify_proofs, verify_slots},
};
use crate::{client, consensus::Consensus, crypto::Bls, ssz::branch_root};
use alloy_primitives::B256;

/// A light client of one beacon chain. It holds the configuration and the backend; the trusted state is an argument.
#[derive(Clone, Copy, Debug)]
pub struct Client<'c, B> {
    config: Config<'c>,
    bls: B,
}

impl<'c, B: Bls> Client<'c, B> {
    /// A client of the network described by `config`.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] (BCN-16).
    pub fn new(config: Config<'c>, bls: B) -> Result<Self, Error> {
        config.validate()?;
        Ok(Self { config, bls })
    }

    /// The network followed.
    pub const fn config(&self) -> &Config<'c> {
        &self.config
    }

    /// The first trusted state, and the first head, from the finalized block that the caller trusts.
    ///
    /// A block of the index set [`Altair`](super::IndexSet::Altair) proves no execution block: there is no head yet.
    ///
    /// Assumed: `trusted_root` is the root of a finalized block, known from outside.
    ///
    /// # Errors
    ///
    /// BCN-14, in this order: the root, BCN-6, the committee branch, the execution branch, CLI-2.
    pub fn bootstrap(
        &self,
        bootstrap: &Bootstrap<'_>,
        trusted_root: &B256,
        now: u64,
    ) -> Result<(Trusted, Option<Head>), Error> {
        let Bootstrap { header, current_committee_root, execution_block_hash, .. } = *bootstrap;
        let got = header.hash_tree_root();
        if got != *trusted_root {
            return Err(Error::BootstrapRoot { expected: *trusted_root, got });
        }
        let index_set = self.config.fork_at(header.slot)?.index_set;
        let state_root = branch_root(
            &current_committee_root,
            bootstrap.current_committee_branch,
            index_set.current_committee(),
        )?;
        if state_root != header.state_root {
            return Err(Error::CurrentCommitteeBranch);
        }
        let body_root = branch_root(
            &execution_block_hash,
            bootstrap.execution_branch,
            index_set.execution_block_hash(),
        )?;
        if body_root != header.body_root {
            return Err(Error::ExecutionBranch);
        }
        let has_head = index_set.has_execution();
        let trusted = Trusted {
            finalized_slot: header.slot,
            current_committee_root,
            next_committee_root: B256::ZERO,
            latest_head: has_head.into(),
            frozen_at: 0,
        };
        self.verify_active(&trusted, now)?;
        Ok((trusted, has_head.then(|| self.head_of(&trusted, execution_block_hash))))
    }

    /// The next trusted state, and the head if the update finalizes a newer block than the trusted one and proves its execution
    /// block.
    ///
    /// Established: the committee that the trusted state names signed the attested header, in whose state the finalized header is
    /// final. Assumed: two thirds of that committee follow the protocol.
    ///
    /// # Errors
    ///
    /// The first violated clause of CLI-1, CLI-2, BCN-1 to BCN-13.
    pub fn update(
        &self,
        trusted: &Trusted,
        update: &Update<'_>,
        now: u64,
    ) -> Result<(Trusted, Option<Head>), Error> {
        let established = self.establish(trusted, update, now)?;
        Ok(self.advance(trusted, update, &established))
    }

    /// Verifies an update as [`update`](Self::update) does and returns the finalized root that it proves.
    ///
    /// # Errors
    ///
    /// As for [`update`](Self::update).
    pub fn verify_update(
        &self,
        trusted: &Trusted,
        update: &Update<'_>,
        now: u64,
    ) -> Result<B256, Error> {
        self.establish(trusted, update, now).map(|established| established.finalized_root)
    }

    /// The frozen state, from two valid updates that finalize different headers at one slot (BCN-15).
    ///
    /// Both must be signed by committees that the trusted state names; they need not be newer than it.
    ///
    /// # Errors
    ///
    /// For `a` and after it for `b`: CLI-1, CLI-2, BCN-1 to BCN-13 without BCN-4; then [`Error::NotMisbehaviour`].
    pub fn misbehaviour(
        &self,
        trusted: &Trusted,
        a: &Update<'_>,
        b: &Update<'_>,
        now: u64,
    ) -> Result<Trusted, Error> {
        let finalized = |update: &Update<'_>| {
            self.verify_active(trusted, now)?;
            verify_slots(&self.config, update, now)?;
            let established = verify_proofs(&self.config, &self.bls, trusted, update)?;
            Ok::<_, Error>((update.pair.inner_slot, established.finalized_root))
        };
        let ((a_slot, a_root), (b_slot, b_root)) = (finalized(a)?, finalized(b)?);
        if a_slot != b_slot || a_root == b_root {
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
        client::verify_active(trusted.frozen_at, self.config.expiry(trusted.finalized_slot), now)
    }

    /// CLI-1, CLI-2, BCN-1 to BCN-13.
    fn establish(
        &self,
        trusted: &Trusted,
        update: &Update<'_>,
        now: u64,
    ) -> Result<Established, Error> {
        self.verify_active(trusted, now)?;
        verify_slots(&self.config, update, now)?;
        verify_newer(trusted, update)?;
        verify_proofs(&self.config, &self.bls, trusted, update)
    }

    /// The state after a valid update.
    fn advance(
        &self,
        trusted: &Trusted,
        update: &Update<'_>,
        established: &Established,
    ) -> (Trusted, Option<Head>) {
        let slot = update.pair.inner_slot;
        let brought = update.next_committee.map_or(B256::ZERO, |next| next.root);
        let mut next = *trusted;
        if self.config.period(slot) > self.config.period(trusted.finalized_slot) {
            next.current_committee_root = trusted.next_committee_root;
            next.next_committee_root = brought;
        } else if trusted.next_committee_root.is_zero() {
            next.next_committee_root = brought;
        }
        if slot <= trusted.finalized_slot {
            return (next, None);
        }
        next.finalized_slot = slot;
        if !established.has_execution {
            return (next, None);
        }
        next.latest_head = trusted.latest_head.saturating_add(1);
        (next, Some(self.head_of(&next, update.pair.execution_block_hash)))
    }

    const fn head_of(&self, trusted: &Trusted, block_hash: B256) -> Head {
        Head {
            chain_id: self.config.chain_id,
            id: trusted.latest_head,
            slot: trusted.finalized_slot,
            block_hash,
        }
    }
}

impl<'c, B: Bls> Consensus for Client<'c, B> {
    type Trusted = Trusted;
    type Update<'a> = Update<'a>;
    type Head = Head;
    type Error = Error;

    fn verify(
        &self,
        trusted: &Trusted,
        update: &Update<'_>,
        now: u64,
    ) -> Result<(Trusted, Option<Head>), Error> {
        self.update(trusted, update, now)
    }
}
