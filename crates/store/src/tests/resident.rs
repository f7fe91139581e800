//! Messages, one-time codes, sessions, audit events, erasure.

use niims_record::{EventId, MessageId};

use super::{add_application, application_id, at, each};
use crate::codes::{self, CodeOutcome};
use crate::events::{self, AuditEvent};
use crate::messages::{self, Message};
use crate::{Owner, StoreError, answers, erasure, sessions};

fn message(n: u8) -> Message {
    Message {
        id: MessageId::from_bytes([n; 16]),
        application: application_id(n),
        kind: "one_time_code".into(),
        to: "+254700000001".into(),
        body: "a code".into(),
        created_at: at(i64::from(n)),
        sent_at: None,
    }
}

#[tokio::test]
async fn the_outbox_sends_each_message_once() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        for n in [2, 1, 3] {
            add_application(&mut tx, n).await;
            messages::enqueue(&mut tx, &message(n)).await.unwrap();
        }
        let unsent = messages::unsent(&mut tx, 2).await.unwrap();
        assert_eq!(unsent, [message(1), message(2)]);
        assert!(messages::mark_sent(&mut tx, message(1).id, at(9)).await.unwrap());
        assert!(!messages::mark_sent(&mut tx, message(1).id, at(9)).await.unwrap());
        assert_eq!(messages::unsent(&mut tx, 9).await.unwrap(), [message(2), message(3)]);
        let sent = Message { sent_at: Some(at(9)), ..message(1) };
        let recent = messages::list_recent(&mut tx, 9).await.unwrap();
        assert_eq!(recent, [message(3), message(2), sent]);
        // An erased resident's messages are passed over, not an obstacle.
        erasure::destroy_keys(&mut tx, Owner::Application(application_id(2)), at(9)).await.unwrap();
        assert_eq!(messages::unsent(&mut tx, 9).await.unwrap(), [message(3)]);
    }
}

#[tokio::test]
async fn a_code_works_once_bears_few_tries_and_expires() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let id = add_application(&mut tx, 1).await;
        let other = add_application(&mut tx, 2).await;
        assert_eq!(codes::try_code(&mut tx, id, "1", at(1)).await.unwrap(), CodeOutcome::None);
        codes::put(&mut tx, id, "111111", at(0), at(100), 3).await.unwrap();
        codes::put(&mut tx, other, "222222", at(0), at(100), 3).await.unwrap();
        for (typed, second, wanted) in [
            ("222222", 1, CodeOutcome::Wrong { left: 2 }),
            ("111111", 100, CodeOutcome::Expired),
            ("111111", 1, CodeOutcome::Accepted),
            ("111111", 1, CodeOutcome::None),
        ] {
            let outcome = codes::try_code(&mut tx, id, typed, at(second)).await.unwrap();
            assert_eq!(outcome, wanted, "{typed} at {second}");
        }
        // A newer code kills the older one; wrong tries run out.
        codes::put(&mut tx, id, "333333", at(10), at(100), 2).await.unwrap();
        codes::put(&mut tx, id, "444444", at(11), at(100), 2).await.unwrap();
        for (typed, wanted) in [
            ("333333", CodeOutcome::Wrong { left: 1 }),
            ("333333", CodeOutcome::Wrong { left: 0 }),
            ("444444", CodeOutcome::None),
        ] {
            assert_eq!(codes::try_code(&mut tx, id, typed, at(12)).await.unwrap(), wanted);
        }
        for (since, count) in [(0, 3), (10, 2), (11, 1), (12, 0)] {
            assert_eq!(codes::count_asked_since(&mut tx, id, at(since)).await.unwrap(), count);
        }
        assert_eq!(codes::purge(&mut tx, at(101)).await.unwrap(), 4);
    }
}

#[tokio::test]
async fn a_session_lasts_until_it_is_closed_or_expires() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let id = add_application(&mut tx, 1).await;
        sessions::open(&mut tx, "token", id, at(10)).await.unwrap();
        assert_eq!(sessions::find(&mut tx, "token", at(9)).await.unwrap(), Some(id));
        assert_eq!(sessions::find(&mut tx, "token", at(10)).await.unwrap(), None);
        assert_eq!(sessions::find(&mut tx, "other", at(9)).await.unwrap(), None);
        assert!(sessions::close(&mut tx, "token").await.unwrap());
        assert!(!sessions::close(&mut tx, "token").await.unwrap());
        sessions::open(&mut tx, "late", id, at(10)).await.unwrap();
        assert_eq!(sessions::purge(&mut tx, at(10)).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn events_are_found_by_subject() {
    let event = |n: u8, subject: &str| AuditEvent {
        id: EventId::from_bytes([n; 16]),
        at: at(i64::from(n)),
        actor: "step:intake".into(),
        action: "application.opened".into(),
        subject: subject.into(),
        details: serde_json::json!({ "bytes": 12, "codes": ["a"] }),
    };
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        for (n, subject) in [(1, "s"), (2, "t"), (3, "s")] {
            events::append(&mut tx, &event(n, subject)).await.unwrap();
        }
        let listed = events::list_for_subject(&mut tx, "s", 9).await.unwrap();
        assert_eq!(listed, [event(1, "s"), event(3, "s")]);
        assert_eq!(events::list_recent(&mut tx, 1).await.unwrap(), [event(3, "s")]);
    }
}

#[tokio::test]
async fn destroying_keys_erases_for_ever() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        let (id, other) = (add_application(&mut tx, 1).await, add_application(&mut tx, 2).await);
        for of in [id, other] {
            answers::put(&mut tx, of, "identity", b"x").await.unwrap();
            answers::put(&mut tx, of, "contact", b"x").await.unwrap();
        }
        let owner = Owner::Application(id);
        assert!(!erasure::is_erased(&mut tx, owner).await.unwrap());
        assert_eq!(erasure::destroy_keys(&mut tx, owner, at(1)).await.unwrap(), 2);
        assert_eq!(erasure::destroy_keys(&mut tx, owner, at(2)).await.unwrap(), 0);
        tx.commit().await.unwrap();
        let mut tx = db.database.write().await.unwrap();
        assert!(erasure::is_erased(&mut tx, owner).await.unwrap());
        let gone = Err(StoreError::KeyDestroyed);
        assert_eq!(answers::get(&mut tx, id, "identity").await, gone);
        // No new key either, not even for a class that had none.
        assert_eq!(answers::put(&mut tx, id, "health", b"y").await, Err(StoreError::KeyDestroyed));
        assert_eq!(answers::get(&mut tx, other, "identity").await.unwrap(), Some(b"x".to_vec()));
        let register = erasure::destroy_keys(&mut tx, Owner::Register, at(1)).await;
        assert_eq!(register, Err(StoreError::OutOfRange));
    }
}
