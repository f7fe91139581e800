//! What leaves the register: the log, disclosures, freezes, clients, cards.

use niims_record::freeze::{Freeze, Lifted, Power};
use niims_record::{CardOrderId, ClientId, DisclosureId, FreezeId};

use super::{add_person, application_id, at, each};
use crate::cards::{self, CardArtefact, CardState};
use crate::clients::{self, Client, ClientStatus};
use crate::disclosures::{self, Disclosure, Outcome};
use crate::log::{self, LeafId, NewLeaf};
use crate::{Owner, StoreError, erasure, freezes};

fn leaf(n: u8) -> NewLeaf<'static> {
    NewLeaf {
        kind: "receipt",
        commitment: [n; 32],
        salt: b"salt",
        opening: b"opening",
        owner: Owner::Application(application_id(n)),
        staged_at: at(i64::from(n)),
    }
}

#[tokio::test]
async fn leaves_are_staged_and_get_their_places() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let mut staged = Vec::new();
        for n in [3, 1, 2] {
            staged.push(log::stage_leaf(&mut tx, &leaf(n)).await.unwrap());
        }
        assert_eq!(log::lock_log(&mut tx).await.unwrap(), 0);
        let waiting = log::staged_unsequenced(&mut tx, 2).await.unwrap();
        assert_eq!(waiting.iter().map(|e| e.leaf).collect::<Vec<_>>(), [staged[1], staged[2]]);
        for (index, entry) in (0..).zip(&waiting) {
            assert!(log::set_sequenced(&mut tx, entry.leaf, index).await.unwrap());
            assert!(!log::set_sequenced(&mut tx, entry.leaf, 99).await.unwrap());
        }
        assert_eq!(log::log_size(&mut tx).await.unwrap(), 2);
        let entries = log::entries(&mut tx, 1, 9).await.unwrap();
        assert_eq!((entries[0].leaf, entries[0].index), (staged[2], Some(1)));
        assert_eq!(entries[0].commitment, [2; 32]);
        assert_eq!(log::entry(&mut tx, staged[0]).await.unwrap().unwrap().index, None);
        let opening = log::opening(&mut tx, staged[2]).await.unwrap().unwrap();
        assert_eq!((&opening.salt[..], &opening.opening[..]), (&b"salt"[..], &b"opening"[..]));
        // Erasing the owner leaves the commitment and takes the opening.
        erasure::destroy_keys(&mut tx, leaf(2).owner, at(9)).await.unwrap();
        assert_eq!(log::opening(&mut tx, staged[2]).await, Err(StoreError::KeyDestroyed));
        assert_eq!(log::entries(&mut tx, 0, 9).await.unwrap().len(), 2);
        let taken = log::set_sequenced(&mut tx, staged[0], 1).await;
        assert_eq!(taken, Err(StoreError::Duplicate));
    }
}

#[tokio::test]
async fn disclosures_are_paged_newest_first_and_denials_are_kept() {
    let line = |n: u8, application: Option<_>| Disclosure {
        id: DisclosureId::from_bytes([n; 16]),
        application,
        // Pairs share a moment, so that the page cannot rest on time alone.
        at: at(i64::from(n / 2)),
        asker: "KRA".into(),
        officer: "officer-1".into(),
        purpose: "tax.registration".into(),
        attributes: vec!["name".into(), "date_of_birth".into()],
        outcome: if application.is_some() {
            Outcome::Answered
        } else {
            Outcome::Denied { code: "exchange.unknown_person".into() }
        },
        leaf: LeafId::from_bytes([n; 16]),
    };
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        for n in 1..=7 {
            disclosures::insert(&mut tx, &line(n, Some(application_id(1)))).await.unwrap();
        }
        disclosures::insert(&mut tx, &line(8, None)).await.unwrap();
        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let page = disclosures::list_for_application(&mut tx, application_id(1), before, 2)
                .await
                .unwrap();
            let Some(last) = page.last() else { break };
            before = Some(last.id);
            seen.extend(page);
        }
        let wanted: Vec<_> = (1..=7).rev().map(|n| line(n, Some(application_id(1)))).collect();
        assert_eq!(seen, wanted);
        assert_eq!(disclosures::list_recent(&mut tx, 1).await.unwrap(), [line(8, None)]);
        assert_eq!(disclosures::count(&mut tx).await.unwrap(), 8);
    }
}

#[tokio::test]
async fn a_freeze_is_put_in_force_and_lifted_once() {
    let freeze = Freeze {
        id: FreezeId::from_bytes([1; 16]),
        power: Power::Share,
        agency: Some("KRA".into()),
        county: None,
        order: "PETITION TEST/1".into(),
        since: at(1),
        lifted: None,
    };
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        freezes::insert(&mut tx, &freeze).await.unwrap();
        assert_eq!(freezes::all(&mut tx).await.unwrap(), std::slice::from_ref(&freeze));
        let lifted = Lifted { at: at(9), order: "TEST/2".into() };
        assert!(freezes::lift(&mut tx, freeze.id, &lifted).await.unwrap());
        assert!(!freezes::lift(&mut tx, freeze.id, &lifted).await.unwrap());
        let wanted = Freeze { lifted: Some(lifted), ..freeze.clone() };
        assert_eq!(freezes::all(&mut tx).await.unwrap(), [wanted]);
    }
}

#[tokio::test]
async fn a_revoked_client_is_out_at_once() {
    let client = Client {
        id: ClientId::from_bytes([1; 16]),
        agency: "KRA".into(),
        status: ClientStatus::Active,
    };
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        clients::insert(&mut tx, &client, "secret").await.unwrap();
        let found = clients::authenticate(&mut tx, client.id, "secret").await.unwrap();
        assert_eq!(found.as_ref(), Some(&client));
        assert_eq!(clients::authenticate(&mut tx, client.id, "Secret").await.unwrap(), None);
        for token in ["one", "two", "three"] {
            clients::insert_token(&mut tx, token, client.id, at(10)).await.unwrap();
        }
        let found = clients::find_token(&mut tx, "one", at(9)).await.unwrap();
        assert_eq!(found.as_ref(), Some(&client));
        assert_eq!(clients::find_token(&mut tx, "one", at(10)).await.unwrap(), None);
        assert_eq!(clients::find_token(&mut tx, "four", at(9)).await.unwrap(), None);
        assert!(clients::revoke_token(&mut tx, "two").await.unwrap());
        assert_eq!(clients::find_token(&mut tx, "two", at(9)).await.unwrap(), None);
        assert!(clients::revoke(&mut tx, client.id).await.unwrap());
        assert_eq!(clients::find_token(&mut tx, "one", at(9)).await.unwrap(), None);
        assert_eq!(clients::authenticate(&mut tx, client.id, "secret").await.unwrap(), None);
        let revoked = Client { status: ClientStatus::Revoked, ..client.clone() };
        assert_eq!(clients::get(&mut tx, client.id).await.unwrap(), Some(revoked.clone()));
        assert_eq!(clients::list(&mut tx).await.unwrap(), [revoked]);
        clients::insert_token(&mut tx, "late", client.id, at(10)).await.unwrap();
        assert_eq!(clients::find_token(&mut tx, "late", at(9)).await.unwrap(), None);
        assert_eq!(clients::purge_tokens(&mut tx, at(10)).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn a_card_is_ordered_made_sent_and_collected() {
    let id = CardOrderId::from_bytes([1; 16]);
    let made = CardArtefact { pdf: vec![1; 10_000], credential: "QR TEXT".into() };
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let person = add_person(&mut tx, 1).await;
        let application = application_id(1);
        assert!(cards::order(&mut tx, id, person, application, at(1)).await.unwrap());
        let again = CardOrderId::from_bytes([2; 16]);
        assert!(!cards::order(&mut tx, again, person, application, at(1)).await.unwrap());
        assert_eq!(cards::artefact(&mut tx, id).await.unwrap(), None);
        let due = cards::list_by_state(&mut tx, CardState::Ordered, 9).await.unwrap();
        assert_eq!(due[0].id, id);
        assert!(cards::save_made(&mut tx, id, &made, at(2)).await.unwrap());
        assert!(!cards::save_made(&mut tx, id, &made, at(2)).await.unwrap());
        assert!(!cards::save_made(&mut tx, again, &made, at(2)).await.unwrap());
        assert_eq!(cards::artefact(&mut tx, id).await.unwrap(), Some(made.clone()));
        let (sent, collected) = (CardState::Sent, CardState::Collected);
        assert!(cards::advance(&mut tx, id, CardState::Made, sent, at(3)).await.unwrap());
        assert!(!cards::advance(&mut tx, id, CardState::Made, sent, at(3)).await.unwrap());
        assert!(cards::advance(&mut tx, id, sent, collected, at(4)).await.unwrap());
        let order = cards::get(&mut tx, id).await.unwrap().unwrap();
        assert_eq!((order.state, order.since, order.ordered_at), (collected, at(4), at(1)));
        assert_eq!(cards::by_application(&mut tx, application).await.unwrap(), Some(order.clone()));
        assert_eq!(cards::list_of_person(&mut tx, person).await.unwrap(), [order]);
    }
}
