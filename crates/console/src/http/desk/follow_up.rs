//! `/staff/desk/recaptures`, `/staff/desk/corrections`, `/staff/desk/checks`: what follows
//! from decisions and waits for somebody.

use axum::extract::Form as Fields;
use axum::response::Response;
use jiff::ToSpan as _;
use niims_record::desk::CheckReason;
use niims_record::staff::Action;
use niims_web::{Button, Fault, Field, Question, TextInput};
use niims_wire::desk::CorrectionAnswer;
use serde::Deserialize;

use super::list::{Form, Item, List, row, show, told};
use super::{said, sides};
use crate::http::Colleague;
use crate::http::routes::StaffRoutes;

const RECAPTURES: &str = "/staff/desk/recaptures";
const CORRECTIONS: &str = "/staff/desk/corrections";
const CHECKS: &str = "/staff/desk/checks";
/// Things on a page.
const MOST: usize = 50;

pub(super) fn routes() -> StaffRoutes {
    StaffRoutes::new()
        .listed(RECAPTURES, Action::CaptureResident, "recaptures", recaptures)
        .post(RECAPTURES, Action::CaptureResident, answer_recapture)
        .listed(CORRECTIONS, Action::DecideException, "corrections", corrections)
        .post(CORRECTIONS, Action::DecideException, answer_correction)
        .listed(CHECKS, Action::DecideException, "checks", checks)
        .post(CHECKS, Action::DecideException, check_done)
}

type Told = (Option<String>, Vec<Fault>);

/// Names one thing and says what to do with it.
#[derive(Deserialize)]
struct Act {
    #[serde(default)]
    id: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    answer: String,
}

async fn recaptures(colleague: Colleague) -> Response {
    recaptures_page(&colleague, Told::default()).await
}

async fn answer_recapture(colleague: Colleague, Fields(act): Fields<Act>) -> Response {
    let Ok(id) = act.id.parse() else {
        return colleague.show_problem(404, "desk.other");
    };
    let (officer, now) = (colleague.officer(), colleague.now());
    let outcome = colleague.desk().answer_recapture(id, act.number.trim(), officer, now).await;
    let done = colleague.words().t("recaptures.done").to_owned();
    match told(&colleague, &format!("number-{}", act.id), outcome, &done) {
        Ok(told) => recaptures_page(&colleague, told).await,
        Err(response) => *response,
    }
}

async fn recaptures_page(colleague: &Colleague, (done, faults): Told) -> Response {
    let found = colleague.desk().recaptures(None, None, MOST, colleague.officer()).await;
    let asked = match found {
        Ok(asked) => asked,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let item = |asked: niims_wire::desk::RecaptureAsked| {
        let id = asked.request.to_string();
        let rounds =
            [("round", &*asked.round.to_string()), ("most", &*asked.most_rounds.to_string())];
        let place = asked.county.as_deref().map_or_else(
            || w.t("recaptures.anywhere").to_owned(),
            |code| colleague.accounts().pack.geography().full_name(code),
        );
        let field = format!("number-{id}");
        let wrong = faults.iter().find(|fault| fault.id == field).map(|f| f.text.clone());
        let mut question = Question::new("number", w.t("recaptures.number")).error(wrong);
        question.hint = Some(w.t("recaptures.number_hint").to_owned());
        Item {
            heading: asked.application_number,
            rows: vec![
                row(w.t("recaptures.round"), w.fill("recaptures.round_of", &rounds)),
                row(w.t("recaptures.asked"), colleague.when(asked.asked_at)),
                row(w.t("recaptures.place"), place),
            ],
            lines: asked.advice.iter().map(|line| said::advice(w, *line)).collect(),
            forms: vec![Form {
                hidden: vec![("id", id)],
                fields: vec![Field::Text(TextInput {
                    question,
                    width: 20,
                    max_length: 40,
                    ..TextInput::default()
                })],
                buttons: vec![Button::send(w.t("recaptures.send")).secondary()],
                ..Form::post(RECAPTURES)
            }],
            ..Item::default()
        }
    };
    let items = asked.into_iter().map(item).collect();
    let list = List {
        text: w.t("recaptures.text").to_owned(),
        nothing: w.t("recaptures.nothing").to_owned(),
        items,
        done,
        faults,
        ..List::default()
    };
    show(colleague, w.t("recaptures.title"), RECAPTURES, list)
}

async fn corrections(colleague: Colleague) -> Response {
    corrections_page(&colleague, Told::default()).await
}

async fn answer_correction(colleague: Colleague, Fields(act): Fields<Act>) -> Response {
    let answer = match act.answer.as_str() {
        "accept" => CorrectionAnswer::Accept,
        "decline" => CorrectionAnswer::Decline,
        _ => return colleague.show_problem(404, "desk.other"),
    };
    let Ok(id) = act.id.parse() else {
        return colleague.show_problem(404, "desk.other");
    };
    let (officer, now) = (colleague.officer(), colleague.now());
    let outcome = colleague.desk().answer_correction(id, answer, officer, now).await;
    let done = colleague.words().t("corrections.done").to_owned();
    match told(&colleague, "main", outcome, &done) {
        Ok(told) => corrections_page(&colleague, told).await,
        Err(response) => *response,
    }
}

async fn corrections_page(colleague: &Colleague, (done, faults): Told) -> Response {
    let (officer, now) = (colleague.officer(), colleague.now());
    let offered = match colleague.desk().corrections(None, MOST, officer, now).await {
        Ok(offered) => offered,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let pack = &colleague.accounts().pack;
    let item = |one: niims_wire::desk::CorrectionOffered| {
        let value = |text: Option<&String>| {
            text.map(|text| sides::words(w, pack, &one.field, text)).unwrap_or_default()
        };
        let button = |answer: &str, text: &str| Button::send_as(text, "answer", answer);
        Item {
            heading: format!(
                "{}: {}",
                one.application_number,
                pack.label(w.language.code(), &one.field)
            ),
            rows: vec![
                row(w.t("corrections.old"), value(one.old.as_ref())),
                row(w.t("corrections.new"), value(one.new.as_ref())),
                row(w.t("corrections.offered"), colleague.when(one.offered_at)),
            ],
            forms: vec![Form {
                hidden: vec![("id", one.correction.to_string())],
                buttons: vec![
                    button("accept", w.t("corrections.accept")),
                    button("decline", w.t("corrections.decline")).secondary(),
                ],
                ..Form::post(CORRECTIONS)
            }],
            ..Item::default()
        }
    };
    let list = List {
        text: w.t("corrections.text").to_owned(),
        nothing: w.t("corrections.nothing").to_owned(),
        items: offered.into_iter().map(item).collect(),
        done,
        faults,
        ..List::default()
    };
    show(colleague, w.t("corrections.title"), CORRECTIONS, list)
}

async fn checks(colleague: Colleague) -> Response {
    checks_page(&colleague, Told::default()).await
}

async fn check_done(colleague: Colleague, Fields(act): Fields<Act>) -> Response {
    let Ok(id) = act.id.parse() else {
        return colleague.show_problem(404, "desk.no_such_check");
    };
    let outcome = colleague.desk().check_done(id, colleague.officer(), colleague.now()).await;
    let done = colleague.words().t("checks.done").to_owned();
    match told(&colleague, "main", outcome, &done) {
        Ok(told) => checks_page(&colleague, told).await,
        Err(response) => *response,
    }
}

async fn checks_page(colleague: &Colleague, (done, faults): Told) -> Response {
    // A month ahead, so that people can be called in time.
    let today = colleague.accounts().pack.today(colleague.now());
    let until = today.saturating_add(1.month());
    let due = match colleague.desk().later_checks(until, None, MOST, colleague.officer()).await {
        Ok(due) => due,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let item = |check: niims_wire::desk::LaterCheck| Item {
        heading: check.application_number,
        rows: vec![
            row(w.t("checks.why"), w.find(check_key(check.reason)).unwrap_or_default()),
            row(w.t("checks.due"), niims_web::date(colleague.shell_words(), check.due_on)),
        ],
        forms: vec![Form {
            hidden: vec![("id", check.check.to_string())],
            buttons: vec![Button::send(w.t("checks.send")).secondary()],
            ..Form::post(CHECKS)
        }],
        ..Item::default()
    };
    let open = due.into_iter().filter(|check| check.done_at.is_none());
    let list = List {
        text: w.t("checks.text").to_owned(),
        nothing: w.t("checks.nothing").to_owned(),
        items: open.map(item).collect(),
        done,
        faults,
        ..List::default()
    };
    show(colleague, w.t("checks.title"), CHECKS, list)
}

/// Why a record is looked at again.
const fn check_key(reason: CheckReason) -> &'static str {
    match reason {
        CheckReason::NoUsableFingerprints => "checks.no_usable_fingerprints",
        CheckReason::RecaptureExhausted => "checks.recapture_exhausted",
        CheckReason::Child => "checks.child",
    }
}
