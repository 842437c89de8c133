//! What was signed for the chains that light clients follow, and by whom.

use super::{
    Result, Store,
    codec::{self, Columns, int},
    quiet, transaction,
};
use alloy_primitives::{B256, Bytes};
use prover::update::Signed;
use sqlx::any::AnyRow;

/// Pairs that are looked at: one is enough.
const PAIRS: i64 = 8;

/// An update that was signed, and who said so first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRow {
    /// The update.
    pub signed: Signed,
    /// Who served it first.
    pub origin: String,
}

fn signed(row: &AnyRow) -> Result<SignedRow> {
    let signed = Signed {
        height: row.natural("height")?,
        root: row.parsed("root")?,
        block_hash: row.parsed("block_hash")?,
        bytes: row.parsed("encoded")?,
    };
    Ok(SignedRow { signed, origin: row.text("origin")? })
}

impl Store {
    /// Keeps an update that was signed, and forgets those of heights below `least`. Whether it holds is for the caller to know.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error), [`Error::StoreFull`](super::Error).
    pub async fn put_signed(
        &self,
        (on_chain, follows): (u64, u64),
        row: &SignedRow,
        least: u64,
    ) -> Result<()> {
        transaction!(self, |connection| {
            let SignedRow { signed: Signed { height, root, block_hash, bytes }, origin } = row;
            sqlx::query(
                "INSERT INTO signed (on_chain, follows, height, root, block_hash, encoded, origin, seen_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (on_chain, follows, height, root) DO NOTHING",
            )
            .bind(int(on_chain))
            .bind(int(follows))
            .bind(int(*height))
            .bind(codec::hash(root))
            .bind(codec::hash(block_hash))
            .bind(bytes.to_string())
            .bind(codec::words(origin))
            .bind(self.now())
            .execute(&mut *connection)
            .await?;
            sqlx::query("DELETE FROM signed WHERE on_chain = $1 AND follows = $2 AND height < $3")
                .bind(int(on_chain))
                .bind(int(follows))
                .bind(int(least))
                .execute(&mut *connection)
                .await?;
            Ok(quiet(()))
        })
    }

    /// Of what is kept for a light client: height, root and block hash of each.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error), [`Error::Corrupt`](super::Error).
    pub async fn known_signed(
        &self,
        on_chain: u64,
        follows: u64,
    ) -> Result<Vec<(u64, B256, B256)>> {
        let rows = sqlx::query(
            "SELECT height, root, block_hash FROM signed WHERE on_chain = $1 AND follows = $2",
        )
        .bind(int(on_chain))
        .bind(int(follows))
        .fetch_all(&mut *self.reader().await?)
        .await?;
        let known = |row: &AnyRow| {
            Ok((row.natural("height")?, row.parsed("root")?, row.parsed("block_hash")?))
        };
        rows.iter().map(known).collect()
    }

    /// Pairs of one height with different roots, the newest first; in each the one that was seen first comes first.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error), [`Error::Corrupt`](super::Error).
    pub async fn contradictions(
        &self,
        on_chain: u64,
        follows: u64,
    ) -> Result<Vec<(SignedRow, SignedRow)>> {
        let rows = sqlx::query(
            "SELECT * FROM signed s WHERE on_chain = $1 AND follows = $2 AND EXISTS (SELECT 1 FROM signed other \
             WHERE other.on_chain = s.on_chain AND other.follows = s.follows AND other.height = s.height AND other.root <> s.root) \
             ORDER BY height DESC, seen_at, root LIMIT $3",
        )
        .bind(int(on_chain))
        .bind(int(follows))
        .bind(2 * PAIRS)
        .fetch_all(&mut *self.reader().await?)
        .await?;
        let rows: Vec<SignedRow> = rows.iter().map(signed).collect::<Result<_>>()?;
        let pairs = rows.windows(2).filter_map(|pair| match pair {
            [a, b] if a.signed.height == b.signed.height => Some((a.clone(), b.clone())),
            _ => None,
        });
        Ok(pairs.collect())
    }

    /// Keeps the validators of an epoch, keys on both groups one after the other, and forgets those of epochs before `least`.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error), [`Error::StoreFull`](super::Error).
    pub async fn put_validators(
        &self,
        (on_chain, follows): (u64, u64),
        (epoch, keys): (u64, &Bytes),
        least: u64,
    ) -> Result<()> {
        transaction!(self, |connection| {
            sqlx::query(
                "INSERT INTO validators (on_chain, follows, epoch, keys) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (on_chain, follows, epoch) DO UPDATE SET keys = excluded.keys",
            )
            .bind(int(on_chain))
            .bind(int(follows))
            .bind(int(epoch))
            .bind(keys.to_string())
            .execute(&mut *connection)
            .await?;
            sqlx::query(
                "DELETE FROM validators WHERE on_chain = $1 AND follows = $2 AND epoch < $3",
            )
            .bind(int(on_chain))
            .bind(int(follows))
            .bind(int(least))
            .execute(&mut *connection)
            .await?;
            Ok(quiet(()))
        })
    }

    /// The validators of the newest epoch up to this one that are kept.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error), [`Error::Corrupt`](super::Error).
    pub async fn validators(
        &self,
        (on_chain, follows): (u64, u64),
        epoch: u64,
    ) -> Result<Option<(u64, Bytes)>> {
        let row = sqlx::query(
            "SELECT epoch, keys FROM validators WHERE on_chain = $1 AND follows = $2 AND epoch <= $3 ORDER BY epoch DESC LIMIT 1",
        )
        .bind(int(on_chain))
        .bind(int(follows))
        .bind(int(epoch))
        .fetch_optional(&mut *self.reader().await?)
        .await?;
        row.map(|row| Ok((row.natural("epoch")?, row.parsed("keys")?))).transpose()
    }
}
