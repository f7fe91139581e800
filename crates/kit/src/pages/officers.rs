//! `/`: who works at the kit now? A badge and a PIN, and the seat is theirs.

use axum::extract::Path;
use axum::response::Response;
use niims_record::OfficerId;
use niims_web::{
    Banner, Button, Choice, Fault, Field, Keyboard, Posted, Question, Radios, TextInput, Words,
};

use super::guest::{Guest, Officer, Or, Pairs};
use super::refusals::beside;
use super::view::FormView;
use crate::capture::EnrolRefused;
use crate::error::KitError;
use crate::kit::Kit;
use crate::pin::OfficerCard;

/// Digits of the longest PIN.
const LONGEST_PIN: usize = 12;

pub(super) async fn show(guest: Guest) -> Or<Response> {
    let (cards, newcomers) =
        guest.kit(|kit: &mut Kit, _, _| (kit.officer_cards(), kit.newcomers())).await?;
    let nobody_yet = cards.is_ok_and(|cards| cards.is_empty());
    if nobody_yet && newcomers.is_ok_and(|newcomers| !newcomers.is_empty()) {
        return Ok(guest.go_to("/first-pin"));
    }
    ask(&guest, None, Vec::new()).await
}

/// `POST /`: unlocks the officer's key, locks that of whoever sat there before.
pub(super) async fn sign_in(guest: Guest, form: Pairs) -> Or<Response> {
    let posted = guest.posted(form)?;
    let officer = posted.text("officer").parse::<OfficerId>().ok();
    let pin = posted.text("pin").to_owned();
    let words = guest.words();
    let Some(officer) = officer else {
        let fault = Fault { id: "officer".to_owned(), text: words.t("officers.choose").to_owned() };
        return ask(&guest, None, vec![fault]).await;
    };
    let signed = guest
        .kit(move |kit, now, _| {
            kit.sign_in(officer, &pin, now)?;
            let cards = kit.officer_cards()?;
            cards
                .into_iter()
                .find(|card| card.officer == officer)
                .ok_or(KitError::OfficerUnknown { officer })
        })
        .await?;
    match signed {
        Ok(card) => take_seat(&guest, &card).await,
        Err(error) => {
            let refused = EnrolRefused::Kit(error);
            if let Some(page) = guest.problem(&refused) {
                return Ok(page);
            }
            let faults = beside("pin", guest.told(&refused));
            ask(&guest, Some(officer), faults).await
        }
    }
}

/// Seats an officer whose key is unlocked, and locks that of whoever sat there before.
pub(super) async fn take_seat(guest: &Guest, card: &OfficerCard) -> Or<Response> {
    let (token, before) = guest.pages.seat(card, guest.now());
    if let Some(before) = before {
        let _ = guest.kit(move |kit, _, _| kit.sign_out(before)).await?;
    }
    let mut response = guest.go_to("/home");
    guest.sit(&mut response, token);
    Ok(response)
}

/// `POST /sign-out`: locks the key; the next officer signs in on the same page.
pub(super) async fn sign_out(officer: Officer, form: Pairs) -> Or<Response> {
    officer.posted(form)?;
    if let Some(before) = officer.pages.leave() {
        let _ = officer.kit(move |kit, _, _| kit.sign_out(before)).await?;
    }
    let mut response = officer.go_to("/");
    officer.rise(&mut response);
    Ok(response)
}

/// `POST /lift-lock/{officer}`: a supervisor lets a colleague try the PIN again at once.
pub(super) async fn lift_lock(
    officer: Officer,
    Path(colleague): Path<String>,
    form: Pairs,
) -> Or<Response> {
    officer.posted(form)?;
    let Ok(colleague) = colleague.parse::<OfficerId>() else {
        return Ok(officer.go_to("/home"));
    };
    let supervisor = officer.seat.officer;
    let lifted = officer.kit(move |kit, _, _| kit.lift_lock(colleague, supervisor)).await?;
    if let Err(error) = lifted
        && let Some(page) = officer.problem(&EnrolRefused::Kit(error))
    {
        return Ok(page);
    }
    Ok(officer.go_to("/home"))
}

async fn ask(guest: &Guest, chosen: Option<OfficerId>, faults: Vec<Fault>) -> Or<Response> {
    let (cards, newcomers, works) = guest
        .kit(|kit: &mut Kit, now, _| {
            let mut cards = kit.officer_cards();
            if let Ok(cards) = &mut cards {
                cards.retain(|card| kit.may_sign_in(card.officer).is_ok());
            }
            (cards, kit.newcomers(), kit.may_capture(now))
        })
        .await?;
    let w = guest.words();
    let cards = cards.unwrap_or_default();
    let title = w.t("officers.title");
    let mut view = FormView::new(guest.page(title), w, Some(title.to_owned()));
    view.banner = works.err().map(|error| in_the_way(w, &error));
    if cards.is_empty() {
        view.lead.push(w.t("officers.nobody").to_owned());
        return Ok(guest.show(view));
    }
    "/".clone_into(&mut view.action);
    view.fields = fields(guest, &cards, chosen, &faults);
    view.faults = faults;
    view.buttons = vec![Button::send(w.t("officers.go"))];
    if newcomers.is_ok_and(|newcomers| !newcomers.is_empty()) {
        view.links = vec![(w.t("first_pin.link").to_owned(), "/first-pin".to_owned())];
    }
    Ok(guest.show(view))
}

/// Why nobody is taken in on this kit now.
pub(super) fn in_the_way(w: Words<'_>, error: &KitError) -> Banner {
    let told = |part: &str| w.find(&format!("problem.{}.{part}", error.code()));
    let text = |part: &str| told(part).unwrap_or_default().to_owned();
    Banner { title: text("title"), text: text("advice"), is_success: false }
}

fn fields(
    guest: &Guest,
    cards: &[OfficerCard],
    chosen: Option<OfficerId>,
    faults: &[Fault],
) -> Vec<Field> {
    let w = guest.words();
    let error = |id: &str| faults.iter().find(|f| f.id == id).map(|f| f.text.clone());
    let choices = cards
        .iter()
        .map(|card| Choice {
            is_chosen: Some(card.officer) == chosen,
            ..Choice::new(card.officer.to_string(), card.badge.as_str())
        })
        .collect();
    let question = Question::new("officer", w.t("officers.who")).error(error("officer"));
    let pin = Question::new("pin", w.t("officers.pin")).error(error("pin"));
    vec![
        Field::Radios(Radios { question, choices, ..Radios::default() }),
        Field::Text(pin_input(pin)),
    ]
}

/// A line for a PIN, which is never shown again.
pub(super) fn pin_input(question: Question) -> TextInput {
    TextInput {
        question,
        keyboard: Keyboard::Numeric,
        max_length: LONGEST_PIN,
        width: 10,
        is_secret: true,
        ..TextInput::default()
    }
}

/// The officers of the kit but one, as choices.
pub(super) fn colleagues(cards: &[OfficerCard], but: OfficerId, posted: &Posted) -> Vec<Choice> {
    cards
        .iter()
        .filter(|card| card.officer != but)
        .map(|card| {
            let id = card.officer.to_string();
            let is_chosen = posted.text("officer") == id;
            Choice { is_chosen, ..Choice::new(id, card.badge.as_str()) }
        })
        .collect()
}
