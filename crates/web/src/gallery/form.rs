//! A form out of the country pack, as a dense page of one section or one question a
//! page, with its check. Nothing that is posted is kept.

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use jiff::civil::{Date, date};
use niims_country::{Field as PackField, FieldProblem, FormKind};

use super::{Gallery, frame};
use crate::components::{Fault, Field, Link, NavigationItem};
use crate::forms::{AnswerWords, FormFields, Posted, SectionRows, posted_answers};
use crate::page::Page;
use crate::problem::ProblemPage;

/// The day on which the gallery checks ages; any day would do.
const TODAY: Date = date(2027, 3, 4);
/// The section shown first.
const FIRST: &str = "personal";

#[derive(Template)]
#[template(path = "gallery_form.html")]
struct FormPage<'a> {
    page: Page<'a>,
    sections: Vec<NavigationItem>,
    action: String,
    faults: Vec<Fault>,
    fields: Vec<Field>,
    checked: Vec<SectionRows>,
}

/// What the address asks for: a section, or one question.
type Pairs = Vec<(String, String)>;

pub(super) async fn show(
    State(gallery): State<Gallery>,
    headers: HeaderMap,
    uri: Uri,
    Query(query): Query<Pairs>,
) -> Response {
    let asked = Posted::new(query);
    answer(&gallery, &headers, &uri, &asked, None)
}

pub(super) async fn check(
    State(gallery): State<Gallery>,
    headers: HeaderMap,
    uri: Uri,
    Query(query): Query<Pairs>,
    form: Result<Form<Pairs>, FormRejection>,
) -> Response {
    let visitor = gallery.shell.visitor(&headers, &uri);
    let refuse = |status: StatusCode, code: &str| {
        let page = frame(&gallery.shell, &visitor, "");
        let problem = ProblemPage::of_code(page, status.as_u16(), code);
        gallery.shell.show_problem(&visitor, &problem)
    };
    let Ok(Form(pairs)) = form else {
        return refuse(StatusCode::BAD_REQUEST, "web.form_unreadable");
    };
    let posted = Posted::new(pairs);
    if !gallery.shell.form_is_ours(&visitor, posted.text("csrf")) {
        return refuse(StatusCode::FORBIDDEN, "web.form_forged");
    }
    answer(&gallery, &headers, &uri, &Posted::new(query), Some(&posted))
}

fn answer(
    gallery: &Gallery,
    headers: &HeaderMap,
    uri: &Uri,
    asked: &Posted,
    posted: Option<&Posted>,
) -> Response {
    let visitor = gallery.shell.visitor(headers, uri);
    let fields = chosen(gallery, asked);
    let shell = gallery.shell.words(visitor.language);
    let nothing = Posted::default();
    let written = posted.unwrap_or(&nothing);
    let problems = posted.map_or_else(Vec::new, |posted| problems(gallery, &fields, posted));
    let form = FormFields { pack: &gallery.pack, shell, posted: written, problems: &problems };
    let shown = match fields[..] {
        [one] if !asked.text("question").is_empty() => form.alone(one).into_iter().collect(),
        _ => form.all(fields.iter().copied()),
    };
    let checked = if posted.is_some() && problems.is_empty() && written.text("more").is_empty() {
        let words = AnswerWords { pack: &gallery.pack, shell };
        let answers = posted_answers(&gallery.pack, fields.iter().copied(), written);
        words.to_check(fields.iter().copied(), &answers, |field| {
            Some(format!("/components/form?question={}", field.id))
        })
    } else {
        Vec::new()
    };
    let faults = form.faults(&shown);
    let mut page = frame(&gallery.shell, &visitor, "A form of the country pack");
    page.has_errors = !faults.is_empty();
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let action = uri.path_and_query().map_or("/components/form", |path| path.as_str()).to_owned();
    let sections = sections(gallery, page.language().code(), asked);
    gallery.shell.show(
        &visitor,
        status,
        &FormPage { page, sections, action, faults, fields: shown, checked },
    )
}

/// The fields of one section of the adult form, or the one question asked for.
fn chosen<'g>(gallery: &'g Gallery, asked: &Posted) -> Vec<&'g PackField> {
    let question = asked.text("question");
    let section = Some(asked.text("section")).filter(|id| !id.is_empty()).unwrap_or(FIRST);
    let fields = gallery.pack.fields().iter().filter(|field| field.parent.is_none());
    fields
        .filter(|field| {
            if question.is_empty() {
                field.section == section && field.forms.contains(&FormKind::Adult)
            } else {
                field.id == question
            }
        })
        .collect()
}

/// What the pack finds wrong with the questions of this page.
fn problems(gallery: &Gallery, fields: &[&PackField], posted: &Posted) -> Vec<FieldProblem> {
    // Another group was asked for; what is there is checked when the form is sent.
    if !posted.text("more").is_empty() {
        return Vec::new();
    }
    let answers = posted_answers(&gallery.pack, fields.iter().copied(), posted);
    let found = gallery.pack.validate_beforehand(&answers, FormKind::Adult, TODAY);
    let mut problems = found.map_or_else(|problems| problems, |_| Vec::new());
    problems.retain(|problem| {
        let id = problem.field_id();
        fields.iter().any(|field| id == field.id || id.starts_with(&format!("{}.", field.id)))
    });
    problems
}

fn sections(gallery: &Gallery, language: &str, asked: &Posted) -> Vec<NavigationItem> {
    let view = gallery.pack.form(FormKind::Adult);
    let links = view.sections.iter().map(|(section, _)| {
        let key = format!("section.{}.label", section.id);
        let label = gallery.pack.text_or_first(language, &key).unwrap_or(&section.id);
        Link::new(label, format!("/components/form?section={}", section.id))
    });
    let asked = Some(asked.text("section")).filter(|id| !id.is_empty()).unwrap_or(FIRST);
    NavigationItem::all(links.collect(), &format!("/components/form?section={asked}"))
}
