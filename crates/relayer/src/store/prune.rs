//! Forgetting what is over.

use super::{Done, Result, Store, codec::Columns, news, quiet, transaction};
use crate::{
    clock::Millis,
    domain::{Reason, Stage},
};
use sqlx::{AnyConnection, any::AnyRow};

/// Messages that go at a time, so that others can write in between.
const SOME: i64 = 200;

impl Store {
    /// Forgets messages that have been over since before this time, with all that is known of them, and transactions of ours that ended
    /// before. What is left to others is over too, and what has ended on its destination when nothing is to be proven back.
    ///
    /// Of each lane they go in the order of their nonces, up to the first that is not over, and never the last: so what is missing in
    /// between was never seen. Answers how many messages went.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error).
    pub async fn prune(&self, before: Millis) -> Result<u64> {
        let mut gone = 0;
        loop {
            let went = transaction!(self, |connection| {
                let went = some_messages(connection, before).await?;
                Ok(if went == 0 { quiet(went) } else { news(went) })
            })?;
            if went == 0 {
                break;
            }
            gone += went;
        }
        transaction!(self, |connection| {
            for sql in [
                "DELETE FROM bid WHERE outgoing IN (SELECT o.id FROM outgoing o WHERE o.open_key IS NULL AND o.run_at < $1 \
                 AND NOT EXISTS (SELECT 1 FROM message m WHERE m.outgoing = o.id))",
                "DELETE FROM outgoing WHERE open_key IS NULL AND run_at < $1 \
                 AND NOT EXISTS (SELECT 1 FROM message m WHERE m.outgoing = outgoing.id)",
            ] {
                sqlx::query(sql).bind(before).execute(&mut *connection).await?;
            }
            // A day's sum is asked for on that day.
            sqlx::query("DELETE FROM spend WHERE day < $1")
                .bind((before / 86_400_000).min(self.now() / 86_400_000 - 1))
                .execute(&mut *connection)
                .await?;
            Ok(quiet(()))
        })?;
        Ok(gone)
    }
}

async fn some_messages(connection: &mut AnyConnection, before: Millis) -> Done<u64> {
    let lanes = sqlx::query("SELECT DISTINCT source, destination, gateway FROM message")
        .fetch_all(&mut *connection)
        .await?;
    let mut gone = 0;
    for lane in &lanes {
        let rows = sqlx::query(
            "SELECT id, stage, reason, run_at, since, outgoing FROM message WHERE source = $1 AND destination = $2 AND gateway = $3 \
             ORDER BY nonce, since LIMIT $4",
        )
        .bind(lane.number("source")?)
        .bind(lane.number("destination")?)
        .bind(lane.text("gateway")?)
        .bind(SOME)
        .fetch_all(&mut *connection)
        .await?;
        // The last of what was asked for may be the last there is.
        for row in rows.iter().take(rows.len().saturating_sub(1)) {
            if !is_over(row, before)? {
                break;
            }
            forget(connection, &row.text("id")?).await?;
            gone += 1;
        }
    }
    Ok(gone)
}

fn is_over(row: &AnyRow, before: Millis) -> Result<bool> {
    let stage: Stage = row.parsed("stage")?;
    let rests =
        row.parsed::<Reason>("reason")? == Reason::Done && row.maybe_number("run_at")?.is_none();
    let over = stage.is_over() || stage == Stage::Filtered || (stage.is_carried_back() && rests);
    Ok(over && row.number("since")? < before && row.maybe_number("outgoing")?.is_none())
}

async fn forget(connection: &mut AnyConnection, id: &str) -> Done<()> {
    for sql in [
        "DELETE FROM sighting WHERE message = $1",
        "DELETE FROM history WHERE message = $1",
        "DELETE FROM attestation WHERE message = $1",
        "DELETE FROM message WHERE id = $1",
    ] {
        sqlx::query(sql).bind(id).execute(&mut *connection).await?;
    }
    Ok(())
}
