//! Light clients, and who waits for them.

use super::{
    Result, Store,
    codec::{self, Columns, int},
    news, quiet, transaction,
};
use crate::{
    clock::Millis,
    domain::{BlockRef, Reason},
};
use alloy_primitives::Address;
use sqlx::any::AnyRow;

/// What is known of a light client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRow {
    /// The chain that it is on.
    pub on_chain: u64,
    /// The chain that it follows.
    pub follows: u64,
    /// Its contract.
    pub address: Address,
    /// The id of its newest head, as the contract counts.
    pub head_id: u64,
    /// The block of that head.
    pub head: BlockRef,
    /// Its time, in seconds of the chain.
    pub head_time: u64,
    /// When it stops to answer unless it is updated, in seconds of the chain that it is on.
    pub expires_at: Option<u64>,
    /// How it is doing, in words; empty when all is well.
    pub detail: String,
    /// When it was looked at.
    pub checked_at: Millis,
}

/// Messages that wait for a head of a light client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// How many.
    pub count: u64,
    /// The head has to be at this block of the followed chain or later, so that all of them can go on.
    pub highest_block: u64,
    /// Since when the first of them is in its stage.
    pub oldest_since: Millis,
}

fn client(row: &AnyRow) -> Result<ClientRow> {
    Ok(ClientRow {
        on_chain: row.natural("on_chain")?,
        follows: row.natural("follows")?,
        address: row.parsed("address")?,
        head_id: row.natural("head_id")?,
        head: super::rows::block(row, "head_number", "head_hash")?,
        head_time: row.natural("head_time")?,
        expires_at: row.maybe_number("expires_at")?.map(i64::cast_unsigned),
        detail: row.text("detail")?,
        checked_at: row.number("checked_at")?,
    })
}

impl Store {
    /// All light clients that were ever looked at.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error), [`Error::Corrupt`](super::Error).
    pub async fn clients(&self) -> Result<Vec<ClientRow>> {
        let rows = sqlx::query("SELECT * FROM client ORDER BY on_chain, follows")
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter().map(client).collect()
    }

    /// Stores what is known of a light client. Before [`Store::wake`]: a message that is in hand just then sees it here.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error), [`Error::StoreFull`](super::Error).
    pub async fn put_client(&self, put: ClientRow) -> Result<()> {
        transaction!(self, |connection| {
            let found = sqlx::query("SELECT * FROM client WHERE on_chain = $1 AND follows = $2")
                .bind(int(put.on_chain))
                .bind(int(put.follows))
                .fetch_optional(&mut *connection)
                .await?;
            let before = found.as_ref().map(client).transpose()?;
            let advanced_at = match &found {
                Some(row) if before.as_ref().is_some_and(|before| before.head == put.head) => {
                    row.number("advanced_at")?
                }
                _ => self.now(),
            };
            let same = before
                .is_some_and(|before| ClientRow { checked_at: put.checked_at, ..before } == put);
            sqlx::query(
                "INSERT INTO client (on_chain, follows, address, head_id, head_hash, head_number, head_time, expires_at, detail, \
                 checked_at, advanced_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (on_chain, follows) \
                 DO UPDATE SET address = excluded.address, head_id = excluded.head_id, head_hash = excluded.head_hash, \
                 head_number = excluded.head_number, head_time = excluded.head_time, expires_at = excluded.expires_at, \
                 detail = excluded.detail, checked_at = excluded.checked_at, advanced_at = excluded.advanced_at",
            )
            .bind(int(put.on_chain))
            .bind(int(put.follows))
            .bind(codec::account(&put.address))
            .bind(int(put.head_id))
            .bind(codec::hash(&put.head.hash))
            .bind(int(put.head.number))
            .bind(int(put.head_time))
            .bind(put.expires_at.map(int))
            .bind(codec::words(&put.detail))
            .bind(put.checked_at)
            .bind(advanced_at)
            .execute(&mut *connection)
            .await?;
            Ok(if same { quiet(()) } else { news(()) })
        })
    }

    /// The messages that wait for a head, on `destination`, of the light client that follows `source`: those that are delivered there,
    /// and those whose end on `source` is carried back there. One that has expired on `source` waits for any newer head: for it, that is
    /// the last final block.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error).
    pub async fn demand(&self, source: u64, destination: u64) -> Result<Option<Demand>> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS count, MAX(CASE WHEN stage = 'expired' \
             THEN COALESCE((SELECT final_number FROM cursor WHERE chain = $1), 0) ELSE proof_block END) AS highest, \
             MIN(since) AS oldest FROM message WHERE work_on = $2 AND reason = $3 AND outgoing IS NULL \
             AND stage IN ('final', 'failed', 'settled', 'expired', 'cancelled') \
             AND ((source = $1 AND destination = $2) OR (source = $2 AND destination = $1))",
        )
        .bind(int(source))
        .bind(int(destination))
        .bind(Reason::Header.as_str())
        .fetch_one(&mut *self.reader().await?)
        .await?;
        let count = row.natural("count")?;
        if count == 0 {
            return Ok(None);
        }
        let highest_block = row.maybe_number("highest")?.unwrap_or_default().cast_unsigned();
        Ok(Some(Demand {
            count,
            highest_block,
            oldest_since: row.maybe_number("oldest")?.unwrap_or_default(),
        }))
    }

    /// Messages that wait on `destination` for this reason, for a proof from `source` of a block up to this one, become due: after a
    /// light client has moved, or what they waited for has come. Answers how many.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error), [`Error::StoreFull`](super::Error).
    pub async fn wake(
        &self,
        source: u64,
        destination: u64,
        up_to_block: u64,
        reason: Reason,
    ) -> Result<u64> {
        transaction!(self, |connection| {
            // Whoever has one of them in hand finds the fence moved: it is decided anew, on what is known now.
            let done = sqlx::query(
                "UPDATE message SET run_at = $5, fence = fence + 1, leased_by = NULL, leased_until = 0 WHERE work_on = $2 AND reason = $3 \
                 AND proof_block <= $4 AND run_at > $5 AND outgoing IS NULL \
                 AND stage IN ('final', 'failed', 'settled', 'expired', 'cancelled', 'acknowledged') \
                 AND ((source = $1 AND destination = $2) OR (source = $2 AND destination = $1))",
            )
            .bind(int(source))
            .bind(int(destination))
            .bind(reason.as_str())
            .bind(int(up_to_block))
            .bind(self.now())
            .execute(&mut *connection)
            .await?;
            let woken = done.rows_affected();
            Ok(if woken == 0 { quiet(woken) } else { news(woken) })
        })
    }
}
