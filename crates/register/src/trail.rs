//! The audit trail: every act with its actor, in the transaction of the act.

use jiff::Timestamp;
use niims_audit::{Leaf, LeafKind};
use niims_record::application::Application;
use niims_record::{ApplicationId, EventId};
use niims_store::log::{LeafId, NewLeaf, stage_leaf};
use niims_store::{Owner, StoreError, Tx, events};
use serde_json::json;

/// Records that an application moved on.
pub(crate) async fn moved(
    tx: &mut Tx,
    application: ApplicationId,
    from: &str,
    to: &Application,
    at: Timestamp,
) -> Result<(), StoreError> {
    let details = json!({ "from": from, "to": to });
    event(tx, "register", "application.moved", &application.to_string(), details, at).await
}

/// Records an act.
pub(crate) async fn event(
    tx: &mut Tx,
    actor: &str,
    action: &str,
    subject: &str,
    details: serde_json::Value,
    at: Timestamp,
) -> Result<(), StoreError> {
    let event = events::AuditEvent {
        id: EventId::from_bytes(tx.keyring().random()),
        at,
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        details,
    };
    events::append(tx, &event).await
}

/// Stages a salted commitment to an event for the transparency log.
pub(crate) async fn commit_to(
    tx: &mut Tx,
    kind: LeafKind,
    event: &[u8],
    owner: Owner,
    at: Timestamp,
) -> Result<LeafId, StoreError> {
    let salt: [u8; 32] = tx.keyring().random();
    let leaf = Leaf::committing(kind, &salt, event);
    let new = NewLeaf {
        kind: kind.as_str(),
        commitment: leaf.commitment,
        salt: &salt,
        opening: event,
        owner,
        staged_at: at,
    };
    stage_leaf(tx, &new).await
}
