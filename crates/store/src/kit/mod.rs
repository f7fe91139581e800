//! The local store of one registration kit: one SQLite file, drafts encrypted.
//!
//! Used by one process at a time through one connection. Every change is one transaction
//! with `synchronous = FULL`: what a call reported as done survives a power cut, and what
//! it did not report is either whole or not there.

mod cards;
mod certificate;
mod cipher;
mod country_pack;
mod day;
mod devices;
mod draft;
mod error;
mod forms;
mod identity;
mod interview;
mod packet;
mod paper;
mod pin;
mod revisits;
mod row;

use std::path::Path;

use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous,
};
use sqlx::{ConnectOptions, SqliteConnection};

pub use cards::SealedLook;
pub use certificate::{Heeded, KeptCertificate, KeptStanding};
pub use cipher::DraftCipher;
pub use day::{DayCount, DayRefusal};
pub use draft::{CompletedDraft, DraftCounts, NewDraft};
pub use error::KitStoreError;
pub use identity::{ClockMarks, KitIdentity, KitOfficer};
pub use interview::{InterviewRow, NewInterview};
pub use packet::{NewPacket, PacketCounts, PacketRow, PacketState};
pub use paper::PaperCount;
pub use pin::OfficerPin;
pub use revisits::{RevisitDone, RevisitOutcome};

/// The store of one kit.
pub struct KitStore {
    connection: SqliteConnection,
    cipher: DraftCipher,
}

impl core::fmt::Debug for KitStore {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("KitStore(…)")
    }
}

impl KitStore {
    /// Opens the file, creating it if it is not there, and brings its schema up to date.
    ///
    /// # Errors
    /// [`KitStoreError`]; `kit.disk_full` when there is no room for the schema.
    pub async fn open(file: &Path, root_key: &[u8; 32]) -> Result<Self, KitStoreError> {
        let mut connection = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // One process: no shared-memory file is needed beside the log.
            .locking_mode(SqliteLockingMode::Exclusive)
            .auto_vacuum(SqliteAutoVacuum::Full)
            .foreign_keys(true)
            // What is removed is overwritten with zeros, not merely unlinked.
            .pragma("secure_delete", "ON")
            .disable_statement_logging()
            .connect()
            .await?;
        sqlx::migrate!("migrations/kit").run(&mut connection).await?;
        Ok(Self { connection, cipher: DraftCipher::new(root_key) })
    }

    /// The index of an application number in this store.
    pub fn number_index(&self, application_number: &str) -> [u8; 32] {
        self.cipher.number_index(application_number)
    }

    /// Writes the log back into the file and empties it, so that no page of a removed
    /// draft outlives it there.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn empty_log(&mut self) -> Result<(), KitStoreError> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut self.connection).await?;
        Ok(())
    }

    /// Closes the file in good order. Dropping does no harm either.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn close(self) -> Result<(), KitStoreError> {
        sqlx::Connection::close(self.connection).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
