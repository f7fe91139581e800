//! The queue: what an officer may take, and claims.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use niims_record::desk::{ClaimFacts, Priority, Rest, Skill, due_at, may_claim, rest};
use niims_record::{CaseId, OfficerId};
use niims_store::desk::opinions;
use niims_store::desk::queue::{self, Needs, Queued};
use niims_store::desk::reviewers::{self, Tie};
use niims_store::officers::Officer;
use niims_store::{Tx, applications, cases};
use niims_wire::Problem;
use niims_wire::desk::{
    CaseQueue, MOST_ON_PAGE, QueueCursor, QueueEntry, QueueFilter, QueuePage, ReviewerProfile,
    Reviewers,
};

use super::case::{self, DeskCase};
use super::enter::{family_ties, place_tie};
use super::error::{DeskError, refused};
use super::no_such_case;
use super::roles::{
    ADMINISTRATOR, CUSTOMER_RELATIONS_OFFICER, REGISTRATION_OFFICER, SUPERVISOR, holder, is_senior,
    reviewer,
};
use crate::{Register, trail};

/// Most names or places that are stated of a reviewer.
const MOST_STATED: usize = 20;

#[async_trait]
impl CaseQueue for Register {
    async fn page(
        &self,
        officer: OfficerId,
        filter: QueueFilter,
        after: Option<QueueCursor>,
        at: Timestamp,
    ) -> Result<QueuePage, Problem> {
        let work = async {
            let mut tx = self.db.read().await?;
            let who = reviewer(&mut tx, officer, at).await?;
            page(&mut tx, &who, filter, after, at).await
        };
        work.await.map_err(DeskError::into_problem)
    }

    async fn claim_next(
        &self,
        officer: OfficerId,
        filter: QueueFilter,
        at: Timestamp,
    ) -> Result<Option<QueueEntry>, Problem> {
        claim_next(self, officer, filter, at).await.map_err(DeskError::into_problem)
    }

    async fn claim(
        &self,
        case: CaseId,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<QueueEntry, Problem> {
        let work = async {
            let mut tx = self.db.write().await?;
            let who = reviewer(&mut tx, officer, at).await?;
            check_rest(self, &mut tx, officer, at).await?;
            let entry = claim_in(self, &mut tx, case, &who, at).await?;
            tx.commit().await?;
            Ok(entry)
        };
        work.await.map_err(DeskError::into_problem)
    }

    async fn release(
        &self,
        case: CaseId,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem> {
        let work = async {
            let mut tx = self.db.write().await?;
            if queue::release(&mut tx, case, officer).await? {
                let (actor, subject) = (officer.to_string(), case.to_string());
                let details = serde_json::json!({});
                trail::event(&mut tx, &actor, "case.released", &subject, details, at).await?;
            }
            tx.commit().await?;
            Ok(())
        };
        work.await.map_err(DeskError::into_problem)
    }

    async fn claims(&self, officer: OfficerId, at: Timestamp) -> Result<Vec<QueueEntry>, Problem> {
        let work = async {
            let mut tx = self.db.read().await?;
            reviewer(&mut tx, officer, at).await?;
            let held = queue::claims(&mut tx, officer, at).await?;
            entries(&mut tx, held, officer, at).await
        };
        work.await.map_err(DeskError::into_problem)
    }

    async fn rest(&self, officer: OfficerId, at: Timestamp) -> Result<Rest, Problem> {
        let work = async {
            let mut tx = self.db.read().await?;
            reviewer(&mut tx, officer, at).await?;
            rest_of(self, &mut tx, officer, at).await
        };
        work.await.map_err(DeskError::into_problem)
    }

    async fn resident_waits(
        &self,
        application_number: &str,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem> {
        let work = resident_waits(self, application_number, officer, at);
        work.await.map_err(DeskError::into_problem)
    }
}

async fn page(
    tx: &mut Tx,
    officer: &Officer,
    filter: QueueFilter,
    after: Option<QueueCursor>,
    at: Timestamp,
) -> Result<QueuePage, DeskError> {
    let (found, next) = waiting(tx, officer, filter, after, at).await?;
    Ok(QueuePage { entries: entries(tx, found, officer.id, at).await?, next })
}

/// Merges the lanes that this officer may look at, each in order: what stands on one page, and
/// where the next one begins.
async fn waiting(
    tx: &mut Tx,
    officer: &Officer,
    filter: QueueFilter,
    after: Option<QueueCursor>,
    at: Timestamp,
) -> Result<(Vec<Queued>, Option<QueueCursor>), DeskError> {
    let after = after.map(|cursor| (cursor.due_at, cursor.case));
    let mut found = Vec::new();
    // A lane that has more was looked at only so far: nothing beyond may be shown yet.
    let mut horizon: Option<(Timestamp, CaseId)> = None;
    for lane in lanes(tx, officer, filter).await? {
        let (cases, looked_to) = queue::stretch(tx, lane, after, officer.id, at).await?;
        found.extend(cases);
        if let Some(to) = looked_to {
            horizon = Some(horizon.map_or(to, |known| known.min(to)));
        }
    }
    found.sort_by_key(|queued| (queued.due_at, queued.case));
    if let Some(horizon) = horizon {
        found.retain(|queued| (queued.due_at, queued.case) <= horizon);
    }
    let next = if found.len() > MOST_ON_PAGE {
        found.truncate(MOST_ON_PAGE);
        found.last().map(|queued| (queued.due_at, queued.case))
    } else {
        horizon
    };
    Ok((found, next.map(|(due_at, case)| QueueCursor { due_at, case })))
}

async fn lanes(
    tx: &mut Tx,
    officer: &Officer,
    filter: QueueFilter,
) -> Result<Vec<(Needs, Skill)>, DeskError> {
    let skills = reviewers::skills(tx, officer.id).await?;
    let skills = skills.into_iter().filter(|skill| filter.skill.is_none_or(|only| only == *skill));
    let mut lanes = Vec::new();
    for skill in skills {
        if !filter.senior_only {
            lanes.push((Needs::Reviewer, skill));
        }
        if is_senior(officer) {
            lanes.push((Needs::Senior, skill));
        }
    }
    Ok(lanes)
}

async fn entries(
    tx: &mut Tx,
    queued: Vec<Queued>,
    officer: OfficerId,
    at: Timestamp,
) -> Result<Vec<QueueEntry>, DeskError> {
    let mut entries = Vec::with_capacity(queued.len());
    for queued in queued {
        let case = case::load(tx, queued.case, false).await?;
        entries.push(entry(tx, &case, &queued, officer, at).await?);
    }
    Ok(entries)
}

/// A case as in a list.
pub(super) async fn entry(
    tx: &mut Tx,
    case: &DeskCase,
    queued: &Queued,
    officer: OfficerId,
    at: Timestamp,
) -> Result<QueueEntry, DeskError> {
    let held = queued.claimed.filter(|(by, until)| *by == officer && *until > at);
    Ok(QueueEntry {
        case: case.id(),
        application_number: case.application_number(tx).await?,
        reason: case.reason(),
        stage: case.stage().name().to_owned(),
        priority: queued.priority,
        skill: queued.skill,
        candidates: case.candidates().len(),
        opened_at: case.opened_at(),
        due_at: queued.due_at,
        claimed_until: held.map(|(_, until)| until),
    })
}

/// The most urgent case that an officer may take. A rival may claim it in between; then the next.
async fn claim_next(
    register: &Register,
    officer: OfficerId,
    filter: QueueFilter,
    at: Timestamp,
) -> Result<Option<QueueEntry>, DeskError> {
    let mut tx = register.db.write().await?;
    let who = reviewer(&mut tx, officer, at).await?;
    let held = queue::claims(&mut tx, officer, at).await?;
    if let Some(first) = entries(&mut tx, held, officer, at).await?.into_iter().next() {
        return Ok(Some(first));
    }
    check_rest(register, &mut tx, officer, at).await?;
    let mut after = None;
    loop {
        let (found, next) = waiting(&mut tx, &who, filter, after, at).await?;
        for candidate in &found {
            match claim_in(register, &mut tx, candidate.case, &who, at).await {
                Ok(entry) => {
                    tx.commit().await?;
                    return Ok(Some(entry));
                }
                Err(DeskError::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let Some(next) = next else { return Ok(None) };
        after = Some(next);
    }
}

/// Claims a case in a transaction, or says why not.
async fn claim_in(
    register: &Register,
    tx: &mut Tx,
    id: CaseId,
    officer: &Officer,
    at: Timestamp,
) -> Result<QueueEntry, DeskError> {
    let case = case::load(tx, id, true).await?;
    let queued = queue::get(tx, id).await?;
    let held = queue::claims(tx, officer.id, at).await?;
    let settings = register.pack.desk();
    let skills = reviewers::skills(tx, officer.id).await?;
    let facts = ClaimFacts {
        officer: officer.id,
        senior: is_senior(officer),
        skilled: queued.as_ref().is_none_or(|queued| skills.contains(&queued.skill)),
        involved: queue::involved(tx, id, officer.id).await?,
        case: case.stage(),
        held: queued.as_ref().and_then(|queued| queued.claimed),
        holds: held.iter().filter(|held| held.case != id).count(),
        most: settings.most_claims.into(),
        at,
    };
    may_claim(&facts)
        .map_err(|why| refused(409, why.code(), "This case cannot be claimed", &why.to_string()))?;
    let mut queued = queued.ok_or_else(no_such_case)?;
    let until = at + SignedDuration::from_mins(settings.claim_minutes.into());
    if !queue::claim(tx, id, officer.id, until, at).await? {
        let title = "Somebody else works on this case";
        return Err(refused(409, "desk.claimed_by_other", title, "Open another one.").into());
    }
    queued.claimed = Some((officer.id, until));
    let details = serde_json::json!({ "until": until.as_millisecond() });
    let (actor, subject) = (officer.id.to_string(), id.to_string());
    trail::event(tx, &actor, "case.claimed", &subject, details, at).await?;
    entry(tx, &case, &queued, officer.id, at).await
}

/// Refuses an officer who must rest.
pub(super) async fn check_rest(
    register: &Register,
    tx: &mut Tx,
    officer: OfficerId,
    at: Timestamp,
) -> Result<(), DeskError> {
    let rest = rest_of(register, tx, officer, at).await?;
    let Some((_, until)) = rest.needed else { return Ok(()) };
    let detail = format!("Tired eyes see sameness. Go on at {until}.");
    Err(refused(409, "desk.rest_needed", "You need a rest", &detail).into())
}

async fn rest_of(
    register: &Register,
    tx: &mut Tx,
    officer: OfficerId,
    at: Timestamp,
) -> Result<Rest, DeskError> {
    let offset = register.pack.settings().utc_offset;
    let today = register.pack.today(at);
    let midnight = |day: jiff::civil::Date| {
        offset.to_timestamp(day.to_datetime(jiff::civil::Time::midnight())).unwrap_or(at)
    };
    let day_ends = midnight(today.saturating_add(1.day()));
    let given = opinions::times_since(tx, officer, midnight(today)).await?;
    Ok(rest(&given, day_ends, register.pack.desk().fatigue, at))
}

async fn resident_waits(
    register: &Register,
    application_number: &str,
    officer: OfficerId,
    at: Timestamp,
) -> Result<(), DeskError> {
    let mut tx = register.db.write().await?;
    let allowed = [REGISTRATION_OFFICER, CUSTOMER_RELATIONS_OFFICER, SUPERVISOR];
    holder(&mut tx, officer, &allowed, at).await?;
    let none = || {
        let detail = "Check the number on the slip.";
        refused(404, "desk.no_open_case", "No open case has this number", detail)
    };
    let application = applications::by_application_number(&mut tx, application_number).await?;
    let application = application.ok_or_else(none)?;
    let case = cases::case_by_application(&mut tx, application).await?;
    let case = case.filter(|case| case.stage.is_open()).ok_or_else(none)?;
    let due = due_at(at, Priority::ResidentWaits);
    queue::set_priority(&mut tx, case.id, Priority::ResidentWaits, due).await?;
    let (actor, subject) = (officer.to_string(), case.id.to_string());
    let details = serde_json::json!({});
    trail::event(&mut tx, &actor, "case.resident_waits", &subject, details, at).await?;
    tx.commit().await?;
    Ok(())
}

#[async_trait]
impl Reviewers for Register {
    async fn state_profile(
        &self,
        reviewer: OfficerId,
        profile: ReviewerProfile,
        by: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem> {
        state_profile(self, reviewer, profile, by, at).await.map_err(DeskError::into_problem)
    }
}

async fn state_profile(
    register: &Register,
    of: OfficerId,
    profile: ReviewerProfile,
    by: OfficerId,
    at: Timestamp,
) -> Result<(), DeskError> {
    if profile.family_names.len() > MOST_STATED || profile.addresses.len() > MOST_STATED {
        let detail = "State at most twenty names and twenty places.";
        return Err(refused(422, "desk.profile_too_long", "That is too much", detail).into());
    }
    let mut tx = register.db.write().await?;
    holder(&mut tx, by, &[SUPERVISOR, ADMINISTRATOR], at).await?;
    if by == of {
        let detail = "Another supervisor must state this of you.";
        return Err(refused(403, "desk.not_yourself", "Not of yourself", detail).into());
    }
    let mut ties: Vec<Tie> =
        profile.family_names.iter().flat_map(|name| family_ties(register, name)).collect();
    let places = profile.addresses.iter();
    ties.extend(places.filter_map(|(area, village)| place_tie(Some(area), Some(village))));
    if let Some(number) = &profile.own_application {
        let own = applications::by_application_number(&mut tx, number).await?;
        let own = own.ok_or_else(|| {
            let detail = "Check the number on the slip.";
            refused(404, "desk.no_such_application", "No application has this number", detail)
        })?;
        ties.push(Tie::Application(own));
    }
    reviewers::state(&mut tx, of, &profile.skills, &ties, by, at).await?;
    let details = serde_json::json!({ "skills": profile.skills, "ties": ties.len() });
    let (actor, subject) = (by.to_string(), of.to_string());
    trail::event(&mut tx, &actor, "reviewer.stated", &subject, details, at).await?;
    tx.commit().await?;
    Ok(())
}
