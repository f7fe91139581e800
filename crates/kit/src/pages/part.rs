//! `/interviews/{id}/parts/{section}`: a whole section of the form, for officers who know it.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use niims_country::{Field as PackField, FieldProblem};
use niims_web::{Button, Cookie, FormFields, Link, NavigationItem, Posted, posted_answers};

use super::guest::{Instead, Officer, Or, Pairs};
use super::interview::{At, DENSE, Opened, address, prefill_link};
use crate::capture::EnrolRefused;
use crate::interview::{Stage, asked};

pub(super) async fn show(at: At) -> Or<Response> {
    let opened = at.open(Stage::Questions).await?;
    let written = at.written(&opened);
    ask(&at, &opened, &written, &[])
}

/// `POST …/parts/{section}`: all answers of the section, or none.
pub(super) async fn save(at: At, form: Pairs) -> Or<Response> {
    let posted = at.officer.posted(form)?;
    let opened = at.open(Stage::Questions).await?;
    if !posted.text("more").is_empty() {
        return ask(&at, &opened, &posted, &[]);
    }
    let fields = fields(&at, &opened);
    let given = posted_answers(&at.officer.pack, fields.iter().copied(), &posted);
    let ids: Vec<String> = fields.iter().map(|field| field.id.clone()).collect();
    let of = at.of;
    let saved = at
        .officer
        .kit(move |kit, now, rng| {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            kit.answer(of, &ids, &given, now, rng)
        })
        .await?;
    match saved {
        Ok(()) => Ok(at.officer.go_to(&address(of, ""))),
        Err(EnrolRefused::Form { problems }) => ask(&at, &opened, &posted, &problems),
        Err(refused) => {
            at.officer.refused(of, &refused)?;
            ask(&at, &opened, &posted, &[])
        }
    }
}

/// `POST /dense/{choice}`: one question a page, or one section.
pub(super) async fn switch(
    officer: Officer,
    Path(choice): Path<String>,
    form: Pairs,
) -> Or<Response> {
    officer.posted(form)?;
    let mut response = officer.go_to("/home");
    let choice = if choice == "yes" { "yes" } else { "no" };
    officer.pages.shell.set(&mut response, &Cookie::session(DENSE, choice.to_owned()));
    Ok(response)
}

/// The questions of the section that this person is asked, and those that an answer on the
/// same page may open.
fn fields<'p>(at: &'p At, opened: &Opened) -> Vec<&'p PackField> {
    let pack = &at.officer.pack;
    let asked = asked(&opened.interview, pack, at.officer.today());
    asked.into_iter().filter(|field| field.section == at.place).collect()
}

fn ask(at: &At, opened: &Opened, posted: &Posted, problems: &[FieldProblem]) -> Or<Response> {
    let officer = &at.officer;
    let pack = &officer.pack;
    let fields = fields(at, opened);
    if fields.is_empty() {
        return Err(Instead::of(officer.show_code(StatusCode::NOT_FOUND, "web.not_found")));
    }
    let label = |id: &str| {
        pack.text_or_first(officer.language(), &format!("section.{id}.label"))
            .unwrap_or(id)
            .to_owned()
    };
    let title = label(&at.place);
    let form = FormFields { pack, shell: officer.shell_words(), posted, problems };
    let mut view = at.view(opened, Stage::Questions, Some(&title));
    view.fields = form.all(fields);
    view.faults = form.faults(&view.fields);
    view.action = address(at.of, &format!("parts/{}", at.place));
    view.tabs = tabs(at, opened, label);
    view.links.push(prefill_link(at));
    view.buttons = vec![Button::send(officer.words().t("save")).key('s')];
    Ok(officer.show(view))
}

fn tabs(at: &At, opened: &Opened, label: impl Fn(&str) -> String) -> Vec<NavigationItem> {
    let pack = &at.officer.pack;
    let mut sections: Vec<&str> = Vec::new();
    for field in asked(&opened.interview, pack, at.officer.today()) {
        if sections.last() != Some(&field.section.as_str()) {
            sections.push(&field.section);
        }
    }
    let links = sections
        .into_iter()
        .map(|id| Link::new(label(id), address(at.of, &format!("parts/{id}"))))
        .collect();
    NavigationItem::all(links, &address(at.of, &format!("parts/{}", at.place)))
}
