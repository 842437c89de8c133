//! What a message service asks of others: light clients, attestors, the clock. Clauses MSG-16 and MSG-17.

use crate::Error;
use alloy_primitives::{B256, U256};
use core::fmt;
use light_client::{
    Assumption,
    ancestry::Ancestor,
    attestation::{self, Statement},
    crypto::ecdsa::Recover,
};

/// The light clients by the chain that they follow, as `ILightClientManager` answers for them.
pub trait Clients {
    /// What the chain's client rests on.
    ///
    /// # Errors
    ///
    /// CLI-4: there is no client of the chain.
    fn assumption(&self, chain_id: U256) -> Result<Assumption, Error>;

    /// The block of a head or, as `ancestry` proves, an older one.
    ///
    /// # Errors
    ///
    /// CLI-1 to CLI-4, then ANC-2 to ANC-4.
    fn ancestor(&self, chain_id: U256, head_id: u64, ancestry: &[u8]) -> Result<Ancestor, Error>;
}

/// The attestors of each chain, as `IAttestors` answers for them.
pub trait Attestors {
    /// Establishes that as many attestors of a chain as required have signed that this happened to the message there.
    ///
    /// # Errors
    ///
    /// ATT-1 to ATT-4.
    fn verify(
        &self,
        chain_id: U256,
        statement: Statement,
        id: &B256,
        signatures: &[u8],
    ) -> Result<(), attestation::Error>;
}

impl<R: Recover> Attestors for attestation::Attestors<'_, R> {
    fn verify(
        &self,
        chain_id: U256,
        statement: Statement,
        id: &B256,
        signatures: &[u8],
    ) -> Result<(), attestation::Error> {
        self.verify(chain_id, statement, id, signatures)
    }
}

/// No chain has attestors.
impl Attestors for () {
    fn verify(
        &self,
        chain_id: U256,
        _: Statement,
        _: &B256,
        _: &[u8],
    ) -> Result<(), attestation::Error> {
        Err(attestation::Error::Unknown { chain_id })
    }
}

/// Whom a message service asks in one call, and when that is.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The light clients.
    pub clients: &'a dyn Clients,
    /// The attestors, asked where a lane says so.
    pub attestors: &'a dyn Attestors,
    /// The time in Unix seconds.
    pub now: u64,
}

impl Context<'_> {
    /// MSG-16, and the block that a proof starts from: that of a head of the chain's client, or an older one.
    pub(crate) fn block(
        &self,
        chain_id: U256,
        assumption: u8,
        head_id: u64,
        ancestry: &[u8],
    ) -> Result<Ancestor, Error> {
        verify_assumption(assumption, self.clients.assumption(chain_id)?)?;
        let block = self.clients.ancestor(chain_id, head_id, ancestry)?;
        // What the block rests on is in its path: a client is not believed that says another thing of itself.
        verify_assumption(assumption, block.path().root())?;
        Ok(block)
    }

    /// The attestors, if they are asked.
    pub(crate) fn attestors(&self, attested: bool) -> Option<&dyn Attestors> {
        attested.then_some(self.attestors)
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("now", &self.now).finish_non_exhaustive()
    }
}

/// MSG-17: as many attestors as required have signed, or, where none are asked, nobody has.
pub(crate) fn verify_attestations(
    attestors: Option<&dyn Attestors>,
    chain_id: U256,
    statement: Statement,
    id: &B256,
    signatures: &[u8],
) -> Result<(), Error> {
    match attestors {
        Some(attestors) => Ok(attestors.verify(chain_id, statement, id, signatures)?),
        None if signatures.is_empty() => Ok(()),
        None => {
            let got = signatures.len() as u64;
            Err(attestation::Error::Length { expected: 0, got }.into())
        }
    }
}

/// MSG-16. Where nothing is expected there is no client that would do.
fn verify_assumption(expected: u8, got: Assumption) -> Result<(), Error> {
    let got = got.code().unwrap_or_default();
    if got == expected && expected != 0 {
        Ok(())
    } else {
        Err(Error::AssumptionMismatch { expected, got })
    }
}
