//! The two schemas say the same, and every column says what it is.

use std::collections::BTreeMap;

use super::each;
use crate::{Backend, StoreError};

/// Tables of the whole schema; who adds one adds it here.
const TABLES: usize = 85;

/// All migrations of a backend, one after the other.
fn migrations(backend: Backend) -> String {
    backend.migrator().iter().map(|migration| migration.sql.as_str()).collect()
}

/// Table, then column, then the rest of its line.
fn columns(sql: &str) -> BTreeMap<String, Vec<(String, String)>> {
    let mut tables = BTreeMap::new();
    let mut table = None;
    for line in sql.lines() {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            table = rest.split_whitespace().next().map(str::to_owned);
        } else if line.starts_with(')') {
            table = None;
        } else if let (Some(table), Some(column)) = (&table, line.split_whitespace().next())
            && column.starts_with(|c: char| c.is_ascii_lowercase())
        {
            let columns: &mut Vec<_> = tables.entry(table.clone()).or_default();
            columns.push((column.to_owned(), line.to_owned()));
        }
    }
    tables
}

#[test]
fn every_column_is_commented_with_its_mutability() {
    let words = ["fixed", "set", "changes", "grows", "emptied", "falls"];
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let tables = columns(&migrations(backend));
        assert_eq!(tables.len(), TABLES);
        for (table, columns) in tables {
            for (column, line) in columns {
                let comment = line.split_once("-- ").map_or("", |(_, comment)| comment);
                let says = words.iter().any(|word| comment.contains(word));
                assert!(says, "{table}.{column} does not say whether it changes");
                if column.contains("sealed") {
                    assert!(comment.contains("sealed, "), "{table}.{column}: under which class?");
                }
            }
        }
    }
}

#[test]
fn both_schemas_have_the_same_columns_in_their_own_types() {
    let (lite, large) =
        (columns(&migrations(Backend::Sqlite)), columns(&migrations(Backend::Postgres)));
    assert_eq!(lite.keys().collect::<Vec<_>>(), large.keys().collect::<Vec<_>>());
    for (table, columns) in lite {
        for ((_, lite), (_, large)) in columns.iter().zip(&large[&table]) {
            let translated = lite.replace("BLOB", "BYTEA").replace("INTEGER", "BIGINT");
            assert_eq!(&translated, large, "{table}");
        }
        assert_eq!(columns.len(), large[&table].len());
    }
}

#[tokio::test]
async fn migrating_twice_is_harmless() {
    for db in each().await {
        assert_eq!(db.database.migrate().await, Ok(()));
    }
}

#[tokio::test]
async fn what_cannot_be_opened_is_said() {
    let keyring = crate::testing::keyring;
    let check = async |url: &str, wanted: StoreError| {
        let error = crate::Database::open(url, keyring(), 2).await.unwrap_err();
        assert_eq!(error, wanted, "{url}");
    };
    check("mysql://h/d", StoreError::BadUrl).await;
    check("sqlite:/nonexistent-folder/x.db", StoreError::Unavailable).await;
    check("postgres://u@127.0.0.1:1/d", StoreError::Unavailable).await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    std::fs::write(&path, vec![7; 5_000]).unwrap();
    let url = format!("sqlite:{}", path.display());
    let error = crate::Database::open(&url, crate::testing::keyring(), 2).await.unwrap_err();
    assert_eq!(error, StoreError::Unavailable);
}
