//! The form is filled in: all answers, and the codes to print.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use niims_country::{Answers, FormKind};
use niims_paper::QrMatrix;
use niims_prefill::{Filled, Prefill};
use niims_web::{AnswerWords, Page, SectionRows, Words};

use super::page;
use super::section::{as_text, fields, label, sections};
use crate::guest::Guest;

/// Side of a code on screen and paper, CSS pixels: 300, some 8 cm. A module of the largest code is
/// then a millimetre wide.
const CODE_SIDE: usize = 300;

#[derive(Template)]
#[template(path = "form_done.html")]
struct Done<'a> {
    page: Page<'a>,
    w: Words<'a>,
    /// The codes as pictures, with what is said below each.
    codes: Vec<(String, String)>,
    answered: Vec<SectionRows>,
    action: String,
    answers: String,
    /// Sections that can be changed: id and words.
    changes: Vec<(String, String)>,
}

pub(super) fn show(guest: &Guest, kind: FormKind, answers: &Answers) -> Response {
    let (pack, w) = (guest.pack(), guest.words());
    let today = pack.today(guest.now());
    let prefill = Prefill { kind, filled: Filled::Answers(answers.clone()) };
    let texts = prefill.parts(pack).unwrap_or_default();
    let of = texts.len().to_string();
    let codes = texts
        .iter()
        .zip(1_usize..)
        .filter_map(|(part, number)| {
            let number = number.to_string();
            let words = w.fill("form.code", &[("number", &number), ("of", &of)]);
            Some((code(&part.text(), &words)?, words))
        })
        .collect();
    let sections = sections(pack, kind, answers, today);
    let asked: Vec<_> =
        sections.iter().flat_map(|id| fields(pack, kind, id, answers, today)).collect();
    let words = AnswerWords { pack, shell: guest.shell_words() };
    let done = Done {
        page: page(guest, w.t("form.done"), false),
        w,
        codes,
        answered: words.to_check(asked, answers, |_| None),
        action: format!("/form/{}/{}", kind.as_str(), sections.first().map_or("", String::as_str)),
        answers: as_text(answers),
        changes: sections.iter().map(|id| (id.clone(), label(guest, id))).collect(),
    };
    guest.show(StatusCode::OK, &done)
}

/// A code as a picture in the page, with words for those who do not see it.
pub(super) fn code(text: &str, words: &str) -> Option<String> {
    let svg = QrMatrix::of(text).ok()?.svg();
    let words: String = words.chars().filter(|c| !"<>&\"".contains(*c)).collect();
    let head = format!(
        "<svg role=\"img\" aria-label=\"{words}\" width=\"{CODE_SIDE}\" height=\"{CODE_SIDE}\" "
    );
    Some(svg.replacen("<svg ", &head, 1))
}
