//! Why the store could not do what was asked. No variant holds data of a row.

/// An error of the store. None of them can hold personal data: database messages
/// are cut down to their code, because they quote the row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A cell does not open under its key and place: altered, moved or restored
    /// from an older version, or the root key is another one.
    #[error(
        "an encrypted field does not belong where it stands: it was altered, moved, or sealed under another root key"
    )]
    FieldAltered,
    /// The data key was destroyed; what it sealed is gone for good.
    #[error("the key of this record has been destroyed; its content cannot be read again")]
    KeyDestroyed,
    /// Two transactions could not be put in an order; run it again.
    #[error("another transaction changed the same rows; try again")]
    Conflict,
    /// The database is locked by another writer for longer than the time allowed.
    #[error("the database was busy for too long; try again")]
    Busy,
    /// The disk is full; nothing was written.
    #[error("the disk of the database is full; free some space and try again")]
    Full,
    /// A row with this key is there already.
    #[error("a row with this key exists already")]
    Duplicate,
    /// A row that must exist first does not.
    #[error("a row that this one refers to does not exist")]
    UnknownReference,
    /// A value outside what the column allows.
    #[error("a value is outside what its column allows")]
    OutOfRange,
    /// An attempt to change or remove a row of a table that only grows.
    #[error("this table only grows: its rows are never changed or removed")]
    AppendOnly,
    /// An attempt to write in a reading transaction.
    #[error("this transaction only reads; begin one with write()")]
    ReadOnly,
    /// Equality search over this column is forbidden (DESIGN §4).
    #[error("this column must never be searchable by equality")]
    NotIndexable,
    /// The address of the database is of no known form.
    #[error("the database address must begin with sqlite: or postgres://")]
    BadUrl,
    /// The database cannot be reached or opened.
    #[error(
        "the database cannot be reached or opened; check its address, its rights and that it runs"
    )]
    Unavailable,
    /// The migrations in this binary and in the database disagree.
    #[error(
        "the database's schema does not match this program; use the version that wrote it, or newer"
    )]
    Migration,
    /// A row does not read back as what it should be.
    #[error("the column {column} holds something that this program cannot read")]
    MalformedRow {
        /// The column, a name of the schema.
        column: &'static str,
    },
    /// Anything else that the database reported.
    #[error("the database reported the condition {code}")]
    Database {
        /// SQLSTATE of PostgreSQL or extended result code of SQLite.
        code: String,
    },
}

impl StoreError {
    /// The stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::FieldAltered => "store.field_altered",
            Self::KeyDestroyed => "store.key_destroyed",
            Self::Conflict => "store.conflict",
            Self::Busy => "store.busy",
            Self::Full => "store.full",
            Self::Duplicate => "store.duplicate",
            Self::UnknownReference => "store.unknown_reference",
            Self::OutOfRange => "store.out_of_range",
            Self::AppendOnly => "store.append_only",
            Self::ReadOnly => "store.read_only",
            Self::NotIndexable => "store.not_indexable",
            Self::BadUrl => "store.bad_url",
            Self::Unavailable => "store.unavailable",
            Self::Migration => "store.migration",
            Self::MalformedRow { .. } => "store.malformed_row",
            Self::Database { .. } => "store.database",
        }
    }

    /// Whether the same transaction may succeed when run again.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Conflict | Self::Busy)
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(reported) => {
                crate::backend::classify(reported.code().as_deref().unwrap_or("unknown"))
            }
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Configuration(_) => Self::Unavailable,
            _ => Self::Database { code: "client".into() },
        }
    }
}
