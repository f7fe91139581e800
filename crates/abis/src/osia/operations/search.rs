//! What searches and comparisons may be told in their query, and how their probe is read.

use super::super::convert::candidates::Sight;
use super::super::convert::items::{self, Items};
use super::super::fault::Fault;
use super::super::messages::biometric::BiometricData;
use super::super::messages::limits::{MOST_CANDIDATES, USUAL_CANDIDATES};
use super::super::messages::search::Filter;
use super::super::messages::vocabulary::BiometricType;
use super::super::query::Query;
use super::super::refusal::Refusal;
use crate::access::Scope;
use crate::faces::FaceMatching;
use crate::modality::Biometrics;
use crate::search::Effort;
use crate::service::clients::{AccessError, Caller};
use crate::service::{By, IdentifyQuestion, Probe};
use crate::subject::GalleryName;

/// The parameters of a search.
pub const OF_SEARCH: [&str; 7] = [
    "transactionId",
    "callback",
    "priority",
    "maxNbCand",
    "threshold",
    "accuracyLevel",
    "serviceLevel",
];

/// Those of a comparison with one.
pub const OF_COMPARISON: [&str; 6] =
    ["transactionId", "callback", "priority", "threshold", "accuracyLevel", "serviceLevel"];

/// What a search was told.
pub struct Options {
    most_candidates: usize,
    /// Least score, millinats.
    pub threshold: Option<i32>,
    effort: Effort,
    /// What its caller may see of the answer.
    pub sight: Sight,
}

impl Options {
    /// Reads them from a query.
    ///
    /// A service level is checked and has no effect: every search is as fast as it can be.
    ///
    /// # Errors
    /// For a parameter of another shape, and for a threshold of a caller who may not see scores: who
    /// may move it can find out a score by halving.
    pub fn read(query: &Query, caller: &Caller) -> Result<Self, Refusal> {
        let must = "a whole number from 1 to 1000";
        let most = query.integer("maxNbCand", 1..=MOST_CANDIDATES, must)?;
        query.integer("serviceLevel", 0..=9, "a whole number from 0 to 9")?;
        let effort = match query.text("accuracyLevel") {
            None | Some("USUAL") => Effort::Usual,
            Some("EXHAUSTIVE") => Effort::Exhaustive,
            Some(_) => {
                let (name, must) = ("accuracyLevel", "USUAL or EXHAUSTIVE");
                return Err(Fault::Parameter { name, must }.into());
            }
        };
        let threshold = threshold(query)?;
        if threshold.is_some() && !caller.sees_scores() {
            return Err(AccessError::ScopeMissing(Scope::Scores).into());
        }
        Ok(Self {
            most_candidates: usize::try_from(most.unwrap_or(USUAL_CANDIDATES)).unwrap_or(1),
            threshold,
            effort,
            sight: if caller.sees_scores() { Sight::Scores } else { Sight::Ranks },
        })
    }

    /// The question whom a probe is alike.
    pub fn question(&self, probe: Probe, gallery: Option<GalleryName>, by: By) -> IdentifyQuestion {
        IdentifyQuestion {
            by,
            gallery,
            most_candidates: self.most_candidates,
            threshold: self.threshold,
            effort: self.effort,
            ..IdentifyQuestion::of(probe)
        }
    }
}

/// What a filter leaves to search by. It must leave fingers or faces in: nothing else is compared.
pub fn by(filter: &Filter) -> Result<By, Fault> {
    if filter.other {
        return Err(Fault::Filter);
    }
    let Some(kinds) = &filter.biometric_type else { return Ok(By::Any) };
    match (kinds.contains(&BiometricType::Finger), kinds.contains(&BiometricType::Face)) {
        (true, true) => Ok(By::Any),
        (true, false) => Ok(By::Fingers),
        (false, true) => Ok(By::Face),
        (false, false) => Err(Fault::NothingToCompare),
    }
}

/// A probe, in which there must be something to compare.
pub fn probe(
    list: &[BiometricData],
    at: &str,
    faces: Option<&FaceMatching>,
) -> Result<Biometrics, Fault> {
    let Items { biometrics, left_out, .. } = items::read(list, at, faces)?;
    if biometrics.is_empty() {
        Err(left_out.unwrap_or(Fault::NothingToCompare))
    } else {
        Ok(biometrics)
    }
}

/// A number of the standard as a score, rounded up: nobody below it may pass.
fn threshold(query: &Query) -> Result<Option<i32>, Fault> {
    let (name, must) = ("threshold", "a number from 0 to 2147483647");
    query
        .text(name)
        .map(|text| {
            let decimal = text.bytes().all(|letter| b"+-.0123456789eE".contains(&letter));
            let value = text.parse::<f64>().ok().filter(|_| decimal).map(f64::ceil);
            let value = value.filter(|value| (0.0..=f64::from(i32::MAX)).contains(value));
            value.map(|value| value as i32).ok_or(Fault::Parameter { name, must })
        })
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_numbers_and_round_up() {
        for (text, want) in [
            ("7000", Some(7_000)),
            ("7000.2", Some(7_001)),
            ("7e3", Some(7_000)),
            ("0", Some(0)),
            ("-0.5", Some(0)),
            ("-1", None),
            ("NaN", None),
            ("inf", None),
            ("1e30", None),
            ("", None),
            ("x", None),
        ] {
            let query = Query::read(Some(&format!("threshold={text}")), &OF_SEARCH).unwrap();
            assert_eq!(threshold(&query).ok().flatten(), want, "{text}");
        }
    }

    #[test]
    fn a_filter_must_leave_fingers_or_faces_in() {
        let of =
            |kinds: &[BiometricType]| Filter { biometric_type: Some(kinds.to_vec()), other: false };
        for (filter, want) in [
            (Filter::default(), Ok(By::Any)),
            (of(&[BiometricType::Iris, BiometricType::Finger]), Ok(By::Fingers)),
            (of(&[BiometricType::Face, BiometricType::Finger]), Ok(By::Any)),
            (of(&[BiometricType::Face]), Ok(By::Face)),
            (of(&[BiometricType::Iris]), Err(Fault::NothingToCompare)),
            (of(&[]), Err(Fault::NothingToCompare)),
            (Filter { biometric_type: None, other: true }, Err(Fault::Filter)),
        ] {
            assert_eq!(by(&filter), want);
        }
    }
}
