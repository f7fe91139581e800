//! "Who looked at your record", line by line, in words of the resident's language.

use niims_web::{Tag, TagColour, date_time};
use niims_wire::disclosure::{DisclosureLine, DisclosureOutcome};

use crate::guest::Guest;

/// Who reads besides agencies, and in what role, with words of their own.
#[cfg(test)]
pub(crate) const ROLES: &[&str] =
    &["register", "resident", "own_record", "adjudicator", "senior_adjudicator", "card_maker"];

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
    /// Why it was refused.
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
            Some(code.clone()),
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
