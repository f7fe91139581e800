//! The store of a kit as its kit uses it: drafts, packets, and what a disk still holds of them.

use jiff::{SignedDuration, Timestamp};
use niims_record::{ApplicationId, KitId, OfficerId, PacketId};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;

const CONTENT: &[u8] = b"SYNTHETIC RESIDENT CONTENT THAT MUST NOT STAND IN CLEAR";
const ROOT: [u8; 32] = [7; 32];

fn identity() -> KitIdentity {
    KitIdentity {
        kit: KitId::from_bytes([1; 16]),
        serial: "TEST-1".to_owned(),
        sublocation: "S0001".to_owned(),
        centre_public_key: [2; 32],
        log_public_key: "log.test+00000000+AA".to_owned(),
    }
}

fn now() -> Timestamp {
    "2026-11-02T08:00:00Z".parse().unwrap()
}

fn application(n: u8) -> ApplicationId {
    ApplicationId::from_bytes([n; 16])
}

fn packet(n: u8) -> NewPacket {
    NewPacket {
        packet: PacketId::from_bytes([n; 16]),
        application: application(n),
        sequence: u64::from(n),
        previous_hash: [n - 1; 32],
        hash: [n; 32],
        length: 100,
        sealed_at: now(),
    }
}

async fn store(folder: &Path) -> KitStore {
    let mut store = KitStore::open(&folder.join("kit.sqlite"), &ROOT).await.unwrap();
    if store.identity().await.unwrap().is_none() {
        store.set_up(&identity(), &[], now()).await.unwrap();
    }
    store
}

async fn complete(store: &mut KitStore, n: u8) {
    let mut rng = ChaCha8Rng::seed_from_u64(u64::from(n));
    let number = format!("NUMBER-{n}");
    let draft =
        NewDraft { application: application(n), application_number: &number, content: b"consents" };
    store.open_draft(&draft, now(), &mut rng).await.unwrap();
    let count = ("2026-11-02", OfficerId::from_bytes([3; 16]), "adult");
    store.complete_draft(application(n), CONTENT, count, now(), &mut rng).await.unwrap();
}

fn on_disk(folder: &Path, wanted: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        bytes.windows(wanted.len()).any(|window| window == wanted)
    })
}

#[tokio::test]
async fn a_draft_is_encrypted_and_its_key_is_gone_after_sealing() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path()).await;
    complete(&mut store, 1).await;
    assert!(store.has_number("NUMBER-1").await.unwrap());
    assert_eq!(store.completed_draft(application(1)).await.unwrap().content.as_slice(), CONTENT);
    for clear in [CONTENT, b"NUMBER-1"] {
        assert!(!on_disk(folder.path(), clear));
    }
    let (key,): (Vec<u8>,) = sqlx::query_as("SELECT wrapped_key FROM draft")
        .fetch_one(&mut store.connection)
        .await
        .unwrap();
    assert!(on_disk(folder.path(), &key), "the search itself must be able to find the key");

    store.replace_draft(&packet(1)).await.unwrap();
    store.empty_log().await.unwrap();
    assert!(!on_disk(folder.path(), &key));
    assert!(store.has_number("NUMBER-1").await.unwrap());
    let gone = store.completed_draft(application(1)).await;
    assert!(matches!(gone, Err(KitStoreError::NotThere { .. })));
    assert_eq!(store.chain_end().await.unwrap(), (1, [1; 32]));
}

#[tokio::test]
async fn an_open_draft_counts_for_nothing_and_gives_way() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path()).await;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for n in [1, 2] {
        let draft = NewDraft {
            application: application(n),
            application_number: "NUMBER",
            content: b"consents",
        };
        store.open_draft(&draft, now(), &mut rng).await.unwrap();
        assert!(!store.has_number("NUMBER").await.unwrap());
        assert_eq!(store.draft_counts().await.unwrap(), DraftCounts { open: 1, complete: 0 });
    }
    assert!(store.replace_draft(&packet(2)).await.is_err());
    assert_eq!(store.withdraw_open_drafts().await.unwrap(), 1);
    assert_eq!(store.draft_counts().await.unwrap(), DraftCounts::default());
    assert!(store.day_counts("2026-11-02").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_packet_goes_through_its_states_in_order_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path()).await;
    complete(&mut store, 1).await;
    store.replace_draft(&packet(1)).await.unwrap();
    let id = PacketId::from_bytes([1; 16]);
    assert!(store.note_receipt(id, "receipt", now()).await.is_err());
    assert!(store.note_deleted(id, now()).await.is_err());
    store.note_upload(id, Some("/kit/v1/uploads/u"), 40).await.unwrap();
    store.note_uploaded(id, now()).await.unwrap();
    assert!(store.note_deleted(id, now()).await.is_err());
    store.note_false_receipt(id, "false").await.unwrap();
    assert!(store.note_deleted(id, now()).await.is_err());
    store.note_receipt(id, "receipt", now()).await.unwrap();
    store.note_deleted(id, now()).await.unwrap();
    let counts = store.packet_counts().await.unwrap();
    assert_eq!(counts, PacketCounts { deleted: 1, false_receipts: 1, ..PacketCounts::default() });
    let rows = store.packets().await.unwrap();
    assert_eq!(rows[0].sealed, packet(1));
    assert_eq!(rows[0].state, PacketState::Deleted);
}

#[tokio::test]
async fn the_chain_has_one_packet_per_place() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path()).await;
    complete(&mut store, 1).await;
    complete(&mut store, 2).await;
    store.replace_draft(&packet(1)).await.unwrap();
    let forked = NewPacket { sequence: 1, ..packet(2) };
    assert!(store.replace_draft(&forked).await.is_err());
    assert_eq!(store.draft_counts().await.unwrap().complete, 1, "the draft outlives a failure");
    store.replace_draft(&packet(2)).await.unwrap();
    assert_eq!(store.chain_end().await.unwrap(), (2, [2; 32]));
}

#[tokio::test]
async fn everything_is_there_after_opening_again_and_only_with_the_key() {
    let folder = tempfile::tempdir().unwrap();
    {
        let mut store = store(folder.path()).await;
        complete(&mut store, 1).await;
    }
    let mut store = store(folder.path()).await;
    assert_eq!(store.identity().await.unwrap(), Some(identity()));
    assert_eq!(store.completed_drafts().await.unwrap(), [application(1)]);
    assert_eq!(store.day_counts("2026-11-02").await.unwrap()[0].completed, 1);
    store.close().await.unwrap();
    let mut other = KitStore::open(&folder.path().join("kit.sqlite"), &[8; 32]).await.unwrap();
    let wrong = other.completed_draft(application(1)).await;
    assert!(matches!(wrong, Err(KitStoreError::WrongKey)));
}

#[tokio::test]
async fn only_the_centre_moves_the_clock_mark_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path()).await;
    let later = now() + SignedDuration::from_hours(5);
    store.note_seen(later).await.unwrap();
    store.note_seen(now()).await.unwrap();
    assert_eq!(store.clock_marks().await.unwrap().last_seen_at, later);
    store.note_server_time(now()).await.unwrap();
    let marks = store.clock_marks().await.unwrap();
    assert_eq!((marks.last_seen_at, marks.last_server_at), (now(), Some(now())));
}

#[tokio::test]
async fn a_newer_certificate_is_heeded_and_an_older_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path()).await;
    assert_eq!(store.certificate().await.unwrap(), None);
    let note = |version: u64| KeptCertificate {
        version,
        note: format!("note {version}"),
        pack_since: (version > 1).then(now),
    };
    let later = now() + SignedDuration::from_hours(24);
    let heeded = |sublocation, until| Heeded { sublocation, until };
    assert!(store.keep_certificate(&note(2), heeded("S0002", Some(later))).await.unwrap());
    let word = |version: u64, for_good: bool| KeptStanding {
        version,
        note: format!("word {version}"),
        for_good,
    };
    assert!(!store.keep_standing(&word(2, false), later).await.unwrap(), "older than the papers");
    assert!(store.keep_standing(&word(4, false), now()).await.unwrap());
    for old in [3, 4] {
        assert!(!store.keep_standing(&word(old, true), later).await.unwrap());
    }
    assert!(store.keep_standing(&word(5, false), later).await.unwrap());
    for old in [1, 2, 3, 4, 5] {
        assert!(!store.keep_certificate(&note(old), heeded("S0003", None)).await.unwrap());
    }
    let marks = store.clock_marks().await.unwrap();
    assert_eq!((marks.suspended_at, marks.valid_until), (Some(now()), Some(later)));
    assert_eq!(store.certificate().await.unwrap(), Some(note(2)));
    assert!(store.keep_certificate(&note(6), heeded("S0004", None)).await.unwrap());
    assert!(!store.keep_standing(&word(6, true), now()).await.unwrap());
    let marks = store.clock_marks().await.unwrap();
    assert_eq!((marks.suspended_at, marks.valid_until), (None, Some(later)));
    assert_eq!(store.identity().await.unwrap().unwrap().sublocation, "S0004");
}
