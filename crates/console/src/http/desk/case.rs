//! `/staff/cases/{case}`: one pair at a time, and the form to decide it.

mod form;

mod shown;

mod beside;

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use niims_record::CaseId;
use niims_web::{Banner, Fault, Module, Page, PrintViewer, Table, Words};
use niims_wire::desk::{CandidateShown, OpenedCase, SideOf};
use serde::Deserialize;

pub(super) use form::verdict_name;
pub(super) use shown::{mark_text, verdict as verdict_text};

use super::draft::{Draft, Place};
use super::{case_id, likeness, prints, sides};
use crate::http::Colleague;
use crate::http::script::DESK_PATH;

/// What the address may say.
#[derive(Deserialize)]
pub(super) struct Asked {
    /// Which candidate, counted from 0.
    #[serde(default)]
    candidate: usize,
    /// Which pair of fingers, counted from 0.
    #[serde(default)]
    pair: usize,
    /// Set where the case had to be opened anew.
    #[serde(default)]
    anew: Option<String>,
}

#[derive(Template)]
#[template(path = "desk_case.html")]
struct CasePage<'a> {
    page: Page<'a>,
    w: Words<'a>,
    script: &'static str,
    faults: Vec<Fault>,
    notice: Option<Banner>,
    path: String,
    /// Keys with what they do.
    keys: Vec<(&'static str, String)>,
    head: shown::Head,
    earlier: Vec<shown::Earlier>,
    appeal_ground: Option<String>,
    /// Why only a recapture can be asked.
    blocked: Option<String>,
    candidates: Vec<shown::CandidateLink>,
    rows: Vec<sides::Row>,
    portraits: Vec<shown::Picture>,
    documents: Vec<shown::Picture>,
    exception_photos: Vec<shown::Picture>,
    second_prints: Vec<shown::Picture>,
    likeness: Option<shown::Likeness>,
    missing: Vec<String>,
    has_candidate: bool,
    fingers: Vec<shown::FingerLine>,
    viewer: Option<PrintViewer>,
    /// Words on the pair in the viewer, with where its score comes from.
    viewed: Option<(String, Table)>,
    /// Values of the buttons that show the next and the previous pair.
    next: Option<String>,
    previous: Option<String>,
    next_candidate: Option<String>,
    form: form::DecisionForm,
}

#[derive(Template)]
#[template(path = "desk_claim.html")]
struct ClaimPage<'a> {
    page: Page<'a>,
    w: Words<'a>,
    script: &'static str,
    path: String,
    has_draft: bool,
}

/// `GET /staff/cases/{case}`.
pub(super) async fn show(
    colleague: Colleague,
    Path(case): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let case = match case_id(&colleague, &case) {
        Ok(case) => case,
        Err(response) => return *response,
    };
    let key = (colleague.officer(), case);
    let opened = match open(&colleague, case).await {
        Ok(opened) => opened,
        Err(problem) if problem.code == "desk.not_claimed" => return unclaimed(&colleague, case),
        Err(problem) => {
            colleague.console.open_cases.close(key);
            return colleague.show_refusal(&problem);
        }
    };
    let place = Place { candidate: asked.candidate, pair: asked.pair };
    let draft = colleague.console.open_cases.draft(key);
    let notice = asked.anew.map(|_| {
        let w = colleague.words();
        Banner { title: String::new(), text: w.t("case.opened_anew").to_owned(), is_success: false }
    });
    render(&colleague, &opened, place, &draft, (StatusCode::OK, Vec::new(), notice)).await
}

/// The case as it is open here, if this officer still holds it; else opened anew.
pub(super) async fn open(
    colleague: &Colleague,
    case: CaseId,
) -> Result<std::sync::Arc<OpenedCase>, niims_wire::Problem> {
    let (officer, now) = (colleague.officer(), colleague.now());
    let key = (officer, case);
    let open = &colleague.console.open_cases;
    if let Some(opened) = open.opened(key) {
        let held = colleague.desk().claims(officer, now).await?;
        if held.iter().any(|entry| entry.case == case && entry.stage == opened.entry.stage) {
            return Ok(opened);
        }
        open.close(key);
    }
    let opened = colleague.desk().open(case, officer, now).await?;
    Ok(open.keep(key, opened, now))
}

/// The page of a case that this officer does not hold: one button takes it.
pub(super) fn unclaimed(colleague: &Colleague, case: CaseId) -> Response {
    let key = (colleague.officer(), case);
    colleague.console.open_cases.close(key);
    let w = colleague.words();
    let has_draft = colleague.console.open_cases.draft(key) != Draft::default();
    let path = format!("/staff/cases/{case}");
    let mut page = colleague.page(w.t("claim.title"));
    page.path.clone_from(&path);
    colleague.show(StatusCode::OK, &ClaimPage { page, w, script: DESK_PATH, path, has_draft })
}

/// The page of an open case.
pub(super) async fn render(
    colleague: &Colleague,
    opened: &OpenedCase,
    place: Place,
    draft: &Draft,
    (status, faults, notice): (StatusCode, Vec<Fault>, Option<Banner>),
) -> Response {
    let w = colleague.words();
    let evidence = &opened.evidence;
    let candidate = place.candidate.min(evidence.candidates.len().saturating_sub(1));
    let beside: Option<&CandidateShown> = evidence.candidates.get(candidate);
    let pairs = prints::pairs(&evidence.applicant, beside);
    let at = place.pair.min(pairs.len().saturating_sub(1));
    let pair = pairs.get(at).copied().unwrap_or((None, None));
    let viewer = prints::viewer(colleague, opened, candidate, pair, draft).await;
    let compared = beside.and_then(|beside| {
        let found = beside.fingers.as_ref()?.pairs.iter();
        let mut found = found.filter(|p| (Some(p.applicant), Some(p.candidate)) == pair);
        found.next()
    });
    let title = w.fill_one("case.title", "number", &opened.entry.application_number);
    let path = format!("/staff/cases/{}", opened.entry.case);
    let mut page = colleague.page(&title).with_module(Module::PrintViewer);
    page.is_wide = true;
    page.has_errors = !faults.is_empty();
    page.path.clone_from(&path);
    let side = beside.map(|_| SideOf::Candidate { index: candidate });
    let go = |candidate: usize, pair: usize| format!("place:{candidate}:{pair}");
    let others = evidence.candidates.len();
    let content = CasePage {
        w,
        script: DESK_PATH,
        notice,
        keys: shown::keys(w),
        head: shown::head(colleague, opened),
        earlier: shown::earlier(colleague, opened),
        appeal_ground: opened.appeal_ground.clone(),
        blocked: opened.blocked.as_ref().map(|_| w.t("case.blocked").to_owned()),
        candidates: shown::candidates(w, opened, candidate),
        rows: sides::rows(w, &colleague.accounts().pack, &evidence.applicant, beside),
        portraits: shown::portraits(w, opened, side, beside),
        documents: shown::documents(colleague, opened, side, beside),
        exception_photos: beside::exception_photos(w, opened, side, beside),
        second_prints: beside::second_prints(w, opened, side, beside),
        likeness: beside.map(|beside| shown::likeness(w, beside)),
        missing: shown::missing(w, evidence, beside),
        has_candidate: beside.is_some(),
        fingers: shown::fingers(colleague, opened, (candidate, beside), &pairs, at),
        viewed: compared.map(|pair| (likeness::finger(w, pair), likeness::parts(w, pair))),
        viewer,
        next: (at + 1 < pairs.len()).then(|| go(candidate, at + 1)),
        previous: at.checked_sub(1).map(|before| go(candidate, before)),
        next_candidate: (others > 1).then(|| go((candidate + 1) % others, 0)),
        form: form::form(colleague, opened, (candidate, at, pair), draft, &faults),
        faults,
        path,
        page,
    };
    colleague.show(status, &content)
}
