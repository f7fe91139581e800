//! What a country sets for its desk.

use super::{BulkLimits, DriftLimits, FatigueLimits};

/// The settings of the desk, from the country pack (`desk.toml`). The defaults are those of a
/// pack without that file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeskSettings {
    /// Minutes for which a claimed case is kept for a reviewer. 5 to 240. Shorter: a long look
    /// loses its case. Longer: a case left open overnight blocks the queue.
    pub claim_minutes: u16,
    /// Cases that one reviewer may hold at once, 1 to 20.
    pub most_claims: u8,
    /// Planted pairs opened for each thousand real cases, 0 to 200. At 50 a reviewer of 200
    /// cases a day judges ten planted ones, enough to see a fall from 99 to 90 percent in two weeks.
    pub planted_permille: u16,
    /// Most rounds of recapture before people look at the person instead of the prints, 1 to 10.
    pub most_recapture_rounds: u8,
    /// Counts of people below this are not published, 2 to 50.
    pub least_count: u64,
    /// Years after which the prints of a child are taken anew, 1 to 10.
    pub child_check_years: u8,
    /// Months after which a record that rests on an exception is looked at again, 1 to 60.
    pub exception_check_months: u8,
    /// When a reviewer must rest.
    pub fatigue: FatigueLimits,
    /// When a reviewer has drifted.
    pub drift: DriftLimits,
    /// When the hits of a source have jumped.
    pub bulk: BulkLimits,
}

impl Default for DeskSettings {
    fn default() -> Self {
        Self {
            claim_minutes: 30,
            most_claims: 3,
            planted_permille: 50,
            most_recapture_rounds: 3,
            least_count: 5,
            child_check_years: 5,
            exception_check_months: 12,
            fatigue: FatigueLimits::default(),
            drift: DriftLimits::default(),
            bulk: BulkLimits::default(),
        }
    }
}
