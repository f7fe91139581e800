//! Captures of people, under the names that the caller gave them.

use core::fmt;
use std::collections::BTreeSet;

use jiff::Timestamp;
use niims_record::GalleryReference;
use sqlx::{AssertSqlSafe, query};

use super::sealed::{open, open_names, seal};
use super::{changes, sequence};
use crate::erasure::destroy_keys;
use crate::row::{Row, int, parameters, read_all};
use crate::{BlindToken, Owner, StoreError, Tx};

/// Parameters per statement; below the bounds of both databases.
pub(super) const BATCH: usize = 500;

/// What the caller says of a capture.
#[derive(Clone, PartialEq, Eq)]
pub struct Content {
    /// Whether it is searched.
    pub active: bool,
    /// The caller's word for what kind of capture it is.
    pub kind: String,
    /// Templates and records, in a format of the caller's.
    pub biometrics: Vec<u8>,
    /// A document of the caller's, given back unchanged.
    pub attachment: Vec<u8>,
}

/// A stored capture.
#[derive(Clone, PartialEq, Eq)]
pub struct Encounter {
    /// Under which matchers know it.
    pub reference: GalleryReference,
    /// The caller's name of the person.
    pub person: String,
    /// The caller's name of the capture.
    pub encounter: String,
    /// What the caller said of it.
    pub content: Content,
    /// The place from which on it is searched.
    pub place: u64,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Names and biometrics stay out of logs.
impl fmt::Debug for Encounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encounter({:?}, …)", self.reference)
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content").field("active", &self.active).finish_non_exhaustive()
    }
}

/// Stores a capture at a place got from [`sequence::next`] in this transaction, and tells the
/// matchers; `None` where this person has a capture of this name.
pub async fn insert(
    tx: &mut Tx,
    place: u64,
    (person, encounter): (&str, &str),
    content: &Content,
    at: Timestamp,
) -> Result<Option<GalleryReference>, StoreError> {
    if find(tx, person, encounter).await?.is_some() {
        return Ok(None);
    }
    let reference = sequence::reference_at(tx, place);
    let [names, biometrics, attachment] =
        seal(tx, reference, 1, (person, encounter), content).await?;
    tx.execute(
        query(
            "INSERT INTO abis_encounter (reference, person_token, encounter_token, status, \
             names_sealed, biometrics_sealed, attachment_sealed, place, version, created_at, \
             updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9)",
        )
        .bind(reference.as_bytes().to_vec())
        .bind(person_token(tx, person).to_vec())
        .bind(encounter_token(tx, encounter).to_vec())
        .bind(status(content.active))
        .bind(names)
        .bind(biometrics)
        .bind(attachment)
        .bind(int(place)?)
        .bind(at.as_millisecond()),
    )
    .await?;
    if content.active {
        changes::inserted(tx, reference, place).await?;
    }
    Ok(Some(reference))
}

/// The reference of a capture.
pub async fn find(
    tx: &mut Tx,
    person: &str,
    encounter: &str,
) -> Result<Option<GalleryReference>, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT reference FROM abis_encounter \
                 WHERE person_token = $1 AND encounter_token = $2",
            )
            .bind(person_token(tx, person).to_vec())
            .bind(encounter_token(tx, encounter).to_vec()),
        )
        .await?;
    row.map(|row| row.id("reference")).transpose()
}

/// The references of a person's captures, oldest first.
pub async fn of_person(tx: &mut Tx, person: &str) -> Result<Vec<GalleryReference>, StoreError> {
    let rows = tx
        .fetch_all(
            query(
                "SELECT reference FROM abis_encounter WHERE person_token = $1 \
                 ORDER BY created_at, reference",
            )
            .bind(person_token(tx, person).to_vec()),
        )
        .await?;
    read_all(&rows, |row| row.id("reference"))
}

/// The references of all captures of some persons; `None` where one of them has none.
pub async fn of_persons(
    tx: &mut Tx,
    persons: &[&str],
) -> Result<Option<BTreeSet<GalleryReference>>, StoreError> {
    let mut missing: BTreeSet<BlindToken> =
        persons.iter().map(|person| person_token(tx, person)).collect();
    let tokens: Vec<BlindToken> = missing.iter().copied().collect();
    let mut found = BTreeSet::new();
    for batch in tokens.chunks(BATCH) {
        let sql = format!(
            "SELECT reference, person_token FROM abis_encounter WHERE person_token IN ({})",
            parameters(1, batch.len())
        );
        let mut sql = query(AssertSqlSafe(sql));
        for token in batch {
            sql = sql.bind(token.to_vec());
        }
        for row in tx.fetch_all(sql).await? {
            missing.remove(&row.array("person_token")?);
            found.insert(row.id("reference")?);
        }
    }
    Ok(missing.is_empty().then_some(found))
}

/// The capture under a reference.
pub async fn get(
    tx: &mut Tx,
    reference: GalleryReference,
) -> Result<Option<Encounter>, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT reference, status, names_sealed, biometrics_sealed, attachment_sealed, \
                 place, version, created_at, updated_at FROM abis_encounter WHERE reference = $1",
            )
            .bind(reference.as_bytes().to_vec()),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (person, encounter, kind) = open_names(tx, &row).await?;
    let biometrics = open(tx, &row, "biometrics_sealed").await?;
    let attachment = open(tx, &row, "attachment_sealed").await?;
    let content = Content { active: is_active(&row)?, kind, biometrics, attachment };
    Ok(Some(Encounter {
        reference,
        person,
        encounter,
        content,
        place: row.count("place")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    }))
}

/// Replaces what was said of a capture. Its place stays where it was searched before and is,
/// so that a search under way does not lose it.
pub async fn replace(
    tx: &mut Tx,
    place: u64,
    reference: GalleryReference,
    content: &Content,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let Some(before) = get(tx, reference).await? else { return Ok(false) };
    rewrite(tx, &before, &before.person, content, at).await?;
    match (before.content.active, content.active) {
        (true, true) => changes::inserted(tx, reference, place).await?,
        (false, true) => enter(tx, reference, place).await?,
        (true, false) => changes::removed(tx, reference, place).await?,
        (false, false) => {}
    }
    Ok(true)
}

/// Lets a capture be searched, or not any more; `false` where there is none.
pub async fn set_active(
    tx: &mut Tx,
    place: u64,
    reference: GalleryReference,
    active: bool,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT status FROM abis_encounter WHERE reference = $1")
                .bind(reference.as_bytes().to_vec()),
        )
        .await?;
    let Some(row) = row else { return Ok(false) };
    if is_active(&row)? == active {
        return Ok(true);
    }
    tx.execute(
        query("UPDATE abis_encounter SET status = $1, updated_at = $2 WHERE reference = $3")
            .bind(status(active))
            .bind(at.as_millisecond())
            .bind(reference.as_bytes().to_vec()),
    )
    .await?;
    if active {
        enter(tx, reference, place).await?;
    } else {
        changes::removed(tx, reference, place).await?;
    }
    Ok(true)
}

/// Gives a capture to another person. Matchers know references only, so nothing changes for
/// them. [`StoreError::Duplicate`] where that person has a capture of this name.
pub async fn give_to(
    tx: &mut Tx,
    reference: GalleryReference,
    person: &str,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let Some(before) = get(tx, reference).await? else { return Ok(false) };
    if find(tx, person, &before.encounter).await?.is_some() {
        return Err(StoreError::Duplicate);
    }
    rewrite(tx, &before, person, &before.content, at).await?;
    Ok(true)
}

/// Erases a capture: its row, its keys, its places in galleries; `false` where there is none.
pub async fn remove(
    tx: &mut Tx,
    place: u64,
    reference: GalleryReference,
    at: Timestamp,
) -> Result<bool, StoreError> {
    super::galleries::leave_all(tx, place, reference).await?;
    let row = tx
        .execute_returning(
            query("DELETE FROM abis_encounter WHERE reference = $1 RETURNING status")
                .bind(reference.as_bytes().to_vec()),
        )
        .await?;
    let Some(row) = row else { return Ok(false) };
    if is_active(&row)? {
        changes::removed(tx, reference, place).await?;
    }
    destroy_keys(tx, Owner::Gallery(reference), at).await?;
    Ok(true)
}

/// Captures that are searched from below a place on and were rewritten at or after another one: a
/// matcher may hold them no longer as they were, and not yet as they are.
pub async fn rewritten_since(
    tx: &mut Tx,
    below: u64,
    place: u64,
) -> Result<Vec<GalleryReference>, StoreError> {
    let rows = tx
        .fetch_all(
            query(
                "SELECT e.reference AS reference FROM abis_change c \
                 JOIN abis_encounter e ON e.reference = c.reference \
                 WHERE c.sequence >= $1 AND c.state = 'inserted' AND e.place < $2 \
                 ORDER BY c.sequence",
            )
            .bind(int(place)?)
            .bind(int(below)?),
        )
        .await?;
    read_all(&rows, |row| row.id("reference"))
}

/// All captures, and those of them that are searched.
pub async fn counts(tx: &mut Tx) -> Result<(u64, u64), StoreError> {
    let row = tx
        .fetch_one(query(
            "SELECT COUNT(*) AS n, COUNT(CASE WHEN status = 'active' THEN 1 END) AS active \
             FROM abis_encounter",
        ))
        .await?;
    Ok((row.count("n")?, row.count("active")?))
}

async fn enter(tx: &mut Tx, reference: GalleryReference, place: u64) -> Result<(), StoreError> {
    tx.execute(
        query("UPDATE abis_encounter SET place = $1 WHERE reference = $2")
            .bind(int(place)?)
            .bind(reference.as_bytes().to_vec()),
    )
    .await?;
    changes::inserted(tx, reference, place).await
}

async fn rewrite(
    tx: &mut Tx,
    before: &Encounter,
    person: &str,
    content: &Content,
    at: Timestamp,
) -> Result<(), StoreError> {
    let reference = before.reference;
    let version = version_of(tx, reference).await? + 1;
    let [names, biometrics, attachment] =
        seal(tx, reference, version, (person, &before.encounter), content).await?;
    tx.execute(
        query(
            "UPDATE abis_encounter SET person_token = $1, status = $2, names_sealed = $3, \
             biometrics_sealed = $4, attachment_sealed = $5, version = $6, updated_at = $7 \
             WHERE reference = $8",
        )
        .bind(person_token(tx, person).to_vec())
        .bind(status(content.active))
        .bind(names)
        .bind(biometrics)
        .bind(attachment)
        .bind(int(version)?)
        .bind(at.as_millisecond())
        .bind(reference.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

async fn version_of(tx: &mut Tx, reference: GalleryReference) -> Result<u64, StoreError> {
    tx.fetch_one(
        query("SELECT version FROM abis_encounter WHERE reference = $1")
            .bind(reference.as_bytes().to_vec()),
    )
    .await?
    .count("version")
}

/// Whether a row says that it is searched.
pub(super) fn is_active(row: &Row) -> Result<bool, StoreError> {
    match row.text("status")?.as_str() {
        "active" => Ok(true),
        "inactive" => Ok(false),
        _ => Err(StoreError::MalformedRow { column: "status" }),
    }
}

const fn status(active: bool) -> &'static str {
    if active { "active" } else { "inactive" }
}

fn person_token(tx: &Tx, person: &str) -> BlindToken {
    tx.keyring.blind("abis_encounter.person_token", person.as_bytes())
}

fn encounter_token(tx: &Tx, encounter: &str) -> BlindToken {
    tx.keyring.blind("abis_encounter.encounter_token", encounter.as_bytes())
}
