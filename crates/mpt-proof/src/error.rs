use crate::{batch, compact, proof, receipt, rlp, state, transaction, withdrawal};

/// Who can act on an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The supplied bytes are wrong: another proof may be accepted.
    Prover,
    /// The verifier's own state refuses, whatever the bytes.
    State,
    /// The arguments or the configuration are wrong.
    Caller,
}

/// Any refusal of this crate: one variant per module, one inner variant per violated clause.
///
/// RLP errors are always [`Error::Rlp`], wherever they occur, as they are in Solidity; and errors of
/// the nodes [`Error::Proof`], in whichever form these come. Only a batch keeps both to itself, to
/// name the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Error {
    /// The bytes are not the canonical RLP that is due (RLP-1…8).
    #[error(transparent)]
    Rlp(rlp::Error),
    /// The nodes prove nothing, or the opposite (MPT-1…14).
    #[error(transparent)]
    Proof(proof::Error),
    /// The bytes are not a compact proof (CPT-1…4).
    #[error(transparent)]
    Compact(compact::Error),
    /// An item of a batch is not proven (BAT-1…3).
    #[error(transparent)]
    Batch(batch::Error),
    /// The value is not the receipt or the log that is due (RCT-2…9).
    #[error(transparent)]
    Receipt(receipt::Error),
    /// The value is not an account or a storage value (ACC-1, ACC-2).
    #[error(transparent)]
    State(state::Error),
    /// The value is not a transaction (TXN-1).
    #[error(transparent)]
    Transaction(transaction::Error),
    /// The value is not a withdrawal (WDL-1).
    #[error(transparent)]
    Withdrawal(withdrawal::Error),
}

impl Error {
    /// Who can act on it.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Rlp(error) => error.fault(),
            Self::Proof(error) => error.fault(),
            Self::Compact(error) => error.fault(),
            Self::Batch(error) => error.fault(),
            Self::Receipt(error) => error.fault(),
            Self::State(error) => error.fault(),
            Self::Transaction(error) => error.fault(),
            Self::Withdrawal(error) => error.fault(),
        }
    }
}

impl From<rlp::Error> for Error {
    fn from(error: rlp::Error) -> Self {
        Self::Rlp(error)
    }
}

impl From<proof::Error> for Error {
    fn from(error: proof::Error) -> Self {
        match error {
            proof::Error::Rlp(error) => Self::Rlp(error),
            error => Self::Proof(error),
        }
    }
}

impl From<compact::Error> for Error {
    fn from(error: compact::Error) -> Self {
        match error {
            compact::Error::Proof(error) => error.into(),
            error => Self::Compact(error),
        }
    }
}

impl From<batch::Error> for Error {
    fn from(error: batch::Error) -> Self {
        Self::Batch(error)
    }
}

impl From<receipt::Error> for Error {
    fn from(error: receipt::Error) -> Self {
        match error {
            receipt::Error::Rlp(error) => Self::Rlp(error),
            error => Self::Receipt(error),
        }
    }
}

impl From<state::Error> for Error {
    fn from(error: state::Error) -> Self {
        match error {
            state::Error::Rlp(error) => Self::Rlp(error),
            error => Self::State(error),
        }
    }
}

impl From<transaction::Error> for Error {
    fn from(error: transaction::Error) -> Self {
        match error {
            transaction::Error::Rlp(error) => Self::Rlp(error),
            error => Self::Transaction(error),
        }
    }
}

impl From<withdrawal::Error> for Error {
    fn from(error: withdrawal::Error) -> Self {
        match error {
            withdrawal::Error::Rlp(error) => Self::Rlp(error),
            error => Self::Withdrawal(error),
        }
    }
}
