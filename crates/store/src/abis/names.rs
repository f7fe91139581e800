//! Whose captures references are: the way back from what a matcher found.

use core::fmt;

use niims_record::GalleryReference;
use sqlx::{AssertSqlSafe, query};

use super::CLASS;
use super::encounters::{BATCH, is_active};
use super::sealed::{self, open_names};
use crate::row::parameters;
use crate::{StoreError, Tx};

/// Whose capture a reference is.
#[derive(Clone, PartialEq, Eq)]
pub struct Named {
    /// The reference.
    pub reference: GalleryReference,
    /// The caller's name of the person.
    pub person: String,
    /// The caller's name of the capture.
    pub encounter: String,
    /// Whether it is searched.
    pub active: bool,
    /// The place from which on it is searched.
    pub place: u64,
}

/// Names stay out of logs.
impl fmt::Debug for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Named({:?}, …)", self.reference)
    }
}

/// Whose captures some references are, in the order asked; those that are gone are left out.
pub async fn of(tx: &mut Tx, references: &[GalleryReference]) -> Result<Vec<Named>, StoreError> {
    let mut found = Vec::with_capacity(references.len());
    for batch in references.chunks(BATCH) {
        let sql = format!(
            "SELECT e.reference AS reference, e.status AS status, e.names_sealed AS names_sealed, \
             e.place AS place, e.version AS version, k.wrapped AS wrapped FROM abis_encounter e \
             LEFT JOIN data_key k ON k.owner = e.reference AND k.owner_kind = 'gallery' \
             AND k.class = $1 WHERE e.reference IN ({})",
            parameters(2, batch.len())
        );
        let mut sql = query(AssertSqlSafe(sql)).bind(CLASS);
        for reference in batch {
            sql = sql.bind(reference.as_bytes().to_vec());
        }
        for row in tx.fetch_all(sql).await? {
            sealed::keep_key(tx, &row)?;
            let (person, encounter, _) = open_names(tx, &row).await?;
            found.push(Named {
                reference: row.id("reference")?,
                person,
                encounter,
                active: is_active(&row)?,
                place: row.count("place")?,
            });
        }
    }
    let order = |named: &Named| references.iter().position(|asked| *asked == named.reference);
    found.sort_by_cached_key(order);
    Ok(found)
}
