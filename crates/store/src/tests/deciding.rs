//! People, numbers, cases.

use niims_record::adjudication::{Case, Opinion, Verdict};
use niims_record::application::{Candidate, CaseReason};
use niims_record::number::HudumaNamba;
use niims_record::person::PersonStatus;
use niims_record::{CaseId, OfficerId};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::{add_application, add_person, application_id, at, each, person_id};
use crate::people::{self, Link};
use crate::{StoreError, cases, numbers};

#[tokio::test]
async fn a_person_stands_behind_applications() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let person = add_person(&mut tx, 1).await;
        let other = add_application(&mut tx, 2).await;
        people::link(&mut tx, person, other, Link::Adjudicated, at(1)).await.unwrap();
        let stored = people::get(&mut tx, person).await.unwrap().unwrap();
        assert_eq!((stored.status, stored.founding), (PersonStatus::Living, application_id(1)));
        assert_eq!(
            people::applications_of(&mut tx, person).await.unwrap(),
            [(application_id(1), Link::Founding), (other, Link::Adjudicated)]
        );
        assert_eq!(people::person_of(&mut tx, other).await.unwrap(), Some(person));
        assert_eq!(people::person_of(&mut tx, application_id(9)).await.unwrap(), None);
        let dead = PersonStatus::Deceased { recorded_at: at(5) };
        assert!(people::set_status(&mut tx, person, 1, &dead).await.unwrap());
        assert!(!people::set_status(&mut tx, person, 1, &dead).await.unwrap());
        assert_eq!(people::get(&mut tx, person).await.unwrap().unwrap().status, dead);
        assert_eq!(people::list(&mut tx, None, 9).await.unwrap().len(), 1);
        assert_eq!(people::list(&mut tx, Some(person), 9).await.unwrap().len(), 0);
        tx.commit().await.unwrap();
        let mut tx = db.database.write().await.unwrap();
        let twice = people::link(&mut tx, person, other, Link::Adjudicated, at(1)).await;
        assert_eq!(twice, Err(StoreError::Duplicate));
        drop(tx);
        let mut tx = db.database.write().await.unwrap();
        let nobody = people::link(&mut tx, person_id(8), other, Link::Adjudicated, at(1)).await;
        assert!(matches!(nobody, Err(StoreError::Duplicate | StoreError::UnknownReference)));
        drop(tx);
        let mut tx = db.database.write().await.unwrap();
        let twice = people::insert(&mut tx, person_id(2), application_id(1), at(0)).await;
        assert_eq!(twice, Err(StoreError::Duplicate));
    }
}

#[tokio::test]
async fn a_number_is_given_once_and_found_again() {
    let number = HudumaNamba::draw(&mut ChaCha20Rng::from_seed([1; 32]));
    let other = HudumaNamba::draw(&mut ChaCha20Rng::from_seed([2; 32]));
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let (first, second) = (add_person(&mut tx, 1).await, add_person(&mut tx, 2).await);
        assert!(numbers::assign_number(&mut tx, number, first, at(1)).await.unwrap());
        assert!(!numbers::assign_number(&mut tx, number, second, at(1)).await.unwrap());
        assert_eq!(numbers::person_by_number(&mut tx, number).await.unwrap(), Some(first));
        assert_eq!(numbers::person_by_number(&mut tx, other).await.unwrap(), None);
        assert_eq!(numbers::number_of(&mut tx, first).await.unwrap(), Some(number));
        assert_eq!(numbers::number_of(&mut tx, second).await.unwrap(), None);
        assert_eq!(numbers::count(&mut tx).await.unwrap(), 1);
        let twice = numbers::assign_number(&mut tx, other, first, at(1)).await;
        assert_eq!(twice, Err(StoreError::Duplicate));
    }
}

#[tokio::test]
async fn an_application_has_one_open_case() {
    let candidates =
        [Candidate { application: application_id(9), demographic: Some(12_345), biometric: None }];
    let case_id = |n| CaseId::from_bytes([n; 16]);
    let reason = CaseReason::LikelyDuplicate;
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let id = add_application(&mut tx, 1).await;
        assert!(cases::insert(&mut tx, case_id(1), id, reason, &candidates, at(1)).await.unwrap());
        assert!(!cases::insert(&mut tx, case_id(2), id, reason, &[], at(2)).await.unwrap());
        let case = cases::get_for_update(&mut tx, case_id(1)).await.unwrap().unwrap();
        assert_eq!((&case.candidates[..], case.reason), (&candidates[..], reason));
        let opinion = Opinion {
            officer: OfficerId::from_bytes([1; 16]),
            verdict: Verdict::DifferentPeople,
            reasons: vec!["ridges_differ".into()],
            given_at: at(3),
        };
        let second = Case::AwaitsSecond { first: opinion.clone() };
        assert!(cases::save(&mut tx, case_id(1), 1, &second, at(3)).await.unwrap());
        assert!(!cases::save(&mut tx, case_id(1), 1, &second, at(3)).await.unwrap());
        let listed = cases::list_by_stage(&mut tx, "awaits_second", 9).await.unwrap();
        assert_eq!(listed[0].stage, second);
        assert_eq!(cases::list_open(&mut tx, 9).await.unwrap(), listed);
        let decided =
            Case::Decided { verdict: opinion.verdict, opinions: vec![opinion.clone(), opinion] };
        assert!(cases::save(&mut tx, case_id(1), 2, &decided, at(4)).await.unwrap());
        assert_eq!(cases::list_open(&mut tx, 9).await.unwrap(), []);
        let latest = cases::case_by_application(&mut tx, id).await.unwrap().unwrap();
        assert_eq!((latest.id, latest.decided_at), (case_id(1), Some(at(4))));
        // An appeal opens a new one.
        assert!(cases::insert(&mut tx, case_id(2), id, reason, &[], at(5)).await.unwrap());
        let latest = cases::case_by_application(&mut tx, id).await.unwrap().unwrap();
        assert_eq!(latest.id, case_id(2));
        assert_eq!(cases::get(&mut tx, case_id(7)).await.unwrap(), None);
    }
}
