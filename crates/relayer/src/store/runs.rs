//! Which runs of the relayer are alive, and what those that are not had in hand.

use super::{Result, Store, codec::Columns, news, quiet, transaction};
use crate::clock::Millis;
use sqlx::AnyConnection;

/// Before the name of a run, in the table of leases.
const RUN: &str = "run:";

impl Store {
    /// Says that this run is alive for so long, and gives to others what runs had in hand that have not said so in time: messages that
    /// they had taken, and leases but those of signers, which end by their own time. How many runs were found to be over; on SQLite
    /// none, since there is one process.
    ///
    /// A run that was only slow loses nothing but work: what it wants to store of it is refused.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error::Database), [`Error::StoreFull`](super::Error::StoreFull).
    pub async fn alive(&self, ttl: Millis) -> Result<u64> {
        if !self.is_postgres() {
            return Ok(0);
        }
        let me = self.run();
        transaction!(self, |connection| {
            let now = self.now();
            sqlx::query(
                "INSERT INTO lease (name, owner, until, fence) VALUES ($1, $2, $3, 0) \
                 ON CONFLICT (name) DO UPDATE SET until = EXCLUDED.until",
            )
            .bind(format!("{RUN}{me}"))
            .bind(&me)
            .bind(now.saturating_add(ttl))
            .execute(&mut *connection)
            .await?;
            let sql = "SELECT name, owner FROM lease WHERE name LIKE 'run:%' AND until <= $1 FOR UPDATE SKIP LOCKED";
            let over = sqlx::query(sql).bind(now).fetch_all(&mut *connection).await?;
            let mut count = 0;
            for row in &over {
                let (name, run) = (row.text("name")?, row.text("owner")?);
                free(connection, &run, now, false).await?;
                sqlx::query("DELETE FROM lease WHERE name = $1")
                    .bind(name)
                    .execute(&mut *connection)
                    .await?;
                count += 1;
            }
            Ok(if count == 0 { quiet(0) } else { news(count) })
        })
    }

    /// Gives to others all that this run has in hand, once nothing of it is under way any more.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error::Database), [`Error::StoreFull`](super::Error::StoreFull).
    pub async fn leave(&self) -> Result<()> {
        let me = self.run();
        transaction!(self, |connection| {
            free(connection, &me, self.now(), true).await?;
            sqlx::query("DELETE FROM lease WHERE name = $1")
                .bind(format!("{RUN}{me}"))
                .execute(&mut *connection)
                .await?;
            Ok(news(()))
        })
    }

    /// Makes due what earlier runs on an SQLite file had in hand: its lock says that they are over. On PostgreSQL [`Self::alive`] does.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error::Database), [`Error::StoreFull`](super::Error::StoreFull).
    pub async fn succeed(&self) -> Result<()> {
        if self.is_postgres() {
            return Ok(());
        }
        transaction!(self, |connection| {
            sqlx::query(
                "UPDATE message SET run_at = $1, fence = fence + 1, leased_by = NULL, leased_until = 0 WHERE leased_by IS NOT NULL",
            )
            .bind(self.now())
            .execute(connection)
            .await?;
            Ok(quiet(()))
        })
    }
}

/// Frees the messages and the leases of a run.
async fn free(
    connection: &mut AnyConnection,
    run: &str,
    now: Millis,
    with_signers: bool,
) -> super::Done<()> {
    sqlx::query(
        "UPDATE message SET run_at = $2, fence = fence + 1, leased_by = NULL, leased_until = 0 WHERE leased_by = $1",
    )
    .bind(run)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    let sql = if with_signers {
        "UPDATE lease SET until = 0 WHERE owner = $1"
    } else {
        "UPDATE lease SET until = 0 WHERE owner = $1 AND name NOT LIKE 'writer:%' AND name NOT LIKE 'purse:%'"
    };
    sqlx::query(sql).bind(run).execute(connection).await?;
    Ok(())
}
