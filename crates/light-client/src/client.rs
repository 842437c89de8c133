//! What every light client has in common: status, and a registry of clients by chain. Clauses CLI-1 to CLI-4.

use mpt_proof::Fault;

/// Why a client, whatever chain it follows, does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// CLI-1: two conflicting finalized headers have been proven.
    #[error("client frozen at {at}")]
    Frozen {
        /// Time, in Unix seconds, at which the client froze.
        at: u64,
    },
    /// CLI-2: the trusted state is older than the trusting period.
    #[error("client expired: usable until {expiry}, now is {now}")]
    Expired {
        /// Last time, in Unix seconds, at which the client could be used.
        expiry: u64,
        /// The time given.
        now: u64,
    },
    /// CLI-3: a head that was never given out, or has been overwritten in the ring.
    #[error("unknown head {id}")]
    UnknownHead {
        /// The head asked for.
        id: u64,
    },
    /// CLI-4: no client follows this chain.
    #[error("no client for chain {chain_id}")]
    UnknownChain {
        /// The chain asked for.
        chain_id: u64,
    },
}

impl Error {
    /// Who can act on it.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Frozen { .. } | Self::Expired { .. } => Fault::State,
            Self::UnknownHead { .. } | Self::UnknownChain { .. } => Fault::Caller,
        }
    }
}

/// CLI-1, CLI-2: whether a client answers that froze at a time (or at 0: not at all) and may be used until `expiry`.
pub(crate) fn verify_active(frozen_at: u64, expiry: u128, now: u64) -> Result<(), Error> {
    if frozen_at != 0 {
        return Err(Error::Frozen { at: frozen_at });
    }
    match u64::try_from(expiry) {
        Ok(expiry) if now > expiry => Err(Error::Expired { expiry, now }),
        _ => Ok(()),
    }
}

/// Clients by the id of the chain they follow.
#[derive(Clone, Copy, Debug)]
pub struct Registry<'a, C>(&'a [(u64, C)]);

impl<'a, C> Registry<'a, C> {
    /// A registry of these clients. Of two for one chain the first answers.
    pub const fn new(clients: &'a [(u64, C)]) -> Self {
        Self(clients)
    }

    /// The client that follows `chain_id`.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownChain`] (CLI-4).
    pub fn get(&self, chain_id: u64) -> Result<&'a C, Error> {
        let found = self.0.iter().find(|(id, _)| *id == chain_id);
        found.map(|(_, client)| client).ok_or(Error::UnknownChain { chain_id })
    }
}
