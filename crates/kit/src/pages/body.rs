//! `/interviews/{id}/body`: fingers and portrait, taken by the station beside the kit. There is
//! no field to send a picture of a person.

use std::sync::PoisonError;

use axum::response::Response;
use niims_country::CodeList;
use niims_web::{Button, Choice, Fault, Field, Posted, Question, SectionRows, Select};
use serde_json::{Value, json};

use super::guest::{Or, Pairs};
use super::interview::{At, address};
use super::scan_view;
use super::view::row;
use crate::interview::{BodyTaken, FingerNote, Stage, to_vouch};

pub(super) async fn show(at: At) -> Or<Response> {
    ask(&at, &Posted::default(), Vec::new()).await
}

/// `POST …/body/open`: consent is on disk, so the station may begin.
pub(super) async fn open(at: At, form: Pairs) -> Or<Response> {
    at.officer.posted(form)?;
    let (of, station) = (at.of, at.officer.pages.station.clone());
    let opened = at
        .officer
        .kit(move |kit, now, rng| {
            let mut station = station.lock().unwrap_or_else(PoisonError::into_inner);
            kit.open_body(of, &mut **station, now, rng)
        })
        .await?;
    match opened {
        Ok(()) => Ok(at.officer.go_to(&address(of, "body"))),
        Err(refused) => {
            let faults = at.officer.refused(of, &refused)?;
            ask(&at, &Posted::default(), faults).await
        }
    }
}

/// `POST …/body`: takes over what the station took, with the reasons for what it could not.
pub(super) async fn take(at: At, form: Pairs) -> Or<Response> {
    let posted = at.officer.posted(form)?;
    let missing: Vec<Value> = fingers(&at)
        .filter_map(|(code, _)| {
            let reason = posted.text(&name(code));
            (!reason.is_empty()).then(|| json!({"finger": code, "reason": reason}))
        })
        .collect();
    if at.officer.pages.devices.is_some() {
        return settle(at).await;
    }
    let (of, station) = (at.of, at.officer.pages.station.clone());
    let taken = at
        .officer
        .kit(move |kit, now, rng| {
            let mut station = station.lock().unwrap_or_else(PoisonError::into_inner);
            kit.take_body(of, &mut **station, missing, now, rng)
        })
        .await?;
    match taken {
        Ok(()) => Ok(at.officer.go_to(&address(of, "body"))),
        Err(refused) => {
            let faults = at.officer.refused(of, &refused)?;
            ask(&at, &posted, faults).await
        }
    }
}

/// Takes over what devices captured.
async fn settle(at: At) -> Or<Response> {
    let of = at.of;
    let taken = at.officer.kit(move |kit, now, rng| kit.settle_scans(of, now, rng)).await?;
    match taken {
        Ok(()) => Ok(at.officer.go_to(&address(of, "body"))),
        Err(refused) => {
            let faults = at.officer.refused(of, &refused)?;
            ask(&at, &Posted::default(), faults).await
        }
    }
}

pub(super) async fn ask(at: &At, posted: &Posted, faults: Vec<Fault>) -> Or<Response> {
    let opened = at.open(Stage::Body).await?;
    let officer = &at.officer;
    let w = officer.words();
    let mut view = at.view(&opened, Stage::Body, Some(w.t("body.title")));
    view.faults = faults;
    if opened.interview.body_opened_at.is_none() {
        view.lead.push(w.t("body.before").to_owned());
        view.action = address(at.of, "body/open");
        view.buttons = vec![Button::send(w.t("body.open"))];
        return Ok(officer.show(view));
    }
    if let Some(body) = &opened.interview.body {
        view.sections.push(found(at, body));
        view.buttons = if to_vouch(&opened.interview).is_empty() {
            vec![Button::go_to(w.t("continue"), address(at.of, "check"))]
        } else {
            view.lead.push(w.t("body.vouch_lead").to_owned());
            vec![Button::go_to(w.t("body.vouch"), address(at.of, "vouch"))]
        };
        // Opening the station again forgets what was taken before.
        view.other = vec![(address(at.of, "body/open"), w.t("body.again").to_owned())];
        return Ok(officer.show(view));
    }
    if officer.pages.devices.is_some() {
        return Ok(scan_view::ask(at, &opened, view.faults));
    }
    view.lead.push(w.t("body.lead").to_owned());
    view.fields = reasons(at, posted);
    view.action = address(at.of, "body");
    view.buttons = vec![Button::send(w.t("body.take"))];
    Ok(officer.show(view))
}

/// What was taken: quality or reason, finger by finger.
fn found(at: &At, body: &BodyTaken) -> SectionRows {
    let w = at.officer.words();
    let mut rows: Vec<_> = fingers(at)
        .zip(&body.fingers)
        .map(|((_, label), finger)| match finger {
            FingerNote::Captured { quality, .. } => {
                row(label, w.fill("body.quality", &[("quality", &quality.to_string())]))
            }
            FingerNote::Missing { reason, .. } => row(label, reason_label(at, reason)),
        })
        .collect();
    let portrait = if body.portrait.is_some() { w.t("body.there") } else { w.t("body.not_there") };
    rows.push(row(w.t("body.portrait"), portrait));
    SectionRows { title: w.t("body.taken").to_owned(), rows }
}

/// Ten lists: nothing for a finger that is scanned, else the reason why not.
fn reasons(at: &At, posted: &Posted) -> Vec<Field> {
    let w = at.officer.words();
    fingers(at)
        .map(|(code, label)| {
            let name = name(code);
            let chosen = posted.text(&name);
            let choices = reason_list(at)
                .into_iter()
                .flat_map(CodeList::codes)
                .map(|reason| {
                    let label = reason.labels.get(at.officer.language()).unwrap_or(&reason.code);
                    let is_chosen = chosen == reason.code;
                    Choice { is_chosen, ..Choice::new(&reason.code, label) }
                })
                .collect();
            let empty = Some(w.t("body.scanned").to_owned());
            Field::Select(Select { question: Question::new(name, label), choices, empty })
        })
        .collect()
}

/// The ten fingers of the country's list with their words, in the order of their codes.
fn fingers(at: &At) -> impl Iterator<Item = (&str, &str)> {
    let language = at.officer.language();
    let list = at.officer.pack.code_list("fingers");
    list.into_iter().flat_map(CodeList::codes).map(move |code| {
        (code.code.as_str(), code.labels.get(language).map_or(code.code.as_str(), String::as_str))
    })
}

fn reason_list(at: &At) -> Option<&CodeList> {
    at.officer.pack.code_list(crate::capture::fingers::REASON_LIST)
}

pub(super) fn reason_label(at: &At, reason: &str) -> String {
    let list = reason_list(at);
    list.and_then(|list| list.label(reason, at.officer.language())).unwrap_or(reason).to_owned()
}

fn name(finger: &str) -> String {
    format!("missing.{finger}")
}
