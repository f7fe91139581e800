//! `/begin`: which form? The law about ages and footing decides; the page offers all four.

use axum::Form;
use axum::response::Response;
use niims_country::FormKind;
use niims_web::{Button, Choice, Fault, Field, Question, Radios};

use super::guest::{Officer, Or, Pairs};
use super::interview::address;
use super::view::FormView;

/// `GET /begin?form=KIND`: a code of that form was read, so it is chosen already.
pub(super) async fn show(officer: Officer, query: Pairs) -> Or<Response> {
    let asked = query.ok().and_then(|Form(pairs)| {
        let form = pairs.into_iter().find(|(name, _)| name == "form")?;
        FormKind::from_name(&form.1)
    });
    Ok(ask(&officer, asked, Vec::new()))
}

/// `POST /begin`: begins an interview; the slip of the one before is forgotten.
pub(super) async fn begin(officer: Officer, form: Pairs) -> Or<Response> {
    let posted = officer.posted(form)?;
    let Some(kind) = FormKind::from_name(posted.text("form")) else {
        let text = officer.words().t("begin.choose").to_owned();
        return Ok(ask(&officer, None, vec![Fault { id: "form".to_owned(), text }]));
    };
    let me = officer.seat.officer;
    let begun = officer.kit(move |kit, now, rng| kit.begin_interview(me, kind, now, rng)).await?;
    match begun {
        Ok(of) => {
            officer.pages.forget_slip();
            Ok(officer.go_to(&address(of, "")))
        }
        Err(refused) => Ok(match officer.problem(&refused) {
            Some(page) => page,
            None => ask(&officer, Some(kind), officer.told(&refused)),
        }),
    }
}

fn ask(officer: &Officer, chosen: Option<FormKind>, faults: Vec<Fault>) -> Response {
    let w = officer.words();
    let title = w.t("begin.title");
    let mut view = FormView::new(officer.page(title), w, None);
    let choices = FormKind::ALL
        .iter()
        .map(|kind| {
            let name = kind.as_str();
            Choice {
                hint: Some(w.t(&format!("form_hint.{name}")).to_owned()),
                is_chosen: chosen == Some(*kind),
                ..Choice::new(name, w.t(&format!("form.{name}")))
            }
        })
        .collect();
    let error = faults.first().map(|fault| fault.text.clone());
    let question = Question::new("form", title).error(error).heading();
    view.fields = vec![Field::Radios(Radios { question, choices, ..Radios::default() })];
    view.faults = faults;
    view.back = Some("/home".to_owned());
    "/begin".clone_into(&mut view.action);
    view.buttons = vec![Button::send(w.t("continue"))];
    officer.show(view)
}
