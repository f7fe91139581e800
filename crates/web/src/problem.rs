//! The page of a problem: what is wrong and what to do, in plain words, with the
//! stable code for whoever helps.

use askama::Template;

use crate::page::Page;

/// A problem shown as a page.
#[derive(Debug, Template)]
#[template(path = "problem.html")]
pub struct ProblemPage<'a> {
    /// The page around it.
    pub page: Page<'a>,
    /// The HTTP status, 400 to 599.
    pub status: u16,
    /// The stable code, dotted.
    pub code: String,
    /// What is wrong.
    pub title: String,
    /// What to do.
    pub advice: String,
}

impl<'a> ProblemPage<'a> {
    /// The page of one of the shell's own problems. Known codes are `web.not_found`,
    /// `web.method`, `web.form_forged`, `web.too_large`, `web.form_unreadable` and
    /// `web.internal`; any other is shown with the words of the last and its own code.
    pub fn of_code(page: Page<'a>, status: u16, code: &str) -> Self {
        let shell = page.shell;
        let named = if shell.find(&format!("problem.{code}.title")).is_some() {
            code
        } else {
            "web.internal"
        };
        let title = shell.t(&format!("problem.{named}.title")).to_owned();
        let advice = shell.t(&format!("problem.{named}.advice")).to_owned();
        Self {
            page: Page { title: title.clone(), ..page },
            status,
            code: code.to_owned(),
            title,
            advice,
        }
    }
}
