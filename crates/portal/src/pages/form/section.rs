//! One section of the form, with the answers of the sections before in the page itself.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use niims_country::{
    Answers, CountryPack, Eligibility, Field as PackField, FieldProblem, FormKind, Requirement,
    Role,
};
use niims_prefill::may_prefill;
use niims_web::{Fault, Field, FormFields, Page, Posted, Words, posted_answers};
use serde_json::Value;

use super::{Pairs, done, page, posted};
use crate::guest::Guest;

#[derive(Template)]
#[template(path = "form_section.html")]
struct SectionPage<'a> {
    page: Page<'a>,
    w: Words<'a>,
    caption: String,
    title: String,
    lead: Option<String>,
    action: String,
    /// What was answered before, as the page carries it.
    answers: String,
    faults: Vec<Fault>,
    fields: Vec<Field>,
}

/// `POST /form/{kind}/{section}`: on to the next section, or back to one that is to be changed.
pub(crate) async fn send(
    guest: Guest,
    Path((kind, section)): Path<(String, String)>,
    form: Pairs,
) -> Response {
    let posted = match posted(&guest, form) {
        Ok(posted) => posted,
        Err(response) => return *response,
    };
    let Some(kind) = FormKind::from_name(&kind) else {
        return guest.show_code(StatusCode::NOT_FOUND, "web.not_found");
    };
    let Ok(mut answers) = Answers::from_json(posted.text("answers").as_bytes()) else {
        return guest.show_code(StatusCode::BAD_REQUEST, "web.form_unreadable");
    };
    let change = posted.text("change");
    if !change.is_empty() {
        return show(&guest, kind, change, &answers, None, &[]);
    }
    let (pack, today) = (guest.pack(), guest.pack().today(guest.now()));
    let fields = fields(pack, kind, &section, &answers, today);
    if fields.is_empty() {
        return guest.show_code(StatusCode::NOT_FOUND, "web.not_found");
    }
    let given = posted_answers(pack, fields.iter().copied(), &posted);
    for field in &fields {
        answers.remove(&field.id);
        if let Some(value) = given.get(&field.id) {
            answers.set(&field.id, value.clone());
        }
    }
    if !posted.text("more").is_empty() {
        return show(&guest, kind, &section, &answers, Some(&posted), &[]);
    }
    // Asked again with the new answers: one of them may have opened or closed a question.
    let ids: Vec<String> = fields.iter().map(|field| field.id.clone()).collect();
    let problems = about(problems(pack, kind, &answers, today), &ids);
    if !problems.is_empty() {
        return show(&guest, kind, &section, &answers, Some(&posted), &problems);
    }
    match next(pack, kind, Some(&section), &answers, today) {
        Some(next) if posted.text("only").is_empty() => {
            show(&guest, kind, &next, &answers, None, &[])
        }
        _ => whole(&guest, kind, &answers),
    }
}

/// The first section.
pub(super) fn first(guest: &Guest, kind: FormKind, answers: &Answers) -> Response {
    let today = guest.pack().today(guest.now());
    match next(guest.pack(), kind, None, answers, today) {
        Some(section) => show(guest, kind, &section, answers, None, &[]),
        None => guest.show_code(StatusCode::NOT_FOUND, "web.not_found"),
    }
}

/// All sections are there: the page with the codes, or the first section with a fault.
fn whole(guest: &Guest, kind: FormKind, answers: &Answers) -> Response {
    let (pack, today) = (guest.pack(), guest.pack().today(guest.now()));
    let found = problems(pack, kind, answers, today);
    for section in sections(pack, kind, answers, today) {
        let ids: Vec<String> = fields(pack, kind, &section, answers, today)
            .into_iter()
            .map(|field| field.id.clone())
            .collect();
        let here = about(found.clone(), &ids);
        if !here.is_empty() {
            return show(guest, kind, &section, answers, None, &here);
        }
    }
    done::show(guest, kind, answers)
}

fn show(
    guest: &Guest,
    kind: FormKind,
    section: &str,
    answers: &Answers,
    posted: Option<&Posted>,
    problems: &[FieldProblem],
) -> Response {
    let (pack, w) = (guest.pack(), guest.words());
    let today = pack.today(guest.now());
    let shown = fields(pack, kind, section, answers, today);
    if shown.is_empty() {
        return guest.show_code(StatusCode::NOT_FOUND, "web.not_found");
    }
    let before = Posted::of_answers(pack, answers);
    let posted = posted.unwrap_or(&before);
    let form = FormFields { pack, shell: guest.shell_words(), posted, problems };
    let fields = form.all(shown);
    let faults = form.faults(&fields);
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let all = sections(pack, kind, answers, today);
    let place = all.iter().position(|id| id == section).unwrap_or_default();
    let (number, of) = ((place + 1).to_string(), all.len().to_string());
    let title = label(guest, section);
    let page = SectionPage {
        page: page(guest, &title, !faults.is_empty()),
        w,
        caption: w.fill("form.part", &[("number", &number), ("of", &of)]),
        title,
        lead: (place == 0).then(|| w.t("form.keep_nothing").to_owned()),
        action: format!("/form/{}/{section}", kind.as_str()),
        answers: as_text(answers),
        faults,
        fields,
    };
    guest.show(status, &page)
}

/// The answers as the page carries them.
pub(super) fn as_text(answers: &Answers) -> String {
    serde_json::to_string(answers).unwrap_or_default()
}

/// The label of a section.
pub(super) fn label(guest: &Guest, section: &str) -> String {
    let key = format!("section.{section}.label");
    let language = guest.visitor.language.code();
    guest.pack().text_or_first(language, &key).unwrap_or(section).to_owned()
}

/// The sections with questions for this person, in the order of the form.
pub(super) fn sections(
    pack: &CountryPack,
    kind: FormKind,
    answers: &Answers,
    today: Date,
) -> Vec<String> {
    let view = pack.form(kind);
    let ids = view.sections.iter().map(|(section, _)| section.id.clone());
    ids.filter(|id| !fields(pack, kind, id, answers, today).is_empty()).collect()
}

fn next(
    pack: &CountryPack,
    kind: FormKind,
    after: Option<&str>,
    answers: &Answers,
    today: Date,
) -> Option<String> {
    let all = sections(pack, kind, answers, today);
    let place = after.and_then(|after| all.iter().position(|id| id == after));
    all.into_iter().nth(place.map_or(0, |place| place + 1))
}

/// The questions of a section that a resident answers at home. One that depends on an answer of the
/// same section is shown with it; one that depends on an earlier section only where it is put.
pub(super) fn fields<'p>(
    pack: &'p CountryPack,
    kind: FormKind,
    section: &str,
    answers: &Answers,
    today: Date,
) -> Vec<&'p PackField> {
    let born = pack.view(answers).date_of_birth().ok();
    let age = born.map(|born| pack.eligibility(&born, today));
    let is_beside = |id: &str| pack.field(id).is_some_and(|other| other.section == section);
    let is_put = |field: &PackField| match &field.requirement {
        Requirement::Optional | Requirement::Always => true,
        Requirement::WhenMinor(minor) => match age {
            Some(age) => (age == Eligibility::Minor) == *minor,
            None => (kind == FormKind::Minor) == *minor,
        },
        Requirement::WhenAnswered { field, answered } => {
            is_beside(field) || answers.get(field).is_some() == *answered
        }
        Requirement::WhenIs { field, values } => {
            is_beside(field) || is_one_of(answers.get(field), values)
        }
    };
    pack.fields()
        .iter()
        .filter(|field| field.parent.is_none() && field.section == section)
        // A guardian is asked by the officer, before anything else about the child.
        .filter(|field| may_prefill(field, kind) && field.role != Some(Role::Guardian))
        .filter(|field| is_put(field))
        .collect()
}

fn is_one_of(answer: Option<&Value>, values: &[String]) -> bool {
    match answer {
        Some(Value::String(code)) => values.contains(code),
        Some(Value::Array(codes)) => {
            codes.iter().filter_map(Value::as_str).any(|code| values.iter().any(|one| one == code))
        }
        _ => false,
    }
}

/// What the pack finds wrong with the answers so far.
fn problems(
    pack: &CountryPack,
    kind: FormKind,
    answers: &Answers,
    today: Date,
) -> Vec<FieldProblem> {
    pack.validate_beforehand(answers, kind, today).err().unwrap_or_default()
}

/// Those about these questions.
fn about(problems: Vec<FieldProblem>, ids: &[String]) -> Vec<FieldProblem> {
    let is_about = |problem: &FieldProblem| {
        let field = problem.field_id();
        ids.iter().any(|id| field == *id || field.starts_with(&format!("{id}.")))
    };
    problems.into_iter().filter(is_about).collect()
}
