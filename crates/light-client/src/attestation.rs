//! Attestations: k of n accounts sign what has happened on a chain. Clauses ATT-1 to ATT-5.
//!
//! Established: as many of the attestors named for a chain as are required have signed. Whether they were right is not known.
//!
//! Source: EIP-712; section 7 of `spec/message.md`.

mod digest;

use crate::crypto::ecdsa::{self, Recover, SIGNATURE_LENGTH};
use alloy_primitives::{Address, B256, U256};
use mpt_proof::Fault;

pub use digest::Domain;

/// Why attestations, or a set of attestors, are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// ATT-1: nobody attests to this chain.
    #[error("no attestors for chain {chain_id}")]
    Unknown {
        /// The chain asked for.
        chain_id: U256,
    },
    /// ATT-2: not exactly as many signatures as are required.
    #[error("attestations of {got} bytes, {expected} expected")]
    Length {
        /// Bytes that are due.
        expected: u64,
        /// Bytes supplied.
        got: u64,
    },
    /// ATT-3: s is above half the order, v is neither 27 nor 28, or nobody can have signed this.
    #[error("signature {position} is not canonical or nobody's")]
    Signature {
        /// Which signature, from 0.
        position: u64,
    },
    /// ATT-4: the signer is none of the attestors.
    #[error("signature {position} is of {signer}, who is no attestor")]
    Signer {
        /// Which signature, from 0.
        position: u64,
        /// Who signed.
        signer: Address,
    },
    /// ATT-4: the signer is not above the one before. So none counts twice.
    #[error("signature {position} is out of order")]
    Order {
        /// Which signature, from 0.
        position: u64,
    },
    /// ATT-5: a set for which nobody, or everybody, could sign.
    #[error("not a set of attestors")]
    Set,
    /// ATT-6: the head's number is not above the newest.
    #[error("block {got} is not after {newest}")]
    NotNewer {
        /// Number of the newest head.
        newest: u64,
        /// Number of the head supplied.
        got: u64,
    },
}

impl Error {
    /// Who can act on it.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Unknown { .. } | Self::Set => Fault::Caller,
            _ => Fault::Prover,
        }
    }
}

/// What attestors say of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Statement {
    /// It was sent.
    Sent = 1,
    /// It was delivered.
    Delivered = 2,
    /// It was cancelled: it can never be delivered.
    Cancelled = 3,
    /// It was not delivered by its deadline.
    Expired = 4,
    /// Its sender has asked that it be not delivered.
    CancellationRequested = 5,
}

/// The attestors of one chain, and how many of them have to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Set<'a> {
    attestors: &'a [Address],
    threshold: usize,
}

impl<'a> Set<'a> {
    /// The most attestors that a chain can have.
    pub const MAX_SIZE: usize = 64;

    /// A set of attestors, in strictly ascending order, of whom `threshold` have to sign.
    ///
    /// # Errors
    ///
    /// [`Error::Set`] (ATT-5).
    pub fn new(attestors: &'a [Address], threshold: usize) -> Result<Self, Error> {
        let size = attestors.len();
        // Ascending above zero: so the zero address is not among them either.
        let ascending = attestors.first().is_some_and(|first| !first.is_zero())
            && attestors.array_windows().all(|[a, b]| a < b);
        if ascending && size <= Self::MAX_SIZE && (1..=size).contains(&threshold) {
            Ok(Self { attestors, threshold })
        } else {
            Err(Error::Set)
        }
    }

    /// The attestors, in ascending order.
    pub const fn attestors(&self) -> &'a [Address] {
        self.attestors
    }

    /// How many of them have to sign.
    pub const fn threshold(&self) -> usize {
        self.threshold
    }

    /// Establishes that as many of the attestors as required have signed `digest`.
    ///
    /// `signatures` are r ‖ s ‖ v, 65 bytes each, in the order of their signers.
    ///
    /// # Errors
    ///
    /// ATT-2; then for each signature in turn ATT-3, ATT-4.
    pub fn verify(
        &self,
        recover: &impl Recover,
        digest: &B256,
        signatures: &[u8],
    ) -> Result<(), Error> {
        let expected = SIGNATURE_LENGTH * self.threshold;
        if signatures.len() != expected {
            let got = signatures.len() as u64;
            return Err(Error::Length { expected: expected as u64, got });
        }
        let mut last = Address::ZERO;
        let (signatures, _) = signatures.as_chunks();
        for (signature, position) in signatures.iter().zip(0..) {
            let signer = ecdsa::signer(recover, digest, signature);
            let signer = signer.ok_or(Error::Signature { position })?;
            if self.attestors.binary_search(&signer).is_err() {
                return Err(Error::Signer { position, signer });
            }
            if signer <= last {
                return Err(Error::Order { position });
            }
            last = signer;
        }
        Ok(())
    }
}

/// The attestors of every chain, as one contract holds them.
#[derive(Clone, Copy, Debug)]
pub struct Attestors<'a, R> {
    domain: Domain,
    sets: &'a [(U256, Set<'a>)],
    recover: R,
}

impl<'a, R: Recover> Attestors<'a, R> {
    /// The attestors whose contract is that of `domain`. Of two sets for one chain the first counts.
    pub const fn new(domain: Domain, sets: &'a [(U256, Set<'a>)], recover: R) -> Self {
        Self { domain, sets, recover }
    }

    /// What they sign for.
    pub const fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The attestors of a chain.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] (ATT-1).
    pub fn set(&self, chain_id: U256) -> Result<Set<'a>, Error> {
        let found = self.sets.iter().find(|(id, _)| *id == chain_id);
        found.map(|(_, set)| *set).ok_or(Error::Unknown { chain_id })
    }

    /// Establishes that the attestors of a chain have signed that this happened to the message there.
    ///
    /// # Errors
    ///
    /// ATT-1 to ATT-4.
    pub fn verify(
        &self,
        chain_id: U256,
        statement: Statement,
        id: &B256,
        signatures: &[u8],
    ) -> Result<(), Error> {
        let digest = self.domain.attestation_digest(chain_id, statement, id);
        self.set(chain_id)?.verify(&self.recover, &digest, signatures)
    }

    /// Establishes that the attestors of a chain have signed this block of it.
    ///
    /// # Errors
    ///
    /// ATT-1 to ATT-4.
    pub fn verify_head(
        &self,
        chain_id: U256,
        number: u64,
        block_hash: &B256,
        signatures: &[u8],
    ) -> Result<(), Error> {
        let digest = self.domain.head_digest(chain_id, number, block_hash);
        self.set(chain_id)?.verify(&self.recover, &digest, signatures)
    }
}
