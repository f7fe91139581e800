//! What most pages of the desk are: a list of things, each with its facts and what may be done
//! about it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use niims_web::{Button, Fault, Field, NavigationItem, Page, Picture, Row, Table, Words};
use niims_wire::Problem;

use crate::http::Colleague;

/// A page.
#[derive(Default)]
pub(super) struct List {
    pub(super) back: String,
    pub(super) faults: Vec<Fault>,
    pub(super) done: Option<String>,
    pub(super) text: String,
    pub(super) tabs: Vec<NavigationItem>,
    pub(super) pictures: Vec<Picture>,
    pub(super) tables: Vec<Table>,
    pub(super) links: Vec<(String, String)>,
    pub(super) items: Vec<Item>,
    /// Said where there is nothing.
    pub(super) nothing: String,
    pub(super) forms: Vec<Form>,
    pub(super) next: Option<String>,
}

/// One thing.
#[derive(Default)]
pub(super) struct Item {
    pub(super) heading: String,
    pub(super) address: Option<String>,
    pub(super) rows: Vec<Row>,
    pub(super) lines: Vec<String>,
    pub(super) tables: Vec<Table>,
    /// Address and words of each.
    pub(super) images: Vec<(String, String)>,
    pub(super) forms: Vec<Form>,
}

/// What may be done.
#[derive(Default)]
pub(super) struct Form {
    pub(super) title: String,
    pub(super) method: &'static str,
    pub(super) action: String,
    pub(super) hidden: Vec<(&'static str, String)>,
    pub(super) fields: Vec<Field>,
    pub(super) buttons: Vec<Button>,
}

impl Form {
    /// A form that posts.
    pub(super) fn post(action: impl Into<String>) -> Self {
        Self { method: "post", action: action.into(), ..Self::default() }
    }
}

impl List {
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
            && self.tables.is_empty()
            && self.pictures.is_empty()
            && !self.nothing.is_empty()
    }
}

#[derive(Template)]
#[template(path = "desk_list.html")]
struct ListPage<'a> {
    page: Page<'a>,
    w: Words<'a>,
    list: List,
}

/// A fact.
pub(super) fn row(key: &str, value: impl Into<String>) -> Row {
    Row { key: key.to_owned(), values: vec![value.into()], change: None }
}

/// Answers with the page; after a fault with its status, and with what is wrong.
pub(super) fn show(colleague: &Colleague, title: &str, path: &str, list: List) -> Response {
    let mut page = colleague.page(title);
    page.is_wide = true;
    page.has_errors = !list.faults.is_empty();
    path.clone_into(&mut page.path);
    let status =
        if list.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let list = if list.back.is_empty() { List { back: "/staff".to_owned(), ..list } } else { list };
    colleague.show(status, &ListPage { page, w: colleague.words(), list })
}

/// What was done, or what is wrong, from the outcome of an act. What cannot be told on the
/// list itself is a page of its own.
pub(super) fn told(
    colleague: &Colleague,
    field: &str,
    outcome: Result<(), Problem>,
    done: &str,
) -> Result<(Option<String>, Vec<Fault>), Box<Response>> {
    match outcome {
        Ok(()) => Ok((Some(done.to_owned()), Vec::new())),
        Err(problem) if matches!(problem.status, 404 | 409 | 422) => {
            Ok((None, vec![Fault::of(field, colleague.refusal_text(&problem))]))
        }
        Err(problem) => Err(Box::new(colleague.show_refusal(&problem))),
    }
}
