//! The page of codes: what is to be held up, what was read, and what became of it.

use axum::response::Response;
use niims_country::{CountryPack, FormKind};
use niims_web::{Button, Fault, SectionRows, date_time};

use super::guest::Or;
use super::interview::{At, Opened, address};
use super::view::{FormView, Photo, Preview, row};
use crate::interview::{Stage, Taken};

pub(super) async fn ask(at: &At, faults: Vec<Fault>) -> Or<Response> {
    ask_with(at, faults, None).await
}

/// The same; `other` is the kind of a form that belongs to another interview.
pub(super) async fn ask_with(at: &At, faults: Vec<Fault>, other: Option<FormKind>) -> Or<Response> {
    let opened = at.open(Stage::Questions).await?;
    let officer = &at.officer;
    let w = officer.words();
    let mut view = at.view(&opened, Stage::Questions, Some(w.t("prefill.title")));
    view.back = Some(address(at.of, ""));
    view.buttons = Vec::new();
    let is_told = faults.is_empty() && opened.interview.prefill.told.is_some();
    view.faults = faults;
    if is_told {
        told(at, &opened, &mut view);
    } else {
        view.lead.push(w.t("prefill.lead").to_owned());
    }
    progress(at, &opened, &mut view);
    if let Some(kind) = other {
        let form = w.t(&format!("form.{}", kind.as_str())).to_owned();
        let words = w.fill_one("prefill.begin_other", "form", &form);
        view.links.push((words, format!("/begin?form={}", kind.as_str())));
    }
    let is_photo_alone = officer.pages.devices.is_none();
    if !is_told && !is_photo_alone {
        let address = |part: &str| address(at.of, &format!("prefill/{part}"));
        view.preview =
            Some(Preview { address: address("preview"), text: w.t("prefill.preview").to_owned() });
        view.action = address("scan");
        view.buttons = vec![Button::send(w.t("prefill.scan")).key('s')];
    }
    let label = if is_photo_alone { "prefill.file" } else { "prefill.or_file" };
    view.photo = (!is_told).then(|| Photo {
        address: address(at.of, "prefill/photo"),
        label: w.t(label).to_owned(),
        button: w.t("prefill.read_photo").to_owned(),
    });
    Ok(officer.show(view))
}

/// Which codes are still to be read, and the way to begin anew.
fn progress(at: &At, opened: &Opened, view: &mut FormView<'_>) {
    let w = at.officer.words();
    let gathered = &opened.interview.prefill.gathered;
    let missing = gathered.missing();
    let Some(progress) = gathered.progress().filter(|_| !missing.is_empty()) else { return };
    let missing = missing.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    let (read, of) = (progress.read.to_string(), progress.of.to_string());
    let blanks = [("read", read.as_str()), ("of", of.as_str()), ("missing", missing.as_str())];
    view.lead.push(w.fill("prefill.progress", &blanks));
    view.other = vec![(address(at.of, "prefill/anew"), w.t("prefill.anew").to_owned())];
}

/// What became of the form that was read.
fn told(at: &At, opened: &Opened, view: &mut FormView<'_>) {
    let w = at.officer.words();
    let prefill = &opened.interview.prefill;
    let Some(told) = &prefill.told else { return };
    if let Some(number) = &prefill.paper_form {
        view.lead.push(w.fill_one("prefill.paper", "number", number.shown()));
    }
    if let Some(seen) = told.seen_before {
        let offset = at.officer.pack.settings().utc_offset;
        let when = date_time(at.officer.shell_words(), seen, offset);
        view.lead.push(w.fill_one("prefill.seen_before", "at", &when));
    }
    if !told.taken.is_empty() {
        let count = told.taken.len().to_string();
        view.lead.push(w.fill_one("prefill.taken", "count", &count));
    }
    if told.other_pack {
        view.lead.push(w.t("prefill.other_pack").to_owned());
    }
    if told.left_out > 0 {
        view.lead.push(w.fill_one("prefill.left_out", "count", told.left_out.to_string()));
    }
    view.sections.extend(lists(at, told));
    view.other = vec![(address(at.of, "prefill/anew"), w.t("prefill.another").to_owned())];
    view.buttons = vec![Button::go_to(w.t("continue"), address(at.of, ""))];
}

/// Questions that need somebody's eye, by what is the matter with them.
fn lists(at: &At, told: &Taken) -> Vec<SectionRows> {
    let w = at.officer.words();
    let pack: &CountryPack = &at.officer.pack;
    let label = |id: &String| pack.label(at.officer.language(), id).to_owned();
    let one = |title: &str, hint: &str, ids: &[String]| {
        (!ids.is_empty()).then(|| SectionRows {
            title: title.to_owned(),
            rows: ids.iter().map(|id| row(&label(id), hint)).collect(),
        })
    };
    [
        one(w.t("prefill.faulty"), w.t("prefill.faulty_hint"), &told.faulty),
        one(w.t("prefill.differ"), w.t("prefill.differ_hint"), &told.differ),
        one(w.t("prefill.kept"), w.t("prefill.kept_hint"), &told.kept),
    ]
    .into_iter()
    .flatten()
    .collect()
}
