//! `/staff/queue`: what waits, what one holds, and taking and giving back.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use niims_record::OfficerId;
use niims_record::desk::{Rest, RestReason};
use niims_web::{Cell, Column, Page, Table, Words};
use niims_wire::desk::{QueueCursor, QueueEntry, QueueFilter};
use serde::Deserialize;

use super::{case_id, said};
use crate::http::Colleague;
use crate::http::script::DESK_PATH;

/// What the address may say.
#[derive(Deserialize)]
pub(super) struct Asked {
    /// Where this page begins.
    #[serde(default)]
    after: Option<String>,
    /// What was done just before: a decision was taken, or a case given back.
    #[serde(default)]
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "desk_queue.html")]
struct Queue<'a> {
    page: Page<'a>,
    w: Words<'a>,
    script: &'static str,
    done: Option<String>,
    /// Why no case can be taken now.
    rest: Option<String>,
    left: String,
    mine: Vec<Line>,
    waiting: Option<Table>,
    /// Address of the next page.
    next: Option<String>,
    is_first: bool,
}

/// A case that this officer holds.
struct Line {
    path: String,
    number: String,
    reason: String,
    until: String,
}

/// `GET /staff/queue`.
pub(super) async fn show(colleague: Colleague, Query(asked): Query<Asked>) -> Response {
    let (desk, officer, now) = (colleague.desk(), colleague.officer(), colleague.now());
    let after = match asked.after.as_deref().map(str::parse::<QueueCursor>).transpose() {
        Ok(after) => after,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let found = async {
        let rest = desk.rest(officer, now).await?;
        let mine = desk.claims(officer, now).await?;
        Ok((rest, mine, desk.page(officer, QueueFilter::default(), after, now).await?))
    };
    let (rest, mine, waiting) = match found.await {
        Ok(found) => found,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let done = asked.done.as_deref().and_then(|done| match done {
        "decided" => Some(w.t("queue.done.decided").to_owned()),
        "released" => Some(w.t("queue.done.released").to_owned()),
        "none" => Some(w.t("queue.done.none").to_owned()),
        _ => None,
    });
    let mut page = colleague.page(w.t("queue.title"));
    page.is_wide = true;
    let others: Vec<_> = waiting.entries.iter().filter(|e| e.claimed_until.is_none()).collect();
    let content = Queue {
        page,
        w,
        script: DESK_PATH,
        done,
        rest: rest_text(&colleague, rest),
        left: w.fill_one("queue.left", "count", rest.left_today),
        mine: mine.iter().map(|entry| line(&colleague, entry)).collect(),
        waiting: (!others.is_empty()).then(|| table(&colleague, &others)),
        next: waiting.next.map(|next| format!("/staff/queue?after={next}")),
        is_first: after.is_none(),
    };
    colleague.show(StatusCode::OK, &content)
}

/// `POST /staff/queue/next`: takes the most urgent case.
pub(super) async fn next(colleague: Colleague) -> Response {
    let (officer, now) = (colleague.officer(), colleague.now());
    match colleague.desk().claim_next(officer, QueueFilter::default(), now).await {
        Ok(Some(entry)) => colleague.go_to(&format!("/staff/cases/{}", entry.case)),
        Ok(None) => colleague.go_to("/staff/queue?done=none"),
        Err(problem) => refused(&colleague, officer, &problem).await,
    }
}

/// `POST /staff/cases/{case}/claim`.
pub(super) async fn claim(colleague: Colleague, Path(case): Path<String>) -> Response {
    let case = match case_id(&colleague, &case) {
        Ok(case) => case,
        Err(response) => return *response,
    };
    let (officer, now) = (colleague.officer(), colleague.now());
    match colleague.desk().claim(case, officer, now).await {
        Ok(entry) => colleague.go_to(&format!("/staff/cases/{}", entry.case)),
        Err(problem) => refused(&colleague, officer, &problem).await,
    }
}

/// `POST /staff/cases/{case}/release`.
pub(super) async fn release(colleague: Colleague, Path(case): Path<String>) -> Response {
    let case = match case_id(&colleague, &case) {
        Ok(case) => case,
        Err(response) => return *response,
    };
    let (officer, now) = (colleague.officer(), colleague.now());
    match colleague.desk().release(case, officer, now).await {
        Ok(()) => {
            colleague.console.open_cases.forget((officer, case));
            colleague.go_to("/staff/queue?done=released")
        }
        Err(problem) => colleague.show_refusal(&problem),
    }
}

/// A needed rest is told on the queue, which says until when; other refusals on their page.
async fn refused(
    colleague: &Colleague,
    officer: OfficerId,
    problem: &niims_wire::Problem,
) -> Response {
    if problem.code == "desk.rest_needed"
        && let Ok(rest) = colleague.desk().rest(officer, colleague.now()).await
        && rest.needed.is_some()
    {
        return colleague.go_to("/staff/queue");
    }
    colleague.show_refusal(problem)
}

fn rest_text(colleague: &Colleague, rest: Rest) -> Option<String> {
    let (why, until) = rest.needed?;
    let key = match why {
        RestReason::Hour => "queue.rest.hour",
        RestReason::Day => "queue.rest.day",
        RestReason::Pause => "queue.rest.pause",
    };
    Some(colleague.words().fill_one(key, "until", colleague.when(until)))
}

fn line(colleague: &Colleague, entry: &QueueEntry) -> Line {
    Line {
        path: format!("/staff/cases/{}", entry.case),
        number: entry.application_number.clone(),
        reason: said::reason(colleague.words(), entry.reason).to_owned(),
        until: entry.claimed_until.map(|until| colleague.when(until)).unwrap_or_default(),
    }
}

fn table(colleague: &Colleague, entries: &[&QueueEntry]) -> Table {
    let w = colleague.words();
    let row = |entry: &&QueueEntry| {
        vec![
            Cell::link(&entry.application_number, format!("/staff/cases/{}", entry.case)),
            Cell::tag(said::priority(w, entry.priority)),
            Cell::new(said::reason(w, entry.reason)),
            Cell::new(said::skill(w, entry.skill)),
            Cell::new(said::stage(w, &entry.stage)),
            Cell::new(colleague.ago(entry.opened_at)),
        ]
    };
    Table {
        caption: w.t("queue.waiting").to_owned(),
        hides_caption: true,
        columns: vec![
            Column::new(w.t("queue.number")),
            Column::new(w.t("queue.priority")),
            Column::new(w.t("queue.reason")),
            Column::new(w.t("queue.skill")),
            Column::new(w.t("queue.stage")),
            Column::new(w.t("queue.age")),
        ],
        rows: entries.iter().map(row).collect(),
        is_small: true,
        ..Table::default()
    }
}
