//! Planted pairs: cases whose answer is known, to measure those who decide.

use serde::{Deserialize, Serialize};

/// What a planted pair is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlantedKind {
    /// One person captured twice.
    Mate,
    /// One person captured twice under other particulars.
    DisguisedMate,
    /// Twins.
    Twins,
    /// Brothers or sisters.
    Siblings,
    /// Prints of two people that look much alike.
    LookAlike,
}

impl PlantedKind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Mate, Self::DisguisedMate, Self::Twins, Self::Siblings, Self::LookAlike];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mate => "mate",
            Self::DisguisedMate => "disguised_mate",
            Self::Twins => "twins",
            Self::Siblings => "siblings",
            Self::LookAlike => "look_alike",
        }
    }

    /// The one with this stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The answer: whether the two are one person.
    pub const fn one_person(self) -> bool {
        matches!(self, Self::Mate | Self::DisguisedMate)
    }
}

/// Whether a planted pair is opened beside a real case, at a rate in thousandths. `draw` is
/// uniform over all values.
pub const fn plants(draw: u32, permille: u16) -> bool {
    (draw as u64 * 1_000) >> 32 < permille as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_holds() {
        for permille in [0_u16, 50, 200, 1_000] {
            let step = 65_537_u32;
            let draws = u32::MAX / step;
            let planted = (0..draws).filter(|n| plants(n * step, permille)).count();
            let share = planted as f64 / f64::from(draws) * 1_000.0;
            assert!((share - f64::from(permille)).abs() < 0.1, "{permille}: {share}");
        }
        assert!(!plants(0, 0));
        assert!(plants(u32::MAX, 1_000));
    }

    #[test]
    fn names_read_back() {
        for kind in PlantedKind::ALL {
            assert_eq!(PlantedKind::from_name(kind.name()), Some(kind));
        }
    }
}
