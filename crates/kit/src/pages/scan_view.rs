//! The page of a capture under way: what is asked next, the live picture, and every finger.

use axum::response::Response;
use niims_device::judge::{Advice, MOST_TRIES, Next, Suspicion};
use niims_device::vocabulary::SubDevice;
use niims_fingerprint::FingerPosition;
use niims_web::{Banner, Button, Cell, Column, Fault, Table};

use super::interview::{At, Opened, address};
use super::view::Preview;
use crate::interview::{PortraitScan, Scans, Stage, Told};

/// The checks of a portrait with a text below `photo`, as in `niims-face`.
#[cfg(test)]
pub(super) const PHOTO: &[&str] = &[
    "too_few_pixels",
    "background_uneven",
    "no_head",
    "several_heads",
    "head_too_small",
    "head_too_large",
    "head_off_centre",
    "too_dark",
    "too_bright",
    "flat",
    "lit_from_one_side",
    "blurred",
];

/// What is asked next.
enum Step {
    /// A part of the fingers: name for addresses and texts.
    Fingers(&'static str),
    /// A reason for fingers that could not be read.
    Reason,
    Portrait,
    /// Everything is there.
    Whole,
}

fn step(scans: &Scans) -> Step {
    let parts = [
        (SubDevice::RightSlap, "right"),
        (SubDevice::LeftSlap, "left"),
        (SubDevice::Thumbs, "thumbs"),
    ];
    let again = |finger: &FingerPosition| matches!(scans.next(*finger), Some(Next::Again { .. }));
    match parts.into_iter().find(|(part, _)| part.fingers().iter().any(again)) {
        Some((_, name)) => Step::Fingers(name),
        None if scans.unsettled().is_some() => Step::Reason,
        None if scans.portrait.is_none() => Step::Portrait,
        None => Step::Whole,
    }
}

pub(super) fn ask(at: &At, opened: &Opened, faults: Vec<Fault>) -> Response {
    let w = at.officer.words();
    let scans = &opened.interview.scans;
    let mut view = at.view(opened, Stage::Body, Some(w.t("body.title")));
    view.faults = faults;
    view.banner = banner(at, scans);
    view.below.push(table(at, scans));
    let scan = |what: &str| address(at.of, &format!("body/scan/{what}"));
    let preview = |part: &str| Preview {
        address: address(at.of, &format!("preview/{part}")),
        text: w.t("scan.preview").to_owned(),
    };
    match step(scans) {
        Step::Fingers(part) => {
            let key = format!("scan.{part}");
            view.lead.push(w.t(&key).to_owned());
            view.lead.push(w.t("scan.until").to_owned());
            view.preview = Some(preview(part));
            view.action = scan("fingers");
            view.buttons = vec![Button::send(w.t("scan.capture")).key('s')];
        }
        Step::Reason => {
            view.lead.push(w.t("scan.reason").to_owned());
            view.buttons =
                vec![Button::go_to(w.t("missing.title"), address(at.of, "body/missing"))];
        }
        Step::Portrait => {
            view.lead.push(w.t("scan.portrait").to_owned());
            view.preview = Some(preview("portrait"));
            view.action = scan("portrait");
            view.buttons = vec![Button::send(w.t("scan.photograph")).key('s')];
            view.other.push((address(at.of, "body"), w.t("scan.without_portrait").to_owned()));
        }
        Step::Whole => {
            view.lead.push(w.t("scan.whole").to_owned());
            view.action = address(at.of, "body");
            view.buttons = vec![Button::send(w.t("scan.take")).key('s')];
            view.other.push((scan("portrait"), w.t("scan.photograph_again").to_owned()));
        }
    }
    view.other.push((address(at.of, "body/devices"), w.t("scan.look").to_owned()));
    for note in &scans.missing {
        let words = w.fill_one("scan.present", "finger", label(at, note.position));
        view.other.push((address(at.of, &format!("body/present/{}", note.position)), words));
    }
    if !matches!(step(scans), Step::Reason) {
        view.links.push((w.t("missing.title").to_owned(), address(at.of, "body/missing")));
    }
    at.officer.show(view)
}

/// What the capture before gave: said at once, and before everything else.
fn banner(at: &At, scans: &Scans) -> Option<Banner> {
    let lines: Vec<String> = scans.told.iter().map(|told| told_text(at, told)).collect();
    (!lines.is_empty()).then(|| Banner {
        title: String::new(),
        text: lines.join(" "),
        is_success: false,
    })
}

fn told_text(at: &At, told: &Told) -> String {
    let text = words_of(at, &told.code);
    match told.finger {
        Some(finger) => format!("{}: {text}", label(at, finger)),
        None => text,
    }
}

fn words_of(at: &At, code: &str) -> String {
    let w = at.officer.words();
    let swahili = at.officer.language() == "sw";
    if let Some(advice) = Advice::from_code(code) {
        return if swahili { advice.swahili() } else { advice.english() }.to_owned();
    }
    if let Some(words) = Suspicion::words_of(code) {
        return words[usize::from(swahili)].to_owned();
    }
    match code {
        "capture.other_hand" => w.t("scan.other_hand").to_owned(),
        "portrait.earlier_kept" => w.t("scan.earlier_kept").to_owned(),
        other => w.find(other).unwrap_or(other).to_owned(),
    }
}

fn table(at: &At, scans: &Scans) -> Table {
    let w = at.officer.words();
    let mut rows: Vec<Vec<Cell>> =
        FingerPosition::all().into_iter().map(|finger| finger_row(at, scans, finger)).collect();
    rows.push(portrait_row(at, scans.portrait.as_ref()));
    Table {
        caption: w.t("scan.table").to_owned(),
        columns: vec![
            Column::new(w.t("scan.finger")),
            Column::new(w.t("scan.standing")),
            Column::new(w.t("scan.advice")),
        ],
        rows,
        ..Table::default()
    }
}

fn finger_row(at: &At, scans: &Scans, finger: FingerPosition) -> Vec<Cell> {
    let w = at.officer.words();
    let name = Cell::new(label(at, finger.code()));
    if let Some(note) = scans.missing(finger) {
        let reason = super::body::reason_label(at, &note.reason);
        return vec![name, Cell::new(reason), Cell::new(w.t("scan.explained"))];
    }
    let Some(held) = scans.finger(finger) else {
        return vec![name, Cell::new(w.t("scan.not_yet")), Cell::new("")];
    };
    let quality = held.kept.first().map_or_else(
        || w.t("scan.unreadable").to_owned(),
        |best| w.fill_one("body.quality", "quality", best.quality),
    );
    let (used, most) = (held.used.to_string(), MOST_TRIES.to_string());
    let tries = w.fill("scan.tries", &[("used", &used), ("most", &most)]);
    let next = match scans.next(finger) {
        Some(Next::Good) => w.t("scan.good").to_owned(),
        Some(Next::TakenAsItIs) => w.t("scan.as_it_is").to_owned(),
        Some(Next::NeedsReason) => w.t("scan.needs_reason").to_owned(),
        _ => {
            let advice: Vec<String> = held.advice.iter().map(|code| words_of(at, code)).collect();
            if advice.is_empty() { w.t("scan.again").to_owned() } else { advice.join(" ") }
        }
    };
    vec![name, Cell::new(quality).more(tries), Cell::new(next)]
}

fn portrait_row(at: &At, portrait: Option<&PortraitScan>) -> Vec<Cell> {
    let w = at.officer.words();
    let name = Cell::new(w.t("body.portrait"));
    let Some(held) = portrait else {
        return vec![name, Cell::new(w.t("scan.not_yet")), Cell::new("")];
    };
    let advice: Vec<String> = held.findings.iter().map(|code| words_of(at, code)).collect();
    let advice = if advice.is_empty() { w.t("scan.good").to_owned() } else { advice.join(" ") };
    let quality = w.fill_one("body.quality", "quality", held.quality);
    vec![name, Cell::new(quality), Cell::new(advice)]
}

/// A finger's name in the country's words.
pub(super) fn label(at: &At, position: u8) -> String {
    let Some(finger) = FingerPosition::from_code(position) else { return position.to_string() };
    let code = finger.name().to_ascii_uppercase();
    let list = at.officer.pack.code_list("fingers");
    let label = list.and_then(|list| list.label(&code, at.officer.language()));
    label.unwrap_or(finger.name()).to_owned()
}
