//! `/day`: the end of a day: counts, paper forms, the supervisor's signature, sealing, and the
//! way to the centre by line or by stick.

pub(super) mod actions;
pub(super) mod papers;
pub(super) mod report;
mod sending;

use axum::response::Response;
use niims_store::kit::DayCount;
use niims_web::{Banner, Button, Cell, Column, Field, Question, SectionRows, Table, TextInput};

use super::guest::{Instead, Officer, Or};
use super::home::form_key;
use super::view::{FormView, row};
use crate::close_day::PaperAgainst;
use crate::error::KitError;
use crate::kit::Kit;
use crate::pin::OfficerCard;

/// What the page shows.
struct Day {
    counts: Vec<DayCount>,
    papers: Vec<PaperAgainst>,
    cards: Vec<OfficerCard>,
    waiting: u64,
    unfinished: u64,
    /// Open interviews of officers who left.
    left: usize,
    packets: niims_store::kit::PacketCounts,
    progress: sending::Progress,
}

pub(super) async fn show(officer: Officer) -> Or<Response> {
    render(&officer, None).await
}

/// The page, with what was done just now.
async fn render(officer: &Officer, banner: Option<Banner>) -> Or<Response> {
    let found = officer.kit(|kit, now, _| look(kit, now)).await?;
    let Ok(day) = found else {
        let status = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
        return Err(Instead::of(officer.show_code(status, "web.internal")));
    };
    let w = officer.words();
    let title = w.t("day.title");
    let mut view = FormView::new(officer.page(title), w, Some(title.to_owned()));
    "/day".clone_into(&mut view.page.path);
    view.banner = banner;
    view.tables.extend(counts(officer, &day));
    view.tables.extend(papers(officer, &day));
    view.sections.push(state(officer, &day));
    view.sections.extend(sending::section(officer, day.progress));
    view.fields = vec![
        paper_field(officer, "adult"),
        paper_field(officer, "minor"),
        paper_field(officer, "foreigner"),
        paper_field(officer, "refugee"),
    ];
    "/day/papers".clone_into(&mut view.action);
    view.buttons = vec![Button::send(w.t("day.keep_papers")).secondary()];
    let mut other = vec![("/day/seal".to_owned(), w.t("day.seal").to_owned())];
    if day.left > 0 {
        view.lead.push(w.fill_one("day.left", "count", day.left));
    }
    if officer.is_supervisor() {
        other.push(("/day/close".to_owned(), w.t("day.close").to_owned()));
        if day.left > 0 {
            let words = w.fill_one("day.close_left", "count", day.left);
            other.push(("/day/close-left".to_owned(), words));
        }
    }
    if officer.pages.centre.is_some() {
        other.push(("/day/upload".to_owned(), w.t("day.upload").to_owned()));
    }
    if officer.pages.stick.is_some() {
        other.push(("/day/export".to_owned(), w.t("day.export").to_owned()));
        other.push(("/day/receipts".to_owned(), w.t("day.receipts").to_owned()));
    }
    view.other = other;
    view.links = vec![(w.t("day.report").to_owned(), "/day/report".to_owned())];
    Ok(officer.show(view))
}

fn look(kit: &mut Kit, now: jiff::Timestamp) -> Result<Day, KitError> {
    Ok(Day {
        counts: kit.counts_of_day(now)?,
        papers: kit.papers_of_day(now)?,
        cards: kit.officer_cards()?,
        waiting: kit.draft_counts()?.complete,
        unfinished: kit.interviews()?.len() as u64,
        left: kit.left_interviews()?.len(),
        packets: kit.packet_counts()?,
        progress: sending::Progress::of(&kit.packets()?),
    })
}

fn counts(officer: &Officer, day: &Day) -> Option<Table> {
    let w = officer.words();
    let badge = |count: &DayCount| {
        let card = day.cards.iter().find(|card| card.officer == count.officer);
        card.map_or_else(|| count.officer.to_string(), |card| card.badge.clone())
    };
    let rows: Vec<_> = day
        .counts
        .iter()
        .map(|count| {
            vec![
                Cell::new(badge(count)),
                Cell::new(w.t(&form_key(&count.form_kind))),
                Cell::new(count.completed.to_string()),
            ]
        })
        .collect();
    (!rows.is_empty()).then(|| Table {
        caption: w.t("day.counts").to_owned(),
        columns: vec![
            Column::new(w.t("day.officer")),
            Column::new(w.t("day.form")),
            Column::numeric(w.t("day.count")),
        ],
        rows,
        ..Table::default()
    })
}

fn papers(officer: &Officer, day: &Day) -> Option<Table> {
    let w = officer.words();
    let rows: Vec<_> = day
        .papers
        .iter()
        .map(|line| {
            let differs = line.papers != line.captured;
            let word = if differs { w.t("day.differs") } else { w.t("day.agrees") };
            vec![
                Cell::new(w.t(&form_key(&line.form_kind))),
                Cell::new(line.papers.to_string()),
                Cell::new(line.captured.to_string()),
                Cell::new(word),
            ]
        })
        .collect();
    (!rows.is_empty()).then(|| Table {
        caption: w.t("day.papers").to_owned(),
        columns: vec![
            Column::new(w.t("day.form")),
            Column::numeric(w.t("day.paper_forms")),
            Column::numeric(w.t("day.captures")),
            Column::new(w.t("day.compared")),
        ],
        rows,
        ..Table::default()
    })
}

fn state(officer: &Officer, day: &Day) -> SectionRows {
    let w = officer.words();
    let packets = &day.packets;
    let rows = vec![
        row(w.t("day.unfinished"), day.unfinished.to_string()),
        row(w.t("day.waiting"), day.waiting.to_string()),
        row(w.t("day.sealed"), packets.sealed.to_string()),
        row(w.t("day.uploaded"), packets.uploaded.to_string()),
        row(w.t("day.receipted"), packets.receipted.to_string()),
        row(w.t("day.faulty"), (packets.faulty + packets.false_receipts).to_string()),
    ];
    SectionRows { title: w.t("day.state").to_owned(), rows }
}

fn paper_field(officer: &Officer, kind: &str) -> Field {
    let w = officer.words();
    let label = w.fill("day.papers_of", &[("form", w.t(&form_key(kind)))]);
    Field::Text(TextInput {
        question: Question::new(format!("papers.{kind}"), label),
        keyboard: niims_web::Keyboard::Numeric,
        max_length: 5,
        width: 5,
        ..TextInput::default()
    })
}
