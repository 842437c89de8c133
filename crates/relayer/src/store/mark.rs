//! What has become of a transaction of ours.

use super::{
    Done, Error, Lease, Result, Store,
    codec::{self, int},
    news,
    outgoing::{carried, lock},
    standing::Ended,
    transaction,
};
use crate::{
    clock::Millis,
    domain::{BlockRef, Outgoing, OutgoingState, Purpose, Reason},
};
use alloy_primitives::U256;
use sqlx::AnyConnection;

/// What has become of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Some node has taken it.
    Sent,
    /// It is in a block.
    Mined(BlockRef),
    /// It is in none any more.
    Unmined,
    /// It is in a final block, and succeeded.
    Final {
        /// What it has used.
        gas_used: u64,
        /// What it has cost.
        wei: U256,
    },
    /// It is in a final block, and failed.
    Reverted {
        /// What it has used.
        gas_used: u64,
        /// What it has cost.
        wei: U256,
        /// What it failed with.
        detail: String,
    },
    /// Its nonce was used by a transaction that is not ours.
    Lost,
    /// A transaction that does nothing has used its nonce.
    Abandoned {
        /// What that has cost, unless it is a transaction of its own in the store.
        wei: U256,
    },
    /// It is not sent at all.
    Refused {
        /// Why.
        reason: Reason,
        /// The same in words.
        detail: String,
    },
    /// It waits.
    Hold {
        /// Why.
        reason: Reason,
        /// The same in words.
        detail: String,
        /// Until when.
        run_at: Millis,
    },
}

/// A day, in milliseconds.
const DAY: Millis = 86_400_000;

/// How long the indexer is given to see what a final transaction has done, before someone looks whether it did.
const TO_BE_SEEN: Millis = 15_000;

impl Mark {
    const fn wanted(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Mined(_) => "mined",
            Self::Unmined => "out of its block",
            Self::Final { .. } => "final",
            Self::Reverted { .. } => "reverted",
            Self::Lost => "lost",
            Self::Abandoned { .. } => "abandoned",
            Self::Refused { .. } => "refused",
            Self::Hold { .. } => "held",
        }
    }

    /// The state that it leads to from another one; `None` when it cannot be.
    const fn from(&self, state: OutgoingState) -> Option<OutgoingState> {
        use OutgoingState::{
            Abandoned, Final, Lost, Mined, Queued, Refused, Reverted, Sent, Signed,
        };
        match (self, state) {
            (Self::Sent, Signed | Sent) | (Self::Unmined, Mined) => Some(Sent),
            (Self::Mined(_), Signed | Sent | Mined) => Some(Mined),
            (Self::Final { .. }, Signed | Sent | Mined) => Some(Final),
            (Self::Reverted { .. }, Signed | Sent | Mined) => Some(Reverted),
            (Self::Lost, Signed | Sent | Mined) => Some(Lost),
            (Self::Abandoned { .. }, Signed | Sent | Mined) => Some(Abandoned),
            // What was signed may be out: it can only end on its chain.
            (Self::Refused { .. }, Queued) => Some(Refused),
            (Self::Hold { .. }, Queued | Signed | Sent | Mined) => Some(state),
            _ => None,
        }
    }
}

impl Store {
    /// Stores what has become of a transaction. When it is over, its messages go back to what their sightings say and are due, those
    /// of a failed or refused one after a wait that grows with each attempt.
    ///
    /// Saying the same twice changes nothing, so that what was cut off can be said again.
    ///
    /// # Errors
    ///
    /// [`Error::LeaseLost`]; [`Error::Transition`] when that cannot become of it.
    pub async fn mark(&self, lease: &Lease, id: i64, mark: Mark) -> Result<()> {
        transaction!(self, |connection| {
            self.hold(connection, lease).await?;
            let outgoing = lock(connection, self.is_postgres(), id).await?;
            let Some(state) = mark.from(outgoing.state) else {
                if said_before(&mark, outgoing.state) {
                    return Ok(super::quiet(()));
                }
                return Err(Error::Transition {
                    id,
                    wanted: mark.wanted(),
                    why: format!("it is {}", outgoing.state),
                }
                .into());
            };
            let now = self.now();
            let quiet = state == outgoing.state && !matches!(mark, Mark::Hold { .. });
            self.write_mark(connection, &outgoing, &mark, state, now).await?;
            match &mark {
                Mark::Final { wei, .. } | Mark::Reverted { wei, .. } | Mark::Abandoned { wei } => {
                    spend(connection, &outgoing, *wei, now).await?;
                }
                _ => {}
            }
            if let Some(ended) = ended(&mark, outgoing.call.purpose, now) {
                for message in carried(connection, id).await? {
                    self.let_go(connection, &message, id, &ended).await?;
                }
            }
            if let Mark::Hold { reason, detail, .. } = &mark {
                sqlx::query("UPDATE message SET reason = $2, detail = $3 WHERE outgoing = $1")
                    .bind(id)
                    .bind(reason.as_str())
                    .bind(codec::words(detail))
                    .execute(&mut *connection)
                    .await?;
            } else if !state.is_over() && !outgoing.detail.is_empty() {
                sqlx::query(
                    "UPDATE message SET reason = 'in_flight', detail = '' WHERE outgoing = $1",
                )
                .bind(id)
                .execute(&mut *connection)
                .await?;
            }
            Ok(if quiet { super::quiet(()) } else { news(()) })
        })
    }

    async fn write_mark(
        &self,
        connection: &mut AnyConnection,
        outgoing: &Outgoing,
        mark: &Mark,
        state: OutgoingState,
        now: Millis,
    ) -> Done<()> {
        let mined = match mark {
            Mark::Mined(block) => Some(*block),
            Mark::Unmined => None,
            _ => outgoing.mined,
        };
        let (detail, run_at) = match mark {
            Mark::Hold { reason, detail, run_at } => (format!("{reason}: {detail}"), *run_at),
            Mark::Refused { reason, detail } => (format!("{reason}: {detail}"), now),
            Mark::Reverted { detail, .. } => (detail.clone(), now),
            _ => (String::new(), now),
        };
        let open_key = if state.is_over() { None } else { Some(outgoing.call.key.as_str()) };
        sqlx::query(
            "UPDATE outgoing SET state = $2, detail = $3, mined_number = $4, mined_hash = $5, open_key = $6, run_at = $7 WHERE id = $1",
        )
        .bind(outgoing.id)
        .bind(state.as_str())
        .bind(codec::words(&detail))
        .bind(mined.map(|block| int(block.number)))
        .bind(mined.map(|block| codec::hash(&block.hash)))
        .bind(open_key)
        .bind(run_at)
        .execute(connection)
        .await?;
        Ok(())
    }
}

const fn said_before(mark: &Mark, state: OutgoingState) -> bool {
    matches!(
        (mark, state),
        (Mark::Final { .. }, OutgoingState::Final)
            | (Mark::Reverted { .. }, OutgoingState::Reverted)
            | (Mark::Lost, OutgoingState::Lost)
            | (Mark::Abandoned { .. }, OutgoingState::Abandoned)
            | (Mark::Refused { .. }, OutgoingState::Refused)
            | (Mark::Unmined, OutgoingState::Sent)
    )
}

/// What a mark means for the messages of the transaction, when it is over.
fn ended(mark: &Mark, purpose: Purpose, now: Millis) -> Option<Ended> {
    let ended = |reason, detail: &str, wait, tried| {
        let (detail, run_at) = (detail.to_owned(), now.saturating_add(wait));
        Some(Ended { purpose, reason, detail, run_at, tried })
    };
    match mark {
        Mark::Final { .. } => ended(
            Reason::Due,
            "its transaction is final; what it did is about to be seen",
            TO_BE_SEEN,
            false,
        ),
        Mark::Reverted { detail, .. } => ended(Reason::Reverted, detail, 0, true),
        Mark::Lost => {
            ended(Reason::Due, "the nonce of its transaction was used by another one", 0, false)
        }
        Mark::Abandoned { .. } => ended(Reason::Due, "its transaction was given up", 0, false),
        Mark::Refused { reason, detail } => ended(*reason, detail, 0, true),
        Mark::Sent | Mark::Mined(_) | Mark::Unmined | Mark::Hold { .. } => None,
    }
}

async fn spend(
    connection: &mut AnyConnection,
    outgoing: &Outgoing,
    wei: U256,
    now: Millis,
) -> Done<()> {
    sqlx::query("INSERT INTO spend (outgoing, chain, day, wei) VALUES ($1, $2, $3, $4) ON CONFLICT (outgoing) DO NOTHING")
        .bind(outgoing.id)
        .bind(int(outgoing.call.chain))
        .bind(now.div_euclid(DAY))
        .bind(wei.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
