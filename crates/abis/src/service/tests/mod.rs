//! What the service promises, on both databases.

mod access;
mod encounters;
mod faces;
mod order;
mod refusals;
mod searches;
mod secrecy;
mod tasks;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use niims_fingerprint::synthetic::ImpressionConditions;
use niims_fingerprint::synthetic::sample::PersonSampler;
use niims_fingerprint::{FingerPosition, Template};
use niims_store::abis::sequence;
use niims_store::testing::TestDatabase;
use niims_wire::abis::FingerTemplate;
use niims_wire::{Clock, Entropy};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::tasks::CallbackHosts;
use super::{MemorySearcher, NewEncounter, Probe, Service, ServiceParts, StoredFeed};
use crate::modality::Biometrics;
use crate::subject::{EncounterKey, EncounterReference, GalleryName, PersonReference};

/// Fingers of most captures here; ten take longer and show nothing more.
pub const FINGERS: [u8; 4] = [2, 3, 7, 8];

/// A service on a fresh database, with a clock that tests move.
pub struct Bench {
    pub service: Service,
    pub seconds: Arc<AtomicI64>,
    pub db: TestDatabase,
}

impl Bench {
    /// One for each kind of database.
    pub async fn each() -> Vec<Self> {
        TestDatabase::each().await.unwrap().into_iter().map(|db| Self::on(db, &[])).collect()
    }

    pub fn on(db: TestDatabase, hosts: &[&str]) -> Self {
        let seconds = Arc::new(AtomicI64::new(0));
        let service = Self::service(&db, &seconds, hosts);
        Self { service, seconds, db }
    }

    /// Another service on the same database, with a searcher that has read nothing.
    pub fn service(db: &TestDatabase, seconds: &Arc<AtomicI64>, hosts: &[&str]) -> Service {
        let ticking = Arc::clone(seconds);
        let rng = std::sync::Mutex::new(ChaCha20Rng::from_seed([5; 32]));
        Service::new(ServiceParts {
            db: db.database.clone(),
            searcher: Arc::new(MemorySearcher::new(Arc::new(StoredFeed::new(db.database.clone())))),
            clock: Clock::new(move || {
                Timestamp::from_second(1_700_000_000 + ticking.load(Ordering::Relaxed)).unwrap()
            }),
            entropy: Entropy::new(move |bytes| rng.lock().unwrap().fill_bytes(bytes)),
            callbacks: CallbackHosts::new(hosts.iter().copied()),
        })
    }

    /// Moves the clock on.
    pub fn wait(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    /// All that an operation without effect must leave as it was.
    pub async fn state(&self) -> (super::Counts, u64, Vec<GalleryName>, u64) {
        let mut tx = self.db.database.read().await.unwrap();
        let last = sequence::last(&mut tx).await.unwrap();
        drop(tx);
        let service = &self.service;
        (
            service.count().await.unwrap(),
            last,
            service.galleries().await.unwrap(),
            service.pending_jobs().await.unwrap(),
        )
    }

    /// Enrols an impression of a person.
    pub async fn enrol(&self, person: u64) -> u64 {
        self.service.insert(&key(person, 1), new(person, 0)).await.unwrap().sequence
    }
}

/// The template of a finger of a person of the simulator.
pub fn template(person: u64, code: u8, impression: u64) -> Template {
    let position = FingerPosition::from_code(code).unwrap();
    PersonSampler::new(9, person)
        .finger(position)
        .impression(impression as u32, &ImpressionConditions::operational())
}

pub fn finger(position: u8, template: &Template) -> FingerTemplate {
    FingerTemplate {
        position: FingerPosition::from_code(position).unwrap(),
        quality: template.quality(),
        template: template.to_bytes(),
    }
}

/// Some fingers of a person.
pub fn capture(person: u64, impression: u64) -> Biometrics {
    let fingers =
        FINGERS.iter().map(|code| finger(*code, &template(person, *code, impression))).collect();
    Biometrics { fingers, ..Biometrics::default() }
}

pub fn new(person: u64, impression: u64) -> NewEncounter {
    NewEncounter { biometrics: capture(person, impression), ..NewEncounter::default() }
}

pub fn key(person: u64, encounter: u64) -> EncounterKey {
    EncounterKey {
        person: person_name(person),
        encounter: EncounterReference::new(format!("capture-{encounter}")).unwrap(),
    }
}

pub fn person_name(person: u64) -> PersonReference {
    PersonReference::new(format!("person-{person}")).unwrap()
}

pub fn gallery(name: &str) -> GalleryName {
    GalleryName::new(name).unwrap()
}

pub fn galleries(names: &[&str]) -> BTreeSet<GalleryName> {
    names.iter().map(|name| gallery(name)).collect()
}

/// A later impression of a person.
pub fn given(person: u64) -> Probe {
    Probe::Given(capture(person, 1))
}

/// The persons found, most alike first.
pub fn names(found: &super::Identified) -> Vec<String> {
    found.candidates().iter().map(|one| one.person.as_str().to_owned()).collect()
}
