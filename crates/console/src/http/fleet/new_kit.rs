//! `/staff/fleet/new-kit`: registers a kit and shows its one-time code, once.

use axum::extract::Form as Fields;
use axum::response::Response;
use niims_record::staff::{Action, UserName};
use niims_web::{Button, Fault, Field, Question, TextInput, Textarea};
use niims_wire::fleet::{
    Assignment, KitCodes, LONGEST_CAMPAIGN, LONGEST_SERIAL, MOST_OFFICERS, NewKit, OfficerWord,
};
use serde::Deserialize;

use super::assign::LONGEST_PLACE;
use super::may_at;
use crate::http::Colleague;
use crate::http::desk::list::{Form, Item, List, row, show as show_list};

const PATH: &str = "/staff/fleet/new-kit";
/// Longest list of officers that is read, characters.
const LONGEST_LIST: usize = (UserName::LONGEST + 2) * MOST_OFFICERS;

/// What the form posts.
#[derive(Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    serial: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    custodian: String,
    #[serde(default)]
    campaign: String,
    #[serde(default)]
    officers: String,
}

/// `GET /staff/fleet/new-kit`.
pub(super) async fn show(colleague: Colleague) -> Response {
    ask(&colleague, &Typed::default(), None)
}

/// `POST /staff/fleet/new-kit`.
pub(super) async fn send(colleague: Colleague, Fields(typed): Fields<Typed>) -> Response {
    let place = typed.place.trim();
    if !may_at(&colleague, Action::ChangeFleet, Some(place)) {
        let text = refusal(&colleague, "fleet.place");
        return ask(&colleague, &typed, Some(("place", &text)));
    }
    let lines = typed.officers.split([',', '\n', ' ']).map(str::trim);
    let new = NewKit {
        serial: typed.serial.clone(),
        assignment: Assignment {
            custodian: typed.custodian.clone(),
            place: place.to_owned(),
            campaign: typed.campaign.clone(),
        },
        officers: lines.filter(|name| !name.is_empty()).map(str::to_owned).collect(),
    };
    let (officer, now) = (colleague.officer(), colleague.now());
    match colleague.desk().register_kit(new, officer, now).await {
        Ok(made) => show_codes(&colleague, &made),
        Err(problem) => {
            let field = match problem.code.as_str() {
                "fleet.serial" | "fleet.serial_known" => "serial",
                "fleet.place" => "place",
                "fleet.custodian" => "custodian",
                "fleet.campaign" => "campaign",
                "fleet.officers" => "officers",
                _ => return colleague.show_refusal(&problem),
            };
            ask(&colleague, &typed, Some((field, &colleague.refusal_text(&problem))))
        }
    }
}

/// The page that shows a code and the officers' words. Neither is kept: another visit needs others.
pub(super) fn show_codes(colleague: &Colleague, made: &KitCodes) -> Response {
    let w = colleague.words();
    let page = format!("/staff/fleet/kits/{}", made.kit);
    let code = Item {
        heading: w.t("new_kit.code").to_owned(),
        rows: vec![row(w.t("new_kit.code"), made.code.text())],
        lines: vec![w.t("new_kit.code_note").to_owned()],
        ..Item::default()
    };
    let list = List {
        back: page.clone(),
        text: w.t("new_kit.code_text").to_owned(),
        items: vec![code, words(colleague, &made.words)],
        links: vec![(page, w.t("new_kit.on").to_owned())],
        ..List::default()
    };
    show_list(colleague, w.t("new_kit.code_title"), "/staff/fleet", list)
}

/// Words of officers, each beside the user name.
pub(super) fn words(colleague: &Colleague, words: &[OfficerWord]) -> Item {
    let w = colleague.words();
    Item {
        heading: w.t("new_kit.words").to_owned(),
        rows: words.iter().map(|one| row(&one.user_name, one.word.text())).collect(),
        lines: vec![w.t("new_kit.words_note").to_owned()],
        ..Item::default()
    }
}

fn refusal(colleague: &Colleague, code: &str) -> String {
    colleague.refusal_text(&niims_wire::Problem::new(422, code, code))
}

fn ask(colleague: &Colleague, typed: &Typed, fault: Option<(&str, &str)>) -> Response {
    let w = colleague.words();
    let error =
        |name: &str| fault.filter(|(field, _)| *field == name).map(|(_, text)| text.to_owned());
    let line = |name: &str, label: &str, hint: &str, value: &str, longest: usize| {
        Field::Text(TextInput {
            question: Question::new(name, label).hint(hint).error(error(name)),
            value: value.chars().take(longest).collect(),
            max_length: longest,
            width: 20,
            ..TextInput::default()
        })
    };
    let officers = Field::Textarea(Textarea {
        question: Question::new("officers", w.t("new_kit.officers"))
            .hint(w.t("new_kit.officers_hint"))
            .error(error("officers")),
        value: typed.officers.chars().take(LONGEST_LIST).collect(),
        rows: 4,
        max_length: LONGEST_LIST,
    });
    let longest = UserName::LONGEST;
    let (serial, place) = (w.t("fleet.serial"), w.t("fleet.place"));
    let custodian = w.t("fleet.custodian");
    let (campaign, campaign_hint) = (w.t("fleet.campaign"), w.t("new_kit.campaign_hint"));
    let form = Form {
        title: w.t("new_kit.form").to_owned(),
        fields: vec![
            line("serial", serial, w.t("new_kit.serial_hint"), &typed.serial, LONGEST_SERIAL),
            line("place", place, w.t("new_kit.place_hint"), &typed.place, LONGEST_PLACE),
            line("custodian", custodian, w.t("new_kit.user_hint"), &typed.custodian, longest),
            line("campaign", campaign, campaign_hint, &typed.campaign, LONGEST_CAMPAIGN),
            officers,
        ],
        buttons: vec![Button::send(w.t("new_kit.send"))],
        ..Form::post(PATH)
    };
    let list = List {
        back: "/staff/fleet".to_owned(),
        text: w.t("new_kit.text").to_owned(),
        faults: fault.iter().map(|(field, text)| Fault::of(field, *text)).collect(),
        forms: vec![form],
        ..List::default()
    };
    show_list(colleague, w.t("new_kit.title"), PATH, list)
}
