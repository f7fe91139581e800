//! Tables that only grow refuse everybody, on both databases.

use niims_record::number::HudumaNamba;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use sqlx::query;

use super::{add_person, at, each};
use crate::log::{self, NewLeaf};
use crate::{Owner, StoreError, Tx, numbers};

#[tokio::test]
async fn a_number_is_never_changed_or_removed() {
    let number = HudumaNamba::draw(&mut ChaCha20Rng::from_seed([1; 32]));
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let person = add_person(&mut tx, 1).await;
        assert!(numbers::assign_number(&mut tx, number, person, at(0)).await.unwrap());
        tx.commit().await.unwrap();
        for sql in ["UPDATE number SET assigned_at = 0", "DELETE FROM number", "DELETE FROM person"]
        {
            let mut tx = db.database.write().await.unwrap();
            let refused = run(&mut tx, sql).await;
            let wanted = if sql.ends_with("person") {
                StoreError::UnknownReference
            } else {
                StoreError::AppendOnly
            };
            assert_eq!(refused, Err(wanted), "{sql}");
        }
        let mut tx = db.database.read().await.unwrap();
        assert_eq!(numbers::number_of(&mut tx, person).await.unwrap(), Some(number));
    }
}

#[tokio::test]
async fn a_leaf_gets_its_place_once_and_nothing_else() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let leaf = NewLeaf {
            kind: "receipt",
            commitment: [1; 32],
            salt: b"s",
            opening: b"o",
            owner: Owner::Register,
            staged_at: at(0),
        };
        let id = log::stage_leaf(&mut tx, &leaf).await.unwrap();
        assert!(log::set_sequenced(&mut tx, id, 0).await.unwrap());
        log::stage_leaf(&mut tx, &leaf).await.unwrap();
        tx.commit().await.unwrap();
        for sql in [
            "UPDATE log_leaf SET entry_index = 5 WHERE entry_index = 0",
            "UPDATE log_leaf SET entry_index = NULL WHERE entry_index = 0",
            "UPDATE log_leaf SET staged_at = 1 WHERE entry_index IS NULL",
            "DELETE FROM log_leaf",
        ] {
            let mut tx = db.database.write().await.unwrap();
            assert_eq!(run(&mut tx, sql).await, Err(StoreError::AppendOnly), "{sql}");
        }
    }
}

#[tokio::test]
async fn every_append_only_table_is_guarded() {
    for db in each().await {
        for (fill, change, remove) in [
            (
                "INSERT INTO disclosure (disclosure, at, asker, officer, purpose, attributes, \
                 leaf) SELECT kit, 0, 'a', 'o', 'p', '[]', kit FROM kit",
                "UPDATE disclosure SET denial = 'x'",
                "DELETE FROM disclosure",
            ),
            (
                "INSERT INTO audit_event (event, at, actor, action, subject, details) \
                 SELECT kit, 0, 'a', 'b', 'c', '{}' FROM kit",
                "UPDATE audit_event SET at = 1",
                "DELETE FROM audit_event",
            ),
        ] {
            seed(&db.database).await;
            let mut tx = db.database.write().await.unwrap();
            assert_eq!(run(&mut tx, fill).await, Ok(1), "{fill}");
            tx.commit().await.unwrap();
            for sql in [change, remove] {
                let mut tx = db.database.write().await.unwrap();
                assert_eq!(run(&mut tx, sql).await, Err(StoreError::AppendOnly), "{sql}");
            }
        }
    }
}

#[tokio::test]
async fn a_reading_transaction_writes_nothing() {
    for db in each().await {
        let mut tx = db.database.read().await.unwrap();
        let refused = run(&mut tx, "DELETE FROM kit").await;
        assert_eq!(refused, Err(StoreError::ReadOnly));
    }
}

async fn run(tx: &mut Tx, sql: &'static str) -> Result<u64, StoreError> {
    tx.execute(query(sql)).await
}

/// One kit, from which the rows above are made.
async fn seed(database: &crate::Database) {
    let mut tx = database.write().await.unwrap();
    tx.execute(
        query(
            "INSERT INTO kit (kit, serial, signing_key, status, last_sequence, last_hash, \
             enrolled_at) VALUES ($1, 's', $2, 'active', 0, $2, 0) ON CONFLICT DO NOTHING",
        )
        .bind(vec![1_u8; 16])
        .bind(vec![1_u8; 32]),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}
