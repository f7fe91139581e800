//! A truth in memory: a list of changes of which a growing part is visible.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use niims_fingerprint::FingerPosition;
use niims_fingerprint::synthetic::ImpressionConditions;
use niims_fingerprint::synthetic::sample::PersonSampler;
use niims_record::GalleryReference;
use niims_wire::abis::FingerTemplate;

use crate::gallery::{GalleryError, Source};
use crate::modality::Biometrics;
use crate::search::{Change, ChangeFeed, SearchError};

/// Somebody's reference.
pub(crate) fn reference(person: u64) -> GalleryReference {
    // Not in the order of enrolment.
    GalleryReference::from_bytes(u128::from(1_000_000 - person).to_be_bytes())
}

/// An impression of some fingers of a person.
pub(crate) fn few_fingers(person: u64, impression: u32, fingers: &[FingerPosition]) -> Biometrics {
    let sampler = PersonSampler::new(11, person);
    let conditions = ImpressionConditions::operational();
    let finger = |position: &FingerPosition| {
        let template = sampler.finger(*position).impression(impression, &conditions);
        let quality = template.quality();
        FingerTemplate { position: *position, quality, template: template.to_bytes() }
    };
    Biometrics { fingers: fingers.iter().map(finger).collect(), ..Biometrics::default() }
}

/// An impression of ten fingers.
pub(crate) fn biometrics(person: u64, impression: u32) -> Biometrics {
    few_fingers(person, impression, &FingerPosition::all())
}

/// The truth. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Truth(Arc<Mutex<Changes>>);

#[derive(Default)]
struct Changes {
    all: Vec<Change>,
    /// Everything that was ever given, in order.
    given: Vec<Change>,
    fails: bool,
}

impl Truth {
    /// Adds an enrolment with the next sequence number.
    pub(crate) fn insert(&self, person: u64, biometrics: Biometrics) {
        let all = &mut self.0.lock().unwrap().all;
        let sequence = all.len() as u64 + 1;
        all.push(Change::Inserted { sequence, reference: reference(person), biometrics });
    }

    /// Adds a removal.
    pub(crate) fn remove(&self, person: u64) {
        let all = &mut self.0.lock().unwrap().all;
        let sequence = all.len() as u64 + 1;
        all.push(Change::Removed { sequence, reference: reference(person) });
    }

    /// Whether reading fails from now on.
    pub(crate) fn fail(&self, fails: bool) {
        self.0.lock().unwrap().fails = fails;
    }

    /// Who is enrolled, from all changes.
    pub(crate) fn enrolled(&self) -> BTreeMap<GalleryReference, (u64, Biometrics)> {
        fold(&self.0.lock().unwrap().all, u64::MAX)
    }

    /// Who was enrolled by those changes that were given, up to a sequence number.
    pub(crate) fn given_up_to(&self, up_to: u64) -> BTreeMap<GalleryReference, (u64, Biometrics)> {
        fold(&self.0.lock().unwrap().given, up_to)
    }
}

fn fold(changes: &[Change], up_to: u64) -> BTreeMap<GalleryReference, (u64, Biometrics)> {
    let mut enrolled = BTreeMap::new();
    for change in changes.iter().filter(|change| change.sequence() <= up_to) {
        match change {
            Change::Inserted { sequence, reference, biometrics } => {
                enrolled.insert(*reference, (*sequence, biometrics.clone()));
            }
            Change::Removed { reference, .. } => drop(enrolled.remove(reference)),
        }
    }
    enrolled
}

impl Source for Truth {
    fn changes(&self, after: u64, up_to: u64, at_most: usize) -> Result<Vec<Change>, GalleryError> {
        let state = &mut *self.0.lock().unwrap();
        if state.fails {
            return Err(GalleryError::Feed);
        }
        let subject = |change: &Change| match change {
            Change::Inserted { reference, .. } | Change::Removed { reference, .. } => *reference,
        };
        let stands = |change: &&Change| {
            let later = |other: &Change| {
                other.sequence() > change.sequence() && subject(other) == subject(change)
            };
            matches!(change, Change::Removed { .. }) || !state.all.iter().any(later)
        };
        let wanted = state.all.iter().filter(|c| c.sequence() > after && c.sequence() <= up_to);
        let given: Vec<Change> = wanted.filter(stands).take(at_most).cloned().collect();
        let last = state.given.last().map_or(0, Change::sequence);
        state.given.extend(given.iter().filter(|change| change.sequence() > last).cloned());
        Ok(given)
    }
}

#[async_trait]
impl ChangeFeed for Truth {
    async fn changes(
        &self,
        after: u64,
        up_to: u64,
        at_most: usize,
    ) -> Result<Vec<Change>, SearchError> {
        Ok(Source::changes(self, after, up_to, at_most)?)
    }
}
