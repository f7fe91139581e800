//! `/own-pin`: an officer changes their PIN, knowing the old one.

use axum::response::Response;
use niims_web::{Banner, Button, Fault, Field, Question};

use super::guest::{Officer, Or, Pairs};
use super::officers::pin_input;
use super::refusals::beside;
use super::view::FormView;
use crate::capture::EnrolRefused;

pub(super) async fn show(officer: Officer) -> Or<Response> {
    Ok(ask(&officer, Vec::new(), false))
}

/// `POST /own-pin`: the key is sealed anew; the old PIN opens nothing from then on.
pub(super) async fn change(officer: Officer, form: Pairs) -> Or<Response> {
    let posted = officer.posted(form)?;
    let (old, new) = (posted.text("old").to_owned(), posted.text("new").to_owned());
    if new != posted.text("again") {
        let text = officer.words().t("own_pin.differ").to_owned();
        return Ok(ask(&officer, vec![Fault { id: "again".to_owned(), text }], false));
    }
    let me = officer.seat.officer;
    let changed =
        officer.kit(move |kit, now, rng| kit.change_pin(me, &old, &new, now, rng)).await?;
    let Err(error) = changed else { return Ok(ask(&officer, Vec::new(), true)) };
    let refused = EnrolRefused::Kit(error);
    if let Some(page) = officer.problem(&refused) {
        return Ok(page);
    }
    let id = match refused.code() {
        "kit.pin_rule" | "kit.pin_same" => "new",
        _ => "old",
    };
    Ok(ask(&officer, beside(id, officer.told(&refused)), false))
}

fn ask(officer: &Officer, faults: Vec<Fault>, is_done: bool) -> Response {
    let w = officer.words();
    let title = w.t("own_pin.title");
    let mut view = FormView::new(officer.page(title), w, Some(title.to_owned()));
    view.back = Some("/home".to_owned());
    if is_done {
        let text = w.t("own_pin.done").to_owned();
        view.banner = Some(Banner { title: String::new(), text, is_success: true });
        view.buttons = vec![Button::go_to(w.t("continue"), "/home")];
        return officer.show(view);
    }
    view.lead.push(w.t("own_pin.lead").to_owned());
    let error = |id: &str| faults.iter().find(|fault| fault.id == id).map(|f| f.text.clone());
    let line =
        |id: &str, words: &str| Field::Text(pin_input(Question::new(id, words).error(error(id))));
    view.fields = vec![
        line("old", w.t("own_pin.old")),
        line("new", w.t("own_pin.new")),
        line("again", w.t("own_pin.again")),
    ];
    view.faults = faults;
    "/own-pin".clone_into(&mut view.action);
    view.buttons = vec![Button::send(w.t("own_pin.change"))];
    officer.show(view)
}
