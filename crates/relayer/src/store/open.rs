//! Where rows are kept: one SQLite file for one process, or a PostgreSQL database for several.

use super::{Error, Result};
use alloy_primitives::hex;
use sqlx::{AnyPool, Connection, any::AnyPoolOptions};
use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, Write},
    path::Path,
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Sqlite,
    Postgres,
}

/// Connections, and what keeps others away.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) kind: Kind,
    /// Without user, password and parameters.
    pub(super) shown: String,
    pub(super) write: AnyPool,
    pub(super) read: AnyPool,
    pub(super) lock: Option<File>,
}

const MEMORY: &str = "sqlite::memory:";
const READERS: u32 = 4;
const CONNECTIONS: u32 = 12;
/// How long a connection is waited for: of SQLite's few while others write, and of a server that is down until it is up.
const PATIENCE: Duration = Duration::from_secs(30);
const PATIENCE_WITH_A_SERVER: Duration = Duration::from_secs(10);
/// How long the lock of a file is waited for: whoever had it may be about to be gone, or have begun to start a program, which has all its
/// files until it runs.
const HANDOVER: Duration = Duration::from_secs(3);
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// Opens it and brings its tables up to date.
pub(super) async fn open(url: &str, owner: &str) -> Result<Opened> {
    sqlx::any::install_default_drivers();
    let (scheme, rest) = url.split_once(':').unwrap_or_default();
    let opened = match scheme {
        "sqlite" => sqlite(rest, owner).await?,
        "postgres" | "postgresql" => postgres(url).await?,
        _ => return Err(Error::Scheme { scheme: scheme.to_owned() }),
    };
    let mut connection =
        opened.write.acquire().await.map_err(|error| refused(&opened.shown, url, &error))?;
    sqlx::migrate!()
        .run(&mut *connection)
        .await
        .map_err(|error| refused(&opened.shown, url, &error))?;
    drop(connection);
    Ok(opened)
}

/// `sqlite:` and then a path, two slashes before it being optional, or `:memory:`. `?max_mib=` bounds the file.
async fn sqlite(rest: &str, owner: &str) -> Result<Opened> {
    let (path, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let path = path.strip_prefix("//").unwrap_or(path);
    let shown = format!("sqlite:{path}");
    let most = most_pages(parameters).ok_or_else(|| Error::Open {
        store: shown.clone(),
        why: "the only parameter is max_mib, a number".into(),
    })?;
    let memory = path == ":memory:";
    let lock = if memory { None } else { Some(take(Path::new(path), &shown, owner).await?) };
    let escaped =
        path.replace('%', "%25").replace('?', "%3F").replace('#', "%23").replace(' ', "%20");
    let url = if memory { MEMORY.to_owned() } else { format!("sqlite:{escaped}?mode=rwc") };

    // A commit is on the disk before it is answered: what was stored survives a loss of power too.
    let write = format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384; \
         PRAGMA journal_size_limit = 67108864; PRAGMA max_page_count = {most}"
    );
    let pool = connect(&url, &shown, 1, write).await?;
    let read = if memory {
        pool.clone()
    } else {
        connect(
            &url,
            &shown,
            READERS,
            "PRAGMA query_only = ON; PRAGMA cache_size = -4096".to_owned(),
        )
        .await?
    };
    Ok(Opened { kind: Kind::Sqlite, shown, write: pool, read, lock })
}

/// Pages of 4096 bytes; the most that SQLite knows when nothing is said.
fn most_pages(parameters: &str) -> Option<u32> {
    if parameters.is_empty() {
        return Some(u32::MAX - 1);
    }
    parameters.strip_prefix("max_mib=")?.parse::<u32>().ok()?.checked_mul(256)
}

/// Connections that are never given up. Of a database in memory there is one, and it is the database: it is taken as it is.
async fn connect(url: &str, shown: &str, most: u32, first: String) -> Result<AnyPool> {
    let mut options = AnyPoolOptions::new()
        .max_connections(most)
        .min_connections(u32::from(most == 1))
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let first = first.clone();
            Box::pin(async move {
                sqlx::raw_sql(sqlx::AssertSqlSafe(first)).execute(connection).await?;
                Ok(())
            })
        });
    if url != MEMORY {
        // SQLite takes a transaction back by itself when the disk is full, and then there is none to take back: such a connection still
        // counts one, and is replaced. It is asked first, so that what a dropped future has left is taken back by then.
        options = options.test_before_acquire(true).before_acquire(|connection, _| {
            let clean = !connection.is_in_transaction();
            Box::pin(async move { Ok(clean) })
        });
    }
    options.connect(url).await.map_err(|error| refused(shown, url, &error))
}

/// The lock is the operating system's: it is gone with the process, however that ends.
async fn take(path: &Path, shown: &str, owner: &str) -> Result<File> {
    let open = |why: std::io::Error| Error::Open { store: shown.to_owned(), why: why.to_string() };
    let beside = path.with_added_extension("lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(beside)
        .map_err(open)?;
    let until = Instant::now() + HANDOVER;
    while file.try_lock().is_err() {
        if Instant::now() >= until {
            let mut by = String::new();
            let _ = file.read_to_string(&mut by);
            let by = if by.is_empty() { "another process".to_owned() } else { by };
            return Err(Error::InUse { store: shown.to_owned(), by });
        }
        sleep(BETWEEN_TRIES).await;
    }
    file.set_len(0).map_err(open)?;
    file.rewind().map_err(open)?;
    write!(file, "process {} ({owner})", std::process::id()).map_err(open)?;
    Ok(file)
}

async fn postgres(url: &str) -> Result<Opened> {
    let shown = shown_postgres(url);
    let pool = AnyPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE_WITH_A_SERVER)
        .connect(url)
        .await
        .map_err(|error| refused(&shown, url, &error))?;
    Ok(Opened { kind: Kind::Postgres, shown, read: pool.clone(), write: pool, lock: None })
}

/// Host and database.
fn shown_postgres(url: &str) -> String {
    url::Url::parse(url).map_or_else(
        |_| "postgres://…".to_owned(),
        |url| format!("postgres://{}{}", url.host_str().unwrap_or("…"), url.path()),
    )
}

/// What went wrong, without the URL or its password in it.
fn refused(shown: &str, url: &str, error: &dyn std::error::Error) -> Error {
    let mut why = error.to_string().replace(url, shown);
    let parsed = url::Url::parse(url).ok();
    if let Some(password) = parsed.as_ref().and_then(url::Url::password)
        && !password.is_empty()
    {
        why = why.replace(password, "…");
    }
    Error::Open { store: shown.to_owned(), why }
}

/// Tells one run of a process from another of the same name.
pub(super) fn boot() -> String {
    let random = alloy_primitives::B64::random();
    hex::encode(random)
}
