//! `POST /staff/cases/{case}/decision`: keeps what is written, shows it to be checked, sends it.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use niims_record::CaseId;
use niims_record::adjudication::Verdict;
use niims_web::{Fault, Page, Row, Words};
use niims_wire::Problem;
use niims_wire::desk::{DecisionGiven, ImageOf, LONGEST_NOTE, OpenedCase, SideOf};

use super::case::{open, render, unclaimed, verdict_name};
use super::draft::{Draft, Place, Posted};
use super::{case_id, images, said};
use crate::http::Colleague;
use crate::http::script::DESK_PATH;

#[derive(Template)]
#[template(path = "desk_check.html")]
struct Check<'a> {
    page: Page<'a>,
    w: Words<'a>,
    script: &'static str,
    path: String,
    rows: Vec<Row>,
    /// Every field of the form, to be sent again.
    hidden: Vec<(String, String)>,
}

/// `POST` of the form. Which button was pressed says what is wanted.
pub(super) async fn send(
    colleague: Colleague,
    Path(case): Path<String>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let case = match case_id(&colleague, &case) {
        Ok(case) => case,
        Err(response) => return *response,
    };
    let Ok(Form(fields)) = form else {
        return colleague.show_code(StatusCode::BAD_REQUEST, "web.form_unreadable");
    };
    let posted = Posted(fields);
    let draft = posted.draft();
    let key = (colleague.officer(), case);
    colleague.console.open_cases.write(key, draft.clone(), colleague.now());
    let opened = match open(&colleague, case).await {
        Ok(opened) => opened,
        Err(problem) if problem.code == "desk.not_claimed" => return unclaimed(&colleague, case),
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let place = posted.place();
    let go = posted.one("go");
    if let Some(to) = read_place(&go) {
        return back(&colleague, case, to, "#fingers");
    }
    // What was written stays; but nobody decides on what this window did not show.
    let same = posted.one("view") == opened.view.to_string()
        && posted.one("version") == opened.version.to_string();
    if !same {
        return colleague.go_to(&format!("/staff/cases/{case}?anew=1"));
    }
    if go == "change" {
        return back(&colleague, case, place, "#decide");
    }
    let given = match read(&colleague, &opened, place, &draft) {
        Ok(given) => given,
        Err(faults) => return again(&colleague, &opened, place, &draft, faults).await,
    };
    if let Some(fault) = unseen(&colleague, &opened, place, &draft, given.verdict) {
        return again(&colleague, &opened, place, &draft, vec![fault]).await;
    }
    if go != "send" {
        return check(&colleague, &opened, &given, &posted);
    }
    match colleague.desk().decide(case, given, colleague.now()).await {
        Ok(_) => {
            colleague.console.open_cases.forget(key);
            colleague.go_to("/staff/queue?done=decided")
        }
        Err(problem) => refused(&colleague, &opened, place, &draft, &problem).await,
    }
}

fn read_place(go: &str) -> Option<Place> {
    let (candidate, pair) = go.strip_prefix("place:")?.split_once(':')?;
    Some(Place { candidate: candidate.parse().ok()?, pair: pair.parse().ok()? })
}

fn back(colleague: &Colleague, case: CaseId, place: Place, part: &str) -> Response {
    let Place { candidate, pair } = place;
    colleague.go_to(&format!("/staff/cases/{case}?candidate={candidate}&pair={pair}{part}"))
}

/// The page again, with what is wrong.
async fn again(
    colleague: &Colleague,
    opened: &OpenedCase,
    place: Place,
    draft: &Draft,
    faults: Vec<Fault>,
) -> Response {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    render(colleague, opened, place, draft, (status, faults, None)).await
}

/// A refusal of the register: beside its field where it names one, on the page of the case
/// where the work can go on, else on a page of its own. What is written is kept in any case.
async fn refused(
    colleague: &Colleague,
    opened: &OpenedCase,
    place: Place,
    draft: &Draft,
    problem: &Problem,
) -> Response {
    let case = opened.entry.case;
    match problem.code.as_str() {
        "desk.not_claimed" | "desk.claimed_by_other" => unclaimed(colleague, case),
        "desk.version_moved" | "desk.view_unknown" => {
            colleague.console.open_cases.close((colleague.officer(), case));
            colleague.go_to(&format!("/staff/cases/{case}?anew=1"))
        }
        _ if problem.status == 422 || problem.code == "desk.no_more_recapture" => {
            let field = match problem.at.as_deref() {
                Some("note") => "note",
                Some("recapture") => "advice_0_finger",
                _ => "verdict",
            };
            let text = colleague.refusal_text(problem);
            again(colleague, opened, place, draft, vec![Fault::of(field, &text)]).await
        }
        _ => colleague.show_refusal(problem),
    }
}

/// The decision that a form describes, or what is wrong with it.
fn read(
    colleague: &Colleague,
    opened: &OpenedCase,
    place: Place,
    draft: &Draft,
) -> Result<DecisionGiven, Vec<Fault>> {
    let w = colleague.words();
    let Some(verdict) = verdict_name(&draft.verdict, opened, place.candidate) else {
        return Err(vec![Fault::of("verdict", w.t("form.no_verdict"))]);
    };
    let mut faults = Vec::new();
    let offered = colleague.desk().reasons(w.language.code());
    // Reasons under another verdict may still be ticked; they say nothing of this one.
    let allowed = |code: &&String| {
        let reason = offered.iter().find(|reason| reason.code == **code);
        reason.is_some_and(|reason| reason.verdicts.iter().any(|v| v == verdict.name()))
    };
    let reasons: Vec<String> = draft.reasons.iter().filter(allowed).cloned().collect();
    if reasons.is_empty() {
        faults.push(Fault::of("verdict", w.t("form.no_reason")));
    }
    let note = draft.whole_note(|code| said::finger_code(w, code).to_owned());
    if note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
        faults.push(Fault::of("note", w.t("problem.desk.note_too_long.title")));
    }
    let recapture = if verdict == Verdict::AskRecapture {
        draft.advice().unwrap_or_default()
    } else {
        Vec::new()
    };
    if verdict == Verdict::AskRecapture && (draft.advice().is_err() || recapture.is_empty()) {
        faults.push(Fault::of("advice_0_finger", w.t("form.no_advice")));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(DecisionGiven {
        officer: colleague.officer(),
        view: opened.view,
        version: opened.version,
        verdict,
        reasons,
        note,
        marks: draft.marks(&opened.evidence),
        recapture,
    })
}

/// Why the decision has to wait: an image of what it is about did not reach the eye. Asking
/// for a recapture never waits: better images are what it asks for.
fn unseen(
    colleague: &Colleague,
    opened: &OpenedCase,
    place: Place,
    draft: &Draft,
    verdict: Verdict,
) -> Option<Fault> {
    let w = colleague.words();
    let candidates = 0..opened.evidence.candidates.len();
    let mut sides = vec![SideOf::Applicant];
    match verdict {
        Verdict::AskRecapture => return None,
        Verdict::SamePerson { .. } => sides.push(SideOf::Candidate { index: place.candidate }),
        Verdict::DifferentPeople | Verdict::SuspectFraud => {
            sides.extend(candidates.map(|index| SideOf::Candidate { index }));
        }
    }
    let key = (colleague.officer(), opened.entry.case);
    let mut missing = colleague.console.open_cases.undelivered(key, &sides);
    let failed = draft.failed.iter().filter_map(|name| {
        let (side, image) = name.split_once('/')?;
        Some((images::read_side(side)?, images::read_image(image)?))
    });
    missing.extend(failed.filter(|(side, _)| sides.contains(side)));
    if missing.is_empty() {
        return None;
    }
    let mut named: Vec<String> = missing.iter().map(|which| image_text(w, *which)).collect();
    named.dedup();
    let text = w.fill_one("form.unseen", "images", named.join("; "));
    Some(Fault::of("verdict", &text))
}

fn image_text(w: Words<'_>, (side, image): (SideOf, ImageOf)) -> String {
    let side = match side {
        SideOf::Applicant => w.t("case.applicant").to_owned(),
        SideOf::Candidate { index } => format!("{} {}", w.t("case.candidate"), index + 1),
    };
    format!("{side}, {}", said::image(w, image))
}

/// The page on which a decision is checked before it is sent.
fn check(
    colleague: &Colleague,
    opened: &OpenedCase,
    given: &DecisionGiven,
    posted: &Posted,
) -> Response {
    let w = colleague.words();
    let row = |key: &str, values: Vec<String>| Row {
        key: w.find(key).unwrap_or_default().to_owned(),
        values,
        change: None,
    };
    let offered = colleague.desk().reasons(w.language.code());
    let reasons = given.reasons.iter().filter_map(|code| {
        offered.iter().find(|reason| reason.code == *code).map(|reason| reason.text.clone())
    });
    let mut rows = vec![
        row("queue.number", vec![opened.entry.application_number.clone()]),
        row("check.verdict", vec![super::case::verdict_text(w, opened, &given.verdict)]),
        row("check.reasons", reasons.collect()),
    ];
    rows.extend(
        given.note.iter().map(|note| row("form.note", note.lines().map(str::to_owned).collect())),
    );
    if !given.marks.is_empty() {
        let marks = given.marks.iter().map(|mark| super::case::mark_text(w, mark));
        rows.push(row("check.marks", marks.collect()));
    }
    if !given.recapture.is_empty() {
        let advice = given.recapture.iter().map(|line| said::advice(w, *line));
        rows.push(row("check.advice", advice.collect()));
    }
    let path = format!("/staff/cases/{}", opened.entry.case);
    let mut page = colleague.page(w.t("check.title"));
    page.path.clone_from(&path);
    let kept = |name: &str| name != "csrf" && name != "go";
    let hidden = posted.0.iter().filter(|(name, _)| kept(name)).cloned().collect();
    colleague.show(StatusCode::OK, &Check { page, w, script: DESK_PATH, path, rows, hidden })
}
