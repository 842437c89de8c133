//! What a lane asks for, which no file can say: MSG-16, MSG-17.

use crate::{
    error::{Error, Result},
    file::{self, ProofFile},
    refusal::refuse,
};
use alloy_primitives::{Address, Bytes, U256};
use clap::{Args, ValueEnum};
use light_client::{
    ancestry::Ancestor,
    attestation::{Attestors, Domain, Set},
    crypto::ecdsa::DefaultRecover,
};
use serde::Deserialize;
use std::path::PathBuf;

/// What a lane asks for.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Policy {
    /// Of a message's proof: what the light client has to rest on, as the lane asks for it. Any when absent; what it is, is said.
    #[arg(long, value_name = "NAME", value_enum)]
    assumption: Option<AssumptionName>,
    /// Of a message's proof: the lane is attested, by the attestors in this file, as JSON: `contract`, `attestors` and
    /// `threshold`. Without it there must be no attestations.
    #[arg(long, value_name = "FILE")]
    attestors: Option<PathBuf>,
}

/// What a light client can rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AssumptionName {
    SyncCommittee = 1,
    MapValidators = 2,
    Attestors = 3,
}

/// Who has to sign, and for which contract.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AttestorsFile {
    /// The attestors' contract on the chain where the proof is used.
    contract: Address,
    /// In ascending order.
    attestors: Vec<Address>,
    /// How many of them.
    threshold: usize,
}

impl Policy {
    /// That it is of use for a file: only lanes ask for anything.
    pub(super) fn expect_lane(&self, proof: &ProofFile) -> Result<()> {
        let of_lane = matches!(
            proof,
            ProofFile::Delivery(_) | ProofFile::Acknowledgement(_) | ProofFile::Expiry(_)
        );
        if of_lane || (self.assumption.is_none() && self.attestors.is_none()) {
            return Ok(());
        }
        let problem = "--assumption and --attestors are for proofs about messages";
        Err(Error::Usage(problem.into()))
    }

    /// The number that a lane is to have for its assumption: the one that was asked for, or that of the block.
    pub(super) fn assumption(&self, block: &Ancestor) -> u8 {
        let asked = self.assumption.map(|name| name as u8);
        asked.or(block.path().root().code()).unwrap_or_default()
    }

    /// MSG-16.
    pub(super) fn expect_assumption(&self, block: &Ancestor) -> Result<()> {
        let (expected, got) = (self.assumption(block), block.path().root().code().unwrap_or(0));
        if expected == got {
            return Ok(());
        }
        Err(refuse("delivery proof", mos::Error::AssumptionMismatch { expected, got }))
    }

    /// Calls `verify` with the attestors of `chain`, if they are asked; `used_on` is the chain where the proof is used.
    pub(super) fn with_attestors<T>(
        &self,
        (chain, used_on): (U256, U256),
        verify: impl FnOnce(Option<&dyn mos::Attestors>) -> T,
    ) -> Result<T> {
        let Some(path) = &self.attestors else { return Ok(verify(None)) };
        let file: AttestorsFile = serde_json::from_str(&file::read_text(path)?)
            .map_err(|e| Error::input(path.display(), e))?;
        let set = Set::new(&file.attestors, file.threshold);
        let sets = [(chain, set.map_err(|error| refuse("set of attestors", error))?)];
        let domain = Domain::new(used_on, file.contract);
        Ok(verify(Some(&Attestors::new(domain, &sets, DefaultRecover::default()))))
    }

    /// Whether attestors are asked.
    pub(super) const fn is_attested(&self) -> bool {
        self.attestors.is_some()
    }
}

/// The attestations of a file.
pub(super) fn attestations(given: Option<&Bytes>) -> Bytes {
    given.cloned().unwrap_or_default()
}
