//! `/staff/fleet/kits/{kit}/assign`: gives a kit to another custodian, place or campaign.

use axum::extract::{Form as Fields, Path};
use axum::response::Response;
use niims_record::staff::{Action, UserName};
use niims_web::{Button, Fault, Field, Question, TextInput};
use niims_wire::fleet::{Assignment, KitShown, LONGEST_CAMPAIGN};
use serde::Deserialize;

use super::{kit as kit_page, may_at, user_name};
use crate::http::Colleague;
use crate::http::desk::list::{Form, told};

/// Longest code of a place that is read, bytes.
pub(super) const LONGEST_PLACE: usize = 32;

/// What the form posts.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    custodian: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    campaign: String,
}

/// `POST /staff/fleet/kits/{kit}/assign`.
pub(super) async fn send(
    colleague: Colleague,
    Path(kit): Path<String>,
    Fields(typed): Fields<Typed>,
) -> Response {
    let kit = match kit_page::find(&colleague, &kit, Action::ChangeFleet).await {
        Ok(kit) => kit,
        Err(response) => return *response,
    };
    // Whoever has no duty at the new place cannot put a kit there.
    if !may_at(&colleague, Action::ChangeFleet, Some(typed.place.trim())) {
        let problem = niims_wire::Problem::new(422, "fleet.place", "no such place here");
        let fault = Fault::of("place", colleague.refusal_text(&problem));
        return kit_page::page(&colleague, kit, (None, vec![fault])).await;
    }
    let Typed { custodian, place, campaign } = typed;
    let (id, officer, now) = (kit.line.kit, colleague.officer(), colleague.now());
    let to = Assignment { custodian, place, campaign };
    let outcome = colleague.desk().assign_kit(id, to, officer, now).await;
    let field = outcome.as_ref().err().map_or("place", |problem| match problem.code.as_str() {
        "fleet.custodian" => "custodian",
        "fleet.campaign" => "campaign",
        _ => "place",
    });
    let done = colleague.words().t("kit.done").to_owned();
    match told(&colleague, field, outcome, &done) {
        Ok(told) => kit_page::again(&colleague, id, told).await,
        Err(response) => *response,
    }
}

/// The form, filled with how it is.
pub(super) async fn form(colleague: &Colleague, kit: &KitShown) -> Form {
    let w = colleague.words();
    let custodian = match kit.custodian {
        Some(officer) => user_name(colleague, officer).await,
        None => String::new(),
    };
    let line = |name: &str, label: &str, hint: &str, value: &str, longest: usize| {
        Field::Text(TextInput {
            question: Question::new(name, label).hint(hint),
            value: value.to_owned(),
            max_length: longest,
            width: 20,
            ..TextInput::default()
        })
    };
    let place = kit.line.place.as_deref().unwrap_or_default();
    let campaign = kit.campaign.as_deref().unwrap_or_default();
    let longest = UserName::LONGEST;
    let (user_hint, place_hint) = (w.t("new_kit.user_hint"), w.t("new_kit.place_hint"));
    let campaign_hint = w.t("new_kit.campaign_hint");
    Form {
        title: w.t("kit.assign_title").to_owned(),
        fields: vec![
            line("custodian", w.t("fleet.custodian"), user_hint, &custodian, longest),
            line("place", w.t("fleet.place"), place_hint, place, LONGEST_PLACE),
            line("campaign", w.t("fleet.campaign"), campaign_hint, campaign, LONGEST_CAMPAIGN),
        ],
        buttons: vec![Button::send(w.t("kit.assign")).secondary()],
        ..Form::post(format!("/staff/fleet/kits/{}/assign", kit.line.kit))
    }
}
