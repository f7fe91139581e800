//! The gallery of templates under opaque references, and the sealed way back.

use core::fmt;

use niims_record::{ApplicationId, GalleryReference};
use sqlx::query;

use crate::erasure::destroy_keys;
use crate::row::{int, limit};
use crate::search::next_search_sequence;
use crate::{Cell, Owner, StoreError, Tx};

/// Class of the data key that seals templates.
const TEMPLATES: &str = "biometric";
/// Class of the data key that seals the way back to the application.
const PSEUDONYM: &str = "pseudonym";

/// The templates of one encounter.
#[derive(Clone, PartialEq, Eq)]
pub struct GalleryEntry {
    /// Under which the gallery knows it.
    pub reference: GalleryReference,
    /// Its place in the order of searches.
    pub sequence: u64,
    /// The templates, in a format of the caller's.
    pub templates: Vec<u8>,
}

impl fmt::Debug for GalleryEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GalleryEntry({:?}, {}, …)", self.reference, self.sequence)
    }
}

/// One change of the gallery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GalleryChange {
    /// An entry came.
    Inserted(GalleryEntry),
    /// An entry went.
    Removed {
        /// Under which the gallery knew it.
        reference: GalleryReference,
        /// The removal's own place in the order of searches.
        sequence: u64,
    },
}

impl GalleryChange {
    /// Its place in the order of searches.
    pub fn sequence(&self) -> u64 {
        match self {
            Self::Inserted(entry) => entry.sequence,
            Self::Removed { sequence, .. } => *sequence,
        }
    }
}

/// Stores an entry; `false` where the reference has one already.
pub async fn insert(tx: &mut Tx, entry: &GalleryEntry) -> Result<bool, StoreError> {
    let owner = Owner::Gallery(entry.reference);
    let sealed = tx.seal(owner, templates_cell(&entry.reference), &entry.templates).await?;
    let inserted = tx
        .execute(
            query(
                "INSERT INTO gallery (reference, sequence, sealed) VALUES ($1, $2, $3) \
                 ON CONFLICT (reference) DO NOTHING",
            )
            .bind(entry.reference.as_bytes().to_vec())
            .bind(int(entry.sequence)?)
            .bind(sealed),
        )
        .await?;
    Ok(inserted == 1)
}

/// Entries with a sequence above one and up to another, in order, at most so
/// many: how a matcher fills and refreshes its memory.
pub async fn rows_between(
    tx: &mut Tx,
    after_sequence: u64,
    up_to: u64,
    at_most: usize,
) -> Result<Vec<GalleryEntry>, StoreError> {
    let rows = tx
        .fetch_all(
            query(
                "SELECT reference, sequence, sealed FROM gallery \
                 WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence LIMIT $3",
            )
            .bind(int(after_sequence)?)
            .bind(int(up_to)?)
            .bind(limit(at_most)),
        )
        .await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let reference: GalleryReference = row.id("reference")?;
        let sealed = row.bytes("sealed")?;
        let templates =
            tx.open(Owner::Gallery(reference), templates_cell(&reference), &sealed).await?;
        entries.push(GalleryEntry { reference, sequence: row.count("sequence")?, templates });
    }
    Ok(entries)
}

/// Changes with a sequence above one and up to another, in order, at most so many. An entry that was
/// removed does not come any more, only its removal.
pub async fn changes_between(
    tx: &mut Tx,
    after_sequence: u64,
    up_to: u64,
    at_most: usize,
) -> Result<Vec<GalleryChange>, StoreError> {
    let entries = rows_between(tx, after_sequence, up_to, at_most).await?;
    let mut changes: Vec<GalleryChange> =
        entries.into_iter().map(GalleryChange::Inserted).collect();
    let removals = tx
        .fetch_all(
            query(
                "SELECT reference, sequence FROM gallery_removal \
                 WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence LIMIT $3",
            )
            .bind(int(after_sequence)?)
            .bind(int(up_to)?)
            .bind(limit(at_most)),
        )
        .await?;
    for row in removals {
        let (reference, sequence) = (row.id("reference")?, row.count("sequence")?);
        changes.push(GalleryChange::Removed { reference, sequence });
    }
    changes.sort_by_key(GalleryChange::sequence);
    changes.truncate(at_most);
    Ok(changes)
}

/// The entry under this reference.
pub async fn get(
    tx: &mut Tx,
    reference: GalleryReference,
) -> Result<Option<GalleryEntry>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT sequence, sealed FROM gallery WHERE reference = $1")
                .bind(reference.as_bytes().to_vec()),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let sealed = row.bytes("sealed")?;
    let templates = tx.open(Owner::Gallery(reference), templates_cell(&reference), &sealed).await?;
    Ok(Some(GalleryEntry { reference, sequence: row.count("sequence")?, templates }))
}

/// Removes an entry, destroys its keys, and gives the removal the next place in the order of searches,
/// so that every copy of the gallery learns of it; `false` where there is none.
pub async fn remove(
    tx: &mut Tx,
    reference: GalleryReference,
    at: jiff::Timestamp,
) -> Result<bool, StoreError> {
    let removed = tx
        .execute(
            query("DELETE FROM gallery WHERE reference = $1").bind(reference.as_bytes().to_vec()),
        )
        .await?;
    destroy_keys(tx, Owner::Gallery(reference), at).await?;
    if removed == 1 {
        let sequence = next_search_sequence(tx).await?;
        tx.execute(
            query("INSERT INTO gallery_removal (reference, sequence) VALUES ($1, $2)")
                .bind(reference.as_bytes().to_vec())
                .bind(int(sequence)?),
        )
        .await?;
    }
    Ok(removed == 1)
}

/// Entries in the gallery.
pub async fn count(tx: &mut Tx) -> Result<u64, StoreError> {
    tx.fetch_one(query("SELECT COUNT(*) AS n FROM gallery")).await?.count("n")
}

/// Stores the way back from the reference of an application and gives the
/// reference; storing it again changes nothing.
pub async fn put_pseudonym(
    tx: &mut Tx,
    application: ApplicationId,
) -> Result<GalleryReference, StoreError> {
    let reference = tx.keyring.gallery_reference(application);
    let sealed = tx
        .seal(Owner::Gallery(reference), pseudonym_cell(&reference), application.as_bytes())
        .await?;
    tx.execute(
        query(
            "INSERT INTO pseudonym (reference, sealed) VALUES ($1, $2) \
             ON CONFLICT (reference) DO NOTHING",
        )
        .bind(reference.as_bytes().to_vec())
        .bind(sealed),
    )
    .await?;
    Ok(reference)
}

/// The application behind a reference.
pub async fn resolve(
    tx: &mut Tx,
    reference: GalleryReference,
) -> Result<Option<ApplicationId>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT sealed FROM pseudonym WHERE reference = $1")
                .bind(reference.as_bytes().to_vec()),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let sealed = row.bytes("sealed")?;
    let plain = tx.open(Owner::Gallery(reference), pseudonym_cell(&reference), &sealed).await?;
    let bytes = plain.try_into().map_err(|_| StoreError::FieldAltered)?;
    Ok(Some(ApplicationId::from_bytes(bytes)))
}

fn templates_cell(reference: &GalleryReference) -> Cell<'_> {
    Cell {
        table: "gallery",
        column: "sealed",
        row: reference.as_bytes(),
        version: 1,
        class: TEMPLATES,
    }
}

fn pseudonym_cell(reference: &GalleryReference) -> Cell<'_> {
    Cell {
        table: "pseudonym",
        column: "sealed",
        row: reference.as_bytes(),
        version: 1,
        class: PSEUDONYM,
    }
}
