//! Messages that are due: taken for a while by one worker, decided, and put back.

use super::{
    Done, Error, Result, Store,
    codec::{self, Columns, int},
    news, outgoing, quiet,
    rows::{self, Row},
    standing::work_on,
    transaction,
};
use crate::{
    clock::Millis,
    domain::{Claim, Class, Decision, Reason, Stage, Tracked, Verdict, backoff},
};
use alloy_primitives::B256;
use sqlx::AnyConnection;
use std::collections::BTreeMap;

/// The message that is longest due.
macro_rules! first_due {
    () => {
        "SELECT * FROM message WHERE work_on = $1 AND stage = $2 AND class = $3 AND run_at <= $4 ORDER BY run_at, block, nonce LIMIT 1"
    };
}

/// Those that are due with it. They are sorted after they are found: else all of the lane would be looked through in its order.
macro_rules! of_block {
    () => {
        "SELECT * FROM message WHERE source = $1 AND destination = $2 AND block = $3 AND stage = $4 AND class = $5 AND run_at <= $6 \
         ORDER BY nonce + 0, id LIMIT $7"
    };
}

/// What a decision makes of a message.
struct Put {
    stage: Stage,
    reason: Reason,
    detail: String,
    run_at: Option<Millis>,
    attempts: u32,
    outgoing: Option<i64>,
}

impl Store {
    /// Takes messages that are due on a chain: of one source, one destination, one stage and one block of the source, the longest due
    /// first, in the order of their nonces; at most `max`. `None` when there are none.
    ///
    /// They are free again after `ttl`, unless they are decided before. `class` restricts it to one; without it live messages go first.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::StoreFull`].
    pub async fn claim(
        &self,
        work_on: u64,
        stages: &[Stage],
        class: Option<Class>,
        max: usize,
        ttl: Millis,
    ) -> Result<Option<Claim>> {
        let classes = class.map_or_else(|| vec![Class::Live, Class::Backlog], |class| vec![class]);
        transaction!(self, |connection| {
            let now = self.now();
            for &class in &classes {
                let mut first: Option<(Millis, Row)> = None;
                for &stage in stages {
                    let Some(row) = self.first_due(connection, work_on, stage, class, now).await?
                    else {
                        continue;
                    };
                    let due = row.tracked.run_at.unwrap_or_default();
                    if first.as_ref().is_none_or(|(earliest, _)| due < *earliest) {
                        first = Some((due, row));
                    }
                }
                if let Some((_, row)) = first {
                    let taken = self.take(connection, &row, max, now, ttl).await?;
                    return Ok(quiet(Some(taken)));
                }
            }
            Ok(quiet(None))
        })
    }

    async fn first_due(
        &self,
        connection: &mut AnyConnection,
        work_on: u64,
        stage: Stage,
        class: Class,
        now: Millis,
    ) -> Done<Option<Row>> {
        let sql = if self.is_postgres() {
            concat!(first_due!(), " FOR UPDATE SKIP LOCKED")
        } else {
            first_due!()
        };
        let found = sqlx::query(sql)
            .bind(int(work_on))
            .bind(stage.as_str())
            .bind(class.as_str())
            .bind(now)
            .fetch_optional(connection)
            .await?;
        Ok(found.as_ref().map(rows::row).transpose()?)
    }

    /// Takes the first one and others of its block.
    async fn take(
        &self,
        connection: &mut AnyConnection,
        first: &Row,
        max: usize,
        now: Millis,
        ttl: Millis,
    ) -> Done<Claim> {
        let sql = if self.is_postgres() {
            concat!(of_block!(), " FOR UPDATE SKIP LOCKED")
        } else {
            of_block!()
        };
        let like = &first.tracked;
        let found = sqlx::query(sql)
            .bind(int(like.sent_at.chain))
            .bind(int(like.sent.destination))
            .bind(int(like.sent_at.block.number))
            .bind(like.stage.as_str())
            .bind(like.class.as_str())
            .bind(now)
            .bind(i64::try_from(max.max(1)).unwrap_or(i64::MAX))
            .fetch_all(&mut *connection)
            .await?;
        let taken: Vec<Row> = found.iter().map(rows::row).collect::<Result<_>>()?;
        let fence =
            taken.iter().map(|row| row.fence).max().unwrap_or(first.fence).saturating_add(1);
        let until = now.saturating_add(ttl);
        let run = self.run();
        for row in &taken {
            // Due again when the time is up: nobody has to look for what a worker has left.
            sqlx::query("UPDATE message SET fence = $2, leased_by = $3, leased_at = $4, leased_until = $5, run_at = $5 WHERE id = $1")
                .bind(codec::hash(&row.tracked.id))
                .bind(fence)
                .bind(&run)
                .bind(now)
                .bind(until)
                .execute(&mut *connection)
                .await?;
        }
        Ok(Claim { messages: taken.into_iter().map(|row| row.tracked).collect(), fence, until })
    }

    /// Stores what is decided for a claim, as a whole. Answers with the number of the transaction that goes out: a new one, or the one
    /// that is under way with the same key.
    ///
    /// Messages of the claim that the decision does not name are due again at once.
    ///
    /// # Errors
    ///
    /// [`Error::NotOurs`] when one of the messages was taken by someone else, the time is up, or something has happened to it since:
    /// then nothing is decided, and those that are still ours are due again at once. [`Error::Unfit`] when a verdict is for a message
    /// outside of the claim, is one of two for the same, or submits without a transaction.
    pub async fn decide(&self, claim: &Claim, decision: Decision) -> Result<Option<i64>> {
        fits(claim, &decision)?;
        let verdicts: BTreeMap<B256, &Verdict> =
            decision.verdicts.iter().map(|(id, verdict)| (*id, verdict)).collect();
        let mut ids: Vec<B256> = claim.messages.iter().map(|message| message.id).collect();
        ids.sort_unstable();
        let decided: std::result::Result<Option<i64>, Vec<B256>> =
            transaction!(self, |connection| {
                let now = self.now();
                let (mut ours, mut lost) = (Vec::new(), Vec::new());
                for id in &ids {
                    match rows::lock_message(connection, self.is_postgres(), id).await? {
                        Some(row) if row.fence == claim.fence && row.leased.1 > now => {
                            ours.push(row);
                        }
                        _ => lost.push(*id),
                    }
                }
                if !lost.is_empty() {
                    for row in &ours {
                        free(connection, row, now).await?;
                    }
                    return Ok(news(Err(lost)));
                }
                let submits = verdicts.values().any(|verdict| matches!(verdict, Verdict::Submit));
                let outgoing = match &decision.outgoing {
                    Some(new) if submits => Some(outgoing::insert(connection, new, now).await?),
                    _ => None,
                };
                for row in &ours {
                    match verdicts.get(&row.tracked.id) {
                        Some(verdict) => {
                            let put = self.judge(connection, row, verdict, outgoing, now).await?;
                            write(connection, row, put, now).await?;
                        }
                        None => free(connection, row, now).await?,
                    }
                }
                Ok(news(Ok(outgoing)))
            })?;
        decided.map_err(|messages| Error::NotOurs { messages })
    }

    async fn judge(
        &self,
        connection: &mut AnyConnection,
        row: &Row,
        verdict: &Verdict,
        outgoing: Option<i64>,
        now: Millis,
    ) -> Done<Put> {
        let Tracked { stage, attempts, id, .. } = &row.tracked;
        let (stage, attempts) = (*stage, *attempts);
        let put = |stage, reason, detail: &str, run_at| Put {
            stage,
            reason,
            detail: codec::words(detail),
            run_at,
            attempts,
            outgoing: None,
        };
        Ok(match verdict {
            Verdict::Wait { reason, detail, until, tried } => {
                let attempts = attempts.saturating_add(u32::from(*tried));
                let wait = if *tried { backoff(attempts, id) } else { 0 };
                let moved = *reason == Reason::Header && head_moved(connection, row).await?;
                let run_at = if moved { now } else { (*until).max(now.saturating_add(wait)) };
                Put { attempts, ..put(stage, *reason, detail, Some(run_at)) }
            }
            Verdict::Submit => {
                // What chains dictate stays as it is; only who waits for us is said to be on its way.
                let stage = if stage == Stage::Final { Stage::Submitted } else { stage };
                Put { outgoing, ..put(stage, Reason::InFlight, "", None) }
            }
            Verdict::Quarantine(reason, detail) => put(Stage::Quarantined, *reason, detail, None),
            Verdict::Filter(detail) => put(Stage::Filtered, Reason::Filter, detail, None),
            Verdict::Expire(detail) => {
                Put { attempts: 0, ..put(Stage::Expired, Reason::Deadline, detail, Some(now)) }
            }
            Verdict::Rest => put(stage, Reason::Done, "", None),
        })
    }
}

/// Whether the verdicts can be carried out.
fn fits(claim: &Claim, decision: &Decision) -> Result<()> {
    let mut seen = std::collections::BTreeSet::new();
    for (id, verdict) in &decision.verdicts {
        let unfit = |why| Err(Error::Unfit { message: *id, why });
        if !claim.messages.iter().any(|message| message.id == *id) {
            return unfit("it was not taken");
        }
        if !seen.insert(*id) {
            return unfit("there are two verdicts for it");
        }
        if matches!(verdict, Verdict::Submit) && decision.outgoing.is_none() {
            return unfit("it is to be sent without a transaction");
        }
    }
    Ok(())
}

/// Whether the head that the next proof starts from has come to the block since the message was taken. Whoever moved the head has woken
/// those that were waiting then; this one was in hand.
async fn head_moved(connection: &mut AnyConnection, row: &Row) -> Done<bool> {
    let Tracked { stage, sent_at, sent, .. } = &row.tracked;
    let on = work_on(*stage, sent_at.chain, sent.destination);
    let follows = if on == sent_at.chain { sent.destination } else { sent_at.chain };
    let found = sqlx::query(
        "SELECT head_number FROM client WHERE on_chain = $1 AND follows = $2 AND advanced_at >= $3",
    )
    .bind(int(on))
    .bind(int(follows))
    .bind(row.leased.0)
    .fetch_optional(connection)
    .await?;
    Ok(match found {
        Some(found) => found.natural("head_number")? >= row.proof_block,
        None => false,
    })
}

/// Gives a message back as it was.
async fn free(connection: &mut AnyConnection, row: &Row, now: Millis) -> Done<()> {
    sqlx::query("UPDATE message SET run_at = $2, fence = fence + 1, leased_by = NULL, leased_until = 0 WHERE id = $1")
        .bind(codec::hash(&row.tracked.id))
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

async fn write(connection: &mut AnyConnection, row: &Row, put: Put, now: Millis) -> Done<()> {
    let before = &row.tracked;
    let Put { stage, reason, detail, run_at, attempts, outgoing } = put;
    let since = if stage == before.stage { before.since } else { now };
    let proof_block = if stage == Stage::Expired { 0 } else { row.proof_block };
    sqlx::query(
        "UPDATE message SET stage = $2, reason = $3, detail = $4, run_at = $5, attempts = $6, outgoing = $7, since = $8, work_on = $9, \
         proof_block = $10, fence = fence + 1, leased_by = NULL, leased_until = 0 WHERE id = $1",
    )
    .bind(codec::hash(&before.id))
    .bind(stage.as_str())
    .bind(reason.as_str())
    .bind(&detail)
    .bind(run_at)
    .bind(i64::from(attempts))
    .bind(outgoing)
    .bind(since)
    .bind(int(work_on(stage, before.sent_at.chain, before.sent.destination)))
    .bind(int(proof_block))
    .execute(&mut *connection)
    .await?;
    if (stage, reason) != (before.stage, before.reason) {
        rows::note(connection, &before.id, now, (stage, reason, &detail), None).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Columns;
    use crate::{clock::SystemClock, store::Store};
    use std::sync::Arc;

    #[tokio::test]
    async fn finds_what_is_due_by_an_index_and_in_its_order() {
        let store = Store::open("sqlite::memory:", "one", Arc::new(SystemClock)).await.unwrap();
        let plan = async |sql: &'static str| {
            let mut connection = store.reader().await.unwrap();
            let rows = sqlx::query(sql).fetch_all(&mut *connection).await.unwrap();
            rows.iter().map(|row| row.text("detail").unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(
            plan(concat!("EXPLAIN QUERY PLAN ", first_due!())).await,
            [
                "SEARCH message USING INDEX message_due (work_on=? AND stage=? AND class=? AND run_at<?)"
            ]
        );
        // Only those of one block are sorted.
        assert_eq!(
            plan(concat!("EXPLAIN QUERY PLAN ", of_block!())).await,
            [
                "SEARCH message USING INDEX message_block (source=? AND destination=? AND block=? AND stage=?)",
                "USE TEMP B-TREE FOR ORDER BY"
            ]
        );
    }
}
