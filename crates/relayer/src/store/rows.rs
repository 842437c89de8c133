//! Rows of messages and sightings.

use super::{
    Done, Result,
    codec::{self, Columns},
};
use crate::{
    clock::Millis,
    domain::{BlockRef, Place, Reason, SentMessage, Sighting, Stage, Tracked},
};
use alloy_primitives::{B256, Bytes};
use mos::Body;
use sqlx::{AnyConnection, any::AnyRow};
use std::collections::BTreeMap;

/// A message as its row has it.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) tracked: Tracked,
    pub(super) fence: i64,
    /// When it was taken, and until when.
    pub(super) leased: (Millis, Millis),
    /// The block that the next proof is of.
    pub(super) proof_block: u64,
}

pub(super) fn block(row: &AnyRow, number: &'static str, hash: &'static str) -> Result<BlockRef> {
    Ok(BlockRef { number: row.natural(number)?, hash: row.parsed(hash)? })
}

pub(super) fn tracked(row: &AnyRow) -> Result<Tracked> {
    let attributes: Vec<Bytes> = codec::read_json("attributes", &row.text("attributes")?)?;
    let body = Body {
        nonce: row.natural("nonce")?,
        sender: row.parsed("sender")?,
        recipient: row.parsed("recipient")?,
        payload: row.parsed("payload")?,
        attributes,
    };
    Ok(Tracked {
        id: row.parsed("id")?,
        sent_at: Place {
            chain: row.natural("source")?,
            block: block(row, "block", "block_hash")?,
            transaction: row.parsed("tx")?,
            transaction_index: row.natural("tx_index")?,
            log_index: row.natural("log_index")?,
        },
        sent: SentMessage {
            gateway: row.parsed("gateway")?,
            destination: row.natural("destination")?,
            body,
        },
        stage: row.parsed("stage")?,
        reason: row.parsed("reason")?,
        detail: row.text("detail")?,
        class: row.parsed("class")?,
        run_at: row.maybe_number("run_at")?,
        attempts: u32::try_from(row.number("attempts")?).unwrap_or(u32::MAX),
        seen_at: row.number("seen_at")?,
        since: row.number("since")?,
        outgoing: row.maybe_number("outgoing")?,
    })
}

pub(super) fn row(row: &AnyRow) -> Result<Row> {
    Ok(Row {
        tracked: tracked(row)?,
        fence: row.number("fence")?,
        leased: (row.number("leased_at")?, row.number("leased_until")?),
        proof_block: row.natural("proof_block")?,
    })
}

pub(super) fn sighting(row: &AnyRow) -> Result<Sighting> {
    Ok(Sighting {
        message: row.parsed("message")?,
        place: Place {
            chain: row.natural("chain")?,
            block: block(row, "block", "block_hash")?,
            transaction: row.parsed("tx")?,
            transaction_index: row.natural("tx_index")?,
            log_index: row.natural("log_index")?,
        },
        fact: codec::read_fact(&row.text("kind")?, &row.text("fact")?)?,
    })
}

/// The row of a message, kept from others until the transaction ends.
pub(super) async fn lock_message(
    connection: &mut AnyConnection,
    postgres: bool,
    id: &B256,
) -> Done<Option<Row>> {
    let sql = if postgres {
        "SELECT * FROM message WHERE id = $1 FOR UPDATE"
    } else {
        "SELECT * FROM message WHERE id = $1"
    };
    let found = sqlx::query(sql).bind(codec::hash(id)).fetch_optional(connection).await?;
    Ok(found.as_ref().map(row).transpose()?)
}

pub(super) async fn sightings_of(connection: &mut AnyConnection, id: &B256) -> Done<Vec<Sighting>> {
    let rows =
        sqlx::query("SELECT * FROM sighting WHERE message = $1 ORDER BY chain, block, log_index")
            .bind(codec::hash(id))
            .fetch_all(connection)
            .await?;
    Ok(rows.iter().map(sighting).collect::<Result<_>>()?)
}

/// The last final block of each chain.
pub(super) async fn finals(connection: &mut AnyConnection) -> Done<BTreeMap<u64, u64>> {
    let rows = sqlx::query("SELECT chain, final_number FROM cursor").fetch_all(connection).await?;
    let mut finals = BTreeMap::new();
    for row in rows {
        finals.insert(row.natural("chain")?, row.natural("final_number")?);
    }
    Ok(finals)
}

/// Writes down what has become of a message, for people.
pub(super) async fn note(
    connection: &mut AnyConnection,
    id: &B256,
    at: Millis,
    (stage, reason, detail): (Stage, Reason, &str),
    transaction: Option<&B256>,
) -> Done<()> {
    sqlx::query(
        "INSERT INTO history (message, at, seq, stage, reason, detail, tx) \
         SELECT $1, $2, COALESCE(MAX(seq), 0) + 1, $3, $4, $5, $6 FROM history WHERE message = $1",
    )
    .bind(codec::hash(id))
    .bind(at)
    .bind(stage.as_str())
    .bind(reason.as_str())
    .bind(codec::words(detail))
    .bind(transaction.map(codec::hash))
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down that a message was signed into a transaction, where it stands.
pub(super) async fn note_sent(
    connection: &mut AnyConnection,
    id: &B256,
    at: Millis,
    transaction: &B256,
) -> Done<()> {
    sqlx::query(
        "INSERT INTO history (message, at, seq, stage, reason, detail, tx) \
         SELECT m.id, $2, (SELECT COALESCE(MAX(seq), 0) + 1 FROM history WHERE message = m.id), m.stage, m.reason, m.detail, $3 \
         FROM message m WHERE m.id = $1",
    )
    .bind(codec::hash(id))
    .bind(at)
    .bind(codec::hash(transaction))
    .execute(connection)
    .await?;
    Ok(())
}
