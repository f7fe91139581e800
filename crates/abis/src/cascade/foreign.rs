//! One finger among those of another person, whatever either was named.

use niims_fingerprint::person::{FingerComparison, SAME_FINGER};
use niims_fingerprint::{PersonTemplates, compare};

/// What choosing among up to 110 pairs costs, millinats: their logarithm.
const AMONG: [i32; 2] = [4_700, 110];

/// The pairs of prints of two captures that are of one finger, best first, each finger once. The score
/// has to carry that it was chosen among all pairs.
pub(super) fn shared_fingers(
    probe: &PersonTemplates,
    other: &PersonTemplates,
) -> Vec<FingerComparison> {
    let mut pairs = Vec::new();
    for (finger, print) in probe.iter() {
        for (partner, enrolled) in other.iter() {
            let compared = compare(print, enrolled);
            let score = compared.score - AMONG[0];
            if score >= SAME_FINGER {
                pairs.push(FingerComparison {
                    probe: finger,
                    reference: partner,
                    score,
                    paired: compared.paired.len() as u16,
                    quality: print.quality().min(enrolled.quality()),
                    among: AMONG[1] as u8,
                });
            }
        }
    }
    pairs.sort_by_key(|pair| (-pair.score, pair.probe, pair.reference));
    let mut best: Vec<FingerComparison> = Vec::new();
    for pair in pairs {
        if !best.iter().any(|b| b.probe == pair.probe || b.reference == pair.reference) {
            best.push(pair);
        }
    }
    best
}
