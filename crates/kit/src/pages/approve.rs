//! `/interviews/{id}/approve`: a supervisor reads the whole interview and approves it by PIN.

use axum::response::Response;
use niims_record::OfficerId;
use niims_web::{Fault, Field, Posted, Question, Radios};

use super::guest::{Or, Pairs};
use super::interview::{At, address};
use super::officers::{colleagues, pin_input};
use super::refusals::beside;
use crate::interview::Stage;
use crate::kit::OfficerRole;

pub(super) async fn show(at: At) -> Or<Response> {
    ask(&at, &Posted::default(), Vec::new()).await
}

/// `POST …/approve`. The first officer stays in the seat.
pub(super) async fn save(at: At, form: Pairs) -> Or<Response> {
    let posted = at.officer.posted(form)?;
    let Ok(supervisor) = posted.text("officer").parse::<OfficerId>() else {
        let text = at.officer.words().t("officers.choose").to_owned();
        return ask(&at, &posted, vec![Fault { id: "officer".to_owned(), text }]).await;
    };
    let (of, pin) = (at.of, posted.text("pin").to_owned());
    let saved = at.officer.kit(move |kit, now, rng| kit.approve(of, supervisor, &pin, now, rng));
    match saved.await? {
        Ok(()) => Ok(at.officer.go_to(&address(of, "check"))),
        Err(refused) => {
            let faults = at.officer.refused(of, &refused)?;
            let id = match refused.code() {
                "capture.approval_same_officer" | "kit.not_supervisor" => "officer",
                _ => "pin",
            };
            ask(&at, &posted, beside(id, faults)).await
        }
    }
}

async fn ask(at: &At, posted: &Posted, faults: Vec<Fault>) -> Or<Response> {
    let opened = at.open(Stage::Check).await?;
    let officer = &at.officer;
    let w = officer.words();
    let of = at.of;
    let looked = officer.kit(move |kit, now, _| {
        let mut cards = kit.officer_cards()?;
        cards.retain(|card| card.role == OfficerRole::Supervisor);
        Ok((kit.approval_needed(of, now)?, cards))
    });
    let (causes, cards) = match looked.await? {
        Ok(found) => found,
        Err(refused) => {
            let faults = officer.refused(of, &refused)?;
            return super::check::ask(at, faults).await;
        }
    };
    if causes.is_empty() {
        return Ok(officer.go_to(&address(of, "check")));
    }
    let mut view = at.view(&opened, Stage::Check, Some(w.t("approve.title")));
    for cause in causes {
        view.lead.push(w.t(&format!("approve.{}", cause.as_str())).to_owned());
    }
    view.lead.push(w.t("approve.lead").to_owned());
    let error = |id: &str| faults.iter().find(|f| f.id == id).map(|f| f.text.clone());
    view.fields = vec![
        Field::Radios(Radios {
            question: Question::new("officer", w.t("approve.officer")).error(error("officer")),
            choices: colleagues(&cards, officer.seat.officer, posted),
            ..Radios::default()
        }),
        Field::Text(pin_input(Question::new("pin", w.t("approve.pin")).error(error("pin")))),
    ];
    view.faults = faults;
    view.back = Some(address(of, "check"));
    view.action = address(of, "approve");
    Ok(officer.show(view))
}
