//! `POST /day/papers`: how many paper forms lie on the desk.

use axum::response::Response;
use niims_country::FormKind;

use super::render;
use crate::pages::guest::{Officer, Or, Pairs};

/// More paper forms than any desk takes in a day.
const MOST_PAPERS: u64 = 99_999;

pub(in crate::pages) async fn save(officer: Officer, form: Pairs) -> Or<Response> {
    let posted = officer.posted(form)?;
    let counted: Vec<(FormKind, u64)> = FormKind::ALL
        .into_iter()
        .filter_map(|kind| {
            let text = posted.text(&format!("papers.{}", kind.as_str()));
            Some((kind, text.parse().ok().filter(|papers| *papers <= MOST_PAPERS)?))
        })
        .collect();
    let kept = officer
        .kit(move |kit, now, _| {
            counted.into_iter().try_for_each(|(kind, papers)| kit.count_papers(kind, papers, now))
        })
        .await?;
    let w = officer.words();
    let banner = super::actions::told(w, kept.is_ok(), w.t("day.papers_kept"));
    render(&officer, Some(banner)).await
}
