//! `/staff/fleet/alarms`: the kits at which somebody must look, and why.

use axum::extract::Form as Fields;
use axum::response::Response;
use niims_record::KitAlarmId;
use niims_record::staff::Action;
use niims_web::{Button, Fault, Field, Question, Textarea};
use niims_wire::fleet::{AlarmShown, LONGEST_ALARM_NOTE};

use super::{Posted, may_at, place_text};
use crate::http::Colleague;
use crate::http::desk::list::{Form, Item, List, row, show as show_list, told};

const PATH: &str = "/staff/fleet/alarms";
/// Alarms on the page: more than a day's work.
const SHOWN: usize = 100;

/// The form of an alarm has a field with this stem and the alarm's id, for there are many on
/// the page.
const NOTE: &str = "note-";

/// `GET /staff/fleet/alarms`.
pub(super) async fn show(colleague: Colleague) -> Response {
    page(&colleague, (None, Vec::new())).await
}

/// `POST /staff/fleet/alarms`: settles one.
pub(super) async fn settle(colleague: Colleague, Fields(form): Fields<Posted>) -> Response {
    let note = form.iter().find_map(|(name, value)| Some((name.strip_prefix(NOTE)?, value)));
    let read = note.and_then(|(id, note)| Some((id.parse::<KitAlarmId>().ok()?, note)));
    let Some((id, note)) = read else {
        return colleague.show_problem(404, "fleet.no_such_alarm");
    };
    let (officer, now) = (colleague.officer(), colleague.now());
    let alarms = match colleague.desk().alarms(officer, now).await {
        Ok(alarms) => alarms,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    // An alarm at another place is none of this manager's.
    let ours = alarms.iter().any(|alarm| {
        alarm.event.as_ref().is_some_and(|event| event.alarm == id)
            && may_at(&colleague, Action::ChangeFleet, alarm.place.as_deref())
    });
    if !ours {
        return colleague.show_problem(404, "fleet.no_such_alarm");
    }
    let outcome = colleague.desk().settle_alarm(id, note, officer, now).await;
    let done = colleague.words().t("alarms.done").to_owned();
    match told(&colleague, &format!("{NOTE}{id}"), outcome, &done) {
        Ok(told) => page(&colleague, told).await,
        Err(response) => *response,
    }
}

async fn page(colleague: &Colleague, (done, faults): (Option<String>, Vec<Fault>)) -> Response {
    let alarms = match colleague.desk().alarms(colleague.officer(), colleague.now()).await {
        Ok(alarms) => alarms,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let mut lead = w.t("alarms.text").to_owned();
    let here = |alarm: &&AlarmShown| may_at(colleague, Action::ReadFleet, alarm.place.as_deref());
    let ours: Vec<&AlarmShown> = alarms.iter().filter(here).collect();
    if ours.len() > SHOWN {
        lead = format!("{lead} {}", w.fill_one("alarms.more", "count", ours.len()));
    }
    let list = List {
        back: "/staff/fleet".to_owned(),
        text: lead,
        nothing: w.t("alarms.nothing").to_owned(),
        items: ours.iter().take(SHOWN).map(|alarm| item(colleague, alarm, &faults)).collect(),
        done,
        faults,
        ..List::default()
    };
    show_list(colleague, w.t("alarms.title"), PATH, list)
}

fn item(colleague: &Colleague, alarm: &AlarmShown, faults: &[Fault]) -> Item {
    let w = colleague.words();
    let of_kind = |stem: &str| w.find(&format!("{stem}.{}", alarm.kind.name())).unwrap_or_default();
    let mut rows = vec![
        row(w.t("fleet.serial"), alarm.serial.clone()),
        row(w.t("fleet.place"), place_text(colleague, alarm.place.as_deref())),
    ];
    let mut forms = Vec::new();
    if let Some(event) = &alarm.event {
        rows.push(row(w.t("alarms.last"), colleague.when(event.last_at)));
        rows.push(row(w.t("alarms.times"), event.times.to_string()));
        if may_at(colleague, Action::ChangeFleet, alarm.place.as_deref()) {
            let id = format!("{NOTE}{}", event.alarm);
            let error = faults.iter().find(|fault| fault.id == id).map(|f| f.text.clone());
            forms.push(Form {
                fields: vec![Field::Textarea(Textarea {
                    question: Question::new(id, w.t("alarms.note")).error(error),
                    value: String::new(),
                    rows: 3,
                    max_length: LONGEST_ALARM_NOTE,
                })],
                buttons: vec![Button::send(w.t("alarms.settle"))],
                ..Form::post(PATH)
            });
        }
    }
    Item {
        heading: of_kind("alarm").to_owned(),
        address: Some(format!("/staff/fleet/kits/{}", alarm.kit)),
        rows,
        lines: vec![of_kind("alarm_advice").to_owned()],
        forms,
        ..Item::default()
    }
}
