//! `/interviews/{id}/body/missing`: fingers that cannot be captured, with reason, photo, and a
//! second officer's PIN.

use axum::response::Response;
use niims_country::CodeList;
use niims_fingerprint::FingerPosition;
use niims_record::OfficerId;
use niims_web::{Button, Checkboxes, Choice, Fault, Field, Posted, Question, Radios, Select};

use super::guest::{Or, Pairs};
use super::interview::{At, address};
use super::officers::{colleagues, pin_input};
use super::refusals::beside;
use super::scan::{not_found, station};
use super::scan_view::label;
use crate::interview::{MissingNoted, Stage};

pub(super) async fn show(at: At) -> Or<Response> {
    ask(&at, &Posted::default(), Vec::new()).await
}

/// `POST …/body/missing`. The first officer stays in the seat.
pub(super) async fn save(at: At, form: Pairs) -> Or<Response> {
    let posted = at.officer.posted(form)?;
    let w = at.officer.words();
    let named = |text: &String| FingerPosition::from_code(text.parse().ok()?);
    let fingers: Vec<_> =
        posted.all("finger").iter().filter_map(named).filter(|finger| finger.code() > 0).collect();
    if fingers.is_empty() {
        let text = w.t("missing.choose").to_owned();
        return ask(&at, &posted, vec![Fault { id: "finger".to_owned(), text }]).await;
    }
    let Ok(second) = posted.text("officer").parse::<OfficerId>() else {
        let text = w.t("officers.choose").to_owned();
        return ask(&at, &posted, vec![Fault { id: "officer".to_owned(), text }]).await;
    };
    let noted = MissingNoted {
        fingers,
        reason: posted.text("reason").to_owned(),
        permanent: posted.text("permanent") == "yes",
        second,
        pin: posted.text("pin").to_owned(),
    };
    let of = at.of;
    let saved = at.officer.kit(move |kit, now, rng| kit.note_missing(of, &noted, now, rng)).await?;
    match saved {
        Ok(()) => Ok(at.officer.go_to(&address(of, "body"))),
        Err(refused) => {
            let faults = at.officer.refused(of, &refused)?;
            let id = match refused.code() {
                "capture.exception_same_officer" => "officer",
                "capture.exception_reason_unknown" | "exception.not_tried" => "reason",
                "exception.not_permanent" => "permanent",
                "exception.photo_missing" => "main",
                _ => "pin",
            };
            ask(&at, &posted, beside(id, faults)).await
        }
    }
}

/// `POST …/body/present/{finger}`: the finger was found after all.
pub(super) async fn take_back(at: At, form: Pairs) -> Or<Response> {
    at.officer.posted(form)?;
    let finger = at.place.parse().ok().and_then(FingerPosition::from_code);
    let Some(finger) = finger else { return Err(not_found(&at.officer)) };
    let of = at.of;
    let saved = at.officer.kit(move |kit, now, rng| kit.note_present(of, finger, now, rng)).await?;
    if let Err(refused) = saved {
        at.officer.refused(of, &refused)?;
    }
    Ok(at.officer.go_to(&address(of, "body")))
}

async fn ask(at: &At, posted: &Posted, faults: Vec<Fault>) -> Or<Response> {
    station(&at.officer)?;
    let opened = at.open(Stage::Body).await?;
    let officer = &at.officer;
    let w = officer.words();
    let scans = &opened.interview.scans;
    let cards = officer.kit(|kit, _, _| kit.officer_cards()).await?.unwrap_or_default();
    let mut view = at.view(&opened, Stage::Body, Some(w.t("missing.title")));
    view.lead.push(w.t("missing.lead").to_owned());
    let has_photo = scans.exception_photo.is_some();
    let photo = if has_photo { w.t("missing.photo_there") } else { w.t("missing.photo_none") };
    view.lead.push(photo.to_owned());
    let error = |id: &str| faults.iter().find(|f| f.id == id).map(|f| f.text.clone());
    let chosen = posted.all("finger");
    let fingers = FingerPosition::all()
        .into_iter()
        .map(|finger| {
            let value = finger.code().to_string();
            let is_chosen = chosen.contains(&value);
            Choice { is_chosen, ..Choice::new(value, label(at, finger.code())) }
        })
        .collect();
    let permanent = Choice {
        is_chosen: posted.text("permanent") == "yes",
        ..Choice::new("yes", w.t("missing.permanent_yes"))
    };
    view.fields = vec![
        Field::Checkboxes(Checkboxes {
            question: Question::new("finger", w.t("missing.fingers")).error(error("finger")),
            choices: fingers,
            ..Checkboxes::default()
        }),
        Field::Select(Select {
            question: Question::new("reason", w.t("missing.reason")).error(error("reason")),
            choices: reasons(at, posted),
            empty: Some(officer.shell_words().t("shell.choose").to_owned()),
        }),
        Field::Checkboxes(Checkboxes {
            question: Question::new("permanent", w.t("missing.permanent"))
                .error(error("permanent")),
            choices: vec![permanent],
            ..Checkboxes::default()
        }),
        Field::Radios(Radios {
            question: Question::new("officer", w.t("vouch.officer")).error(error("officer")),
            choices: colleagues(&cards, officer.seat.officer, posted),
            ..Radios::default()
        }),
        Field::Text(pin_input(Question::new("pin", w.t("vouch.pin")).error(error("pin")))),
    ];
    view.faults = faults;
    view.back = Some(address(at.of, "body"));
    view.action = address(at.of, "body/missing");
    view.buttons = vec![Button::send(w.t("save"))];
    let words = w.t("missing.photograph").to_owned();
    view.other.push((address(at.of, "body/scan/exception_photo"), words));
    Ok(officer.show(view))
}

fn reasons(at: &At, posted: &Posted) -> Vec<Choice> {
    let list = at.officer.pack.code_list(crate::capture::fingers::REASON_LIST);
    list.into_iter()
        .flat_map(CodeList::codes)
        .map(|code| {
            let label = code.labels.get(at.officer.language()).unwrap_or(&code.code);
            let is_chosen = posted.text("reason") == code.code;
            Choice { is_chosen, ..Choice::new(&code.code, label) }
        })
        .collect()
}
