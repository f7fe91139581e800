//! Why the store of a kit could not do what was asked. No variant holds personal data.

/// A failure of the kit's store. Nothing of the change that failed was kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KitStoreError {
    /// The disk takes no more.
    #[error("the disk of the kit is full: upload, let receipted packets be deleted, or make room")]
    Full,
    /// The database failed otherwise.
    #[error("the store of the kit failed")]
    Database(#[source] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the schema of the kit's store cannot be brought up to date")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// A value in the store has not the shape that this version writes.
    #[error("the store of the kit holds a {what} that this version cannot read")]
    Unreadable {
        /// Which value.
        what: &'static str,
    },
    /// A draft does not open under the kit's root key.
    #[error("a draft does not open under this kit's key: the key file or the store was exchanged")]
    WrongKey,
    /// There is no such row in the state asked for.
    #[error("the store of the kit holds no {what} in the state needed")]
    NotThere {
        /// What was looked for.
        what: &'static str,
    },
}

impl KitStoreError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Full => "kit.disk_full",
            Self::Database(_) => "kit.store_failed",
            Self::Migration(_) => "kit.store_migration",
            Self::Unreadable { .. } => "kit.store_unreadable",
            Self::WrongKey => "kit.store_wrong_key",
            Self::NotThere { .. } => "kit.store_not_there",
        }
    }
}

/// SQLite's result codes of a disk that takes no more: `SQLITE_FULL`; and, when the limit is
/// met outside `write` proper, `SQLITE_IOERR_WRITE` and `SQLITE_IOERR_SHMSIZE`
/// (<https://www.sqlite.org/rescode.html>).
const FULL_CODES: [&str; 3] = ["13", "778", "4874"];

impl From<sqlx::Error> for KitStoreError {
    fn from(error: sqlx::Error) -> Self {
        let full = match &error {
            sqlx::Error::Database(inner) => {
                inner.code().is_some_and(|code| FULL_CODES.contains(&code.as_ref()))
            }
            sqlx::Error::Io(inner) => matches!(
                inner.kind(),
                std::io::ErrorKind::StorageFull
                    | std::io::ErrorKind::QuotaExceeded
                    | std::io::ErrorKind::FileTooLarge
            ),
            _ => false,
        };
        if full { Self::Full } else { Self::Database(error) }
    }
}

impl From<sqlx::migrate::MigrateError> for KitStoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(inner) => inner.into(),
            other => Self::Migration(other),
        }
    }
}
