//! Orders for cards: ordered, made, sent, collected.

use core::fmt;

use jiff::Timestamp;
use niims_record::{ApplicationId, CardOrderId, PersonId};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, limit, named, read_all};
use crate::{Cell, Owner, StoreError, Tx};

/// Class of the data key that seals cards.
const CLASS: &str = "card";

named! {
    /// How far an order is.
    CardState {
        /// Due to be made.
        Ordered = "ordered",
        /// Laid out and signed.
        Made = "made",
        /// On its way to the place of collection.
        Sent = "sent",
        /// In the hands of the resident.
        Collected = "collected",
    }
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardOrder {
    /// The order.
    pub id: CardOrderId,
    /// Whose card.
    pub person: PersonId,
    /// The application that it answers.
    pub application: ApplicationId,
    /// How far it is.
    pub state: CardState,
    /// Since when.
    pub since: Timestamp,
    /// When it was ordered.
    pub ordered_at: Timestamp,
}

/// What was made.
#[derive(Clone, PartialEq, Eq)]
pub struct CardArtefact {
    /// The card as PDF.
    pub pdf: Vec<u8>,
    /// The text of the QR: the signed credential.
    pub credential: String,
}

impl fmt::Debug for CardArtefact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardArtefact(…)")
    }
}

const COLUMNS: &str = "card_order, person, application, state_name, since, ordered_at";

/// Orders a card; `false` where the application has an order already.
pub async fn order(
    tx: &mut Tx,
    id: CardOrderId,
    person: PersonId,
    application: ApplicationId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let inserted = tx
        .execute(
            query(
                "INSERT INTO card_order (card_order, person, application, state_name, since, \
                 ordered_at) VALUES ($1, $2, $3, 'ordered', $4, $4) \
                 ON CONFLICT (application) DO NOTHING",
            )
            .bind(id.as_bytes().to_vec())
            .bind(person.as_bytes().to_vec())
            .bind(application.as_bytes().to_vec())
            .bind(at.as_millisecond()),
        )
        .await?;
    Ok(inserted == 1)
}

/// The order with this id.
pub async fn get(tx: &mut Tx, id: CardOrderId) -> Result<Option<CardOrder>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM card_order WHERE card_order = $1");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// The order that answers an application.
pub async fn by_application(
    tx: &mut Tx,
    application: ApplicationId,
) -> Result<Option<CardOrder>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM card_order WHERE application = $1");
    let row =
        tx.fetch_optional(query(AssertSqlSafe(sql)).bind(application.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// The order whose id begins with these eight bytes, as a card's serial number states them; `None`
/// where there is none, or, against all odds, more than one.
pub async fn by_beginning(tx: &mut Tx, first: [u8; 8]) -> Result<Option<CardOrder>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM card_order WHERE card_order >= $1 AND card_order <= $2 LIMIT 2"
    );
    let bound = |rest: u8| [first, [rest; 8]].concat();
    let sql = query(AssertSqlSafe(sql)).bind(bound(0)).bind(bound(0xff));
    let rows = tx.fetch_all(sql).await?;
    match rows.as_slice() {
        [only] => read(only).map(Some),
        _ => Ok(None),
    }
}

/// The orders of a person, newest first.
pub async fn list_of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<CardOrder>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM card_order WHERE person = $1 ORDER BY ordered_at DESC, card_order"
    );
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(person.as_bytes().to_vec())).await?;
    read_all(&rows, read)
}

/// Stores a card that was made, sealed under the person's keys, and moves its
/// order from ordered to made; `false` where the order is not in that state.
pub async fn save_made(
    tx: &mut Tx,
    id: CardOrderId,
    artefact: &CardArtefact,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let Some(order) = get(tx, id).await? else { return Ok(false) };
    let owner = Owner::Person(order.person);
    let pdf = tx.seal(owner, cell(&id, "pdf_sealed"), &artefact.pdf).await?;
    let credential = artefact.credential.as_bytes();
    let credential = tx.seal(owner, cell(&id, "credential_sealed"), credential).await?;
    let changed = tx
        .execute(
            query(
                "UPDATE card_order SET state_name = 'made', since = $1, pdf_sealed = $2, \
                 credential_sealed = $3 WHERE card_order = $4 AND state_name = 'ordered'",
            )
            .bind(at.as_millisecond())
            .bind(pdf)
            .bind(credential)
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// The card that was made for an order.
pub async fn artefact(tx: &mut Tx, id: CardOrderId) -> Result<Option<CardArtefact>, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT person, pdf_sealed, credential_sealed FROM card_order \
                 WHERE card_order = $1 AND pdf_sealed IS NOT NULL",
            )
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let owner = Owner::Person(row.id("person")?);
    let (pdf, credential) = (row.bytes("pdf_sealed")?, row.bytes("credential_sealed")?);
    Ok(Some(CardArtefact {
        pdf: tx.open(owner, cell(&id, "pdf_sealed"), &pdf).await?,
        credential: tx.open_text(owner, cell(&id, "credential_sealed"), &credential).await?,
    }))
}

/// Moves an order from one state to another; `false` where it is not in the
/// first. Which moves make sense is the caller's rule; making is [`save_made`]'s.
pub async fn advance(
    tx: &mut Tx,
    id: CardOrderId,
    from: CardState,
    to: CardState,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE card_order SET state_name = $1, since = $2 \
                 WHERE card_order = $3 AND state_name = $4",
            )
            .bind(to.name())
            .bind(at.as_millisecond())
            .bind(id.as_bytes().to_vec())
            .bind(from.name()),
        )
        .await?;
    Ok(changed == 1)
}

/// Orders in a state, those waiting longest first.
pub async fn list_by_state(
    tx: &mut Tx,
    state: CardState,
    at_most: usize,
) -> Result<Vec<CardOrder>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM card_order WHERE state_name = $1 ORDER BY since, card_order LIMIT $2"
    );
    let rows =
        tx.fetch_all(query(AssertSqlSafe(sql)).bind(state.name()).bind(limit(at_most))).await?;
    read_all(&rows, read)
}

fn cell<'a>(id: &'a CardOrderId, column: &'a str) -> Cell<'a> {
    Cell { table: "card_order", column, row: id.as_bytes(), version: 1, class: CLASS }
}

fn read(row: &Row) -> Result<CardOrder, StoreError> {
    Ok(CardOrder {
        id: row.id("card_order")?,
        person: row.id("person")?,
        application: row.id("application")?,
        state: row.named("state_name", CardState::from_name)?,
        since: row.time("since")?,
        ordered_at: row.time("ordered_at")?,
    })
}
