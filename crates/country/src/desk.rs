//! `desk.toml`: what a country sets for the desk where people decide. A pack without it has the
//! defaults of [`DeskSettings`].

use niims_record::desk::DeskSettings;

use crate::problem::{PackCode, Sink};
use crate::read::{Item, document};
use crate::source::PackSource;

/// The file.
pub(crate) const FILE: &str = "desk.toml";

pub(crate) fn read(source: &PackSource, sink: &Sink) -> DeskSettings {
    if !source.names().any(|name| name == FILE) {
        return DeskSettings::default();
    }
    document(source, FILE, sink, settings).unwrap_or_default()
}

fn settings(root: Item<'_>) -> DeskSettings {
    root.only(&["claim", "planted", "recapture", "figures", "check", "fatigue", "drift", "bulk"]);
    let mut set = DeskSettings::default();
    if let Some(item) = root.table("claim") {
        item.only(&["minutes", "most"]);
        number(item, "minutes", 5..=240, &mut set.claim_minutes);
        number(item, "most", 1..=20, &mut set.most_claims);
    }
    if let Some(item) = root.table("planted") {
        item.only(&["permille"]);
        number(item, "permille", 0..=200, &mut set.planted_permille);
    }
    if let Some(item) = root.table("recapture") {
        item.only(&["most_rounds"]);
        number(item, "most_rounds", 1..=10, &mut set.most_recapture_rounds);
    }
    if let Some(item) = root.table("figures") {
        item.only(&["least_count"]);
        number(item, "least_count", 2..=50, &mut set.least_count);
    }
    if let Some(item) = root.table("check") {
        item.only(&["child_years", "exception_months"]);
        number(item, "child_years", 1..=10, &mut set.child_check_years);
        number(item, "exception_months", 1..=60, &mut set.exception_check_months);
    }
    limits(root, &mut set);
    set
}

fn limits(root: Item<'_>, set: &mut DeskSettings) {
    if let Some(item) = root.table("fatigue") {
        item.only(&["per_hour", "per_day", "minutes_without_pause", "pause_minutes"]);
        number(item, "per_hour", 1..=200, &mut set.fatigue.per_hour);
        number(item, "per_day", 1..=1_000, &mut set.fatigue.per_day);
        number(item, "minutes_without_pause", 10..=240, &mut set.fatigue.minutes_without_pause);
        number(item, "pause_minutes", 3..=60, &mut set.fatigue.pause_minutes);
    }
    if let Some(item) = root.table("drift") {
        item.only(&[
            "least_sensitivity",
            "least_specificity",
            "least_planted",
            "least_kappa",
            "least_common",
            "least_seconds",
            "least_opinions",
        ]);
        number(item, "least_sensitivity", 0..=1_000, &mut set.drift.least_sensitivity);
        number(item, "least_specificity", 0..=1_000, &mut set.drift.least_specificity);
        number(item, "least_planted", 1..=1_000, &mut set.drift.least_planted);
        number(item, "least_kappa", 0..=1_000, &mut set.drift.least_kappa);
        number(item, "least_common", 1..=1_000, &mut set.drift.least_common);
        number(item, "least_seconds", 0..=600, &mut set.drift.least_seconds);
        number(item, "least_opinions", 1..=1_000, &mut set.drift.least_opinions);
    }
    if let Some(item) = root.table("bulk") {
        item.only(&[
            "window_hours",
            "past_days",
            "least_hits",
            "least_factor_tenths",
            "least_evidence_tenths",
        ]);
        number(item, "window_hours", 1..=168, &mut set.bulk.window_hours);
        number(item, "past_days", 1..=365, &mut set.bulk.past_days);
        number(item, "least_hits", 3..=1_000, &mut set.bulk.least_hits);
        number(item, "least_factor_tenths", 11..=1_000, &mut set.bulk.least_factor_tenths);
        number(item, "least_evidence_tenths", 30..=1_000, &mut set.bulk.least_evidence);
    }
}

/// Takes a number that is stated and lies in its range; reports one that does not.
fn number<T: TryFrom<i64>>(
    item: Item<'_>,
    key: &str,
    range: core::ops::RangeInclusive<i64>,
    into: &mut T,
) {
    let Some(at) = item.integer(key) else { return };
    match T::try_from(at.value) {
        Ok(value) if range.contains(&at.value) => *into = value,
        _ => item.fault(
            at.line,
            PackCode::WrongValue,
            format!("{key:?} is not from {} to {}", range.start(), range.end()),
            "write a number in that range",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CountryPack;

    #[test]
    fn the_file_of_kenya_is_read_and_says_the_defaults() {
        let source = PackSource::embedded();
        assert!(source.names().any(|name| name == FILE));
        let pack = CountryPack::embedded().unwrap();
        assert_eq!(pack.desk(), &DeskSettings::default());
    }
}
