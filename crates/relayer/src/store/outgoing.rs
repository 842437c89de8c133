//! Transactions of ours, until they are over.

use super::{
    Done, Error, Lease, Result, Store,
    codec::{self, Columns, int, parse},
    news, rows, transaction,
};
use crate::{
    clock::Millis,
    domain::{Bid, NewOutgoing, Outgoing, OutgoingState, Purpose},
};
use alloy_primitives::{Address, B256, U256};
use sqlx::{AnyConnection, any::AnyRow};

fn bid(row: &AnyRow) -> Result<Bid> {
    Ok(Bid {
        hash: row.parsed("hash")?,
        raw: row.parsed("raw")?,
        max_fee: row.parsed("max_fee")?,
        tip: row.parsed("tip")?,
        at: row.number("at")?,
    })
}

fn without_bids(row: &AnyRow) -> Result<Outgoing> {
    let mined = match row.maybe_text("mined_hash")? {
        Some(hash) => Some(crate::domain::BlockRef {
            number: row.natural("mined_number")?,
            hash: parse("mined_hash", &hash)?,
        }),
        None => None,
    };
    Ok(Outgoing {
        id: row.number("id")?,
        call: NewOutgoing {
            chain: row.natural("chain")?,
            purpose: row.parsed("purpose")?,
            to: row.parsed("recipient")?,
            data: row.parsed("data")?,
            gas: row.natural("gas")?,
            key: row.text("key")?,
            budget: row.maybe_parsed("budget")?,
        },
        state: row.parsed("state")?,
        detail: row.text("detail")?,
        signer: row.maybe_parsed("signer")?,
        nonce: row.maybe_number("nonce")?.map(i64::cast_unsigned),
        bids: Vec::new(),
        mined,
        created_at: row.number("created_at")?,
        run_at: row.number("run_at")?,
    })
}

async fn with_bids(connection: &mut AnyConnection, rows: &[AnyRow]) -> Result<Vec<Outgoing>> {
    let mut all = Vec::new();
    for row in rows {
        let mut outgoing = without_bids(row)?;
        let bids = sqlx::query(
            "SELECT * FROM bid WHERE outgoing = $1 ORDER BY at, LENGTH(max_fee), max_fee, hash",
        )
        .bind(outgoing.id)
        .fetch_all(&mut *connection)
        .await?;
        outgoing.bids = bids.iter().map(bid).collect::<Result<_>>()?;
        all.push(outgoing);
    }
    Ok(all)
}

/// Adds a transaction, or finds the one that is under way with its key.
pub(super) async fn insert(
    connection: &mut AnyConnection,
    new: &NewOutgoing,
    now: Millis,
) -> Done<i64> {
    let row =
        sqlx::query("UPDATE counter SET value = value + 1 WHERE name = 'outgoing' RETURNING value")
            .fetch_one(&mut *connection)
            .await?;
    let id = row.number("value")?;
    let added = sqlx::query(
        "INSERT INTO outgoing (id, chain, purpose, recipient, data, gas, key, open_key, budget, state, detail, created_at, run_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, 'queued', '', $9, $9) ON CONFLICT (open_key) DO NOTHING",
    )
    .bind(id)
    .bind(int(new.chain))
    .bind(new.purpose.as_str())
    .bind(codec::account(&new.to))
    .bind(new.data.to_string())
    .bind(int(new.gas))
    .bind(&new.key)
    .bind(new.budget.map(|budget| budget.to_string()))
    .bind(now)
    .execute(&mut *connection)
    .await?;
    if added.rows_affected() == 1 {
        return Ok(id);
    }
    let row = sqlx::query("SELECT id FROM outgoing WHERE open_key = $1")
        .bind(&new.key)
        .fetch_one(connection)
        .await?;
    Ok(row.number("id")?)
}

/// The row of a transaction, kept from others until the transaction of the database ends.
pub(super) async fn lock(
    connection: &mut AnyConnection,
    postgres: bool,
    id: i64,
) -> Done<Outgoing> {
    let sql = if postgres {
        "SELECT * FROM outgoing WHERE id = $1 FOR UPDATE"
    } else {
        "SELECT * FROM outgoing WHERE id = $1"
    };
    let row = sqlx::query(sql).bind(id).fetch_optional(connection).await?;
    let row = row.ok_or_else(|| Error::Unknown { what: "transaction", which: id.to_string() })?;
    Ok(without_bids(&row)?)
}

impl Store {
    /// Adds a transaction for a writer to send. While one with the same key is under way, that is the answer.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::StoreFull`].
    pub async fn queue(&self, new: NewOutgoing) -> Result<i64> {
        transaction!(self, |connection| {
            let id = insert(connection, &new, self.now()).await?;
            Ok(news(id))
        })
    }

    /// Transactions for which something is due on a chain, the longest due first: those of a signer, or with `None` those that have none.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Corrupt`].
    pub async fn outgoing_due(
        &self,
        chain: u64,
        signer: Option<Address>,
        max: usize,
    ) -> Result<Vec<Outgoing>> {
        let sql = if signer.is_some() {
            "SELECT * FROM outgoing WHERE chain = $1 AND open_key IS NOT NULL AND run_at <= $2 AND signer = $4 \
             ORDER BY run_at, id LIMIT $3"
        } else {
            "SELECT * FROM outgoing WHERE chain = $1 AND state = 'queued' AND run_at <= $2 AND signer IS NULL ORDER BY run_at, id LIMIT $3"
        };
        let mut query = sqlx::query(sql)
            .bind(int(chain))
            .bind(self.now())
            .bind(i64::try_from(max).unwrap_or(i64::MAX));
        if let Some(signer) = signer {
            query = query.bind(codec::account(&signer));
        }
        let mut connection = self.reader().await?;
        let rows = query.fetch_all(&mut *connection).await?;
        with_bids(&mut connection, &rows).await
    }

    /// Transactions of a signer that are not over, by nonce.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Corrupt`].
    pub async fn outgoing_open(&self, chain: u64, signer: Address) -> Result<Vec<Outgoing>> {
        let mut connection = self.reader().await?;
        let rows = sqlx::query(
            "SELECT * FROM outgoing WHERE chain = $1 AND open_key IS NOT NULL AND signer = $2 ORDER BY nonce, id",
        )
        .bind(int(chain))
        .bind(codec::account(&signer))
        .fetch_all(&mut *connection)
        .await?;
        with_bids(&mut connection, &rows).await
    }

    /// Transactions of a chain that are not over, with a signer or without, the oldest first.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Corrupt`].
    pub async fn outgoing_all_open(&self, chain: u64) -> Result<Vec<Outgoing>> {
        let mut connection = self.reader().await?;
        let rows = sqlx::query(
            "SELECT * FROM outgoing WHERE chain = $1 AND open_key IS NOT NULL ORDER BY id",
        )
        .bind(int(chain))
        .fetch_all(&mut *connection)
        .await?;
        with_bids(&mut connection, &rows).await
    }

    /// A transaction by its number.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`].
    pub async fn outgoing(&self, id: i64) -> Result<Outgoing> {
        let mut connection = self.reader().await?;
        let rows = sqlx::query("SELECT * FROM outgoing WHERE id = $1")
            .bind(id)
            .fetch_all(&mut *connection)
            .await?;
        let found = with_bids(&mut connection, &rows).await?.pop();
        found.ok_or_else(|| Error::Unknown { what: "transaction", which: id.to_string() })
    }

    /// The one that is under way with this key.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Corrupt`].
    pub async fn outgoing_by_key(&self, key: &str) -> Result<Option<Outgoing>> {
        let mut connection = self.reader().await?;
        let rows = sqlx::query("SELECT * FROM outgoing WHERE open_key = $1")
            .bind(key)
            .fetch_all(&mut *connection)
            .await?;
        Ok(with_bids(&mut connection, &rows).await?.pop())
    }

    /// Says who is to sign a transaction that has no nonce yet.
    ///
    /// # Errors
    ///
    /// [`Error::LeaseLost`]; [`Error::Transition`] when it has a nonce already or is over.
    pub async fn assign(&self, lease: &Lease, id: i64, signer: Option<Address>) -> Result<()> {
        transaction!(self, |connection| {
            self.hold(connection, lease).await?;
            let outgoing = lock(connection, self.is_postgres(), id).await?;
            if outgoing.state != OutgoingState::Queued {
                return Err(Error::Transition {
                    id,
                    wanted: "assigned",
                    why: format!("it is {}", outgoing.state),
                }
                .into());
            }
            sqlx::query("UPDATE outgoing SET signer = $2 WHERE id = $1")
                .bind(id)
                .bind(signer.as_ref().map(codec::account))
                .execute(&mut *connection)
                .await?;
            Ok(news(()))
        })
    }

    /// Stores a signed form of a transaction, before any node sees it: the first, which takes the nonce, or another price for the same
    /// nonce. `next_nonce` is the account's from then on.
    ///
    /// # Errors
    ///
    /// [`Error::LeaseLost`]; [`Error::Transition`] when the transaction is mined or over, has another nonce or signer, or the nonce is
    /// another open transaction's and this one is not a [`Purpose::Nothing`] that is to replace it.
    pub async fn sign(
        &self,
        lease: &Lease,
        id: i64,
        signer: Address,
        nonce: u64,
        bid: Bid,
        next_nonce: u64,
    ) -> Result<()> {
        let account = codec::account(&signer);
        transaction!(self, |connection| {
            self.hold(connection, lease).await?;
            let outgoing = lock(connection, self.is_postgres(), id).await?;
            let refuse = |why: String| Err(Error::Transition { id, wanted: "signed", why }.into());
            if !matches!(
                outgoing.state,
                OutgoingState::Queued | OutgoingState::Signed | OutgoingState::Sent
            ) {
                return refuse(format!("it is {}", outgoing.state));
            }
            if outgoing.signer.is_some_and(|other| other != signer) {
                return refuse("it is another signer's".into());
            }
            if let Some(other) = outgoing.nonce
                && other != nonce
            {
                return refuse(format!("its nonce is {other}, not {nonce}"));
            }
            let rival = sqlx::query(
                "SELECT id FROM outgoing WHERE chain = $1 AND signer = $2 AND nonce = $3 AND id <> $4 \
                 AND state IN ('signed', 'sent', 'mined')",
            )
            .bind(int(outgoing.call.chain))
            .bind(&account)
            .bind(int(nonce))
            .bind(id)
            .fetch_optional(&mut *connection)
            .await?;
            if let Some(rival) = rival
                && outgoing.call.purpose != Purpose::Nothing
            {
                return refuse(format!(
                    "nonce {nonce} is that of transaction {}",
                    rival.number("id")?
                ));
            }
            let state = if outgoing.state == OutgoingState::Queued {
                OutgoingState::Signed
            } else {
                outgoing.state
            };
            sqlx::query("UPDATE outgoing SET state = $2, signer = $3, nonce = $4, detail = '', run_at = $5 WHERE id = $1")
                .bind(id)
                .bind(state.as_str())
                .bind(&account)
                .bind(int(nonce))
                .bind(self.now())
                .execute(&mut *connection)
                .await?;
            sqlx::query(
                "INSERT INTO bid (hash, outgoing, raw, max_fee, tip, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (hash) DO NOTHING",
            )
            .bind(codec::hash(&bid.hash))
            .bind(id)
            .bind(bid.raw.to_string())
            .bind(bid.max_fee.to_string())
            .bind(bid.tip.to_string())
            .bind(bid.at)
            .execute(&mut *connection)
            .await?;
            put_nonce(connection, outgoing.call.chain, &account, next_nonce).await?;
            sqlx::query("UPDATE message SET reason = 'in_flight', detail = '' WHERE outgoing = $1")
                .bind(id)
                .execute(&mut *connection)
                .await?;
            for message in carried(connection, id).await? {
                rows::note_sent(connection, &message, self.now(), &bid.hash).await?;
            }
            Ok(news(()))
        })
    }

    /// The next nonce of a signer that was never taken; `None` when none ever was.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub async fn account(&self, chain: u64, signer: Address) -> Result<Option<u64>> {
        let row = sqlx::query("SELECT next_nonce FROM account WHERE chain = $1 AND signer = $2")
            .bind(int(chain))
            .bind(codec::account(&signer))
            .fetch_optional(&mut *self.reader().await?)
            .await?;
        row.map(|row| row.natural("next_nonce")).transpose()
    }

    /// Says what the next nonce is: after the chain was asked.
    ///
    /// # Errors
    ///
    /// [`Error::LeaseLost`].
    pub async fn set_next_nonce(
        &self,
        lease: &Lease,
        chain: u64,
        signer: Address,
        next_nonce: u64,
    ) -> Result<()> {
        transaction!(self, |connection| {
            self.hold(connection, lease).await?;
            put_nonce(connection, chain, &codec::account(&signer), next_nonce).await?;
            Ok(news(()))
        })
    }

    /// What was spent on a chain on a day, counted from 1970, in wei.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Corrupt`].
    pub async fn spent(&self, chain: u64, day: i64) -> Result<U256> {
        let rows = sqlx::query("SELECT wei FROM spend WHERE chain = $1 AND day = $2")
            .bind(int(chain))
            .bind(day)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter().try_fold(U256::ZERO, |sum, row| Ok(sum.saturating_add(row.parsed("wei")?)))
    }

    /// The messages that a transaction carries while it is under way.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], [`Error::Corrupt`].
    pub async fn messages_of(&self, outgoing: i64) -> Result<Vec<B256>> {
        Ok(carried(&mut *self.reader().await?, outgoing).await?)
    }
}

/// Ids of the messages of a transaction, ascending.
pub(super) async fn carried(connection: &mut AnyConnection, outgoing: i64) -> Done<Vec<B256>> {
    let rows = sqlx::query("SELECT id FROM message WHERE outgoing = $1 ORDER BY id")
        .bind(outgoing)
        .fetch_all(connection)
        .await?;
    Ok(rows.iter().map(|row| row.parsed("id")).collect::<Result<_>>()?)
}

async fn put_nonce(
    connection: &mut AnyConnection,
    chain: u64,
    account: &str,
    next_nonce: u64,
) -> Done<()> {
    sqlx::query(
        "INSERT INTO account (chain, signer, next_nonce) VALUES ($1, $2, $3) \
         ON CONFLICT (chain, signer) DO UPDATE SET next_nonce = excluded.next_nonce",
    )
    .bind(int(chain))
    .bind(account)
    .bind(int(next_nonce))
    .execute(connection)
    .await?;
    Ok(())
}
