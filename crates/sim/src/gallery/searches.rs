//! Searching one after the other: time, misses and false candidates.

use std::time::Duration;

use niims_abis::search::{Among, Effort, SearchError, SearchOutcome, SearchRequest, Searcher};
use niims_fingerprint::CANDIDATE_THRESHOLD;
use niims_record::GalleryReference;

use super::SyntheticGallery;
use super::meter::{Meter, quantile};
use super::people::{ProbeKind, reference};

/// Candidates that a search may give, as the register asks for.
const MOST_CANDIDATES: usize = 20;

/// What searches of one kind came to.
#[derive(Debug, Clone)]
pub struct SearchReport {
    /// Who was searched for.
    pub kind: ProbeKind,
    /// How many searches.
    pub searches: u64,
    /// Processor time of one search, all threads: half of the searches took no more.
    pub processor_p50: Duration,
    /// 99 of 100 took no more.
    pub processor_p99: Duration,
    /// The mean, which decides how many searches a second a processor can do.
    pub processor_mean: Duration,
    /// By the clock on the wall, half of them.
    pub wall_p50: Duration,
    /// 99 of 100.
    pub wall_p99: Duration,
    /// Searches of which the person searched for was not among the candidates.
    pub missed: u64,
    /// Searches that gave a candidate who is somebody else.
    pub with_false_candidate: u64,
    /// The same by quality of the probe, poorest tenth first.
    pub tenths: Vec<Tenth>,
}

/// A tenth of the searches, by the mean quality of the probe's fingers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tenth {
    /// The best quality in it, 0 to 100.
    pub to_quality: u8,
    /// Searches.
    pub searches: u64,
    /// Of which the person was missed.
    pub missed: u64,
}

/// One search.
struct One {
    quality: u8,
    found: bool,
    false_candidate: bool,
}

impl SyntheticGallery {
    /// Searches for people spread over all enrolled, beginning with the person of number `first`, one
    /// search at a time.
    ///
    /// # Errors
    /// [`SearchError`] where the gallery fails.
    pub async fn search(
        &self,
        kind: ProbeKind,
        searches: u64,
        first: u64,
    ) -> Result<SearchReport, SearchError> {
        let people = self.feed.enrolled().max(1);
        let step = (people / searches.max(1)).max(1);
        let (mut processor, mut wall, mut all) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..searches {
            let person = 1 + (first + number * step) % people;
            let (probe, quality) = kind.probe(person);
            let meter = Meter::start();
            let outcome = self.searcher.search(&probe, &request()).await?;
            let spent = meter.stop();
            processor.push(spent.processor);
            wall.push(spent.wall);
            let SearchOutcome::Complete { candidates } = outcome else {
                return Err(SearchError::Storage);
            };
            let is_mate = |r: GalleryReference| kind.is_mated() && r == reference(person);
            all.push(One {
                quality,
                found: candidates.iter().any(|one| is_mate(one.reference)),
                false_candidate: candidates.iter().any(|one| !is_mate(one.reference)),
            });
        }
        let total: Duration = processor.iter().sum();
        processor.sort();
        wall.sort();
        let missed = |ones: &[One]| ones.iter().filter(|one| !one.found).count() as u64;
        let mut report = SearchReport {
            kind,
            searches,
            processor_p50: quantile(&processor, 0.5),
            processor_p99: quantile(&processor, 0.99),
            processor_mean: total.checked_div(searches as u32).unwrap_or_default(),
            wall_p50: quantile(&wall, 0.5),
            wall_p99: quantile(&wall, 0.99),
            missed: missed(&all),
            with_false_candidate: all.iter().filter(|one| one.false_candidate).count() as u64,
            tenths: Vec::new(),
        };
        if !kind.is_mated() {
            report.missed = 0;
            return Ok(report);
        }
        all.sort_by_key(|one| one.quality);
        let tenth = all.len().div_ceil(10).max(1);
        report.tenths = all
            .chunks(tenth)
            .map(|ones| Tenth {
                to_quality: ones.last().map_or(0, |one| one.quality),
                searches: ones.len() as u64,
                missed: missed(ones),
            })
            .collect();
        Ok(report)
    }
}

pub(super) fn request() -> SearchRequest {
    SearchRequest {
        below_sequence: u64::MAX,
        among: Among::Everyone,
        effort: Effort::Usual,
        most_candidates: MOST_CANDIDATES,
        threshold: CANDIDATE_THRESHOLD,
    }
}
