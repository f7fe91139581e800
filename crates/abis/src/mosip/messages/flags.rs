//! The flags of an identify request: how many candidates, and how rare a false one shall be.

/// Most candidates that may be asked for. Nobody looks at more, and a longer list leaks the gallery.
pub const MOST_RESULTS: u16 = 1_000;

/// Highest `targetFPIR`: one false candidate in 10^10 searches. Above it the number is a mistake.
const MOST_TARGET: u16 = 100;

/// Millinats of ten decibels: a thousand times the natural logarithm of ten.
const TEN_DECIBELS: f64 = 2_302.585_092_994_045_7;

/// What an identify request may ask for. Absent and empty members mean: as the service does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags {
    /// Most candidates, 1 to [`MOST_RESULTS`].
    pub most_results: Option<u16>,
    /// `round(-10 log10 p)` for a rate `p` of searches with a false candidate; 0 to 100.
    pub target_fpir: Option<u16>,
}

impl Flags {
    /// Reads both numbers; `None` when one is not a number in its range.
    pub(super) fn read(most_results: &str, target_fpir: &str) -> Option<Self> {
        let number = |text: &str, least: u16, most: u16| match text.trim() {
            "" => Some(None),
            digits if digits.len() <= 5 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                let value = digits.parse().ok()?;
                (least..=most).contains(&value).then_some(Some(value))
            }
            _ => None,
        };
        Some(Self {
            most_results: number(most_results, 1, MOST_RESULTS)?,
            target_fpir: number(target_fpir, 0, MOST_TARGET)?,
        })
    }

    /// The least score, in millinats, that keeps the rate of false candidates at the target among so
    /// many enrolled; `None` without a target.
    ///
    /// A score is a logarithm of how much likelier the prints are of one person than of two, so a
    /// pair of two persons passes `s` nats at most once in `e^s`. Among `n` persons the rate is at
    /// most `n e^-s`, and `s = ln n + target · ln 10 / 10` keeps it. It holds as far as the scores
    /// are calibrated; that is measured with the engine, not here.
    pub fn least_score(self, enrolled: u64) -> Option<i32> {
        let target = f64::from(self.target_fpir?);
        let gallery = 1_000.0 * (enrolled.max(1) as f64).ln();
        Some((gallery + target * TEN_DECIBELS / 10.0).ceil() as i32)
    }
}
