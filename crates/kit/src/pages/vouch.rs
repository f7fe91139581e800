//! `/interviews/{id}/vouch`: a second officer looks at what cannot be taken, and says so by PIN.

use axum::response::Response;
use niims_country::CodeList;
use niims_record::OfficerId;
use niims_web::{Choice, Fault, Field, Posted, Question, Radios, Select};

use super::guest::{Or, Pairs};
use super::interview::{At, address};
use super::officers::{colleagues, pin_input};
use super::refusals::beside;
use crate::interview::{Stage, Vouching};

pub(super) async fn show(at: At) -> Or<Response> {
    ask(&at, &Posted::default(), Vec::new()).await
}

/// `POST …/vouch`. The first officer stays in the seat.
pub(super) async fn save(at: At, form: Pairs) -> Or<Response> {
    let posted = at.officer.posted(form)?;
    let Ok(officer) = posted.text("officer").parse::<OfficerId>() else {
        let text = at.officer.words().t("officers.choose").to_owned();
        return ask(&at, &posted, vec![Fault { id: "officer".to_owned(), text }]).await;
    };
    let vouching = Vouching {
        officer,
        pin: posted.text("pin").to_owned(),
        reason: posted.text("reason").to_owned(),
    };
    let of = at.of;
    let saved = at.officer.kit(move |kit, now, rng| kit.vouch_for(of, &vouching, now, rng)).await?;
    match saved {
        Ok(()) => Ok(at.officer.go_to(&address(of, ""))),
        Err(refused) => {
            let faults = at.officer.refused(of, &refused)?;
            let id = match refused.code() {
                "capture.exception_same_officer" => "officer",
                "capture.exception_reason_unknown" => "reason",
                _ => "pin",
            };
            ask(&at, &posted, beside(id, faults)).await
        }
    }
}

async fn ask(at: &At, posted: &Posted, faults: Vec<Fault>) -> Or<Response> {
    let opened = at.open(Stage::Body).await?;
    let officer = &at.officer;
    let w = officer.words();
    let cards = officer.kit(|kit, _, _| kit.officer_cards()).await?.unwrap_or_default();
    let mut view = at.view(&opened, Stage::Body, Some(w.t("vouch.title")));
    view.lead.push(w.t("vouch.lead").to_owned());
    let error = |id: &str| faults.iter().find(|f| f.id == id).map(|f| f.text.clone());
    let list = officer.pack.code_list(crate::capture::fingers::REASON_LIST);
    let reasons = list
        .into_iter()
        .flat_map(CodeList::codes)
        .map(|code| {
            let label = code.labels.get(officer.language()).unwrap_or(&code.code);
            let is_chosen = posted.text("reason") == code.code;
            Choice { is_chosen, ..Choice::new(&code.code, label) }
        })
        .collect();
    view.fields = vec![
        Field::Select(Select {
            question: Question::new("reason", w.t("vouch.reason")).error(error("reason")),
            choices: reasons,
            empty: Some(officer.shell_words().t("shell.choose").to_owned()),
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
    view.action = address(at.of, "vouch");
    Ok(officer.show(view))
}
