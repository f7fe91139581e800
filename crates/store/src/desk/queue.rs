//! Open cases in the order in which they should be decided, and claims on them.

use jiff::Timestamp;
use niims_record::desk::{Priority, Skill};
use niims_record::{CaseId, OfficerId};
use sqlx::{AssertSqlSafe, query};

use super::reviewers::Tie;
use crate::row::{Row, limit, named, read_all};
use crate::{BlindToken, StoreError, Tx, officers};

/// Rows that one page looks at, at most, for each skill. A reviewer who must not decide most of
/// them gets a short page and goes on from there: no page costs more.
const MOST_SCANNED: i64 = 200;

named! {
    /// Who must decide.
    Needs {
        /// Any reviewer who may take it.
        Reviewer = "reviewer",
        /// A senior.
        Senior = "senior",
    }
}

/// One open case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// The case, planted or not.
    pub case: CaseId,
    /// Who must decide.
    pub needs: Needs,
    /// What it asks of a reviewer.
    pub skill: Skill,
    /// How urgent it is.
    pub priority: Priority,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it should be decided.
    pub due_at: Timestamp,
    /// Who works on it, until when. Past times are not cleared.
    pub claimed: Option<(OfficerId, Timestamp)>,
}

const COLUMNS: &str =
    "adjudication_case, needs, skill, priority, opened_at, due_at, claimed_by, claimed_until";

/// Puts a case into the queue, together with the tokens of those who must not decide it.
/// [`StoreError::Duplicate`] where it is there.
pub async fn insert(tx: &mut Tx, queued: &Queued, tokens: &[BlindToken]) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO desk_queue (adjudication_case, needs, skill, priority, opened_at, due_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(queued.case.as_bytes().to_vec())
        .bind(queued.needs.name())
        .bind(queued.skill.name())
        .bind(queued.priority.name())
        .bind(queued.opened_at.as_millisecond())
        .bind(queued.due_at.as_millisecond()),
    )
    .await?;
    for token in tokens {
        keep_from(tx, queued.case, token).await?;
    }
    Ok(())
}

/// Keeps everybody who has this token from deciding a case.
pub async fn keep_from(tx: &mut Tx, case: CaseId, token: &BlindToken) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO desk_case_term (adjudication_case, token) VALUES ($1, $2) \
             ON CONFLICT DO NOTHING",
        )
        .bind(case.as_bytes().to_vec())
        .bind(token.to_vec()),
    )
    .await?;
    Ok(())
}

/// Whether an officer must not decide a case: they share a token.
pub async fn involved(tx: &mut Tx, case: CaseId, officer: OfficerId) -> Result<bool, StoreError> {
    let own = own_tokens(tx, officer).await?;
    let row = tx
        .fetch_optional(
            query(
                "SELECT t.token FROM desk_case_term t WHERE t.adjudication_case = $1 AND \
                 (t.token = $3 OR t.token = $4 OR t.token IN \
                 (SELECT r.token FROM reviewer_term r WHERE r.officer = $2)) LIMIT 1",
            )
            .bind(case.as_bytes().to_vec())
            .bind(officer.as_bytes().to_vec())
            .bind(own[0].to_vec())
            .bind(own[1].to_vec()),
        )
        .await?;
    Ok(row.is_some())
}

/// The tokens that are an officer's without being stated: their own, and that of their own
/// application where it is noted which person they are; else the first twice.
async fn own_tokens(tx: &mut Tx, officer: OfficerId) -> Result<[BlindToken; 2], StoreError> {
    let own = Tie::Officer(officer).token(tx.keyring());
    let person = officers::person_of(tx, officer).await?;
    Ok([own, person.map_or(own, |id| Tie::Application(id).token(tx.keyring()))])
}

/// The tokens of a case.
pub async fn tokens_of(tx: &mut Tx, case: CaseId) -> Result<Vec<BlindToken>, StoreError> {
    let rows = tx
        .fetch_all(
            query("SELECT token FROM desk_case_term WHERE adjudication_case = $1 ORDER BY token")
                .bind(case.as_bytes().to_vec()),
        )
        .await?;
    read_all(&rows, |row| row.array("token"))
}

/// One open case.
pub async fn get(tx: &mut Tx, case: CaseId) -> Result<Option<Queued>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM desk_queue WHERE adjudication_case = $1");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(case.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// One stretch of the queue of one skill, in order, after a place: what this officer may take.
/// With it the place up to which was looked at; `None` where that was the end.
pub async fn stretch(
    tx: &mut Tx,
    lane: (Needs, Skill),
    after: Option<(Timestamp, CaseId)>,
    officer: OfficerId,
    at: Timestamp,
) -> Result<(Vec<Queued>, Option<(Timestamp, CaseId)>), StoreError> {
    let (due_at, case) = after.map_or((i64::MIN, Vec::new()), |(due, case)| {
        (due.as_millisecond(), case.as_bytes().to_vec())
    });
    let own = own_tokens(tx, officer).await?;
    let mine = "(SELECT COUNT(*) FROM desk_case_term t WHERE \
                t.adjudication_case = q.adjudication_case AND (t.token = $6 OR t.token = $7 OR t.token IN \
                (SELECT r.token FROM reviewer_term r WHERE r.officer = $5)))";
    let sql = format!(
        "SELECT {COLUMNS}, {mine} AS shared FROM (SELECT {COLUMNS} FROM desk_queue \
         WHERE needs = $1 AND skill = $2 AND (due_at, adjudication_case) > ($3, $4) \
         ORDER BY due_at, adjudication_case LIMIT {MOST_SCANNED}) AS q \
         ORDER BY due_at, adjudication_case"
    );
    let rows = tx
        .fetch_all(
            query(AssertSqlSafe(sql))
                .bind(lane.0.name())
                .bind(lane.1.name())
                .bind(due_at)
                .bind(case)
                .bind(officer.as_bytes().to_vec())
                .bind(own[0].to_vec())
                .bind(own[1].to_vec()),
        )
        .await?;
    let looked_at = rows.len();
    let mut found = Vec::new();
    let mut last = None;
    for row in &rows {
        let queued = read(row)?;
        last = Some((queued.due_at, queued.case));
        let held = queued.claimed.is_some_and(|(by, until)| until > at && by != officer);
        if !held && row.count("shared")? == 0 {
            found.push(queued);
        }
    }
    let more = i64::try_from(looked_at).is_ok_and(|n| n == MOST_SCANNED);
    Ok((found, last.filter(|_| more)))
}

/// Claims a case unless another officer holds it; `false` where one does, or it is gone.
pub async fn claim(
    tx: &mut Tx,
    case: CaseId,
    officer: OfficerId,
    until: Timestamp,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE desk_queue SET claimed_by = $1, claimed_until = $2 \
                 WHERE adjudication_case = $3 \
                 AND (claimed_by IS NULL OR claimed_by = $1 OR claimed_until <= $4)",
            )
            .bind(officer.as_bytes().to_vec())
            .bind(until.as_millisecond())
            .bind(case.as_bytes().to_vec())
            .bind(at.as_millisecond()),
        )
        .await?;
    Ok(changed == 1)
}

/// Gives a case back, if this officer holds it.
pub async fn release(tx: &mut Tx, case: CaseId, officer: OfficerId) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE desk_queue SET claimed_by = NULL, claimed_until = NULL \
                 WHERE adjudication_case = $1 AND claimed_by = $2",
            )
            .bind(case.as_bytes().to_vec())
            .bind(officer.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// What an officer holds, most urgent first.
pub async fn claims(
    tx: &mut Tx,
    officer: OfficerId,
    at: Timestamp,
) -> Result<Vec<Queued>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM desk_queue WHERE claimed_by = $1 AND claimed_until > $2 \
         ORDER BY due_at, adjudication_case"
    );
    let rows = tx
        .fetch_all(
            query(AssertSqlSafe(sql)).bind(officer.as_bytes().to_vec()).bind(at.as_millisecond()),
        )
        .await?;
    read_all(&rows, read)
}

/// Passes a case on to those who must decide next; the claim ends.
pub async fn pass_on(tx: &mut Tx, case: CaseId, needs: Needs) -> Result<(), StoreError> {
    tx.execute(
        query(
            "UPDATE desk_queue SET needs = $1, claimed_by = NULL, claimed_until = NULL \
             WHERE adjudication_case = $2",
        )
        .bind(needs.name())
        .bind(case.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// Takes a case that is over out of the queue. Who must not decide it stays on record.
pub async fn remove(tx: &mut Tx, case: CaseId) -> Result<(), StoreError> {
    tx.execute(
        query("DELETE FROM desk_queue WHERE adjudication_case = $1").bind(case.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// Makes a case more or less urgent.
pub async fn set_priority(
    tx: &mut Tx,
    case: CaseId,
    priority: Priority,
    due_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query("UPDATE desk_queue SET priority = $1, due_at = $2 WHERE adjudication_case = $3")
            .bind(priority.name())
            .bind(due_at.as_millisecond())
            .bind(case.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// How many cases wait for whom, opened before each of some moments: (needs, moment, count).
pub async fn counts_before(
    tx: &mut Tx,
    moments: &[Timestamp],
) -> Result<Vec<(Needs, Timestamp, u64)>, StoreError> {
    let mut counts = Vec::new();
    for &moment in moments {
        let rows = tx
            .fetch_all(
                query(
                    "SELECT needs, COUNT(*) AS n FROM desk_queue WHERE opened_at <= $1 \
                     GROUP BY needs ORDER BY needs",
                )
                .bind(moment.as_millisecond()),
            )
            .await?;
        for row in &rows {
            counts.push((row.named("needs", Needs::from_name)?, moment, row.count("n")?));
        }
    }
    Ok(counts)
}

/// Cases in the queue, at most so many, in no order: for tests and measurements.
pub async fn any(tx: &mut Tx, at_most: usize) -> Result<Vec<Queued>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM desk_queue LIMIT $1");
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(limit(at_most))).await?;
    read_all(&rows, read)
}

fn read(row: &Row) -> Result<Queued, StoreError> {
    let claimed = match (row.opt_id("claimed_by")?, row.opt_time("claimed_until")?) {
        (Some(by), Some(until)) => Some((by, until)),
        _ => None,
    };
    Ok(Queued {
        case: row.id("adjudication_case")?,
        needs: row.named("needs", Needs::from_name)?,
        skill: row.named("skill", Skill::from_name)?,
        priority: row.named("priority", Priority::from_name)?,
        opened_at: row.time("opened_at")?,
        due_at: row.time("due_at")?,
        claimed,
    })
}
