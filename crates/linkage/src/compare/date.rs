//! Dates of birth with their precision. A first of January or July says no more
//! than the year; day and month get swapped; years get estimated.

use jiff::civil::Date;
use niims_record::date::DateOfBirth;

use crate::score::{Explanation, Field, Part, millinats};

/// Weights in nats. Each is ln(m / u). For strangers (u): years of birth spread
/// over about 45 effective years, days over 365, so a year agrees once in 45, a
/// year and month once in 540, a day once in 16,000. For one person (m): the
/// share named beside each, from the error recipe of the population test.
const SAME: f64 = 9.0; // m 0.55
const SWAPPED: f64 = 5.8; // m 0.02
const ONE_PART_DIFFERS: f64 = 3.3; // m 0.05, u 0.0018
const SAME_MONTH: f64 = 5.5; // m 0.5 where a record knows no day
const SAME_YEAR_ONLY: f64 = 3.2; // m 0.55 where a record knows no month
const SAME_YEAR_OTHER_DAY: f64 = -0.5; // two exact dates: m 0.013
const DIFFERS_EXACT: f64 = -5.5; // two exact dates: m 0.004; tells brothers apart
const DIFFERS_INEXACT: f64 = -2.5; // m 0.08

/// Weights in nats by distance in years when one of the dates is not exact:
/// one, two, three to five years. Estimates spread about this far.
const NEAR_YEARS: [f64; 5] = [1.2, 0.5, -0.5, -0.8, -1.0];

/// Effective number of years of birth among applicants, for the weight of lying
/// within an estimate. Source: the age pyramid above six, flattened.
const EFFECTIVE_YEARS: f64 = 45.0;

/// Share of true dates that lie within the estimate stated.
const WITHIN_M: f64 = 0.85;

/// One part, unless a date is unknown.
pub(super) fn compare_dates(a: DateOfBirth, b: DateOfBirth) -> Option<Part> {
    let (weight, explanation) = match (known(a)?, known(b)?) {
        (Known::Day(x), Known::Day(y)) => days(x, y),
        (Known::Range(x, y), other) | (other, Known::Range(x, y)) => within(x, y, other),
        (x, y) => inexact(x, y),
    };
    Some(Part { field: Field::DateOfBirth, weight: millinats(weight), explanation })
}

/// What a date really says.
#[derive(Clone, Copy)]
enum Known {
    Day(Date),
    Month(i16, i8),
    Year(i16),
    Range(i16, i16),
}

impl Known {
    fn years(self) -> (i16, i16) {
        match self {
            Self::Day(date) => (date.year(), date.year()),
            Self::Month(year, _) | Self::Year(year) => (year, year),
            Self::Range(first, last) => (first, last),
        }
    }

    fn month(self) -> Option<(i16, i8)> {
        match self {
            Self::Day(date) => Some((date.year(), date.month())),
            Self::Month(year, month) => Some((year, month)),
            Self::Year(_) | Self::Range(..) => None,
        }
    }
}

fn known(born: DateOfBirth) -> Option<Known> {
    match born {
        // Offices enter these two days when only the year is known.
        DateOfBirth::Day { date } if matches!((date.month(), date.day()), (1 | 7, 1)) => {
            Some(Known::Year(date.year()))
        }
        DateOfBirth::Day { date } => Some(Known::Day(date)),
        DateOfBirth::Month { year, month } => Some(Known::Month(year, month)),
        DateOfBirth::Year { year } | DateOfBirth::ConventionalFirstOfJanuary { year } => {
            Some(Known::Year(year))
        }
        DateOfBirth::Estimated { year, margin } => {
            let margin = i16::from(margin);
            Some(Known::Range(year.saturating_sub(margin), year.saturating_add(margin)))
        }
        DateOfBirth::Unknown => None,
    }
}

fn days(x: Date, y: Date) -> (f64, Explanation) {
    if x == y {
        return (SAME, Explanation::DateSame);
    }
    let same_year = x.year() == y.year();
    let same_month = x.month() == y.month();
    let same_day = x.day() == y.day();
    if same_year && x.month() == y.day() && x.day() == y.month() {
        return (SWAPPED, Explanation::DateSwapped);
    }
    let year_nearby = (x.year() - y.year()).abs() <= 10;
    let two_agree = (same_year && (same_month || same_day)) || (same_month && same_day);
    if two_agree && year_nearby {
        return (ONE_PART_DIFFERS, Explanation::DateOnePartDiffers);
    }
    if same_year {
        return (SAME_YEAR_OTHER_DAY, Explanation::DateDiffers);
    }
    (DIFFERS_EXACT, Explanation::DateDiffers)
}

fn inexact(x: Known, y: Known) -> (f64, Explanation) {
    if let (Some(month_x), Some(month_y)) = (x.month(), y.month()) {
        if month_x == month_y {
            return (SAME_MONTH, Explanation::DateMonth);
        }
        if month_x.0 == month_y.0 {
            return (SAME_YEAR_OTHER_DAY, Explanation::DateDiffers);
        }
    }
    near(gap(x.years(), y.years()), SAME_YEAR_ONLY, Explanation::DateYear)
}

fn within(first: i16, last: i16, other: Known) -> (f64, Explanation) {
    let years = other.years();
    let width =
        (f64::from(last) - f64::from(first)).max(f64::from(years.1) - f64::from(years.0)) + 1.0;
    let weight = (WITHIN_M * EFFECTIVE_YEARS / width).ln().clamp(0.0, SAME_YEAR_ONLY);
    near(gap((first, last), years), weight, Explanation::DateWithinEstimate)
}

/// Years between two spans of years; 0 when they touch.
fn gap(x: (i16, i16), y: (i16, i16)) -> u16 {
    x.0.max(y.0).saturating_sub(x.1.min(y.1)).max(0).unsigned_abs()
}

fn near(gap: u16, touching: f64, explanation: Explanation) -> (f64, Explanation) {
    match usize::from(gap) {
        0 => (touching, explanation),
        years => {
            NEAR_YEARS.get(years - 1).map_or((DIFFERS_INEXACT, Explanation::DateDiffers), |&w| {
                (w.min(touching), Explanation::DateNear)
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_two_dates_say() {
        let day = |y, m, d| DateOfBirth::Day { date: date(y, m, d) };
        let about = |year, margin| DateOfBirth::Estimated { year, margin };
        let check = |a, b, want| {
            let forth = compare_dates(a, b).unwrap();
            assert_eq!(forth.explanation, want);
            assert_eq!(compare_dates(b, a), Some(forth));
        };
        check(day(1990, 4, 17), day(1990, 4, 17), Explanation::DateSame);
        check(day(1990, 4, 7), day(1990, 7, 4), Explanation::DateSwapped);
        check(day(1990, 4, 17), day(1991, 4, 17), Explanation::DateOnePartDiffers);
        check(day(1990, 4, 17), day(1990, 4, 16), Explanation::DateOnePartDiffers);
        check(day(1990, 4, 17), day(1990, 1, 1), Explanation::DateYear);
        check(day(1990, 1, 1), day(1990, 1, 1), Explanation::DateYear);
        check(
            DateOfBirth::ConventionalFirstOfJanuary { year: 1991 },
            day(1990, 4, 17),
            Explanation::DateNear,
        );
        check(about(1988, 5), day(1990, 4, 17), Explanation::DateWithinEstimate);
        check(about(1980, 2), day(1990, 4, 17), Explanation::DateDiffers);
        check(day(1990, 4, 17), day(1970, 5, 3), Explanation::DateDiffers);
        check(
            DateOfBirth::Month { year: 1990, month: 4 },
            day(1990, 4, 17),
            Explanation::DateMonth,
        );
        assert_eq!(compare_dates(DateOfBirth::Unknown, day(1990, 4, 17)), None);
    }

    #[test]
    fn a_conventional_day_says_no_more_than_the_year() {
        let new_year = DateOfBirth::Day { date: date(1990, 1, 1) };
        let birthday = DateOfBirth::Day { date: date(1990, 4, 17) };
        let weight = |a, b| compare_dates(a, b).unwrap().weight;
        assert_eq!(weight(new_year, new_year), weight(new_year, birthday));
        assert!(weight(birthday, birthday) > weight(new_year, new_year));
    }

    #[test]
    fn the_widest_dates_do_not_overflow() {
        let far = DateOfBirth::Estimated { year: i16::MAX, margin: u8::MAX };
        let old = DateOfBirth::Estimated { year: i16::MIN, margin: u8::MAX };
        assert!(compare_dates(far, old).is_some());
    }
}
