//! How far chains are read, and what was seen on them.

use super::{
    Done, Error, Lease, Result, Store,
    codec::{self, Columns, int},
    news, resume, rows, transaction,
};
use crate::{
    clock::Millis,
    domain::{BlockRef, Class, Sighting, Stage},
};
use alloy_primitives::{Address, B256};
use sqlx::{AnyConnection, any::AnyRow};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::PoisonError,
};

/// How far a chain is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The block that is read next.
    pub next_block: u64,
    /// The last block that is final and was read.
    pub final_block: BlockRef,
    /// Number of the newest block that was seen, read or not.
    pub head: u64,
    /// Its time, in seconds of the chain.
    pub head_time: u64,
    /// Why it is read no further, if so.
    pub halted: Option<String>,
    /// When it was last advanced.
    pub updated_at: Millis,
}

/// What was read of a chain since the last time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advance {
    /// The block that was to be read next: when that has changed meanwhile, nothing is stored.
    pub expect_next: u64,
    /// The last block that is kept, when later ones were orphaned.
    pub roll_back_to: Option<u64>,
    /// Blocks that were read and are not final.
    pub pins: Vec<BlockRef>,
    /// What was seen. What is stored already changes nothing.
    pub sightings: Vec<Sighting>,
    /// The block that is read next from now on.
    pub next_block: u64,
    /// The last block that is final and was read. One below the stored one changes nothing: finality does not go back.
    pub final_block: BlockRef,
    /// Number and time of the newest block that was seen, read or not.
    pub head: (u64, u64),
    /// Who takes messages that are new.
    pub class: Class,
}

pub(super) fn cursor(row: &AnyRow) -> Result<Cursor> {
    Ok(Cursor {
        next_block: row.natural("next_block")?,
        final_block: rows::block(row, "final_number", "final_hash")?,
        head: row.natural("head_number")?,
        head_time: row.natural("head_time")?,
        halted: row.maybe_text("halted")?,
        updated_at: row.number("updated_at")?,
    })
}

impl Store {
    /// Says which chains are this relayer's. Messages to others are kept and wait as [`Reason::UnknownChain`](crate::domain::Reason);
    /// those that wait so and can be relayed now are due. Until it is called, all chains are.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::StoreFull`].
    pub async fn serve(&self, chains: &[u64]) -> Result<()> {
        let served: BTreeSet<u64> = chains.iter().copied().collect();
        *self.inner.served.write().unwrap_or_else(PoisonError::into_inner) = Some(served);
        transaction!(self, |connection| {
            let now = self.now();
            for chain in chains {
                sqlx::query(
                    "UPDATE message SET reason = 'due', detail = '', run_at = $1 \
                     WHERE work_on = $2 AND stage = 'final' AND reason = 'unknown_chain'",
                )
                .bind(now)
                .bind(int(*chain))
                .execute(&mut *connection)
                .await?;
            }
            Ok(news(()))
        })
    }

    /// How far a chain is read; `None` before its first block.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Corrupt`].
    pub async fn cursor(&self, chain: u64) -> Result<Option<Cursor>> {
        let row = sqlx::query("SELECT * FROM cursor WHERE chain = $1")
            .bind(int(chain))
            .fetch_optional(&mut *self.reader().await?)
            .await?;
        row.as_ref().map(cursor).transpose()
    }

    /// The blocks of a chain that were read and are not final, ascending.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Corrupt`].
    pub async fn pins(&self, chain: u64) -> Result<Vec<BlockRef>> {
        let rows = sqlx::query("SELECT number, hash FROM pin WHERE chain = $1 ORDER BY number")
            .bind(int(chain))
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter().map(|row| rows::block(row, "number", "hash")).collect()
    }

    /// Stores what was read of a chain: takes away what was orphaned, adds what was seen, and lets every message that is concerned
    /// stand where its sightings say.
    ///
    /// # Errors
    ///
    /// [`Error::LeaseLost`], [`Error::Halted`], [`Error::Moved`]; [`Error::BelowFinal`] when a final block is to be taken back or
    /// replaced: that is for a person, after [`Store::halt`].
    pub async fn advance(&self, chain: u64, lease: &Lease, advance: Advance) -> Result<()> {
        transaction!(self, |connection| {
            self.hold(connection, lease).await?;
            self.one_at_a_time(connection).await?;
            let row = sqlx::query("SELECT * FROM cursor WHERE chain = $1")
                .bind(int(chain))
                .fetch_optional(&mut *connection)
                .await?;
            let before = row.as_ref().map(cursor).transpose()?;
            let final_block = check(chain, before.as_ref(), &advance)?;

            let mut touched = BTreeSet::new();
            if let Some(kept) = advance.roll_back_to {
                take_back(connection, chain, kept, &mut touched).await?;
            }
            add(connection, chain, &advance.sightings, &mut touched).await?;
            let was_final = before.as_ref().map(|cursor| cursor.final_block.number);
            if was_final != Some(final_block.number) {
                now_final(connection, chain, was_final, final_block.number, &mut touched).await?;
            }
            self.pin(connection, chain, &advance.pins, final_block.number).await?;
            self.put_cursor(connection, chain, &advance, final_block).await?;
            let finals = rows::finals(connection).await?;
            // In order of their ids, so that two who lock several do not wait for each other.
            for id in &touched {
                self.restand(connection, id, &finals, advance.class).await?;
            }
            Ok(news(()))
        })
    }

    /// What two chains say of one message is seen by the later of the two.
    pub(super) async fn one_at_a_time(&self, connection: &mut AnyConnection) -> Done<()> {
        if self.is_postgres() {
            sqlx::query("SELECT pg_advisory_xact_lock(7245903316)").execute(connection).await?;
        }
        Ok(())
    }

    async fn pin(
        &self,
        connection: &mut AnyConnection,
        chain: u64,
        pins: &[BlockRef],
        final_number: u64,
    ) -> Done<()> {
        for pin in pins.iter().filter(|pin| pin.number > final_number) {
            sqlx::query(
                "INSERT INTO pin (chain, number, hash) VALUES ($1, $2, $3) ON CONFLICT (chain, number) DO UPDATE SET hash = excluded.hash",
            )
            .bind(int(chain))
            .bind(int(pin.number))
            .bind(codec::hash(&pin.hash))
            .execute(&mut *connection)
            .await?;
        }
        sqlx::query("DELETE FROM pin WHERE chain = $1 AND number <= $2")
            .bind(int(chain))
            .bind(int(final_number))
            .execute(connection)
            .await?;
        Ok(())
    }

    async fn put_cursor(
        &self,
        connection: &mut AnyConnection,
        chain: u64,
        advance: &Advance,
        final_block: BlockRef,
    ) -> Done<()> {
        sqlx::query(
            "INSERT INTO cursor (chain, next_block, final_number, final_hash, head_number, head_time, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (chain) DO UPDATE SET next_block = excluded.next_block, \
             final_number = excluded.final_number, final_hash = excluded.final_hash, head_number = excluded.head_number, \
             head_time = excluded.head_time, updated_at = excluded.updated_at",
        )
        .bind(int(chain))
        .bind(int(advance.next_block))
        .bind(int(final_block.number))
        .bind(codec::hash(&final_block.hash))
        .bind(int(advance.head.0))
        .bind(int(advance.head.1))
        .bind(self.now())
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Stops the reading of a chain until a person has looked at it, and [resumes](Store::resume) it.
    ///
    /// # Errors
    ///
    /// [`Error::LeaseLost`]; [`Error::Unknown`] for a chain that was never read.
    pub async fn halt(&self, chain: u64, lease: &Lease, why: &str) -> Result<()> {
        transaction!(self, |connection| {
            self.hold(connection, lease).await?;
            let done = sqlx::query("UPDATE cursor SET halted = $2 WHERE chain = $1")
                .bind(int(chain))
                .bind(codec::words(why))
                .execute(connection)
                .await?;
            let which = chain.to_string();
            match done.rows_affected() {
                0 => Err(Error::Unknown { what: "cursor of chain", which }.into()),
                _ => Ok(news(())),
            }
        })
    }

    /// The nonce after the greatest that was seen from this gateway to this destination.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub async fn next_nonce_seen(
        &self,
        source: u64,
        gateway: Address,
        destination: u64,
    ) -> Result<u64> {
        let row = sqlx::query(
            "SELECT nonce FROM message WHERE source = $1 AND destination = $2 AND gateway = $3 AND stage <> 'orphaned' \
             ORDER BY nonce DESC LIMIT 1",
        )
        .bind(int(source))
        .bind(int(destination))
        .bind(codec::account(&gateway))
        .fetch_optional(&mut *self.reader().await?)
        .await?;
        row.map_or(Ok(0), |row| Ok(row.natural("nonce")?.saturating_add(1)))
    }

    /// The nonces below the contract's count that were not seen from this gateway to this destination, the lowest 1,000 of them: for the
    /// audit. What is before the first message that is known does not count; when none is known, all do.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub async fn nonces_missing(
        &self,
        source: u64,
        gateway: Address,
        destination: u64,
        count: u64,
    ) -> Result<BTreeSet<u64>> {
        let mut connection = self.reader().await?;
        // What was final before the chain was resumed may be no more.
        let lane = (source, gateway, destination, resume::resumed(&mut connection, source).await?);
        let firm =
            self.inner.firm.lock().unwrap_or_else(PoisonError::into_inner).get(&lane).copied();
        let mut scan = Scan { next: firm, firm, whole: true, missing: BTreeSet::new() };
        loop {
            let rows = sqlx::query(
                "SELECT nonce, stage FROM message WHERE source = $1 AND destination = $2 AND gateway = $3 AND nonce >= $4 \
                 AND stage <> 'orphaned' ORDER BY nonce LIMIT 1000",
            )
            .bind(int(source))
            .bind(int(destination))
            .bind(codec::account(&gateway))
            .bind(int(scan.next.unwrap_or(0)))
            .fetch_all(&mut *connection)
            .await?;
            for row in &rows {
                let is_final = row.text("stage")? != Stage::Observed.as_str();
                scan.see(row.natural("nonce")?, is_final);
            }
            if rows.len() < 1000 {
                break;
            }
        }
        scan.miss(count);
        if let Some(firm) = scan.firm {
            self.inner.firm.lock().unwrap_or_else(PoisonError::into_inner).insert(lane, firm);
        }
        Ok(scan.missing)
    }
}

/// Goes through the nonces of a lane, upward.
struct Scan {
    /// The one after those that were seen; `None` before the first message.
    next: Option<u64>,
    /// The same while all of them are there and final: there is no need to look at them again.
    firm: Option<u64>,
    whole: bool,
    missing: BTreeSet<u64>,
}

impl Scan {
    const MOST: usize = 1000;

    fn see(&mut self, nonce: u64, is_final: bool) {
        if self.next.is_some() {
            self.miss(nonce);
        }
        let next = nonce.saturating_add(1);
        self.next = Some(next);
        self.whole &= is_final && self.missing.is_empty();
        if self.whole {
            self.firm = Some(next);
        }
    }

    /// All from the next one to this are missing.
    fn miss(&mut self, below: u64) {
        let room = Self::MOST.saturating_sub(self.missing.len());
        self.missing.extend((self.next.unwrap_or(0)..below).take(room));
    }
}

/// Whether this can be stored, and the last final block from then on.
fn check(chain: u64, before: Option<&Cursor>, advance: &Advance) -> Result<BlockRef> {
    let Some(before) = before else { return Ok(advance.final_block) };
    if let Some(why) = &before.halted {
        return Err(Error::Halted { chain, why: why.clone() });
    }
    if before.next_block != advance.expect_next {
        return Err(Error::Moved {
            chain,
            expected: advance.expect_next,
            found: before.next_block,
        });
    }
    let known = before.final_block;
    let below = |number| Error::BelowFinal { chain, number, final_number: known.number };
    if let Some(kept) = advance.roll_back_to
        && kept < known.number
    {
        return Err(below(kept));
    }
    if advance.final_block.number == known.number && advance.final_block.hash != known.hash {
        return Err(below(known.number));
    }
    Ok(if advance.final_block.number < known.number { known } else { advance.final_block })
}

/// Removes what was seen after a block.
pub(super) async fn take_back(
    connection: &mut AnyConnection,
    chain: u64,
    kept: u64,
    touched: &mut BTreeSet<B256>,
) -> Done<()> {
    let rows = sqlx::query("SELECT DISTINCT message FROM sighting WHERE chain = $1 AND block > $2")
        .bind(int(chain))
        .bind(int(kept))
        .fetch_all(&mut *connection)
        .await?;
    for row in rows {
        touched.insert(row.parsed("message")?);
    }
    for sql in [
        "DELETE FROM sighting WHERE chain = $1 AND block > $2",
        "DELETE FROM pin WHERE chain = $1 AND number > $2",
    ] {
        sqlx::query(sql).bind(int(chain)).bind(int(kept)).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Adds what was seen, unless it is there already.
async fn add(
    connection: &mut AnyConnection,
    chain: u64,
    sightings: &[Sighting],
    touched: &mut BTreeSet<B256>,
) -> Done<()> {
    let numbers = || sightings.iter().map(|sighting| sighting.place.block.number);
    let (Some(first), Some(last)) = (numbers().min(), numbers().max()) else { return Ok(()) };
    let rows = sqlx::query("SELECT block, log_index, block_hash, message, kind FROM sighting WHERE chain = $1 AND block BETWEEN $2 AND $3")
        .bind(int(chain))
        .bind(int(first))
        .bind(int(last))
        .fetch_all(&mut *connection)
        .await?;
    let mut known = BTreeMap::new();
    for row in rows {
        let place = (row.natural("block")?, row.natural("log_index")?);
        known.insert(
            place,
            (row.parsed::<B256>("block_hash")?, row.parsed::<B256>("message")?, row.text("kind")?),
        );
    }
    for sighting in sightings.iter().filter(|sighting| sighting.place.chain == chain) {
        let place = &sighting.place;
        let (kind, fact) = codec::fact(&sighting.fact);
        match known.get(&(place.block.number, place.log_index)) {
            Some((hash, message, stored))
                if (*hash, *message) == (place.block.hash, sighting.message) && stored == kind =>
            {
                continue;
            }
            // Another block of that number: what was seen there before is no more.
            Some((_, message, _)) => touched.insert(*message),
            None => false,
        };
        touched.insert(sighting.message);
        sqlx::query(
            "INSERT INTO sighting (chain, block, log_index, block_hash, tx, tx_index, message, kind, fact) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (chain, block, log_index) DO UPDATE SET \
             block_hash = excluded.block_hash, tx = excluded.tx, tx_index = excluded.tx_index, message = excluded.message, \
             kind = excluded.kind, fact = excluded.fact",
        )
        .bind(int(chain))
        .bind(int(place.block.number))
        .bind(int(place.log_index))
        .bind(codec::hash(&place.block.hash))
        .bind(codec::hash(&place.transaction))
        .bind(int(place.transaction_index))
        .bind(codec::hash(&sighting.message))
        .bind(kind)
        .bind(fact)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Messages whose sightings have become final.
async fn now_final(
    connection: &mut AnyConnection,
    chain: u64,
    before: Option<u64>,
    number: u64,
    touched: &mut BTreeSet<B256>,
) -> Done<()> {
    let rows = sqlx::query(
        "SELECT DISTINCT message FROM sighting WHERE chain = $1 AND block > $2 AND block <= $3",
    )
    .bind(int(chain))
    .bind(before.map_or(-1, int))
    .bind(int(number))
    .fetch_all(connection)
    .await?;
    for row in rows {
        touched.insert(row.parsed("message")?);
    }
    Ok(())
}
