//! What stands in the database: nothing readable, nothing that can be moved.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use niims_record::number::HudumaNamba;
use niims_record::{CardOrderId, MessageId, OfficerId};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use sqlx::query;

use super::{add_application, add_person, application_id, at, each};
use crate::applications::{self, Description};
use crate::cards::{self, CardArtefact};
use crate::gallery::{self, GalleryEntry};
use crate::log::{self, NewLeaf};
use crate::messages::{self, Message};
use crate::testing::TestDatabase;
use crate::{
    Database, Keyring, Owner, StoreError, answers, clients, codes, numbers, search, sessions,
};

#[tokio::test]
async fn an_altered_cell_is_detected() {
    for db in each().await {
        let id = two_answers(&db.database).await;
        tamper(&db.database, "UPDATE answer SET sealed = $1 WHERE class = 'identity'").await;
        let mut tx = db.database.read().await.unwrap();
        assert_eq!(answers::get(&mut tx, id, "identity").await, Err(StoreError::FieldAltered));
        assert!(answers::get(&mut tx, id, "contact").await.is_ok());
    }
}

#[tokio::test]
async fn a_swapped_or_moved_cell_is_detected() {
    for (what, sql) in [
        (
            "another class of the same application",
            "UPDATE answer SET sealed = (SELECT sealed FROM answer WHERE class = 'contact')",
        ),
        ("an older version claimed", "UPDATE answer SET version = version + 1"),
        (
            "a data key put under another class",
            "UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE class = 'contact') \
             WHERE class = 'identity'",
        ),
    ] {
        for db in each().await {
            let id = two_answers(&db.database).await;
            let mut tx = db.database.write().await.unwrap();
            tx.execute(query(sql)).await.unwrap();
            tx.commit().await.unwrap();
            let mut tx = db.database.read().await.unwrap();
            let read = answers::get(&mut tx, id, "identity").await;
            assert_eq!(read, Err(StoreError::FieldAltered), "{what}");
        }
    }
}

#[tokio::test]
async fn another_root_key_opens_and_finds_nothing() {
    for db in each().await {
        let id = two_answers(&db.database).await;
        let keyring = Keyring::from_root(&[43; 32], ChaCha20Rng::from_seed([1; 32]));
        let other = Database::open(&db.url, keyring, 2).await.unwrap();
        let mut tx = other.read().await.unwrap();
        assert_eq!(answers::get(&mut tx, id, "identity").await, Err(StoreError::FieldAltered));
        let found = search::find_by_terms(&mut tx, &[("surname", "planted")], 9).await.unwrap();
        assert_eq!(found, []);
        drop(tx);
        other.close().await;
    }
}

/// Every planted value, in plain, hexadecimal and base64, is sought in all files
/// of a SQLite database, write-ahead log included.
#[tokio::test]
async fn no_planted_value_stands_in_the_files() {
    let db = TestDatabase::sqlite().await.unwrap();
    let planted = plant(&db.database).await;
    let files = files_of(db.folder().unwrap());
    assert!(files.len() > 100_000, "the files were read");
    for value in &planted {
        for form in forms(value.as_bytes()) {
            assert!(!contains(&files, &form), "a planted value stands in the files");
        }
    }
    // The search finds what is there: the same value, stored in a plain column.
    let mut tx = db.database.write().await.unwrap();
    tx.execute(query("UPDATE application SET county = $1").bind(planted[0].as_str()))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(contains(&files_of(db.folder().unwrap()), planted[0].as_bytes()));
}

#[tokio::test]
async fn no_planted_value_stands_in_a_dump_of_postgresql() {
    let Some(db) = TestDatabase::postgres().await.unwrap() else { return };
    let planted = plant(&db.database).await;
    let mut tx = db.database.read().await.unwrap();
    let tables = tx
        .fetch_all(query("SELECT tablename::text AS t FROM pg_tables WHERE schemaname = 'public'"))
        .await
        .unwrap();
    let mut dump = Vec::new();
    for table in tables {
        let sql = format!("SELECT t::text AS line FROM {} AS t", table.text("t").unwrap());
        for row in tx.fetch_all(query(sqlx::AssertSqlSafe(sql))).await.unwrap() {
            dump.extend_from_slice(row.text("line").unwrap().as_bytes());
            dump.push(b'\n');
        }
    }
    // PostgreSQL shows binary columns in hexadecimal; the wrapped keys are among them.
    assert!(contains(&dump, b"\\x") && dump.len() > 3_000, "the tables were read");
    for value in &planted {
        for form in forms(value.as_bytes()) {
            assert!(!contains(&dump, &form), "a planted value stands in the tables");
        }
    }
}

#[tokio::test]
async fn nothing_shows_under_debug() {
    let message = Message {
        id: MessageId::from_bytes([1; 16]),
        application: application_id(1),
        kind: "k".into(),
        to: "PLANTED".into(),
        body: "PLANTED".into(),
        created_at: at(0),
        sent_at: None,
    };
    let artefact = CardArtefact { pdf: b"PLANTED".to_vec(), credential: "PLANTED".into() };
    let entry = GalleryEntry {
        reference: niims_record::GalleryReference::from_bytes([1; 16]),
        sequence: 1,
        templates: b"PLANTED".to_vec(),
    };
    let shown = format!("{message:?} {artefact:?} {entry:?}");
    assert!(!shown.contains("PLANTED") && !shown.contains("80, 76, 65"));
}

async fn two_answers(database: &Database) -> niims_record::ApplicationId {
    let mut tx = database.write().await.unwrap();
    let id = add_application(&mut tx, 1).await;
    answers::put(&mut tx, id, "identity", b"one").await.unwrap();
    answers::put(&mut tx, id, "contact", b"two").await.unwrap();
    search::put_terms(&mut tx, id, 1, &[("surname", "planted")]).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Flips one bit of the sealed answers and writes them back by other means.
async fn tamper(database: &Database, sql: &'static str) {
    let mut tx = database.write().await.unwrap();
    let row =
        tx.fetch_one(query("SELECT sealed FROM answer WHERE class = 'identity'")).await.unwrap();
    let mut sealed = row.bytes("sealed").unwrap();
    *sealed.last_mut().unwrap() ^= 1;
    assert_eq!(tx.execute(query(sql).bind(sealed)).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

/// Puts distinct values into every column that holds personal data.
async fn plant(database: &Database) -> Vec<String> {
    let value = |n: u32| format!("Planted-Value-{n:05}");
    let number = HudumaNamba::draw(&mut ChaCha20Rng::from_seed([9; 32]));
    let mut tx = database.write().await.unwrap();
    let person = add_person(&mut tx, 1).await;
    let id = application_id(1);
    let description = Description {
        application_number: value(1),
        officer: OfficerId::from_bytes([1; 16]),
        form_kind: "adult".into(),
        county: None,
    };
    applications::describe(&mut tx, id, &description).await.unwrap();
    answers::put(&mut tx, id, "identity", value(2).as_bytes()).await.unwrap();
    answers::put(&mut tx, id, "identity", value(3).as_bytes()).await.unwrap();
    search::put_terms(&mut tx, id, 1, &[("surname", &value(4))]).await.unwrap();
    search::put_record(&mut tx, id, value(5).as_bytes()).await.unwrap();
    let reference = gallery::put_pseudonym(&mut tx, id).await.unwrap();
    let templates = value(6).into_bytes();
    let entry = GalleryEntry { reference, sequence: 1, templates };
    gallery::insert(&mut tx, &entry).await.unwrap();
    numbers::assign_number(&mut tx, number, person, at(0)).await.unwrap();
    let message = Message {
        id: MessageId::from_bytes([1; 16]),
        application: id,
        kind: "k".into(),
        to: value(7),
        body: value(8),
        created_at: at(0),
        sent_at: None,
    };
    messages::enqueue(&mut tx, &message).await.unwrap();
    let order = CardOrderId::from_bytes([1; 16]);
    cards::order(&mut tx, order, person, id, at(0)).await.unwrap();
    let artefact = CardArtefact { pdf: value(9).into_bytes(), credential: value(10) };
    cards::save_made(&mut tx, order, &artefact, at(0)).await.unwrap();
    codes::put(&mut tx, id, &value(11), at(0), at(9), 3).await.unwrap();
    sessions::open(&mut tx, &value(12), id, at(9)).await.unwrap();
    let client = clients::Client {
        id: niims_record::ClientId::from_bytes([1; 16]),
        agency: "KRA".into(),
        status: clients::ClientStatus::Active,
    };
    clients::insert(&mut tx, &client, &value(13)).await.unwrap();
    clients::insert_token(&mut tx, &value(14), client.id, at(9)).await.unwrap();
    let (salt, opening) = (value(15), value(16));
    let leaf = NewLeaf {
        kind: "receipt",
        commitment: [1; 32],
        salt: salt.as_bytes(),
        opening: opening.as_bytes(),
        owner: Owner::Application(id),
        staged_at: at(0),
    };
    log::stage_leaf(&mut tx, &leaf).await.unwrap();
    tx.commit().await.unwrap();
    (1..=16).map(value).chain([number.digits()]).collect()
}

/// A value as it might leak: plain, both cases of hexadecimal, base64 at each of
/// the three alignments that it can have within a longer text.
fn forms(value: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = vec![
        value.to_vec(),
        value.to_ascii_lowercase(),
        value.to_ascii_uppercase(),
        hex::encode(value).into_bytes(),
        hex::encode_upper(value).into_bytes(),
        STANDARD.encode(value).into_bytes(),
        URL_SAFE.encode(value).into_bytes(),
    ];
    for shift in 1..3 {
        let mut shifted = vec![0; shift];
        shifted.extend_from_slice(value);
        let text = STANDARD_NO_PAD.encode(&shifted);
        // Without the characters that neighbours share.
        forms.push(text.as_bytes()[shift + 1..text.len() - 1].to_vec());
    }
    forms
}

fn files_of(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        all.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    all
}

fn contains(all: &[u8], part: &[u8]) -> bool {
    all.windows(part.len()).any(|window| window == part)
}
