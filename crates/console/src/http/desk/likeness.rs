//! Scores in words.

use niims_web::{Cell, Column, Table, Words};
use niims_wire::desk::{FingerPairShown, ParticularsShown, ScorePartsShown};

/// Least likelihood ratio of each degree, as its natural logarithm in thousandths: of
/// 2, 10, 100, 1,000, 10,000 and 1,000,000. Source: ENFSI Guideline for Evaluative
/// Reporting in Forensic Science, 2015, the verbal scale.
const DEGREES: [(u32, &str); 6] = [
    (13_816, "extremely_strong"),
    (9_210, "very_strong"),
    (6_908, "strong"),
    (4_605, "moderately_strong"),
    (2_303, "moderate"),
    (693, "weak"),
];

/// Every degree, for the test of the texts.
#[cfg(test)]
pub(super) fn degrees() -> impl Iterator<Item = &'static str> {
    DEGREES.into_iter().map(|(_, name)| name)
}

/// How strongly a score (thousandths of a nat) speaks, and for what.
pub(super) fn support(w: Words<'_>, score: i32) -> &str {
    let degree = DEGREES.iter().find(|(least, _)| score.unsigned_abs() >= *least);
    let key = match degree {
        None => "support.none".to_owned(),
        Some((_, degree)) if score > 0 => format!("support.{degree}.one"),
        Some((_, degree)) => format!("support.{degree}.two"),
    };
    w.find(&key).unwrap_or_default()
}

/// A score in nats, one decimal, with its sign.
pub(super) fn nats(score: i32) -> String {
    let sign = match score {
        ..=-50 => "\u{2212}",
        50.. => "+",
        _ => "",
    };
    format!("{sign}{:.1}", f64::from(score).abs() / 1_000.0)
}

/// How much of a print lies on the other, in words.
fn share(percent: u8) -> &'static str {
    match percent {
        0..20 => "share.little",
        20..30 => "share.quarter",
        30..42 => "share.third",
        42..59 => "share.half",
        59..72 => "share.two_thirds",
        72..88 => "share.three_quarters",
        _ => "share.nearly_all",
    }
}

/// A large number in words: 1,202,604 is "1 million". One figure counts; more would pretend
/// to know.
pub(super) fn about(w: Words<'_>, number: u64) -> String {
    let digits = number.max(1).ilog10();
    let unit = 10_u64.pow(digits);
    let rounded = number.max(1) / unit * unit;
    match rounded {
        ..1_000 => rounded.to_string(),
        1_000..1_000_000 => w.fill_one("number.thousand", "count", rounded / 1_000),
        1_000_000..1_000_000_000 => w.fill_one("number.million", "count", rounded / 1_000_000),
        _ => w.t("number.billion").to_owned(),
    }
}

/// What a finger's score says: how many points agree, over how much, how rare that is.
pub(super) fn finger(w: Words<'_>, pair: &FingerPairShown) -> String {
    let points = pair.paired.len();
    if points == 0 {
        return w.t("score.no_points").to_owned();
    }
    let share = w.find(share(pair.overlap_percent)).unwrap_or_default();
    let agree = w.fill("score.points", &[("points", &points.to_string()), ("share", share)]);
    let rare = match pair.one_in {
        0..2 => w.t("score.common").to_owned(),
        one_in => w.fill_one("score.one_in", "count", about(w, one_in)),
    };
    format!("{agree} {rare}")
}

/// Where a finger's score comes from.
pub(super) fn parts(w: Words<'_>, pair: &FingerPairShown) -> Table {
    let ScorePartsShown { surroundings, alignment, amount, texture, unpaired, limit } = pair.parts;
    let rows = [
        (w.t("score.part.surroundings"), surroundings),
        (w.t("score.part.alignment"), alignment),
        (w.t("score.part.texture"), texture),
        (w.t("score.part.amount"), amount),
        (w.t("score.part.unpaired"), unpaired),
        (w.t("score.part.limit"), limit),
        (w.t("score.part.sum"), pair.score),
    ];
    Table {
        caption: w.t("score.parts").to_owned(),
        columns: vec![Column::new(w.t("score.component")), Column::numeric(w.t("score.nats"))],
        rows: rows.map(|(name, score)| vec![Cell::new(name), Cell::new(nats(score))]).to_vec(),
        is_small: true,
        ..Table::default()
    }
}

/// One group of what particulars say.
pub(super) struct Said {
    pub(super) text: String,
    pub(super) nats: String,
}

/// What of the particulars speaks for one person, and what for two. What says next to nothing
/// is left out.
pub(super) fn particulars(w: Words<'_>, found: &ParticularsShown) -> (Vec<Said>, Vec<Said>) {
    let mut sorted: Vec<_> = found.parts.iter().filter(|part| part.weight.abs() >= 50).collect();
    sorted.sort_by_key(|part| core::cmp::Reverse(part.weight.abs()));
    let said = |part: &&niims_wire::desk::ParticularShown| {
        let code = part.code.strip_prefix("linkage.").unwrap_or(&part.code);
        let field = w.find(&format!("particular.{}", part.field)).unwrap_or_default();
        let text = w.find(&format!("linkage.{code}")).unwrap_or_default();
        Said { text: format!("{field}: {text}"), nats: nats(part.weight) }
    };
    let one = sorted.iter().filter(|part| part.weight > 0).map(said).collect();
    let two = sorted.iter().filter(|part| part.weight < 0).map(said).collect();
    (one, two)
}

#[cfg(test)]
mod tests {
    use niims_web::Language;

    use super::*;
    use crate::http::texts::texts;

    #[test]
    fn large_numbers_have_one_figure() {
        let texts = texts();
        let w = Words::new(&texts, Language::English);
        for (number, words) in [
            (0, "1"),
            (7, "7"),
            (123, "100"),
            (4_999, "4 thousand"),
            (99_999, "90 thousand"),
            (1_202_604, "1 million"),
            (34_000_000, "30 million"),
        ] {
            assert_eq!(about(w, number), words, "{number}");
        }
    }
}
