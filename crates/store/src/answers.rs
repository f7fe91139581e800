//! The answers of an application, sealed by class of sensitivity.

use niims_record::ApplicationId;
use sqlx::query;

use crate::row::read_all;
use crate::{Cell, Owner, StoreError, Tx};

/// Stores the answers of one class (a code of the country pack, such as
/// `identity`) as JSON bytes, replacing those that were there.
pub async fn put(
    tx: &mut Tx,
    application: ApplicationId,
    class: &str,
    json: &[u8],
) -> Result<(), StoreError> {
    let version = 1 + version(tx, application, class).await?.unwrap_or(0);
    let row = row_key(application, class);
    let sealed = tx.seal(Owner::Application(application), cell(&row, version, class), json).await?;
    let changed = tx
        .execute(
            query(
                "INSERT INTO answer (application, class, version, sealed) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (application, class) DO UPDATE \
                 SET version = excluded.version, sealed = excluded.sealed \
                 WHERE answer.version < excluded.version",
            )
            .bind(application.as_bytes().to_vec())
            .bind(class)
            .bind(version)
            .bind(sealed),
        )
        .await?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// The answers of one class.
pub async fn get(
    tx: &mut Tx,
    application: ApplicationId,
    class: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT version, sealed FROM answer WHERE application = $1 AND class = $2")
                .bind(application.as_bytes().to_vec())
                .bind(class),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (version, sealed) = (row.int("version")?, row.bytes("sealed")?);
    let row = row_key(application, class);
    tx.open(Owner::Application(application), cell(&row, version, class), &sealed).await.map(Some)
}

/// The classes that have answers, in alphabetical order.
pub async fn classes(tx: &mut Tx, application: ApplicationId) -> Result<Vec<String>, StoreError> {
    let rows = tx
        .fetch_all(
            query("SELECT class FROM answer WHERE application = $1 ORDER BY class")
                .bind(application.as_bytes().to_vec()),
        )
        .await?;
    read_all(&rows, |row| row.text("class"))
}

async fn version(
    tx: &mut Tx,
    application: ApplicationId,
    class: &str,
) -> Result<Option<i64>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT version FROM answer WHERE application = $1 AND class = $2")
                .bind(application.as_bytes().to_vec())
                .bind(class),
        )
        .await?;
    row.map(|row| row.int("version")).transpose()
}

fn row_key(application: ApplicationId, class: &str) -> Vec<u8> {
    [application.as_bytes().as_slice(), class.as_bytes()].concat()
}

fn cell<'a>(row: &'a [u8], version: i64, class: &'a str) -> Cell<'a> {
    Cell { table: "answer", column: "sealed", row, version, class }
}
