//! `/done` and `/slip/{width}`: what the resident takes home. The number says nothing of
//! centre, machine or time, and is kept only until the next interview begins.

use std::sync::PoisonError;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use niims_paper::{Line, SlipSize, slip_pdf};
use niims_record::OfficerId;
use niims_web::{Banner, Button};

use super::guest::{Instead, Officer, Or};
use super::state::Pages;
use super::view::FormView;

/// The slip of the enrolment that was finished last.
#[derive(Clone)]
pub(super) struct Slip {
    pub officer: OfficerId,
    pub number: String,
    pub is_sealed: bool,
}

impl Pages {
    pub fn keep_slip(&self, slip: Slip) {
        *self.slip.lock().unwrap_or_else(PoisonError::into_inner) = Some(slip);
    }

    pub fn forget_slip(&self) {
        *self.slip.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn slip_of(&self, officer: OfficerId) -> Option<Slip> {
        let slip = self.slip.lock().unwrap_or_else(PoisonError::into_inner);
        slip.clone().filter(|slip| slip.officer == officer)
    }
}

/// `GET /done`.
pub(super) async fn show(officer: Officer) -> Or<Response> {
    let Some(slip) = officer.pages.slip_of(officer.seat.officer) else {
        return Ok(officer.go_to("/home"));
    };
    let w = officer.words();
    let title = w.t("done.title");
    let mut view = FormView::new(officer.page(title), w, Some(title.to_owned()));
    view.banner = Some(Banner {
        title: String::new(),
        text: if slip.is_sealed { w.t("done.sealed") } else { w.t("done.saved") }.to_owned(),
        is_success: true,
    });
    view.items = vec![(w.t("done.number").to_owned(), slip.number)];
    view.lead.push(w.t("done.lead").to_owned());
    view.links = vec![
        (w.t("done.a6").to_owned(), "/slip/a6".to_owned()),
        (w.t("done.strip80").to_owned(), "/slip/80".to_owned()),
        (w.t("done.strip58").to_owned(), "/slip/58".to_owned()),
    ];
    view.buttons = vec![Button::go_to(w.t("home.begin"), "/begin")];
    Ok(officer.show(view))
}

/// `GET /slip/{width}`: a PDF for office paper or for the strip of a thermal printer.
pub(super) async fn pdf(officer: Officer, Path(width): Path<String>) -> Or<Response> {
    let not_found = || Instead::of(officer.show_code(StatusCode::NOT_FOUND, "web.not_found"));
    let size = SlipSize::ALL.into_iter().find(|(_, name)| *name == width).map(|(size, _)| size);
    let slip = officer.pages.slip_of(officer.seat.officer);
    let (Some(size), Some(slip)) = (size, slip) else { return Err(not_found()) };
    let w = officer.words();
    let text = |words: &str| Line::Text(words.to_owned());
    let lines = [
        Line::Heading(w.t("slip.title").to_owned()),
        text(w.t("slip.number")),
        Line::Number(slip.number.clone()),
        text(w.t("slip.keep")),
        Line::Heading(w.t("slip.ask").to_owned()),
        text(w.t("slip.ask_text")),
        Line::Heading(w.t("slip.cost").to_owned()),
        text(w.t("slip.cost_text")),
        Line::Heading(w.t("slip.complain").to_owned()),
        text(w.t("footer.complaints")),
        Line::Code(slip.number),
    ];
    let bytes =
        slip_pdf(size, w.t("slip.title"), officer.language(), &lines).map_err(|_| not_found())?;
    let headers =
        [(header::CONTENT_TYPE, "application/pdf"), (header::CONTENT_DISPOSITION, "inline")];
    Ok((headers, bytes).into_response())
}
