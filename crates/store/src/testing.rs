//! Fresh throw-away databases for tests, of this crate and others.
//!
//! SQLite always; PostgreSQL where `NIIMS_TEST_POSTGRES` holds the address of a
//! server on which databases may be created, such as
//! `scripts/postgres-throwaway start DIR PORT` prints. Without it the PostgreSQL
//! half is skipped, and says so.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Once;

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;

use crate::{Backend, Database, Keyring, StoreError};

/// The variable that names the PostgreSQL server.
pub const POSTGRES_VARIABLE: &str = "NIIMS_TEST_POSTGRES";

/// Connections per database: enough for sixteen writers that wait for each other.
const CONNECTIONS: u32 = 20;

/// Advisory lock under which the template is made; any number that nothing else
/// on a test server uses.
const TEMPLATE_LOCK: i64 = 4_011_963;

/// A migrated, empty database that disappears when dropped.
#[derive(Debug)]
pub struct TestDatabase {
    /// The database.
    pub database: Database,
    /// Its address, for a second connection.
    pub url: String,
    directory: Option<TempDir>,
    /// Server address and name of the database to drop.
    on_server: Option<(String, String)>,
}

impl TestDatabase {
    /// A fresh SQLite database in a file of its own.
    pub async fn sqlite() -> Result<Self, StoreError> {
        let directory = TempDir::new().map_err(|_| StoreError::Unavailable)?;
        let url = format!("sqlite:{}", directory.path().join("niims.db").display());
        let database = Database::open(&url, keyring(), CONNECTIONS).await?;
        database.migrate().await?;
        Ok(Self { database, url, directory: Some(directory), on_server: None })
    }

    /// A fresh database on the PostgreSQL server, or `None`, loudly, without one.
    pub async fn postgres() -> Result<Option<Self>, StoreError> {
        let Ok(server) = std::env::var(POSTGRES_VARIABLE) else {
            say_skipped();
            return Ok(None);
        };
        let mut admin = PgConnection::connect(&server).await?;
        let template = template(&mut admin, &server).await?;
        let name = format!("niims_test_{}", hex::encode(fresh_seed()));
        run(&mut admin, format!("CREATE DATABASE {name} TEMPLATE {template}")).await?;
        let url = with_database(&server, &name);
        let on_server = Some((server, name));
        let database = Database::open(&url, keyring(), CONNECTIONS).await?;
        Ok(Some(Self { database, url, directory: None, on_server }))
    }

    /// One of each kind that there is: what a both-database test loops over.
    pub async fn each() -> Result<Vec<Self>, StoreError> {
        let mut all = vec![Self::sqlite().await?];
        all.extend(Self::postgres().await?);
        Ok(all)
    }

    /// The file of a SQLite database.
    pub fn file(&self) -> Option<PathBuf> {
        self.directory.as_ref().map(|directory| directory.path().join("niims.db"))
    }

    /// The folder of a SQLite database.
    pub fn folder(&self) -> Option<&Path> {
        self.directory.as_ref().map(TempDir::path)
    }
}

impl Drop for TestDatabase {
    /// Drops the database on the server, on a thread with a runtime of its own,
    /// since the test's may be in the middle of its end.
    fn drop(&mut self) {
        let Some((server, name)) = self.on_server.take() else { return };
        let dropping = std::thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build()
            else {
                return;
            };
            runtime.block_on(async {
                if let Ok(mut admin) = PgConnection::connect(&server).await {
                    let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                    if run(&mut admin, sql).await.is_err() {
                        eprintln!("a test database could not be dropped");
                    }
                }
            });
        });
        if dropping.join().is_err() {
            eprintln!("a test database could not be dropped");
        }
    }
}

/// The name of a migrated, empty database to copy: migrating once per schema and
/// server, not once per test, saves about half a second each time.
async fn template(admin: &mut PgConnection, server: &str) -> Result<String, StoreError> {
    let schema: Vec<u8> =
        Backend::Postgres.migrator().iter().flat_map(|m| m.checksum.to_vec()).collect();
    let name = format!("niims_template_{}", hex::encode(&Sha256::digest(&schema)[..8]));
    run(admin, format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})")).await?;
    let found = sqlx::query("SELECT datname FROM pg_database WHERE datname = $1")
        .bind(&name)
        .fetch_optional(&mut *admin)
        .await?;
    if found.is_none() {
        // Renamed when whole, so that one left half-made is never taken for it.
        let making = format!("{name}_making");
        run(admin, format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)")).await?;
        run(admin, format!("CREATE DATABASE {making}")).await?;
        let database = Database::open(&with_database(server, &making), keyring(), 2).await?;
        database.migrate().await?;
        database.close().await;
        run(admin, format!("ALTER DATABASE {making} RENAME TO {name}")).await?;
    }
    run(admin, format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})")).await?;
    Ok(name)
}

/// Says once per process that half of the suite did not run. Written past the
/// test harness, which swallows what passing tests print.
fn say_skipped() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        let line = format!("SKIPPED on PostgreSQL: {POSTGRES_VARIABLE} names no server\n");
        // Where even the error stream is closed there is nobody to tell.
        let _ = std::io::stderr().write_all(line.as_bytes());
    });
}

async fn run(admin: &mut PgConnection, sql: String) -> Result<(), StoreError> {
    admin.execute(AssertSqlSafe(sql)).await?;
    Ok(())
}

/// A keyring with a fixed root key and a fresh source of randomness.
pub fn keyring() -> Keyring {
    let mut seed = [0; 32];
    seed[..16].copy_from_slice(&fresh_seed());
    Keyring::from_root(&[42; 32], ChaCha20Rng::from_seed(seed))
}

/// Different on each call and in each process.
fn fresh_seed() -> [u8; 16] {
    // The standard library seeds each of these from the system.
    let word = || RandomState::new().build_hasher().finish().to_be_bytes();
    let mut seed = [0; 16];
    seed[..8].copy_from_slice(&word());
    seed[8..].copy_from_slice(&word());
    seed
}

/// The server's address with another database in it.
fn with_database(server: &str, name: &str) -> String {
    let (base, query) = server.split_once('?').map_or((server, None), |(b, q)| (b, Some(q)));
    let scheme_end = base.find("://").map_or(0, |at| at + 3);
    let host_end = base[scheme_end..].find('/').map_or(base.len(), |at| scheme_end + at);
    let query = query.map_or(String::new(), |query| format!("?{query}"));
    format!("{}/{name}{query}", &base[..host_end])
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn another_database_on_the_same_server() {
        let check = |server, want| assert_eq!(with_database(server, "x"), want);
        check("postgres://u@h:1/postgres", "postgres://u@h:1/x");
        check("postgres://u@h:1", "postgres://u@h:1/x");
        check("postgres:///postgres?host=/tmp/s&port=5499", "postgres:///x?host=/tmp/s&port=5499");
    }
}
