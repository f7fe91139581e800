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
pub(in crate::http) struct List {
    pub(in crate::http) back: String,
    pub(in crate::http) faults: Vec<Fault>,
    pub(in crate::http) done: Option<String>,
    pub(in crate::http) text: String,
    pub(in crate::http) tabs: Vec<NavigationItem>,
    pub(in crate::http) pictures: Vec<Picture>,
    pub(in crate::http) tables: Vec<Table>,
    pub(in crate::http) links: Vec<(String, String)>,
    pub(in crate::http) items: Vec<Item>,
    /// Said where there is nothing.
    pub(in crate::http) nothing: String,
    pub(in crate::http) forms: Vec<Form>,
    pub(in crate::http) next: Option<String>,
}

/// One thing.
#[derive(Default)]
pub(in crate::http) struct Item {
    pub(in crate::http) heading: String,
    pub(in crate::http) address: Option<String>,
    pub(in crate::http) rows: Vec<Row>,
    pub(in crate::http) lines: Vec<String>,
    pub(in crate::http) tables: Vec<Table>,
    /// Address and words of each.
    pub(in crate::http) images: Vec<(String, String)>,
    pub(in crate::http) forms: Vec<Form>,
}

/// What may be done.
#[derive(Default)]
pub(in crate::http) struct Form {
    pub(in crate::http) title: String,
    pub(in crate::http) method: &'static str,
    pub(in crate::http) action: String,
    pub(in crate::http) hidden: Vec<(&'static str, String)>,
    pub(in crate::http) fields: Vec<Field>,
    pub(in crate::http) buttons: Vec<Button>,
}

impl Form {
    /// A form that posts.
    pub(in crate::http) fn post(action: impl Into<String>) -> Self {
        Self { method: "post", action: action.into(), ..Self::default() }
    }
}

impl List {
    pub(in crate::http) fn is_empty(&self) -> bool {
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
pub(in crate::http) fn row(key: &str, value: impl Into<String>) -> Row {
    Row { key: key.to_owned(), values: vec![value.into()], change: None }
}

/// Answers with the page; after a fault with its status, and with what is wrong.
pub(in crate::http) fn show(
    colleague: &Colleague,
    title: &str,
    path: &str,
    list: List,
) -> Response {
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
pub(in crate::http) fn told(
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
