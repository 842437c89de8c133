//! Going on after a final block was replaced, from one that the chain still has.

use super::{
    Cursor, Done, Error, Result, Store, chains,
    codec::{self, Columns, int},
    news, rows, transaction,
};
use crate::domain::{BlockRef, Class};
use sqlx::AnyConnection;
use std::collections::BTreeSet;

impl Store {
    /// Blocks of a chain in which something was seen, up to this one, the newest first, and at most so many.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Corrupt`].
    pub async fn blocks_seen(&self, chain: u64, up_to: u64, limit: usize) -> Result<Vec<BlockRef>> {
        let rows = sqlx::query(
            "SELECT DISTINCT block, block_hash FROM sighting WHERE chain = $1 AND block <= $2 ORDER BY block DESC LIMIT $3",
        )
        .bind(int(chain))
        .bind(int(up_to))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&mut *self.reader().await?)
        .await?;
        rows.iter().map(|row| rows::block(row, "block", "block_hash")).collect()
    }

    /// How many messages something was seen of after a block.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub async fn messages_after(&self, chain: u64, block: u64) -> Result<u64> {
        let row = sqlx::query(
            "SELECT COUNT(DISTINCT message) AS messages FROM sighting WHERE chain = $1 AND block > $2",
        )
        .bind(int(chain))
        .bind(int(block))
        .fetch_one(&mut *self.reader().await?)
        .await?;
        row.natural("messages")
    }

    /// Lets a chain that is halted go on after this block, which is final from then on. What was seen later is taken back, final or not:
    /// messages that were sent there stay, as orphaned, and go on where they were when the chain has them again. Answers how many
    /// messages are concerned.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] for a chain that was never read, [`Error::NotHalted`], and [`Error::Moved`] for a block that was not read.
    pub async fn resume(&self, chain: u64, kept: BlockRef) -> Result<u64> {
        transaction!(self, |connection| {
            self.one_at_a_time(connection).await?;
            let row = sqlx::query("SELECT * FROM cursor WHERE chain = $1")
                .bind(int(chain))
                .fetch_optional(&mut *connection)
                .await?;
            let Some(row) = row else {
                let which = chain.to_string();
                return Err(Error::Unknown { what: "cursor of chain", which }.into());
            };
            let before: Cursor = chains::cursor(&row)?;
            if before.halted.is_none() {
                return Err(Error::NotHalted { chain }.into());
            }
            let next = kept.number.saturating_add(1);
            if next > before.next_block {
                let found = before.next_block;
                return Err(Error::Moved { chain, expected: next, found }.into());
            }
            let mut touched = BTreeSet::new();
            chains::take_back(connection, chain, kept.number, &mut touched).await?;
            go_on(connection, chain, kept, self.now()).await?;
            let finals = rows::finals(connection).await?;
            for id in &touched {
                self.restand(connection, id, &finals, Class::Backlog).await?;
            }
            Ok(news(touched.len() as u64))
        })
    }
}

async fn go_on(connection: &mut AnyConnection, chain: u64, kept: BlockRef, now: i64) -> Done<()> {
    sqlx::query(
        "UPDATE cursor SET next_block = $2, final_number = $3, final_hash = $4, halted = NULL, updated_at = $5 WHERE chain = $1",
    )
    .bind(int(chain))
    .bind(int(kept.number.saturating_add(1)))
    .bind(int(kept.number))
    .bind(codec::hash(&kept.hash))
    .bind(now)
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM pin WHERE chain = $1")
        .bind(int(chain))
        .execute(&mut *connection)
        .await?;
    // What processes remember of nonces that were final is not true any more.
    sqlx::query(
        "INSERT INTO counter (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1",
    )
    .bind(counter(chain))
    .execute(connection)
    .await?;
    Ok(())
}

/// The name of the number of times that a chain was resumed.
fn counter(chain: u64) -> String {
    format!("resumed:{chain}")
}

/// How often a chain was resumed.
pub(super) async fn resumed(connection: &mut AnyConnection, chain: u64) -> Result<i64> {
    let row = sqlx::query("SELECT value FROM counter WHERE name = $1")
        .bind(counter(chain))
        .fetch_optional(connection)
        .await?;
    row.map_or(Ok(0), |row| row.number("value"))
}
