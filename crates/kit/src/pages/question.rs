//! `/interviews/{id}/questions/{field}`: one question, alone on its page.

use axum::http::StatusCode;
use axum::response::Response;
use niims_country::{Answers, Field as PackField, FieldProblem, FieldType};
use niims_web::{Button, FormFields, Posted, posted_answers};

use super::guest::{Instead, Or, Pairs};
use super::interview::{At, Opened, address, outer, prefill_link};
use super::place;
use crate::capture::EnrolRefused;
use crate::interview::{Stage, about, asked, problems};

pub(super) async fn show(at: At) -> Or<Response> {
    let opened = at.open(Stage::Questions).await?;
    let field = known(&at)?;
    let pack = &at.officer.pack;
    // A question that was put and still has a fault says so when it is opened again.
    let found = if opened.interview.put.contains(&field.id) {
        about(problems(&opened.interview, pack, at.officer.today()), &field.id)
    } else {
        Vec::new()
    };
    let written = at.written(&opened);
    Ok(ask(&at, &opened, field, &written, &found))
}

/// `POST …/questions/{field}`: on disk before the next page is shown.
pub(super) async fn save(at: At, form: Pairs) -> Or<Response> {
    let posted = at.officer.posted(form)?;
    let field = known(&at)?;
    let opened = at.open(Stage::Questions).await?;
    // Letters without a choice are a search, whichever button or key sent them.
    let is_search = !posted.text("find").is_empty()
        && (posted.text("search") == "yes"
            || posted.text(&format!("{}.area", field.id)).is_empty());
    if is_search || !posted.text("more").is_empty() {
        return Ok(ask(&at, &opened, field, &posted, &[]));
    }
    let given: Answers = posted_answers(&at.officer.pack, [field], &posted);
    let (of, id) = (at.of, field.id.clone());
    let saved =
        at.officer.kit(move |kit, now, rng| kit.answer(of, &[&id], &given, now, rng)).await?;
    match saved {
        Ok(()) => Ok(at.officer.go_to(&address(of, ""))),
        Err(EnrolRefused::Form { problems }) => Ok(ask(&at, &opened, field, &posted, &problems)),
        Err(refused) => {
            at.officer.refused(of, &refused)?;
            Ok(ask(&at, &opened, field, &posted, &[]))
        }
    }
}

/// The question of the address, if this person is asked it at all.
fn known(at: &At) -> Or<&PackField> {
    outer(&at.officer.pack, &at.place)
        .filter(|field| !matches!(field.kind, FieldType::Consent { .. }))
        .ok_or_else(|| Instead::of(at.officer.show_code(StatusCode::NOT_FOUND, "web.not_found")))
}

fn ask(
    at: &At,
    opened: &Opened,
    field: &PackField,
    posted: &Posted,
    problems: &[FieldProblem],
) -> Response {
    let officer = &at.officer;
    let pack = &officer.pack;
    let form = FormFields { pack, shell: officer.shell_words(), posted, problems };
    let mut view = at.view(opened, Stage::Questions, None);
    pack.label(officer.language(), &field.id).clone_into(&mut view.page.title);
    view.fields = match &field.kind {
        FieldType::Place { least_level } => place::fields(officer, &form, field, least_level),
        _ => form.alone(field).into_iter().collect(),
    };
    view.faults = form.faults(&view.fields);
    view.action = address(at.of, &format!("questions/{}", field.id));
    view.back = Some(back(at, opened, field));
    view.caption = Some(caption(at, field));
    view.lead.extend(super::correction::wrong_here(officer, &opened.interview, &field.id));
    if opened.interview.prefill.open.contains(&field.id) {
        view.lead.push(officer.words().t("prefill.marked").to_owned());
    }
    view.links.push(prefill_link(at));
    if matches!(field.kind, FieldType::Place { .. }) {
        let search = Button::send_as(officer.words().t("place.search"), "search", "yes");
        view.buttons.push(search.secondary());
    }
    officer.show(view)
}

/// The question before, so that one may look back as in a paper form.
fn back(at: &At, opened: &Opened, field: &PackField) -> String {
    let pack = &at.officer.pack;
    let asked = asked(&opened.interview, pack, at.officer.today());
    let place = asked.iter().position(|one| one.id == field.id).unwrap_or_default();
    match place.checked_sub(1).and_then(|before| asked.get(before)) {
        Some(before) => address(at.of, &format!("questions/{}", before.id)),
        None => "/home".to_owned(),
    }
}

/// The section of the form.
fn caption(at: &At, field: &PackField) -> String {
    let key = format!("section.{}.label", field.section);
    at.officer.pack.text_or_first(at.officer.language(), &key).unwrap_or(&field.section).to_owned()
}
