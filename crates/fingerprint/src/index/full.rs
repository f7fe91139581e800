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
/// all of them only where those are not hopeless, so that most of a shortlist costs a third.
pub fn compare_shortlist(
    probe: &PersonTemplates,
    shortlist: &[Shortlisted],
    assignment: Assignment,
    fetch: impl Fn(GalleryReference, &[FingerPosition]) -> Option<PersonTemplates> + Sync,
) -> Vec<Candidate> {
    let all = positions(probe, assignment);
    let first = best_fingers(probe);
    let first_positions = positions(&first, assignment);
    let mut candidates: Vec<Candidate> = shortlist
        .par_iter()
        .filter_map(|shortlisted| {
            let reference = shortlisted.reference;
            if first_positions.len() < all.len() {
                let prints = fetch(reference, &first_positions)?;
                if compare_as(&first, &prints, assignment).score < GIVE_UP - assignment.price() {
                    return None;
                }
            }
            let comparison = compare_persons(probe, &fetch(reference, &all)?);
            (!comparison.fingers.is_empty()).then_some(Candidate {
                reference,
                score: comparison.score,
                assignment: comparison.assignment,
                fingers: comparison.fingers,
            })
        })
        .collect();
    candidates.sort_by(|a, b| b.score.cmp(&a.score).then(a.reference.cmp(&b.reference)));
    candidates
}

/// The positions under which the fingers of a probe were enrolled.
fn positions(probe: &PersonTemplates, assignment: Assignment) -> Vec<FingerPosition> {
    probe.iter().map(|(finger, _)| assignment.partner(finger)).collect()
}

/// The probe's fingers of best quality, equal ones in order of their codes.
fn best_fingers(probe: &PersonTemplates) -> PersonTemplates {
    let mut fingers: Vec<(FingerPosition, &Prepared)> = probe.iter().collect();
    fingers.sort_by(|a, b| b.1.quality().cmp(&a.1.quality()).then(a.0.cmp(&b.0)));
    fingers.truncate(FIRST_FINGERS);
    fingers.into_iter().map(|(finger, print)| (finger, print.clone())).collect()
}
