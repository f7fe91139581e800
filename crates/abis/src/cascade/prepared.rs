//! Prints prepared not long ago: what small galleries are compared from.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use niims_fingerprint::PersonTemplates;
use niims_record::GalleryReference;

/// Persons kept. Range 128, the largest gallery compared in full with ten fingers, to 4,096. Each takes
/// about 200 kB; preparing one takes about a millisecond.
const MOST: usize = 256;

/// Enrolled persons, prepared. A person is known by reference and place, so that one enrolled anew is
/// not taken for the old one.
#[derive(Default)]
pub(super) struct PreparedPeople(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    people: HashMap<(GalleryReference, u64), PersonTemplates>,
    order: VecDeque<(GalleryReference, u64)>,
}

impl PreparedPeople {
    pub(super) fn get(&self, reference: GalleryReference, place: u64) -> Option<PersonTemplates> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.people.get(&(reference, place)).cloned()
    }

    pub(super) fn put(&self, reference: GalleryReference, place: u64, prints: PersonTemplates) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.people.insert((reference, place), prints).is_none() {
            kept.order.push_back((reference, place));
        }
        if kept.order.len() > MOST
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.people.remove(&oldest);
        }
    }

    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Kept::default();
    }
}
