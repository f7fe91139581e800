//! Who may ask for what.

use std::sync::atomic::Ordering;

use serde_json::Value;

use super::{Edge, code, token};
use crate::access::Scope;

/// Every operation, and the scope that it needs.
pub const OPERATIONS: [(&str, Scope); 22] = [
    ("POST persons", Scope::EncounterWrite),
    ("POST persons/p/encounters", Scope::EncounterWrite),
    ("GET persons/p/encounters", Scope::EncounterRead),
    ("POST persons/p/encounters/e", Scope::EncounterWrite),
    ("GET persons/p/encounters/e", Scope::EncounterRead),
    ("PUT persons/p/encounters/e", Scope::EncounterWrite),
    ("DELETE persons/p/encounters/e", Scope::EncounterWrite),
    ("POST persons/p/merge/q", Scope::EncounterWrite),
    ("POST persons/p/move/q/encounters/e", Scope::EncounterWrite),
    ("PUT persons/p/encounters/e/status", Scope::EncounterWrite),
    ("PUT persons/p/encounters/e/galleries", Scope::EncounterWrite),
    ("GET persons/p/encounters/e/templates", Scope::EncounterRead),
    ("DELETE persons/p", Scope::EncounterWrite),
    ("POST identify/g", Scope::Identify),
    ("POST identify/g/p", Scope::Identify),
    ("POST identify/g/p/encounters/e", Scope::Identify),
    ("POST verify/g/p", Scope::Verify),
    ("POST verify", Scope::Verify),
    ("GET galleries", Scope::GalleryRead),
    ("GET galleries/g", Scope::GalleryRead),
    ("GET tasks/t/status", Scope::TaskRead),
    ("POST tasks/t/redeliver", Scope::TaskUpdate),
];

#[tokio::test]
async fn each_operation_needs_its_scope_before_anything_else_is_looked_at() {
    let edge = Edge::new().await;
    let refused = async |token: &str, call: &str, want: &str| {
        let (status, kind, body) = edge.send_as(token, call, None).await;
        let answer: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((status, code(&answer)), (403, want), "{call}");
        assert_eq!(kind, "application/json");
    };
    for (call, needed) in OPERATIONS {
        let others: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| *scope != needed).collect();
        let others = token(&edge.service, &others).await;
        refused("", call, "abis.token_missing").await;
        refused("never-issued", call, "abis.token_unknown").await;
        refused(&others, call, "abis.scope_missing").await;
        let alone = token(&edge.service, &[needed]).await;
        let (status, _, _) = edge.send_as(&alone, call, None).await;
        assert_ne!(status, 403, "{call}");
    }
    edge.seconds.fetch_add(301, Ordering::Relaxed);
    for (call, _) in OPERATIONS {
        refused(&edge.token, call, "abis.token_expired").await;
    }
}
