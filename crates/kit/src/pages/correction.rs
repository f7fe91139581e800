//! `/corrections/{id}`: one person who is to be met again, what is to be done better, and why it
//! could not be done. `/interviews/{id}/asked`: the same, while the interview is under way.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use niims_country::{CodeList, FieldProblem, ProblemCode, REVISIT_OUTCOMES};
use niims_record::RevisitId;
use niims_record::desk::RecaptureAdvice;
use niims_record::revisit::{AnswerFault, RevisitAsk};
use niims_store::kit::RevisitOutcome;
use niims_web::{Banner, Button, Choice, Fault, Field, Question, Radios, SectionRows, date_time};
use niims_wire::revisit::Revisit;

use super::corrections::{cannot, kind, name, place};
use super::guest::{Instead, Officer, Or, Pairs};
use super::home::form_key;
use super::interview::{At, address};
use super::view::{FormView, row};
use crate::capture::EnrolRefused;
use crate::interview::{Interview, Stage};
use crate::revisits::RevisitHeld;

/// `GET /corrections/{id}`.
pub(super) async fn show(officer: Officer, Path(id): Path<String>) -> Or<Response> {
    let held = held(&officer, &id).await?;
    let w = officer.words();
    let revisit = &held.revisit;
    // A title stands in the history of the browser: no name is in it.
    let title = w.t("corrections.one");
    let mut view = FormView::new(officer.page(title), w, Some(title.to_owned()));
    view.back = Some("/corrections".to_owned());
    view.lead = vec![w.t("corrections.one_lead").to_owned()];
    view.sections = vec![better(&officer, &revisit.ask), facts(&officer, revisit)];
    let outcome = held.done.map(|done| done.outcome);
    let text = outcome.map(|outcome| match outcome {
        RevisitOutcome::Captured => w.t("corrections.captured_long"),
        RevisitOutcome::NotDone => w.t("corrections.told_long"),
    });
    view.banner =
        text.map(|text| Banner { title: String::new(), text: text.to_owned(), is_success: true });
    if outcome == Some(RevisitOutcome::Captured) {
        view.buttons = vec![Button::go_to(w.t("corrections.title"), "/corrections")];
    } else {
        // Who could not be met may come by all the same.
        view.action = format!("/corrections/{id}");
        view.buttons = vec![Button::send(w.t("corrections.begin"))];
    }
    if outcome.is_none() {
        let words = w.t("corrections.not_done").to_owned();
        view.links.push((words, format!("/corrections/{id}/not-done")));
    }
    Ok(officer.show(view))
}

/// `POST /corrections/{id}`: begins the interview, which opens with what is missing.
pub(super) async fn begin(officer: Officer, Path(id): Path<String>, form: Pairs) -> Or<Response> {
    officer.posted(form)?;
    let (id, me) = (known(&officer, &id)?, officer.seat.officer);
    match officer.kit(move |kit, now, rng| kit.begin_revisit(me, id, now, rng)).await? {
        Ok(of) => {
            officer.pages.forget_slip();
            Ok(officer.go_to(&address(of, "asked")))
        }
        Err(refused) => Ok(cannot(&officer, &refused)),
    }
}

/// `GET /interviews/{id}/asked`: what is missing, before the first page of the interview.
pub(super) async fn asked(at: At) -> Or<Response> {
    let opened = at.open(Stage::Age).await?;
    let officer = &at.officer;
    let Some(revisit) = &opened.interview.revisit else {
        return Ok(officer.go_to(&address(at.of, "")));
    };
    let w = officer.words();
    let title = w.t("corrections.what_is_asked");
    let mut view = FormView::new(officer.page(title), w, Some(title.to_owned()));
    view.back = Some("/home".to_owned());
    view.lead = vec![match &revisit.ask {
        RevisitAsk::Recapture { .. } => w.t("corrections.asked_recapture").to_owned(),
        RevisitAsk::Correction { .. } => w.t("corrections.asked_correction").to_owned(),
    }];
    view.sections = vec![better(officer, &revisit.ask), facts(officer, revisit)];
    view.buttons = vec![Button::go_to(w.t("continue"), address(at.of, ""))];
    Ok(officer.show(view))
}

/// `GET /corrections/{id}/not-done`.
pub(super) async fn ask_why(officer: Officer, Path(id): Path<String>) -> Or<Response> {
    let held = held(&officer, &id).await?;
    Ok(why(&officer, &held, Vec::new()))
}

/// `POST /corrections/{id}/not-done`: sealed to the centre before the page says so.
pub(super) async fn say_why(officer: Officer, Path(id): Path<String>, form: Pairs) -> Or<Response> {
    let posted = officer.posted(form)?;
    let held = held(&officer, &id).await?;
    let reason = posted.text("reason").to_owned();
    if outcomes(&officer).is_none_or(|list| list.code(&reason).is_none()) {
        let text = officer.words().t("corrections.choose").to_owned();
        return Ok(why(&officer, &held, vec![Fault { id: "reason".to_owned(), text }]));
    }
    let (id, me) = (held.revisit.id, officer.seat.officer);
    let noted =
        officer.kit(move |kit, now, rng| kit.note_not_done(me, id, &reason, now, rng)).await?;
    match noted {
        Ok(()) => Ok(officer.go_to("/corrections")),
        Err(error) => Ok(cannot(&officer, &EnrolRefused::Kit(error))),
    }
}

fn why(officer: &Officer, held: &RevisitHeld, faults: Vec<Fault>) -> Response {
    let w = officer.words();
    let title = w.t("corrections.why");
    let mut view = FormView::new(officer.page(title), w, None);
    let choices = outcomes(officer)
        .into_iter()
        .flat_map(CodeList::codes)
        .map(|code| {
            let label = code.labels.get(officer.language()).unwrap_or(&code.code);
            Choice::new(&code.code, label)
        })
        .collect();
    let error = faults.first().map(|fault| fault.text.clone());
    let question = Question::new("reason", title).error(error).heading();
    let question = question.hint(w.t("corrections.why_hint"));
    view.fields = vec![Field::Radios(Radios { question, choices, ..Radios::default() })];
    view.faults = faults;
    view.back = Some(format!("/corrections/{}", held.revisit.id));
    view.action = format!("/corrections/{}/not-done", held.revisit.id);
    view.buttons = vec![Button::send(w.t("save"))];
    officer.show(view)
}

fn outcomes(officer: &Officer) -> Option<&CodeList> {
    officer.pack.code_list(REVISIT_OUTCOMES)
}

fn known(officer: &Officer, id: &str) -> Or<RevisitId> {
    id.parse().map_err(|_| Instead::of(officer.show_code(StatusCode::NOT_FOUND, "web.not_found")))
}

/// The request of the address, if this kit may work.
async fn held(officer: &Officer, id: &str) -> Or<RevisitHeld> {
    let id = known(officer, id)?;
    let found = officer
        .kit(move |kit, now, _| {
            kit.may_capture(now)?;
            kit.revisit(id)
        })
        .await?;
    // Whether it was ever there is nobody's business.
    found.map_err(|error| match error.code() {
        "kit.store_not_there" => {
            Instead::of(officer.show_code(StatusCode::NOT_FOUND, "web.not_found"))
        }
        _ => Instead::of(cannot(officer, &EnrolRefused::Kit(error))),
    })
}

/// Who it is, and since when it is asked.
fn facts(officer: &Officer, revisit: &Revisit) -> SectionRows {
    let w = officer.words();
    let offset = officer.pack.settings().utc_offset;
    let asked = date_time(officer.shell_words(), revisit.asked_at, offset);
    let rows = vec![
        row(w.t("home.person"), name(officer, revisit)),
        row(w.t("corrections.village"), place(officer, revisit)),
        row(w.t("corrections.what"), kind(officer, &revisit.ask)),
        row(w.t("corrections.form"), w.t(&form_key(&revisit.form_kind))),
        row(w.t("corrections.number"), &revisit.application_number),
        row(w.t("corrections.asked"), asked),
        row(w.t("corrections.round"), revisit.ask.round().to_string()),
    ];
    SectionRows { title: w.t("corrections.who").to_owned(), rows }
}

/// What is to be done better, line by line.
fn better(officer: &Officer, ask: &RevisitAsk) -> SectionRows {
    let w = officer.words();
    let rows = match ask {
        RevisitAsk::Recapture { advice, .. } if advice.is_empty() => {
            vec![row(w.t("corrections.all_fingers"), w.t("corrections.take_care"))]
        }
        RevisitAsk::Recapture { advice, .. } => advice
            .iter()
            .map(|line| row(&finger(officer, line.finger), told(officer, *line)))
            .collect(),
        RevisitAsk::Correction { faults, .. } => {
            let label = |fault: &AnswerFault| {
                let pack = &officer.pack;
                pack.label(officer.language(), fault.question()).to_owned()
            };
            faults.iter().map(|fault| row(&label(fault), wrong(officer, fault))).collect()
        }
    };
    SectionRows { title: w.t("corrections.better").to_owned(), rows }
}

/// The advice for fingers, for the page where they are captured.
pub(super) fn advice(officer: &Officer, interview: &Interview) -> Vec<String> {
    match interview.revisit.as_ref().map(|revisit| &revisit.ask) {
        Some(RevisitAsk::Recapture { advice, .. }) => advice
            .iter()
            .map(|line| format!("{}: {}", finger(officer, line.finger), told(officer, *line)))
            .collect(),
        _ => Vec::new(),
    }
}

/// What the centre found wrong with the answer to a question.
pub(super) fn wrong_here(officer: &Officer, interview: &Interview, question: &str) -> Vec<String> {
    match interview.revisit.as_ref().map(|revisit| &revisit.ask) {
        Some(RevisitAsk::Correction { faults, .. }) => faults
            .iter()
            .filter(|fault| fault.question() == question)
            .map(|fault| {
                let text = wrong(officer, fault);
                officer.words().fill_one("corrections.wrong_here", "what", text)
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A finger in the country's words; 0 is all of them.
fn finger(officer: &Officer, code: u8) -> String {
    use niims_fingerprint::FingerPosition;
    let Some(finger) = FingerPosition::from_code(code).filter(|_| code > 0) else {
        return officer.words().t("corrections.all_fingers").to_owned();
    };
    let list = officer.pack.code_list("fingers");
    let code = finger.name().to_ascii_uppercase();
    let label = list.and_then(|list| list.label(&code, officer.language()));
    label.unwrap_or(finger.name()).to_owned()
}

fn told(officer: &Officer, line: RecaptureAdvice) -> String {
    let w = officer.words();
    let fault = w.find(&format!("capture_fault.{}", line.fault.name())).unwrap_or_default();
    let remedy = w.find(&format!("capture_remedy.{}", line.remedy.name())).unwrap_or_default();
    format!("{fault} {remedy}")
}

/// What is wrong with an answer, in the words of the country pack; none of the answer is known.
fn wrong(officer: &Officer, fault: &AnswerFault) -> String {
    let pack = &officer.pack;
    let code = ProblemCode::ALL.into_iter().find(|code| code.as_str() == fault.code);
    let text = code.and_then(|code| pack.text_or_first(officer.language(), &code.text_key()));
    match (code, text) {
        // A bound that is not told would leave a gap in the sentence.
        (Some(code), Some(text)) if !text.contains("{limit}") => {
            let problem = FieldProblem { field: fault.field.clone(), code, limit: None };
            let said = pack.describe(&problem, officer.language());
            said.split_once(": ").map_or(said.clone(), |(_, what)| what.to_owned())
        }
        _ => officer.words().t("corrections.wrong").to_owned(),
    }
}
