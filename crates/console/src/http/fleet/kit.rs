//! `/staff/fleet/kits/{kit}`: one kit, and what may be done to it.

use axum::extract::{Form as Fields, Path};
use axum::response::Response;
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use niims_record::KitId;
use niims_record::fleet::{KitAct, KitState, RevocationReason};
use niims_record::staff::Action;
use niims_web::{Button, Choice, Fault, Field, Question, Radios, Row, TextInput};
use niims_wire::fleet::KitShown;
use serde::Deserialize;

use super::new_kit::show_codes;
use super::{may_at, place_text, user_name};
use crate::http::Colleague;
use crate::http::desk::list::{Form, List, row, show as show_list, told};

/// Hours for which a revoked kit may hand in: two weeks.
const HAND_IN_HOURS: i64 = 14 * 24;

/// What the forms post.
#[derive(Deserialize)]
pub(super) struct ActForm {
    #[serde(default)]
    act: String,
    #[serde(default)]
    why: String,
    /// Date and time on the country's clocks, as `2027-03-04 14:30`.
    #[serde(default)]
    since: String,
}

/// `GET /staff/fleet/kits/{kit}`.
pub(super) async fn show(colleague: Colleague, Path(kit): Path<String>) -> Response {
    match find(&colleague, &kit, Action::ReadFleet).await {
        Ok(kit) => page(&colleague, kit, (None, Vec::new())).await,
        Err(response) => *response,
    }
}

/// `POST …/act`: suspends, resumes, revokes, or opens the hand-in.
pub(super) async fn act(
    colleague: Colleague,
    Path(kit): Path<String>,
    Fields(form): Fields<ActForm>,
) -> Response {
    let kit = match find(&colleague, &kit, Action::ChangeFleet).await {
        Ok(kit) => kit,
        Err(response) => return *response,
    };
    let Some(act) = read(&colleague, &form) else {
        let fault = Fault::of("since", colleague.words().t("kit.since_unreadable"));
        return page(&colleague, kit, (None, vec![fault])).await;
    };
    let (id, officer, now) = (kit.line.kit, colleague.officer(), colleague.now());
    let outcome = colleague.desk().act(id, act, officer, now).await;
    let done = colleague.words().t("kit.done").to_owned();
    let told = match told(&colleague, "since", outcome, &done) {
        Ok(told) => told,
        Err(response) => return *response,
    };
    again(&colleague, id, told).await
}

/// `POST …/code`: another one-time code.
pub(super) async fn renew_code(colleague: Colleague, Path(kit): Path<String>) -> Response {
    let kit = match find(&colleague, &kit, Action::ChangeFleet).await {
        Ok(kit) => kit.line.kit,
        Err(response) => return *response,
    };
    match colleague.desk().renew_code(kit, colleague.officer(), colleague.now()).await {
        Ok(made) => show_codes(&colleague, &made),
        Err(problem) => colleague.show_refusal(&problem),
    }
}

/// The kit, if it stands where this member of staff may do this.
pub(super) async fn find(
    colleague: &Colleague,
    kit: &str,
    action: Action,
) -> Result<KitShown, Box<Response>> {
    let Ok(id) = kit.parse::<KitId>() else {
        return Err(Box::new(colleague.show_problem(404, "fleet.no_such_kit")));
    };
    let found = colleague.desk().kit(id, colleague.officer()).await;
    let found = found.map_err(|problem| Box::new(colleague.show_refusal(&problem)))?;
    if !may_at(colleague, action, found.line.place.as_deref()) {
        return Err(Box::new(colleague.show_problem(403, "staff.other_place")));
    }
    Ok(found)
}

fn read(colleague: &Colleague, form: &ActForm) -> Option<KitAct> {
    let now = colleague.now();
    Some(match form.act.as_str() {
        "suspend" => KitAct::Suspend,
        "resume" => KitAct::Resume,
        "renew" => KitAct::Renew,
        "hand_in" => KitAct::HandIn {
            until: now.saturating_add(SignedDuration::from_hours(HAND_IN_HOURS)).ok()?,
        },
        "revoke" => {
            let civil: DateTime = form.since.trim().parse().ok()?;
            let offset = colleague.accounts().pack.settings().utc_offset;
            let since = offset.to_timestamp(civil).ok()?;
            KitAct::Revoke { why: RevocationReason::from_name(&form.why)?, since }
        }
        _ => return None,
    })
}

/// The page of a kit that was just changed.
pub(super) async fn again(
    colleague: &Colleague,
    kit: KitId,
    told: (Option<String>, Vec<Fault>),
) -> Response {
    match find(colleague, &kit.to_string(), Action::ReadFleet).await {
        Ok(kit) => page(colleague, kit, told).await,
        Err(response) => *response,
    }
}

pub(super) async fn page(
    colleague: &Colleague,
    kit: KitShown,
    (done, faults): (Option<String>, Vec<Fault>),
) -> Response {
    let w = colleague.words();
    let id = kit.line.kit;
    let may_change = may_at(colleague, Action::ChangeFleet, kit.line.place.as_deref());
    let custodian = match kit.custodian {
        Some(officer) => user_name(colleague, officer).await,
        None => w.t("fleet.never").to_owned(),
    };
    let mut rows = facts(colleague, &kit);
    rows.insert(2, row(w.t("fleet.custodian"), custodian));
    let item = crate::http::desk::list::Item {
        heading: kit.line.serial.clone(),
        lines: lines(colleague, &kit),
        rows,
        ..Default::default()
    };
    let team = crate::http::desk::list::Item {
        heading: w.t("kit.officers").to_owned(),
        rows: super::team::rows(colleague, &kit).await,
        ..Default::default()
    };
    let list = List {
        back: "/staff/fleet".to_owned(),
        done,
        faults,
        items: vec![item, team],
        links: links(colleague, &kit),
        forms: if may_change { forms(colleague, &kit).await } else { Vec::new() },
        ..List::default()
    };
    show_list(colleague, w.t("kit.title"), &format!("/staff/fleet/kits/{id}"), list)
}

/// Where its packets wait for a decision.
fn links(colleague: &Colleague, kit: &KitShown) -> Vec<(String, String)> {
    if kit.set_aside == 0 {
        return Vec::new();
    }
    let words = colleague.words().fill_one("kit.aside_link", "count", kit.set_aside);
    vec![(format!("/staff/fleet/kits/{}/packets", kit.line.kit), words)]
}

fn facts(colleague: &Colleague, kit: &KitShown) -> Vec<Row> {
    let w = colleague.words();
    let state = w.find(&format!("kit_state.{}", kit.line.state.name())).unwrap_or_default();
    let chain =
        [("filled", &*kit.places_filled.to_string()), ("last", &*kit.last_place.to_string())];
    let mut rows = vec![
        row(w.t("fleet.state"), state),
        row(w.t("fleet.place"), place_text(colleague, kit.line.place.as_deref())),
        row(w.t("fleet.campaign"), kit.campaign.as_deref().unwrap_or(w.t("fleet.no_campaign"))),
        row(w.t("kit.registered"), colleague.when(kit.registered_at)),
        row(w.t("kit.officers"), kit.team.len().to_string()),
        row(w.t("kit.chain"), w.fill("kit.chain_text", &chain)),
    ];
    if let KitState::Active { until: Some(until) } = kit.line.state {
        rows.push(row(w.t("kit.until"), colleague.when(until)));
    }
    let Some((contact, at)) = &kit.contact else {
        rows.push(row(w.t("kit.contact"), w.t("fleet.never")));
        return rows;
    };
    let battery = match contact.battery_percent {
        Some(percent) => format!("{percent} %"),
        None => w.t("kit.no_battery").to_owned(),
    };
    rows.extend([
        row(w.t("kit.contact"), colleague.when(*at)),
        row(w.t("kit.software"), contact.software.clone()),
        row(w.t("kit.country_pack"), contact.country_pack.clone()),
        row(w.t("kit.sealed"), contact.chain_place.to_string()),
        row(w.t("kit.waiting"), contact.waiting.to_string()),
        row(w.t("kit.drafts"), contact.drafts.to_string()),
        row(w.t("kit.battery"), battery),
        row(w.t("kit.free"), format!("{} MB", contact.free_bytes / 1_000_000)),
    ]);
    rows
}

/// What a revocation means for the packets of the kit.
fn lines(colleague: &Colleague, kit: &KitShown) -> Vec<String> {
    let w = colleague.words();
    let KitState::Revoked { since, why, hand_in_until } = kit.line.state else {
        return Vec::new();
    };
    let reason = w.find(&format!("kit_why.{}", why.name())).unwrap_or_default();
    let since = colleague.when(since);
    let blanks = [("why", reason), ("since", &*since)];
    let mut lines =
        vec![w.fill("kit.revoked_text", &blanks), w.fill_one("kit.aside", "count", kit.set_aside)];
    lines.push(if why.in_good_hands() {
        w.t("kit.earlier_taken").to_owned()
    } else {
        w.t("kit.earlier_wait").to_owned()
    });
    if kit.numbered_aside > 0 {
        lines.push(w.fill_one("kit.numbered_aside", "count", kit.numbered_aside));
    }
    if let Some(until) = hand_in_until {
        lines.push(w.fill_one("kit.hand_in_open", "until", colleague.when(until)));
    }
    lines
}

async fn forms(colleague: &Colleague, kit: &KitShown) -> Vec<Form> {
    let w = colleague.words();
    let path = format!("/staff/fleet/kits/{}", kit.line.kit);
    let plain = |act: &str, title: &str, button: Button| Form {
        title: title.to_owned(),
        hidden: vec![("act", act.to_owned())],
        buttons: vec![button],
        ..Form::post(format!("{path}/act"))
    };
    let suspend =
        || plain("suspend", w.t("kit.suspend"), Button::send(w.t("kit.suspend")).secondary());
    let mut forms = match kit.line.state {
        KitState::Registered { .. } => vec![Form {
            title: w.t("kit.code").to_owned(),
            buttons: vec![Button::send(w.t("kit.code")).secondary()],
            ..Form::post(format!("{path}/code"))
        }],
        KitState::Active { .. } => vec![
            suspend(),
            plain("renew", w.t("kit.renew_title"), Button::send(w.t("kit.renew")).secondary()),
        ],
        KitState::Suspended { .. } => {
            vec![plain("resume", w.t("kit.resume"), Button::send(w.t("kit.resume")))]
        }
        KitState::Revoked { .. } => {
            let button = Button::send(w.t("kit.hand_in")).secondary();
            return vec![plain("hand_in", w.t("kit.hand_in_title"), button)];
        }
    };
    forms.extend(super::team::forms(colleague, kit).await);
    forms.push(super::assign::form(colleague, kit).await);
    forms.push(Form {
        fields: revoke_fields(colleague),
        ..plain("revoke", w.t("kit.revoke_title"), Button::send(w.t("kit.revoke")).warning())
    });
    forms
}

fn revoke_fields(colleague: &Colleague) -> Vec<Field> {
    let w = colleague.words();
    let choice = |why: RevocationReason| {
        let label = w.find(&format!("kit_why.{}", why.name())).unwrap_or_default();
        Choice::new(why.name(), label)
    };
    let why = Radios {
        question: Question::new("why", w.t("kit.why")),
        choices: RevocationReason::ALL.map(choice).to_vec(),
        ..Radios::default()
    };
    let since = TextInput {
        question: Question::new("since", w.t("kit.since")).hint(w.t("kit.since_hint")),
        value: local(colleague, colleague.now()),
        max_length: 16,
        width: 20,
        ..TextInput::default()
    };
    vec![Field::Radios(why), Field::Text(since)]
}

/// A moment as the form writes it.
fn local(colleague: &Colleague, at: Timestamp) -> String {
    let offset = colleague.accounts().pack.settings().utc_offset;
    offset.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string()
}
