//! Evidence without a form: for held cases and for replay.

use niims_web::{Cell, Column, Table};
use niims_wire::desk::{CandidateShown, EvidenceShown, ImageOf, SideOf};

use super::list::{Item, row};
use super::{images, likeness, open_cases, prints, said, sides};
use crate::http::Colleague;

/// The applicant beside each candidate. `address` says where an image is, if it is anywhere.
pub(super) fn items(
    colleague: &Colleague,
    shown: &EvidenceShown,
    address: impl Fn(SideOf, ImageOf) -> Option<String>,
) -> Vec<Item> {
    let w = colleague.words();
    let pictures = |of: SideOf| {
        let named = open_cases::images(shown).into_iter().filter(|(side, _)| *side == of);
        let found = named.filter_map(|(side, image)| {
            let side_name = match side {
                SideOf::Applicant => w.t("case.applicant"),
                SideOf::Candidate { .. } => w.t("case.candidate"),
            };
            let what = said::image(w, image);
            Some((address(side, image)?, format!("{side_name}: {what}")))
        });
        found.collect::<Vec<_>>()
    };
    if shown.candidates.is_empty() {
        return vec![Item {
            heading: format!("{} {}", w.t("case.applicant"), shown.applicant.application_number),
            tables: vec![records(colleague, shown, None)],
            images: pictures(SideOf::Applicant),
            ..Item::default()
        }];
    }
    let item = |(index, candidate): (usize, &CandidateShown)| {
        let mut all = pictures(SideOf::Applicant);
        all.extend(pictures(SideOf::Candidate { index }));
        let fingers = candidate.fingers.iter().flat_map(|fingers| &fingers.pairs);
        let fingers = fingers.map(|pair| {
            let title = prints::title(colleague, pair.applicant, pair.candidate);
            row(&title, likeness::finger(w, pair))
        });
        Item {
            heading: format!("{} {}", w.t("case.candidate"), candidate.side.application_number),
            rows: fingers.collect(),
            tables: vec![records(colleague, shown, Some(candidate))],
            images: all,
            ..Item::default()
        }
    };
    shown.candidates.iter().enumerate().map(item).collect()
}

fn records(colleague: &Colleague, shown: &EvidenceShown, beside: Option<&CandidateShown>) -> Table {
    let w = colleague.words();
    let pack = &colleague.accounts().pack;
    let rows = sides::rows(w, pack, &shown.applicant, beside);
    let same = w.t("difference.same");
    let mut columns = vec![Column::new(w.t("case.field")), Column::new(w.t("case.applicant"))];
    if beside.is_some() {
        columns.push(Column::new(w.t("case.candidate")));
        columns.push(Column::new(w.t("case.difference")));
    }
    let cells = |row: sides::Row| {
        let mut cells = vec![Cell::new(row.label), Cell::new(row.applicant)];
        if beside.is_some() {
            cells.push(Cell::new(row.candidate));
            cells.push(Cell::new(if row.difference.is_empty() {
                same.to_owned()
            } else {
                row.difference
            }));
        }
        cells
    };
    Table {
        caption: w.t("case.records").to_owned(),
        columns,
        rows: rows.into_iter().map(cells).collect(),
        is_small: true,
        ..Table::default()
    }
}

/// Where an image of a replayed opening is.
pub(super) fn replay_address(view: niims_record::ViewId, side: SideOf, image: ImageOf) -> String {
    format!(
        "/staff/desk/replay-images/{view}/{}/{}",
        images::side_name(side),
        images::image_name(image)
    )
}
