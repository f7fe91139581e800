//! Everybody enrolled, searched for one person: 1:N.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::compare::{Prepared, quick_similarity};
use crate::finger::FingerPosition;
use crate::person::{Assignment, FingerComparison, PersonTemplates, compare_persons, partners};

/// Finger comparisons in full that one search may cost, at about 0.1 ms each: 1,280 persons for a
/// probe of one finger, 128 for one of ten. A gallery no larger is searched without a sieve.
const FULL_COMPARISONS: usize = 1_280;
/// Fewest persons that pass the sieve, however many fingers the probe has.
const LEAST_SIEVED: usize = 64;
/// Fingers that the sieve looks at, those of best quality; four leave about one mate in 300 outside
/// the best thousandth (FVC 2002 and 2004 set B), and ten take 2.5 times as long.
const SIEVE_FINGERS: usize = 4;
/// Mistakes of capture that the sieve allows for: those of whole hands. The others leave two of the
/// four fingers in place.
const SIEVED_ASSIGNMENTS: [Assignment; 3] =
    [Assignment::AsStated, Assignment::HandsExchanged, Assignment::SlapsMirrored];

/// An opaque name of a person in a gallery; it says nothing about the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GalleryReference(pub u128);

/// A person found by a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub reference: GalleryReference,
    /// The persons' score, millinats; see [`crate::PersonComparison::score`] and [`crate::CANDIDATE_THRESHOLD`].
    pub score: i32,
    /// Which finger was taken for which.
    pub assignment: Assignment,
    /// What the score rests on.
    pub fingers: Vec<FingerComparison>,
}

/// Prepared prints under opaque references.
///
/// Answers depend only on what is enrolled, never on the order of enrolment or the number of
/// threads. Each person has a sequence number, so that a search can ask who was there before.
#[derive(Debug, Clone, Default)]
pub struct Gallery(BTreeMap<GalleryReference, Enrolled>);

#[derive(Debug, Clone)]
struct Enrolled {
    sequence: u64,
    prints: PersonTemplates,
}

impl Gallery {
    /// Nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Enrols a person, or replaces what was enrolled under the reference; says whether it was new.
    pub fn insert(
        &mut self,
        reference: GalleryReference,
        prints: PersonTemplates,
        sequence: u64,
    ) -> bool {
        self.0.insert(reference, Enrolled { sequence, prints }).is_none()
    }

    /// Forgets a person; says whether there was one.
    pub fn remove(&mut self, reference: GalleryReference) -> bool {
        self.0.remove(&reference).is_some()
    }

    /// The prints enrolled under a reference.
    pub fn get(&self, reference: GalleryReference) -> Option<&PersonTemplates> {
        self.0.get(&reference).map(|enrolled| &enrolled.prints)
    }

    /// Number of persons.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nobody is enrolled.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The persons most alike to the probe, best first, equal scores by reference.
    ///
    /// Only persons with a sequence number below `below_sequence` are searched, when it is given.
    /// At most `max_candidates` come back; whether they reach a threshold is the caller's question.
    pub fn identify(
        &self,
        probe: &PersonTemplates,
        below_sequence: Option<u64>,
        max_candidates: usize,
    ) -> Vec<Candidate> {
        let searched: Vec<(GalleryReference, &PersonTemplates)> = self
            .0
            .iter()
            .filter(|(_, enrolled)| below_sequence.is_none_or(|below| enrolled.sequence < below))
            .map(|(reference, enrolled)| (*reference, &enrolled.prints))
            .collect();
        let kept = (FULL_COMPARISONS / probe.len().max(1)).max(LEAST_SIEVED).max(max_candidates);
        let sieved = sieve(probe, searched, kept);
        let mut candidates: Vec<Candidate> = sieved
            .par_iter()
            .map(|(reference, prints)| {
                let comparison = compare_persons(probe, prints);
                Candidate {
                    reference: *reference,
                    score: comparison.score,
                    assignment: comparison.assignment,
                    fingers: comparison.fingers,
                }
            })
            .filter(|candidate| !candidate.fingers.is_empty())
            .collect();
        candidates.sort_by(|a, b| b.score.cmp(&a.score).then(a.reference.cmp(&b.reference)));
        candidates.truncate(max_candidates);
        candidates
    }
}

/// The persons worth a full comparison: all of a small gallery, else the best by cylinder bits.
fn sieve<'a>(
    probe: &PersonTemplates,
    searched: Vec<(GalleryReference, &'a PersonTemplates)>,
    kept: usize,
) -> Vec<(GalleryReference, &'a PersonTemplates)> {
    if searched.len() <= kept {
        return searched;
    }
    let fingers = best_fingers(probe);
    let mut rated: Vec<(u64, GalleryReference, &PersonTemplates)> = searched
        .into_par_iter()
        .map(|(reference, prints)| {
            let as_assigned = |assignment| quick_person_similarity(&fingers, assignment, prints);
            let best = SIEVED_ASSIGNMENTS.map(as_assigned).into_iter().max();
            (best.unwrap_or(0), reference, prints)
        })
        .collect();
    rated.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    rated.truncate(kept);
    rated.into_iter().map(|(_, reference, prints)| (reference, prints)).collect()
}

/// The probe's fingers of best quality, equal ones in order of their codes.
fn best_fingers(probe: &PersonTemplates) -> Vec<(FingerPosition, &Prepared)> {
    let mut fingers: Vec<(FingerPosition, &Prepared)> = probe.iter().collect();
    fingers.sort_by(|a, b| b.1.quality().cmp(&a.1.quality()).then(a.0.cmp(&b.0)));
    fingers.truncate(SIEVE_FINGERS);
    fingers
}

/// The sum over the fingers of the best quick similarity, each finger under the name that the
/// assignment gives it.
fn quick_person_similarity(
    fingers: &[(FingerPosition, &Prepared)],
    assignment: Assignment,
    reference: &PersonTemplates,
) -> u64 {
    fingers
        .iter()
        .map(|(finger, print)| {
            partners(assignment.partner(*finger), reference)
                .map(|(_, other)| u64::from(quick_similarity(print, other)))
                .max()
                .unwrap_or(0)
        })
        .sum()
}

#[cfg(test)]
mod tests;
