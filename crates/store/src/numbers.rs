//! Numbers: one per person, for ever. No statement here changes or removes one,
//! and triggers refuse those of anybody else.

use jiff::Timestamp;
use niims_record::PersonId;
use niims_record::number::HudumaNamba;
use sqlx::query;

use crate::{Cell, Owner, StoreError, Tx};

/// Class of the data key that seals the number.
const CLASS: &str = "number";
/// Column key of the blind index.
const INDEX: &str = "number.token";

/// Gives a number to a person; `false` where the number is taken, and another
/// must be drawn. [`StoreError::Duplicate`] where the person has one already.
/// Run it in [`Database::serializable`](crate::Database::serializable).
pub async fn assign_number(
    tx: &mut Tx,
    number: HudumaNamba,
    person: PersonId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let digits = number.digits();
    let token = tx.keyring.blind(INDEX, digits.as_bytes());
    let sealed = tx.seal(Owner::Person(person), cell(&person), digits.as_bytes()).await?;
    let inserted = tx
        .execute(
            query(
                "INSERT INTO number (token, person, sealed, assigned_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (token) DO NOTHING",
            )
            .bind(token.to_vec())
            .bind(person.as_bytes().to_vec())
            .bind(sealed)
            .bind(at.as_millisecond()),
        )
        .await?;
    Ok(inserted == 1)
}

/// The person who has this number.
pub async fn person_by_number(
    tx: &mut Tx,
    number: HudumaNamba,
) -> Result<Option<PersonId>, StoreError> {
    let token = tx.keyring.blind(INDEX, number.digits().as_bytes());
    let row = tx
        .fetch_optional(query("SELECT person FROM number WHERE token = $1").bind(token.to_vec()))
        .await?;
    row.map(|row| row.id("person")).transpose()
}

/// The number of a person.
pub async fn number_of(tx: &mut Tx, person: PersonId) -> Result<Option<HudumaNamba>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT sealed FROM number WHERE person = $1").bind(person.as_bytes().to_vec()),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let sealed = row.bytes("sealed")?;
    let digits = tx.open_text(Owner::Person(person), cell(&person), &sealed).await?;
    digits.parse().map(Some).map_err(|_| StoreError::FieldAltered)
}

/// Numbers given out so far.
pub async fn count(tx: &mut Tx) -> Result<u64, StoreError> {
    tx.fetch_one(query("SELECT COUNT(*) AS n FROM number")).await?.count("n")
}

fn cell(person: &PersonId) -> Cell<'_> {
    Cell { table: "number", column: "sealed", row: person.as_bytes(), version: 1, class: CLASS }
}
