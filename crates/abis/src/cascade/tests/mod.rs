//! The cascade against everybody compared in full, over any number of parts, and its edges.

mod large;
mod small;
mod watched;

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use jiff::Timestamp;
use niims_fingerprint::CANDIDATE_THRESHOLD;
use niims_record::GalleryReference;
use niims_wire::Clock;
use rayon::prelude::*;

use super::{Gathered, LocalPart, LocalSearcher, Parts, PhaseQuestion, PhasedSearcher, lead};
use crate::gallery::{GalleryFolder, GalleryKey, GalleryParts, Settings};
use crate::modality::Biometrics;
use crate::search::{
    Among, Change, ChangeFeed, Effort, FoundCandidate, SearchError, SearchOutcome, SearchRequest,
    Searcher,
};
use crate::testing::{Disk, Truth, biometrics, entropy, reference};

/// People enrolled: more than are compared in full with ten fingers.
const PEOPLE: u64 = 150;

/// What they are enrolled with.
static ENROLLED: LazyLock<Vec<Biometrics>> =
    LazyLock::new(|| (0..PEOPLE).into_par_iter().map(|person| biometrics(person, 0)).collect());
/// Other prints of the first of them.
static PROBES: LazyLock<Vec<Biometrics>> =
    LazyLock::new(|| (0..24).into_par_iter().map(|person| biometrics(person, 1)).collect());

fn settings() -> Settings {
    Settings { flush_people: 40, canary_one_in: 0, ..Settings::default() }
}

fn parts_of(disk: Disk, settings: Settings) -> GalleryParts {
    let key = GalleryKey::new([3; 32]);
    GalleryParts { files: Box::new(disk), key, settings, entropy: entropy() }
}

fn clock() -> Clock {
    Clock::new(|| Timestamp::UNIX_EPOCH)
}

async fn open(disk: &Disk, truth: &Truth, settings: Settings) -> LocalSearcher {
    let parts = parts_of(disk.clone(), settings);
    LocalSearcher::open(parts, Arc::new(truth.clone()), clock()).await.unwrap()
}

/// Everybody enrolled.
fn everybody(people: u64) -> Truth {
    let truth = Truth::default();
    (0..people).for_each(|person| truth.insert(person, ENROLLED[person as usize].clone()));
    truth
}

fn request() -> SearchRequest {
    SearchRequest {
        below_sequence: u64::MAX,
        among: Among::Everyone,
        effort: Effort::Usual,
        most_candidates: 20,
        threshold: CANDIDATE_THRESHOLD,
    }
}

async fn candidates(
    searcher: &impl Searcher,
    probe: &Biometrics,
    request: &SearchRequest,
) -> Vec<FoundCandidate> {
    match searcher.search(probe, request).await.unwrap() {
        SearchOutcome::Complete { candidates } => candidates,
        SearchOutcome::Incomplete { .. } => panic!("one gallery is always whole"),
    }
}

fn references(found: &[FoundCandidate]) -> Vec<GalleryReference> {
    found.iter().map(|candidate| candidate.reference).collect()
}

/// A gallery in several parts: each has those whose reference falls to it.
struct Split {
    parts: Vec<LocalPart>,
    /// A part that does not answer.
    silent: Option<usize>,
}

/// What one part of a truth sees.
struct Share {
    truth: Truth,
    number: usize,
    of: usize,
}

#[async_trait]
impl ChangeFeed for Share {
    async fn changes(
        &self,
        after: u64,
        up_to: u64,
        at_most: usize,
    ) -> Result<Vec<Change>, SearchError> {
        let own = |change: &Change| {
            let (Change::Inserted { reference, .. } | Change::Removed { reference, .. }) = change;
            usize::from(reference.as_bytes()[15]) % self.of == self.number
        };
        let all = ChangeFeed::changes(&self.truth, after, up_to, usize::MAX).await?;
        Ok(all.into_iter().filter(own).take(at_most).collect())
    }
}

impl Split {
    async fn of(truth: &Truth, of: usize) -> Self {
        let mut parts = Vec::new();
        for number in 0..of {
            let feed = Arc::new(Share { truth: truth.clone(), number, of });
            let now = Timestamp::UNIX_EPOCH;
            let opening = parts_of(Disk::default(), settings());
            let source = super::WaitingSource {
                feed: feed.clone(),
                runtime: tokio::runtime::Handle::current(),
            };
            let gallery =
                tokio::task::spawn_blocking(move || GalleryFolder::open(opening, &source, now));
            parts.push(LocalPart::new(gallery.await.unwrap().unwrap(), feed, clock()));
        }
        Self { parts, silent: None }
    }
}

#[async_trait]
impl Parts for Split {
    async fn ask(&self, question: &PhaseQuestion) -> Result<Gathered, SearchError> {
        // As over a network: the question is bytes in between.
        let mut bytes = Vec::new();
        ciborium::into_writer(question, &mut bytes).unwrap();
        let question: PhaseQuestion = ciborium::from_reader(bytes.as_slice()).unwrap();
        let mut answers = Vec::new();
        for (number, part) in self.parts.iter().enumerate() {
            if Some(number) != self.silent {
                answers.push(part.answer(&question).await?);
            }
        }
        let covered = if self.silent.is_some() { 600 } else { 1_000 };
        Ok(Gathered { answers, covered_permille: covered })
    }
}

async fn search_split(split: &Split, probe: &Biometrics, request: &SearchRequest) -> SearchOutcome {
    lead::search(split, probe, request, &entropy()).await.unwrap()
}

/// The same fingers under the names that an assignment gives them.
fn rearranged(probe: &Biometrics, assignment: niims_fingerprint::Assignment) -> Biometrics {
    let mut probe = probe.clone();
    for finger in &mut probe.fingers {
        finger.position = assignment.partner(finger.position);
    }
    probe
}

fn person_of(number: u64) -> GalleryReference {
    reference(number)
}
