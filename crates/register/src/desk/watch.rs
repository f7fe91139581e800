//! The watch over sources: what became of each search, and the inquiry when hits jump.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use niims_record::desk::{Rate, SourceKind, WindowCounts, hit_jump};
use niims_record::{InquiryId, OfficerId};
use niims_store::applications::StoredApplication;
use niims_store::desk::inquiries::{self, Inquiry as Stored};
use niims_store::desk::outcomes::{self, Searched};
use niims_store::{StoreError, Tx, kits};
use niims_wire::Problem;
use niims_wire::desk::{DeskWatch, Inquiry, InquiryClosed};

use super::error::{DeskError, refused};
use super::roles::{AUDITOR, SUPERVISOR, holder};
use crate::steps::StepError;
use crate::steps::search_demographics::load_record;
use crate::{Register, trail};

/// Most characters of a reason.
const LONGEST_REASON: usize = 2_000;

/// The sources of an application: its kit, who captured it, and where.
async fn sources(
    tx: &mut Tx,
    application: &StoredApplication,
) -> Result<Vec<(SourceKind, String)>, StoreError> {
    let mut found = vec![(SourceKind::Kit, application.kit.to_string())];
    found.extend(application.officer.map(|officer| (SourceKind::Officer, officer.to_string())));
    let kit = kits::get(tx, application.kit).await?;
    found.extend(kit.and_then(|kit| kit.sublocation).map(|place| (SourceKind::Place, place)));
    Ok(found)
}

/// Whether an inquiry into a source of this application is open.
pub(crate) async fn is_paused(
    tx: &mut Tx,
    application: &StoredApplication,
) -> Result<bool, StoreError> {
    let sources = sources(tx, application).await?;
    inquiries::any_open(tx, &sources).await
}

/// Notes what became of a search, and opens an inquiry where the hits of a source have jumped.
/// `quality` is the mean of the fingers, 0 to 100. A step that is run twice counts once.
pub(crate) async fn note_search(
    register: &Register,
    tx: &mut Tx,
    application: &StoredApplication,
    quality: Option<u8>,
    hit: bool,
    at: Timestamp,
) -> Result<(), StepError> {
    let record = load_record(tx, application.id).await?;
    let age = register.pack.age_on(&record.date_of_birth, register.pack.today(at));
    let searched = Searched {
        application: application.id,
        kit: application.kit.to_string(),
        officer: application.officer.map(|id| id.to_string()).unwrap_or_default(),
        county: application.county.clone().unwrap_or_default(),
        quality_decile: quality.map(|q| (q.min(99) / 10).to_string()).unwrap_or_default(),
        age_band: age.map(age_band).unwrap_or_default().to_owned(),
        sex: sex(record.sex).to_owned(),
        hit,
        at,
    };
    if !outcomes::insert(tx, &searched).await? {
        return Ok(());
    }
    let sources = sources(tx, application).await?;
    for (kind, source) in &sources {
        outcomes::count_source(tx, kind.name(), source, hit, at).await?;
        let around = format!("{}:{}", kind.name(), searched.county);
        outcomes::count_source(tx, "county", &around, hit, at).await?;
    }
    if hit {
        for (kind, source) in sources {
            judge(register, tx, (kind, source), &searched.county, at).await?;
        }
    }
    Ok(())
}

async fn judge(
    register: &Register,
    tx: &mut Tx,
    (kind, source): (SourceKind, String),
    county: &str,
    at: Timestamp,
) -> Result<(), StepError> {
    let limits = register.pack.desk().bulk;
    let end = at + SignedDuration::from_hours(1);
    let window_from = at - SignedDuration::from_hours(limits.window_hours.into());
    // After an inquiry the supervisor has judged what was: the window begins anew, and what was
    // judged in order is the past.
    let closed = inquiries::last_closed(tx, kind, &source).await?;
    let window_from = closed
        .map_or(window_from, |closed| window_from.max(closed + SignedDuration::from_hours(1)));
    let past_from = at - SignedDuration::from_hours(i64::from(limits.past_days) * 24);
    let window = outcomes::source_rate(tx, kind.name(), &source, window_from, end).await?;
    let past = outcomes::source_rate(tx, kind.name(), &source, past_from, window_from).await?;
    let around = format!("{}:{county}", kind.name());
    let all = outcomes::source_rate(tx, "county", &around, window_from, end).await?;
    let neighbours =
        Rate { hits: all.hits.saturating_sub(window.hits), of: all.of.saturating_sub(window.of) };
    let Some(jump) = hit_jump(WindowCounts { window, past, neighbours }, limits) else {
        return Ok(());
    };
    let inquiry = Stored {
        id: InquiryId::random(&mut register.entropy.rng()),
        kind,
        source,
        jump,
        opened_at: at,
        closed: None,
    };
    if inquiries::open(tx, &inquiry).await? {
        let details = serde_json::json!({ "kind": kind, "source": inquiry.source, "jump": jump });
        let subject = inquiry.id.to_string();
        trail::event(tx, "register", "inquiry.opened", &subject, details, at).await?;
    }
    Ok(())
}

/// Ages as reports give them.
const fn age_band(age: i16) -> &'static str {
    match age {
        ..12 => "6-11",
        12..18 => "12-17",
        18..35 => "18-34",
        35..60 => "35-59",
        _ => "60+",
    }
}

const fn sex(sex: niims_record::person::Sex) -> &'static str {
    use niims_record::person::Sex;
    match sex {
        Sex::Female => "FEMALE",
        Sex::Male => "MALE",
        Sex::Intersex => "INTERSEX",
    }
}

#[async_trait]
impl DeskWatch for Register {
    async fn inquiries(
        &self,
        open_only: bool,
        at_most: usize,
        officer: OfficerId,
    ) -> Result<Vec<Inquiry>, Problem> {
        let work = async {
            let mut tx = self.db.read().await?;
            holder(&mut tx, officer, &[SUPERVISOR, AUDITOR], self.clock.now()).await?;
            let stored = inquiries::list(&mut tx, open_only, at_most.clamp(1, 200)).await?;
            Ok(stored.into_iter().map(shown).collect())
        };
        work.await.map_err(DeskError::into_problem)
    }

    async fn close_inquiry(
        &self,
        inquiry: InquiryId,
        reason: &str,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem> {
        close(self, inquiry, reason, officer, at).await.map_err(DeskError::into_problem)
    }
}

fn shown(stored: Stored) -> Inquiry {
    Inquiry {
        inquiry: stored.id,
        kind: stored.kind,
        source: stored.source,
        jump: stored.jump,
        opened_at: stored.opened_at,
        closed: stored.closed.map(|(by, at, reason)| InquiryClosed { at, by, reason }),
    }
}

async fn close(
    register: &Register,
    id: InquiryId,
    reason: &str,
    officer: OfficerId,
    at: Timestamp,
) -> Result<(), DeskError> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        let detail = format!("Say what was found, in at most {LONGEST_REASON} characters.");
        let problem = refused(422, "desk.reason_needed", "A reason is needed", &detail);
        return Err(problem.at("reason").into());
    }
    let mut tx = register.db.write().await?;
    holder(&mut tx, officer, &[SUPERVISOR], at).await?;
    let Some(inquiry) = inquiries::get(&mut tx, id).await? else {
        let detail = "List the inquiries.";
        return Err(refused(404, "desk.no_such_inquiry", "There is no such inquiry", detail).into());
    };
    if inquiry.kind == SourceKind::Officer && inquiry.source == officer.to_string() {
        let detail = "Another supervisor must close it.";
        let title = "Nobody closes an inquiry into themselves";
        return Err(refused(403, "desk.not_yourself", title, detail).into());
    }
    if !inquiries::close(&mut tx, id, officer, reason, at).await? {
        let detail = "Nothing was changed.";
        return Err(refused(409, "desk.inquiry_closed", "It is closed already", detail).into());
    }
    let (actor, subject) = (officer.to_string(), id.to_string());
    trail::event(&mut tx, &actor, "inquiry.closed", &subject, serde_json::json!({}), at).await?;
    tx.commit().await?;
    // What waited is due again.
    register.bell.notify_waiters();
    Ok(())
}
