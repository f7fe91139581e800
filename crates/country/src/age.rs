//! Age at law: who may be enrolled, and who needs a guardian.

use jiff::civil::Date;
use niims_record::date::DateOfBirth;

use crate::settings::Settings;

/// What the law says of a person's age on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eligibility {
    /// Below the enrolment age even by the earliest birth that the date can mean.
    TooYoung {
        /// First day on which the person can be enrolled.
        from: Date,
    },
    /// May be below full age: captured only with a guardian's consent.
    Minor,
    /// Certainly of full age.
    Adult,
    /// The date of birth is not known at all; an estimate is needed first.
    Undetermined,
}

/// Judges an age on the civil date of the country.
///
/// Doubt is resolved for the person on both sides: nobody who may already be six is turned away,
/// and nobody who may still be a child goes without a guardian (Data Protection Act 2019, s. 33).
pub(crate) fn eligibility(settings: &Settings, born: DateOfBirth, today: Date) -> Eligibility {
    let (Some((earliest, _)), Some(certain), Some(possible)) =
        (born.range(), born.certain_age_on(today), born.possible_age_on(today))
    else {
        return Eligibility::Undetermined;
    };
    if possible < settings.enrolment_age {
        Eligibility::TooYoung { from: Settings::birthday(earliest, settings.enrolment_age) }
    } else if certain < settings.adult_age {
        Eligibility::Minor
    } else {
        Eligibility::Adult
    }
}
