//! A duty: a role at a place for a period.

use jiff::Timestamp;

use super::Role;
use crate::DutyId;

/// Where a duty holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the whole country.
    Everywhere,
    /// In an area of the country pack and all below it: its code, then the codes of the
    /// areas above it, the nearest first. A service centre stands before its county.
    Area(Vec<String>),
}

impl Place {
    /// The code of the area; none for the whole country.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Everywhere => None,
            Self::Area(path) => path.first().map(String::as_str),
        }
    }

    /// Whether the place with this path (itself first, then what is above) lies here.
    pub fn holds(&self, path: &[String]) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Area(own) => own.first().is_some_and(|code| path.contains(code)),
        }
    }

    /// Whether somewhere is in both.
    pub fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Everywhere, _) | (_, Self::Everywhere) => true,
            (Self::Area(one), Self::Area(two)) => other.holds(one) || self.holds(two),
        }
    }
}

/// From a moment until just before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment after.
    pub until: Timestamp,
}

impl Period {
    /// Whether this moment is in it.
    pub fn holds(self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }

    /// Whether some moment is in both.
    pub fn overlaps(self, other: Self) -> bool {
        self.from < other.until && other.from < self.until
    }
}

/// A role at a place for a period. One that was withdrawn ended at that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// The duty.
    pub id: DutyId,
    /// The role.
    pub role: Role,
    /// Where.
    pub place: Place,
    /// When.
    pub period: Period,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(path: &[&str]) -> Place {
        Place::Area(path.iter().map(|&code| code.to_owned()).collect())
    }

    #[test]
    fn places_hold_what_lies_below() {
        let county = area(&["019"]);
        let ward = area(&["0546", "C119", "019"]);
        let other = area(&["020"]);
        let check = |one: &Place, two: &Place, want: bool| {
            assert_eq!(one.overlaps(two), want, "{one:?} {two:?}");
            assert_eq!(two.overlaps(one), want, "{two:?} {one:?}");
        };
        check(&county, &ward, true);
        check(&county, &other, false);
        check(&ward, &other, false);
        check(&ward, &Place::Everywhere, true);
        check(&ward, &ward, true);
        assert!(county.holds(&["0546".into(), "C119".into(), "019".into()]));
        assert!(!ward.holds(&["019".into()]), "a duty in a ward does not reach the county");
        assert!(!Place::Area(vec![]).holds(&["019".into()]));
    }

    #[test]
    fn a_period_ends_before_its_end() {
        let at = |s: i64| Timestamp::from_second(s).unwrap();
        let period = Period { from: at(10), until: at(20) };
        for (second, want) in [(9, false), (10, true), (19, true), (20, false)] {
            assert_eq!(period.holds(at(second)), want, "{second}");
        }
        assert!(!period.overlaps(Period { from: at(20), until: at(30) }));
        assert!(period.overlaps(Period { from: at(19), until: at(30) }));
    }
}
