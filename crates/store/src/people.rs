//! People: one row per person in the register, and the applications behind each.

use jiff::Timestamp;
use niims_record::person::PersonStatus;
use niims_record::{ApplicationId, PersonId};
use sqlx::query;

use crate::row::{Row, json, limit, named, read_all};
use crate::{StoreError, Tx};

named! {
    /// How an application came to stand for a person.
    Link {
        /// It founded the record.
        Founding = "founding",
        /// Adjudicators found it to be the same person.
        Adjudicated = "adjudicated",
    }
}

/// One person. Their answers are those of the founding application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The person.
    pub id: PersonId,
    /// Alive, deceased, emigrated.
    pub status: PersonStatus,
    /// The application that founded the record.
    pub founding: ApplicationId,
    /// When the record was made.
    pub created_at: Timestamp,
    /// Counts the changes of status.
    pub version: i64,
}

/// Makes a person, living, from a founding application, which is linked at once.
/// [`StoreError::Duplicate`] where the application founded one already.
pub async fn insert(
    tx: &mut Tx,
    id: PersonId,
    founding: ApplicationId,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO person (person, status, founding, created_at, version) \
             VALUES ($1, $2, $3, $4, 1)",
        )
        .bind(id.as_bytes().to_vec())
        .bind(json(&PersonStatus::Living)?)
        .bind(founding.as_bytes().to_vec())
        .bind(at.as_millisecond()),
    )
    .await?;
    link(tx, id, founding, Link::Founding, at).await
}

/// The person with this id.
pub async fn get(tx: &mut Tx, id: PersonId) -> Result<Option<Person>, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT person, status, founding, created_at, version FROM person \
                 WHERE person = $1",
            )
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Changes the status, if nobody else did so since it was read; `false` where the
/// version has moved on.
pub async fn set_status(
    tx: &mut Tx,
    id: PersonId,
    expected_version: i64,
    status: &PersonStatus,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE person SET status = $1, version = version + 1 \
                 WHERE person = $2 AND version = $3",
            )
            .bind(json(status)?)
            .bind(id.as_bytes().to_vec())
            .bind(expected_version),
        )
        .await?;
    Ok(changed == 1)
}

/// Lets an application stand for a person. [`StoreError::Duplicate`] where it
/// stands for one already.
pub async fn link(
    tx: &mut Tx,
    person: PersonId,
    application: ApplicationId,
    how: Link,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO person_application (application, person, how, linked_at) \
             VALUES ($1, $2, $3, $4)",
        )
        .bind(application.as_bytes().to_vec())
        .bind(person.as_bytes().to_vec())
        .bind(how.name())
        .bind(at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// The applications that stand for a person, in the order they were linked.
pub async fn applications_of(
    tx: &mut Tx,
    person: PersonId,
) -> Result<Vec<(ApplicationId, Link)>, StoreError> {
    let rows = tx
        .fetch_all(
            query(
                "SELECT application, how FROM person_application WHERE person = $1 \
                 ORDER BY linked_at, application",
            )
            .bind(person.as_bytes().to_vec()),
        )
        .await?;
    read_all(&rows, |row| Ok((row.id("application")?, row.named("how", Link::from_name)?)))
}

/// The person for whom an application stands.
pub async fn person_of(
    tx: &mut Tx,
    application: ApplicationId,
) -> Result<Option<PersonId>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT person FROM person_application WHERE application = $1")
                .bind(application.as_bytes().to_vec()),
        )
        .await?;
    row.map(|row| row.id("person")).transpose()
}

/// A page of all people, by id; `after` is the last id of the page before.
pub async fn list(
    tx: &mut Tx,
    after: Option<PersonId>,
    at_most: usize,
) -> Result<Vec<Person>, StoreError> {
    let after = after.map_or_else(Vec::new, |id| id.as_bytes().to_vec());
    let rows = tx
        .fetch_all(
            query(
                "SELECT person, status, founding, created_at, version FROM person \
                 WHERE person > $1 ORDER BY person LIMIT $2",
            )
            .bind(after)
            .bind(limit(at_most)),
        )
        .await?;
    read_all(&rows, read)
}

/// People in the register.
pub async fn count(tx: &mut Tx) -> Result<u64, StoreError> {
    tx.fetch_one(query("SELECT COUNT(*) AS n FROM person")).await?.count("n")
}

fn read(row: &Row) -> Result<Person, StoreError> {
    Ok(Person {
        id: row.id("person")?,
        status: row.json("status")?,
        founding: row.id("founding")?,
        created_at: row.time("created_at")?,
        version: row.int("version")?,
    })
}
