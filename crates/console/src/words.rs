//! Codes and scores in plain English words, for the list and for the page.

use niims_fingerprint::FingerPosition;
use niims_record::application::CaseReason;

/// Why a case was opened.
pub(crate) const fn reason(reason: CaseReason) -> &'static str {
    match reason {
        CaseReason::LikelyDuplicate => "likely duplicate",
        CaseReason::NoUsableFingerprints => "no usable fingerprints",
        CaseReason::RecaptureExhausted => "recaptures used up, decide by the person",
        CaseReason::Appeal => "appeal",
        CaseReason::TwoNumbers => "two numbers, perhaps one person",
        CaseReason::Released => "released by two seniors, decide anew",
        CaseReason::SameForm => "the form that was brought came before with another application",
        CaseReason::OfficersFinger => "a finger is the capturing officer's own",
    }
}

/// The stage of a case; a stage that we do not know, as it is.
pub(crate) fn stage(name: &str) -> &str {
    match name {
        "awaits_first" => "awaits a first opinion",
        "awaits_second" => "awaits a second opinion",
        "awaits_senior" => "awaits a senior",
        "decided" => "decided",
        "withdrawn" => "withdrawn",
        other => other,
    }
}

/// A verdict as it is typed, from its stable name.
pub(crate) fn verdict(name: &str) -> &str {
    match name {
        "same_person" => "same:APPLICATION-NUMBER",
        "different_people" => "different",
        "ask_recapture" => "recapture",
        "suspect_fraud" => "fraud",
        other => other,
    }
}

/// A finger, with a small letter at the start.
pub(crate) const fn finger(position: FingerPosition) -> &'static str {
    match position {
        FingerPosition::Unknown => "a finger that nobody named",
        FingerPosition::RightThumb => "right thumb",
        FingerPosition::RightIndex => "right index finger",
        FingerPosition::RightMiddle => "right middle finger",
        FingerPosition::RightRing => "right ring finger",
        FingerPosition::RightLittle => "right little finger",
        FingerPosition::LeftThumb => "left thumb",
        FingerPosition::LeftIndex => "left index finger",
        FingerPosition::LeftMiddle => "left middle finger",
        FingerPosition::LeftRing => "left ring finger",
        FingerPosition::LeftLittle => "left little finger",
    }
}

/// Between which two statements a score decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    /// One finger or two fingers made the prints.
    Finger,
    /// The records are of one person or of two.
    Person,
}

/// Least likelihood ratio of each degree, as its natural logarithm in thousandths: of
/// 2, 10, 100, 1,000, 10,000 and 1,000,000. Source: ENFSI Guideline for Evaluative
/// Reporting in Forensic Science, 2015, the verbal scale.
const DEGREES: [(u32, &str); 6] = [
    (13_816, "Extremely strong"),
    (9_210, "Very strong"),
    (6_908, "Strong"),
    (4_605, "Moderately strong"),
    (2_303, "Moderate"),
    (693, "Weak"),
];

/// A score (thousandths of a nat) in words.
pub(crate) fn support(score: i32, question: Question) -> String {
    let degree = DEGREES.iter().find(|(least, _)| score.unsigned_abs() >= *least);
    let Some((_, degree)) = degree else { return "Says nothing either way".to_owned() };
    let statement = match (question, score > 0) {
        (Question::Finger, true) => "the same finger",
        (Question::Finger, false) => "different fingers",
        (Question::Person, true) => "one person",
        (Question::Person, false) => "two people",
    };
    format!("{degree} support for {statement}")
}

/// A score in nats, one decimal.
pub(crate) fn nats(score: i32) -> String {
    let sign = if score < 0 { "\u{2212}" } else { "" };
    format!("{sign}{:.1} nats", f64::from(score).abs() / 1000.0)
}

/// What a part of the demographic score says, from its stable code.
pub(crate) fn explanation(code: &str) -> Option<&'static str> {
    Some(match code {
        "linkage.name_same" => "A name is the same, letter for letter.",
        "linkage.name_variant" => "A name is a known variant or spelling of the other's.",
        "linkage.name_close" => "A name is spelt or sounds nearly the same.",
        "linkage.name_initial" => "An initial fits a name of the other record.",
        "linkage.name_differs" => "A name is missing from the other record, which has room for it.",
        "linkage.name_extra" => "One record has a further name.",
        "linkage.date_same" => "The date of birth is the same.",
        "linkage.date_swapped" => "Day and month of birth are swapped; the year is the same.",
        "linkage.date_one_part_differs" => {
            "Two of day, month and year of birth are the same; the third differs."
        }
        "linkage.date_month" => "Month and year of birth are the same; one record knows no day.",
        "linkage.date_year" => "The year of birth is the same; one record knows no more.",
        "linkage.date_near" => "The years of birth are close, and one date is not exact.",
        "linkage.date_within_estimate" => "The date of birth lies within the other's estimate.",
        "linkage.date_differs" => "The dates of birth differ.",
        "linkage.sex_same" => "The sex is the same.",
        "linkage.sex_differs" => "The sex differs.",
        "linkage.place_same" => "A place is the same, as far down as both records say.",
        "linkage.place_within" => "The places lie in the same wider area.",
        "linkage.place_differs" => "The places have nothing in common.",
        "linkage.phone_same" => "The telephone number is the same.",
        "linkage.phone_differs" => "The telephone numbers differ.",
        "linkage.identifier_same" => "A number from another body is the same.",
        "linkage.identifier_close" => "A number from another body differs by one slip of the pen.",
        "linkage.identifier_differs" => "The numbers from the same body differ.",
        "linkage.parent_same" => "A parent's name agrees.",
        "linkage.parent_differs" => "A parent's name differs.",
        "linkage.household_shared" => {
            "Places, telephone and parents together say no more than that both share a household."
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_in_words() {
        let check = |score, question, want| assert_eq!(support(score, question), want);
        check(0, Question::Finger, "Says nothing either way");
        check(692, Question::Person, "Says nothing either way");
        check(-693, Question::Person, "Weak support for two people");
        check(-3_000, Question::Finger, "Moderate support for different fingers");
        check(6_908, Question::Finger, "Strong support for the same finger");
        check(9_209, Question::Person, "Strong support for one person");
        check(i32::MAX, Question::Person, "Extremely strong support for one person");
        check(i32::MIN, Question::Person, "Extremely strong support for two people");
        assert_eq!(nats(-2_340), "\u{2212}2.3 nats");
    }

    #[test]
    fn every_explanation_of_the_linkage_has_words() {
        for explanation in niims_linkage::Explanation::ALL {
            assert!(super::explanation(explanation.code()).is_some(), "{explanation:?}");
        }
        assert_eq!(super::explanation("linkage.new_one"), None);
    }
}
