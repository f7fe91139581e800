//! Measures a gallery folder on synthetic people: `gallery_bench FOLDER [--people N] [--probes N]`.
//!
//! Fills the folder from a feed that samples people as they are asked for, merges, opens it again, and
//! searches. A folder that is filled already is only opened and searched. `RAYON_NUM_THREADS` sets the threads.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use jiff::Timestamp;
use niims_abis::cascade::LocalSearcher;
use niims_abis::gallery::{Folder, GalleryKey, GalleryParts, Settings};
use niims_abis::modality::Biometrics;
use niims_abis::search::{
    Among, Change, ChangeFeed, Effort, SearchError, SearchOutcome, SearchRequest, Searcher,
};
use niims_fingerprint::synthetic::ImpressionConditions;
use niims_fingerprint::synthetic::sample::PersonSampler;
use niims_fingerprint::{Assignment, CANDIDATE_THRESHOLD, FingerPosition};
use niims_record::GalleryReference;
use niims_wire::abis::FingerTemplate;
use niims_wire::{Clock, Entropy};
use rayon::prelude::*;

type Failure = Box<dyn Error>;

/// People of this population are enrolled; strangers are of the next.
const POPULATION: u64 = 1;

/// People from a simulation, in order of their numbers.
struct Sampled {
    people: u64,
}

#[async_trait]
impl ChangeFeed for Sampled {
    async fn changes(
        &self,
        after: u64,
        up_to: u64,
        at_most: usize,
    ) -> Result<Vec<Change>, SearchError> {
        let last = up_to.min(self.people).min(after + at_most as u64);
        let insert = |sequence: u64| Change::Inserted {
            sequence,
            reference: reference(sequence),
            biometrics: sample(POPULATION, sequence, 0, &FingerPosition::all()),
        };
        Ok((after + 1..last + 1).into_par_iter().map(insert).collect())
    }
}

fn reference(person: u64) -> GalleryReference {
    GalleryReference::from_bytes(u128::from(person).to_be_bytes())
}

fn sample(population: u64, person: u64, impression: u32, fingers: &[FingerPosition]) -> Biometrics {
    let sampler = PersonSampler::new(population, person);
    let conditions = ImpressionConditions::operational();
    let finger = |position: &FingerPosition| {
        let template = sampler.finger(*position).impression(impression, &conditions);
        let quality = template.quality();
        FingerTemplate { position: *position, quality, template: template.to_bytes() }
    };
    Biometrics { fingers: fingers.iter().map(finger).collect(), ..Biometrics::default() }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, otherwise: u64| -> Result<u64, Failure> {
        match arguments.iter().position(|argument| argument == name) {
            Some(at) => Ok(arguments.get(at + 1).ok_or("a number is missing")?.parse()?),
            None => Ok(otherwise),
        }
    };
    let folder = PathBuf::from(arguments.first().ok_or("which folder?")?);
    let people = number("--people", 10_000)?;
    let probes = number("--probes", 200)?;
    fill(&folder, people).await?;
    let start = Meter::start();
    let searcher = open(&folder, people).await?;
    println!("opened {people} people: {}", start.stop());
    report_size(&folder, people)?;
    search(&searcher, people, probes).await
}

async fn open(folder: &Path, people: u64) -> Result<LocalSearcher, Failure> {
    let parts = GalleryParts {
        files: Box::new(Folder::open(folder)?),
        key: GalleryKey::new([1; 32]),
        settings: Settings::default(),
        entropy: Entropy::new(fill_randomly),
    };
    let clock = Clock::new(Timestamp::now);
    Ok(LocalSearcher::open(parts, Arc::new(Sampled { people }), clock).await?)
}

#[expect(clippy::expect_used, reason = "without random bytes nothing can be measured")]
fn fill_randomly(bytes: &mut [u8]) {
    use std::io::Read;
    let mut source = std::fs::File::open("/dev/urandom").expect("random bytes");
    source.read_exact(bytes).expect("random bytes");
}

async fn fill(folder: &Path, people: u64) -> Result<(), Failure> {
    let searcher = open(folder, people).await?;
    let start = Meter::start();
    let count = searcher.count().await?;
    println!("filled up to {count} people, sampling them included: {}", start.stop());
    let start = Meter::start();
    let mut merged = 0;
    loop {
        let done = searcher.part().maintain().await?;
        merged += done.merged;
        if done.merged == 0 {
            break;
        }
    }
    tokio::task::block_in_place(|| searcher.part().gallery().flush())?;
    println!("merged {merged} segments: {}", start.stop());
    Ok(())
}

fn report_size(folder: &Path, people: u64) -> Result<(), Failure> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    let resident = std::fs::read_to_string("/proc/self/status")?;
    let resident = resident.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
    println!("{} bytes a person on disk; {resident}", bytes / people);
    Ok(())
}

async fn search(searcher: &LocalSearcher, people: u64, probes: u64) -> Result<(), Failure> {
    let all = FingerPosition::all();
    let step = (people / probes).max(1);
    for (what, population, effort, fingers, swapped) in [
        ("mates, ten fingers", POPULATION, Effort::Usual, &all[..], false),
        ("mates, ten fingers, exhaustive", POPULATION, Effort::Exhaustive, &all[..], false),
        ("mates, two fingers", POPULATION, Effort::Usual, &all[1..3], false),
        ("mates, hands exchanged", POPULATION, Effort::Usual, &all[..], true),
        ("strangers, ten fingers", POPULATION + 1, Effort::Usual, &all[..], false),
    ] {
        let (mut times, mut found, mut others) = (Vec::new(), 0, 0);
        for probe in 0..probes {
            let person = 1 + probe * step;
            let mut probe = sample(population, person, 1, fingers);
            if swapped {
                for finger in &mut probe.fingers {
                    finger.position = Assignment::HandsExchanged.partner(finger.position);
                }
            }
            let request = SearchRequest {
                below_sequence: u64::MAX,
                among: Among::Everyone,
                effort,
                most_candidates: 20,
                threshold: CANDIDATE_THRESHOLD,
            };
            let start = Instant::now();
            let outcome = searcher.search(&probe, &request).await?;
            times.push(start.elapsed().as_secs_f64() * 1_000.0);
            let SearchOutcome::Complete { candidates } = outcome else { continue };
            let mated = population == POPULATION;
            let is_mate = |r: GalleryReference| mated && r == reference(person);
            found += u64::from(candidates.iter().any(|c| is_mate(c.reference)));
            others += candidates.iter().filter(|c| !is_mate(c.reference)).count();
        }
        times.sort_by(f64::total_cmp);
        let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
        println!(
            "{what}: {found} of {probes} found, {others} others; p50 {:.1} ms, p99 {:.1} ms",
            at(50),
            at(99)
        );
    }
    Ok(())
}

/// Wall and processor time.
struct Meter {
    start: Instant,
    processor: f64,
}

impl Meter {
    fn start() -> Self {
        Self { start: Instant::now(), processor: processor_seconds() }
    }

    fn stop(&self) -> String {
        let processor = processor_seconds() - self.processor;
        format!("{:.2} s, {processor:.2} s of processor", self.start.elapsed().as_secs_f64())
    }
}

/// User and system time of this process, from `/proc`, in hundredths of a second.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
