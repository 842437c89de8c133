//! Who may do what only one may do.

use super::{Done, Error, Result, Store, codec::Columns, quiet, transaction};
use crate::clock::Millis;
use sqlx::AnyConnection;

/// The right to do something alone for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What it is for: `indexer:1`, `writer:10:0x…`.
    pub name: String,
    /// Grows with each owner. What an earlier owner still wants to store is refused.
    pub fence: i64,
    /// Until when, in the time of the store's clock.
    pub until: Millis,
}

impl Store {
    /// Takes or renews a lease; `None` while it is someone else's.
    ///
    /// A process that was started again on the same SQLite file has its leases at once, since the one before is gone. On PostgreSQL it
    /// waits them out, since the one before may only be slow. There the clocks of all instances have to agree to well within `ttl`.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::StoreFull`].
    pub async fn lease(&self, name: &str, ttl: Millis) -> Result<Option<Lease>> {
        let me = self.run();
        transaction!(self, |connection| {
            let now = self.now();
            let until = now.saturating_add(ttl);
            sqlx::query("INSERT INTO lease (name, owner, until, fence) VALUES ($1, '', 0, 0) ON CONFLICT (name) DO NOTHING")
                .bind(name)
                .execute(&mut *connection)
                .await?;
            let sql = if self.is_postgres() {
                "SELECT owner, until, fence FROM lease WHERE name = $1 FOR UPDATE"
            } else {
                "SELECT owner, until, fence FROM lease WHERE name = $1"
            };
            let row = sqlx::query(sql).bind(name).fetch_one(&mut *connection).await?;
            let (owner, held_until, fence) =
                (row.text("owner")?, row.number("until")?, row.number("fence")?);
            let alive = held_until > now && !self.is_dead(&owner);
            if alive && owner != me {
                return Ok(quiet(None));
            }
            let fence = if alive { fence } else { fence + 1 };
            sqlx::query("UPDATE lease SET owner = $2, until = $3, fence = $4 WHERE name = $1")
                .bind(name)
                .bind(&me)
                .bind(until)
                .bind(fence)
                .execute(&mut *connection)
                .await?;
            Ok(quiet(Some(Lease { name: name.to_owned(), fence, until })))
        })
    }

    /// Gives a lease back before it runs out. One that is someone else's by now stays theirs.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::StoreFull`].
    pub async fn release(&self, lease: &Lease) -> Result<()> {
        transaction!(self, |connection| {
            sqlx::query("UPDATE lease SET until = 0 WHERE name = $1 AND fence = $2")
                .bind(&lease.name)
                .bind(lease.fence)
                .execute(&mut *connection)
                .await?;
            Ok(super::news(()))
        })
    }

    /// Until when some other instance has this lease; `None` when none has it now.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub async fn with_others_until(&self, name: &str) -> Result<Option<Millis>> {
        let mut connection = self.reader().await?;
        let found = sqlx::query("SELECT owner, until FROM lease WHERE name = $1")
            .bind(name)
            .fetch_optional(&mut *connection)
            .await?;
        let Some(row) = found else { return Ok(None) };
        let (owner, until) = (row.text("owner")?, row.number("until")?);
        let theirs = until > self.now() && owner != self.run() && !self.is_dead(&owner);
        Ok(theirs.then_some(until))
    }

    /// This instance and this run of it.
    pub(super) fn run(&self) -> String {
        format!("{}/{}", self.owner, self.inner.boot)
    }

    /// Whether the run that this names is over for certain: no two processes have one SQLite file.
    fn is_dead(&self, run: &str) -> bool {
        !self.is_postgres() && run.rsplit_once('/').is_none_or(|(_, boot)| boot != self.inner.boot)
    }

    /// Checks that a lease is ours, and keeps others from taking it until the transaction ends.
    pub(super) async fn hold(&self, connection: &mut AnyConnection, lease: &Lease) -> Done<()> {
        let sql = if self.is_postgres() {
            "SELECT until, fence FROM lease WHERE name = $1 FOR UPDATE"
        } else {
            "SELECT until, fence FROM lease WHERE name = $1"
        };
        let row = sqlx::query(sql).bind(&lease.name).fetch_optional(connection).await?;
        let held = match &row {
            Some(row) => row.number("fence")? == lease.fence && row.number("until")? > self.now(),
            None => false,
        };
        if held { Ok(()) } else { Err(Error::LeaseLost { name: lease.name.clone() }.into()) }
    }
}
