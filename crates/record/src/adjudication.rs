//! Who decides that two records are one person: two people, blind to each
//! other; a third, senior, when they differ (DESIGN invariant 7).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{ApplicationId, OfficerId};

/// What an adjudicator can conclude.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// The applicant is the person behind that other application.
    SamePerson {
        /// The other application, one of the case's candidates.
        candidate: ApplicationId,
    },
    /// The applicant is none of the candidates.
    DifferentPeople,
    /// Cannot tell; better prints are needed.
    AskRecapture,
    /// Someone tries to deceive.
    SuspectFraud,
}

impl Verdict {
    /// The stable name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::SamePerson { .. } => "same_person",
            Self::DifferentPeople => "different_people",
            Self::AskRecapture => "ask_recapture",
            Self::SuspectFraud => "suspect_fraud",
        }
    }
}

/// One person's conclusion with reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// Who concluded.
    pub officer: OfficerId,
    /// What.
    pub verdict: Verdict,
    /// Codes of the country pack's list of adjudication reasons; at least one.
    pub reasons: Vec<String>,
    /// When.
    pub given_at: Timestamp,
}

/// The state of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Case {
    /// Nobody has concluded yet.
    AwaitsFirst,
    /// One has; the second must not see it.
    AwaitsSecond {
        /// The first opinion.
        first: Opinion,
    },
    /// The two differ; a senior decides, seeing both reasons and no names.
    AwaitsSenior {
        /// The first opinion.
        first: Opinion,
        /// The second opinion.
        second: Opinion,
    },
    /// Decided.
    Decided {
        /// The verdict that stands.
        verdict: Verdict,
        /// All opinions, in order: two, or three.
        opinions: Vec<Opinion>,
    },
    /// Taken off the desk: what it asked has lost its object.
    Withdrawn {
        /// The opinions given until then.
        opinions: Vec<Opinion>,
        /// Stable code of the reason.
        why: String,
    },
}

/// Whose desk an opinion comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// Our own.
    Own,
    /// Another one, which gives at most one of the blind pair and never decides alone.
    Outside {
        /// Another desk has given an opinion in this case.
        another_before: bool,
    },
}

/// What the rules of the desk need to know about the officer and the case.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// Whose desk it is.
    pub seat: Seat,
    /// The officer is a senior adjudicator.
    pub senior: bool,
    /// The officer captured one of the encounters in the case.
    pub captured_by_officer: bool,
    /// The candidates that a "same person" may name.
    pub candidates: &'a [ApplicationId],
}

/// Why an opinion is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpinionRefused {
    /// The same officer again.
    #[error("this officer has already given an opinion in this case; another must decide")]
    SameOfficer,
    /// The officer took one of the captures.
    #[error("nobody decides on their own capture; another officer must take this case")]
    OwnCapture,
    /// A senior is needed.
    #[error("the two opinions differ; a senior adjudicator must decide")]
    SeniorNeeded,
    /// Already decided.
    #[error("the case is decided; an appeal opens a new one")]
    AlreadyDecided,
    /// The candidate named is not of this case.
    #[error("the application named is not a candidate of this case")]
    NoSuchCandidate,
    /// Taken off the desk.
    #[error("the case was withdrawn; nothing is left to decide")]
    Withdrawn,
    /// Two of other desks would decide without anybody of ours.
    #[error("another desk has given an opinion in this case; the other one must be of our own")]
    OutsideAgain,
    /// No reason given.
    #[error("an opinion needs at least one reason")]
    NoReason,
}

impl OpinionRefused {
    /// The stable code of this refusal.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SameOfficer => "adjudication.same_officer",
            Self::OwnCapture => "adjudication.own_capture",
            Self::SeniorNeeded => "adjudication.senior_needed",
            Self::AlreadyDecided => "adjudication.already_decided",
            Self::NoSuchCandidate => "adjudication.no_such_candidate",
            Self::Withdrawn => "desk.withdrawn",
            Self::OutsideAgain => "adjudication.outside_again",
            Self::NoReason => "adjudication.no_reason",
        }
    }
}

impl Case {
    /// The stable name of the stage.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AwaitsFirst => "awaits_first",
            Self::AwaitsSecond { .. } => "awaits_second",
            Self::AwaitsSenior { .. } => "awaits_senior",
            Self::Decided { .. } => "decided",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    /// The opinions given so far, in order.
    pub fn opinions(&self) -> Vec<&Opinion> {
        match self {
            Self::AwaitsFirst => Vec::new(),
            Self::AwaitsSecond { first } => vec![first],
            Self::AwaitsSenior { first, second } => vec![first, second],
            Self::Decided { opinions, .. } | Self::Withdrawn { opinions, .. } => {
                opinions.iter().collect()
            }
        }
    }

    /// Whether people still have to look.
    pub const fn is_open(&self) -> bool {
        !matches!(self, Self::Decided { .. } | Self::Withdrawn { .. })
    }

    /// The case taken off the desk, unless it is over.
    pub fn withdrawn(self, why: &str) -> Result<Self, OpinionRefused> {
        match self {
            Self::Decided { .. } => Err(OpinionRefused::AlreadyDecided),
            Self::Withdrawn { .. } => Err(OpinionRefused::Withdrawn),
            open => {
                let opinions = open.opinions().into_iter().cloned().collect();
                Ok(Self::Withdrawn { opinions, why: why.to_owned() })
            }
        }
    }

    /// Takes an opinion and returns the case as it stands after it.
    pub fn with(self, opinion: Opinion, desk: Desk<'_>) -> Result<Self, OpinionRefused> {
        check_opinion(&opinion, desk)?;
        match self {
            Self::AwaitsFirst => Ok(Self::AwaitsSecond { first: opinion }),
            Self::AwaitsSecond { first } => {
                if first.officer == opinion.officer {
                    return Err(OpinionRefused::SameOfficer);
                }
                if first.verdict == opinion.verdict {
                    let verdict = first.verdict;
                    return Ok(Self::Decided { verdict, opinions: vec![first, opinion] });
                }
                Ok(Self::AwaitsSenior { first, second: opinion })
            }
            Self::AwaitsSenior { first, second } => {
                if [first.officer, second.officer].contains(&opinion.officer) {
                    return Err(OpinionRefused::SameOfficer);
                }
                if !desk.senior || desk.seat != Seat::Own {
                    return Err(OpinionRefused::SeniorNeeded);
                }
                let verdict = opinion.verdict;
                Ok(Self::Decided { verdict, opinions: vec![first, second, opinion] })
            }
            Self::Decided { .. } => Err(OpinionRefused::AlreadyDecided),
            Self::Withdrawn { .. } => Err(OpinionRefused::Withdrawn),
        }
    }
}

fn check_opinion(opinion: &Opinion, desk: Desk<'_>) -> Result<(), OpinionRefused> {
    if desk.captured_by_officer {
        return Err(OpinionRefused::OwnCapture);
    }
    if opinion.reasons.is_empty() {
        return Err(OpinionRefused::NoReason);
    }
    if desk.seat == (Seat::Outside { another_before: true }) {
        return Err(OpinionRefused::OutsideAgain);
    }
    if let Verdict::SamePerson { candidate } = opinion.verdict
        && !desk.candidates.contains(&candidate)
    {
        return Err(OpinionRefused::NoSuchCandidate);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANDIDATE: ApplicationId = ApplicationId::from_bytes([9; 16]);

    fn opinion(officer: u8, verdict: Verdict) -> Opinion {
        Opinion {
            officer: OfficerId::from_bytes([officer; 16]),
            verdict,
            reasons: vec!["ridges_agree".into()],
            given_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn desk(senior: bool) -> Desk<'static> {
        Desk { seat: Seat::Own, senior, captured_by_officer: false, candidates: &[CANDIDATE] }
    }

    #[test]
    fn two_who_agree_decide() {
        let same = Verdict::SamePerson { candidate: CANDIDATE };
        let case = Case::AwaitsFirst.with(opinion(1, same), desk(false)).unwrap();
        assert_eq!(case.name(), "awaits_second");
        let case = case.with(opinion(2, same), desk(false)).unwrap();
        assert!(matches!(case, Case::Decided { verdict, .. } if verdict == same));
        assert_eq!(case.with(opinion(3, same), desk(true)), Err(OpinionRefused::AlreadyDecided));
    }

    #[test]
    fn two_who_differ_need_a_senior_who_is_a_third() {
        let same = Verdict::SamePerson { candidate: CANDIDATE };
        let case = Case::AwaitsFirst.with(opinion(1, same), desk(false)).unwrap();
        let case = case.with(opinion(2, Verdict::DifferentPeople), desk(false)).unwrap();
        let check = |o: Opinion, d, want| assert_eq!(case.clone().with(o, d).unwrap_err(), want);
        check(opinion(3, same), desk(false), OpinionRefused::SeniorNeeded);
        check(opinion(1, same), desk(true), OpinionRefused::SameOfficer);
        let decided = case.clone().with(opinion(3, Verdict::DifferentPeople), desk(true)).unwrap();
        assert!(
            matches!(decided, Case::Decided { verdict: Verdict::DifferentPeople, opinions } if opinions.len() == 3)
        );
    }

    #[test]
    fn another_desk_is_one_of_the_pair_and_never_both_nor_the_senior() {
        let same = Verdict::SamePerson { candidate: CANDIDATE };
        let outside =
            |another_before| Desk { seat: Seat::Outside { another_before }, ..desk(true) };
        let case = Case::AwaitsFirst.with(opinion(1, same), outside(false)).unwrap();
        assert_eq!(case.name(), "awaits_second");
        let second = case.clone().with(opinion(2, same), outside(true));
        assert_eq!(second, Err(OpinionRefused::OutsideAgain));
        let decided = case.clone().with(opinion(2, same), desk(false)).unwrap();
        assert_eq!(decided.name(), "decided");
        let differ = case.with(opinion(2, Verdict::DifferentPeople), desk(false)).unwrap();
        let third = differ.with(opinion(3, same), outside(false));
        assert_eq!(third, Err(OpinionRefused::SeniorNeeded));
    }

    #[test]
    fn what_the_rules_forbid() {
        let same = Verdict::SamePerson { candidate: CANDIDATE };
        let check =
            |o: Opinion, d, want| assert_eq!(Case::AwaitsFirst.with(o, d).unwrap_err(), want);
        check(
            opinion(1, same),
            Desk { captured_by_officer: true, ..desk(false) },
            OpinionRefused::OwnCapture,
        );
        check(
            opinion(1, same),
            Desk { candidates: &[], ..desk(false) },
            OpinionRefused::NoSuchCandidate,
        );
        check(
            Opinion { reasons: vec![], ..opinion(1, same) },
            desk(false),
            OpinionRefused::NoReason,
        );
        let first = Case::AwaitsFirst.with(opinion(1, same), desk(false)).unwrap();
        assert_eq!(first.with(opinion(1, same), desk(false)), Err(OpinionRefused::SameOfficer));
    }
}
