//! `/home`: the officer's own interviews and counts, and how the kit is doing.

use axum::response::Response;
use jiff::Timestamp;
use niims_country::FormKind;
use niims_store::kit::{DayCount, InterviewRow};
use niims_web::{Button, Cell, Column, SectionRows, Table, date_time};

use super::guest::{Officer, Or};
use super::interview::{address, person};
use super::officers::in_the_way;
use super::view::{FormView, row};
use crate::capture::EnrolRefused;
use crate::error::KitError;
use crate::gauge::Gauge;
use crate::interview::{InterviewOf, reached};
use crate::kit::Kit;
use crate::pin::OfficerCard;
use crate::swap;

/// What the page shows.
struct Home {
    interviews: Vec<(InterviewRow, String, &'static str)>,
    counts: Vec<DayCount>,
    gauge: Gauge,
    locked: Vec<OfficerCard>,
    works: Result<(), KitError>,
    /// People to be met again, where the centre told of any list.
    to_meet: Option<usize>,
}

pub(super) async fn show(officer: Officer) -> Or<Response> {
    let me = officer.seat.officer;
    let found = officer.kit(move |kit, now, _| look(kit, me, now)).await?;
    let home = match found {
        Ok(home) => home,
        Err(refused) => {
            return Ok(officer.problem(&refused).unwrap_or_else(|| {
                officer.show_code(axum::http::StatusCode::INTERNAL_SERVER_ERROR, "web.internal")
            }));
        }
    };
    Ok(page(&officer, &home))
}

fn look(kit: &mut Kit, me: niims_record::OfficerId, now: Timestamp) -> Result<Home, EnrolRefused> {
    let pack = kit.options.pack.clone();
    let today = pack.today(now);
    let rows = kit.interviews()?;
    let mut interviews = Vec::new();
    for found in rows.into_iter().filter(|found| found.officer == me) {
        let of = InterviewOf { interview: found.interview, officer: me };
        let interview = kit.interview(of)?;
        let stage = reached(&interview, &pack, today).as_str();
        interviews.push((found, person(&interview, &pack), stage));
    }
    let counts = kit.counts_of_day(now)?.into_iter().filter(|count| count.officer == me).collect();
    let locked = kit.officer_cards()?.into_iter().filter(|card| card.failures > 0).collect();
    let to_meet = kit.revisits()?.map(|held| held.open());
    let works = kit.may_capture(now);
    Ok(Home { interviews, counts, gauge: kit.gauge(), locked, works, to_meet })
}

fn page(officer: &Officer, home: &Home) -> Response {
    let w = officer.words();
    let title = w.t("home.title");
    let mut view = FormView::new(officer.page(title), w, Some(title.to_owned()));
    if let Err(error) = &home.works {
        view.banner = Some(in_the_way(w, error));
    } else {
        view.tables.extend(unfinished(officer, home));
        view.buttons = vec![Button::go_to(w.t("home.begin"), "/begin")];
        if let Some(count) = home.to_meet {
            let words = w.fill_one("home.to_meet", "count", count);
            view.links.push((words, "/corrections".to_owned()));
        }
    }
    let mut rows: Vec<_> = home
        .counts
        .iter()
        .map(|count| row(w.t(&form_key(&count.form_kind)), count.completed.to_string()))
        .collect();
    if rows.is_empty() {
        rows.push(row(w.t("home.nobody"), "0"));
    }
    view.sections.push(SectionRows { title: w.t("home.counts").to_owned(), rows });
    view.sections.push(gauges(officer, home.gauge));
    if officer.is_supervisor() {
        view.sections.extend(locks(officer, home));
        let locked = home.locked.iter().filter(|card| card.locked_until.is_some());
        view.other.extend(locked.map(|card| {
            let words = w.fill("home.lift", &[("badge", &card.badge)]);
            (format!("/lift-lock/{}", card.officer), words)
        }));
    }
    if officer.pages.cards.is_some() {
        view.links.push((w.t("cards.title").to_owned(), "/card".to_owned()));
    }
    if officer.pages.devices.is_some() {
        view.links.push((w.t("own.title").to_owned(), "/own-fingers".to_owned()));
    }
    view.links.push((w.t("own_pin.title").to_owned(), "/own-pin".to_owned()));
    let dense = officer.pages.shell.cookie(&officer.visitor, super::interview::DENSE);
    view.other.push(if dense == Some("yes") {
        ("/dense/no".to_owned(), w.t("home.one_by_one").to_owned())
    } else {
        ("/dense/yes".to_owned(), w.t("home.dense").to_owned())
    });
    officer.show(view)
}

fn unfinished(officer: &Officer, home: &Home) -> Option<Table> {
    if home.interviews.is_empty() {
        return None;
    }
    let w = officer.words();
    let offset = officer.pack.settings().utc_offset;
    let rows = home
        .interviews
        .iter()
        .map(|(found, person, stage)| {
            let of = InterviewOf { interview: found.interview, officer: found.officer };
            let name = if person.is_empty() { w.t("home.unnamed") } else { person };
            vec![
                Cell::link(name, address(of, "")),
                Cell::new(w.t(&format!("stage.{stage}"))),
                Cell::new(date_time(officer.shell_words(), found.saved_at, offset)),
            ]
        })
        .collect();
    let columns = [w.t("home.person"), w.t("home.stage"), w.t("home.saved")].map(Column::new);
    Some(Table {
        caption: w.t("home.unfinished").to_owned(),
        columns: columns.into(),
        rows,
        ..Table::default()
    })
}

fn gauges(officer: &Officer, gauge: Gauge) -> SectionRows {
    let w = officer.words();
    let room = w.fill("home.room_for", &[("count", &gauge.captures_left.to_string())]);
    let mut rows = vec![row(w.t("home.room"), room)];
    if let Some(percent) = gauge.battery_percent {
        rows.push(row(w.t("home.battery"), format!("{percent} %")));
    }
    let swaps: Vec<_> = swap::in_clear().iter().map(|space| space.display().to_string()).collect();
    if !swaps.is_empty() {
        rows.push(row(
            w.t("home.swap"),
            w.fill("home.swap_advice", &[("where", &swaps.join(", "))]),
        ));
    }
    SectionRows { title: w.t("home.kit").to_owned(), rows }
}

fn locks(officer: &Officer, home: &Home) -> Option<SectionRows> {
    let w = officer.words();
    let rows: Vec<_> = home
        .locked
        .iter()
        .map(|card| {
            row(&card.badge, w.fill("home.wrong_pins", &[("count", &card.failures.to_string())]))
        })
        .collect();
    (!rows.is_empty()).then(|| SectionRows { title: w.t("home.pins").to_owned(), rows })
}

/// Key of the name of a form.
pub(super) fn form_key(kind: &str) -> String {
    let known = FormKind::from_name(kind).unwrap_or(FormKind::Adult);
    format!("form.{}", known.as_str())
}
