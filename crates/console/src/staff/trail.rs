//! The audit trail of accounts: every act with its actor, in the transaction of the act.

use jiff::Timestamp;
use niims_record::{EventId, OfficerId};
use niims_store::{StoreError, Tx, events};
use serde_json::Value;

/// Records an act on a member of staff, or on what an id names.
pub(crate) async fn event(
    tx: &mut Tx,
    actor: Option<OfficerId>,
    action: &str,
    subject: &str,
    details: Value,
    at: Timestamp,
) -> Result<(), StoreError> {
    let event = events::AuditEvent {
        id: EventId::from_bytes(tx.keyring().random()),
        at,
        actor: actor.map_or_else(|| "nobody".to_owned(), |officer| officer.to_string()),
        action: action.to_owned(),
        subject: subject.to_owned(),
        details,
    };
    events::append(tx, &event).await
}
