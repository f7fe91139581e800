//! "Who looked at your record", line by line, in words of the resident's language.

use niims_web::{Tag, TagColour, date_time};
use niims_wire::disclosure::{DisclosureLine, DisclosureOutcome};

use crate::guest::Guest;

/// Who reads besides agencies, and why, with words of their own.
#[cfg(test)]
pub(crate) const ROLES: &[&str] = &[
    "register",
    "resident",
    "own_record",
    "adjudication",
    "kit",
    "card_check",
    "revisit",
    "unknown",
];

/// What is read, besides fields of the form.
#[cfg(test)]
pub(crate) const ATTRIBUTES: &[&str] = &[
    "number",
    "name",
    "date_of_birth",
    "record",
    "portrait",
    "fingerprints",
    "exception_photo",
    "documents",
    "card_fingers",
    "card_finger_matched",
    "card_finger_not_matched",
];

/// Codes of refusals with words of their own; others are shown as they are.
#[cfg(test)]
pub(crate) const REFUSALS: &[&str] = &[
    "adjudication.not_an_adjudicator",
    "card.expired",
    "card.not_yet_valid",
    "card.revoked",
    "exchange.attribute_not_covered",
    "exchange.purpose_not_yours",
    "exchange.purpose_unknown",
    "freeze.share",
];

/// One line as the page shows it.
pub(crate) struct Line {
    /// When.
    pub(crate) when: String,
    /// The name of the agency.
    pub(crate) who: String,
    /// The purpose in words.
    pub(crate) why: String,
    /// What was read or compared.
    pub(crate) what: Vec<String>,
    /// Answered or refused.
    pub(crate) outcome: Tag,
    /// Why it was refused: words, or the code where there are none.
    pub(crate) refusal: Option<String>,
}

/// Puts one line into words. A code that has none is shown as it is: a resident may
/// see a code they do not understand, but never less than what is on record.
pub(crate) fn line(guest: &Guest, line: &DisclosureLine) -> Line {
    let words = guest.words();
    let pack = guest.pack();
    let language = guest.visitor.language.code();
    let role = |name: &str| words.find(&format!("role.{name}")).map(str::to_owned);
    let who = pack.agency(&line.by).map(|agency| agency.name.clone());
    let why = pack.purpose(&line.purpose).and_then(|purpose| purpose.texts.get(language).cloned());
    let (outcome, refusal) = match &line.outcome {
        DisclosureOutcome::Answered => {
            (Tag { text: words.t("looked.answered").to_owned(), colour: TagColour::Green }, None)
        }
        DisclosureOutcome::Denied { code } => (
            Tag { text: words.t("looked.denied").to_owned(), colour: TagColour::Red },
            Some(words.find(&format!("refusal.{code}")).unwrap_or(code).to_owned()),
        ),
    };
    Line {
        when: date_time(guest.shell_words(), line.at, pack.settings().utc_offset),
        who: who.or_else(|| role(&line.by)).unwrap_or_else(|| line.by.clone()),
        why: why.or_else(|| role(&line.purpose)).unwrap_or_else(|| line.purpose.clone()),
        what: line.attributes.iter().map(|name| attribute(guest, name)).collect(),
        outcome,
        refusal,
    }
}

fn attribute(guest: &Guest, name: &str) -> String {
    let words = guest.words();
    match words.find(&format!("attribute.{name}")) {
        Some(text) => text.to_owned(),
        None => guest.pack().label(words.language.code(), name).to_owned(),
    }
}
