//! What the relayer knows, kept so that a process can be killed at any instruction.
//!
//! Each method is one transaction of the database: it happens as a whole or not at all, also when its future is dropped. What one
//! process has decided while another has taken over is refused: leases and claims have fences that grow with each owner.
//!
//! SQLite is the default and is for one process, which a lock of the operating system sees to. PostgreSQL is for several: rows are
//! claimed with `SKIP LOCKED`, and other instances are woken by `NOTIFY`. Migrations and tests are the same for both.
//!
//! Whether a transaction that was cut off while it was committed has happened is not known to its caller, as after a crash. Reading
//! tells.

mod attestations;
mod chains;
mod claims;
mod clients;
mod codec;
mod error;
mod leases;
mod life;
mod listen;
mod mark;
mod open;
mod outgoing;
mod people;
mod prune;
mod requeue;
mod resume;
mod rows;
mod runs;
mod signed;
mod standing;

pub use chains::{Advance, Cursor};
pub use clients::{ClientRow, Demand};
pub use error::{Error, Result};
pub use leases::Lease;
pub use life::{Life, live};
pub use mark::Mark;
pub use people::{Entry, LaneCounts, Query};
pub use requeue::Requeue;
pub use signed::SignedRow;

use crate::clock::{Clock, Millis};
use alloy_primitives::Address;
use error::{Refusal, refusal};
use open::Kind;
use sqlx::{Any, AnyConnection, AnyPool, Transaction, pool::PoolConnection};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    fs::File,
    sync::{Arc, Mutex, PoisonError, RwLock},
};
use tokio::{sync::watch, task::AbortHandle};

/// The rows. Cheap to clone; all clones share the connections.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
    /// The instance, and which run of it.
    owner: Arc<str>,
}

struct Inner {
    kind: Kind,
    shown: String,
    write: AnyPool,
    read: AnyPool,
    clock: Arc<dyn Clock>,
    boot: String,
    changes: Arc<watch::Sender<u64>>,
    served: RwLock<Option<BTreeSet<u64>>>,
    /// Of each lane, and since its source was last resumed: the nonce below which all messages are there and final.
    firm: Mutex<BTreeMap<(u64, Address, u64, i64), u64>>,
    listener: Option<AbortHandle>,
    // Kept open: the lock lasts as long.
    _lock: Option<File>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(listener) = &self.listener {
            listener.abort();
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("at", &self.inner.shown).field("owner", &self.owner).finish()
    }
}

/// How often a transaction is tried again that stood in another one's way.
const TRIES: u32 = 20;

/// What a transaction comes to, and whether that is news to anyone.
struct Outcome<T> {
    value: T,
    news: bool,
}

const fn news<T>(value: T) -> Outcome<T> {
    Outcome { value, news: true }
}

const fn quiet<T>(value: T) -> Outcome<T> {
    Outcome { value, news: false }
}

/// Runs statements as one transaction, once more when it stood in another one's way, and tells others if it is news.
macro_rules! transaction {
    ($store:expr, |$connection:ident| $body:block) => {{
        let store: &$crate::store::Store = $store;
        let mut tries = 0;
        loop {
            let mut transaction = store.begin().await?;
            let done: std::result::Result<_, $crate::store::Failure> = async {
                let $connection: &mut sqlx::AnyConnection = &mut transaction;
                $body
            }
            .await;
            if let Some(ended) = store.end(transaction, done, &mut tries).await {
                break ended;
            }
        }
    }};
}
use transaction;

/// What a transaction fails with: what the database says is kept as it is until it is known whether it is tried again.
#[derive(Debug)]
enum Failure {
    Database(sqlx::Error),
    Ours(Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Database(error) => error.into(),
            Failure::Ours(error) => error,
        }
    }
}

/// What comes of statements within a transaction.
type Done<T> = std::result::Result<T, Failure>;

impl Store {
    /// Opens the store and brings its tables up to date.
    ///
    /// `url` is `sqlite:<file>`, `sqlite::memory:` or `postgres://…`; `?max_mib=` bounds an SQLite file. `owner` names the instance:
    /// several on one PostgreSQL need different names.
    ///
    /// # Errors
    ///
    /// [`Error::Open`], [`Error::InUse`], [`Error::Scheme`]. None of them shows a password.
    pub async fn open(url: &str, owner: &str, clock: Arc<dyn Clock>) -> Result<Self> {
        let opened = open::open(url, owner).await?;
        let boot = open::boot();
        let changes = Arc::new(watch::Sender::new(0));
        let listener = match opened.kind {
            Kind::Sqlite => None,
            Kind::Postgres => Some(listen::start(url, boot.clone(), changes.clone())),
        };
        let inner = Inner {
            kind: opened.kind,
            shown: opened.shown,
            write: opened.write,
            read: opened.read,
            clock,
            boot,
            changes,
            served: RwLock::default(),
            firm: Mutex::default(),
            listener,
            _lock: opened.lock,
        };
        Ok(Self { inner: Arc::new(inner), owner: owner.into() })
    }

    /// The same store under another name: leases of one are not those of the other.
    #[must_use]
    pub fn as_owner(&self, owner: &str) -> Self {
        Self { inner: self.inner.clone(), owner: owner.into() }
    }

    /// The name of this instance.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Counts commits that changed something: those of this process and, on PostgreSQL, those of others.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    /// Waits until all connections are closed and the file is free for another process.
    pub async fn close(self) {
        self.inner.read.close().await;
        self.inner.write.close().await;
    }

    fn now(&self) -> Millis {
        self.inner.clock.now()
    }

    fn is_postgres(&self) -> bool {
        self.inner.kind == Kind::Postgres
    }

    /// Whether messages to this chain are this relayer's.
    fn serves(&self, chain: u64) -> bool {
        let served = self.inner.served.read().unwrap_or_else(PoisonError::into_inner);
        served.as_ref().is_none_or(|served| served.contains(&chain))
    }

    async fn reader(&self) -> Result<PoolConnection<Any>> {
        Ok(self.inner.read.acquire().await?)
    }

    async fn begin(&self) -> Result<Transaction<'static, Any>> {
        Ok(match self.inner.kind {
            // Whoever will write says so at the start: there is no other moment at which it could have to give up.
            Kind::Sqlite => self.inner.write.begin_with("BEGIN IMMEDIATE").await?,
            Kind::Postgres => self.inner.write.begin().await?,
        })
    }

    /// Commits or takes back; `None` when it is to be tried again.
    async fn end<T>(
        &self,
        mut transaction: Transaction<'static, Any>,
        done: Done<Outcome<T>>,
        tries: &mut u32,
    ) -> Option<Result<T>> {
        let failure = match done {
            Ok(Outcome { value, news }) => {
                let announced = if news { self.announce(&mut transaction).await } else { Ok(()) };
                let committed = match announced {
                    Ok(()) => transaction.commit().await,
                    Err(error) => Err(error),
                };
                match committed {
                    Ok(()) => {
                        if news {
                            self.inner.changes.send_modify(|count| *count = count.wrapping_add(1));
                        }
                        return Some(Ok(value));
                    }
                    Err(error) => Failure::Database(error),
                }
            }
            Err(failure) => {
                let _ = transaction.rollback().await;
                failure
            }
        };
        match failure {
            Failure::Database(error) if refusal(&error) == Refusal::Conflict && *tries < TRIES => {
                *tries += 1;
                tokio::time::sleep(std::time::Duration::from_millis(u64::from(*tries) * 3)).await;
                None
            }
            failure => Some(Err(failure.into())),
        }
    }

    /// Tells other instances, once it is committed.
    async fn announce(&self, connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
        if self.is_postgres() {
            sqlx::query("SELECT pg_notify('heliograph', $1)")
                .bind(&self.inner.boot)
                .execute(connection)
                .await?;
        }
        Ok(())
    }
}
