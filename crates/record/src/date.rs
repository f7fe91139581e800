//! A date of birth with the precision that its evidence supports.

use core::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The earliest year of birth that a living applicant can have.
pub const EARLIEST_YEAR: i16 = 1880;

/// A date of birth. A first of January that stands for "only the year is known"
/// has its own variant, so that nobody later mistakes it for a birthday.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "precision", rename_all = "snake_case")]
pub enum DateOfBirth {
    /// The day is known.
    Day {
        /// The day.
        date: Date,
    },
    /// Month and year are known.
    Month {
        /// The year.
        year: i16,
        /// The month, 1 to 12.
        month: i8,
    },
    /// The year is known.
    Year {
        /// The year.
        year: i16,
    },
    /// A document says 1 January because only the year was known.
    ConventionalFirstOfJanuary {
        /// The year.
        year: i16,
    },
    /// The year was estimated, give or take some years.
    Estimated {
        /// The likeliest year.
        year: i16,
        /// Years either way, 0 to 20.
        margin: u8,
    },
    /// Not known at all.
    Unknown,
}

/// Why a date of birth is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not a date of the calendar.
    #[error("this is not a date of the calendar")]
    NotADate,
    /// After the day of registration.
    #[error("a date of birth cannot lie in the future")]
    InTheFuture,
    /// Before [`EARLIEST_YEAR`].
    #[error("a date of birth before 1880 cannot be right")]
    TooEarly,
}

impl DateError {
    /// The stable code of this error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotADate => "date.not_a_date",
            Self::InTheFuture => "date.in_the_future",
            Self::TooEarly => "date.too_early",
        }
    }
}

impl DateOfBirth {
    /// The earliest and the latest day that the date can mean; `None` if unknown.
    pub fn range(&self) -> Option<(Date, Date)> {
        let whole_year = |first: i16, last: i16| {
            Some((Date::new(first, 1, 1).ok()?, Date::new(last, 12, 31).ok()?))
        };
        match *self {
            Self::Day { date } => Some((date, date)),
            Self::Month { year, month } => {
                let first = Date::new(year, month, 1).ok()?;
                Some((first, first.last_of_month()))
            }
            Self::Year { year } | Self::ConventionalFirstOfJanuary { year } => {
                whole_year(year, year)
            }
            Self::Estimated { year, margin } => {
                whole_year(year - i16::from(margin), year + i16::from(margin))
            }
            Self::Unknown => None,
        }
    }

    /// Checks the date against the calendar and the day of registration.
    pub fn check(&self, today: Date) -> Result<(), DateError> {
        if matches!(self, Self::Unknown) {
            return Ok(());
        }
        let (first, _) = self.range().ok_or(DateError::NotADate)?;
        if first > today {
            return Err(DateError::InTheFuture);
        }
        if first.year() < EARLIEST_YEAR {
            return Err(DateError::TooEarly);
        }
        Ok(())
    }

    /// Completed years of age on a day, taking the latest possible birth: the
    /// age that is certain. `None` if the date is unknown.
    pub fn certain_age_on(&self, day: Date) -> Option<i16> {
        self.range().map(|(_, latest)| completed_years(latest, day))
    }

    /// Completed years of age on a day, taking the earliest possible birth.
    pub fn possible_age_on(&self, day: Date) -> Option<i16> {
        self.range().map(|(earliest, _)| completed_years(earliest, day))
    }

    /// The year, where one is stated.
    pub fn year(&self) -> Option<i16> {
        match *self {
            Self::Day { date } => Some(date.year()),
            Self::Month { year, .. }
            | Self::Year { year }
            | Self::ConventionalFirstOfJanuary { year }
            | Self::Estimated { year, .. } => Some(year),
            Self::Unknown => None,
        }
    }

    /// As a registrar writes it: `1990-04-17`, `1990-04`, `1990`, `about 1990`.
    pub fn written(&self) -> String {
        match *self {
            Self::Day { date } => date.to_string(),
            Self::Month { year, month } => format!("{year:04}-{month:02}"),
            Self::Year { year } => format!("{year:04}"),
            Self::ConventionalFirstOfJanuary { year } => {
                format!("{year:04} (1 January by convention)")
            }
            Self::Estimated { year, margin } => format!("about {year:04} (± {margin})"),
            Self::Unknown => "unknown".to_owned(),
        }
    }
}

impl fmt::Debug for DateOfBirth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DateOfBirth(…)")
    }
}

/// Completed years between two days. Someone born on 29 February completes a
/// year on 1 March of common years.
fn completed_years(born: Date, day: Date) -> i16 {
    let years = day.year() - born.year();
    if (day.month(), day.day()) < (born.month(), born.day()) { years - 1 } else { years }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn sixth_birthday_to_the_day() {
        let born = DateOfBirth::Day { date: date(2020, 3, 10) };
        assert_eq!(born.certain_age_on(date(2026, 3, 9)), Some(5));
        assert_eq!(born.certain_age_on(date(2026, 3, 10)), Some(6));
        let leap = DateOfBirth::Day { date: date(2020, 2, 29) };
        assert_eq!(leap.certain_age_on(date(2026, 2, 28)), Some(5));
        assert_eq!(leap.certain_age_on(date(2026, 3, 1)), Some(6));
    }

    #[test]
    fn a_year_alone_leaves_a_year_of_doubt() {
        let born = DateOfBirth::Year { year: 2020 };
        assert_eq!(born.certain_age_on(date(2026, 6, 1)), Some(5));
        assert_eq!(born.possible_age_on(date(2026, 6, 1)), Some(6));
    }

    #[test]
    fn impossible_dates_are_refused() {
        let today = date(2026, 11, 22);
        let check = |d: DateOfBirth, want| assert_eq!(d.check(today), want);
        check(DateOfBirth::Year { year: 2027 }, Err(DateError::InTheFuture));
        check(DateOfBirth::Month { year: 2000, month: 13 }, Err(DateError::NotADate));
        check(DateOfBirth::Year { year: 1700 }, Err(DateError::TooEarly));
        check(DateOfBirth::Unknown, Ok(()));
    }
}
