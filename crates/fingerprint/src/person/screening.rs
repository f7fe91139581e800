//! Which mistakes of capture are worth a full comparison: nearly always none.

use super::{Assignment, PersonComparison, PersonTemplates, compare_fingers};
use crate::compare::{Prepared, quick_similarity};
use crate::finger::FingerPosition;

/// Moved fingers that are looked at by cylinder bits, those of best quality. Range 2 to 8.
const LOOKED_AT: usize = 4;

/// A finger of the probe and the finger of the reference that an assignment moves it to.
type Moved<'a> = ((FingerPosition, &'a Prepared), (FingerPosition, &'a Prepared));

/// The assignments, besides the stated one, that may explain the prints better.
///
/// None, when every finger agrees as stated. A mistake of a few fingers is considered only where one
/// that it leaves in place speaks for one person, or where it moves all that can be compared.
/// Then the best moved fingers must look more alike by their cylinder bits than as stated, and the
/// most alike of them must speak for one person in a full comparison. Two different people cost one
/// or two full comparisons more than their fingers.
pub(super) fn worth_trying(
    probe: &PersonTemplates,
    reference: &PersonTemplates,
    stated: &PersonComparison,
) -> Vec<Assignment> {
    let agrees = |finger: &super::FingerComparison| finger.score > 0;
    if !stated.fingers.is_empty() && stated.fingers.iter().all(agrees) {
        return Vec::new();
    }
    Assignment::ALL
        .into_iter()
        .skip(1)
        .filter(|assignment| {
            let moves = |finger| assignment.partner(finger) != finger;
            let mut in_place = stated.fingers.iter().filter(|f| !moves(f.probe));
            let untouched = in_place.clone().count();
            let moved = moved(probe, reference, *assignment);
            let plausible = whole_hands(*assignment)
                || in_place.any(agrees)
                || (untouched == 0 && moved.len() >= 2);
            plausible && looks_better(&moved, reference)
        })
        .collect()
}

/// Mistakes of whole hands; the thumbs that one of them leaves in place may be worn.
fn whole_hands(assignment: Assignment) -> bool {
    matches!(assignment, Assignment::HandsExchanged | Assignment::SlapsMirrored)
}

/// The fingers that an assignment moves, best quality first, equal ones by their codes.
fn moved<'a>(
    probe: &'a PersonTemplates,
    reference: &'a PersonTemplates,
    assignment: Assignment,
) -> Vec<Moved<'a>> {
    let mut moved: Vec<Moved<'a>> = probe
        .iter()
        .filter(|(finger, _)| assignment.partner(*finger) != *finger)
        .filter_map(|(finger, print)| {
            let partner = assignment.partner(finger);
            Some(((finger, print), (partner, reference.get(partner)?)))
        })
        .collect();
    let quality = |(a, b): &Moved<'_>| a.1.quality().min(b.1.quality());
    moved.sort_by(|a, b| quality(b).cmp(&quality(a)).then(a.0.0.cmp(&b.0.0)));
    moved.truncate(LOOKED_AT);
    moved
}

/// Whether the moved fingers are more alike than the stated ones, and one of them speaks for it.
fn looks_better(moved: &[Moved<'_>], reference: &PersonTemplates) -> bool {
    let bits = |(first, second): &Moved<'_>| u64::from(quick_similarity(first.1, second.1));
    let as_stated: u64 = moved
        .iter()
        .filter_map(|(first, _)| {
            Some(u64::from(quick_similarity(first.1, reference.get(first.0)?)))
        })
        .sum();
    let alike: Vec<u64> = moved.iter().map(bits).collect();
    if moved.is_empty() || alike.iter().sum::<u64>() <= as_stated {
        return false;
    }
    // The first of equal ones, for one answer on every machine.
    let best = (0..alike.len()).max_by_key(|index| (alike[*index], usize::MAX - index));
    best.is_some_and(|index| compare_fingers(moved[index].0, moved[index].1).score > 0)
}
