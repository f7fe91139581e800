//! `/card/shown`: what a genuine card says, and, where its chip was read, whether a finger fits.

use axum::response::Response;
use jiff::civil::Date;
use niims_fingerprint::FingerPosition;
use niims_web::{
    Banner, Button, Checkboxes, Choice, Fault, Field, Question, Radios, SectionRows, date,
};

use super::held::{HeldCard, MOST_TRIES};
use crate::cards::finger::{Compared, SAME_FINGER};
use crate::pages::guest::{Officer, Or, Pairs};
use crate::pages::view::{FormView, row};

/// Age of majority, years: below it the parent or guardian agrees (Data Protection Act, 2019, s. 33).
const MAJORITY: i16 = 18;

pub(in crate::pages) async fn show(officer: Officer) -> Or<Response> {
    match officer.pages.held_card(officer.seat.officer, officer.now()) {
        Some(held) => Ok(render(&officer, &held, Vec::new())),
        None => Ok(officer.go_to("/card")),
    }
}

/// `POST /card/end`: forgets the card at once.
pub(in crate::pages) async fn end(officer: Officer, form: Pairs) -> Or<Response> {
    officer.posted(form)?;
    officer.pages.forget_card();
    Ok(officer.go_to("/card"))
}

/// The page of a card, with what was wrong with the last try.
pub(super) fn render(officer: &Officer, held: &HeldCard, mut faults: Vec<Fault>) -> Response {
    let w = officer.words();
    let title = w.t("cards.shown");
    let mut view = FormView::new(officer.page(title), w, Some(title.to_owned()));
    "/card/shown".clone_into(&mut view.page.path);
    match held.compared {
        Some(compared) => match result(officer, compared) {
            Ok(banner) => view.banner = Some(banner),
            Err(fault) => faults.push(fault),
        },
        None => {
            view.banner = Some(Banner {
                title: w.t("cards.genuine").to_owned(),
                text: w.t("cards.look").to_owned(),
                is_success: true,
            });
        }
    }
    view.sections.push(says(officer, held));
    view.other.push(("/card/end".to_owned(), w.t("cards.end").to_owned()));
    let is_matched = held.compared.is_some_and(Compared::is_match);
    if held.card.fingers.is_empty() {
        view.lead.push(w.t("cards.no_chip").to_owned());
    } else if officer.pages.devices.is_none() {
        view.lead.push(w.t("cards.no_scanner").to_owned());
    } else if !is_matched && held.tries >= MOST_TRIES {
        view.lead.push(w.t("cards.no_more").to_owned());
    } else if !is_matched {
        "/card/finger".clone_into(&mut view.action);
        view.fields = fields(officer, held, &faults);
        view.buttons = vec![Button::send(w.t("cards.compare"))];
    }
    view.faults = faults;
    officer.show(view)
}

/// What a comparison gave: in green, or in red as a fault is.
fn result(officer: &Officer, compared: Compared) -> Result<Banner, Fault> {
    let w = officer.words();
    let nats = |thousandths: i32| format!("{:.1}", f64::from(thousandths) / 1000.0);
    let (score, needed) = (nats(compared.score), nats(SAME_FINGER));
    let blanks = [("score", score.as_str()), ("needed", needed.as_str())];
    if compared.is_match() {
        Ok(Banner {
            title: w.t("cards.matched").to_owned(),
            text: w.fill("cards.matched_score", &blanks),
            is_success: true,
        })
    } else {
        let (title, text) = (w.t("cards.not_matched"), w.fill("cards.not_matched_score", &blanks));
        Err(Fault { id: "main".to_owned(), text: format!("{title}. {text}") })
    }
}

fn says(officer: &Officer, held: &HeldCard) -> SectionRows {
    let w = officer.words();
    let card = &held.card;
    let day = |day: Date| date(officer.shell_words(), day);
    let mut rows = vec![
        row(w.t("cards.name"), card.name.as_str()),
        row(w.t("cards.number"), card.number.as_str()),
    ];
    rows.extend(card.day_of_birth.map(|born| row(w.t("cards.born"), day(born))));
    rows.extend(card.residence_class.as_ref().map(|class| row(w.t("cards.class"), class.as_str())));
    // The last day is the one before the card expires.
    let last = officer.pack.today(card.expires).yesterday();
    rows.extend(last.ok().map(|last| row(w.t("cards.until"), day(last))));
    SectionRows { title: w.t("cards.says").to_owned(), rows }
}

fn fields(officer: &Officer, held: &HeldCard, faults: &[Fault]) -> Vec<Field> {
    let w = officer.words();
    let error = |id: &str| faults.iter().find(|f| f.id == id).map(|f| f.text.clone());
    let today = officer.today();
    let of_age = |born: Date| {
        born.checked_add(jiff::Span::new().years(MAJORITY)).is_ok_and(|day| day <= today)
    };
    let is_minor = held.card.day_of_birth.is_some_and(|born| !of_age(born));
    let agrees = if is_minor { w.t("cards.guardian_agrees") } else { w.t("cards.agrees") };
    let question = Question::new("consent", w.t("cards.consent"))
        .hint(w.t("cards.consent_hint"))
        .error(error("consent"));
    let choices = vec![Choice::new("yes", agrees)];
    let consent = Field::Checkboxes(Checkboxes { question, choices, ..Checkboxes::default() });
    let only = held.card.fingers.len() == 1;
    let choices = held
        .card
        .fingers
        .iter()
        .map(|finger| {
            let code = finger.position.to_string();
            let label = finger_label(officer, finger.position);
            Choice { is_chosen: only, ..Choice::new(code, label) }
        })
        .collect();
    let question = Question::new("finger", w.t("cards.finger")).error(error("finger"));
    vec![consent, Field::Radios(Radios { question, choices, ..Radios::default() })]
}

fn finger_label(officer: &Officer, position: u8) -> String {
    let list = officer.pack.code_list("fingers");
    let name = FingerPosition::from_code(position).map(|finger| finger.to_string());
    let label = name.as_ref().and_then(|name| {
        list.and_then(|list| list.label(&name.to_ascii_uppercase(), officer.language()))
    });
    label.map_or_else(|| position.to_string(), str::to_owned)
}
