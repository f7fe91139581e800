//! `/staff/fleet/kits/{kit}/packets`: packets of a kit that is no longer believed, and what
//! somebody decides about them.

use axum::extract::{Form as Fields, Path};
use axum::response::Response;
use niims_record::PacketId;
use niims_record::fleet::PacketDecision;
use niims_record::staff::Action;
use niims_web::{Button, Checkboxes, Choice, Fault, Field, Question, Textarea};
use niims_wire::fleet::{AsidePacket, KitShown, LONGEST_ALARM_NOTE};

use super::{Posted, kit as kit_page, may_at};
use crate::http::Colleague;
use crate::http::desk::list::{Form, List, show as show_list, told};

/// Stands for all that the page shows.
const ALL: &str = "all";

/// `GET /staff/fleet/kits/{kit}/packets`.
pub(super) async fn show(colleague: Colleague, Path(kit): Path<String>) -> Response {
    match kit_page::find(&colleague, &kit, Action::ReadFleet).await {
        Ok(kit) => page(&colleague, &kit, (None, Vec::new())).await,
        Err(response) => *response,
    }
}

/// `POST /staff/fleet/kits/{kit}/packets`: takes or refuses what was chosen.
pub(super) async fn decide(
    colleague: Colleague,
    Path(kit): Path<String>,
    Fields(form): Fields<Posted>,
) -> Response {
    let kit = match kit_page::find(&colleague, &kit, Action::ChangeFleet).await {
        Ok(kit) => kit,
        Err(response) => return *response,
    };
    let value = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    let decision = value("decision").and_then(|name| PacketDecision::from_name(name));
    let Some(decision) = decision else {
        return page(&colleague, &kit, (None, Vec::new())).await;
    };
    let chosen = match chosen(&colleague, &kit, &form).await {
        Ok(chosen) => chosen,
        Err(response) => return *response,
    };
    if chosen.is_empty() {
        let fault = Fault::of("packet", colleague.words().t("aside.choose"));
        return page(&colleague, &kit, (None, vec![fault])).await;
    }
    let note = value("note").map(String::as_str).unwrap_or_default();
    let (id, officer, now) = (kit.line.kit, colleague.officer(), colleague.now());
    let outcome =
        colleague.desk().decide_packets(id, &chosen, (decision, note), officer, now).await;
    let count = outcome.as_ref().copied().unwrap_or(0);
    let done = colleague.words().fill_one("aside.done", "count", count);
    match told(&colleague, "note", outcome.map(|_| ()), &done) {
        Ok(told) => page(&colleague, &kit, told).await,
        Err(response) => *response,
    }
}

/// The packets that were chosen on the page: marked ones, or all that it shows.
async fn chosen(
    colleague: &Colleague,
    kit: &KitShown,
    form: &Posted,
) -> Result<Vec<PacketId>, Box<Response>> {
    let marked = form.iter().filter(|(name, _)| name == "packet").map(|(_, value)| value);
    if marked.clone().any(|value| value == ALL) {
        let waiting = colleague.desk().set_aside(kit.line.kit, colleague.officer()).await;
        let waiting = waiting.map_err(|problem| Box::new(colleague.show_refusal(&problem)))?;
        return Ok(waiting.into_iter().map(|packet| packet.packet).collect());
    }
    Ok(marked.filter_map(|value| value.parse().ok()).collect())
}

async fn page(
    colleague: &Colleague,
    kit: &KitShown,
    (done, faults): (Option<String>, Vec<Fault>),
) -> Response {
    let waiting = match colleague.desk().set_aside(kit.line.kit, colleague.officer()).await {
        Ok(waiting) => waiting,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let path = format!("/staff/fleet/kits/{}/packets", kit.line.kit);
    let mut list = List {
        back: format!("/staff/fleet/kits/{}", kit.line.kit),
        text: w.fill_one("aside.text", "serial", &kit.line.serial),
        done,
        ..List::default()
    };
    if waiting.is_empty() {
        w.t("aside.nothing").clone_into(&mut list.nothing);
    } else {
        let mut form = form(colleague, &waiting, &faults, &path);
        if !may_at(colleague, Action::ChangeFleet, kit.line.place.as_deref()) {
            form.buttons.clear();
            form.fields.truncate(1);
        }
        list.forms.push(form);
    }
    list.faults = faults;
    show_list(colleague, w.t("aside.title"), &path, list)
}

fn form(colleague: &Colleague, waiting: &[AsidePacket], faults: &[Fault], path: &str) -> Form {
    let w = colleague.words();
    let error = |id: &str| faults.iter().find(|fault| fault.id == id).map(|f| f.text.clone());
    let mut choices = vec![Choice::new(ALL, w.fill_one("aside.all", "count", waiting.len()))];
    choices.extend(waiting.iter().map(|packet| choice(colleague, packet)));
    let packets = Checkboxes {
        question: Question::new("packet", w.t("aside.packets")).error(error("packet")),
        choices,
        ..Checkboxes::default()
    };
    let note = Textarea {
        question: Question::new("note", w.t("aside.note")).error(error("note")),
        value: String::new(),
        rows: 3,
        max_length: LONGEST_ALARM_NOTE,
    };
    let button =
        |decision: PacketDecision, words: &str| Button::send_as(words, "decision", decision.name());
    Form {
        title: w.t("aside.form").to_owned(),
        fields: vec![Field::Checkboxes(packets), Field::Textarea(note)],
        buttons: vec![
            button(PacketDecision::Take, w.t("aside.take")),
            button(PacketDecision::Refuse, w.t("aside.refuse")).warning(),
        ],
        ..Form::post(path)
    }
}

fn choice(colleague: &Colleague, packet: &AsidePacket) -> Choice {
    let w = colleague.words();
    let why = w.find(&format!("aside.{}", packet.code)).unwrap_or_default();
    let reached = match packet.application_state.as_deref() {
        None => w.t("aside.not_opened"),
        Some("numbered") => w.t("aside.numbered"),
        Some(_) => w.t("aside.stopped"),
    };
    let place = packet.sequence.to_string();
    let at = colleague.when(packet.received_at);
    let label = w.fill("aside.packet", &[("place", &place), ("at", &at)]);
    Choice {
        hint: Some(format!("{why} {reached}")),
        ..Choice::new(packet.packet.to_string(), label)
    }
}
