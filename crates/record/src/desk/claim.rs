//! Who may take a case.

use jiff::Timestamp;

use crate::adjudication::Case;
use crate::ids::OfficerId;

/// What the rule needs to know.
#[derive(Debug, Clone, Copy)]
pub struct ClaimFacts<'a> {
    /// Who asks.
    pub officer: OfficerId,
    /// May decide where two differ.
    pub senior: bool,
    /// Is trained for such a case.
    pub skilled: bool,
    /// Captured it, is of the same family or place, is in it, or saw it in another round.
    pub involved: bool,
    /// How far the case is.
    pub case: &'a Case,
    /// Who holds it, until when.
    pub held: Option<(OfficerId, Timestamp)>,
    /// Cases that the officer holds besides this one.
    pub holds: usize,
    /// Most that one may hold.
    pub most: usize,
    /// Now.
    pub at: Timestamp,
}

/// Why a case is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimRefused {
    /// It is decided.
    #[error("the case is decided; open the next one")]
    AlreadyDecided,
    /// It was taken off the desk.
    #[error("the case was withdrawn; open the next one")]
    Withdrawn,
    /// The officer must not decide it. Which rule says so is not told: that a case is about a
    /// relative is the relative's affair.
    #[error("this case is for somebody else; open the next one")]
    NotForYou,
    /// It needs a senior.
    #[error("two opinions differ; a senior adjudicator must decide")]
    SeniorNeeded,
    /// It needs other training.
    #[error("this case asks for training that is not stated for you; a supervisor can state it")]
    SkillMissing,
    /// Somebody else works on it.
    #[error("somebody else works on this case; open another one")]
    ClaimedByOther,
    /// The officer holds too many.
    #[error("you hold as many cases as one may; decide or give back one of them")]
    TooManyClaims,
}

impl ClaimRefused {
    /// The stable code of this refusal.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AlreadyDecided => "adjudication.already_decided",
            Self::Withdrawn => "desk.withdrawn",
            Self::NotForYou => "desk.not_for_you",
            Self::SeniorNeeded => "adjudication.senior_needed",
            Self::SkillMissing => "desk.skill_missing",
            Self::ClaimedByOther => "desk.claimed_by_other",
            Self::TooManyClaims => "desk.too_many_claims",
        }
    }
}

/// Whether an officer may take a case, or go on with one that they hold.
pub fn may_claim(facts: &ClaimFacts<'_>) -> Result<(), ClaimRefused> {
    let took_part = match facts.case {
        Case::Decided { .. } => return Err(ClaimRefused::AlreadyDecided),
        Case::Withdrawn { .. } => return Err(ClaimRefused::Withdrawn),
        Case::AwaitsFirst => false,
        Case::AwaitsSecond { first } => first.officer == facts.officer,
        Case::AwaitsSenior { first, second } => {
            [first.officer, second.officer].contains(&facts.officer)
        }
    };
    if facts.involved || took_part {
        return Err(ClaimRefused::NotForYou);
    }
    if matches!(facts.case, Case::AwaitsSenior { .. }) && !facts.senior {
        return Err(ClaimRefused::SeniorNeeded);
    }
    if !facts.skilled {
        return Err(ClaimRefused::SkillMissing);
    }
    match facts.held {
        Some((holder, until)) if until > facts.at && holder != facts.officer => {
            Err(ClaimRefused::ClaimedByOther)
        }
        Some((holder, until)) if until > facts.at && holder == facts.officer => Ok(()),
        _ if facts.holds >= facts.most => Err(ClaimRefused::TooManyClaims),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adjudication::{Opinion, Verdict};

    const ME: OfficerId = OfficerId::from_bytes([1; 16]);
    const OTHER: OfficerId = OfficerId::from_bytes([2; 16]);
    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn by(officer: OfficerId) -> Opinion {
        let verdict = Verdict::DifferentPeople;
        Opinion { officer, verdict, reasons: vec!["x".into()], given_at: NOW }
    }

    fn facts(case: &Case) -> ClaimFacts<'_> {
        ClaimFacts {
            officer: ME,
            senior: false,
            skilled: true,
            involved: false,
            case,
            held: None,
            holds: 0,
            most: 3,
            at: NOW,
        }
    }

    #[test]
    fn who_may_take_what() {
        let later = NOW + jiff::SignedDuration::from_mins(1);
        let first = Case::AwaitsFirst;
        let check = |facts: ClaimFacts<'_>, want| assert_eq!(may_claim(&facts), want, "{facts:?}");
        check(facts(&first), Ok(()));
        check(ClaimFacts { involved: true, ..facts(&first) }, Err(ClaimRefused::NotForYou));
        check(ClaimFacts { skilled: false, ..facts(&first) }, Err(ClaimRefused::SkillMissing));
        check(ClaimFacts { holds: 3, ..facts(&first) }, Err(ClaimRefused::TooManyClaims));
        let held = |who, until| ClaimFacts { held: Some((who, until)), ..facts(&first) };
        check(held(OTHER, later), Err(ClaimRefused::ClaimedByOther));
        check(held(OTHER, NOW), Ok(()));
        check(ClaimFacts { holds: 3, ..held(ME, later) }, Ok(()));
        let second = Case::AwaitsSecond { first: by(ME) };
        check(facts(&second), Err(ClaimRefused::NotForYou));
        let senior = Case::AwaitsSenior { first: by(OTHER), second: by(OTHER) };
        check(facts(&senior), Err(ClaimRefused::SeniorNeeded));
        check(ClaimFacts { senior: true, ..facts(&senior) }, Ok(()));
        let mine = Case::AwaitsSenior { first: by(ME), second: by(OTHER) };
        check(ClaimFacts { senior: true, ..facts(&mine) }, Err(ClaimRefused::NotForYou));
        let withdrawn = Case::Withdrawn { opinions: vec![], why: "desk.x".into() };
        check(facts(&withdrawn), Err(ClaimRefused::Withdrawn));
        let decided = Case::Decided { verdict: Verdict::DifferentPeople, opinions: vec![] };
        check(facts(&decided), Err(ClaimRefused::AlreadyDecided));
    }
}
