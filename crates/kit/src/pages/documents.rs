//! `/interviews/{id}/documents`: what was shown, seen, and photographed.

use axum::extract::Multipart;
use axum::http::StatusCode;
use axum::response::Response;
use niims_packet::limits::MAX_IMAGE_BYTES;
use niims_web::{Choice, Fault, Field, Posted, Question, Radios, Tag, TagColour, Task, TextInput};

use super::guest::{Instead, Or};
use super::interview::{At, Opened, address};
use super::refusals::beside;
use crate::capture::EnrolRefused;
use crate::interview::{NewDocument, Stage};

/// Characters of the longest number on a document.
const LONGEST_NUMBER: usize = 30;

pub(super) async fn show(at: At) -> Or<Response> {
    let opened = at.open(Stage::Documents).await?;
    let officer = &at.officer;
    let w = officer.words();
    let mut view = at.view(&opened, Stage::Documents, Some(w.t("documents.title")));
    view.buttons = Vec::new();
    let named = named(&at, &opened).await?;
    if named.is_empty() {
        view.lead.push(w.t("documents.nothing").to_owned());
    } else {
        view.lead.push(w.t("documents.lead").to_owned());
    }
    view.tasks = named
        .iter()
        .enumerate()
        .map(|(place, (kind, _))| {
            let shown = opened.interview.documents.iter().find(|shown| shown.place == place);
            let (words, is_done) = match shown {
                None => (w.t("documents.to_do"), false),
                Some(shown) if shown.sighted_by.is_none() => (w.t("documents.not_shown"), true),
                Some(shown) if shown.photograph.is_none() => (w.t("documents.seen"), true),
                Some(_) => (w.t("documents.photographed"), true),
            };
            Task {
                title: label(&at, kind),
                address: Some(address(at.of, &format!("documents/{place}"))),
                hint: None,
                status: Tag::new(words, TagColour::Amber),
                is_done,
            }
        })
        .collect();
    if opened.reached > Stage::Documents {
        view.buttons = vec![niims_web::Button::go_to(w.t("continue"), address(at.of, ""))];
    }
    Ok(officer.show(view))
}

/// `GET …/documents/{place}`.
pub(super) async fn show_one(at: At) -> Or<Response> {
    ask(&at, &Posted::default(), Vec::new()).await
}

/// `POST …/documents/{place}`, with a photograph or without.
pub(super) async fn save(at: At, form: Multipart) -> Or<Response> {
    let (posted, photograph) = parts_of(&at, form).await?;
    let posted = at.officer.ours(posted)?;
    let place = place(&at)?;
    let shown = posted.text("shown");
    if !["photographed", "seen", "not_shown"].contains(&shown) {
        let text = at.officer.words().t("documents.choose").to_owned();
        return ask(&at, &posted, vec![Fault { id: "shown".to_owned(), text }]).await;
    }
    if shown == "photographed" && photograph.is_none() && !has_photograph(&at, place).await? {
        let text = at.officer.words().t("documents.no_file").to_owned();
        return ask(&at, &posted, vec![Fault { id: "photograph".to_owned(), text }]).await;
    }
    let document = NewDocument {
        place,
        sighted: shown != "not_shown",
        number: posted.text("number").to_owned(),
        photograph: photograph.filter(|_| shown == "photographed"),
    };
    let is_photographed = document.photograph.is_some();
    let of = at.of;
    let saved =
        at.officer.kit(move |kit, now, rng| kit.show_document(of, document, now, rng)).await?;
    match saved {
        Ok(()) if is_photographed => {
            Ok(at.officer.go_to(&address(of, &format!("documents/{place}/picture"))))
        }
        Ok(()) => Ok(at.officer.go_to(&address(of, ""))),
        Err(refused) => {
            let faults = at.officer.refused(of, &refused)?;
            let id = if matches!(refused, EnrolRefused::Picture { .. }) {
                "photograph"
            } else {
                "number"
            };
            ask(&at, &posted, beside(id, faults)).await
        }
    }
}

/// The fields and the file of the form, bounded by the limit of the route.
pub(super) async fn parts_of(at: &At, mut form: Multipart) -> Or<(Posted, Option<Vec<u8>>)> {
    let unreadable = |status: StatusCode| {
        let (status, code) = if status == StatusCode::PAYLOAD_TOO_LARGE {
            (status, "web.too_large")
        } else {
            (StatusCode::BAD_REQUEST, "web.form_unreadable")
        };
        Instead::of(at.officer.show_code(status, code))
    };
    let (mut pairs, mut file) = (Vec::new(), None);
    while let Some(part) = form.next_field().await.map_err(|error| unreadable(error.status()))? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(|error| unreadable(error.status()))?;
        if name == "photograph" {
            file = (!bytes.is_empty() && bytes.len() <= MAX_IMAGE_BYTES).then(|| bytes.to_vec());
        } else if let Ok(text) = String::from_utf8(bytes.to_vec()) {
            pairs.push((name, text));
        }
    }
    Ok((Posted::new(pairs), file))
}

async fn ask(at: &At, posted: &Posted, faults: Vec<Fault>) -> Or<Response> {
    let opened = at.open(Stage::Documents).await?;
    let place = place(at)?;
    let Some((kind, _)) = named(at, &opened).await?.into_iter().nth(place) else {
        return Err(Instead::of(at.officer.show_code(StatusCode::NOT_FOUND, "web.not_found")));
    };
    let officer = &at.officer;
    let w = officer.words();
    let title = label(at, &kind);
    let mut view = at.view(&opened, Stage::Documents, Some(&title));
    view.lead.push(w.t("documents.one").to_owned());
    let error = |id: &str| faults.iter().find(|f| f.id == id).map(|f| f.text.clone());
    let words = [
        ("photographed", w.t("documents.choice.photographed")),
        ("seen", w.t("documents.choice.seen")),
        ("not_shown", w.t("documents.choice.not_shown")),
    ];
    let choices = words
        .into_iter()
        .map(|(name, label)| Choice {
            is_chosen: posted.text("shown") == name,
            ..Choice::new(name, label)
        })
        .collect();
    let question = Question::new("shown", w.t("documents.question")).error(error("shown"));
    view.fields.push(Field::Radios(Radios { question, choices, ..Radios::default() }));
    let question = Question::new("number", w.t("documents.number"))
        .hint(w.t("documents.number_hint"))
        .error(error("number"));
    view.fields.push(Field::Text(TextInput {
        question,
        value: posted.text("number").to_owned(),
        max_length: LONGEST_NUMBER,
        width: 20,
        ..TextInput::default()
    }));
    view.file = Some(("photograph".to_owned(), w.t("documents.file").to_owned()));
    view.faults = faults;
    view.back = Some(address(at.of, "documents"));
    view.action = address(at.of, &format!("documents/{place}"));
    Ok(officer.show(view))
}

pub(super) fn place(at: &At) -> Or<usize> {
    at.place
        .parse()
        .map_err(|_| Instead::of(at.officer.show_code(StatusCode::NOT_FOUND, "web.not_found")))
}

async fn has_photograph(at: &At, place: usize) -> Or<bool> {
    let opened = at.open(Stage::Documents).await?;
    let shown = opened.interview.documents.iter().find(|shown| shown.place == place);
    Ok(shown.is_some_and(|shown| shown.photograph.is_some()))
}

async fn named(at: &At, opened: &Opened) -> Or<Vec<(String, Option<String>)>> {
    let interview = opened.interview.clone();
    at.officer.kit(move |kit, _, _| kit.documents_of(&interview)).await
}

fn label(at: &At, kind: &str) -> String {
    let list = at.officer.pack.code_list("identity_documents");
    list.and_then(|list| list.label(kind, at.officer.language())).unwrap_or(kind).to_owned()
}
