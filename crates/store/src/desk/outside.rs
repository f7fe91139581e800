//! Cases of ours that another desk looks at too: what was asked of it, and what it answered.

use core::fmt;

use jiff::Timestamp;
use niims_record::adjudication::Verdict;
use niims_record::application::CaseReason;
use niims_record::desk::Skill;
use niims_record::{ApplicationId, CaseId, OfficerId, OutsideRequestId};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, int, json, limit, named, read_all};
use crate::{Cell, Owner, StoreError, Tx};

named! {
    /// What became of an answer.
    Outcome {
        /// It counts as one of the blind pair.
        Taken = "taken",
        /// The desk did not decide.
        Declined = "declined",
        /// It names several candidates; an opinion names one.
        Several = "several",
        /// It names somebody who is not of the case.
        NoSuchCandidate = "no_such_candidate",
        /// It came after its time.
        Expired = "expired",
        /// The case needs no such opinion any more.
        TooLate = "too_late",
        /// The desk may not give one: another desk already did, or it was taken off the list.
        Refused = "refused",
        /// Nothing came in time.
        Unanswered = "unanswered",
    }
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideRequest {
    /// Its id.
    pub id: OutsideRequestId,
    /// The case.
    pub case: CaseId,
    /// The desk that was asked.
    pub officer: OfficerId,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// When shares close.
    pub expires_at: Timestamp,
    /// When the broker had it.
    pub published_at: Option<Timestamp>,
    /// SHA-256 of what the first answer says.
    pub answer_hash: Option<[u8; 32]>,
    /// When that came.
    pub answered_at: Option<Timestamp>,
    /// What became of it.
    pub outcome: Option<Outcome>,
}

/// What an answer says, until it can be taken.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HeldAnswer {
    /// What the desk concluded.
    pub verdict: Verdict,
    /// What its people wrote.
    pub note: Option<String>,
}

impl fmt::Debug for HeldAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HeldAnswer({})", self.verdict.name())
    }
}

/// One person of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared {
    /// 0 for the applicant, then the candidates.
    pub place: u32,
    /// Whose.
    pub application: ApplicationId,
    /// Times it was fetched.
    pub reads: u32,
}

const COLUMNS: &str = "request, adjudication_case, officer, asked_at, expires_at, published_at, \
                       answer_hash, answered_at, outcome";

/// Notes under which officer a desk's opinions stand. [`StoreError::Duplicate`] where known.
pub async fn note_desk(
    tx: &mut Tx,
    officer: OfficerId,
    name: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query("INSERT INTO outside_desk (officer, name, noted_at) VALUES ($1, $2, $3)")
            .bind(officer.as_bytes().to_vec())
            .bind(name)
            .bind(at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// The name of the desk that an officer stands for, if it is one.
pub async fn desk_name(tx: &mut Tx, officer: OfficerId) -> Result<Option<String>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT name FROM outside_desk WHERE officer = $1")
                .bind(officer.as_bytes().to_vec()),
        )
        .await?;
    row.map(|row| row.text("name")).transpose()
}

/// Open cases that may be sent out, the most urgent first: never sent before, still in want of one
/// of the blind pair, opened for one of some reasons, and not asking for some skills.
pub async fn candidates(
    tx: &mut Tx,
    reasons: &[CaseReason],
    without: &[Skill],
    at_most: usize,
) -> Result<Vec<CaseId>, StoreError> {
    let listed: Vec<String> = (1..=reasons.len()).map(|n| format!("${n}")).collect();
    let first = reasons.len() + 1;
    let skipped: Vec<String> = (first..first + without.len()).map(|n| format!("${n}")).collect();
    let skills = if skipped.is_empty() {
        String::new()
    } else {
        format!("AND q.skill NOT IN ({}) ", skipped.join(", "))
    };
    let sql = format!(
        "SELECT c.adjudication_case FROM desk_queue q \
         JOIN adjudication_case c ON c.adjudication_case = q.adjudication_case \
         LEFT JOIN outside_request o ON o.adjudication_case = c.adjudication_case \
         WHERE o.request IS NULL AND q.needs = 'reviewer' AND c.candidates <> '[]' \
         AND c.reason IN ({}) {skills}\
         ORDER BY q.due_at, q.adjudication_case LIMIT ${}",
        listed.join(", "),
        first + without.len(),
    );
    let mut sql = query(AssertSqlSafe(sql));
    for reason in reasons {
        sql = sql.bind(json(reason)?);
    }
    for skill in without {
        sql = sql.bind(skill.name());
    }
    let rows = tx.fetch_all(sql.bind(limit(at_most))).await?;
    read_all(&rows, |row| row.id("adjudication_case"))
}

/// How many requests of a desk wait for an answer.
pub async fn waiting(tx: &mut Tx, officer: OfficerId) -> Result<u64, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT COUNT(*) AS n FROM outside_request \
                 WHERE officer = $1 AND settled_at IS NULL",
            )
            .bind(officer.as_bytes().to_vec()),
        )
        .await?;
    row.map_or(Ok(0), |row| row.count("n"))
}

/// Keeps a new request with its people, the applicant first. [`StoreError::Duplicate`] where the
/// case was sent before.
pub async fn insert(
    tx: &mut Tx,
    request: &OutsideRequest,
    people: &[ApplicationId],
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO outside_request (request, adjudication_case, officer, asked_at, \
             expires_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(request.id.as_bytes().to_vec())
        .bind(request.case.as_bytes().to_vec())
        .bind(request.officer.as_bytes().to_vec())
        .bind(request.asked_at.as_millisecond())
        .bind(request.expires_at.as_millisecond()),
    )
    .await?;
    for (place, application) in people.iter().enumerate() {
        tx.execute(
            query(
                "INSERT INTO outside_share (request, place, application, reads) \
                 VALUES ($1, $2, $3, 0)",
            )
            .bind(request.id.as_bytes().to_vec())
            .bind(int(place as u64)?)
            .bind(application.as_bytes().to_vec()),
        )
        .await?;
    }
    Ok(())
}

/// The request with this id, locked where the transaction writes.
pub async fn get(
    tx: &mut Tx,
    id: OutsideRequestId,
    for_update: bool,
) -> Result<Option<OutsideRequest>, StoreError> {
    let lock = if for_update { tx.backend.for_update() } else { "" };
    let sql = format!("SELECT {COLUMNS} FROM outside_request WHERE request = $1{lock}");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// The request about a case, if it was sent out.
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Option<OutsideRequest>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM outside_request WHERE adjudication_case = $1");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(case.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// The people of a request, the applicant first.
pub async fn shares(tx: &mut Tx, id: OutsideRequestId) -> Result<Vec<Shared>, StoreError> {
    let rows = tx
        .fetch_all(
            query(
                "SELECT place, application, reads FROM outside_share WHERE request = $1 \
                 ORDER BY place",
            )
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    read_all(&rows, |row| {
        Ok(Shared {
            place: row.count("place")? as u32,
            application: row.id("application")?,
            reads: row.count("reads")? as u32,
        })
    })
}

/// Counts one read of a person, unless there were so many; `false` then.
pub async fn count_read(
    tx: &mut Tx,
    id: OutsideRequestId,
    place: u32,
    most: u32,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE outside_share SET reads = reads + 1 \
                 WHERE request = $1 AND place = $2 AND reads < $3",
            )
            .bind(id.as_bytes().to_vec())
            .bind(i64::from(place))
            .bind(i64::from(most)),
        )
        .await?;
    Ok(changed == 1)
}

/// Requests of a desk that the broker does not have yet, oldest first.
pub async fn unpublished(
    tx: &mut Tx,
    officer: OfficerId,
    at_most: usize,
) -> Result<Vec<OutsideRequest>, StoreError> {
    let which = "published_at IS NULL AND settled_at IS NULL";
    some(tx, which, officer, None, at_most).await
}

/// Requests of a desk whose answer came and is not settled: somebody was looking at the case.
pub async fn held(
    tx: &mut Tx,
    officer: OfficerId,
    at_most: usize,
) -> Result<Vec<OutsideRequest>, StoreError> {
    let which = "answered_at IS NOT NULL AND settled_at IS NULL";
    some(tx, which, officer, None, at_most).await
}

/// Requests of a desk that no answer came to in time.
pub async fn overdue(
    tx: &mut Tx,
    officer: OfficerId,
    at: Timestamp,
    at_most: usize,
) -> Result<Vec<OutsideRequest>, StoreError> {
    let which = "answered_at IS NULL AND settled_at IS NULL AND expires_at <= $3";
    some(tx, which, officer, Some(at), at_most).await
}

async fn some(
    tx: &mut Tx,
    which: &str,
    officer: OfficerId,
    at: Option<Timestamp>,
    at_most: usize,
) -> Result<Vec<OutsideRequest>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM outside_request WHERE officer = $1 AND {which} \
         ORDER BY asked_at, request LIMIT $2"
    );
    let mut sql = query(AssertSqlSafe(sql)).bind(officer.as_bytes().to_vec()).bind(limit(at_most));
    if let Some(at) = at {
        sql = sql.bind(at.as_millisecond());
    }
    let rows = tx.fetch_all(sql).await?;
    read_all(&rows, read)
}

/// Notes that the broker has a request.
pub async fn published(tx: &mut Tx, id: OutsideRequestId, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        query(
            "UPDATE outside_request SET published_at = $1 \
             WHERE request = $2 AND published_at IS NULL",
        )
        .bind(at.as_millisecond())
        .bind(id.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// Keeps the first answer, sealed under the applicant's key where it can become an opinion.
pub async fn answered(
    tx: &mut Tx,
    id: OutsideRequestId,
    hash: &[u8; 32],
    held: Option<(&HeldAnswer, Owner)>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let sealed = match held {
        Some((held, owner)) => {
            let plain = json(held)?;
            Some(tx.seal(owner, cell(&id), plain.as_bytes()).await?)
        }
        None => None,
    };
    tx.execute(
        query(
            "UPDATE outside_request SET answer_hash = $1, answer_sealed = $2, answered_at = $3 \
             WHERE request = $4 AND answered_at IS NULL",
        )
        .bind(hash.to_vec())
        .bind(sealed)
        .bind(at.as_millisecond())
        .bind(id.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// The answer kept by [`answered`].
pub async fn held_answer(
    tx: &mut Tx,
    id: OutsideRequestId,
    owner: Owner,
) -> Result<Option<HeldAnswer>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT answer_sealed FROM outside_request WHERE request = $1")
                .bind(id.as_bytes().to_vec()),
        )
        .await?;
    let Some(sealed) = row.map(|row| row.opt_bytes("answer_sealed")).transpose()?.flatten() else {
        return Ok(None);
    };
    let plain = tx.open(owner, cell(&id), &sealed).await?;
    let malformed = StoreError::MalformedRow { column: "outside_request.answer_sealed" };
    serde_json::from_slice(&plain).map(Some).map_err(|_| malformed)
}

/// Says what became of a request; the first word stands.
pub async fn settle(
    tx: &mut Tx,
    id: OutsideRequestId,
    outcome: Outcome,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "UPDATE outside_request SET outcome = $1, settled_at = $2 \
             WHERE request = $3 AND settled_at IS NULL",
        )
        .bind(outcome.name())
        .bind(at.as_millisecond())
        .bind(id.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

fn read(row: &Row) -> Result<OutsideRequest, StoreError> {
    let malformed = |column| StoreError::MalformedRow { column };
    let hash = row.opt_bytes("answer_hash")?.map(TryInto::try_into).transpose();
    let outcome = row.opt_text("outcome")?.map(|name| Outcome::from_name(&name));
    Ok(OutsideRequest {
        id: row.id("request")?,
        case: row.id("adjudication_case")?,
        officer: row.id("officer")?,
        asked_at: row.time("asked_at")?,
        expires_at: row.time("expires_at")?,
        published_at: row.opt_time("published_at")?,
        answer_hash: hash.map_err(|_| malformed("outside_request.answer_hash"))?,
        answered_at: row.opt_time("answered_at")?,
        outcome: match outcome {
            None => None,
            Some(found) => Some(found.ok_or(malformed("outside_request.outcome"))?),
        },
    })
}

fn cell(id: &OutsideRequestId) -> Cell<'_> {
    Cell {
        table: "outside_request",
        column: "answer_sealed",
        row: id.as_bytes(),
        version: 1,
        class: "opinion",
    }
}
