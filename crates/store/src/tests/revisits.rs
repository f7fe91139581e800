//! Who is to be met again, and which kits were told.

use niims_record::fleet::KitState;
use niims_record::revisit::RevisitAsk;
use niims_record::{ApplicationId, KitId, OfficerId, RevisitId};

use super::{add_application, application_id, at, each};
use crate::fleet::kits::{self, NewFleetKit};
use crate::revisits::{self, NewRevisit, NotDone};
use crate::{Owner, StoreError, Tx, erasure};

const HOME: KitId = KitId::from_bytes([8; 16]);
const OTHER: KitId = KitId::from_bytes([9; 16]);

fn id(n: u8) -> RevisitId {
    RevisitId::from_bytes([n; 16])
}

async fn ask(tx: &mut Tx, n: u8, kit: KitId, areas: &[&str]) -> Result<(), StoreError> {
    let areas: Vec<String> = areas.iter().map(|&area| area.to_owned()).collect();
    let what = RevisitAsk::Recapture { round: 1, advice: Vec::new() };
    let new = NewRevisit {
        id: id(n),
        application: application_id(n),
        ask: &what,
        kit,
        person: b"PLANTED PERSON",
        areas: &areas,
        asked_at: at(i64::from(n)),
    };
    revisits::insert(tx, &new).await
}

async fn listed(tx: &mut Tx, kit: KitId, place: Option<&str>) -> Vec<RevisitId> {
    let found = revisits::list_for_kit(tx, kit, place, None, 10).await.unwrap();
    found.into_iter().map(|one| one.id).collect()
}

#[tokio::test]
async fn a_request_is_found_by_place_and_by_who_captured_until_it_is_settled() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        for n in 1..=3 {
            add_application(&mut tx, n).await;
        }
        ask(&mut tx, 2, OTHER, &["S1", "W1"]).await.unwrap();
        ask(&mut tx, 1, OTHER, &["S2", "W1"]).await.unwrap();
        ask(&mut tx, 3, HOME, &[]).await.unwrap();
        assert_eq!(listed(&mut tx, HOME, Some("S1")).await, [id(2), id(3)]);
        assert_eq!(listed(&mut tx, HOME, Some("W1")).await, [id(1), id(2), id(3)]);
        assert_eq!(listed(&mut tx, HOME, None).await, [id(3)]);
        assert_eq!(listed(&mut tx, OTHER, None).await, [id(1), id(2)]);
        let first = revisits::get(&mut tx, id(1)).await.unwrap().unwrap();
        let after = revisits::list_for_kit(&mut tx, HOME, Some("W1"), Some(&first), 1).await;
        assert_eq!(after.unwrap()[0].id, id(2));
        assert_eq!(revisits::person(&mut tx, &first).await.unwrap(), b"PLANTED PERSON");

        assert!(revisits::tell(&mut tx, id(1), HOME, at(9)).await.unwrap());
        assert!(!revisits::tell(&mut tx, id(1), HOME, at(10)).await.unwrap(), "once");
        assert!(revisits::was_told(&mut tx, id(1), HOME).await.unwrap());
        assert!(!revisits::was_told(&mut tx, id(1), OTHER).await.unwrap());

        let by = Some(application_id(3));
        revisits::settle(&mut tx, application_id(1), by, at(11)).await.unwrap();
        revisits::settle(&mut tx, application_id(1), None, at(12)).await.unwrap();
        let settled = revisits::answered_by(&mut tx, application_id(3)).await.unwrap().unwrap();
        assert_eq!((settled.id, settled.settled_at), (id(1), Some(at(11))));
        assert_eq!(listed(&mut tx, OTHER, None).await, [id(2)]);
        let why = NotDone {
            reason: "DECEASED".to_owned(),
            at: at(13),
            by: OfficerId::from_bytes([4; 16]),
        };
        assert!(!revisits::note_not_done(&mut tx, id(1), &why).await.unwrap(), "it is settled");
        assert!(revisits::note_not_done(&mut tx, id(2), &why).await.unwrap());
        assert!(!revisits::note_not_done(&mut tx, id(2), &why).await.unwrap(), "the first stays");
        assert!(listed(&mut tx, OTHER, None).await.is_empty());
        let shown = revisits::list_not_done(&mut tx, 10).await.unwrap();
        assert_eq!((shown.len(), shown[0].not_done.as_ref()), (1, Some(&why)));
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn an_application_has_one_open_request_and_an_erased_person_none_to_be_read() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let application: ApplicationId = add_application(&mut tx, 1).await;
        ask(&mut tx, 1, OTHER, &["S1"]).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.database.write().await.unwrap();
        let what = RevisitAsk::Correction { round: 2, faults: Vec::new() };
        let second = NewRevisit {
            id: id(2),
            application,
            ask: &what,
            kit: OTHER,
            person: b"x",
            areas: &[],
            asked_at: at(2),
        };
        assert_eq!(revisits::insert(&mut tx, &second).await, Err(StoreError::Duplicate));
        drop(tx);
        let mut tx = db.database.write().await.unwrap();
        revisits::settle(&mut tx, application, None, at(3)).await.unwrap();
        revisits::insert(&mut tx, &second).await.unwrap();
        let open = revisits::open_of(&mut tx, application).await.unwrap().unwrap();
        assert_eq!((open.id, open.ask.round()), (id(2), 2));
        let owner = Owner::Application(application);
        erasure::destroy_keys(&mut tx, owner, at(4)).await.unwrap();
        assert_eq!(revisits::person(&mut tx, &open).await, Err(StoreError::KeyDestroyed));
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn kits_are_found_by_their_place_while_they_work() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let works = KitState::Active { until: Some(at(50)) };
        let stopped = KitState::Suspended { since: at(1), until: None };
        for (kit, serial, place, state) in [(HOME, "A", "S1", &works), (OTHER, "B", "S2", &stopped)]
        {
            let new = NewFleetKit {
                id: kit,
                serial,
                custodian: None,
                place: Some(place),
                campaign: None,
                state,
            };
            kits::insert(&mut tx, &new, at(0)).await.unwrap();
        }
        let at_places = async |tx: &mut Tx, places: &[&str]| {
            let places: Vec<String> = places.iter().map(|&place| place.to_owned()).collect();
            revisits::kits_at(tx, &places).await.unwrap()
        };
        assert_eq!(at_places(&mut tx, &["S2", "W1"]).await, []);
        assert_eq!(at_places(&mut tx, &["W1", "S1"]).await, std::slice::from_ref(&works));
    }
}
