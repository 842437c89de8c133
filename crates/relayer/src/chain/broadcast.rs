//! Transactions, to all nodes.

use super::{Chain, Class, classify, endpoint::Endpoint};
use alloy_primitives::{B256, Bytes};
use prover::{NodeError, ask};
use std::sync::Arc;

/// What became of a transaction that was sent to all nodes: the best of what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendAnswer {
    /// A node has taken it.
    Accepted,
    /// A node had it.
    Known,
    /// Its nonce was used, says a node: by itself, or by another transaction.
    NonceTooLow,
    /// It pays too little: to take the place of one with its nonce, or for the node to take any.
    Underpriced,
    /// It pays less per gas than the base fee.
    FeeCapTooLow,
    /// The sender has not what it may cost.
    InsufficientFunds,
    /// No node takes it for now: pools are full, or nonces before it are missing.
    Full(String),
    /// No node takes it, for this reason.
    Refused(String),
    /// No node said anything of it. One may have it all the same.
    Unreachable(String),
}

impl SendAnswer {
    /// What counts more comes first.
    const fn rank(&self) -> u8 {
        match self {
            Self::Accepted => 0,
            Self::Known => 1,
            Self::NonceTooLow => 2,
            Self::Underpriced => 3,
            Self::FeeCapTooLow => 4,
            Self::InsufficientFunds => 5,
            Self::Full(_) => 6,
            Self::Refused(_) => 7,
            Self::Unreachable(_) => 8,
        }
    }

    fn of(answer: Result<B256, NodeError>) -> Self {
        let Err(error) = answer else { return Self::Accepted };
        match classify("eth_sendRawTransaction", &error) {
            Class::Known => Self::Known,
            Class::NonceTooLow => Self::NonceTooLow,
            Class::ReplacementUnderpriced | Class::Underpriced => Self::Underpriced,
            Class::FeeCapTooLow => Self::FeeCapTooLow,
            Class::InsufficientFunds => Self::InsufficientFunds,
            Class::PoolFull | Class::NonceTooHigh => Self::Full(error.to_string()),
            class if class.is_of_endpoint() => Self::Unreachable(error.to_string()),
            _ => Self::Refused(error.to_string()),
        }
    }
}

impl Chain {
    /// Sends a signed transaction to all nodes of this chain. That nothing is answered does not mean that no node has it; and one node's
    /// word that a nonce was used is not more than that.
    pub async fn send_raw(&self, raw: &Bytes) -> SendAnswer {
        let asked = |endpoint: Arc<Endpoint>| async move {
            ask::answer::<B256>(&*endpoint, "eth_sendRawTransaction", (raw,)).await
        };
        let enough = |answers: &[(usize, Result<B256, NodeError>)]| {
            answers.iter().any(|(_, answer)| answer.is_ok())
        };
        let answers = self.ask_all(asked, enough).await;
        let answers = answers.into_iter().map(|(_, answer)| SendAnswer::of(answer));
        let nobody = || SendAnswer::Unreachable(format!("no endpoint of {} answers", self.name()));
        answers.min_by_key(SendAnswer::rank).unwrap_or_else(nobody)
    }
}
