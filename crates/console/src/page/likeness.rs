//! What speaks for and against one person, as scores in words with their reasons.

use std::collections::BTreeMap;

use niims_wire::desk::CandidateSide;

use super::html::escape;
use crate::words::{self, Question};

/// The likeness of a candidate.
pub(super) fn section(candidate: &CandidateSide) -> String {
    let prints = candidate.biometric.map_or_else(
        || "Not found by fingerprints.".to_owned(),
        |score| format!("{} ({}).", words::support(score, Question::Person), words::nats(score)),
    );
    let particulars = candidate.demographic.as_ref().map_or_else(
        || "Not found by particulars.".to_owned(),
        |(total, _)| {
            format!("{} ({}).", words::support(*total, Question::Person), words::nats(*total))
        },
    );
    let mut html = format!(
        "<h3>Likeness</h3>\n<dl class=\"facts\"><dt>Fingerprints</dt><dd>{prints}</dd>\
         <dt>Particulars</dt><dd>{particulars}</dd></dl>\n"
    );
    if let Some((_, parts)) = &candidate.demographic
        && !parts.is_empty()
    {
        html += "<p>What the likeness of the particulars rests on:</p>\n<ul>";
        html += &explanations(parts);
        html += "</ul>\n";
    }
    html
}

/// Each explanation once, in the order of its first appearance, with its count.
fn explanations(parts: &[String]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for part in parts {
        *counts.entry(part).or_default() += 1;
    }
    let mut html = String::new();
    for part in parts {
        let Some(count) = counts.remove(part.as_str()) else { continue };
        let text = words::explanation(part).unwrap_or(part);
        let times = if count > 1 { format!("{count} times: ") } else { String::new() };
        html += &format!("<li>{times}{}</li>", escape(text));
    }
    html
}
