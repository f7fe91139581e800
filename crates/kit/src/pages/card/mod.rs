//! `/card`: is this card good? Its code is scanned or pasted, its chip read from a file that a
//! card reader gives; no network is needed.
//!
//! The code comes as text: hand scanners type it, and the kit's own camera reads it.

mod camera;
mod finger;
mod held;
mod shown;

use axum::extract::Multipart;
use axum::http::StatusCode;
use axum::response::Response;
use niims_web::{Button, Fault, Field, Posted, Question, Textarea};
use niims_wire::card::PresentedCard;

use super::guest::{Instead, Officer, Or};
use super::view::{FormView, Preview};
use crate::capture::EnrolRefused;
use crate::cards::{CardRefused, CardVerdict};
use crate::error::KitError;

pub(super) use camera::{preview, scan};
pub(super) use finger::compare;
pub(super) use held::HeldCard;
pub(super) use shown::{end, show as show_card};

/// Characters of the longest text that a QR code holds.
const LONGEST_TEXT: usize = 4_296;
/// Largest file of a chip, bytes; the reader of cards refuses what is larger than a chip.
const LARGEST_CHIP: usize = 64 * 1024;

pub(super) async fn show(officer: Officer) -> Or<Response> {
    officer.pages.forget_card();
    ask(&officer, None, Vec::new())
}

/// `POST /card`: reads the card and notes the look before anything is shown.
pub(super) async fn check(officer: Officer, form: Multipart) -> Or<Response> {
    let (posted, chip) = read(&officer, form).await?;
    let posted = officer.ours(posted)?;
    let text = posted.text("text").trim().to_owned();
    if text.is_empty() && chip.is_none() {
        let text = officer.words().t("cards.nothing").to_owned();
        return ask(&officer, None, vec![Fault { id: "text".to_owned(), text }]);
    }
    judge(officer, text, chip).await
}

/// Judges what was read, and shows the card or says what is wrong with it.
async fn judge(officer: Officer, text: String, chip: Option<Vec<u8>>) -> Or<Response> {
    let Some(reader) = officer.pages.cards.clone() else { return Err(not_there(&officer)) };
    let me = officer.seat.officer;
    let read = officer
        .kit(move |kit, now, rng| {
            let card = PresentedCard { text: &text, chip: chip.as_deref() };
            kit.check_card(reader.as_ref(), &card, me, now, rng)
        })
        .await?;
    match read {
        Ok(Some(CardVerdict::Genuine(card))) => {
            officer.pages.hold_card(HeldCard {
                officer: me,
                card: *card,
                read_at: officer.now(),
                tries: 0,
                compared: None,
            });
            Ok(officer.go_to("/card/shown"))
        }
        Ok(Some(CardVerdict::Refused(why))) => ask(&officer, Some(why), Vec::new()),
        Ok(None) => no_list(&officer, "card.trust.none"),
        Err(KitError::CardTrust(error)) => no_list(&officer, error.code()),
        Err(error) => {
            let refused = EnrolRefused::Kit(error);
            match officer.problem(&refused) {
                Some(page) => Ok(page),
                None => ask(&officer, None, officer.told(&refused)),
            }
        }
    }
}

fn no_list(officer: &Officer, code: &str) -> Or<Response> {
    let text = officer.words().fill_one("cards.no_list", "code", code);
    ask(officer, None, vec![Fault { id: "main".to_owned(), text }])
}

/// The form, with what the card before was not.
fn ask(officer: &Officer, refused: Option<CardRefused>, mut faults: Vec<Fault>) -> Or<Response> {
    if officer.pages.cards.is_none() {
        return Err(not_there(officer));
    }
    let w = officer.words();
    let title = w.t("cards.title");
    let mut view = FormView::new(officer.page(title), w, Some(title.to_owned()));
    "/card".clone_into(&mut view.page.path);
    if let Some(why) = refused {
        // In red, as a fault is: a green banner would look like a yes.
        let name = why.as_str();
        let title = w.t(&format!("cards.refused.{name}")).to_owned();
        let text = format!("{title}. {}", w.t(&format!("cards.advice.{name}")));
        faults.push(Fault { id: "main".to_owned(), text });
    }
    view.lead.push(w.t("cards.lead").to_owned());
    let error = faults.iter().find(|fault| fault.id == "text").map(|fault| fault.text.clone());
    let question =
        Question::new("text", w.t("cards.text")).hint(w.t("cards.text_hint")).error(error);
    view.fields.push(Field::Textarea(Textarea {
        question,
        value: String::new(),
        rows: 5,
        max_length: LONGEST_TEXT,
    }));
    view.chip = Some(("chip".to_owned(), w.t("cards.chip").to_owned()));
    if officer.pages.devices.is_some() {
        let text = w.t("cards.preview").to_owned();
        view.preview = Some(Preview { address: "/card/preview".to_owned(), text });
        view.other.push(("/card/scan".to_owned(), w.t("cards.scan").to_owned()));
    }
    view.faults = faults;
    view.back = Some("/home".to_owned());
    "/card".clone_into(&mut view.action);
    view.buttons = vec![Button::send(w.t("cards.check"))];
    Ok(officer.show(view))
}

fn not_there(officer: &Officer) -> Instead {
    Instead::of(officer.show_code(StatusCode::NOT_FOUND, "web.not_found"))
}

/// The fields of the form and the chip's file, bounded by the limit of the route.
async fn read(officer: &Officer, mut form: Multipart) -> Or<(Posted, Option<Vec<u8>>)> {
    let unreadable = |status: StatusCode| {
        let (status, code) = if status == StatusCode::PAYLOAD_TOO_LARGE {
            (status, "web.too_large")
        } else {
            (StatusCode::BAD_REQUEST, "web.form_unreadable")
        };
        Instead::of(officer.show_code(status, code))
    };
    let (mut pairs, mut chip) = (Vec::new(), None);
    while let Some(part) = form.next_field().await.map_err(|error| unreadable(error.status()))? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(|error| unreadable(error.status()))?;
        if name == "chip" {
            chip = (!bytes.is_empty()).then(|| bytes[..bytes.len().min(LARGEST_CHIP)].to_vec());
        } else if let Ok(text) = String::from_utf8(bytes.to_vec()) {
            pairs.push((name, text));
        }
    }
    Ok((Posted::new(pairs), chip))
}
