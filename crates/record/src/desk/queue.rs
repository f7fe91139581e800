//! In what order cases are decided, and what each asks of a reviewer.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How urgent a case is, most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// A resident waits at a desk.
    ResidentWaits,
    /// Somebody appeals an outcome.
    Appeal,
    /// A child is without a number.
    Child,
    /// All others.
    Ordinary,
}

impl Priority {
    /// All, most urgent first.
    pub const ALL: [Self; 4] = [Self::ResidentWaits, Self::Appeal, Self::Child, Self::Ordinary];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ResidentWaits => "resident_waits",
            Self::Appeal => "appeal",
            Self::Child => "child",
            Self::Ordinary => "ordinary",
        }
    }

    /// The one with this stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.name() == name)
    }

    /// Hours within which a case of this urgency should be decided. The queue is ordered by the
    /// moment that this gives, so that urgent cases come first and old ones are never passed
    /// over for ever: an ordinary case of a week ago stands beside a resident who comes in now.
    const fn hours(self) -> i64 {
        match self {
            Self::ResidentWaits => 0,
            Self::Appeal => 24,
            Self::Child => 48,
            Self::Ordinary => 168,
        }
    }
}

/// When a case should be decided.
pub fn due_at(opened_at: Timestamp, priority: Priority) -> Timestamp {
    opened_at.saturating_add(SignedDuration::from_hours(priority.hours())).unwrap_or(opened_at)
}

/// What a case asks of a reviewer. One for each case: the rarest that it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skill {
    /// No finger to compare: faces, documents, people.
    NoPrints,
    /// A child, whose prints are small and grow.
    Child,
    /// One or two fingers to compare.
    FewPrints,
    /// Three fingers and more.
    Prints,
}

impl Skill {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::NoPrints, Self::Child, Self::FewPrints, Self::Prints];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoPrints => "no_prints",
            Self::Child => "child",
            Self::FewPrints => "few_prints",
            Self::Prints => "prints",
        }
    }

    /// The one with this stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|skill| skill.name() == name)
    }
}

/// What decides on the skill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SkillFacts {
    /// Fingers of the applicant that can be compared, 0 to 10.
    pub usable_fingers: usize,
    /// The applicant is a minor.
    pub minor: bool,
}

/// The skill that a case asks for.
pub const fn skill_of(facts: SkillFacts) -> Skill {
    match facts {
        SkillFacts { usable_fingers: 0, .. } => Skill::NoPrints,
        SkillFacts { minor: true, .. } => Skill::Child,
        SkillFacts { usable_fingers: 1 | 2, .. } => Skill::FewPrints,
        SkillFacts { .. } => Skill::Prints,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(n: i64) -> Timestamp {
        Timestamp::from_second(n * 3_600).unwrap()
    }

    #[test]
    fn urgent_cases_come_first_and_old_ones_are_not_passed_over() {
        let due = |opened, priority| due_at(hour(opened), priority);
        for pair in Priority::ALL.windows(2) {
            assert!(due(10, pair[0]) < due(10, pair[1]), "{pair:?}");
        }
        // A week and an hour old: before the resident who comes in now.
        assert!(due(0, Priority::Ordinary) < due(169, Priority::ResidentWaits));
        assert!(due(0, Priority::Ordinary) > due(167, Priority::ResidentWaits));
    }

    #[test]
    fn the_rarest_skill_counts() {
        let check = |usable_fingers, minor, want| {
            assert_eq!(skill_of(SkillFacts { usable_fingers, minor }), want);
        };
        check(10, false, Skill::Prints);
        check(3, false, Skill::Prints);
        check(2, false, Skill::FewPrints);
        check(10, true, Skill::Child);
        check(0, true, Skill::NoPrints);
    }

    #[test]
    fn names_read_back() {
        for skill in Skill::ALL {
            assert_eq!(Skill::from_name(skill.name()), Some(skill));
        }
        for priority in Priority::ALL {
            assert_eq!(Priority::from_name(priority.name()), Some(priority));
        }
        assert_eq!(Skill::from_name("magic"), None);
    }
}
