//! What a comparison says in plain words, English and Swahili.

use crate::compare::Comparison;

/// Least likelihood ratio of each degree, as its natural logarithm in thousandths: of 2, 10, 100,
/// 1,000, 10,000 and 1,000,000. Source: ENFSI Guideline for Evaluative Reporting in Forensic
/// Science, 2015, the verbal scale.
const DEGREES: [(u32, &str, &str); 6] = [
    (13_816, "Extremely strong", "wenye nguvu mno"),
    (9_210, "Very strong", "wenye nguvu sana"),
    (6_908, "Strong", "wenye nguvu"),
    (4_605, "Moderately strong", "wenye nguvu kiasi"),
    (2_303, "Moderate", "wa kadiri"),
    (693, "Weak", "dhaifu"),
];

/// What a score says: in English, in Swahili.
pub(super) fn verdict(score: i32) -> (String, String) {
    let degree = DEGREES.iter().find(|(least, _, _)| score.unsigned_abs() >= *least);
    let Some((_, english, swahili)) = degree else {
        return (
            "The prints say nothing either way.".to_owned(),
            "Alama hizi hazithibitishi wala kukanusha.".to_owned(),
        );
    };
    let (one, moja) = if score > 0 {
        ("one finger made both prints", "kidole kimoja kilifanya alama zote mbili")
    } else {
        ("two different fingers made the prints", "vidole viwili tofauti vilifanya alama hizi")
    };
    (format!("{english} support that {one}."), format!("Kuna ushahidi {swahili} kwamba {moja}."))
}

/// The likelihood ratio as a sentence with a round number.
pub(super) fn ratio(score: i32) -> String {
    let (more, less) = if score >= 0 { ("one finger", "two") } else { ("two fingers", "one") };
    let times = (f64::from(score.unsigned_abs()) / 1000.0).exp();
    format!(
        "What is seen is about {} more probable if {more} made both prints than if {less} did.",
        match times {
            ..1.5 => "no".to_owned(),
            ..10.0 => format!("{times:.0} times"),
            _ => format!("{} times", grouped(times)),
        }
    )
}

/// Two leading digits and groups of three.
fn grouped(value: f64) -> String {
    let unit = 10_f64.powf(value.log10().floor() - 1.0);
    let digits = format!("{:.0}", (value / unit).round() * unit);
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// One thing that speaks for or against, and how much of it there is.
pub(super) struct Measure {
    /// What was measured.
    pub(super) name: &'static str,
    /// The measurement in words.
    pub(super) seen: String,
}

/// What the comparison saw, in the order in which it looked.
pub(super) fn measures(comparison: &Comparison) -> Vec<Measure> {
    let parts = &comparison.parts;
    let percent = |part: u16, whole: u16| 100 * u32::from(part) / u32::from(whole.max(1));
    let overlap = parts.overlap.0.min(parts.overlap.1);
    vec![
        Measure {
            name: "Minutiae laid upon each other",
            seen: format!(
                "{} of {} that could meet ({} %)",
                parts.paired,
                overlap,
                percent(parts.paired, overlap).min(100)
            ),
        },
        Measure {
            name: "Of the same kind",
            seen: format!(
                "{} of {} ({} %)",
                parts.same_kind,
                parts.paired,
                percent(parts.same_kind, parts.paired)
            ),
        },
        Measure {
            name: "Common ground",
            seen: format!(
                "{} minutiae of one print fall on the other, {} the other way",
                parts.overlap.0, parts.overlap.1
            ),
        },
        Measure {
            name: "Turned",
            seen: format!("{:.0}° clockwise", comparison.transform.rotation_degrees()),
        },
    ]
}

/// A part of the score.
pub(super) struct Reason {
    /// What it is.
    pub(super) name: &'static str,
    /// What it means, in one sentence.
    pub(super) why: &'static str,
    /// What it adds to the score; all together are the score.
    pub(super) millinats: i32,
}

/// The parts of the score.
pub(super) fn reasons(comparison: &Comparison) -> Vec<Reason> {
    let evidence = &comparison.evidence;
    let reason = |name, why, millinats| Reason { name, why, millinats };
    vec![
        reason(
            "Surroundings of the minutiae",
            "How alike the pattern of neighbours around each minutia is.",
            evidence.surroundings,
        ),
        reason(
            "Minutiae laid upon each other",
            "How many meet, and how closely, once one print is turned and moved upon the other.",
            evidence.alignment,
        ),
        reason(
            "Number of minutiae",
            "The more there are, the more of them meet by chance.",
            evidence.amount,
        ),
        reason(
            "Ridges laid upon each other",
            "Whether the ridges between the minutiae run together.",
            evidence.texture,
        ),
        reason(
            "Minutiae without a partner",
            "Clear minutiae that the other print should show and does not.",
            evidence.unpaired,
        ),
        reason(
            "Limit",
            "One finger says no more than the prints that the engine was measured on support.",
            evidence.limit,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_become_sentences() {
        for (score, english, number) in [
            (14_000, "Extremely strong support that one finger", "1,200,000 times"),
            (7_000, "Strong support that one finger", "1,100 times"),
            (-2_400, "Moderate support that two different fingers", "11 times"),
            (-3_000, "Moderate support that two different fingers", "20 times"),
            (800, "Weak support that one finger", "2 times"),
            (0, "The prints say nothing", "about no more"),
        ] {
            assert!(verdict(score).0.starts_with(english), "{}", verdict(score).0);
            assert!(ratio(score).contains(number), "{}", ratio(score));
        }
        assert!(ratio(-3_000).contains("if two fingers made both prints than if one did"));
    }
}
