//! Signatures of attestors.

use super::{
    Result, Store,
    codec::{self, Columns},
    news, transaction,
};
use alloy_primitives::{Address, B256, Bytes};

impl Store {
    /// Keeps a signature of an attestor under a statement about a message; a later one of the same attestor replaces it. Whether it is
    /// good is for the caller to know.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error), [`Error::StoreFull`](super::Error).
    pub async fn put_attestation(
        &self,
        message: B256,
        statement: &str,
        attestor: Address,
        signature: &Bytes,
    ) -> Result<()> {
        transaction!(self, |connection| {
            sqlx::query(
                "INSERT INTO attestation (message, statement, attestor, signature, at) VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT (message, statement, attestor) DO UPDATE SET signature = excluded.signature, at = excluded.at",
            )
            .bind(codec::hash(&message))
            .bind(statement)
            .bind(codec::account(&attestor))
            .bind(signature.to_string())
            .bind(self.now())
            .execute(&mut *connection)
            .await?;
            Ok(news(()))
        })
    }

    /// The signatures under a statement about a message, by attestor, ascending.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error), [`Error::Corrupt`](super::Error).
    pub async fn attestations(
        &self,
        message: B256,
        statement: &str,
    ) -> Result<Vec<(Address, Bytes)>> {
        let rows = sqlx::query("SELECT attestor, signature FROM attestation WHERE message = $1 AND statement = $2 ORDER BY attestor")
            .bind(codec::hash(&message))
            .bind(statement)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter().map(|row| Ok((row.parsed("attestor")?, row.parsed("signature")?))).collect()
    }
}
