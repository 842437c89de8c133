//! What people ask: where a message is and why, and how lanes do.

use super::{
    Result, Store,
    codec::{self, Columns, int},
    rows,
};
use crate::{
    clock::Millis,
    domain::{Reason, Sighting, Stage, Tracked},
};
use alloy_primitives::{B256, Bytes};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// Which messages are looked for. All of what is given has to fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The one with this id.
    pub id: Option<B256>,
    /// Those that this transaction is about: it sent, delivered or acknowledged them, or is one of ours for them.
    pub tx: Option<B256>,
    /// Those from this account: an address, or ERC-7930 bytes, whichever chain they name.
    pub sender: Option<String>,
    /// Those to this account.
    pub recipient: Option<String>,
    /// Those in this stage.
    pub stage: Option<Stage>,
    /// Those that wait for this.
    pub reason: Option<Reason>,
    /// Those from the first to the second chain.
    pub lane: Option<(u64, u64)>,
    /// At most so many.
    pub limit: usize,
    /// Those that were seen before this one: the last of the page before.
    pub before: Option<B256>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            id: None,
            tx: None,
            sender: None,
            recipient: None,
            stage: None,
            reason: None,
            lane: None,
            limit: 100,
            before: None,
        }
    }
}

/// A step in the life of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Millis,
    /// Where it stood from then on.
    pub stage: Stage,
    /// Why it was no further.
    pub reason: Reason,
    /// The same in words.
    pub detail: String,
    /// The transaction that it is about, if one is.
    pub tx: Option<B256>,
}

/// How a lane does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneCounts {
    /// The chain that messages are sent from.
    pub source: u64,
    /// The chain that they are sent to.
    pub destination: u64,
    /// How many are in each stage and, of those, wait for each reason.
    pub counts: BTreeMap<(Stage, Reason), u64>,
    /// Since when the oldest one that is not over is known.
    pub oldest: Option<Millis>,
}

/// A statement that grows by clauses.
struct Clauses {
    sql: String,
    texts: Vec<Bound>,
}

enum Bound {
    Text(String),
    Number(i64),
}

impl Clauses {
    /// `?` stands for the value, as often as it is there.
    fn and(&mut self, clause: &str, value: Bound) {
        self.texts.push(value);
        let place = format!("${}", self.texts.len());
        self.sql.push_str(" AND ");
        self.sql.push_str(&clause.replace('?', &place));
    }
}

/// An account as its column has it, from whichever way people write it.
fn account(text: &str) -> String {
    text.parse::<Bytes>().map_or_else(|_| text.to_lowercase(), |bytes| codec::account_of(&bytes))
}

impl Store {
    /// A message and where it stands.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error), [`Error::Corrupt`](super::Error).
    pub async fn message(&self, id: B256) -> Result<Option<Tracked>> {
        let row = sqlx::query("SELECT * FROM message WHERE id = $1")
            .bind(codec::hash(&id))
            .fetch_optional(&mut *self.reader().await?)
            .await?;
        row.as_ref().map(rows::tracked).transpose()
    }

    /// Messages that fit, the last seen first.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error), [`Error::Corrupt`](super::Error).
    pub async fn search(&self, query: &Query) -> Result<Vec<Tracked>> {
        let mut clauses =
            Clauses { sql: "SELECT * FROM message WHERE 1 = 1".into(), texts: Vec::new() };
        let text = |text: &str| Bound::Text(text.to_lowercase());
        if let Some(id) = &query.id {
            clauses.and("id = ?", Bound::Text(codec::hash(id)));
        }
        if let Some(tx) = &query.tx {
            clauses.and(
                "id IN (SELECT message FROM sighting WHERE tx = ? UNION SELECT message FROM history WHERE tx = ?)",
                Bound::Text(codec::hash(tx)),
            );
        }
        if let Some(sender) = &query.sender {
            clauses.and("sender_account = ?", Bound::Text(account(sender)));
        }
        if let Some(recipient) = &query.recipient {
            clauses.and("recipient_account = ?", Bound::Text(account(recipient)));
        }
        if let Some(stage) = query.stage {
            clauses.and("stage = ?", text(stage.as_str()));
        }
        if let Some(reason) = query.reason {
            clauses.and("reason = ?", text(reason.as_str()));
        }
        if let Some((source, destination)) = query.lane {
            clauses.and("source = ?", Bound::Number(int(source)));
            clauses.and("destination = ?", Bound::Number(int(destination)));
        }
        if let Some(before) = &query.before {
            clauses.and(
                "(seen_at < (SELECT seen_at FROM message WHERE id = ?) \
                 OR (seen_at = (SELECT seen_at FROM message WHERE id = ?) AND id < ?))",
                Bound::Text(codec::hash(before)),
            );
        }
        clauses.sql.push_str(" ORDER BY seen_at DESC, id DESC");
        clauses.sql.push_str(&format!(" LIMIT {}", query.limit.clamp(1, 10_000)));
        let mut statement = sqlx::query(AssertSqlSafe(clauses.sql));
        for value in clauses.texts {
            statement = match value {
                Bound::Text(text) => statement.bind(text),
                Bound::Number(number) => statement.bind(number),
            };
        }
        let rows = statement.fetch_all(&mut *self.reader().await?).await?;
        rows.iter().map(rows::tracked).collect()
    }

    /// The life of a message, from its first sighting.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error), [`Error::Corrupt`](super::Error).
    pub async fn history(&self, id: B256) -> Result<Vec<Entry>> {
        let rows = sqlx::query("SELECT * FROM history WHERE message = $1 ORDER BY seq")
            .bind(codec::hash(&id))
            .fetch_all(&mut *self.reader().await?)
            .await?;
        let entry = |row| -> Result<Entry> {
            let row: &sqlx::any::AnyRow = row;
            Ok(Entry {
                at: row.number("at")?,
                stage: row.parsed("stage")?,
                reason: row.parsed("reason")?,
                detail: row.text("detail")?,
                tx: row.maybe_parsed("tx")?,
            })
        };
        rows.iter().map(entry).collect()
    }

    /// What chains say of a message, also before it is known where it was sent.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error), [`Error::Corrupt`](super::Error).
    pub async fn sightings(&self, id: B256) -> Result<Vec<Sighting>> {
        Ok(rows::sightings_of(&mut *self.reader().await?, &id).await?)
    }

    /// How each lane does that a message was ever seen on.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error), [`Error::Corrupt`](super::Error).
    pub async fn lanes(&self) -> Result<Vec<LaneCounts>> {
        let rows = sqlx::query(
            "SELECT source, destination, stage, reason, COUNT(*) AS count, MIN(seen_at) AS oldest FROM message \
             GROUP BY source, destination, stage, reason",
        )
        .fetch_all(&mut *self.reader().await?)
        .await?;
        let mut lanes: BTreeMap<(u64, u64), LaneCounts> = BTreeMap::new();
        for row in &rows {
            let (source, destination) = (row.natural("source")?, row.natural("destination")?);
            let lane = lanes.entry((source, destination)).or_insert_with(|| LaneCounts {
                source,
                destination,
                counts: BTreeMap::new(),
                oldest: None,
            });
            let stage: Stage = row.parsed("stage")?;
            lane.counts.insert((stage, row.parsed("reason")?), row.natural("count")?);
            if !stage.is_over() {
                let oldest = row.number("oldest")?;
                lane.oldest = Some(lane.oldest.map_or(oldest, |before| before.min(oldest)));
            }
        }
        Ok(lanes.into_values().collect())
    }

    /// How many messages are in each stage.
    ///
    /// # Errors
    ///
    /// [`Error::Database`](super::Error), [`Error::Corrupt`](super::Error).
    pub async fn counts(&self) -> Result<BTreeMap<Stage, u64>> {
        let rows = sqlx::query("SELECT stage, COUNT(*) AS count FROM message GROUP BY stage")
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter().map(|row| Ok((row.parsed("stage")?, row.natural("count")?))).collect()
    }
}
