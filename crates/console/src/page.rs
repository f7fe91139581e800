//! The page of a case: plain HTML that stands alone, with no script, and nothing
//! fetched from anywhere but its own folder.

#![allow(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "a page is built once for each look at a case; plain templates read better than \
              an allocation saved"
)]

// In this order: from the top of the page down; the blank lines keep it.
mod likeness;

mod records;

mod prints;

mod verdicts;

mod html;

use jiff::Timestamp;
use niims_country::CountryPack;
use niims_fingerprint::FingerPosition;
use niims_wire::desk::{Evidence, Side};

use crate::fingers::Outcome;
use crate::words;
use html::escape;

const STYLE: &str = include_str!("page/style.css");

/// What `show` found and wrote for one candidate.
pub(crate) struct CandidatePart {
    /// Of the applicant, of the candidate.
    pub(crate) portraits: (Portrait, Portrait),
    /// Finger by finger.
    pub(crate) drawings: Vec<Drawing>,
}

/// Where a portrait is.
#[derive(Clone)]
pub(crate) enum Portrait {
    /// In this file of the folder.
    File(String),
    /// The record has none.
    None,
    /// Neither PNG nor JPEG.
    Unreadable,
}

/// One finger with its drawing.
pub(crate) struct Drawing {
    pub(crate) position: FingerPosition,
    pub(crate) outcome: Outcome,
    /// File of the folder.
    pub(crate) file: Option<String>,
}

/// The whole page; one part for each candidate, or one of the applicant alone.
pub(crate) fn render(
    evidence: &Evidence,
    parts: &[CandidatePart],
    pack: &CountryPack,
    at: Timestamp,
) -> String {
    let mut page = head(evidence, at);
    if evidence.candidates.is_empty() {
        page += &alone(&evidence.applicant, parts, pack);
    }
    for (index, (candidate, part)) in evidence.candidates.iter().zip(parts).enumerate() {
        let title = format!(
            "Candidate {} of {}: application {}",
            index + 1,
            evidence.candidates.len(),
            escape(&candidate.side.application_number)
        );
        page += &format!("<section id=\"candidate-{}\">\n<h2>{title}</h2>\n", index + 1);
        page += &likeness::section(candidate);
        page += &prints::portraits(&part.portraits);
        page += &records::side_by_side(&evidence.applicant, &candidate.side, pack);
        page += &prints::fingers(&part.drawings);
        page += "</section>\n";
    }
    page += &verdicts::section(evidence, pack);
    page + "</main>\n</body>\n</html>\n"
}

fn head(evidence: &Evidence, at: Timestamp) -> String {
    let summary = &evidence.summary;
    let number = escape(&summary.application_number);
    let facts = [
        ("Case", summary.case.to_string()),
        ("Applicant", format!("application {number}")),
        ("Opened because", words::reason(summary.reason).to_owned()),
        ("Stage", escape(words::stage(&summary.stage))),
        ("Waiting since", minute(summary.opened_at)),
        ("Read at", minute(at)),
    ];
    let facts: String =
        facts.iter().map(|(term, fact)| format!("<dt>{term}</dt><dd>{fact}</dd>")).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         img-src 'self' file: data:; style-src 'unsafe-inline'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Evidence: application {number}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>Evidence: application {number}</h1>\n<dl class=\"facts\">{facts}</dl>\n\
         <p class=\"note\"><strong>Scores are not verdicts.</strong> They say which records are \
         worth looking at. You decide, with reasons, after looking yourself; two officers \
         decide without knowing each other's opinion.</p>\n\
         <p class=\"note\"><strong>This folder holds personal data.</strong> Everyone shown here \
         can see that you looked. Remove the folder when you have decided.</p>\n\
         {}</header>\n<main>\n",
        contents(evidence.candidates.len())
    )
}

/// Links to the candidates, where there are several.
fn contents(candidates: usize) -> String {
    if candidates < 2 {
        return String::new();
    }
    let links: String = (1..=candidates)
        .map(|number| format!("<li><a href=\"#candidate-{number}\">Candidate {number}</a></li>"))
        .collect();
    format!(
        "<nav aria-label=\"On this page\"><ul>{links}\
         <li><a href=\"#verdict\">Your verdict</a></li></ul></nav>\n"
    )
}

fn alone(applicant: &Side, parts: &[CandidatePart], pack: &CountryPack) -> String {
    let mut section = "<section>\n<h2>The applicant</h2>\n<p>No candidate was found. Decide \
                       whether better prints can be taken, or whether this person is new.</p>\n"
        .to_owned();
    for part in parts {
        section += &prints::portrait_alone(&part.portraits.0);
        section += &records::alone(applicant, pack);
        section += &prints::fingers(&part.drawings);
    }
    section + "</section>\n"
}

fn minute(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}
