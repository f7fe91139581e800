//! One search and what it cost, stage by stage.

use std::sync::atomic::{AtomicU64, Ordering};

use niims_fingerprint::index::{
    Asked, Index, Round, SearchOptions, compare_shortlist, promising, trusts_votes,
};
use niims_fingerprint::{
    CANDIDATE_THRESHOLD, FingerPosition, GalleryReference, PersonTemplates, Prepared,
};
use rustix::time::{ClockId, clock_gettime};

use crate::{POPULATION, cylinders, sample};

/// One search: milliseconds of each stage, and what came back.
pub struct Found {
    pub milliseconds: [f64; 7],
    pub exhaustive: bool,
    /// Mean quality of the probe's prints, 0 to 100.
    pub quality: f64,
    /// Persons compared in full.
    pub shortlisted: usize,
    /// How far the mate, or the best of the others, stands above the middle of the ranking, in
    /// distances of the tenth of it from the middle.
    pub mate_above: Option<f64>,
    pub other_above: f64,
    /// Place of the mate by bits, from 0; `None` when the votes did not choose it.
    pub rank: Option<usize>,
    /// Votes of the mate, and of whom the votes chose last.
    pub mate_votes: Option<u8>,
    pub least_votes: u8,
    /// Everybody who reached the threshold.
    pub candidates: Vec<GalleryReference>,
    pub first: Option<GalleryReference>,
}

pub const STAGES: [&str; 7] = [
    "probe: preparing",
    "cylinders",
    "votes",
    "bits",
    "full: preparing",
    "full: comparing",
    "all stages",
];

pub fn search(index: &Index, population: u64, person: u64, fingers: usize) -> Found {
    let templates = sample(population, person, 1, fingers);
    let mut clock = Clock::start();
    let probe = PersonTemplates::from_templates(templates.iter().map(|(f, print)| (*f, print)));
    let probing = clock.lap();
    let prints = cylinders(&templates);
    let making = clock.lap();
    let options = SearchOptions::default();
    let mut part = index.begin(&prints, &options);
    let voting = clock.lap();
    let (assignment, people) = (options.assignment, part.tally().total());
    let asked = Asked { probe: &prints, assignment, people };
    for round in Round::ALL {
        part.narrow(round.cut(&asked, &part.tally()));
    }
    let ranked = part.ranking();
    let ranking = clock.lap();
    // Reading stored prints is the store's cost; making them ready is ours.
    let (reading, preparing) = (AtomicU64::new(0), AtomicU64::new(0));
    let fetch = |reference: GalleryReference, positions: &[FingerPosition]| {
        let mut clock = Clock::start();
        let stored = sample(POPULATION, reference.0 as u64, 0, 10);
        reading.fetch_add((clock.lap() * 1e6) as u64, Ordering::Relaxed);
        let wanted = stored.iter().filter(|(finger, _)| positions.contains(finger));
        let prints = wanted.map(|(finger, print)| (*finger, Prepared::new(print))).collect();
        preparing.fetch_add((clock.lap() * 1e6) as u64, Ordering::Relaxed);
        Some(prints)
    };
    let shortlist = &ranked[..promising(&asked, &ranked, options.shortlist)];
    let candidates = compare_shortlist(&probe, shortlist, options.assignment, fetch);
    let full = clock.lap() - reading.into_inner() as f64 / 1e6;
    let preparing = preparing.into_inner() as f64 / 1e6;
    let all = probing + making + voting + ranking + full;
    let mate = |reference: GalleryReference| reference.0 == u128::from(person);
    let rank = ranked.iter().position(|ranked| mate(ranked.reference));
    let likeness = |at: usize| ranked.get(at).map_or(0.0, |one| one.likeness as f64);
    let (middle, tenth) = (likeness(ranked.len() / 2), likeness(ranked.len() / 10));
    let above = |at: usize| (likeness(at) - middle) / (tenth - middle).max(1.0);
    let reached = candidates.iter().filter(|candidate| candidate.score >= CANDIDATE_THRESHOLD);
    Found {
        milliseconds: [probing, making, voting, ranking, preparing, full - preparing, all],
        quality: templates.iter().map(|(_, print)| f64::from(print.quality())).sum::<f64>()
            / templates.len().max(1) as f64,
        exhaustive: !trusts_votes(&prints),
        shortlisted: shortlist.len(),
        mate_above: rank.map(above),
        other_above: if rank == Some(0) { above(1) } else { above(0) },
        mate_votes: rank.map(|rank| ranked[rank].votes),
        least_votes: ranked.iter().map(|one| one.votes).min().unwrap_or(0),
        rank,
        candidates: reached.map(|candidate| candidate.reference).collect(),
        first: candidates.first().map(|candidate| candidate.reference),
    }
}

/// Milliseconds of this thread's processor time: other programs on the machine do not count.
struct Clock(f64);

impl Clock {
    fn start() -> Self {
        Self(Self::now())
    }

    fn now() -> f64 {
        let now = clock_gettime(ClockId::ThreadCPUTime);
        now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
    }

    fn lap(&mut self) -> f64 {
        let now = Self::now();
        let lap = now - self.0;
        self.0 = now;
        lap
    }
}
