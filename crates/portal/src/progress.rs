//! How far an application is, in plain words.

use niims_record::application::WaitsFor;
use niims_web::{Tag, TagColour, Words, date_time};
use niims_wire::resident::OwnRecord;

use crate::guest::Guest;

/// The states with words of their own; the last stands for all others.
pub(crate) const STATES: &[&str] = &[
    "received",
    "quarantined",
    "opened",
    "correction_asked",
    "refused",
    "validated",
    "demographics_searched",
    "in_adjudication",
    "recapture_asked",
    "held_for_fraud",
    "number_due",
    "numbered",
    "linked",
    "replaced",
    "other",
];

/// For whom an application can wait.
#[cfg(test)]
pub(crate) const WAITS: &[&str] =
    &["register", "kit", "adjudicators", "seniors", "resident", "nobody"];

/// The states of a card with words of their own; the last stands for all others.
pub(crate) const CARDS: &[&str] = &["ordered", "made", "sent", "collected", "other"];

/// The state of an application as the page shows it.
pub(crate) struct Progress {
    /// The state in a few words.
    pub(crate) tag: Tag,
    /// What it means.
    pub(crate) what: String,
    /// What happens next, and who does it.
    pub(crate) next: String,
    /// Since when.
    pub(crate) since: String,
}

/// Puts the state of a record into words.
pub(crate) fn of(guest: &Guest, record: &OwnRecord) -> Progress {
    let words = guest.words();
    let state = among(STATES, &record.state);
    let offset = guest.pack().settings().utc_offset;
    Progress {
        tag: Tag {
            text: words.t(&format!("state.{state}.title")).to_owned(),
            colour: colour(state),
        },
        what: words.t(&format!("state.{state}.what")).to_owned(),
        next: words.t(&format!("waits.{}", waits(record.waits_for))).to_owned(),
        since: words
            .fill("me.since", &[("when", &date_time(guest.shell_words(), record.since, offset))]),
    }
}

/// Puts the state of a card into words.
pub(crate) fn card(words: Words<'_>, state: &str) -> String {
    words.t(&format!("card.{}", among(CARDS, state))).to_owned()
}

/// The name itself if it is in the list, else the list's last.
fn among(names: &[&'static str], name: &str) -> &'static str {
    names.iter().copied().find(|known| *known == name).unwrap_or("other")
}

const fn waits(waits_for: WaitsFor) -> &'static str {
    match waits_for {
        WaitsFor::Register => "register",
        WaitsFor::Kit => "kit",
        WaitsFor::Adjudicators => "adjudicators",
        WaitsFor::Seniors => "seniors",
        WaitsFor::Resident => "resident",
        WaitsFor::Nobody => "nobody",
    }
}

fn colour(state: &str) -> TagColour {
    match state {
        "numbered" => TagColour::Green,
        "refused" | "quarantined" => TagColour::Red,
        "correction_asked" | "recapture_asked" | "held_for_fraud" => TagColour::Amber,
        "linked" | "replaced" | "other" => TagColour::Grey,
        _ => TagColour::Blue,
    }
}

#[cfg(test)]
mod tests {
    use niims_record::application::{Application, NewBecause};
    use niims_record::ids::{ApplicationId, CaseId, PersonId};

    use super::*;

    #[test]
    fn every_state_of_the_register_has_words() {
        let case = CaseId::from_bytes([1; 16]);
        let to = ApplicationId::from_bytes([2; 16]);
        let states = [
            Application::Received,
            Application::Quarantined { code: String::new() },
            Application::Opened,
            Application::CorrectionAsked { problems: vec![] },
            Application::Refused { code: String::new() },
            Application::Validated,
            Application::DemographicsSearched { candidates: vec![] },
            Application::InAdjudication { case },
            Application::RecaptureAsked { case },
            Application::HeldForFraud { case },
            Application::NumberDue { because: NewBecause::NoCandidate },
            Application::Numbered { person: PersonId::from_bytes([3; 16]) },
            Application::Linked { to, case },
            Application::Replaced { by: to },
        ];
        for state in &states {
            assert_eq!(among(STATES, state.name()), state.name());
        }
        assert_eq!(states.len() + 1, STATES.len());
        assert_eq!(among(STATES, "no_such_state"), "other");
    }
}
