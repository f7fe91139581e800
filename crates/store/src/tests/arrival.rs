//! From the kit to the application: kits, officers, uploads, packets, states.

use niims_record::application::Application;
use niims_record::{KitId, OfficerId, PacketId, UploadId};

use super::{add_application, application_id, at, each};
use crate::StoreError;
use crate::applications::{self, Description};
use crate::kits::{self, Kit, KitStatus};
use crate::log::LeafId;
use crate::officers::{self, Officer, OfficerStatus};
use crate::packets::{self, Packet, PacketInsert, TamperCase};
use crate::uploads::{self, Upload};

fn kit(n: u8) -> Kit {
    Kit {
        id: KitId::from_bytes([n; 16]),
        serial: format!("KIT-{n}"),
        signing_key: [n; 32],
        status: KitStatus::Active,
        sublocation: Some("001/01".into()),
        last_sequence: 0,
        last_hash: [0; 32],
        enrolled_at: at(0),
    }
}

fn packet(n: u8) -> Packet {
    Packet {
        id: PacketId::from_bytes([n; 16]),
        kit: kit(1).id,
        sequence: u64::from(n),
        hash: [n; 32],
        length: 4096,
        received_at: at(1),
        leaf: None,
        quarantine: None,
    }
}

#[tokio::test]
async fn a_kit_keeps_its_chain_and_can_be_revoked() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let wanted = kit(1);
        kits::register(&mut tx, &wanted).await.unwrap();
        assert_eq!(kits::get_for_update(&mut tx, wanted.id).await.unwrap(), Some(wanted.clone()));
        assert!(kits::advance_chain(&mut tx, wanted.id, 1, &[9; 32]).await.unwrap());
        assert!(!kits::advance_chain(&mut tx, wanted.id, 1, &[8; 32]).await.unwrap());
        assert!(kits::revoke(&mut tx, wanted.id).await.unwrap());
        assert!(!kits::revoke(&mut tx, wanted.id).await.unwrap());
        let last = Kit {
            last_sequence: 1,
            last_hash: [9; 32],
            status: KitStatus::Revoked,
            ..wanted.clone()
        };
        assert_eq!(kits::list(&mut tx).await.unwrap(), [last]);
        assert_eq!(kits::get(&mut tx, kit(2).id).await.unwrap(), None);
        tx.commit().await.unwrap();
        let mut tx = db.database.write().await.unwrap();
        assert_eq!(kits::register(&mut tx, &wanted).await, Err(StoreError::Duplicate));
    }
}

#[tokio::test]
async fn an_officer_has_roles_and_can_be_suspended() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let officer = Officer {
            id: OfficerId::from_bytes([1; 16]),
            signing_key: [2; 32],
            roles: vec!["adjudicator".into(), "senior_adjudicator".into()],
            status: OfficerStatus::Active,
        };
        officers::insert(&mut tx, &officer).await.unwrap();
        assert_eq!(officers::get(&mut tx, officer.id).await.unwrap(), Some(officer.clone()));
        assert!(officers::set_status(&mut tx, officer.id, OfficerStatus::Suspended).await.unwrap());
        assert_eq!(officers::list(&mut tx).await.unwrap()[0].status, OfficerStatus::Suspended);
    }
}

#[tokio::test]
async fn an_upload_moves_only_from_where_it_stands() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let upload = Upload {
            id: UploadId::from_bytes([1; 16]),
            kit: kit(1).id,
            declared_hash: [3; 32],
            length: 100,
            offset: 0,
            created_at: at(0),
        };
        uploads::create(&mut tx, &upload).await.unwrap();
        for (from, to, moved) in
            [(0, 60, true), (0, 60, false), (60, 101, false), (60, 100, true), (100, 90, false)]
        {
            let done = uploads::advance(&mut tx, upload.id, from, to).await.unwrap();
            assert_eq!(done, moved, "{from} to {to}");
        }
        let full = Upload { offset: 100, ..upload.clone() };
        assert_eq!(uploads::get(&mut tx, upload.id).await.unwrap(), Some(full.clone()));
        assert_eq!(uploads::list_expired(&mut tx, at(0), 9).await.unwrap(), []);
        assert_eq!(uploads::list_expired(&mut tx, at(1), 9).await.unwrap(), [full]);
        assert!(uploads::remove(&mut tx, upload.id).await.unwrap());
        assert!(!uploads::remove(&mut tx, upload.id).await.unwrap());
    }
}

#[tokio::test]
async fn a_packet_again_is_the_same_and_a_changed_one_is_tampering() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let first = packet(1);
        assert_eq!(packets::insert_packet(&mut tx, &first).await.unwrap(), PacketInsert::New);
        let leaf = LeafId::from_bytes([5; 16]);
        assert!(packets::set_leaf(&mut tx, first.id, leaf).await.unwrap());
        assert!(!packets::set_leaf(&mut tx, first.id, leaf).await.unwrap());
        let kept = Packet { leaf: Some(leaf), ..first.clone() };
        let again = packets::insert_packet(&mut tx, &first).await.unwrap();
        assert_eq!(again, PacketInsert::SameAgain(kept.clone()));
        let other = Packet { hash: [7; 32], ..first.clone() };
        let forged = packets::insert_packet(&mut tx, &other).await.unwrap();
        assert_eq!(forged, PacketInsert::OtherContent(kept.clone()));
        let case = TamperCase {
            packet: first.id,
            kit: first.kit,
            kept_hash: first.hash,
            other_hash: other.hash,
            seen_at: at(2),
        };
        assert!(packets::open_tamper_case(&mut tx, &case).await.unwrap());
        assert!(!packets::open_tamper_case(&mut tx, &case).await.unwrap());
        assert_eq!(packets::list_tamper_cases(&mut tx, 9).await.unwrap(), [case]);
        assert!(packets::quarantine(&mut tx, first.id, "packet.kit_signature").await.unwrap());
        let listed = packets::list_of_kit(&mut tx, first.kit, 0, 9).await.unwrap();
        assert_eq!(listed[0].quarantine.as_deref(), Some("packet.kit_signature"));
        assert_eq!(packets::count(&mut tx).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn an_application_moves_from_state_to_state_once() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let id = add_application(&mut tx, 1).await;
        let stored = applications::get_for_update(&mut tx, id).await.unwrap().unwrap();
        assert_eq!((stored.version, &stored.state), (1, &Application::Received));
        assert_eq!(stored.officer, None);
        let save = Application::Opened;
        assert!(applications::save_state(&mut tx, id, 1, &save, at(5)).await.unwrap());
        assert!(!applications::save_state(&mut tx, id, 1, &save, at(6)).await.unwrap());
        let description = Description {
            application_number: "SLIP-0001".into(),
            officer: OfficerId::from_bytes([4; 16]),
            form_kind: "adult".into(),
            county: Some("047".into()),
        };
        assert!(applications::describe(&mut tx, id, &description).await.unwrap());
        assert!(applications::set_search_sequence(&mut tx, id, 7).await.unwrap());
        assert!(!applications::set_search_sequence(&mut tx, id, 8).await.unwrap());
        let stored = applications::by_packet(&mut tx, stored.packet).await.unwrap().unwrap();
        assert_eq!((stored.version, stored.since, stored.received_at), (2, at(5), at(0)));
        assert_eq!(stored.search_sequence, Some(7));
        assert_eq!(stored.county.as_deref(), Some("047"));
        let number = applications::application_number(&mut tx, id).await.unwrap();
        assert_eq!(number.as_deref(), Some("SLIP-0001"));
        let found = applications::by_application_number(&mut tx, "SLIP-0001").await.unwrap();
        assert_eq!(found, Some(id));
        assert_eq!(applications::by_application_number(&mut tx, "SLIP-2").await.unwrap(), None);
        tx.commit().await.unwrap();
        // Somebody else's slip number, and somebody else's packet.
        let mut tx = db.database.write().await.unwrap();
        let other = add_application(&mut tx, 2).await;
        let taken = applications::describe(&mut tx, other, &description).await;
        assert_eq!(taken, Err(StoreError::Duplicate));
    }
}

#[tokio::test]
async fn applications_are_counted_and_paged_by_state() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        for n in 1..=5 {
            add_application(&mut tx, n).await;
        }
        let validated = Application::Validated;
        let id = application_id(3);
        assert!(applications::save_state(&mut tx, id, 1, &validated, at(1)).await.unwrap());
        let counts = applications::count_by_state(&mut tx).await.unwrap();
        assert_eq!(counts, [("received".to_owned(), 4), ("validated".to_owned(), 1)]);
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page = applications::list_by_state(&mut tx, "received", after, 3).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            seen.extend(page.iter().map(|a| a.id));
        }
        assert_eq!(seen, [1, 2, 4, 5].map(application_id));
    }
}
