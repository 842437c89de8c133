//! What a contract's refusal means for a message.

use crate::domain::Reason;
use alloy_primitives::hex;
use bindings::{Revert, revert::Fault};

/// Whom a refusal concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The message alone.
    Message,
    /// Every message of the lane: none of them can get through now.
    Lane,
}

/// Why a contract refuses a call, or why our own core says that it would: both speak with the same errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What the message waits for.
    pub reason: Reason,
    /// The error with its arguments and its clause.
    pub detail: String,
    /// Whom it concerns.
    pub scope: Scope,
}

impl Refusal {
    /// Reads revert data.
    #[must_use]
    pub fn read(data: &[u8]) -> Self {
        let message = |reason, detail| Self { reason, detail, scope: Scope::Message };
        let Some(decoded) = Revert::decode(data) else {
            let shown = &data[..data.len().min(68)];
            return match data {
                [] => message(
                    Reason::Gas,
                    "reverts without a reason, as a call out of gas does".into(),
                ),
                _ => message(
                    Reason::Reverted,
                    format!("reverts with {}", hex::encode_prefixed(shown)),
                ),
            };
        };
        let (reason, scope) = classed(&decoded.name).unwrap_or(match decoded.fault {
            Some(Fault::Prover) => (Reason::ProofInvalid, Scope::Message),
            _ => (Reason::Reverted, Scope::Message),
        });
        Self { reason, detail: decoded.to_string(), scope }
    }

    /// The same of an error of our own core.
    #[must_use]
    pub fn of(error: impl Into<Revert>) -> Self {
        Self::read(&error.into().data)
    }
}

/// What an error means where it does not speak of the proof.
fn classed(name: &str) -> Option<(Reason, Scope)> {
    Some(match name {
        "MessageAlreadySettled" | "CheckerDecided" => (Reason::InFlight, Scope::Message),
        "MessageExpired" => (Reason::Deadline, Scope::Message),
        "MessageTooEarly" | "MessageNotExpired" => (Reason::NotDue, Scope::Message),
        "MessageOutOfOrder" => (Reason::Order, Scope::Message),
        "MessageForbiddenRecipient" | "MessageRecipientReverted" | "MessageRecipientAnswer" => {
            (Reason::RecipientFails, Scope::Message)
        }
        "MessageInsufficientGas" => (Reason::Gas, Scope::Message),
        "MessageDeliveringPaused" => (Reason::LanePaused, Scope::Lane),
        "MessageUnknownLane" | "MessageUnknownRoute" | "MessageAssumptionMismatch" => {
            (Reason::LaneClosed, Scope::Lane)
        }
        "ClientFrozen" | "ClientExpired" | "ClientPaused" | "ClientUnknownChain" => {
            (Reason::ClientDown, Scope::Lane)
        }
        "ClientUnknownHead" => (Reason::Header, Scope::Lane),
        "AttestorsUnknown"
        | "AttestationLength"
        | "AttestationSignature"
        | "AttestationSigner"
        | "AttestationOrder" => (Reason::Attestations, Scope::Message),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Refusal, Scope};
    use crate::domain::Reason;
    use alloy_primitives::{B256, U256};
    use alloy_sol_types::SolError;
    use bindings::errors::{
        ClientPaused, MessageDeliveringPaused, MessageRecipientReverted, MptHashMismatch,
    };

    #[test]
    fn reads_what_a_refusal_means() {
        let refused = |data: Vec<u8>| {
            let Refusal { reason, scope, .. } = Refusal::read(&data);
            (reason, scope)
        };
        let (id, chain) = (B256::repeat_byte(1), U256::from(5));
        let reverted = MessageRecipientReverted { id, reason: B256::ZERO }.abi_encode();
        assert_eq!(refused(reverted), (Reason::RecipientFails, Scope::Message));
        let paused = MessageDeliveringPaused { chainId: chain }.abi_encode();
        assert_eq!(refused(paused), (Reason::LanePaused, Scope::Lane));
        let client = ClientPaused { chainId: chain }.abi_encode();
        assert_eq!(refused(client), (Reason::ClientDown, Scope::Lane));
        let proof = MptHashMismatch { index: U256::ZERO }.abi_encode();
        assert_eq!(refused(proof), (Reason::ProofInvalid, Scope::Message));
        assert_eq!(refused(vec![]), (Reason::Gas, Scope::Message));
        assert_eq!(refused(vec![1, 2, 3, 4, 5]), (Reason::Reverted, Scope::Message));
    }

    #[test]
    fn says_the_same_of_an_error_of_the_core_as_of_the_contract() {
        let chain_id = U256::from(5);
        let core = Refusal::of(mos::Error::DeliveringPaused { chain_id });
        let contract = Refusal::read(&MessageDeliveringPaused { chainId: chain_id }.abi_encode());
        assert_eq!(core, contract);
        assert_eq!(core.detail, "MessageDeliveringPaused { chainId: 5 } (MSG-15)");
    }
}
