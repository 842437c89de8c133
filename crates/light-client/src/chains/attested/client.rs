//! The client: update and heads.

use super::{Head, Heads, Update};
use crate::{
    attestation::{Attestors, Error},
    client,
    consensus::Consensus,
    crypto::ecdsa::Recover,
};
use alloy_primitives::U256;

/// What the client trusts now. Field for field what `AttestedLightClient` keeps beside its heads; the default has seen none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Trusted {
    /// Number of the newest head's block; 0 while there is none.
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal"))]
    pub number: u64,
    /// Id of the newest head; ids count from 1, and 0 says that there is none yet.
    #[cfg_attr(feature = "serde", serde(with = "crate::decimal"))]
    pub latest_head: u64,
}

/// A light client of one chain by the word of its attestors. It holds who they are; the trusted state is an argument.
#[derive(Clone, Copy, Debug)]
pub struct Client<'a, R> {
    chain_id: u64,
    attestors: Attestors<'a, R>,
}

impl<'a, R: Recover> Client<'a, R> {
    /// A client of the chain with this id, by the word of whoever these attestors are for it.
    pub const fn new(chain_id: u64, attestors: Attestors<'a, R>) -> Self {
        Self { chain_id, attestors }
    }

    /// Id of the chain followed.
    pub const fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// The next trusted state, and the head.
    ///
    /// Established: the attestors have signed this block. Assumed: as many of them as are required tell the truth.
    ///
    /// # Errors
    ///
    /// [`Error::NotNewer`] (ATT-6), then ATT-1 to ATT-4.
    pub fn update(&self, trusted: &Trusted, update: &Update<'_>) -> Result<(Trusted, Head), Error> {
        let Update { number, block_hash, signatures } = *update;
        if number <= trusted.number {
            return Err(Error::NotNewer { newest: trusted.number, got: number });
        }
        let chain_id = U256::from(self.chain_id);
        self.attestors.verify_head(chain_id, number, &block_hash, signatures)?;
        let next = Trusted { number, latest_head: trusted.latest_head.saturating_add(1) };
        let head = Head { chain_id: self.chain_id, id: next.latest_head, number, block_hash };
        Ok((next, head))
    }

    /// A head that the client has verified and still keeps.
    ///
    /// # Errors
    ///
    /// [`client::Error::UnknownHead`] (CLI-3).
    pub fn head(&self, heads: &Heads, id: u64) -> Result<Head, client::Error> {
        heads.get(self.chain_id, id)
    }
}

impl<R: Recover> Consensus for Client<'_, R> {
    type Trusted = Trusted;
    type Update<'u> = Update<'u>;
    type Head = Head;
    type Error = Error;

    /// The time does not matter.
    fn verify(
        &self,
        trusted: &Trusted,
        update: &Update<'_>,
        _now: u64,
    ) -> Result<(Trusted, Option<Head>), Error> {
        self.update(trusted, update).map(|(trusted, head)| (trusted, Some(head)))
    }
}
