//! `/form/paper/{kind}`: the form to be filled in by hand, with a number of its own and the code of it.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use niims_country::{Field as PackField, FieldType, FormKind, Role};
use niims_prefill::{Filled, FormNumber, Prefill, may_prefill};
use niims_web::{Page, Words};

use super::done::code;
use super::page;
use super::section::label;
use crate::guest::Guest;

/// Answers that are printed to be ticked; longer lists are written.
const MOST_TICKS: usize = 8;
/// How often a list, such as that of documents, can be filled in on paper.
const TIMES: usize = 2;

#[derive(Template)]
#[template(path = "form_paper.html")]
struct Paper<'a> {
    page: Page<'a>,
    w: Words<'a>,
    kind: String,
    number: String,
    code: String,
    sections: Vec<Part>,
}

struct Part {
    title: String,
    lines: Vec<Line>,
}

/// One question: what is asked, help, and answers to tick.
struct Line {
    label: String,
    hint: Option<String>,
    ticks: Vec<String>,
}

pub(crate) async fn show(guest: Guest, Path(kind): Path<String>) -> Response {
    let Some(kind) = FormKind::from_name(&kind) else {
        return guest.show_code(StatusCode::NOT_FOUND, "web.not_found");
    };
    let w = guest.words();
    let random = (guest.portal.state.entropy)();
    let mut drawn = [0; 12];
    drawn.copy_from_slice(&random[..12]);
    let number = FormNumber::of_random(&drawn);
    let shown = number.shown();
    let prefill = Prefill { kind, filled: Filled::Paper(number) };
    let words = w.fill_one("form.paper_code", "number", &shown);
    let code = prefill
        .parts(guest.pack())
        .ok()
        .and_then(|parts| code(&parts.first()?.text(), &words))
        .unwrap_or_default();
    let mut page = page(&guest, w.t("form.paper"), false);
    page.path = format!("/form/paper/{}", kind.as_str());
    let paper = Paper {
        page,
        w,
        kind: w.t(&format!("form_kind.{}", kind.as_str())).to_owned(),
        number: words,
        code,
        sections: parts(&guest, kind),
    };
    guest.show(StatusCode::OK, &paper)
}

fn parts(guest: &Guest, kind: FormKind) -> Vec<Part> {
    let view = guest.pack().form(kind);
    let part = |(section, fields): &(&niims_country::Section, Vec<&PackField>)| Part {
        title: label(guest, &section.id),
        lines: fields
            .iter()
            .filter(|field| may_prefill(field, kind) && field.role != Some(Role::Guardian))
            .flat_map(|field| lines(guest, kind, field))
            .collect(),
    };
    view.sections.iter().map(part).filter(|part| !part.lines.is_empty()).collect()
}

fn lines(guest: &Guest, kind: FormKind, field: &PackField) -> Vec<Line> {
    let own = line(guest, field, None);
    let inner = || guest.pack().fields_inside(&field.id).filter(|one| may_prefill(one, kind));
    let times = match field.kind {
        FieldType::Group => 1,
        FieldType::List => TIMES,
        _ => return vec![own],
    };
    (1..=times)
        .flat_map(|time| {
            let around =
                if times > 1 { format!("{}, {time}", own.label) } else { own.label.clone() };
            inner().map(move |one| (around.clone(), one)).collect::<Vec<_>>()
        })
        .map(|(around, one)| line(guest, one, Some(&around)))
        .collect()
}

fn line(guest: &Guest, field: &PackField, around: Option<&str>) -> Line {
    let (pack, language) = (guest.pack(), guest.visitor.language.code());
    let own = pack.label(language, &field.id);
    let hint = pack.text_or_first(language, &format!("field.{}.hint", field.id));
    let codes = field.list().and_then(|list| pack.code_list(list)).map_or(&[][..], |l| l.codes());
    let mut ticks: Vec<String> =
        codes.iter().map(|code| code.labels.get(language).unwrap_or(&code.code).clone()).collect();
    if field.kind == FieldType::Boolean {
        ticks = ["shell.yes", "shell.no"].map(|key| guest.shell_words().t(key).to_owned()).into();
    }
    if ticks.len() > MOST_TICKS {
        ticks.clear();
    }
    Line {
        label: around.map_or_else(|| own.to_owned(), |around| format!("{around}: {own}")),
        hint: hint.map(str::to_owned),
        ticks,
    }
}
