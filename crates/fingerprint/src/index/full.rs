//! Third stage of a search: the full comparison of a shortlist, whose prints may lie elsewhere.

use rayon::prelude::*;

use super::ranking::Shortlisted;
use crate::compare::Prepared;
use crate::finger::FingerPosition;
use crate::gallery::{Candidate, GalleryReference};
use crate::person::{Assignment, PersonTemplates, compare_as, compare_persons};

/// Fingers of the probe compared first, those of best quality.
const FIRST_FINGERS: usize = 3;
/// Persons whose first fingers score less than this, millinats, are not compared further. Chosen
/// between the floor of three fingers and 0; its own effect has not been measured.
const GIVE_UP: i32 = -6_000;

/// Compares a probe with everybody on a shortlist that was made with this assignment; the best
/// first, equal ones by reference.
///
/// `fetch` gives the prints of a person's fingers of these positions (and those of unknown position),
/// or `None` when the person is gone. It is asked for the probe's three best fingers first, and for
/// the others only where those are not hopeless, so that most of a shortlist costs a third.
///
/// A part of a shortlist gives a part of the answer: see [`merge_candidates`].
pub fn compare_shortlist(
    probe: &PersonTemplates,
    shortlist: &[Shortlisted],
    assignment: Assignment,
    fetch: impl Fn(GalleryReference, &[FingerPosition]) -> Option<PersonTemplates> + Sync,
) -> Vec<Candidate> {
    let all = positions(probe, assignment);
    let first = best_fingers(probe);
    let first_positions = positions(&first, assignment);
    let other_positions: Vec<FingerPosition> =
        all.into_iter().filter(|finger| !first_positions.contains(finger)).collect();
    let candidates: Vec<Candidate> = shortlist
        .par_iter()
        .filter_map(|shortlisted| {
            let reference = shortlisted.reference;
            let mut prints = fetch(reference, &first_positions)?;
            if !other_positions.is_empty() {
                if compare_as(&first, &prints, assignment).score < GIVE_UP - assignment.price() {
                    return None;
                }
                prints = join(&prints, &fetch(reference, &other_positions)?);
            }
            let comparison = compare_persons(probe, &prints);
            (!comparison.fingers.is_empty()).then_some(Candidate {
                reference,
                score: comparison.score,
                assignment: comparison.assignment,
                fingers: comparison.fingers,
            })
        })
        .collect();
    merge_candidates([candidates])
}

/// The candidates of several parts of a shortlist, or of several shortlists, as one list.
pub fn merge_candidates(parts: impl IntoIterator<Item = Vec<Candidate>>) -> Vec<Candidate> {
    let mut all: Vec<Candidate> = parts.into_iter().flatten().collect();
    all.sort_by(|a, b| b.score.cmp(&a.score).then(a.reference.cmp(&b.reference)));
    all
}

/// Prints that were fetched in two steps, in order of position. Those of unknown position came with the first.
fn join(first: &PersonTemplates, others: &PersonTemplates) -> PersonTemplates {
    let others = others.iter().filter(|(finger, _)| *finger != FingerPosition::Unknown);
    let mut all: Vec<(FingerPosition, &Prepared)> = first.iter().chain(others).collect();
    all.sort_by_key(|(finger, _)| *finger);
    all.into_iter().map(|(finger, print)| (finger, print.clone())).collect()
}

/// The positions under which the fingers of a probe were enrolled: any, when one is not known.
fn positions(probe: &PersonTemplates, assignment: Assignment) -> Vec<FingerPosition> {
    if probe.iter().any(|(finger, _)| finger == FingerPosition::Unknown) {
        return FingerPosition::all().to_vec();
    }
    probe.iter().map(|(finger, _)| assignment.partner(finger)).collect()
}

/// The probe's fingers of best quality, equal ones in order of their codes.
fn best_fingers(probe: &PersonTemplates) -> PersonTemplates {
    let mut fingers: Vec<(FingerPosition, &Prepared)> = probe.iter().collect();
    fingers.sort_by(|a, b| b.1.quality().cmp(&a.1.quality()).then(a.0.cmp(&b.0)));
    fingers.truncate(FIRST_FINGERS);
    fingers.into_iter().map(|(finger, print)| (finger, print.clone())).collect()
}
