//! Captures: stored, read back, replaced, moved, erased.

use super::*;
use crate::service::{EncounterStatus, IdentifyQuestion, Missing, ServiceError};

async fn found(bench: &Bench, person: u64) -> Vec<String> {
    names(&bench.service.identify(IdentifyQuestion::of(given(person))).await.unwrap())
}

#[tokio::test]
async fn a_capture_is_given_back_as_it_came() {
    for bench in Bench::each().await {
        let encounter = NewEncounter {
            status: EncounterStatus::Inactive,
            kind: "renewal".into(),
            galleries: galleries(&["north", "all"]),
            attachment: vec![1, 2, 3],
            ..new(1, 0)
        };
        let inserted = bench.service.insert(&key(1, 1), encounter.clone()).await.unwrap();
        let read = bench.service.read(&key(1, 1)).await.unwrap();
        assert_eq!(read.key, key(1, 1));
        assert_eq!(read.status, EncounterStatus::Inactive);
        assert_eq!(read.kind, "renewal");
        assert_eq!(read.galleries, encounter.galleries);
        assert_eq!(read.attachment, [1, 2, 3]);
        assert_eq!(read.sequence, inserted.sequence);
        assert!(read.biometrics == encounter.biometrics);
        assert_eq!(bench.service.read_person(&person_name(1)).await.unwrap(), [read]);
    }
}

#[tokio::test]
async fn a_replaced_capture_is_found_by_its_new_fingers_only() {
    for bench in Bench::each().await {
        bench.enrol(1).await;
        assert_eq!(found(&bench, 1).await, ["person-1"]);
        bench.wait(60);
        bench.service.update(&key(1, 1), new(2, 0)).await.unwrap();
        assert!(found(&bench, 1).await.is_empty());
        assert_eq!(found(&bench, 2).await, ["person-1"]);
        let read = bench.service.read(&key(1, 1)).await.unwrap();
        assert!(read.updated_at > read.created_at);
        assert!(read.biometrics == capture(2, 0));
    }
}

#[tokio::test]
async fn erased_and_inactive_captures_are_found_no_more() {
    for bench in Bench::each().await {
        for person in 1..=2 {
            bench.enrol(person).await;
            assert_eq!(found(&bench, person).await.len(), 1);
        }
        bench.service.set_status(&key(1, 1), EncounterStatus::Inactive).await.unwrap();
        bench.service.delete(&key(2, 1)).await.unwrap();
        for person in 1..=2 {
            assert!(found(&bench, person).await.is_empty(), "{person}");
        }
        assert_eq!(bench.service.count().await.unwrap().encounters, 1);
        assert_eq!(bench.service.count().await.unwrap().active, 0);
        let again = bench.service.read(&key(2, 1)).await;
        assert_eq!(again, Err(ServiceError::NotFound(Missing::Encounter)));
        // An erased name is free again, an inactive capture can be searched again.
        bench.enrol(2).await;
        bench.service.set_status(&key(1, 1), EncounterStatus::Active).await.unwrap();
        for person in 1..=2 {
            assert_eq!(found(&bench, person).await.len(), 1, "{person}");
        }
    }
}

#[tokio::test]
async fn moved_and_merged_captures_are_found_under_their_new_person() {
    for bench in Bench::each().await {
        bench.enrol(1).await;
        bench.enrol(2).await;
        bench.service.insert(&key(2, 2), new(3, 0)).await.unwrap();
        let encounter = key(2, 2).encounter;
        bench.service.move_encounter(&person_name(1), &person_name(2), &encounter).await.unwrap();
        assert_eq!(found(&bench, 3).await, ["person-1"]);
        // Both have a capture of one name: nothing of the merge happens.
        let before = bench.state().await;
        let refused = bench.service.merge(&person_name(1), &person_name(2)).await;
        assert_eq!(refused, Err(ServiceError::AlreadyExists));
        assert_eq!(bench.state().await, before);
        bench.service.insert(&key(4, 9), new(4, 0)).await.unwrap();
        bench.service.merge(&person_name(1), &person_name(4)).await.unwrap();
        assert_eq!(found(&bench, 4).await, ["person-1"]);
        assert_eq!(bench.service.read_person(&person_name(1)).await.unwrap().len(), 3);
        let gone = bench.service.read_person(&person_name(4)).await;
        assert_eq!(gone, Err(ServiceError::NotFound(Missing::Person)));
        bench.service.delete_person(&person_name(1)).await.unwrap();
        assert_eq!(bench.service.count().await.unwrap().encounters, 1);
        assert!(found(&bench, 4).await.is_empty());
    }
}

#[tokio::test]
async fn galleries_hold_who_was_put_into_them() {
    for bench in Bench::each().await {
        for person in 1..=3 {
            let encounter = NewEncounter { galleries: galleries(&["all"]), ..new(person, 0) };
            bench.service.insert(&key(person, 1), encounter).await.unwrap();
        }
        bench.service.set_galleries(&key(2, 1), galleries(&["south"])).await.unwrap();
        let service = &bench.service;
        assert_eq!(service.galleries().await.unwrap(), [gallery("all"), gallery("south")]);
        let mut all = service.gallery_content(&gallery("all"), 0, 10).await.unwrap();
        let pages = [0, 1, 2].map(|offset| async move {
            service.gallery_content(&gallery("all"), offset, 1).await.unwrap()
        });
        let mut paged = Vec::new();
        for page in pages {
            paged.extend(page.await);
        }
        assert_eq!(all, paged);
        all.sort();
        assert_eq!(all, [key(1, 1), key(3, 1)]);
        assert!(service.gallery_content(&gallery("all"), u64::MAX, 1).await.unwrap().is_empty());
        service.delete(&key(2, 1)).await.unwrap();
        assert!(service.gallery_content(&gallery("south"), 0, 10).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn every_act_leaves_a_line_without_a_name() {
    for bench in Bench::each().await {
        bench.enrol(1).await;
        bench.service.read(&key(1, 1)).await.unwrap();
        found(&bench, 1).await;
        bench.service.delete(&key(1, 1)).await.unwrap();
        let mut tx = bench.db.database.read().await.unwrap();
        let events = niims_store::events::list_recent(&mut tx, 10).await.unwrap();
        let mut actions: Vec<&str> = events.iter().map(|event| event.action.as_str()).collect();
        actions.sort_unstable();
        assert_eq!(actions, ["abis.deleted", "abis.identified", "abis.inserted", "abis.read"]);
        assert!(events.iter().all(|event| !format!("{event:?}").contains("person-1")));
    }
}
