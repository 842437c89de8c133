//! Who has to sign what is proven of a chain.

use alloy_primitives::{Address, B256, Bytes, Signature, U256};
use light_client::{
    attestation::{Domain, Error, Set, Statement},
    crypto::ecdsa::DefaultRecover,
};
use std::collections::BTreeMap;

/// The attestors of one chain, as a contract on another one holds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signatories {
    /// What they sign for.
    pub domain: Domain,
    /// The contract.
    pub contract: Address,
    /// The chain that they attest to.
    pub chain: U256,
    /// Who they are, in ascending order.
    pub attestors: Vec<Address>,
    /// How many of them have to sign.
    pub threshold: usize,
}

impl Signatories {
    /// What they sign of a message.
    #[must_use]
    pub fn digest(&self, statement: Statement, id: &B256) -> B256 {
        self.domain.attestation_digest(self.chain, statement, id)
    }

    /// Whose signature it is, if it is that of one of them.
    #[must_use]
    pub fn signer(&self, digest: &B256, signature: &[u8]) -> Option<Address> {
        // The one canonical spelling, as ATT-3 asks for it.
        let is_canonical = signature.len() == 65 && matches!(signature[64], 27 | 28);
        let signature = Signature::from_raw(signature).ok().filter(|_| is_canonical)?;
        let is_low = signature.normalize_s().is_none();
        let signer = signature.recover_address_from_prehash(digest).ok().filter(|_| is_low)?;
        self.attestors.binary_search(&signer).is_ok().then_some(signer)
    }

    /// The signatures as a proof has them: as many as have to be, in the order of their signers; otherwise how many there are and have
    /// to be.
    ///
    /// # Errors
    ///
    /// The two numbers.
    pub fn arrange(&self, signed: &BTreeMap<Address, Bytes>) -> Result<Bytes, (usize, usize)> {
        let known =
            signed.iter().filter(|(signer, _)| self.attestors.binary_search(signer).is_ok());
        let chosen: Vec<&Bytes> =
            known.map(|(_, signature)| signature).take(self.threshold).collect();
        if self.threshold == 0 || chosen.len() < self.threshold {
            return Err((chosen.len(), self.threshold.max(1)));
        }
        Ok(chosen.into_iter().flat_map(|signature| signature.iter().copied()).collect())
    }
}

impl mos::Attestors for Signatories {
    fn verify(
        &self,
        chain_id: U256,
        statement: Statement,
        id: &B256,
        signatures: &[u8],
    ) -> Result<(), Error> {
        if chain_id != self.chain || self.attestors.is_empty() {
            return Err(Error::Unknown { chain_id });
        }
        let set = Set::new(&self.attestors, self.threshold)?;
        set.verify(&DefaultRecover::default(), &self.digest(statement, id), signatures)
    }
}

/// A signature as contracts take it: r ‖ s ‖ v with v of 27 or 28.
#[must_use]
pub fn packed(signature: &Signature) -> Bytes {
    signature.normalized_s().as_bytes().into()
}
