//! Messages that a person asks for again.

use super::{
    Done, Result, Store,
    codec::{self, int},
    life::live,
    news, rows, transaction,
};
use crate::domain::{Class, Reason, Stage};
use alloy_primitives::B256;
use sqlx::{AnyConnection, AssertSqlSafe};

/// Which messages are asked for again. All of what is given has to fit; a list of ids alone names just these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requeue {
    /// These.
    pub ids: Vec<B256>,
    /// Those in this stage.
    pub stage: Option<Stage>,
    /// Those that wait, or were put aside, for this reason.
    pub reason: Option<Reason>,
    /// Those from the first to the second chain.
    pub lane: Option<(u64, u64)>,
}

impl Store {
    /// Makes messages due now, whatever they wait for: those put aside or left to others go back to what their sightings say. What is
    /// under way, and what is over, stays as it is. Answers how many are due.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error), [`Error::StoreFull`](super::Error).
    pub async fn requeue(&self, which: &Requeue, class: Class) -> Result<u64> {
        let mut due = 0;
        let ids =
            if which.ids.is_empty() { self.that_fit(which).await? } else { which.ids.clone() };
        // Some at a time, so that others can write in between. Cut off, it can be asked again.
        for some in ids.chunks(200) {
            due += transaction!(self, |connection| {
                let mut due = 0;
                for id in some {
                    due += u64::from(self.again(connection, id, which, class).await?);
                }
                Ok(news(due))
            })?;
        }
        Ok(due)
    }

    async fn that_fit(&self, which: &Requeue) -> Result<Vec<B256>> {
        let mut sql = "SELECT id FROM message WHERE outgoing IS NULL AND stage NOT IN ('observed', 'submitted', 'delivered', \
                       'refundable', 'orphaned')"
            .to_owned();
        let mut bound = 0;
        let mut and = |clause: &str| {
            bound += 1;
            sql.push_str(&format!(" AND {clause} = ${bound}"));
        };
        if which.stage.is_some() {
            and("stage");
        }
        if which.reason.is_some() {
            and("reason");
        }
        if which.lane.is_some() {
            and("source");
            and("destination");
        }
        sql.push_str(" ORDER BY seen_at, id");
        let mut query = sqlx::query(AssertSqlSafe(sql));
        if let Some(stage) = which.stage {
            query = query.bind(stage.as_str());
        }
        if let Some(reason) = which.reason {
            query = query.bind(reason.as_str());
        }
        if let Some((source, destination)) = which.lane {
            query = query.bind(int(source)).bind(int(destination));
        }
        let rows = query.fetch_all(&mut *self.reader().await?).await?;
        rows.iter().map(|row| codec::Columns::parsed(row, "id")).collect()
    }

    async fn again(
        &self,
        connection: &mut AnyConnection,
        id: &B256,
        which: &Requeue,
        class: Class,
    ) -> Done<bool> {
        let Some(row) = rows::lock_message(connection, self.is_postgres(), id).await? else {
            return Ok(false);
        };
        let before = &row.tracked;
        let lane = (before.sent_at.chain, before.sent.destination);
        let fits = which.stage.is_none_or(|stage| stage == before.stage)
            && which.reason.is_none_or(|reason| reason == before.reason)
            && which.lane.is_none_or(|wanted| wanted == lane);
        if !fits || before.outgoing.is_some() {
            return Ok(false);
        }
        let life =
            live(*id, &rows::sightings_of(connection, id).await?, &rows::finals(connection).await?);
        let aside = matches!(before.stage, Stage::Filtered | Stage::Quarantined | Stage::Expired);
        let stage = life.facts.follow(if aside { Stage::Final } else { before.stage });
        if !stage.has_work() {
            return Ok(false);
        }
        self.requeue_row(connection, &row, &life, stage, class).await?;
        Ok(true)
    }
}
