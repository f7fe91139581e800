//! What is done at the end of a day, each by a button of its own.

use axum::response::Response;
use jiff::Timestamp;
use niims_web::{Banner, Words};

use super::render;
use crate::capture::EnrolRefused;
use crate::client::Link;
use crate::kit::Kit;
use crate::pages::guest::{Instead, Officer, Or, Pairs};

/// What happened, as the page says it.
pub(super) fn told(w: Words<'_>, is_done: bool, text: &str) -> Banner {
    let text = if is_done { text } else { w.t("day.failed") };
    Banner { title: String::new(), text: text.to_owned(), is_success: is_done }
}

/// `POST /day/seal`: what could not be sealed when it was finished.
pub(in crate::pages) async fn seal(officer: Officer, form: Pairs) -> Or<Response> {
    officer.posted(form)?;
    let sealed = officer.kit(Kit::seal_pending).await?;
    let w = officer.words();
    let banner = match sealed {
        Ok(report) => {
            let (done, left) = (report.sealed.len().to_string(), report.failed.len().to_string());
            let text = w.fill("day.sealed_now", &[("done", &done), ("left", &left)]);
            told(w, true, &text)
        }
        Err(error) => refusal(&officer, error)?,
    };
    render(&officer, Some(banner)).await
}

/// `POST /day/close`: the supervisor signs the counts.
pub(in crate::pages) async fn close(officer: Officer, form: Pairs) -> Or<Response> {
    officer.posted(form)?;
    let (supervisor, today) = (officer.seat.officer, officer.today());
    let closed = officer.kit(move |kit, now, _| kit.close_day(today, supervisor, now)).await?;
    match closed {
        Ok(_) => Ok(officer.go_to("/day/report")),
        Err(error) => {
            let banner = refusal(&officer, error)?;
            render(&officer, Some(banner)).await
        }
    }
}

/// `POST /day/upload`: every sealed packet from where the centre stands, then receipts.
pub(in crate::pages) async fn upload(officer: Officer, form: Pairs) -> Or<Response> {
    officer.posted(form)?;
    let Some(centre) = officer.pages.centre.clone() else { return Ok(officer.go_to("/day")) };
    if let Some(sender) = &officer.pages.sender {
        sender.ring();
        let w = officer.words();
        let banner = told(w, true, w.t("sending.rung"));
        return render(&officer, Some(banner)).await;
    }
    let clock = officer.pages.clock.clone();
    let sent = officer
        .kit(move |kit, _, rng| {
            let now = || -> Timestamp { clock.now() };
            let mut sleep = std::thread::sleep;
            let mut link = Link { base_url: centre, clock: &now, sleep: &mut sleep };
            let uploaded = kit.upload_pending(&mut link)?;
            // What the centre may refuse here does not touch the packets.
            if kit.contact(&mut link, env!("CARGO_PKG_VERSION")).is_ok() {
                let _ = kit.fetch_revisits(&mut link, rng);
            }
            let receipts = kit.fetch_receipts(&mut link)?;
            kit.send_looks(&mut link)?;
            Ok::<_, crate::KitError>((uploaded, receipts))
        })
        .await?;
    let w = officer.words();
    let banner = match sent {
        Ok((uploaded, receipts)) => {
            let figures = [
                ("done", uploaded.uploaded.len().to_string()),
                ("left", uploaded.failed.len().to_string()),
                ("receipts", receipts.verified.len().to_string()),
            ];
            let figures: Vec<(&str, &str)> =
                figures.iter().map(|(name, figure)| (*name, figure.as_str())).collect();
            let is_done = uploaded.failed.is_empty();
            let text = w.fill("day.uploaded_now", &figures);
            Banner { title: String::new(), text, is_success: is_done }
        }
        Err(error) => refusal(&officer, error)?,
    };
    render(&officer, Some(banner)).await
}

/// `POST /day/close-left`: closes open interviews of officers who left.
pub(in crate::pages) async fn close_left(officer: Officer, form: Pairs) -> Or<Response> {
    officer.posted(form)?;
    let supervisor = officer.seat.officer;
    let closed = officer.kit(move |kit, _, _| kit.close_left_interviews(supervisor)).await?;
    let w = officer.words();
    let banner = match closed {
        Ok(count) => told(w, true, &w.fill_one("day.left_closed", "count", count)),
        Err(error) => refusal(&officer, error)?,
    };
    render(&officer, Some(banner)).await
}

/// `POST /day/export`: sealed packets to the stick.
pub(in crate::pages) async fn export(officer: Officer, form: Pairs) -> Or<Response> {
    officer.posted(form)?;
    let Some(stick) = officer.pages.stick.clone() else { return Ok(officer.go_to("/day")) };
    let written = officer.kit(move |kit, now, _| kit.export(&stick, now)).await?;
    let w = officer.words();
    let banner = match written {
        Ok(report) => {
            let count = report.packets.len().to_string();
            told(w, report.faulty.is_empty(), &w.fill("day.exported", &[("count", &count)]))
        }
        Err(error) => refusal(&officer, error)?,
    };
    render(&officer, Some(banner)).await
}

/// `POST /day/receipts`: receipts that somebody brought back on the stick.
pub(in crate::pages) async fn receipts(officer: Officer, form: Pairs) -> Or<Response> {
    officer.posted(form)?;
    let Some(stick) = officer.pages.stick.clone() else { return Ok(officer.go_to("/day")) };
    let taken = officer.kit(move |kit, now, _| kit.import_receipts(&stick, now)).await?;
    let w = officer.words();
    let banner = match taken {
        Ok(report) => {
            let figures =
                (report.verified.len().to_string(), report.false_receipts.len().to_string());
            let text = w.fill("day.receipts_taken", &[("done", &figures.0), ("false", &figures.1)]);
            Banner { title: String::new(), text, is_success: report.false_receipts.is_empty() }
        }
        Err(error) => refusal(&officer, error)?,
    };
    render(&officer, Some(banner)).await
}

/// A refusal of the kit: a page of its own, or told in the banner.
fn refusal(officer: &Officer, error: crate::KitError) -> Or<Banner> {
    let refused = EnrolRefused::Kit(error);
    if let Some(page) = officer.problem(&refused) {
        return Err(Instead::of(page));
    }
    let w = officer.words();
    let text = w.fill("day.failed_code", &[("code", refused.code())]);
    Ok(Banner { title: String::new(), text, is_success: false })
}
