//! Portraits side by side, and prints finger by finger.

use super::html::escape;
use super::{Drawing, Portrait};
use crate::fingers::Outcome;
use crate::words::{self, Question};

/// Both portraits.
pub(super) fn portraits((applicant, candidate): &(Portrait, Portrait)) -> String {
    format!(
        "<h3>Portraits</h3>\n<div class=\"portraits\">{}{}</div>\n",
        portrait(applicant, "Applicant"),
        portrait(candidate, "Candidate")
    )
}

/// The applicant's portrait.
pub(super) fn portrait_alone(applicant: &Portrait) -> String {
    format!(
        "<h3>Portrait</h3>\n<div class=\"portraits\">{}</div>\n",
        portrait(applicant, "Applicant")
    )
}

fn portrait(portrait: &Portrait, whose: &str) -> String {
    let shown = match portrait {
        Portrait::File(file) => {
            format!("<img src=\"{}\" alt=\"Portrait: {whose}\">", escape(file))
        }
        Portrait::None => "<p class=\"none\">The record has no portrait.</p>".to_owned(),
        Portrait::Unreadable => {
            "<p class=\"none\">The portrait is neither PNG nor JPEG and is not shown.</p>"
                .to_owned()
        }
    };
    format!("<figure>{shown}<figcaption>{whose}</figcaption></figure>")
}

/// A table of all fingers, then a drawing of each.
pub(super) fn fingers(drawings: &[Drawing]) -> String {
    let mut html = "<h3>Fingers</h3>\n".to_owned();
    if drawings.is_empty() {
        return html + "<p>Neither record has a print of a finger.</p>\n";
    }
    html += &table(drawings);
    html += "<p>Marks: an orange ring is a ridge ending, a blue ring a bifurcation; the tail \
             points along the ridge. Green lines join minutiae that lie upon each other. A score \
             is the natural logarithm of how much likelier the prints are from one finger than \
             from two: 6.9 nats are a thousand times, 0 says nothing, and 14 is the most that one finger may say. Follow a \
             picture to see it at full size.</p>\n<div class=\"prints\">\n";
    for drawing in drawings {
        let Some(file) = &drawing.file else { continue };
        let finger = capitalised(words::finger(drawing.position));
        let said = outcome(&drawing.outcome).0;
        html += &format!(
            "<figure><a href=\"{0}\"><img src=\"{0}\" alt=\"{finger} at full size, with \
             minutiae. {1}\"></a><figcaption><strong>{finger}.</strong> {1}</figcaption></figure>\n",
            escape(file),
            escape(&said)
        );
    }
    html + "</div>\n"
}

fn table(drawings: &[Drawing]) -> String {
    let mut rows = String::new();
    for drawing in drawings {
        let (said, score, pairs) = outcome(&drawing.outcome);
        rows += &format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"number\">{score}</td>\
             <td class=\"number\">{pairs}</td></tr>\n",
            capitalised(words::finger(drawing.position)),
            escape(&said),
        );
    }
    format!(
        "<table>\n<caption>A score of one finger is evidence, never a verdict</caption>\n\
         <thead><tr><th scope=\"col\">Finger</th><th scope=\"col\">What the comparison says</th>\
         <th scope=\"col\" class=\"number\">Score</th>\
         <th scope=\"col\" class=\"number\">Matched pairs</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n"
    )
}

/// Words, score, number of pairs.
fn outcome(outcome: &Outcome) -> (String, String, String) {
    match outcome {
        Outcome::Compared { score, pairs } => (
            format!("{}.", words::support(*score, Question::Finger)),
            words::nats(*score),
            pairs.to_string(),
        ),
        Outcome::NotCompared(why) => {
            (format!("Not compared. {why}"), "none".to_owned(), "none".to_owned())
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
