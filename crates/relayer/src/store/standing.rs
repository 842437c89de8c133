//! Where a message stands after chains, or a transaction of ours, have moved.

use super::{
    Done, Store,
    codec::{self, int},
    life::{Life, live},
    rows::{self, Row},
};
use crate::{
    clock::Millis,
    domain::{Class, Place, Purpose, Reason, SentMessage, Stage},
};
use alloy_primitives::B256;
use sqlx::AnyConnection;
use std::collections::BTreeMap;

/// What a row becomes.
struct Next {
    stage: Stage,
    reason: Reason,
    detail: String,
    run_at: Option<Millis>,
    attempts: u32,
    outgoing: Option<i64>,
}

/// How a transaction of ours has ended, for the messages that it carried.
pub(super) struct Ended {
    pub(super) purpose: Purpose,
    pub(super) reason: Reason,
    pub(super) detail: String,
    pub(super) run_at: Millis,
    /// Whether it counts as an attempt.
    pub(super) tried: bool,
}

impl Store {
    /// Chains have something new about a message: its row is made to say what its sightings say. Whoever has it in hand has it no more.
    pub(super) async fn restand(
        &self,
        connection: &mut AnyConnection,
        id: &B256,
        finals: &BTreeMap<u64, u64>,
        class: Class,
    ) -> Done<()> {
        let row = rows::lock_message(connection, self.is_postgres(), id).await?;
        // Read after the row is locked: whoever stores a sighting locks it afterwards, and finds what is decided here.
        let life = live(*id, &rows::sightings_of(connection, id).await?, finals);
        let now = self.now();
        match (row, life.sent.as_ref()) {
            // What became of a message is known before the message is: the sightings wait for it.
            (None, None) => Ok(()),
            (None, Some((place, sent))) => {
                self.insert(connection, id, &life, place, sent, class).await
            }
            (Some(row), sent) => {
                if let Some((place, _)) = sent
                    && *place != row.tracked.sent_at
                {
                    replace_place(connection, id, place).await?;
                }
                let next = self.follow(&row, &life, now);
                self.store(connection, &row, &life, next, now).await
            }
        }
    }

    /// A transaction of ours has ended: each message goes back to what its sightings say.
    pub(super) async fn let_go(
        &self,
        connection: &mut AnyConnection,
        id: &B256,
        outgoing: i64,
        ended: &Ended,
    ) -> Done<()> {
        let Some(mut row) = rows::lock_message(connection, self.is_postgres(), id).await? else {
            return Ok(());
        };
        if row.tracked.outgoing != Some(outgoing) {
            return Ok(());
        }
        let finals = rows::finals(connection).await?;
        let life = live(*id, &rows::sightings_of(connection, id).await?, &finals);
        let now = self.now();
        row.tracked.outgoing = None;
        let before =
            if row.tracked.stage == Stage::Submitted { Stage::Final } else { row.tracked.stage };
        let stage = life.facts.follow(before);
        let mut next = self.follow(&row, &life, now);
        if stage == row.tracked.stage && stage.has_work() && !ended.purpose.serves(stage) {
            // What it was sent for was seen before its end was: that it has ended is no news of the message.
            let (reason, detail, run_at) =
                self.on_arrival(stage, &life, row.tracked.sent.destination, now);
            next = Next { stage, reason, detail, run_at, attempts: 0, outgoing: None };
        } else if stage.has_work() && (stage == before || stage == row.tracked.stage) {
            let attempts = row.tracked.attempts.saturating_add(u32::from(ended.tried));
            let wait = if ended.tried { crate::domain::backoff(attempts, id) } else { 0 };
            let run_at = Some(ended.run_at.max(now.saturating_add(wait)));
            let (reason, detail) = (ended.reason, ended.detail.clone());
            next = Next { stage, reason, detail, run_at, attempts, outgoing: None };
        } else {
            next.outgoing = None;
        }
        self.store(connection, &row, &life, next, now).await
    }

    /// A person asks for a message again.
    pub(super) async fn requeue_row(
        &self,
        connection: &mut AnyConnection,
        row: &Row,
        life: &Life,
        stage: Stage,
        class: Class,
    ) -> Done<()> {
        let now = self.now();
        let detail = String::new();
        let next = Next {
            stage,
            reason: Reason::Requeued,
            detail,
            run_at: Some(now),
            attempts: 0,
            outgoing: None,
        };
        self.store(connection, row, life, next, now).await?;
        sqlx::query("UPDATE message SET class = $2 WHERE id = $1")
            .bind(codec::hash(&row.tracked.id))
            .bind(class.as_str())
            .execute(connection)
            .await?;
        Ok(())
    }

    /// What the sightings make of a row.
    fn follow(&self, row: &Row, life: &Life, now: Millis) -> Next {
        let before = &row.tracked;
        let mut stage = life.facts.follow(before.stage);
        if before.outgoing.is_some() && stage == Stage::Final {
            // Its transaction is still under way: the delivery that was taken back can come again by itself.
            stage = Stage::Submitted;
        } else if before.outgoing.is_none() && stage == Stage::Submitted {
            stage = Stage::Final;
        }
        if stage == before.stage {
            let due = stage.has_work()
                && before.outgoing.is_none()
                && before.reason != Reason::UnknownChain;
            return Next {
                stage,
                reason: before.reason,
                detail: before.detail.clone(),
                run_at: if due { Some(now) } else { before.run_at },
                attempts: before.attempts,
                outgoing: before.outgoing,
            };
        }
        let (reason, detail, run_at) = self.on_arrival(stage, life, before.sent.destination, now);
        let run_at = if before.outgoing.is_some() { None } else { run_at };
        // Being sent is part of the same try as being due.
        let same = matches!(
            (before.stage, stage),
            (Stage::Final, Stage::Submitted) | (Stage::Submitted, Stage::Final)
        );
        let attempts = if same { before.attempts } else { 0 };
        Next { stage, reason, detail, run_at, attempts, outgoing: before.outgoing }
    }

    /// Why a message is no further when it comes to a stage, and when something is done for it.
    fn on_arrival(
        &self,
        stage: Stage,
        life: &Life,
        destination: u64,
        now: Millis,
    ) -> (Reason, String, Option<Millis>) {
        let plain = |reason, run_at| (reason, String::new(), run_at);
        match stage {
            Stage::Observed | Stage::Delivered => plain(Reason::Finality, None),
            Stage::Orphaned => (
                Reason::Finality,
                "the block that sent it was replaced by another one".into(),
                None,
            ),
            Stage::Final if !self.serves(destination) => (
                Reason::UnknownChain,
                format!("chain {destination} is none of this relayer's"),
                None,
            ),
            Stage::Final | Stage::Settled | Stage::Cancelled => plain(Reason::Due, Some(now)),
            Stage::Expired => plain(Reason::Deadline, Some(now)),
            Stage::Failed => {
                (Reason::RecipientFails, life.failure.clone().unwrap_or_default(), Some(now))
            }
            // Fees can wait for whoever has delivered it.
            Stage::Acknowledged => plain(Reason::Done, Some(now)),
            Stage::Refundable => plain(Reason::Done, None),
            Stage::Submitted => plain(Reason::InFlight, None),
            Stage::Filtered => plain(Reason::Filter, None),
            Stage::Quarantined => plain(Reason::ProofInvalid, None),
        }
    }

    async fn insert(
        &self,
        connection: &mut AnyConnection,
        id: &B256,
        life: &Life,
        place: &Place,
        sent: &SentMessage,
        class: Class,
    ) -> Done<()> {
        let now = self.now();
        let stage = life.facts.follow(Stage::Final);
        let (reason, detail, run_at) = self.on_arrival(stage, life, sent.destination, now);
        let body = &sent.body;
        sqlx::query(
            "INSERT INTO message (id, source, gateway, destination, nonce, sender, recipient, sender_account, recipient_account, \
             payload, attributes, block, block_hash, tx, tx_index, log_index, stage, reason, detail, class, work_on, proof_block, \
             run_at, seen_at, since) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
             $20, $21, $22, $23, $24, $24)",
        )
        .bind(codec::hash(id))
        .bind(int(place.chain))
        .bind(codec::account(&sent.gateway))
        .bind(int(sent.destination))
        .bind(int(body.nonce))
        .bind(body.sender.to_string())
        .bind(body.recipient.to_string())
        .bind(codec::account_of(&body.sender))
        .bind(codec::account_of(&body.recipient))
        .bind(body.payload.to_string())
        .bind(codec::json(&body.attributes))
        .bind(int(place.block.number))
        .bind(codec::hash(&place.block.hash))
        .bind(codec::hash(&place.transaction))
        .bind(int(place.transaction_index))
        .bind(int(place.log_index))
        .bind(stage.as_str())
        .bind(reason.as_str())
        .bind(codec::words(&detail))
        .bind(class.as_str())
        .bind(int(work_on(stage, place.chain, sent.destination)))
        .bind(int(proof_block(stage, place.block.number, life)))
        .bind(run_at)
        .bind(now)
        .execute(&mut *connection)
        .await?;
        rows::note(connection, id, now, (stage, reason, &detail), Some(&place.transaction)).await
    }

    /// Writes the row. The fence grows: what was decided on the row as it was is refused.
    async fn store(
        &self,
        connection: &mut AnyConnection,
        row: &Row,
        life: &Life,
        next: Next,
        now: Millis,
    ) -> Done<()> {
        let Next { stage, reason, detail, run_at, attempts, outgoing } = next;
        let before = &row.tracked;
        let (source, destination) = (before.sent_at.chain, before.sent.destination);
        let sent_in =
            life.sent.as_ref().map_or(before.sent_at.block.number, |(place, _)| place.block.number);
        let since = if stage == before.stage { before.since } else { now };
        sqlx::query(
            "UPDATE message SET stage = $2, reason = $3, detail = $4, work_on = $5, proof_block = $6, run_at = $7, attempts = $8, \
             since = $9, outgoing = $10, fence = fence + 1, leased_by = NULL, leased_until = 0 WHERE id = $1",
        )
        .bind(codec::hash(&before.id))
        .bind(stage.as_str())
        .bind(reason.as_str())
        .bind(codec::words(&detail))
        .bind(int(work_on(stage, source, destination)))
        .bind(int(proof_block(stage, sent_in, life)))
        .bind(run_at)
        .bind(i64::from(attempts))
        .bind(since)
        .bind(outgoing)
        .execute(&mut *connection)
        .await?;
        if (stage, reason) != (before.stage, before.reason) {
            rows::note(connection, &before.id, now, (stage, reason, &detail), None).await?;
        }
        Ok(())
    }
}

/// The chain that the next transaction goes to.
pub(super) const fn work_on(stage: Stage, source: u64, destination: u64) -> u64 {
    if stage.is_carried_back() { source } else { destination }
}

/// The block that the next proof is of: that of the event, which is the wish where a message is to be cancelled. A message that has expired
/// has none; any later head will do.
fn proof_block(stage: Stage, sent_in: u64, life: &Life) -> u64 {
    match (stage, life.end_block) {
        (Stage::Expired, _) => 0,
        (Stage::Settled | Stage::Cancelled | Stage::Acknowledged, Some(number)) => number,
        _ => life.wish_block.map_or(sent_in, |wish| wish.max(sent_in)),
    }
}

/// The message was sent again in another block, after the first one was orphaned.
async fn replace_place(connection: &mut AnyConnection, id: &B256, place: &Place) -> Done<()> {
    sqlx::query("UPDATE message SET block = $2, block_hash = $3, tx = $4, tx_index = $5, log_index = $6 WHERE id = $1")
        .bind(codec::hash(id))
        .bind(int(place.block.number))
        .bind(codec::hash(&place.block.hash))
        .bind(codec::hash(&place.transaction))
        .bind(int(place.transaction_index))
        .bind(int(place.log_index))
        .execute(connection)
        .await?;
    Ok(())
}
