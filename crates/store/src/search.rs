//! What demographic search needs: blind terms, the order of searches, and the
//! sealed record that linkage compares.

use std::collections::HashMap;

use niims_record::ApplicationId;
use sqlx::{AssertSqlSafe, query};

use crate::row::{int, parameters};
use crate::{BlindToken, Cell, Owner, StoreError, Tx};

/// Class of the data key that seals linkage records.
const CLASS: &str = "search";

/// Columns that must never be searchable by equality (DESIGN §4): few values, so
/// that frequencies would betray them, or special categories of data.
pub const NEVER_INDEXED: [&str; 7] =
    ["sex", "county", "religion", "ethnicity", "tribe", "fingerprint", "face"];

/// Parameters per statement; below the bounds of both databases.
const BATCH: usize = 500;

/// An application that shares terms with the one searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermHit {
    /// The application.
    pub application: ApplicationId,
    /// How many different terms it shares.
    pub hits: u64,
}

/// Stores the search terms of an application: pairs of column and value. Values
/// are stored as blind indexes only; the caller normalises them. Storing a term
/// twice counts once.
pub async fn put_terms(
    tx: &mut Tx,
    application: ApplicationId,
    sequence: u64,
    terms: &[(&str, &str)],
) -> Result<(), StoreError> {
    for token in blind_all(tx, terms)? {
        tx.execute(
            query(
                "INSERT INTO search_term (token, application, sequence) VALUES ($1, $2, $3) \
                 ON CONFLICT (token, application) DO NOTHING",
            )
            .bind(token.to_vec())
            .bind(application.as_bytes().to_vec())
            .bind(int(sequence)?),
        )
        .await?;
    }
    Ok(())
}

/// Applications searched earlier (sequence below the given one) that share at
/// least one term; most shared terms first, then by id, so that the same inputs
/// give the same order.
pub async fn find_by_terms(
    tx: &mut Tx,
    terms: &[(&str, &str)],
    below_sequence: u64,
) -> Result<Vec<TermHit>, StoreError> {
    let tokens = blind_all(tx, terms)?;
    let mut hits: HashMap<ApplicationId, u64> = HashMap::new();
    for batch in tokens.chunks(BATCH) {
        let sql = format!(
            "SELECT application, COUNT(*) AS n FROM search_term \
             WHERE sequence < $1 AND token IN ({}) GROUP BY application",
            parameters(2, batch.len())
        );
        let mut sql = query(AssertSqlSafe(sql)).bind(int(below_sequence)?);
        for token in batch {
            sql = sql.bind(token.to_vec());
        }
        for row in tx.fetch_all(sql).await? {
            *hits.entry(row.id("application")?).or_default() += row.count("n")?;
        }
    }
    let mut found: Vec<TermHit> =
        hits.into_iter().map(|(application, hits)| TermHit { application, hits }).collect();
    found.sort_unstable_by(|a, b| b.hits.cmp(&a.hits).then(a.application.cmp(&b.application)));
    Ok(found)
}

/// The next place in the one order of all searches, from 1. The counter stays
/// locked until the transaction ends, so the order of places is the order of
/// commits: whoever holds place n sees all that places below n have stored.
pub async fn next_search_sequence(tx: &mut Tx) -> Result<u64, StoreError> {
    let row = tx
        .execute_returning(query(
            "UPDATE counter SET value = value + 1 WHERE name = 'search_sequence' \
             RETURNING value",
        ))
        .await?
        .ok_or(StoreError::MalformedRow { column: "counter.value" })?;
    row.count("value")
}

/// The last place given out; 0 before the first.
pub async fn last_search_sequence(tx: &mut Tx) -> Result<u64, StoreError> {
    tx.fetch_one(query("SELECT value FROM counter WHERE name = 'search_sequence'"))
        .await?
        .count("value")
}

/// Stores the sealed record that linkage compares, once per application; `false`
/// where there is one already.
pub async fn put_record(
    tx: &mut Tx,
    application: ApplicationId,
    record: &[u8],
) -> Result<bool, StoreError> {
    let sealed =
        tx.seal(Owner::Application(application), record_cell(&application), record).await?;
    let inserted = tx
        .execute(
            query(
                "INSERT INTO linkage_record (application, sealed) VALUES ($1, $2) \
                 ON CONFLICT (application) DO NOTHING",
            )
            .bind(application.as_bytes().to_vec())
            .bind(sealed),
        )
        .await?;
    Ok(inserted == 1)
}

/// Replaces the linkage record of an application whose person's answers were corrected.
pub async fn replace_record(
    tx: &mut Tx,
    application: ApplicationId,
    record: &[u8],
) -> Result<(), StoreError> {
    let sealed =
        tx.seal(Owner::Application(application), record_cell(&application), record).await?;
    tx.execute(
        query("UPDATE linkage_record SET sealed = $1 WHERE application = $2")
            .bind(sealed)
            .bind(application.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// The linkage records of some applications, in the order asked; those without
/// one are left out.
pub async fn records(
    tx: &mut Tx,
    applications: &[ApplicationId],
) -> Result<Vec<(ApplicationId, Vec<u8>)>, StoreError> {
    let mut sealed: HashMap<ApplicationId, Vec<u8>> = HashMap::new();
    for batch in applications.chunks(BATCH) {
        let sql = format!(
            "SELECT application, sealed FROM linkage_record WHERE application IN ({})",
            parameters(1, batch.len())
        );
        let mut sql = query(AssertSqlSafe(sql));
        for id in batch {
            sql = sql.bind(id.as_bytes().to_vec());
        }
        for row in tx.fetch_all(sql).await? {
            sealed.insert(row.id("application")?, row.bytes("sealed")?);
        }
    }
    let mut out = Vec::with_capacity(sealed.len());
    for id in applications {
        if let Some(sealed) = sealed.get(id) {
            let plain = tx.open(Owner::Application(*id), record_cell(id), sealed).await?;
            out.push((*id, plain));
        }
    }
    Ok(out)
}

/// The blind tokens of some terms, each once, in a fixed order.
fn blind_all(tx: &Tx, terms: &[(&str, &str)]) -> Result<Vec<BlindToken>, StoreError> {
    let mut tokens = Vec::with_capacity(terms.len());
    for (column, value) in terms {
        if NEVER_INDEXED.contains(column) {
            return Err(StoreError::NotIndexable);
        }
        tokens.push(tx.keyring.blind(&format!("search_term.{column}"), value.as_bytes()));
    }
    tokens.sort_unstable();
    tokens.dedup();
    Ok(tokens)
}

fn record_cell(id: &ApplicationId) -> Cell<'_> {
    Cell { table: "linkage_record", column: "sealed", row: id.as_bytes(), version: 1, class: CLASS }
}
