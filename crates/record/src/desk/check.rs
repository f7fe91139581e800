//! When a record is looked at again: a child grows, a wound heals.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::DeskSettings;

/// Why a record is looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckReason {
    /// No finger could be compared, and some may be later.
    NoUsableFingerprints,
    /// The rounds of recapture were used up; people decided by face and documents.
    RecaptureExhausted,
    /// A child: prints grow.
    Child,
}

impl CheckReason {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::NoUsableFingerprints, Self::RecaptureExhausted, Self::Child];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoUsableFingerprints => "no_usable_fingerprints",
            Self::RecaptureExhausted => "recapture_exhausted",
            Self::Child => "child",
        }
    }

    /// The one with this stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// The day from which a record is looked at again. Whose fingers can never be captured is not
/// asked to come: a body that does not change has nothing to show.
pub fn later_check(
    reason: CheckReason,
    permanent: bool,
    decided_on: Date,
    settings: &DeskSettings,
) -> Option<Date> {
    match reason {
        CheckReason::NoUsableFingerprints if permanent => None,
        CheckReason::NoUsableFingerprints | CheckReason::RecaptureExhausted => {
            decided_on.checked_add(i32::from(settings.exception_check_months).months()).ok()
        }
        CheckReason::Child => {
            decided_on.checked_add(i32::from(settings.child_check_years).years()).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_asked_again_and_when() {
        let day = jiff::civil::date(2027, 2, 28);
        let settings = DeskSettings::default();
        let check = |reason, permanent, want: Option<&str>| {
            let found = later_check(reason, permanent, day, &settings);
            assert_eq!(found.map(|date| date.to_string()).as_deref(), want);
        };
        check(CheckReason::NoUsableFingerprints, true, None);
        check(CheckReason::NoUsableFingerprints, false, Some("2028-02-28"));
        check(CheckReason::RecaptureExhausted, false, Some("2028-02-28"));
        check(CheckReason::Child, false, Some("2032-02-28"));
        for reason in CheckReason::ALL {
            assert_eq!(CheckReason::from_name(reason.name()), Some(reason));
        }
    }
}
