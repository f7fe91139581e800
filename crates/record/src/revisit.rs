//! Revisits: a resident is to be met again, for better prints or for answers that hold. Which kit
//! is told, and when a new encounter is the one that was asked for. All pure.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::date::DateOfBirth;
use crate::desk::{MOST_ADVICE, RecaptureAdvice};
use crate::fleet::KitState;
use crate::ids::KitId;

/// Most requests that a kit is told of, oldest first. Two officers visit some ten people a day, so
/// this is the work of two weeks without network; and it bounds what a lost kit knows.
pub const MOST_REVISITS: usize = 200;
/// Most faults of answers that a request names: more than a form has questions.
pub const MOST_FAULTS: usize = 100;
/// Longest code or field of a fault, bytes.
const LONGEST_WORD: usize = 128;

/// What is to be done better.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RevisitAsk {
    /// Fingers and portrait.
    Recapture {
        /// Which round, from 1.
        round: u8,
        /// What to do better, by finger.
        advice: Vec<RecaptureAdvice>,
    },
    /// Answers that are missing or contradict each other.
    Correction {
        /// Which round, from 1.
        round: u8,
        /// What is wrong, by field.
        faults: Vec<AnswerFault>,
    },
}

/// What is wrong with an answer; never the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerFault {
    /// Stable code, such as `form.required`.
    pub code: String,
    /// Id of the field.
    pub field: String,
}

impl AnswerFault {
    /// Reads `code:field`, as an application that waits for a correction keeps it.
    pub fn read(text: &str) -> Option<Self> {
        let (code, field) = text.split_once(':')?;
        let is_word = |text: &str| {
            (1..=LONGEST_WORD).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
        };
        (is_word(code) && is_word(field))
            .then(|| Self { code: code.to_owned(), field: field.to_owned() })
    }

    /// The outer field, which is the question of the form.
    pub fn question(&self) -> &str {
        self.field.split('.').next().unwrap_or_default()
    }
}

impl RevisitAsk {
    /// Which round, from 1.
    pub const fn round(&self) -> u8 {
        match self {
            Self::Recapture { round, .. } | Self::Correction { round, .. } => *round,
        }
    }

    /// The stable name of the kind.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Recapture { .. } => "recapture",
            Self::Correction { .. } => "correction",
        }
    }

    /// Whether it is within its bounds.
    pub fn is_bounded(&self) -> bool {
        match self {
            Self::Recapture { advice, .. } => {
                advice.len() <= MOST_ADVICE && advice.iter().all(|line| line.finger <= 10)
            }
            Self::Correction { faults, .. } => {
                let is_word = |text: &String| text.len() <= LONGEST_WORD;
                faults.len() <= MOST_FAULTS
                    && faults.iter().all(|fault| is_word(&fault.code) && is_word(&fault.field))
            }
        }
    }
}

/// Whether a kit is told of anybody at all: only one that works and whose term runs. One that is
/// suspended, lost, stolen or only hands in what it holds is told nothing.
pub fn is_told(state: &KitState, at: Timestamp) -> bool {
    match state {
        KitState::Active { until } => until.is_none_or(|until| at < until),
        KitState::Registered { .. } | KitState::Suspended { .. } | KitState::Revoked { .. } => {
            false
        }
    }
}

/// Whom a request is about, as far as it decides which kit is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts<'a> {
    /// Codes of the areas where the person lives, each with all around it.
    pub home: &'a [String],
    /// The kit that captured.
    pub captured_by: KitId,
    /// Whether some kit that works has one of these areas for its place.
    pub home_is_served: bool,
}

/// Whether a request goes to a kit: where the person lives in its place; else, where no kit works
/// there, to the kit that captured.
pub fn goes_to(kit: KitId, place: Option<&str>, person: &Whereabouts<'_>) -> bool {
    let lives_here = place.is_some_and(|place| person.home.iter().any(|area| area == place));
    lives_here || (person.captured_by == kit && !person.home_is_served)
}

/// What is known when an encounter says that it is the one that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerFacts {
    /// Whether there is such a request, and this kit was told of it.
    pub told_to_this_kit: bool,
    /// Whether it is still open.
    pub is_open: bool,
    /// Whether both have a word of their names in common.
    pub shares_a_name: bool,
    /// Both dates of birth, where both are known.
    pub born: Option<(DateOfBirth, DateOfBirth)>,
}

/// Why an encounter is not taken for the one that was asked for. It goes the ordinary way then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTheAnswer {
    /// No such request, or one that this kit was not told of. No honest kit says so.
    NotThisKits,
    /// Answered by another encounter, or needed no more.
    Settled,
    /// Name or birth is of somebody else.
    OtherPerson,
}

impl NotTheAnswer {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotThisKits => "revisit.not_this_kits",
            Self::Settled => "revisit.settled",
            Self::OtherPerson => "revisit.other_person",
        }
    }
}

/// Decides whether an encounter takes the place of the one before it without asking anybody.
///
/// # Errors
/// Why it does not. Nothing is lost then: searches and people find what belongs together.
pub fn is_the_answer(facts: &AnswerFacts) -> Result<(), NotTheAnswer> {
    if !facts.told_to_this_kit {
        return Err(NotTheAnswer::NotThisKits);
    }
    if !facts.is_open {
        return Err(NotTheAnswer::Settled);
    }
    let born_alike = facts.born.is_none_or(|(before, now)| may_be_one(before, now));
    if facts.shares_a_name && born_alike { Ok(()) } else { Err(NotTheAnswer::OtherPerson) }
}

/// Whether two statements of a date of birth can mean one day.
fn may_be_one(before: DateOfBirth, now: DateOfBirth) -> bool {
    match (before.range(), now.range()) {
        (Some((first, last)), Some((from, to))) => first <= to && from <= last,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::desk::{CaptureFault, CaptureRemedy};
    use crate::fleet::RevocationReason;

    const KIT: KitId = KitId::from_bytes([1; 16]);
    const OTHER: KitId = KitId::from_bytes([2; 16]);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn only_a_kit_that_works_is_told_of_anybody() {
        let lost = KitState::Revoked {
            since: at(0),
            why: RevocationReason::Lost,
            hand_in_until: Some(at(900)),
        };
        let cases = [
            (KitState::Active { until: None }, true),
            (KitState::Active { until: Some(at(101)) }, true),
            (KitState::Active { until: Some(at(100)) }, false),
            (KitState::Suspended { since: at(0), until: None }, false),
            (KitState::Registered { code_until: at(900) }, false),
            (lost, false),
        ];
        for (state, wanted) in cases {
            assert_eq!(is_told(&state, at(100)), wanted, "{state:?}");
        }
    }

    #[test]
    fn a_request_goes_where_the_person_lives_and_else_to_who_captured() {
        let home = ["S1".to_owned(), "W1".to_owned(), "C1".to_owned()];
        let check = |kit, place, captured_by, home_is_served, wanted| {
            let person = Whereabouts { home: &home, captured_by, home_is_served };
            assert_eq!(goes_to(kit, place, &person), wanted, "{kit} at {place:?} {person:?}");
        };
        check(KIT, Some("S1"), OTHER, true, true);
        check(KIT, Some("W1"), OTHER, true, true);
        check(KIT, Some("S2"), OTHER, true, false);
        check(KIT, Some("S2"), KIT, true, false);
        check(KIT, Some("S2"), KIT, false, true);
        check(KIT, None, KIT, false, true);
        check(KIT, None, OTHER, false, false);
        let nowhere = Whereabouts { home: &[], captured_by: KIT, home_is_served: false };
        assert!(goes_to(KIT, Some("S1"), &nowhere) && !goes_to(OTHER, Some("S1"), &nowhere));
    }

    #[test]
    fn an_answer_is_of_a_kit_that_was_told_and_of_the_same_person() {
        let day = |y, m, d| DateOfBirth::Day { date: date(y, m, d) };
        let good = AnswerFacts {
            told_to_this_kit: true,
            is_open: true,
            shares_a_name: true,
            born: Some((day(1980, 5, 1), day(1980, 5, 1))),
        };
        let year = DateOfBirth::Estimated { year: 1982, margin: 3 };
        let cases = [
            (good, Ok(())),
            (AnswerFacts { born: None, ..good }, Ok(())),
            (AnswerFacts { born: Some((year, day(1980, 5, 1))), ..good }, Ok(())),
            (AnswerFacts { born: Some((DateOfBirth::Unknown, year)), ..good }, Ok(())),
            (
                AnswerFacts { born: Some((day(1980, 5, 1), day(1980, 5, 2))), ..good },
                Err(NotTheAnswer::OtherPerson),
            ),
            (AnswerFacts { shares_a_name: false, ..good }, Err(NotTheAnswer::OtherPerson)),
            (AnswerFacts { is_open: false, ..good }, Err(NotTheAnswer::Settled)),
            (
                AnswerFacts { told_to_this_kit: false, is_open: false, ..good },
                Err(NotTheAnswer::NotThisKits),
            ),
        ];
        for (facts, wanted) in cases {
            assert_eq!(is_the_answer(&facts), wanted, "{facts:?}");
        }
    }

    #[test]
    fn a_fault_is_read_as_it_is_kept_and_bounded() {
        let fault = AnswerFault::read("form.required:father.first_name").unwrap();
        assert_eq!((fault.code.as_str(), fault.question()), ("form.required", "father"));
        for bad in ["", "form.required", ":x", "x:", "a b:c", &format!("x:{}", "y".repeat(129))] {
            assert_eq!(AnswerFault::read(bad), None, "{bad}");
        }
        let line = RecaptureAdvice {
            finger: 11,
            fault: CaptureFault::Dry,
            remedy: CaptureRemedy::Moisten,
        };
        assert!(!RevisitAsk::Recapture { round: 1, advice: vec![line] }.is_bounded());
        let faults = vec![fault; MOST_FAULTS + 1];
        assert!(!RevisitAsk::Correction { round: 1, faults }.is_bounded());
    }
}
