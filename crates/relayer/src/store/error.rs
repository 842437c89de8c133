//! What can go wrong with the store.

use alloy_primitives::B256;

/// Why the store did not do what it was asked. None of these leaves anything half done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be opened.
    #[error("the store {store} cannot be opened: {why}")]
    Open {
        /// Where it is, without user, password and parameters.
        store: String,
        /// What the database said.
        why: String,
    },
    /// Another process has the file.
    #[error(
        "the store {store} is in use by {by}: SQLite is for one process; stop that one, or use PostgreSQL for several"
    )]
    InUse {
        /// The file.
        store: String,
        /// What that process has written of itself.
        by: String,
    },
    /// The URL is none that is known.
    #[error("{scheme:?} is no store: write `sqlite:<file>` or `postgres://…`")]
    Scheme {
        /// What is before the colon.
        scheme: String,
    },
    /// There is no room on the disk, or the file has reached its limit.
    #[error(
        "the store is full: make room on its disk; nothing of what was to be stored is, and it is tried again"
    )]
    StoreFull,
    /// Someone else does this now, or the lease has run out.
    #[error("the lease {name:?} is no longer ours")]
    LeaseLost {
        /// What it is for.
        name: String,
    },
    /// Messages of a claim were taken by others, or something has happened to them since.
    #[error("{} of the messages that were taken are no longer ours, {} among them", messages.len(), messages.first().copied().unwrap_or_default())]
    NotOurs {
        /// Which.
        messages: Vec<B256>,
    },
    /// What is decided does not fit what was taken.
    #[error("the decision for message {message} does not fit: {why}")]
    Unfit {
        /// The message.
        message: B256,
        /// Why.
        why: &'static str,
    },
    /// The chain was read by someone else in between.
    #[error(
        "chain {chain} was read up to block {found}, not {expected}, when more was to be stored"
    )]
    Moved {
        /// The chain.
        chain: u64,
        /// The block that was to be read next, as its reader thought.
        expected: u64,
        /// The block that is to be read next.
        found: u64,
    },
    /// Reading of the chain was stopped.
    #[error("chain {chain} is not read any more: {why}; find out why, then resume it")]
    Halted {
        /// The chain.
        chain: u64,
        /// Why.
        why: String,
    },
    /// There is nothing to resume.
    #[error("chain {chain} is not halted: it is read as ever")]
    NotHalted {
        /// The chain.
        chain: u64,
    },
    /// A final block is to be taken back, or to be another one.
    #[error("chain {chain} takes back block {number}, although block {final_number} was final")]
    BelowFinal {
        /// The chain.
        chain: u64,
        /// The last block that is kept.
        number: u64,
        /// The last block that was final.
        final_number: u64,
    },
    /// A transaction is not in a state in which this can be done.
    #[error("transaction {id} of ours cannot be {wanted}: {why}")]
    Transition {
        /// Its number.
        id: i64,
        /// What was to be done.
        wanted: &'static str,
        /// Why not.
        why: String,
    },
    /// There is no such row.
    #[error("there is no {what} {which} in the store")]
    Unknown {
        /// Of what.
        what: &'static str,
        /// Which.
        which: String,
    },
    /// What is stored cannot be read: someone else has written to the store.
    #[error("the store has {value:?} for {what}, which cannot be read: restore it from a copy")]
    Corrupt {
        /// Of what.
        what: &'static str,
        /// What is there.
        value: String,
    },
    /// The database did not do it.
    #[error("the database failed: {0}")]
    Database(String),
}

/// What comes of asking the store.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether the same can succeed without anyone doing anything.
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Database(_)
                | Self::StoreFull
                | Self::NotOurs { .. }
                | Self::Moved { .. }
                | Self::LeaseLost { .. }
        )
    }
}

/// What a database says of itself, sorted by what follows from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Refusal {
    Full,
    /// Another transaction was in the way: the same once more.
    Conflict,
    Other,
}

pub(super) fn refusal(error: &sqlx::Error) -> Refusal {
    if matches!(error, sqlx::Error::RowNotFound) {
        // What was in the way is over by now.
        return Refusal::Conflict;
    }
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    match code.as_deref() {
        // SQLITE_FULL, SQLITE_IOERR_SHMSIZE; disk_full.
        Some("13" | "4874" | "53100") => Refusal::Full,
        // SQLITE_BUSY and its kinds; serialization_failure, deadlock_detected.
        Some("5" | "261" | "517" | "773" | "40001" | "40P01") => Refusal::Conflict,
        _ => Refusal::Other,
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match (refusal(&error), error) {
            (Refusal::Full, _) => Self::StoreFull,
            // A message of the database names tables and columns, never the URL; a configuration error may quote it.
            (_, sqlx::Error::Configuration(_)) => {
                Self::Database("it is not configured as it has to be".into())
            }
            (_, sqlx::Error::PoolTimedOut) => {
                Self::Database("it gives no connection: it is down, or has too few".into())
            }
            (_, error) => Self::Database(error.to_string()),
        }
    }
}
