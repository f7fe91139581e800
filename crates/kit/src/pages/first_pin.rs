//! `/first-pin`: an officer who is new at this kit sets a PIN, by the one-time word of the centre.

use axum::response::Response;
use niims_record::OfficerId;
use niims_web::{Button, Choice, Fault, Field, Posted, Question, Radios, TextInput};

use super::guest::{Guest, Or, Pairs};
use super::officers::{in_the_way, pin_input, take_seat};
use super::refusals::beside;
use super::view::FormView;
use crate::capture::EnrolRefused;
use crate::error::KitError;
use crate::kit::Kit;

/// Longest word that is read, characters: twelve letters as anybody may space them.
const LONGEST_WORD: usize = 40;

pub(super) async fn show(guest: Guest) -> Or<Response> {
    ask(&guest, &Posted::new(Vec::new()), Vec::new()).await
}

/// `POST /first-pin`: the key opens by the PIN alone from then on, and the officer sits down.
pub(super) async fn set(guest: Guest, form: Pairs) -> Or<Response> {
    let posted = guest.posted(form)?;
    let fault = |id: &str, words: &str| {
        let text = guest.words().t(words).to_owned();
        vec![Fault { id: id.to_owned(), text }]
    };
    let Ok(officer) = posted.text("officer").parse::<OfficerId>() else {
        let faults = fault("officer", "officers.choose");
        return ask(&guest, &posted, faults).await;
    };
    if posted.text("pin") != posted.text("again") {
        let faults = fault("again", "own_pin.differ");
        return ask(&guest, &posted, faults).await;
    }
    let (word, pin) = (posted.text("word").to_owned(), posted.text("pin").to_owned());
    let set = guest
        .kit(move |kit, _, rng| {
            kit.set_first_pin(officer, &word, &pin, rng)?;
            let cards = kit.officer_cards()?;
            let card = cards.into_iter().find(|card| card.officer == officer);
            card.ok_or(KitError::OfficerUnknown { officer })
        })
        .await?;
    let error = match set {
        Ok(card) => return take_seat(&guest, &card).await,
        // Somebody pressed twice: the PIN is there, and the page of sign-in takes it.
        Err(KitError::FirstPinSet) => return Ok(guest.go_to("/")),
        Err(error) => EnrolRefused::Kit(error),
    };
    if let Some(page) = guest.problem(&error) {
        return Ok(page);
    }
    let id = if error.code() == "kit.pin_rule" { "pin" } else { "word" };
    ask(&guest, &posted, beside(id, guest.told(&error))).await
}

async fn ask(guest: &Guest, posted: &Posted, faults: Vec<Fault>) -> Or<Response> {
    let (newcomers, works) =
        guest.kit(|kit: &mut Kit, now, _| (kit.newcomers(), kit.may_capture(now))).await?;
    let newcomers = newcomers.unwrap_or_default();
    if newcomers.is_empty() {
        return Ok(guest.go_to("/"));
    }
    let w = guest.words();
    let title = w.t("first_pin.title");
    let mut view = FormView::new(guest.page(title), w, Some(title.to_owned()));
    view.banner = works.err().map(|error| in_the_way(w, &error));
    view.lead = vec![w.t("first_pin.lead").to_owned(), w.t("first_pin.choice").to_owned()];
    let error = |id: &str| faults.iter().find(|fault| fault.id == id).map(|f| f.text.clone());
    let choices = newcomers.iter().map(|one| {
        let id = one.officer.to_string();
        Choice { is_chosen: posted.text("officer") == id, ..Choice::new(id, one.badge.as_str()) }
    });
    let officer = Radios {
        question: Question::new("officer", w.t("officers.who")).error(error("officer")),
        choices: choices.collect(),
        ..Radios::default()
    };
    let word = TextInput {
        question: Question::new("word", w.t("first_pin.word"))
            .hint(w.t("first_pin.word_hint"))
            .error(error("word")),
        value: posted.text("word").chars().take(LONGEST_WORD).collect(),
        max_length: LONGEST_WORD,
        width: 20,
        ..TextInput::default()
    };
    let pin = Question::new("pin", w.t("own_pin.new")).error(error("pin"));
    let again = Question::new("again", w.t("own_pin.again")).error(error("again"));
    view.fields = vec![
        Field::Radios(officer),
        Field::Text(word),
        Field::Text(pin_input(pin)),
        Field::Text(pin_input(again)),
    ];
    view.faults = faults;
    "/first-pin".clone_into(&mut view.action);
    view.buttons = vec![Button::send(w.t("first_pin.go"))];
    view.links = vec![(w.t("first_pin.back").to_owned(), "/".to_owned())];
    Ok(guest.show(view))
}
