//! The one form of all pages: questions, what is said before them, and the buttons.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use niims_web::{
    Banner, Button, Fault, Field, NavigationItem, Page, Row, SectionRows, Table, Task, Words,
};

use super::guest::Guest;

/// A live picture.
pub(super) struct Preview {
    pub address: String,
    /// What stands where there is no picture.
    pub text: String,
}

/// A second form that sends a photograph.
pub(super) struct Photo {
    pub address: String,
    pub label: String,
    pub button: String,
}

/// A page with a form.
#[derive(Template)]
#[template(path = "form.html")]
pub(super) struct FormView<'a> {
    pub page: Page<'a>,
    pub w: Words<'a>,
    /// Where the form is posted; no form where empty.
    pub action: String,
    pub back: Option<String>,
    /// What was done just now, or is in the way.
    pub banner: Option<Banner>,
    /// The part of the interview.
    pub caption: Option<String>,
    /// Heading; `None` where the question is the heading.
    pub title: Option<String>,
    pub lead: Vec<String>,
    /// Headings with a text each, such as the items of a notice.
    pub items: Vec<(String, String)>,
    /// What a device sees now.
    pub preview: Option<Preview>,
    /// Pictures with words below each.
    pub pictures: Vec<Preview>,
    pub sections: Vec<SectionRows>,
    pub tables: Vec<Table>,
    pub tasks: Vec<Task>,
    pub faults: Vec<Fault>,
    pub fields: Vec<Field>,
    /// Name and label of a file that is sent with the form.
    pub file: Option<(String, String)>,
    /// Name and label of a file with the data of a chip.
    pub chip: Option<(String, String)>,
    pub buttons: Vec<Button>,
    pub photo: Option<Photo>,
    /// A second form with one button, such as "the resident declines": address and words.
    pub other: Vec<(String, String)>,
    /// Links: words and address.
    pub links: Vec<(String, String)>,
    /// Sections of the form, on the dense page.
    pub tabs: Vec<NavigationItem>,
    /// Tables below the form.
    pub below: Vec<Table>,
    /// When the last answer was saved.
    pub saved: Option<String>,
}

impl<'a> FormView<'a> {
    /// A page with this heading and nothing else.
    pub fn new(page: Page<'a>, w: Words<'a>, title: Option<String>) -> Self {
        Self {
            page,
            w,
            title,
            action: String::new(),
            back: None,
            banner: None,
            caption: None,
            lead: Vec::new(),
            items: Vec::new(),
            preview: None,
            pictures: Vec::new(),
            sections: Vec::new(),
            tables: Vec::new(),
            tasks: Vec::new(),
            faults: Vec::new(),
            fields: Vec::new(),
            file: None,
            chip: None,
            buttons: Vec::new(),
            photo: None,
            other: Vec::new(),
            links: Vec::new(),
            tabs: Vec::new(),
            below: Vec::new(),
            saved: None,
        }
    }
}

impl Guest {
    /// Answers with a form: 422 where something is wrong with what was sent.
    pub fn show(&self, mut view: FormView<'_>) -> Response {
        if view.faults.is_empty() {
            view.faults = view.fields.iter().flat_map(Field::faults).collect();
        }
        view.page.has_errors = !view.faults.is_empty();
        let status =
            if view.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        self.pages.shell.show(&self.visitor, status, &view)
    }
}

/// A row of facts.
pub(super) fn row(key: &str, value: impl Into<String>) -> Row {
    Row { key: key.to_owned(), values: vec![value.into()], change: None }
}
