//! The outbox of messages to residents. Addressee and text are stored sealed.

use core::fmt;

use jiff::Timestamp;
use niims_record::{ApplicationId, MessageId};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, limit};
use crate::{Cell, Owner, StoreError, Tx};

/// Class of the data key that seals messages.
const CLASS: &str = "message";

/// One message.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// The message.
    pub id: MessageId,
    /// The application that it is about; its keys seal the message.
    pub application: ApplicationId,
    /// What it is, such as `one_time_code`.
    pub kind: String,
    /// Telephone number in E.164 form.
    pub to: String,
    /// The text.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was handed to the network.
    pub sent_at: Option<Timestamp>,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({}, {}, …)", self.id, self.kind)
    }
}

const COLUMNS: &str = "message, application, kind, to_sealed, body_sealed, created_at, sent_at";

/// Puts a message into the outbox.
pub async fn enqueue(tx: &mut Tx, message: &Message) -> Result<(), StoreError> {
    let owner = Owner::Application(message.application);
    let to = tx.seal(owner, cell(&message.id, "to_sealed"), message.to.as_bytes()).await?;
    let body = tx.seal(owner, cell(&message.id, "body_sealed"), message.body.as_bytes()).await?;
    tx.execute(
        query(
            "INSERT INTO message (message, application, kind, to_sealed, body_sealed, created_at, \
             sent_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(message.id.as_bytes().to_vec())
        .bind(message.application.as_bytes().to_vec())
        .bind(message.kind.as_str())
        .bind(to)
        .bind(body)
        .bind(message.created_at.as_millisecond())
        .bind(message.sent_at.map(Timestamp::as_millisecond)),
    )
    .await?;
    Ok(())
}

/// Messages not sent yet, oldest first. Those whose keys are destroyed are left
/// out: nobody can be told anything any more.
pub async fn unsent(tx: &mut Tx, at_most: usize) -> Result<Vec<Message>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM message WHERE sent_at IS NULL ORDER BY created_at, message LIMIT $1"
    );
    list(tx, sql, at_most).await
}

/// Marks a message as handed to the network; `false` where it was before.
pub async fn mark_sent(tx: &mut Tx, id: MessageId, at: Timestamp) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query("UPDATE message SET sent_at = $1 WHERE message = $2 AND sent_at IS NULL")
                .bind(at.as_millisecond())
                .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// The newest messages, sent or not, opened: for the outbox page of the demo.
pub async fn list_recent(tx: &mut Tx, at_most: usize) -> Result<Vec<Message>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM message ORDER BY created_at DESC, message LIMIT $1");
    list(tx, sql, at_most).await
}

async fn list(tx: &mut Tx, sql: String, at_most: usize) -> Result<Vec<Message>, StoreError> {
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(limit(at_most))).await?;
    let mut messages = Vec::with_capacity(rows.len());
    for row in rows {
        match read(tx, &row).await {
            Ok(message) => messages.push(message),
            Err(StoreError::KeyDestroyed) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(messages)
}

async fn read(tx: &mut Tx, row: &Row) -> Result<Message, StoreError> {
    let id: MessageId = row.id("message")?;
    let application: ApplicationId = row.id("application")?;
    let owner = Owner::Application(application);
    let (to, body) = (row.bytes("to_sealed")?, row.bytes("body_sealed")?);
    Ok(Message {
        id,
        application,
        kind: row.text("kind")?,
        to: tx.open_text(owner, cell(&id, "to_sealed"), &to).await?,
        body: tx.open_text(owner, cell(&id, "body_sealed"), &body).await?,
        created_at: row.time("created_at")?,
        sent_at: row.opt_time("sent_at")?,
    })
}

fn cell<'a>(id: &'a MessageId, column: &'a str) -> Cell<'a> {
    Cell { table: "message", column, row: id.as_bytes(), version: 1, class: CLASS }
}
