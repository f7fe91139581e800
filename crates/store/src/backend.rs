//! All that differs between SQLite and PostgreSQL.

use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Executor};

use crate::StoreError;

/// Milliseconds that a writer waits for another one before it gives up with
/// [`StoreError::Busy`]. Long enough for a slow disk's fsync under load, short
/// enough that a person at a desk gets an answer. Both databases.
const LOCK_WAIT_MS: u32 = 20_000;

/// Milliseconds that a transaction may stand idle before PostgreSQL ends it, so
/// that a process that hangs does not hold its locks for ever. No operation here
/// waits for anything but the database.
const IDLE_LIMIT_MS: u32 = 60_000;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Which database stands behind the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file beside the program.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

impl Backend {
    /// The backend that an address names, and the address the driver wants.
    pub(crate) fn of_url(url: &str) -> Result<(Self, String), StoreError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.contains(":memory:") {
                // Every connection of a pool would get its own empty database.
                return Err(StoreError::BadUrl);
            }
            return Ok((Self::Sqlite, format!("sqlite:{}?mode=rwc", percent_encode(path))));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok((Self::Postgres, url.to_owned()));
        }
        Err(StoreError::BadUrl)
    }

    /// The migrations of this backend.
    pub(crate) fn migrator(self) -> &'static Migrator {
        match self {
            Self::Sqlite => &SQLITE,
            Self::Postgres => &POSTGRES,
        }
    }

    /// How a writing transaction begins. SQLite takes the write lock at once, so
    /// that a reader never has to be turned into a writer half-way.
    pub(crate) const fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED",
        }
    }

    /// How a transaction begins that must behave as if it ran alone.
    pub(crate) const fn begin_serializable(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        }
    }

    /// How a reading transaction begins: one unchanging view on both.
    pub(crate) const fn begin_read(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN DEFERRED",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// What is appended to a SELECT to lock its rows. SQLite's writer is alone.
    pub(crate) const fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }

    /// What is appended to a SELECT to lock its rows and pass over those that
    /// another worker holds.
    pub(crate) const fn for_update_skip_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }

    /// What each new connection runs first.
    pub(crate) fn settings(self) -> String {
        match self {
            // WAL with synchronous=FULL: a commit that returned survives a power
            // cut. secure_delete overwrites what is deleted with zeros.
            Self::Sqlite => format!(
                "PRAGMA busy_timeout = {LOCK_WAIT_MS}; PRAGMA journal_mode = WAL; \
                 PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
            ),
            Self::Postgres => format!(
                "SET lock_timeout = {LOCK_WAIT_MS}; \
                 SET idle_in_transaction_session_timeout = {IDLE_LIMIT_MS};"
            ),
        }
    }

    /// A pool whose connections have these settings.
    pub(crate) fn pool_options(self, connections: u32) -> AnyPoolOptions {
        AnyPoolOptions::new()
            .max_connections(connections.max(2))
            .acquire_timeout(Duration::from_millis(LOCK_WAIT_MS.into()))
            .after_connect(move |connection, _| {
                let settings = AssertSqlSafe(self.settings());
                Box::pin(async move { connection.execute(settings).await.map(drop) })
            })
    }
}

/// The error behind a SQLSTATE of PostgreSQL (five characters) or an extended
/// result code of SQLite (decimal). The two sets do not overlap.
pub(crate) fn classify(code: &str) -> StoreError {
    match code {
        // serialization_failure, deadlock_detected; SQLITE_BUSY_SNAPSHOT
        "40001" | "40P01" | "517" => StoreError::Conflict,
        // lock_not_available; SQLITE_BUSY, SQLITE_LOCKED, SQLITE_BUSY_TIMEOUT
        "55P03" | "5" | "6" | "262" | "773" => StoreError::Busy,
        // disk_full; SQLITE_FULL
        "53100" | "13" => StoreError::Full,
        // unique_violation; SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY, _ROWID
        "23505" | "2067" | "1555" | "2579" => StoreError::Duplicate,
        // foreign_key_violation; SQLITE_CONSTRAINT_FOREIGNKEY
        "23503" | "787" => StoreError::UnknownReference,
        // check_violation, not_null_violation; SQLITE_CONSTRAINT_CHECK, _NOTNULL
        "23514" | "23502" | "275" | "1299" => StoreError::OutOfRange,
        // our own triggers; SQLITE_CONSTRAINT_TRIGGER
        "NI001" | "1811" => StoreError::AppendOnly,
        // read_only_sql_transaction; SQLITE_READONLY
        "25006" | "8" => StoreError::ReadOnly,
        // cannot connect, too many connections, invalid password, no such
        // database; SQLITE_CANTOPEN, SQLITE_NOTADB, SQLITE_CORRUPT
        "53300" | "57P03" | "28P01" | "28000" | "3D000" | "57P01" | "14" | "26" | "11" => {
            StoreError::Unavailable
        }
        other => StoreError::Database { code: other.to_owned() },
    }
}

/// A path as it may stand in an address: the driver decodes it again.
fn percent_encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&hex::encode_upper([byte]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let check = |url: &str, want: Result<(Backend, &str), StoreError>| {
            assert_eq!(Backend::of_url(url), want.map(|(b, u)| (b, u.to_owned())), "{url}");
        };
        check("sqlite:a b?.db", Ok((Backend::Sqlite, "sqlite:a%20b%3F.db?mode=rwc")));
        check("sqlite:///var/x.db", Ok((Backend::Sqlite, "sqlite:/var/x.db?mode=rwc")));
        check("postgres://h/d", Ok((Backend::Postgres, "postgres://h/d")));
        check("sqlite::memory:", Err(StoreError::BadUrl));
        check("mysql://h/d", Err(StoreError::BadUrl));
        check("", Err(StoreError::BadUrl));
    }
}
