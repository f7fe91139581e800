//! Opening the database, and the transactions in which everything happens.

use core::fmt;
use std::collections::HashMap;
use std::sync::Arc;

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Connection, Executor, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};
use zeroize::Zeroizing;

use crate::row::Row;
use crate::{Backend, Keyring, Owner, StoreError};

/// A pool of connections with its keys. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    pool: AnyPool,
    backend: Backend,
    keyring: Keyring,
    /// SQLite has one writer at a time. Queueing here is fair; its own lock is
    /// not, and lets an unlucky writer starve.
    turn: Arc<Mutex<()>>,
}

impl Database {
    /// Opens `sqlite:PATH` (created if missing) or `postgres://…` with at most
    /// `connections` connections (at least 2).
    pub async fn open(url: &str, keyring: Keyring, connections: u32) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let (backend, url) = Backend::of_url(url)?;
        // A pool tries again and again until it times out; one connection of our
        // own says at once what is wrong.
        let mut probe = AnyConnection::connect(&url).await?;
        probe.execute(AssertSqlSafe(backend.settings())).await?;
        probe.close().await?;
        let pool = backend.pool_options(connections).connect(&url).await?;
        Ok(Self { pool, backend, keyring, turn: Arc::new(Mutex::new(())) })
    }

    /// Brings the schema to this program's version.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.backend.migrator().run(&self.pool).await.map_err(|_| StoreError::Migration)
    }

    /// Begins a writing transaction; dropped without commit, it leaves nothing.
    pub async fn write(&self) -> Result<Tx, StoreError> {
        self.begin(self.backend.begin_write(), true).await
    }

    /// Begins a reading transaction: one unchanging view.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        self.begin(self.backend.begin_read(), false).await
    }

    /// Begins a writing transaction that behaves as if it ran alone. It may end
    /// in [`StoreError::Conflict`] at any statement or at commit; the caller then
    /// runs the work again from its beginning.
    pub async fn begin_serializable(&self) -> Result<Tx, StoreError> {
        self.begin(self.backend.begin_serializable(), true).await
    }

    /// Which database stands behind.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// The keys.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Waits for connections to come back and closes them.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn begin(&self, statement: &'static str, writable: bool) -> Result<Tx, StoreError> {
        let turn = if writable && self.backend == Backend::Sqlite {
            Some(Arc::clone(&self.turn).lock_owned().await)
        } else {
            None
        };
        let inner = self.pool.begin_with(statement).await?;
        Ok(Tx {
            inner,
            writable,
            backend: self.backend,
            keyring: self.keyring.clone(),
            data_keys: HashMap::new(),
            _turn: turn,
        })
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database({:?})", self.backend)
    }
}

pub(crate) type Sql<'q> = Query<'q, Any, AnyArguments>;
pub(crate) type DataKey = Zeroizing<[u8; 32]>;

/// One transaction. All operations take it; nothing lasts before
/// [`Tx::commit`] returns.
pub struct Tx {
    // Declared before `_turn`: the rollback of a dropped transaction is queued
    // before the next writer gets its turn.
    inner: Transaction<'static, Any>,
    writable: bool,
    pub(crate) backend: Backend,
    pub(crate) keyring: Keyring,
    /// Data keys unwrapped in this transaction; they do not outlive it, so that a
    /// destroyed key is gone everywhere at once.
    pub(crate) data_keys: HashMap<(Owner, String), DataKey>,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Tx {
    /// Makes everything done in this transaction last, or nothing.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.inner.commit().await?)
    }

    /// Undoes everything done in this transaction, now rather than at drop.
    pub async fn rollback(self) -> Result<(), StoreError> {
        Ok(self.inner.rollback().await?)
    }

    /// The keys.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Runs a statement that changes rows; gives how many it changed.
    pub(crate) async fn execute(&mut self, sql: Sql<'_>) -> Result<u64, StoreError> {
        self.must_write()?;
        Ok(sql.execute(&mut *self.inner).await?.rows_affected())
    }

    /// Runs a statement that changes rows and gives the first one back.
    pub(crate) async fn execute_returning(
        &mut self,
        sql: Sql<'_>,
    ) -> Result<Option<Row>, StoreError> {
        self.must_write()?;
        self.fetch_optional(sql).await
    }

    pub(crate) async fn fetch_optional(&mut self, sql: Sql<'_>) -> Result<Option<Row>, StoreError> {
        // Read to the end: a statement left half-read keeps its locks on SQLite.
        let mut rows = self.fetch_all(sql).await?;
        Ok(if rows.is_empty() { None } else { Some(rows.swap_remove(0)) })
    }

    pub(crate) async fn fetch_one(&mut self, sql: Sql<'_>) -> Result<Row, StoreError> {
        self.fetch_optional(sql).await?.ok_or(StoreError::MalformedRow { column: "(no row)" })
    }

    pub(crate) async fn fetch_all(&mut self, sql: Sql<'_>) -> Result<Vec<Row>, StoreError> {
        Ok(sql.fetch_all(&mut *self.inner).await?.into_iter().map(Row).collect())
    }

    fn must_write(&self) -> Result<(), StoreError> {
        if self.writable { Ok(()) } else { Err(StoreError::ReadOnly) }
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx")
            .field("backend", &self.backend)
            .field("writable", &self.writable)
            .finish_non_exhaustive()
    }
}
