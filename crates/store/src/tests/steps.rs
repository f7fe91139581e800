//! What the steps of the register read and write: answers, search, gallery, jobs.

use jiff::SignedDuration;
use niims_record::JobId;

use super::{add_application, application_id, at, each};
use crate::gallery::{self, GalleryChange, GalleryEntry};
use crate::jobs::{self, JobCounts, MOST_ATTEMPTS, Retry};
use crate::search::{self, TermHit};
use crate::{StoreError, answers};

const LEASE: SignedDuration = SignedDuration::from_secs(30);

#[tokio::test]
async fn answers_are_kept_by_class_and_replaced() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let id = add_application(&mut tx, 1).await;
        answers::put(&mut tx, id, "identity", b"{\"a\":1}").await.unwrap();
        answers::put(&mut tx, id, "contact", b"{}").await.unwrap();
        answers::put(&mut tx, id, "identity", b"{\"a\":2}").await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.database.read().await.unwrap();
        let read = answers::get(&mut tx, id, "identity").await.unwrap();
        assert_eq!(read.as_deref(), Some(&b"{\"a\":2}"[..]));
        assert_eq!(answers::get(&mut tx, id, "health").await.unwrap(), None);
        assert_eq!(answers::classes(&mut tx, id).await.unwrap(), ["contact", "identity"]);
    }
}

#[tokio::test]
async fn terms_find_earlier_applications_and_no_later_ones() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        for (n, terms) in [
            (1, &[("surname", "x"), ("birth", "1990")][..]),
            (2, &[("surname", "x"), ("birth", "1991")][..]),
            (3, &[("surname", "x"), ("birth", "1990")][..]),
        ] {
            let id = add_application(&mut tx, n).await;
            let sequence = search::next_search_sequence(&mut tx).await.unwrap();
            assert_eq!(sequence, u64::from(n));
            search::put_terms(&mut tx, id, sequence, terms).await.unwrap();
            search::put_terms(&mut tx, id, sequence, terms).await.unwrap();
        }
        let hit = |n, hits| TermHit { application: application_id(n), hits };
        // The same term twice counts once; a value in another column does not count.
        let terms = [("surname", "x"), ("surname", "x"), ("birth", "1990"), ("village", "x")];
        let found = search::find_by_terms(&mut tx, &terms, 3).await.unwrap();
        assert_eq!(found, [hit(1, 2), hit(2, 1)]);
        let found = search::find_by_terms(&mut tx, &[("other", "x")], 9).await.unwrap();
        assert_eq!(found, []);
        let refused = search::put_terms(&mut tx, application_id(1), 1, &[("sex", "f")]).await;
        assert_eq!(refused, Err(StoreError::NotIndexable));
        assert_eq!(search::last_search_sequence(&mut tx).await.unwrap(), 3);
    }
}

#[tokio::test]
async fn more_terms_and_records_than_one_statement_holds() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let id = add_application(&mut tx, 1).await;
        let values: Vec<String> = (0..1_200).map(|n| n.to_string()).collect();
        let terms: Vec<(&str, &str)> = values.iter().map(|v| ("token", v.as_str())).collect();
        search::put_terms(&mut tx, id, 1, &terms[..600]).await.unwrap();
        let found = search::find_by_terms(&mut tx, &terms, 2).await.unwrap();
        assert_eq!(found, [TermHit { application: id, hits: 600 }]);
        assert!(search::put_record(&mut tx, id, b"record").await.unwrap());
        assert!(!search::put_record(&mut tx, id, b"other").await.unwrap());
        let asked = vec![id; 1_001];
        let records = search::records(&mut tx, &asked).await.unwrap();
        assert!(records.iter().all(|(of, record)| *of == id && record == b"record"));
        assert_eq!(records.len(), 1_001);
        let none = search::records(&mut tx, &[application_id(9)]).await.unwrap();
        assert_eq!(none, []);
    }
}

#[tokio::test]
async fn the_gallery_gives_its_rows_in_order_and_the_way_back() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let mut entries = Vec::new();
        for n in 1..=4 {
            let reference = gallery::put_pseudonym(&mut tx, application_id(n)).await.unwrap();
            assert_eq!(reference, db.database.keyring().gallery_reference(application_id(n)));
            assert_ne!(reference.as_bytes(), application_id(n).as_bytes());
            let sequence = search::next_search_sequence(&mut tx).await.unwrap();
            assert_eq!(sequence, u64::from(n));
            let entry = GalleryEntry { reference, sequence, templates: vec![n; 50] };
            assert!(gallery::insert(&mut tx, &entry).await.unwrap());
            assert!(!gallery::insert(&mut tx, &entry).await.unwrap());
            entries.push(entry);
        }
        assert_eq!(gallery::rows_between(&mut tx, 1, 3, 9).await.unwrap(), entries[1..3]);
        assert_eq!(gallery::rows_between(&mut tx, 0, 9, 1).await.unwrap(), entries[..1]);
        let third = entries[2].reference;
        assert_eq!(gallery::get(&mut tx, third).await.unwrap().as_ref(), Some(&entries[2]));
        assert_eq!(gallery::resolve(&mut tx, third).await.unwrap(), Some(application_id(3)));
        let last = entries[3].sequence;
        assert!(gallery::remove(&mut tx, third, at(1)).await.unwrap());
        assert!(!gallery::remove(&mut tx, third, at(1)).await.unwrap());
        let changes = gallery::changes_between(&mut tx, 1, 99, 9).await.unwrap();
        let [second, fourth] = [1, 3].map(|n: usize| GalleryChange::Inserted(entries[n].clone()));
        let removed = GalleryChange::Removed { reference: third, sequence: last + 1 };
        assert_eq!(gallery::changes_between(&mut tx, 2, last + 1, 1).await.unwrap().len(), 1);
        assert!(
            changes.contains(&second) && changes.contains(&fourth) && changes.contains(&removed)
        );
        assert!(changes.is_sorted_by_key(GalleryChange::sequence) && changes.len() == 3);
        assert_eq!(gallery::count(&mut tx).await.unwrap(), 3);
        assert_eq!(gallery::resolve(&mut tx, third).await, Err(StoreError::KeyDestroyed));
    }
}

#[tokio::test]
async fn a_job_is_enqueued_once_leased_and_completed() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let id = jobs::enqueue(&mut tx, "intake", [1; 16], at(0)).await.unwrap();
        assert_eq!(jobs::enqueue(&mut tx, "intake", [1; 16], at(9)).await.unwrap(), id);
        let other = jobs::enqueue(&mut tx, "validate", [1; 16], at(5)).await.unwrap();
        assert_eq!(jobs::claim(&mut tx, "w", at(0), LEASE, &["none"]).await.unwrap(), None);
        assert_eq!(jobs::claim(&mut tx, "w", at(0), LEASE, &[]).await.unwrap(), None);
        let kinds = ["intake", "validate"];
        let job = jobs::claim(&mut tx, "w", at(0), LEASE, &kinds).await.unwrap().unwrap();
        assert_eq!((job.id, job.attempts, job.subject), (id, 1, [1; 16]));
        // Leased and not due.
        assert_eq!(jobs::claim(&mut tx, "v", at(1), LEASE, &kinds).await.unwrap(), None);
        let counts = jobs::counts(&mut tx, at(1)).await.unwrap();
        assert_eq!(counts, JobCounts { waiting: 1, leased: 1, parked: 0 });
        // The lease runs out: another worker gets it, and the first one lost it.
        let job = jobs::claim(&mut tx, "v", at(31), LEASE, &["intake"]).await.unwrap().unwrap();
        assert_eq!((job.id, job.attempts), (id, 2));
        assert!(!jobs::complete(&mut tx, id, "w").await.unwrap());
        assert!(jobs::complete(&mut tx, id, "v").await.unwrap());
        assert!(!jobs::complete(&mut tx, other, "v").await.unwrap());
    }
}

#[tokio::test]
async fn a_job_that_always_fails_is_parked_and_can_be_freed() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let id = jobs::enqueue(&mut tx, "k", [1; 16], at(0)).await.unwrap();
        for attempt in 1..=MOST_ATTEMPTS {
            let now = at(i64::from(attempt));
            let job = jobs::claim(&mut tx, "w", now, LEASE, &["k"]).await.unwrap().unwrap();
            assert_eq!(job.attempts, attempt);
            let fate = jobs::retry_later(&mut tx, id, "w", "step.failed", now).await.unwrap();
            let wanted = if attempt < MOST_ATTEMPTS { Retry::Scheduled } else { Retry::Parked };
            assert_eq!(fate, wanted);
        }
        let gone = jobs::retry_later(&mut tx, id, "w", "x", at(0)).await.unwrap();
        assert_eq!(gone, Retry::NotYours);
        assert_eq!(jobs::claim(&mut tx, "w", at(999), LEASE, &["k"]).await.unwrap(), None);
        let parked = jobs::list_parked(&mut tx, 9).await.unwrap();
        assert_eq!(parked[0].last_error.as_deref(), Some("step.failed"));
        assert!(jobs::unpark(&mut tx, id, at(1_000)).await.unwrap());
        let job = jobs::claim(&mut tx, "w", at(1_000), LEASE, &["k"]).await.unwrap().unwrap();
        assert_eq!(job.attempts, 1);
        // A freeze: the try does not count.
        assert!(jobs::postpone(&mut tx, id, "w", at(1_001)).await.unwrap());
        let job = jobs::claim(&mut tx, "w", at(1_001), LEASE, &["k"]).await.unwrap().unwrap();
        assert_eq!(job.attempts, 1);
    }
}

#[tokio::test]
async fn a_job_that_kills_its_workers_is_parked() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        jobs::enqueue(&mut tx, "k", [1; 16], at(0)).await.unwrap();
        for attempt in 0..MOST_ATTEMPTS {
            let now = at(i64::from(attempt) * 100);
            assert!(jobs::claim(&mut tx, "w", now, LEASE, &["k"]).await.unwrap().is_some());
        }
        assert_eq!(jobs::claim(&mut tx, "w", at(9_999), LEASE, &["k"]).await.unwrap(), None);
        let parked = jobs::list_parked(&mut tx, 9).await.unwrap();
        assert_eq!(parked[0].last_error.as_deref(), Some(jobs::LEASE_LOST));
        let nobody = JobId::from_bytes([0; 16]);
        assert!(!jobs::unpark(&mut tx, nobody, at(0)).await.unwrap());
    }
}
