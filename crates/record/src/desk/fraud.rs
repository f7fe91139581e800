//! A case held because fraud is suspected: two seniors who took no part release or refer it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::OfficerId;

/// What a senior can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FraudAnswer {
    /// There is no fraud; others decide the case anew.
    Release,
    /// There is; the application is refused, with a right of appeal, and referred.
    Refer,
}

/// One senior's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FraudVote {
    /// Who.
    pub officer: OfficerId,
    /// What.
    pub answer: FraudAnswer,
    /// When.
    pub at: Timestamp,
}

/// How far a held case is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum FraudHold {
    /// Fewer than two answers agree.
    Held {
        /// Those given: none, one, or two that differ.
        votes: Vec<FraudVote>,
    },
    /// Two agree.
    Answered {
        /// On what.
        answer: FraudAnswer,
        /// All answers: two or three.
        votes: Vec<FraudVote>,
    },
}

/// Why an answer is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FraudRefused {
    /// It is answered.
    #[error("two seniors have answered this case")]
    NotHeld,
    /// The same officer again.
    #[error("you have answered this case; another senior must")]
    AnsweredAlready,
    /// The officer gave an opinion in the case or captured it.
    #[error("you took part in this case; another senior must answer")]
    TookPart,
}

impl FraudRefused {
    /// The stable code of this refusal.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotHeld => "desk.not_held",
            Self::AnsweredAlready => "desk.answered_already",
            Self::TookPart => "desk.took_part",
        }
    }
}

impl FraudHold {
    /// A case that has just been held.
    pub const fn new() -> Self {
        Self::Held { votes: Vec::new() }
    }

    /// Takes an answer. Of three, two always agree.
    pub fn with(self, vote: FraudVote, took_part: bool) -> Result<Self, FraudRefused> {
        let Self::Held { mut votes } = self else { return Err(FraudRefused::NotHeld) };
        if took_part {
            return Err(FraudRefused::TookPart);
        }
        if votes.iter().any(|given| given.officer == vote.officer) {
            return Err(FraudRefused::AnsweredAlready);
        }
        let answer = vote.answer;
        votes.push(vote);
        if votes.iter().filter(|given| given.answer == answer).count() == 2 {
            return Ok(Self::Answered { answer, votes });
        }
        Ok(Self::Held { votes })
    }
}

impl Default for FraudHold {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vote(officer: u8, answer: FraudAnswer) -> FraudVote {
        let officer = OfficerId::from_bytes([officer; 16]);
        FraudVote { officer, answer, at: Timestamp::UNIX_EPOCH }
    }

    #[test]
    fn two_who_agree_answer_and_a_third_breaks_a_tie() {
        use FraudAnswer::{Refer, Release};
        let check = |votes: &[(u8, FraudAnswer)], want: Option<FraudAnswer>| {
            let mut hold = FraudHold::new();
            for (officer, answer) in votes {
                hold = hold.with(vote(*officer, *answer), false).unwrap();
            }
            let decided = match hold {
                FraudHold::Answered { answer, .. } => Some(answer),
                FraudHold::Held { .. } => None,
            };
            assert_eq!(decided, want, "{votes:?}");
        };
        check(&[(1, Refer)], None);
        check(&[(1, Refer), (2, Refer)], Some(Refer));
        check(&[(1, Refer), (2, Release)], None);
        check(&[(1, Refer), (2, Release), (3, Release)], Some(Release));
    }

    #[test]
    fn nobody_answers_twice_or_after_taking_part() {
        let hold = FraudHold::new().with(vote(1, FraudAnswer::Refer), false).unwrap();
        let again = hold.clone().with(vote(1, FraudAnswer::Refer), false);
        assert_eq!(again, Err(FraudRefused::AnsweredAlready));
        let part = hold.clone().with(vote(2, FraudAnswer::Refer), true);
        assert_eq!(part, Err(FraudRefused::TookPart));
        let answered = hold.with(vote(2, FraudAnswer::Refer), false).unwrap();
        let late = answered.with(vote(3, FraudAnswer::Refer), false);
        assert_eq!(late, Err(FraudRefused::NotHeld));
    }
}
