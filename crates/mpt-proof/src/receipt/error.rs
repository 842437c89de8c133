use crate::{Fault, rlp};
use alloy_primitives::{Address, B256};

/// Why a value is not the receipt, or does not hold the log, that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Error {
    /// The value is not the canonical RLP that is due (RLP-1…8).
    #[error(transparent)]
    Rlp(#[from] rlp::Error),
    /// RCT-2: a type that the policy does not admit.
    #[error("unknown receipt type {first_byte:#04x}")]
    UnknownType {
        /// RCT-2: the first byte of the value.
        first_byte: u8,
    },
    /// RCT-3: a body of other than four items.
    #[error("receipt of {got} fields")]
    FieldCount {
        /// RCT-3: items, counted no further than 5.
        got: u64,
    },
    /// RCT-4: a state root in place of the status, as before EIP-658.
    #[error("receipt with a state root in place of the status")]
    StateRoot,
    /// RCT-4: a status other than empty or one.
    #[error("malformed status")]
    Status,
    /// RCT-5: a log of a failed transaction.
    #[error("the transaction failed")]
    Failed,
    /// RCT-6: the receipt has no such log.
    #[error("no log {index} among {count}")]
    LogMissing {
        /// RCT-6: the selected index.
        index: u64,
        /// RCT-6: logs of this receipt.
        count: u64,
    },
    /// RCT-7: a log of other than three items.
    #[error("log of {got} fields")]
    LogFieldCount {
        /// RCT-7: items, counted no further than 4.
        got: u64,
    },
    /// RCT-7: more than four topics.
    #[error("log of {got} topics")]
    TopicCount {
        /// RCT-7: topics, counted no further than 5.
        got: u64,
    },
    /// RCT-8: another contract emitted the log.
    #[error("log emitted by {got}, not {expected}")]
    LogEmitter {
        /// RCT-8: the emitter that is due.
        expected: Address,
        /// RCT-8: the emitter in the log.
        got: Address,
    },
    /// RCT-9: the log is of another event.
    #[error("log with first topic {got}, not {expected}")]
    LogTopic {
        /// RCT-9: the topic that is due.
        expected: B256,
        /// RCT-9: the first topic of the log; zero when it has none.
        got: B256,
    },
}

impl Error {
    /// Who can act on it: the caller for RCT-6, the prover for all others.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::LogMissing { .. } => Fault::Caller,
            _ => Fault::Prover,
        }
    }
}
