//! From captures that look alike to people: each once, by the capture that does most.

use std::collections::{BTreeMap, BTreeSet};

use niims_record::GalleryReference;
use niims_store::abis::names::Named;

use super::ServiceError;
use super::galleries::key_of;
use super::question::PersonCandidate;
use crate::search::FoundCandidate;
use crate::subject::EncounterKey;

/// A capture that looks alike, and whose it is.
pub(super) struct Found {
    /// As the searcher found it.
    pub candidate: FoundCandidate,
    /// As it is stored.
    pub named: Named,
    /// Its name.
    pub key: EncounterKey,
}

/// Says whose captures these are. Those erased since are left out.
pub(super) fn name(
    found: Vec<FoundCandidate>,
    named: &[Named],
) -> Result<Vec<Found>, ServiceError> {
    let by_reference: BTreeMap<GalleryReference, &Named> =
        named.iter().map(|named| (named.reference, named)).collect();
    found
        .into_iter()
        .filter_map(|candidate| Some((*by_reference.get(&candidate.reference)?, candidate)))
        .map(|(named, candidate)| {
            Ok(Found { candidate, named: named.clone(), key: key_of(named)? })
        })
        .collect()
}

/// The most alike capture of each person, most alike first; of equal ones, that which was enrolled
/// first. At most so many.
pub(super) fn best_of_each(mut found: Vec<Found>, most: usize) -> Vec<PersonCandidate> {
    found.sort_by_key(|one| (std::cmp::Reverse(one.candidate.score), one.named.place));
    let mut seen = BTreeSet::new();
    found.retain(|one| seen.insert(one.key.person.clone()));
    found.truncate(most);
    (1..)
        .zip(found)
        .map(|(rank, Found { candidate, key, .. })| PersonCandidate {
            person: key.person,
            encounter: key.encounter,
            score: candidate.score,
            rank,
            assignment: candidate.assignment,
            // Who was found without a finger was found by the face.
            face: candidate.fingers.is_empty().then_some(candidate.score),
            fingers: candidate.fingers,
        })
        .collect()
}
