//! What was signed, so that nothing is signed that contradicts it.

use super::{Subject, name_of};
use alloy_primitives::{Bytes, hex};
use light_client::attestation::Statement;
use sqlx::{
    Row, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::path::Path;

/// Why a statement is not entered.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// It contradicts what was signed before.
    #[error("it was signed before that the message {was}: that it {is} would contradict it")]
    Contradicts {
        /// What was signed.
        was: String,
        /// What was asked for.
        is: &'static str,
    },
    /// The file cannot be read or written.
    #[error("the file of what was signed: {0}")]
    File(#[from] sqlx::Error),
}

/// The file of what was signed. An entry is made, and on the disk, before its signature leaves the process.
#[derive(Clone, Debug)]
pub struct Book(SqlitePool);

const TABLE: &str = "CREATE TABLE IF NOT EXISTS signed (
  happened_on TEXT NOT NULL, id TEXT NOT NULL, about TEXT NOT NULL, statement TEXT NOT NULL, counts_on TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (id, about)
)";

impl Book {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    ///
    /// [`BookError::File`].
    pub async fn open(file: &Path) -> Result<Self, BookError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        sqlx::query(TABLE).execute(&pool).await?;
        Ok(Self(pool))
    }

    /// Enters that a statement is about to be signed. The same may be entered again.
    ///
    /// # Errors
    ///
    /// [`BookError::Contradicts`], [`BookError::File`].
    pub async fn enter(&self, subject: &Subject, statement: Statement) -> Result<(), BookError> {
        let word = name_of(statement);
        let (about, said) = about(statement);
        let mut transaction = self.0.begin_with("BEGIN IMMEDIATE").await?;
        let sql = "INSERT INTO signed (happened_on, id, about, statement, counts_on, at) VALUES (?, ?, ?, ?, ?, datetime('now')) \
                   ON CONFLICT DO NOTHING";
        sqlx::query(sql)
            .bind(subject.happened_on.to_string())
            .bind(hex::encode_prefixed(subject.id))
            .bind(about)
            .bind(said)
            .bind(subject.counts_on.to_string())
            .execute(&mut *transaction)
            .await?;
        let row = sqlx::query("SELECT statement FROM signed WHERE id = ? AND about = ?")
            .bind(hex::encode_prefixed(subject.id))
            .bind(about)
            .fetch_one(&mut *transaction)
            .await?;
        let was: String = row.try_get(0)?;
        transaction.commit().await?;
        if was == said { Ok(()) } else { Err(BookError::Contradicts { was, is: word }) }
    }
}

/// What a statement is about, and what it says of that. That a message has expired and that it was cancelled is the same: it is not
/// delivered, ever.
const fn about(statement: Statement) -> (&'static str, &'static str) {
    match statement {
        Statement::Sent => ("sent", "was sent"),
        Statement::CancellationRequested => ("wish", "is to be cancelled"),
        Statement::Delivered => ("end", "was delivered"),
        Statement::Cancelled | Statement::Expired => ("end", "is never delivered"),
    }
}

/// A signature as it is handed out.
pub(super) fn handed(signature: &alloy_primitives::Signature) -> Bytes {
    crate::lane::packed(signature)
}
